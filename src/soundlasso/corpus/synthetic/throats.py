"""What animals' voices are made of: pulses of a throat behind moving resonances.

Source and filter (Fant 1960; for mammals Taylor and Reby 2010, "The contribution of source-filter
theory to mammal vocal communication research"): folds that open and close make a buzz whose pitch
moves, the tract from them to the mouth has resonances that its length and its opening decide. What
makes a voice harsh is that the folds are not regular (Fitch and others 2002, "Calls out of chaos"):
pulses of uneven distance, every other one weaker, a second rhythm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    between,
    count,
    decibels,
    echo,
    ends,
    formants,
    noise,
    phase_of,
    shape,
    sine,
    times,
    wander,
)


@dataclass(frozen=True)
class Throat:
    """What stays the same from call to call of an animal."""

    tract: float
    """From the folds to the mouth, in metres."""
    bright: float
    """Within how many Hz the pulses' spectrum falls by 8.7 dB, at the loudest."""
    breath: float = 0.1
    """Level of the air's noise beside the pulses."""
    rough: float = 0.02
    """How uneven the pulses are."""
    halves: float = 0.0
    """How much weaker every other pulse is."""
    ripple: tuple[float, float] = (0.0, 0.0)
    """Depth and frequency of a second rhythm of the folds."""
    colour: tuple[float, ...] = (1.0,) * 8
    """Each resonance beside that of an even tube."""
    gains: tuple[float, ...] = (1.0,) * 8
    """How much each resonance gives."""
    sharp: float = 0.1
    """Bandwidth of the resonances, as a share of their frequency."""


def draw_throat(
    rng: Rng,
    tract: float,
    bright: float,
    breath: float = 0.1,
    rough: float = 0.02,
    halves: float = 0.0,
    ripple: tuple[float, float] = (0.0, 0.0),
) -> Throat:
    """A throat of an animal of its own: none is an even tube."""
    colour = tuple(rng.uniform(0.85, 1.15, 8))
    tract *= rng.uniform(0.9, 1.1)
    gains = tuple(np.exp(rng.normal(0.0, 0.5, 8)))
    sharp = between(rng, 0.03, 0.1)
    return Throat(tract, bright, breath, rough, halves, ripple, colour, gains, sharp)


def buzz(hertz: Sound, bright: Sound | float) -> Sound:
    """Pulses whose spectrum falls evenly, by 8.7 dB every ``bright`` Hz (Moorer 1976)."""
    share = np.exp(-hertz / np.maximum(bright, 20.0))
    turn = 2 * np.pi * phase_of(hertz, len(hertz))
    made = np.sin(turn) / (1.0 - 2.0 * share * np.cos(turn) + share**2)
    return made * np.sqrt(2.0 * (1.0 - share**2))


def voiced(
    rng: Rng,
    throat: Throat,
    hertz: Sound,
    loud: Sound,
    mouth: Sound | float = 1.0,
    harsh: Sound | float = 1.0,
) -> Sound:
    """One call.

    Args:
        rng: Draws what is not regular.
        throat: Whose.
        hertz: Its pitch.
        loud: Its level; a louder voice is brighter, too.
        mouth: How open it is, 0 to 1.
        harsh: What the throat's unevenness is multiplied with.
    """
    samples = len(hertz)
    often = float(min(hertz.mean(), 4000.0))
    # Folds fall into disorder and out of it again within a call.
    harsh = np.asarray(harsh) * np.exp(0.8 * wander(rng, samples, 7.0))
    loud = loud * np.exp(0.12 * wander(rng, samples, 14.0))
    uneven = 0.45 * throat.rough * np.minimum(harsh, 4.0) * wander(rng, samples, often)
    pitch = hertz * np.exp(0.008 * wander(rng, samples, 9.0) + uneven)
    effort = np.sqrt(np.clip(loud / (loud.max() + 1e-9), 0.0, 1.0))
    source = buzz(pitch, throat.bright * (0.35 + 0.65 * effort))
    cycles = phase_of(pitch, samples)
    source *= 1.0 + np.clip(throat.halves * harsh, 0.0, 1.0) * np.cos(np.pi * cycles)
    depth, second = throat.ripple
    if depth:
        source *= 1.0 + depth * sine(second * (1.0 + 0.05 * wander(rng, samples, 10.0)), samples)
    air = 0.5 * noise(rng, samples, 1.0) * (0.7 + 0.5 * np.cos(2 * np.pi * cycles))
    source *= 1.0 + 1.5 * throat.rough * np.minimum(harsh, 4.0) * wander(rng, samples, often)
    return formants((source + throat.breath * air) * loud, tract(throat, mouth), 0.015)


def tract(
    throat: Throat, mouth: Sound | float
) -> list[tuple[Sound | float, Sound | float, Sound | float]]:
    """The resonances of a tube that is closed at the folds; a mouth that closes lowers them."""
    apart = 343.0 / (2.0 * throat.tract)
    wide = np.asarray(mouth, float)
    made: list[tuple[Sound | float, Sound | float, Sound | float]] = []
    for order, (colour, own) in enumerate(zip(throat.colour, throat.gains, strict=True)):
        centre = (order + 0.5) * apart * colour
        if centre > 9000.0:
            break
        low = 0.5 if order == 0 else 0.75 if order == 1 else 0.95
        moved = centre * (low + (1.0 - low) * wide)
        gain = (0.15 + 0.85 * wide) ** (0.3 if order == 0 else 1.0) * 0.85**order
        made.append((moved, 40.0 + throat.sharp * centre, own * gain))
    return made


def glide(samples: int, *points: tuple[float, float]) -> Sound:
    """A pitch that goes from point to point, each a share of the length and Hz, without corners."""
    drawn = np.log([f for _, f in points])
    coarse = np.interp(np.linspace(0, 1, 240), [x for x, _ in points], drawn)
    soft = np.hanning(27)[1:-1] / np.hanning(27).sum()
    coarse = np.convolve(np.pad(coarse, 12, mode="edge"), soft, "valid")
    return np.exp(np.interp(np.linspace(0, 1, samples), np.linspace(0, 1, 240), coarse))


def hump(samples: int, attack: float, release: float) -> Sound:
    """A level that rises and falls softly, in seconds; both are shortened to what there is."""
    time = times(samples)
    whole = samples / 32000.0
    attack, release = min(attack, 0.5 * whole), min(release, 0.7 * whole)
    up = np.clip(time / attack, 0.0, 1.0)
    down = np.clip((whole - time) / release, 0.0, 1.0)
    return np.square(np.sin(np.pi / 2 * up) * np.sin(np.pi / 2 * down))


def laid_out(parts: Sequence[tuple[float, Sound]]) -> Sound:
    """Sounds at their times."""
    out = np.zeros(max(count(start) + len(sound) for start, sound in parts))
    for start, sound in parts:
        add(out, sound, start)
    return out


def in_a_row(
    rng: Rng, number: int, period: float, make: Callable[[], Sound], jitter: float = 0.1
) -> Sound:
    """A number of calls, one after the other, nearly in time."""
    made, now = [], 0.0
    for _ in range(number):
        made.append((now, make() * decibels(rng.normal(0.0, 1.5))))
        now += period * max(0.4, 1.0 + rng.normal(0.0, jitter))
    return laid_out(made)


def heard(rng: Rng, sound: Sound, far: float = 0.3) -> Sound:
    """How a recorder gets it: near or ``far``, in the open, a yard, a wood or a barn."""
    low, high = rng.uniform(-8, 2), rng.uniform(-8, 4)
    if rng.uniform() < far:
        low, high = low - 4, high - rng.uniform(4, 14)
    out = shape(sound, (60, low), (500, 0), (1500, 0), (7000, high))
    if rng.uniform() < 0.25 + far:
        out = echo(rng, out, between(rng, 0.1, 1.5), between(rng, 0.01, 0.4))
    if rng.uniform() < 0.5:
        out = out + np.abs(out).max() * between(rng, 0.0003, 0.006) * noise(rng, len(out), 0.7)
    return out if len(out) <= count(6.0) else ends(out[: count(6.0)], 0.0, 0.1)
