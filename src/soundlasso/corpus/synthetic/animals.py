"""Animals' voices: pulses of a throat behind moving resonances.

Source and filter (Fant 1960; for mammals Taylor and Reby 2010, "The contribution of source-filter
theory to mammal vocal communication research"): folds that open and close make a buzz whose pitch
moves, the tract from them to the mouth has resonances that its length and its opening decide. What
makes a voice harsh is that the folds are not regular (Fitch and others 2002, "Calls out of chaos"):
pulses of uneven distance, every other one weaker, a second rhythm. Insects and birds are whistles
that something gates.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    band,
    between,
    count,
    decibels,
    echo,
    ends,
    fade,
    formants,
    harmonics,
    join,
    level,
    line,
    mix,
    modes,
    move_band,
    noise,
    peak,
    phase_of,
    pulses,
    ring,
    shape,
    silence,
    sine,
    times,
    wander,
)

# What voices are made of.


@dataclass(frozen=True)
class _Throat:
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


def _throat(
    rng: Rng,
    tract: float,
    bright: float,
    breath: float = 0.1,
    rough: float = 0.02,
    halves: float = 0.0,
    ripple: tuple[float, float] = (0.0, 0.0),
) -> _Throat:
    """A throat of an animal of its own: none is an even tube."""
    colour = tuple(rng.uniform(0.85, 1.15, 8))
    tract *= rng.uniform(0.9, 1.1)
    gains = tuple(np.exp(rng.normal(0.0, 0.5, 8)))
    sharp = between(rng, 0.03, 0.1)
    return _Throat(tract, bright, breath, rough, halves, ripple, colour, gains, sharp)


def _buzz(hertz: Sound, bright: Sound | float) -> Sound:
    """Pulses whose spectrum falls evenly, by 8.7 dB every ``bright`` Hz (Moorer 1976)."""
    share = np.exp(-hertz / np.maximum(bright, 20.0))
    turn = 2 * np.pi * phase_of(hertz, len(hertz))
    made = np.sin(turn) / (1.0 - 2.0 * share * np.cos(turn) + share**2)
    return made * np.sqrt(2.0 * (1.0 - share**2))


def _call(
    rng: Rng,
    throat: _Throat,
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
    source = _buzz(pitch, throat.bright * (0.35 + 0.65 * effort))
    cycles = phase_of(pitch, samples)
    source *= 1.0 + np.clip(throat.halves * harsh, 0.0, 1.0) * np.cos(np.pi * cycles)
    depth, second = throat.ripple
    if depth:
        source *= 1.0 + depth * sine(second * (1.0 + 0.05 * wander(rng, samples, 10.0)), samples)
    air = 0.5 * noise(rng, samples, 1.0) * (0.7 + 0.5 * np.cos(2 * np.pi * cycles))
    source *= 1.0 + 1.5 * throat.rough * np.minimum(harsh, 4.0) * wander(rng, samples, often)
    return formants((source + throat.breath * air) * loud, _tract(throat, mouth), 0.015)


def _tract(
    throat: _Throat, mouth: Sound | float
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


def _glide(samples: int, *points: tuple[float, float]) -> Sound:
    """A pitch that goes from point to point, each a share of the length and Hz, without corners."""
    drawn = np.log([f for _, f in points])
    coarse = np.interp(np.linspace(0, 1, 240), [x for x, _ in points], drawn)
    soft = np.hanning(27)[1:-1] / np.hanning(27).sum()
    coarse = np.convolve(np.pad(coarse, 12, mode="edge"), soft, "valid")
    return np.exp(np.interp(np.linspace(0, 1, samples), np.linspace(0, 1, 240), coarse))


def _hump(samples: int, attack: float, release: float) -> Sound:
    """A level that rises and falls softly, in seconds; both are shortened to what there is."""
    time = times(samples)
    whole = samples / 32000.0
    attack, release = min(attack, 0.5 * whole), min(release, 0.7 * whole)
    up = np.clip(time / attack, 0.0, 1.0)
    down = np.clip((whole - time) / release, 0.0, 1.0)
    return np.square(np.sin(np.pi / 2 * up) * np.sin(np.pi / 2 * down))


def _placed(parts: Sequence[tuple[float, Sound]]) -> Sound:
    """Sounds at their times."""
    out = np.zeros(max(count(start) + len(sound) for start, sound in parts))
    for start, sound in parts:
        add(out, sound, start)
    return out


def _row(
    rng: Rng, number: int, period: float, make: Callable[[], Sound], jitter: float = 0.1
) -> Sound:
    """A number of calls, one after the other, nearly in time."""
    made, now = [], 0.0
    for _ in range(number):
        made.append((now, make() * decibels(rng.normal(0.0, 1.5))))
        now += period * max(0.4, 1.0 + rng.normal(0.0, jitter))
    return _placed(made)


def _heard(rng: Rng, sound: Sound, far: float = 0.3) -> Sound:
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


# Dogs, wolves and cats.


def _dog(rng: Rng) -> tuple[_Throat, float]:
    """A dog, and the pitch of its bark: of any size from a toy's to a mastiff's."""
    size = rng.uniform()
    pitch = 950.0 * 0.22**size * between(rng, 0.7, 1.4)
    throat = _throat(
        rng,
        0.08 + 0.13 * size,
        between(rng, 500, 1800) * (1.4 - 0.6 * size),
        breath=between(rng, 0.05, 0.6),
        rough=between(rng, 0.02, 0.25),
        halves=rng.choice([0.0, 0.0, 0.3, 0.6]),
    )
    return throat, pitch


def _bark(rng: Rng, throat: _Throat, pitch: float, seconds: float) -> Sound:
    """A mouth that snaps open and shuts: pitch, level and resonances rise and fall with it."""
    samples = count(seconds)
    top = rng.uniform(0.2, 0.5)
    start, end = rng.uniform(0.55, 0.9), rng.uniform(0.45, 0.85)
    hertz = _glide(samples, (0, start * pitch), (top, pitch), (1, end * pitch))
    loud = _hump(samples, rng.uniform(0.008, 0.05), rng.uniform(0.4, 0.8) * seconds)
    mouth = line(samples, (0, rng.uniform(0.1, 0.5)), (top, 1), (1, rng.uniform(0.0, 0.4)))
    harsh = line(samples, (0, 1.5), (0.2, rng.uniform(0.3, 1)), (0.7, 1.0), (1, 2))
    out = _call(rng, throat, hertz, loud, mouth, harsh)
    if rng.uniform() < 0.5:
        puff = band(noise(rng, count(0.03), 0.5), 300, 3000, 12) * fade(count(0.03), 0.003, 0.03)
        add(out, puff, 0.0, rng.uniform(0.02, 0.15))
    return peak(out)


def _growl(rng: Rng, throat: _Throat, pitch: float, seconds: float) -> Sound:
    """Slow, uneven pulses behind a nearly closed mouth."""
    samples = count(seconds)
    hertz = pitch * np.exp(0.12 * wander(rng, samples, 2.0)) * _glide(samples, (0, 0.85), (1, 1.1))
    loud = _hump(samples, 0.3 * seconds, 0.3 * seconds)
    loud *= np.exp(0.3 * wander(rng, samples, 6.0)) * (1.0 + 0.4 * wander(rng, samples, 25.0))
    rough = replace(throat, rough=between(rng, 0.08, 0.3), breath=between(rng, 0.2, 0.9))
    mouth = np.clip(0.35 + 0.2 * wander(rng, samples, 2.0), 0.0, 1.0)
    return peak(_call(rng, rough, hertz, np.maximum(loud, 0.0), mouth))


def dog_barking(rng: Rng) -> Sound:
    """One bark, or rows, pairs and fits of them, of dogs of any size; some growl or bay between."""
    throat, pitch = _dog(rng)
    seconds = rng.uniform(0.09, 0.26)

    def bark() -> Sound:
        each = seconds * rng.uniform(0.85, 1.2)
        return _bark(rng, throat, pitch * rng.uniform(0.93, 1.08), each)

    def pair() -> Sound:
        return _placed([(0.0, bark()), (seconds + rng.uniform(0.05, 0.2), bark())])

    kind = rng.choice(6, p=[0.22, 0.33, 0.18, 0.12, 0.08, 0.07])
    if kind == 0:
        out = bark()
    elif kind == 1:
        period = seconds + between(rng, 0.12, 0.8)
        out = _row(rng, int(rng.integers(2, 9)), period, bark, 0.18)
    elif kind == 2:
        out = _row(rng, int(rng.integers(1, 4)), 2 * seconds + rng.uniform(0.5, 1.3), pair, 0.2)
    elif kind == 3:
        growl = 0.5 * _growl(rng, throat, between(rng, 45, 110), rng.uniform(0.3, 1.3))
        row = _row(rng, int(rng.integers(1, 4)), seconds + rng.uniform(0.15, 0.5), bark)
        out = _placed([(0.0, growl), (len(growl) / 32000.0 - 0.1, row)])
        if rng.uniform() < 0.4:
            out = join(out, silence(0.1), 0.4 * _growl(rng, throat, between(rng, 45, 110), 0.6))
    elif kind == 4:
        seconds, pitch = rng.uniform(0.35, 0.8), between(rng, 250, 600)
        throat = replace(throat, rough=0.03)
        out = _row(rng, int(rng.integers(1, 4)), seconds + rng.uniform(0.1, 0.5), bark)
    else:
        out = _row(rng, int(rng.integers(3, 7)), seconds + rng.uniform(0.15, 0.5), bark, 0.2)
        throat, pitch = _dog(rng)
        other = _row(rng, int(rng.integers(2, 6)), seconds + rng.uniform(0.15, 0.5), bark, 0.2)
        out = mix(out, join(silence(rng.uniform(0.05, 0.5)), rng.uniform(0.3, 1.0) * other))
    return _heard(rng, out)


def dog_whining(rng: Rng) -> Sound:
    """A thin voice through the nose: long whines, whimpers in a row, or a yelp."""
    size = rng.uniform()
    pitch = between(rng, 900, 2200) * (1.0 - 0.55 * size)
    throat = _throat(
        rng, 0.08 + 0.12 * size, pitch * between(rng, 0.25, 1.0), breath=between(rng, 0.02, 0.25)
    )
    yelps = rng.uniform() < 0.2

    def whine(seconds: float) -> Sound:
        samples = count(seconds)
        points = pitch * np.exp(rng.normal(0.0, 0.2, 4))
        if yelps:
            points = pitch * np.array([0.8, 1.3, 0.9, 0.6])
        hertz = _glide(samples, *zip((0.0, 0.25, 0.7, 1.0), points, strict=True))
        shake = between(rng, 0.003, 0.04)
        hertz *= np.exp(shake * sine(rng.uniform(5, 10), samples, rng.uniform()))
        loud = _hump(samples, rng.uniform(0.02, 0.3) * seconds, rng.uniform(0.2, 0.6) * seconds)
        loud *= np.exp(0.25 * wander(rng, samples, 7.0))
        voice = replace(throat, bright=3 * throat.bright) if yelps else throat
        return _call(rng, voice, hertz, loud, rng.uniform(0.1, 0.5) + 0.4 * yelps)

    if yelps:
        return _heard(
            rng, _row(rng, int(rng.integers(1, 6)), rng.uniform(0.3, 0.6), lambda: whine(0.2))
        )
    if rng.uniform() < 0.5:
        each = rng.uniform(0.08, 0.25)
        period = each + rng.uniform(0.06, 0.25)
        return _heard(rng, _row(rng, int(rng.integers(3, 12)), period, lambda: whine(each), 0.2))
    each = rng.uniform(0.4, 1.4)
    gap = each + rng.uniform(0.15, 0.7)
    return _heard(rng, _row(rng, int(rng.integers(1, 4)), gap, lambda: whine(each), 0.15))


def _howl(rng: Rng, seconds: float, pitch: float) -> Sound:
    """One long note that rises to its pitch, stays, and falls."""
    samples = count(seconds)
    first, bend = rng.uniform(0.45, 0.85), rng.uniform(0.85, 1.15)
    up, down = rng.uniform(0.08, 0.3), rng.uniform(0.6, 0.9)
    points = [(0, first), (up, rng.uniform(0.95, 1.1)), (down, bend), (1, rng.uniform(0.5, 0.9))]
    hertz = pitch * _glide(samples, *points)
    if rng.uniform() < 0.3:
        step = rng.uniform(0.3, 0.7)
        jump = 1.0 + rng.choice([-0.2, 0.25]) * (np.linspace(0, 1, samples) > step)
        hertz *= np.convolve(np.pad(jump, 500, mode="edge"), np.full(1001, 1 / 1001), "valid")
    hertz *= np.exp(rng.uniform(0.002, 0.015) * sine(rng.uniform(3, 7), samples))
    loud = _hump(samples, 0.2 * seconds, 0.35 * seconds) * np.exp(0.15 * wander(rng, samples, 3.0))
    throat = _throat(
        rng, rng.uniform(0.17, 0.25), pitch * between(rng, 0.5, 1.5), breath=between(rng, 0.01, 0.1)
    )
    return peak(_call(rng, throat, hertz, loud, line(samples, (0, 0.3), (0.3, 0.7), (1, 0.3))))


def wolf_howling(rng: Rng) -> Sound:
    """One wolf, or several one after the other and at once, in a wide land."""
    pitch = between(rng, 280, 800)
    out = _howl(rng, rng.uniform(1.5, 5.5), pitch)
    if rng.uniform() < 0.4:
        for _ in range(rng.integers(1, 4)):
            other = _howl(rng, rng.uniform(1.2, 3.5), pitch * rng.uniform(0.7, 1.4))
            out = mix(out, join(silence(rng.uniform(0.3, 2.5)), rng.uniform(0.2, 0.9) * other))
    return echo(rng, _heard(rng, out), between(rng, 0.5, 3.0), between(rng, 0.02, 0.6))


def cat_meowing(rng: Rng) -> Sound:
    """A mouth that opens and shuts ("mi-aow") of kittens and cats; yowls and trilled greetings."""
    kitten = rng.uniform() < 0.3
    pitch = between(rng, 800, 1400) if kitten else between(rng, 330, 800)
    throat = _throat(
        rng,
        0.055 if kitten else rng.uniform(0.065, 0.09),
        between(rng, 900, 3000),
        breath=between(rng, 0.02, 0.25),
        rough=between(rng, 0.003, 0.05),
    )

    def meow(seconds: float, yowl: bool) -> Sound:
        samples = count(seconds)
        a, b = rng.uniform(0.15, 0.4), rng.uniform(0.5, 0.85)
        span = rng.uniform(0.7, 1.0)
        hertz = pitch * _glide(
            samples, (0, span), (a, 1.05), (b, 1.0 if yowl else rng.uniform(0.8, 1.0)), (1, 0.75)
        )
        hertz *= np.exp((0.03 if yowl else 0.008) * sine(rng.uniform(4, 9), samples))
        widest = rng.uniform(0.4, 0.75)
        shut = rng.uniform(0.0, 0.3)
        mouth = line(samples, (0, 0.05), (0.12, 0.3), (widest, 1), (1, shut))
        loud = _hump(samples, rng.uniform(0.05, 0.2), 0.5 * seconds)
        harsh = line(samples, (0, 0.5), (0.5, 1), (0.8, rng.uniform(1, 6) if yowl else 1), (1, 1))
        out = _call(rng, throat, hertz, loud, mouth, harsh)
        if rng.uniform() < 0.25:
            trill = line(count(0.25), (0, 0.7 * pitch), (1, pitch))
            gate = 0.6 + 0.4 * sine(rng.uniform(20, 30), len(trill))
            brr = _call(rng, throat, trill, _hump(len(trill), 0.05, 0.1) * gate, 0.1)
            out = join(0.6 * brr, out)
        return out

    yowl = rng.uniform() < 0.2
    if yowl:
        return _heard(rng, meow(rng.uniform(1.2, 3.5), True))
    number = int(rng.choice([1, 1, 2, 3, 5]))
    seconds = between(rng, 0.3, 1.1)
    return _heard(
        rng,
        _row(
            rng,
            number,
            seconds + rng.uniform(0.15, 0.8),
            lambda: meow(seconds * rng.uniform(0.8, 1.2), False),
            0.2,
        ),
    )


def lion_roaring(rng: Rng) -> Sound:
    """A roar, or a bout of them that dies into grunts: low, wide open, folds in chaos."""
    pitch = between(rng, 70, 200)
    throat = _throat(
        rng,
        rng.uniform(0.32, 0.5),
        between(rng, 250, 900),
        breath=between(rng, 0.2, 0.8),
        rough=between(rng, 0.06, 0.25),
        halves=rng.uniform(0, 0.7),
    )

    def roar(seconds: float, effort: float) -> Sound:
        samples = count(seconds)
        top = rng.uniform(0.25, 0.5)
        hertz = pitch * effort**0.4 * _glide(samples, (0, 0.6), (top, 1.1), (1, 0.55))
        loud = _hump(samples, 0.25 * seconds, 0.6 * seconds)
        loud *= np.exp(0.2 * wander(rng, samples, 12.0))
        mouth = line(samples, (0, 0.1), (top, effort), (1, 0.15))
        harsh = line(samples, (0, 0.6), (top, 1.3), (1, 1))
        return effort * peak(_call(rng, throat, hertz, loud, mouth, harsh))

    if rng.uniform() < 0.5:
        return _heard(rng, roar(between(rng, 0.7, 3.0), 1.0), 0.4)
    made, now = [], 0.0
    for turn in range(rng.integers(2, 6)):
        seconds = rng.uniform(0.8, 1.6) * 0.8**turn
        made.append((now, roar(seconds, 0.85**turn)))
        now += seconds + rng.uniform(0.05, 0.4)
    return _heard(rng, _placed(made), 0.4)


# The farm.


def cow_mooing(rng: Rng) -> Sound:
    """A hum behind a shut mouth that opens into a long low call; calves are higher."""
    calf = rng.uniform() < 0.25
    pitch = between(rng, 180, 400) if calf else between(rng, 75, 230)
    seconds = between(rng, 0.8, 2.8)
    samples = count(seconds)
    throat = _throat(
        rng,
        rng.uniform(0.25, 0.35) if calf else rng.uniform(0.38, 0.6),
        between(rng, 500, 1600),
        breath=between(rng, 0.03, 0.3),
        rough=between(rng, 0.005, 0.1),
        halves=rng.choice([0.0, 0.0, 0.4]),
    )
    opens = rng.uniform(0.15, 0.5)
    leap = rng.choice([1.0, 1.0, 1.3, 2.0])
    hertz = pitch * _glide(
        samples, (0, rng.uniform(0.7, 0.95)), (opens, 0.95), (0.75, leap), (1, 0.8 * leap)
    )
    loud = _hump(samples, 0.2 * seconds, 0.3 * seconds)
    loud *= line(samples, (0, 0.5), (opens + 0.1, 1), (1, rng.uniform(0.6, 1)))
    mouth = line(samples, (0, 0.0), (opens, 0.15), (opens + 0.2, 0.9), (1, rng.uniform(0.2, 1)))
    harsh = line(samples, (0, 0.5), (0.7, 1), (1, rng.uniform(1, 3)))
    return _heard(rng, _call(rng, throat, hertz, loud, mouth, harsh))


def _bleat(
    rng: Rng, throat: _Throat, pitch: float, seconds: float, shake: float, depth: float
) -> Sound:
    """An open mouth and a chest that trembles: level and pitch shake together."""
    samples = count(seconds)
    hertz = pitch * _glide(
        samples,
        (0, rng.uniform(0.7, 0.95)),
        (rng.uniform(0.2, 0.6), 1.08),
        (0.8, 1.0),
        (1, rng.uniform(0.7, 0.95)),
    )
    rate = shake * (1.0 + 0.08 * wander(rng, samples, 3.0))
    grows = line(samples, (0, 0.3), (0.25, 1), (1, 1))
    swing = sine(rate, samples, rng.uniform()) * grows
    hertz *= np.exp(rng.uniform(0.01, 0.06) * swing)
    loud = _hump(samples, rng.uniform(0.03, 0.12), 0.35 * seconds)
    loud *= 1.0 + depth * swing
    opens = rng.uniform(0.05, 0.3)
    mouth = line(samples, (0, rng.uniform(0, 0.5)), (opens, 1), (0.8, 0.9), (1, 0.5))
    return _call(rng, throat, hertz, loud, mouth, 1.0 + 0.5 * swing)


def sheep_bleating(rng: Rng) -> Sound:
    """Baa: a trembling, harsh and nasal vowel of ewes and lambs."""
    lamb = rng.uniform() < 0.35
    pitch = between(rng, 280, 600) if lamb else between(rng, 110, 300)
    throat = _throat(
        rng,
        rng.uniform(0.1, 0.14) if lamb else rng.uniform(0.16, 0.22),
        between(rng, 1400, 4000),
        breath=between(rng, 0.1, 0.5),
        rough=between(rng, 0.01, 0.1),
        halves=rng.choice([0.0, 0.3]),
    )
    shake, depth = rng.uniform(7, 14), rng.uniform(0.05, 0.6)
    seconds = between(rng, 0.5, 1.6)

    def baa() -> Sound:
        each = seconds * rng.uniform(0.8, 1.2)
        return _bleat(rng, throat, pitch * rng.uniform(0.93, 1.07), each, shake, depth)

    out = _row(rng, int(rng.choice([1, 1, 1, 2, 3])), seconds + 0.6, baa, 0.2)
    return _heard(rng, shape(out, (300, -6), (900, 0), (2200, rng.uniform(0, 8)), (5000, 0)))


def goat_bleating(rng: Rng) -> Sound:
    """Meh: thinner, sharper and more broken than a sheep; kids cry, billies blubber or yell."""
    kid = rng.uniform() < 0.4
    pitch = between(rng, 400, 900) if kid else between(rng, 170, 420)
    throat = _throat(
        rng,
        rng.uniform(0.08, 0.11) if kid else rng.uniform(0.13, 0.18),
        between(rng, 1600, 4000),
        breath=between(rng, 0.05, 0.35),
        rough=between(rng, 0.01, 0.08),
        halves=rng.choice([0.0, 0.0, 0.4]),
    )
    yells = rng.uniform() < 0.2
    shake = rng.uniform(9, 18)
    depth = 0.1 if yells else rng.uniform(0.3, 0.85)
    seconds = between(rng, 0.4, 1.7)

    def meh() -> Sound:
        each = seconds * rng.uniform(0.8, 1.2)
        return _bleat(rng, throat, pitch * rng.uniform(0.93, 1.07), each, shake, depth)

    out = _row(rng, int(rng.choice([1, 1, 2, 3])), seconds + 0.4, meh, 0.2)
    return _heard(rng, shape(out, (300, -10), (1200, 0), (3200, rng.uniform(2, 12)), (6000, 0)))


def _snort(rng: Rng, seconds: float, flutter: float) -> Sound:
    """Air through wide nostrils, which flap."""
    samples = count(seconds)
    air = noise(rng, samples, 0.6) * _hump(samples, 0.03, 0.6 * seconds)
    rate = flutter * _glide(samples, (0, 1.2), (1, 0.7)) * (1.0 + 0.1 * wander(rng, samples, 8.0))
    air *= 0.15 + pulses(rate, samples, rng.uniform(1, 2.5))
    return formants(air, [(500.0, 400.0, 1.0), (1400.0, 700.0, 0.6), (3000.0, 1500.0, 0.3)], 0.1)


def horse_neighing(rng: Rng) -> Sound:
    """A whinny that shakes as it falls, a nicker, a squeal or a snort (Briefer and others 2015)."""
    throat = _throat(
        rng,
        rng.uniform(0.3, 0.5),
        between(rng, 700, 2500),
        breath=between(rng, 0.1, 1.0),
        rough=between(rng, 0.02, 0.2),
    )
    kind = rng.choice(4, p=[0.6, 0.17, 0.1, 0.13])
    if kind == 3:
        return _heard(rng, _snort(rng, rng.uniform(0.4, 1.0), rng.uniform(18, 35)))
    shake = rng.uniform(7, 13)
    if kind == 1:
        samples = count(rng.uniform(0.5, 1.3))
        hertz = between(rng, 70, 160) * _glide(samples, (0, 1), (0.4, 1.2), (1, 0.8))
        gate = 0.5 + 0.5 * sine(shake, samples)
        loud = _hump(samples, 0.1, 0.3) * (0.15 + gate)
        return _heard(rng, _call(rng, throat, hertz, loud, 0.1 + 0.2 * gate, 1.5))
    high = between(rng, 700, 1600)
    seconds = rng.uniform(0.5, 1.0) if kind == 2 else between(rng, 1.0, 2.6)
    samples = count(seconds)
    low = high * (rng.uniform(0.8, 1.1) if kind == 2 else rng.uniform(0.3, 0.55))
    start = rng.uniform(0.5, 0.9) * high
    hertz = _glide(samples, (0, start), (0.15, high), (0.4, 0.9 * high), (1, low))
    grows = 0.1 if kind == 2 else line(samples, (0, 0), (0.3, 0.4), (0.6, 1), (1, 1))
    swing = sine(shake * _glide(samples, (0, 1.1), (1, 0.8)), samples) * grows
    hertz *= np.exp(rng.uniform(0.04, 0.12) * swing)
    loud = _hump(samples, 0.06, 0.4 * seconds) * (1.0 + rng.uniform(0.2, 0.6) * swing)
    mouth = line(samples, (0, 0.6), (0.2, 1), (1, 0.3))
    out = _call(rng, throat, hertz, loud, mouth, line(samples, (0, 2), (0.3, 0.7), (1, 2)))
    whistle = sine(hertz * rng.uniform(2.2, 3.2), samples) * loud
    add(out, level(whistle) * np.sqrt(np.square(out).mean()), 0.0, rng.uniform(0, 0.4))
    if kind == 0 and rng.uniform() < 0.3:
        out = join(peak(out), 0.4 * peak(_snort(rng, rng.uniform(0.3, 0.6), 25)))
    return _heard(rng, out)


def _hoof(rng: Rng) -> Callable[[float], Sound]:
    """A hoof on a ground: hard (it rings hollow), earth (a thud), gravel or turf."""
    ground = rng.integers(4)
    hollow = between(rng, 450, 1300) * np.array([1.0, *np.sort(rng.uniform(1.4, 4.0, 4))])
    thud = between(rng, 55, 130)
    clop = (rng.uniform(0.6, 1.0), 0.0, 0.3, 0.05)[ground]
    grit = (0.15, rng.uniform(0.05, 0.3), 0.7, 0.3)[ground]
    deep = (rng.uniform(0.1, 0.5), 1.0, 0.4, 0.8)[ground]
    top = (6000.0, 1500.0, 8000.0, 3000.0)[ground]

    def beat(hard: float) -> Sound:
        samples = count(0.2)
        each = hollow * rng.uniform(0.93, 1.07)
        decay = rng.uniform(0.03, 0.09) / np.sqrt(each / each[0])
        out = clop * modes(samples, each, decay, rng.uniform(0.2, 1.0, 5))
        fall = rng.uniform(0.06, 0.14)
        out += 0.8 * deep * modes(samples, thud * np.array([1, 1.8]), (fall, fall / 2), (1, 0.6))
        scrape = band(noise(rng, samples, 0.5), 150, top, 12) * fade(samples, 0.004, 0.09)
        out += grit * scrape
        knock = band(noise(rng, count(0.02)), 400, top, 12) * fade(count(0.02), 0.0005, 0.01)
        add(out, knock, 0.0, 0.5 * (clop + 0.2))
        return out * hard

    return beat


def horse_galloping(rng: Rng) -> Sound:
    """Hoof beats of a gallop, a canter, a trot or a walk, of one horse or a few."""

    def horse() -> Sound:
        beat = _hoof(rng)
        gait = rng.choice(4, p=[0.35, 0.3, 0.25, 0.1])
        places = (
            (0.0, 0.14, 0.28, 0.45),
            (0.0, 0.24, 0.48),
            (0.0, 0.5),
            (0.0, 0.25, 0.5, 0.75),
        )[gait]
        stride = (
            rng.uniform(0.38, 0.52),
            rng.uniform(0.5, 0.7),
            rng.uniform(0.55, 0.8),
            rng.uniform(0.9, 1.2),
        )[gait]
        weight = rng.uniform(0.5, 1.0, len(places))
        made = []
        for turn in range(int(rng.uniform(1.2, 5.0) / stride)):
            for place, hard in zip(places, weight, strict=True):
                when = stride * (turn + place) + rng.normal(0.0, 0.01)
                made.append((max(when, 0.0), beat(hard * decibels(rng.normal(0, 2)))))
        return _placed(made)

    out = horse()
    if rng.uniform() < 0.3:
        for _ in range(rng.integers(1, 4)):
            out = mix(out, join(silence(rng.uniform(0, 0.3)), rng.uniform(0.3, 1) * horse()))
    if rng.uniform() < 0.4:
        out = out * line(len(out), (0, rng.uniform(0.1, 1)), (0.5, 1), (1, rng.uniform(0.1, 1)))
    return _heard(rng, out, 0.2)


def pig_grunting(rng: Rng) -> Sound:
    """Grunts in a row, snuffles that draw air in, and squeals."""
    throat = _throat(
        rng,
        rng.uniform(0.16, 0.32),
        between(rng, 600, 2400),
        breath=between(rng, 0.15, 1.0),
        rough=between(rng, 0.04, 0.2),
    )
    pitch = between(rng, 45, 140)

    def grunt() -> Sound:
        seconds = rng.uniform(0.1, 0.4)
        samples = count(seconds)
        hertz = pitch * _glide(samples, (0, 0.9), (0.3, rng.uniform(1, 1.3)), (1, 0.7))
        loud = _hump(samples, rng.uniform(0.03, 0.1), 0.5 * seconds)
        mouth = rng.uniform(0.1, 0.6)
        return peak(_call(rng, throat, hertz, loud, mouth))

    def oink() -> Sound:
        seconds = rng.uniform(0.15, 0.4)
        samples = count(seconds)
        rate = between(rng, 25, 60) * _glide(samples, (0, 0.8), (1, 1.3))
        air = noise(rng, samples, 1.0) * (0.1 + pulses(rate, samples, 2.5))
        air *= _hump(samples, 0.05, 0.1)
        rise = line(samples, (0, 0.2), (1, rng.uniform(0.4, 1.0)))
        wide = replace(throat, sharp=0.25)
        return 0.7 * peak(join(formants(air, _tract(wide, rise), 0.08), 0.8 * grunt()))

    def squeal() -> Sound:
        seconds = between(rng, 0.3, 1.4)
        samples = count(seconds)
        top = between(rng, 700, 1900)
        hertz = _glide(samples, (0, 0.6 * top), (0.2, top), (0.7, 0.9 * top), (1, 0.6 * top))
        hertz *= np.exp(0.06 * wander(rng, samples, 8.0))
        shrill = replace(
            throat, bright=between(rng, 1500, 4000), rough=between(rng, 0.06, 0.5), tract=0.15
        )
        return peak(_call(rng, shrill, hertz, _hump(samples, 0.05, 0.2), 1.0))

    kind = rng.choice(4, p=[0.33, 0.15, 0.35, 0.17])
    number = int(rng.integers(1, 7))
    if kind == 0:
        return _heard(rng, _row(rng, number, rng.uniform(0.35, 0.9), grunt, 0.25))
    if kind == 1:
        return _heard(rng, _row(rng, min(number, 4), rng.uniform(0.6, 1.1), oink, 0.2))
    if kind == 2:
        return _heard(rng, _row(rng, int(rng.integers(1, 4)), rng.uniform(0.8, 1.3), squeal, 0.25))
    several = (grunt, oink, squeal)
    return _heard(rng, _row(rng, 4, 0.7, lambda: several[rng.integers(3)](), 0.3))


def donkey_braying(rng: Rng) -> Sound:
    """Hee-haw: a squeak that is drawn in, then a coarse cry, again and again, weaker at last."""
    low = between(rng, 150, 420)
    throat = _throat(
        rng,
        rng.uniform(0.28, 0.42),
        between(rng, 900, 2200),
        breath=between(rng, 0.1, 0.4),
        rough=between(rng, 0.02, 0.12),
        halves=rng.uniform(0, 0.6),
    )
    high = low * rng.uniform(1.6, 3.2)
    made, now = [], 0.0
    turns = int(rng.integers(1, 6))
    pace = rng.uniform(0.8, 1.25)
    for turn in range(turns):
        effort = min(1.0, 0.6 + 0.3 * turn) * (0.6 if turn > 3 else 1.0)
        hee, haw = count(pace * rng.uniform(0.25, 0.55)), count(pace * rng.uniform(0.35, 0.8))
        pitch = _glide(hee, (0, 0.8 * high), (0.5, high), (1, 0.9 * high))
        breathy = replace(throat, breath=3 * throat.breath + 0.3, bright=0.6 * throat.bright)
        part = _call(rng, breathy, pitch, _hump(hee, 0.08, 0.1), 0.6)
        made.append((now, 0.5 * effort * peak(part)))
        now += len(part) / 32000.0 - 0.03
        pitch = low * _glide(haw, (0, 1.3), (0.2, 1.05), (0.8, 1.0), (1, 0.75))
        part = _call(rng, throat, pitch, _hump(haw, 0.04, 0.2), 1.0, line(haw, (0, 0.7), (1, 1.5)))
        made.append((now, effort * peak(part)))
        now += len(part) / 32000.0 + rng.uniform(0.0, 0.12)
    return _heard(rng, _placed(made))


def duck_quacking(rng: Rng) -> Sound:
    """Nasal quacks, alone or in a falling row; drakes rasp."""
    pitch = between(rng, 130, 420)
    throat = _throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1300, 3500),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.02, 0.15),
    )
    each = rng.uniform(0.1, 0.3)
    fall = rng.uniform(0.88, 1.0)
    now, turn, made = 0.0, 0, []
    for turn in range(rng.integers(1, 9)):
        seconds = each * rng.uniform(0.85, 1.15) * fall**turn
        samples = count(seconds)
        hertz = pitch * _glide(samples, (0, 0.9), (0.25, 1.1), (1, rng.uniform(0.7, 0.95)))
        hertz *= 1.0 + 0.04 * (1 - turn / 4) * rng.normal()
        loud = _hump(samples, rng.uniform(0.01, 0.03), 0.6 * seconds) * fall ** (2 * turn)
        mouth = line(samples, (0, 0.3), (0.25, 1), (1, rng.uniform(0.3, 0.8)))
        made.append((now, _call(rng, throat, hertz, loud, mouth)))
        now += seconds + rng.uniform(0.06, 0.2)
    nasal = between(rng, 900, 1800)
    out = shape(_placed(made), (nasal / 3, -14), (nasal, 0), (3 * nasal, -3), (9000, -10))
    return _heard(rng, out)


def goose_honking(rng: Rng) -> Sound:
    """Honks that leap up in pitch as they begin, of a goose or a flock."""

    def goose() -> Sound:
        high = between(rng, 380, 1100)
        low = high * rng.choice([0.5, rng.uniform(0.45, 0.8)])
        throat = _throat(
            rng,
            rng.uniform(0.11, 0.2),
            between(rng, 900, 2600),
            breath=between(rng, 0.03, 0.3),
            rough=between(rng, 0.02, 0.15),
        )
        each, breaks = rng.uniform(0.15, 0.45), rng.uniform(0.1, 0.5)

        def honk() -> Sound:
            samples = count(each * rng.uniform(0.85, 1.15))
            hertz = line(
                samples, (0, low), (breaks, 1.05 * low), (breaks + 0.04, high), (1, 0.9 * high)
            )
            loud = _hump(samples, 0.025, 0.4 * each)
            loud *= line(samples, (0, 0.5), (breaks, 0.6), (breaks + 0.04, 1), (1, 0.9))
            return peak(
                _call(rng, throat, hertz, loud, line(samples, (0, 0.5), (0.4, 1), (1, 0.6)))
            )

        return _row(rng, int(rng.integers(1, 6)), each + rng.uniform(0.15, 0.8), honk, 0.15)

    nasal = between(rng, 900, 1800)
    out = goose()
    if rng.uniform() < 0.25:
        for _ in range(rng.integers(1, 5)):
            out = mix(out, join(silence(rng.uniform(0.1, 0.8)), rng.uniform(0.2, 1) * goose()))
    return _heard(rng, shape(out, (350, -16), (nasal, 0), (6000, -6)))


def rooster_crowing(rng: Rng) -> Sound:
    """Cock-a-doodle-doo: two or three short cries and a long one that falls."""
    pitch = between(rng, 380, 950)
    throat = _throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1400, 3500),
        breath=between(rng, 0.03, 0.3),
        rough=between(rng, 0.01, 0.1),
    )
    pace = rng.uniform(0.8, 1.3)
    last = rng.uniform(0.6, 1.4)
    parts = [
        (0.22, (0.7, 0.95, 0.85), 0.7),
        (0.12, (0.85, 0.95, 0.9), 0.7),
        (0.35, (0.8, 1.2, 1.05), 0.95),
        (last, (0.95, 1.1, 0.6), 1.0),
    ]
    if rng.uniform() < 0.3:
        parts.pop(1)
    made, now = [], 0.0
    for seconds, (a, b, c), gain in parts:
        samples = count(pace * seconds * rng.uniform(0.85, 1.15))
        top = rng.uniform(0.25, 0.5)
        bend = pitch * np.array([a, b, c]) * rng.uniform(0.94, 1.06, 3)
        hertz = _glide(samples, (0, bend[0]), (top, bend[1]), (0.75, 0.93 * bend[1]), (1, bend[2]))
        loud = gain * _hump(samples, 0.04, 0.3 * seconds)
        mouth = line(samples, (0, 0.3), (0.3, 1), (1, 0.6))
        harsh = line(samples, (0, 1), (0.8, 1), (1, 3))
        made.append((now, _call(rng, throat, hertz, loud, mouth, harsh)))
        now += len(hertz) / 32000.0 + rng.uniform(0.0, 0.1)
    low = rng.uniform(1.2, 2.2) * pitch
    return _heard(rng, shape(_placed(made), (low / 2, -14), (low, 0), (3 * low, -4)))


def chicken_clucking(rng: Rng) -> Sound:
    """Buk, buk, buk, sometimes with a long "ba-gawk"; chicks peep."""
    if rng.uniform() < 0.2:
        top = between(rng, 3000, 4800)

        def peep() -> Sound:
            samples = count(rng.uniform(0.06, 0.16))
            hertz = _glide(samples, (0, top), (1, top * rng.uniform(0.55, 0.9)))
            return harmonics(hertz, samples, (1, 0.08)) * _hump(samples, 0.01, 0.06)

        flock = int(rng.integers(1, 4))
        rows = [
            _row(rng, int(rng.integers(3, 12)), rng.uniform(0.2, 0.5), peep, 0.3)
            for _ in range(flock)
        ]
        return _heard(rng, mix(*rows))
    pitch = between(rng, 260, 650)
    throat = _throat(
        rng,
        rng.uniform(0.06, 0.11),
        between(rng, 900, 2600),
        breath=between(rng, 0.05, 0.4),
        rough=between(rng, 0.02, 0.12),
    )

    def cluck(seconds: float, rise: float) -> Sound:
        samples = count(seconds)
        start, end = rng.uniform(0.7, 1.1), rng.uniform(0.6, 0.9)
        hertz = pitch * rise * _glide(samples, (0, start), (0.35, 1.1), (1, end))
        loud = _hump(samples, 0.012, 0.6 * seconds)
        return peak(_call(rng, throat, hertz, loud, rng.uniform(0.2, 0.8), rng.uniform(0.5, 2)))

    made, now = [], 0.0
    pace = between(rng, 0.15, 0.55)
    excited = rng.uniform() < 0.5
    for _ in range(rng.integers(2, 10)):
        if excited and rng.uniform() < 0.3:
            made.append((now, 1.3 * cluck(rng.uniform(0.25, 0.6), rng.uniform(1.3, 2.2))))
            now += rng.uniform(0.3, 0.8)
        else:
            gain = decibels(rng.normal(-3, 3))
            made.append((now, gain * cluck(rng.uniform(0.04, 0.13), rng.uniform(0.9, 1.15))))
        now += pace * rng.uniform(0.7, 1.4)
    return _heard(rng, _placed(made))


def farm_animals(rng: Rng) -> Sound:
    """A yard: two or three kinds of animals, near and far, at the same time."""
    kinds = (
        cow_mooing,
        sheep_bleating,
        goat_bleating,
        pig_grunting,
        chicken_clucking,
        rooster_crowing,
        duck_quacking,
        goose_honking,
    )
    out = np.zeros(count(rng.uniform(3.5, 6.0)))
    chosen = rng.choice(len(kinds), 3, replace=False)
    for kind in (*chosen[:2], *rng.choice(chosen, rng.integers(0, 3))):
        add(out, peak(kinds[kind](rng)), rng.uniform(0.0, 3.0), between(rng, 0.15, 1.0))
    out = ends(out, 0.05, 0.3)
    out += level(noise(rng, len(out), 1.0)) * between(rng, 0.0005, 0.01)
    return echo(rng, out, between(rng, 0.2, 1.0), between(rng, 0.02, 0.3))


# Birds.


def crow_cawing(rng: Rng) -> Sound:
    """Caws: harsh and open, alone or in rows, of a crow, a raven or a rook."""
    pitch = between(rng, 260, 620)
    throat = _throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1300, 3500),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.04, 0.25),
        halves=rng.choice([0.0, 0.4]),
        ripple=(rng.choice([0.0, 0.5, 0.9]), rng.uniform(45, 110)),
    )
    each, nasal = rng.uniform(0.18, 0.55), between(rng, 1000, 2000)

    def caw() -> Sound:
        seconds = each * rng.uniform(0.85, 1.2)
        samples = count(seconds)
        hertz = pitch * _glide(samples, (0, 0.8), (0.25, 1.08), (0.7, 1), (1, 0.75))
        loud = _hump(samples, 0.03, 0.35 * seconds)
        mouth = line(samples, (0, 0.3), (0.3, 1), (1, 0.5))
        return peak(_call(rng, throat, hertz, loud, mouth))

    number = int(rng.choice([1, 2, 3, 4, 5]))
    out = _row(rng, number, each + rng.uniform(0.12, 0.6), caw, 0.1)
    return _heard(rng, shape(out, (nasal / 3, -20), (nasal, 0), (2 * nasal, 0), (8000, -12)), 0.4)


def owl_hooting(rng: Rng) -> Sound:
    """Soft hollow hoots in an owl's rhythm; some tremble, a barn owl shrieks."""
    if rng.uniform() < 0.1:
        seconds = rng.uniform(0.6, 1.8)
        samples = count(seconds)
        air = noise(rng, samples) * _hump(samples, 0.1, 0.2) * (1 + wander(rng, samples, 60.0, 0.4))
        centre = between(rng, 2200, 3500) * _glide(samples, (0, 0.8), (0.3, 1), (1, 1.1))
        return _heard(rng, move_band(air, centre, rng.uniform(0.3, 0.6)))
    pitch = between(rng, 230, 1000)
    second, puff = between(rng, 0.003, 0.15), between(rng, 0.002, 0.08)
    tremble = rng.uniform(8, 16) if rng.uniform() < 0.3 else 0.0

    def hoot(seconds: float) -> Sound:
        samples = count(seconds)
        bend = rng.uniform(0.75, 1.0)
        hertz = pitch * _glide(samples, (0, bend), (0.3, 1.02), (0.7, 1), (1, bend))
        loud = _hump(samples, 0.25 * seconds, 0.4 * seconds)
        if tremble and seconds > 0.35:
            loud *= 0.6 + 0.4 * sine(tremble, samples)
        out = harmonics(hertz, samples, (1, second, second / 3)) * loud
        breath = noise(rng, samples) * loud
        return out + puff * ring(breath, [1.0 * pitch, 3 * pitch], [pitch / 3, pitch], [6.0, 1.0])

    patterns: tuple[tuple[tuple[float, float], ...], ...] = (
        ((0.3, 0.2), (0.12, 0.15), (0.35, 0.25), (0.35, 0.0)),
        ((0.6, 1.2), (0.12, 0.1), (0.9, 0.0)),
        ((0.18, 0.15), (0.18, 0.1), (0.18, 0.1), (0.5, 0.0)),
        ((0.5, 0.0),),
        ((0.35, 0.4), (0.35, 0.4), (0.35, 0.0)),
        tuple((0.1, 0.06) for _ in range(12)),
    )
    pace = rng.uniform(0.8, 1.3)
    made, now = [], 0.0
    for seconds, gap in patterns[rng.integers(len(patterns))]:
        made.append((now, hoot(pace * seconds * rng.uniform(0.9, 1.1))))
        now += pace * (seconds + gap)
    return _heard(rng, _placed(made), 0.5)


def _syllable(rng: Rng, low: float, high: float) -> Callable[[], Sound]:
    """A note of a bird's song: a whistle that bends, shakes, or buzzes; a harsh or a nasal one."""
    seconds = between(rng, 0.03, 0.35)
    marks = [between(rng, low, high) for _ in range(rng.integers(2, 5))]
    if rng.uniform() < 0.3:
        marks = [m / 6 + marks[0] * 5 / 6 for m in marks]
    kind = rng.choice(5, p=[0.5, 0.15, 0.12, 0.13, 0.1])
    rate = rng.uniform(20, 45) if kind == 1 else rng.uniform(80, 250)
    second = between(rng, 0.005, 0.2)
    attack, release = rng.uniform(0.1, 0.4) * seconds, rng.uniform(0.2, 0.5) * seconds

    def note() -> Sound:
        samples = count(seconds * rng.uniform(0.95, 1.05))
        places = np.linspace(0, 1, len(marks))
        hertz = _glide(samples, *zip(places, marks, strict=True)) * rng.uniform(0.985, 1.015)
        loud = _hump(samples, attack, release)
        if kind == 1:
            hertz *= np.exp(0.1 * sine(rate, samples))
        elif kind == 2:
            loud *= 0.5 + 0.5 * sine(rate, samples)
        elif kind == 3:
            base = hertz / rng.uniform(2.5, 4.5)
            stack = _buzz(base, 0.5 * high)
            return level(move_band(stack * loud, hertz, 0.5)) * 0.5
        elif kind == 4:
            hertz *= np.exp(0.06 * wander(rng, samples, 600.0))
        return harmonics(hertz, samples, (1, second, second / 4)) * loud

    return note


def _song(rng: Rng, low: float, high: float, seconds: float) -> Sound:
    """One bird: notes in a row, phrases again and again, a trill, or single calls."""
    notes = [_syllable(rng, low, high) for _ in range(rng.integers(1, 6))]
    style = rng.integers(4)
    gap = between(rng, 0.02, 0.15)
    made, now = [], 0.0
    while now < seconds:
        if style == 0:
            note = notes[0]
            group = [note] * int(rng.integers(1, 5))
            rest = between(rng, 0.2, 1.2)
        elif style == 1:
            group, rest = notes, between(rng, 0.3, 1.5)
        elif style == 2:
            group, rest = [notes[rng.integers(len(notes))]] * int(rng.integers(3, 15)), 0.1
        else:
            group = [notes[i] for i in rng.integers(len(notes), size=rng.integers(3, 12))]
            rest = between(rng, 0.2, 1.5)
        for note in group:
            one = note() * decibels(rng.normal(0, 2))
            made.append((now, one))
            now += len(one) / 32000.0 + gap * rng.uniform(0.8, 1.2)
        now += rest
    return _placed(made)


def birds_chirping(rng: Rng) -> Sound:
    """Song and calls of a small bird, of a few, or of a wood full of them."""
    seconds = rng.uniform(0.3, 5.0)
    number = int(rng.choice([1, 1, 2, 3, 6]))
    out = np.zeros(count(0.1))
    for _ in range(number):
        low = between(rng, 1600, 4200)
        high = min(low * rng.uniform(1.15, 2.4), 9500)
        start = 0.0 if number == 1 else rng.uniform(0, 0.5)
        song = _song(rng, low, high, seconds) * between(rng, 0.15, 1.0)
        if rng.uniform() < 0.5:
            song = echo(rng, song, between(rng, 0.2, 1.2), between(rng, 0.02, 0.4))
        out = mix(out, join(silence(start), song))
    out = out[: count(6.0)]
    if rng.uniform() < 0.3:
        out += level(noise(rng, len(out), 1.0)) * between(rng, 0.001, 0.01)
    return ends(out, 0.005, 0.05)


def exotic_bird_call(rng: Rng) -> Sound:
    """Parrots that squawk, peacocks, laughing and croaking birds, whistles of the jungle."""
    kind = rng.integers(5)
    pitch = between(rng, 500, 1500)
    throat = _throat(
        rng,
        rng.uniform(0.05, 0.1),
        between(rng, 1200, 4000),
        breath=between(rng, 0.05, 0.3),
        rough=between(rng, 0.01, 0.15),
        halves=rng.choice([0.0, 0.5]),
    )

    def cry(seconds: float, *bends: float) -> Sound:
        samples = count(seconds * rng.uniform(0.85, 1.15))
        marks = pitch * np.array(bends) * rng.uniform(0.94, 1.06, len(bends))
        hertz = _glide(samples, *zip(np.linspace(0, 1, len(bends)), marks, strict=True))
        loud = _hump(samples, 0.03, 0.4 * seconds)
        return peak(_call(rng, throat, hertz, loud, line(samples, (0, 0.3), (0.4, 1), (1, 0.5))))

    if kind == 0:
        each = rng.uniform(0.12, 0.6)
        bends = rng.uniform(0.6, 1.3, 4)
        out = _row(
            rng, int(rng.integers(1, 6)), each + rng.uniform(0.1, 0.4), lambda: cry(each, *bends)
        )
    elif kind == 1:
        made = [(0.0, 0.7 * cry(0.25, 0.7, 0.8)), (0.3, cry(0.8, 0.9, 1.3, 1.25, 0.7))]
        out = _placed(made if rng.uniform() < 0.7 else [(0.0, cry(0.9, 0.9, 1.3, 1.2, 0.7))])
    elif kind == 2:
        made, now = [], 0.0
        period = rng.uniform(0.12, 0.3)
        for turn in range(rng.integers(5, 15)):
            made.append((now, min(1.0, 0.3 + 0.1 * turn) * cry(0.6 * period, 0.8, 1.2, 0.8)))
            now += period * rng.uniform(0.9, 1.1)
        out = _placed(made)
    elif kind == 3:
        pitch = between(rng, 250, 600)
        throat = replace(throat, rough=0.15, ripple=(0.8, rng.uniform(25, 70)))
        out = _row(
            rng, int(rng.integers(2, 7)), rng.uniform(0.3, 0.7), lambda: cry(0.25, 0.9, 1.1, 0.8)
        )
    else:
        low = between(rng, 900, 2200)
        out = _song(rng, low, low * rng.uniform(1.5, 3), rng.uniform(0.5, 3.5))
        out = echo(rng, out, rng.uniform(0.5, 1.5), rng.uniform(0.1, 0.5))
    return _heard(rng, out, 0.4)


def bird_of_prey_screech(rng: Rng) -> Sound:
    """A hawk's long falling scream, a falcon's row of sharp cries, an eagle's chatter."""
    kind = rng.integers(3)
    pitch = (between(rng, 800, 3000), between(rng, 900, 2200), between(rng, 1500, 3200))[kind]
    throat = _throat(
        rng,
        rng.uniform(0.04, 0.08),
        between(rng, 1500, 4500),
        breath=between(rng, 0.1, 2.5),
        rough=between(rng, 0.02, 0.3),
        ripple=(rng.choice([0.0, 0.4]), rng.uniform(60, 250)),
    )

    def cry(seconds: float, start: float, end: float) -> Sound:
        samples = count(seconds)
        top = rng.uniform(0.08, 0.3)
        hertz = pitch * _glide(samples, (0, start), (top, 1.05), (0.6, 0.9), (1, end))
        loud = _hump(samples, min(0.05, 0.2 * seconds), 0.5 * seconds)
        harsh = line(samples, (0, 1.5), (0.3, 0.6), (1, 1.5))
        return peak(_call(rng, throat, hertz, loud, rng.uniform(0.6, 1.0), harsh))

    if kind == 0:
        long = rng.uniform(0.6, 2.0)
        number = int(rng.choice([1, 1, 2]))
        out = _row(rng, number, long + 0.5, lambda: cry(long, 0.7, rng.uniform(0.55, 0.8)))
    elif kind == 1:
        each = rng.uniform(0.06, 0.16)
        period = each + rng.uniform(0.05, 0.15)
        out = _row(rng, int(rng.integers(3, 14)), period, lambda: cry(each, 0.8, 0.8), 0.06)
    else:
        made, now = [(0.0, cry(rng.uniform(0.2, 0.5), 0.8, 0.9))], 0.5
        for _ in range(rng.integers(2, 9)):
            each = rng.uniform(0.07, 0.18)
            made.append((now, cry(each, 0.8, rng.uniform(0.6, 0.9)) * rng.uniform(0.5, 1)))
            now += each + rng.uniform(0.03, 0.12)
        out = _placed(made)
    return _heard(rng, shape(out, (700, -10), (2000, 0)), 0.5)


def wings_flapping(rng: Rng) -> Sound:
    """Strokes of wings, large and slow or small and fast: pushed air, feathers that clap."""
    rate = between(rng, 2.0, 16.0)
    seconds = rng.uniform(0.5, 3.0)
    top = between(rng, 500, 3500)
    feathers, clap = between(rng, 0.02, 0.5), between(rng, 0.02, 0.8)
    deep = rng.uniform(0.0, 1.2)

    def stroke() -> Sound:
        length = min(0.9 / rate, 0.25)
        samples = count(length * rng.uniform(0.8, 1.1))
        loud = _hump(samples, rng.uniform(0.2, 0.4) * length, 0.5 * length)
        air = noise(rng, samples, 1.2) * loud
        centre = top * _glide(samples, (0, 0.3), (0.4, 0.6), (1, 0.25))
        out = move_band(air, centre, 1.2)
        out += deep * level(band(noise(rng, samples, 1.0), 40, 160, 12)) * loud * 0.4
        out += feathers * band(noise(rng, samples), 2000, 9000, 12) * loud**2 * 0.5
        if clap > 0.1:
            snap = band(noise(rng, count(0.02), 0.5), 300, 5000, 12) * fade(
                count(0.02), 0.001, 0.02
            )
            add(out, snap, 0.35 * length, clap)
        return out

    made, now = [], 0.0
    slows = rng.uniform(0.6, 1.4)
    while now < seconds:
        made.append((now, stroke() * decibels(rng.normal(0, 2))))
        now += (1 + (slows - 1) * now / seconds) / rate * max(0.5, 1 + 0.08 * rng.normal())
    out = _placed(made)
    return out * line(len(out), (0, 1), (0.5, 1), (1, rng.uniform(0.1, 1)))


# Small things.


def _croak(rng: Rng, carriers: Sequence[float], rate: float, seconds: float, bend: float) -> Sound:
    """A frog's pulses, each of which rings at its voice's pitches."""
    samples = count(seconds)
    track = rate * _glide(samples, (0, 1), (1, bend)) * (1 + 0.03 * wander(rng, samples, 15.0))
    place = phase_of(track, samples) % 1.0
    gate = np.minimum(1.0, place * 12) * np.exp(-place * rng.uniform(2, 6))
    loud = _hump(samples, 0.3 * seconds, 0.3 * seconds) * (1 + 0.1 * wander(rng, samples, rate))
    lift = _glide(samples, (0, 0.9), (1, rng.uniform(1.0, 1.2)))
    out = np.zeros(samples)
    for order, carrier in enumerate(carriers):
        rough = np.exp(0.02 * wander(rng, samples, 200.0))
        out += sine(carrier * lift * rough, samples) * gate * 0.6**order
    air = ring(
        noise(rng, samples) * gate,
        carriers,
        [rng.uniform(0.1, 0.35) * c for c in carriers],
        [1.0, 0.6][:2],
    )
    return (out + between(rng, 0.2, 3.0) * air) * loud


def _frog(rng: Rng) -> Callable[[], Sound]:
    """A frog: one that croaks, ribbits, bellows, peeps or trills."""
    kind = rng.choice(5, p=[0.35, 0.25, 0.15, 0.12, 0.13])
    low = between(rng, 350, 1500)
    carriers = [low, low * rng.uniform(1.8, 2.8)]
    rate = between(rng, 25, 90)
    length = between(rng, 0.12, 0.7)
    if kind == 0:
        return lambda: _croak(rng, carriers, rate, length, 1.1)
    if kind == 1:
        first, second = rng.uniform(0.06, 0.15), rng.uniform(0.12, 0.25)
        carriers = [c * 1.4 for c in carriers]

        def ribbit() -> Sound:
            tail = _croak(rng, [c * 1.1 for c in carriers], 1.3 * rate, second, 1.2)
            return _placed(
                [(0.0, _croak(rng, carriers, rate, first, 1.0)), (first + 0.03, 1.3 * tail)]
            )

        return ribbit
    if kind == 2:
        base = between(rng, 85, 200)
        throat = _throat(rng, rng.uniform(0.12, 0.2), between(rng, 400, 1200), rough=0.05)
        throat = replace(throat, ripple=(rng.uniform(0, 0.6), rng.uniform(20, 40)))

        def bellow() -> Sound:
            samples = count(length + 0.2)
            hertz = base * _glide(samples, (0, 0.85), (0.5, 1.05), (1, 0.95))
            return _call(rng, throat, hertz, _hump(samples, 0.1, 0.25), 0.6)

        return bellow
    if kind == 3:
        tone = between(rng, 1800, 3300)

        def peep() -> Sound:
            samples = count(0.12)
            return sine(_glide(samples, (0, 0.93 * tone), (1, tone)), samples) * _hump(
                samples, 0.03, 0.05
            )

        return peep
    return lambda: _croak(rng, [1.4 * low, 2.8 * low], rng.uniform(15, 45), 1.0 + 2 * length, 1.0)


def frog_croaking(rng: Rng) -> Sound:
    """Croaks, ribbits, bellows, peeps and trills, of a frog or a pond of them."""
    frog = _frog(rng)
    out = _row(rng, int(rng.integers(1, 7)), between(rng, 0.35, 1.1), frog, 0.15)
    if rng.uniform() < 0.3:
        for _ in range(rng.integers(1, 5)):
            other = _frog(rng) if rng.uniform() < 0.6 else frog
            row = _row(rng, int(rng.integers(2, 7)), between(rng, 0.35, 1.0), other, 0.2)
            out = mix(out, join(silence(rng.uniform(0, 0.6)), between(rng, 0.1, 0.8) * row))
    return _heard(rng, out[: count(6.0)])


def _cricket(rng: Rng, samples: int) -> Sound:
    """One insect: a carrier of a few kHz, in pulses, the pulses in chirps or an endless trill."""
    carrier = between(rng, 2300, 6500)
    track = carrier * (1.0 + 0.003 * wander(rng, samples, 5.0))
    rate = between(rng, 18, 70)
    swing = pulses(rate * (1 + 0.02 * wander(rng, samples, 4.0)), samples, rng.uniform(1.0, 2.2))
    track *= 1.0 - 0.02 * swing
    tone = harmonics(track, samples, (1, between(rng, 0.003, 0.1))) * swing
    if rng.uniform() < 0.65:
        chirps = between(rng, 0.7, 4.5)
        place = phase_of(chirps * (1 + 0.05 * wander(rng, samples, chirps)), samples)
        share = rng.uniform(0.2, 0.6)
        inside = (place + rng.uniform()) % 1.0 / share
        tone *= np.where(inside < 1, np.clip(8 * inside, 0, 1) * np.clip(8 * (1 - inside), 0, 1), 0)
    return tone * (1.0 + 0.1 * wander(rng, samples, 2.0))


def crickets_chirping(rng: Rng) -> Sound:
    """A cricket, a night full of them, bush crickets that rasp or cicadas that saw."""
    samples = count(rng.uniform(0.8, 6.0))
    out = _cricket(rng, samples)
    if rng.uniform() < 0.5:
        for _ in range(rng.integers(1, 9)):
            out += between(rng, 0.05, 0.7) * _cricket(rng, samples)
    if rng.uniform() < 0.3:
        rate = between(rng, 15, 160)
        gate = pulses(rate, samples, rng.uniform(0.8, 2.5)) + 0.2
        swell = np.clip(0.6 + 0.5 * wander(rng, samples, rng.uniform(0.5, 3)), 0, 2)
        centre = between(rng, 4000, 8500)
        rasp = level(band(noise(rng, samples), 0.8 * centre, 1.25 * centre, 18)) * gate * swell
        out += between(rng, 0.1, 2.0) * rasp
    if rng.uniform() < 0.4:
        for _ in range(rng.integers(1, 4)):
            centre = between(rng, 2300, 6500)
            swell = np.exp(0.2 * wander(rng, samples, rng.uniform(1, 12)))
            many = band(noise(rng, samples), 0.97 * centre, 1.03 * centre, 60)
            out += between(rng, 0.1, 1.0) * level(many * swell)
    if rng.uniform() < 0.5:
        out += between(rng, 0.003, 0.1) * noise(rng, samples, 1.0)
    return ends(out, 0.02, 0.05)


def _insect(rng: Rng, seconds: float, beat: float) -> Sound:
    """Wings that beat a few hundred times a second, as they come and go."""
    samples = count(seconds)
    hertz = beat * np.exp(0.04 * wander(rng, samples, 2.5) + 0.008 * wander(rng, samples, 20.0))
    path = rng.uniform(0.05, 1.5) * np.exp(0.8 * wander(rng, samples, between(rng, 0.4, 2.5)))
    hertz *= 1.0 - 0.004 * np.gradient(path) * 32000.0 / (1.0 + path)
    source = _buzz(np.clip(hertz, 60.0, 400.0), between(rng, 700, 4000))
    turn = phase_of(hertz, samples)
    source *= 1.0 + rng.uniform(0, 0.4) * np.cos(np.pi * turn) + 0.1 * wander(rng, samples, 150.0)
    source += between(rng, 0.03, 0.8) * noise(rng, samples, 0.6) * (1 + np.cos(2 * np.pi * turn))
    peaks = np.sort(np.exp(rng.uniform(np.log(250), np.log(9000), 7)))
    out = shape(source, *((f, rng.normal(0.0, 6.0)) for f in peaks))
    return out / (0.3 + path)


def bee_buzzing(rng: Rng) -> Sound:
    """A bee, a bumblebee, a hornet or a fly that passes or hovers; or a hive."""
    beat = between(rng, 100, 290)
    seconds = between(rng, 0.6, 5.0)
    out = _insect(rng, seconds, beat)
    if rng.uniform() < 0.3:
        out = out[: count(3.0)]
        for _ in range(rng.integers(3, 9)):
            other = _insect(rng, min(seconds, 3.0), beat * rng.uniform(0.85, 1.15))
            out = mix(out, between(rng, 0.2, 1) * other)
    elif rng.uniform() < 0.4:
        knots = int(seconds * rng.uniform(1, 4)) + 2
        gate = np.interp(
            np.linspace(0, knots, len(out)), np.arange(knots + 1), rng.uniform(-0.7, 1.5, knots + 1)
        )
        out *= np.clip(4 * gate, 0.0, 1.0)
        if not np.abs(out).max() > 0:
            out = _insect(rng, seconds, beat)
    return ends(out, rng.uniform(0.01, 0.3), rng.uniform(0.02, 0.4))


def snake_hissing(rng: Rng) -> Sound:
    """Air through a narrow mouth: long and even, in short warnings, or a strike."""

    def hiss(seconds: float) -> Sound:
        samples = count(seconds)
        attack = rng.choice([0.02, 0.1, 0.4]) * seconds
        loud = _hump(samples, attack, rng.uniform(0.2, 0.7) * seconds)
        loud *= np.exp(0.12 * wander(rng, samples, 10.0) + 0.1 * wander(rng, samples, 60.0))
        bend = rng.uniform(0.8, 1.2)
        track = centre * _glide(samples, (0, rng.uniform(0.8, 1.1)), (0.3, 1), (1, bend))
        air = noise(rng, samples)
        return (
            move_band(air, track, width) + 0.4 * move_band(air, 1.8 * track, 0.4) + floor * air
        ) * loud

    centre, width = between(rng, 3500, 8000), rng.uniform(0.3, 0.8)
    floor = between(rng, 0.01, 0.15)
    number = int(rng.choice([1, 1, 2, 3, 4]))
    each = between(rng, 0.25, 2.5) / number**0.5
    made, now = [], 0.0
    for _ in range(number):
        made.append((now, hiss(each * rng.uniform(0.7, 1.3))))
        now += each * 1.2 + rng.uniform(0.05, 0.5)
    return _placed(made)


def _squeaks(rng: Rng, low: float, high: float, longest: float, brightness: float) -> Sound:
    """Short high cries that bend up or down, in a row."""
    pitch = between(rng, low, high)
    marks = pitch * np.exp(rng.normal(0.0, 0.25, 3))
    each = between(rng, 0.03, longest)
    throat = _throat(
        rng,
        rng.uniform(0.015, 0.05),
        pitch * brightness,
        breath=between(rng, 0.01, 0.15),
        rough=between(rng, 0.002, 0.06),
    )

    def squeak() -> Sound:
        seconds = each * rng.uniform(0.7, 1.3)
        samples = count(seconds)
        bent = np.minimum(marks * np.exp(rng.normal(0.0, 0.06, 3)), 9000.0)
        hertz = _glide(samples, (0, bent[0]), (rng.uniform(0.3, 0.7), bent[1]), (1, bent[2]))
        return _call(rng, throat, hertz, _hump(samples, 0.2 * seconds, 0.5 * seconds), 0.8)

    number = int(rng.integers(1, 10)) if each < 0.2 else int(rng.integers(1, 4))
    return _row(rng, number, each + between(rng, 0.03, 0.4), squeak, 0.25)


def mouse_squeaking(rng: Rng) -> Sound:
    """A mouse's or a rat's thin, short squeaks."""
    return _heard(rng, _squeaks(rng, 2200, 6500, 0.16, between(rng, 0.3, 1.2)), 0.15)


def small_mammal_squeak(rng: Rng) -> Sound:
    """Guinea pigs that wheek, squirrels and chipmunks that chatter, squeals of rabbits and rats."""
    kind = rng.integers(3)
    if kind == 0:
        return _heard(rng, _squeaks(rng, 900, 4500, 0.35, between(rng, 0.4, 1.5)), 0.2)
    if kind == 1:
        top = between(rng, 1500, 3200)
        throat = _throat(rng, rng.uniform(0.03, 0.06), between(rng, 1200, 3500), rough=0.01)

        def wheek() -> Sound:
            samples = count(rng.uniform(0.2, 0.5))
            start = rng.uniform(0.3, 0.5) * top
            hertz = _glide(samples, (0, start), (0.4, 0.6 * top), (0.9, top), (1, 0.9 * top))
            return _call(rng, throat, hertz, _hump(samples, 0.08, 0.06), 0.9)

        return _heard(rng, _row(rng, int(rng.integers(1, 6)), rng.uniform(0.45, 0.7), wheek), 0.2)
    pitch = between(rng, 700, 2600)
    throat = _throat(rng, rng.uniform(0.03, 0.06), between(rng, 1500, 4500), breath=0.3, rough=0.1)
    each = rng.uniform(0.025, 0.08)

    def chip() -> Sound:
        samples = count(each)
        hertz = _glide(samples, (0, 1.2 * pitch), (1, 0.6 * pitch))
        return peak(_call(rng, throat, hertz, _hump(samples, 0.005, 0.03), 0.9))

    period = between(rng, 0.08, 0.35)
    return _heard(rng, _row(rng, int(rng.integers(3, 16)), period, chip, 0.1), 0.2)


# The wild.


def monkey_screeching(rng: Rng) -> Sound:
    """Screams, panted hoots that grow ("ooh ooh aah aah") and chatter of apes and monkeys."""
    size = rng.uniform()
    pitch = between(rng, 900, 2200) * 0.6**size
    throat = _throat(
        rng,
        0.06 + 0.08 * size,
        between(rng, 1200, 4000),
        breath=between(rng, 0.05, 0.4),
        rough=between(rng, 0.03, 0.3),
        halves=rng.choice([0.0, 0.5]),
    )

    def scream() -> Sound:
        seconds = between(rng, 0.2, 1.0)
        samples = count(seconds)
        hertz = pitch * _glide(samples, (0, 0.6), (0.2, 1.1), (0.8, 1), (1, rng.uniform(0.5, 0.9)))
        hertz *= np.exp(0.05 * wander(rng, samples, 7.0))
        return peak(_call(rng, throat, hertz, _hump(samples, 0.04, 0.15), 1.0))

    def hoot(effort: float) -> Sound:
        seconds = rng.uniform(0.12, 0.3)
        samples = count(seconds)
        hertz = (0.25 + 0.25 * effort) * pitch * _glide(samples, (0, 0.85), (0.5, 1.1), (1, 0.85))
        soft = replace(throat, rough=0.01, halves=0.0, bright=(0.2 + 0.6 * effort) * throat.bright)
        mouth = 0.1 + 0.8 * effort * np.ones(samples)
        return (0.3 + 0.7 * effort) * peak(
            _call(rng, soft, hertz, _hump(samples, 0.06, 0.1), mouth)
        )

    def chatter() -> Sound:
        samples = count(rng.uniform(0.03, 0.08))
        hertz = pitch * _glide(samples, (0, 0.8), (0.5, 1.2), (1, 0.7))
        return peak(_call(rng, throat, hertz, _hump(samples, 0.01, 0.03), 0.9))

    kind = rng.choice(3, p=[0.4, 0.35, 0.25])
    if kind == 0:
        return _heard(rng, _row(rng, int(rng.integers(1, 6)), rng.uniform(0.4, 0.9), scream, 0.25))
    if kind == 2:
        return _heard(
            rng, _row(rng, int(rng.integers(5, 22)), between(rng, 0.07, 0.2), chatter, 0.2)
        )
    made, now = [], 0.0
    number = int(rng.integers(5, 12))
    for turn in range(number):
        made.append((now, hoot(turn / number)))
        now += rng.uniform(0.28, 0.45)
    if rng.uniform() < 0.6:
        for _ in range(rng.integers(1, 4)):
            made.append((now, scream()))
            now += rng.uniform(0.4, 0.7)
    return _heard(rng, _placed(made))


def elephant_trumpeting(rng: Rng) -> Sound:
    """A blast through the trunk, brassy and torn; sometimes a rumble or a roar with it."""
    pitch = between(rng, 240, 620)
    seconds = between(rng, 0.6, 3.0)
    throat = _throat(
        rng,
        rng.uniform(0.2, 0.45),
        between(rng, 900, 3000),
        breath=between(rng, 0.1, 1.2),
        rough=between(rng, 0.03, 0.3),
        halves=rng.choice([0.0, 0.4, 0.8]),
        ripple=(rng.choice([0.0, 0.4]), rng.uniform(30, 90)),
    )

    def blast(length: float, gain: float) -> Sound:
        samples = count(length)
        top = rng.uniform(0.2, 0.6)
        start, end = rng.uniform(0.55, 0.95), rng.uniform(0.6, 1.0)
        hertz = pitch * _glide(samples, (0, start), (top, 1.1), (0.8, 1.05), (1, end))
        hertz *= np.exp(0.02 * wander(rng, samples, 10.0))
        loud = _hump(samples, 0.08, 0.3 * length) * np.exp(0.15 * wander(rng, samples, 9.0))
        harsh = line(samples, (0, 2), (0.2, 0.6), (0.7, 1), (1, 2))
        return gain * peak(_call(rng, throat, hertz, loud, rng.uniform(0.7, 1.0), harsh))

    made = [(0.0, blast(seconds, 1.0))]
    if rng.uniform() < 0.25:
        made.append((seconds + rng.uniform(0.05, 0.4), blast(rng.uniform(0.4, 1.0), 0.7)))
    if rng.uniform() < 0.35:
        low = replace(
            throat, tract=rng.uniform(0.7, 1.1), bright=between(rng, 200, 500), rough=0.08
        )
        samples = count(rng.uniform(0.8, 2.0))
        hertz = between(rng, 18, 60) * _glide(samples, (0, 0.9), (0.5, 1.1), (1, 0.8))
        rumble = peak(_call(rng, low, hertz, _hump(samples, 0.3, 0.5), 0.5))
        made.append((rng.choice([0.0, 0.7 * seconds]), rng.uniform(0.2, 0.8) * rumble))
    return _heard(rng, _placed(made), 0.4)


def deer_or_large_mammal_call(rng: Rng) -> Sound:
    """A stag's roar, an elk's bugle, a moose's or a fallow buck's grunts, a roe's bark."""
    kind = rng.integers(4)
    if kind == 1:
        top = between(rng, 1000, 2300)
        seconds = rng.uniform(1.2, 3.2)
        samples = count(seconds)
        marks = [(0, 0.3), (0.15, 0.5), (0.4, 1.0), (0.8, rng.uniform(0.85, 1)), (1, 0.4)]
        hertz = top * _glide(samples, *marks)
        throat = _throat(rng, 0.35, 0.7 * top, breath=between(rng, 0.03, 0.2), rough=0.01)
        out = _call(rng, throat, hertz, _hump(samples, 0.3, 0.3), 0.8)
        return _heard(rng, echo(rng, out, rng.uniform(0.5, 2), rng.uniform(0.05, 0.4)), 0.5)
    pitch = (
        between(rng, 80, 200) * rng.choice([1.0, 3.0]),
        0.0,
        between(rng, 60, 250),
        between(rng, 180, 500),
    )[kind]
    throat = _throat(
        rng,
        rng.uniform(0.2, 0.3) if kind == 3 else rng.uniform(0.35, 0.55),
        between(rng, 400, 1500),
        breath=between(rng, 0.2, 0.7),
        rough=between(rng, 0.04, 0.2),
        halves=rng.choice([0.0, 0.5]),
    )

    def call() -> Sound:
        seconds = (rng.uniform(0.8, 2.8), 0.0, rng.uniform(0.25, 0.9), rng.uniform(0.15, 0.4))[kind]
        samples = count(seconds)
        hertz = pitch * _glide(samples, (0, 0.8), (0.35, 1.1), (0.8, 1), (1, 0.7))
        loud = _hump(samples, 0.15 * seconds, 0.4 * seconds)
        mouth = line(samples, (0, 0.1), (0.4, rng.uniform(0.5, 1)), (1, 0.3))
        return peak(_call(rng, throat, hertz, loud, mouth))

    number = int(rng.integers(1, 3)) if kind == 0 else int(rng.integers(1, 6))
    period = (rng.uniform(1.6, 3.0), 0.0, rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.2))[kind]
    return _heard(rng, _row(rng, number, period, call, 0.15), 0.5)


def camel_grunting(rng: Rng) -> Sound:
    """A gargling moan or groan, or short grunts through loose lips."""
    pitch = between(rng, 70, 400)
    throat = _throat(
        rng,
        rng.uniform(0.3, 0.5),
        between(rng, 500, 1600),
        breath=between(rng, 0.1, 0.7),
        rough=between(rng, 0.03, 0.2),
        halves=rng.uniform(0, 0.7),
        ripple=(rng.choice([0.0, 0.2, 0.5, 0.9]), rng.uniform(14, 35)),
    )
    seconds = between(rng, 0.25, 2.2)

    def grunt() -> Sound:
        samples = count(seconds * rng.uniform(0.8, 1.2))
        hertz = pitch * _glide(samples, (0, 0.85), (0.4, 1.15), (0.8, 1.05), (1, 0.75))
        loud = _hump(samples, 0.15 * seconds, 0.4 * seconds) * np.exp(
            0.2 * wander(rng, samples, 8.0)
        )
        mouth = np.clip(0.5 + 0.3 * wander(rng, samples, 2.0), 0.0, 1.0)
        return peak(_call(rng, throat, hertz, np.maximum(loud, 0.0), mouth))

    number = int(rng.integers(1, 3)) if seconds > 0.8 else int(rng.integers(1, 6))
    return _heard(rng, _row(rng, number, seconds * 1.2 + rng.uniform(0.1, 0.5), grunt, 0.2))


def sea_lion_barking(rng: Rng) -> Sound:
    """Hoarse barks in long even rows; seals and pups that bawl."""
    pitch = between(rng, 170, 560)
    throat = _throat(
        rng,
        rng.uniform(0.16, 0.28),
        between(rng, 600, 1800),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.04, 0.22),
        halves=rng.choice([0.0, 0.5]),
    )
    bawls = rng.uniform() < 0.2
    each = rng.uniform(0.6, 1.4) if bawls else rng.uniform(0.13, 0.35)

    def arf() -> Sound:
        samples = count(each * rng.uniform(0.9, 1.1))
        hertz = pitch * _glide(samples, (0, 0.75), (0.35, 1.08), (0.7, 1), (1, 0.7))
        if bawls:
            hertz *= np.exp(0.03 * sine(rng.uniform(7, 12), samples))
        loud = _hump(samples, 0.05, 0.45 * each)
        mouth = line(samples, (0, 0.2), (0.35, 1), (1, 0.2))
        return peak(_call(rng, throat, hertz, loud, mouth))

    number = int(rng.integers(1, 4)) if bawls else int(rng.integers(2, 10))
    out = _row(rng, number, each + between(rng, 0.1, 0.4), arf, 0.06)
    return echo(rng, _heard(rng, out), rng.uniform(0.2, 1.5), between(rng, 0.02, 0.4))


def _snarl(rng: Rng, pitch: float, seconds: float, wide: float) -> Sound:
    """What a beast that nobody has met does with a large throat."""
    samples = count(seconds)
    throat = _throat(
        rng,
        between(rng, 0.2, 0.8),
        between(rng, 250, 2200),
        breath=between(rng, 0.2, 1.5),
        rough=between(rng, 0.05, 0.35),
        halves=rng.uniform(0, 0.8),
        ripple=(rng.choice([0.0, 0.5, 0.9]), between(rng, 15, 90)),
    )
    top = rng.uniform(0.15, 0.6)
    start, end = between(rng, 0.4, 1.6), between(rng, 0.35, 1.3)
    hertz = pitch * _glide(samples, (0, start), (top, 1.1), (1, end))
    hertz *= np.exp(0.08 * wander(rng, samples, 3.0))
    loud = _hump(samples, rng.uniform(0.05, 0.4) * seconds, rng.uniform(0.3, 0.6) * seconds)
    loud *= np.exp(0.3 * wander(rng, samples, 9.0))
    mouth = np.clip(wide * line(samples, (0, 0.1), (top, 1), (1, 0.2)), 0.0, 1.0)
    return peak(_call(rng, throat, hertz, loud, mouth))


def monster_growling(rng: Rng) -> Sound:
    """Growls, roars, snarls, gurgles, grunts and screeches of beasts, alone or laid together."""
    kind = rng.choice(5, p=[0.33, 0.27, 0.15, 0.15, 0.1])
    seconds = between(rng, 0.35, 3.0)
    if kind == 0:
        out = _snarl(rng, between(rng, 25, 90), seconds, rng.uniform(0.2, 0.6))
    elif kind == 1:
        out = _snarl(rng, between(rng, 60, 320), seconds, 1.0)
    elif kind == 2:
        short = between(rng, 0.12, 0.5)
        out = _row(
            rng,
            int(rng.integers(1, 5)),
            short + rng.uniform(0.1, 0.6),
            lambda: _snarl(rng, between(rng, 50, 160), short, 0.6),
        )
    elif kind == 3:
        samples = count(seconds)
        air = noise(rng, samples, 0.3) * _hump(samples, 0.2 * seconds, 0.5 * seconds)
        air *= 0.2 + pulses(
            between(rng, 12, 50) * (1 + 0.2 * wander(rng, samples, 6.0)), samples, 2
        )
        rasp = formants(air, _tract(_throat(rng, rng.uniform(0.1, 0.3), 1.0), 0.7), 0.1)
        out = mix(peak(rasp), rng.uniform(0.1, 1) * _snarl(rng, between(rng, 30, 90), seconds, 0.4))
    else:
        out = _snarl(rng, between(rng, 400, 1500), seconds, 1.0)
    if rng.uniform() < 0.5:
        out = mix(out, rng.uniform(0.3, 1) * _snarl(rng, between(rng, 22, 130), seconds, 0.6))
    if rng.uniform() < 0.3:
        out = np.tanh(rng.uniform(1, 5) * peak(out))
    return _heard(rng, out, 0.25)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "bee buzzing": bee_buzzing,
    "bird of prey screech": bird_of_prey_screech,
    "birds chirping": birds_chirping,
    "camel grunting": camel_grunting,
    "cat meowing": cat_meowing,
    "chicken clucking": chicken_clucking,
    "cow mooing": cow_mooing,
    "crickets chirping": crickets_chirping,
    "crow cawing": crow_cawing,
    "deer or large mammal call": deer_or_large_mammal_call,
    "dog barking": dog_barking,
    "dog whining": dog_whining,
    "donkey braying": donkey_braying,
    "duck quacking": duck_quacking,
    "elephant trumpeting": elephant_trumpeting,
    "exotic bird call": exotic_bird_call,
    "farm animals": farm_animals,
    "frog croaking": frog_croaking,
    "goat bleating": goat_bleating,
    "goose honking": goose_honking,
    "horse galloping": horse_galloping,
    "horse neighing": horse_neighing,
    "lion roaring": lion_roaring,
    "monkey screeching": monkey_screeching,
    "monster growling": monster_growling,
    "mouse squeaking": mouse_squeaking,
    "owl hooting": owl_hooting,
    "pig grunting": pig_grunting,
    "rooster crowing": rooster_crowing,
    "sea lion barking": sea_lion_barking,
    "sheep bleating": sheep_bleating,
    "small mammal squeak": small_mammal_squeak,
    "snake hissing": snake_hissing,
    "wings flapping": wings_flapping,
    "wolf howling": wolf_howling,
}
