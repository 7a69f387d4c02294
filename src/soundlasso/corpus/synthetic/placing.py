"""What sounds of several families share: contacts, sheets of metal, moments and rooms."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from soundlasso.corpus.catalogue import SAMPLE_RATE
from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    band,
    between,
    count,
    echo,
    ends,
    fade,
    noise,
    peak,
)


def one_of(rng: Rng, *makers: Callable[[Rng], Sound]) -> Sound:
    """What one of some kinds makes."""
    return makers[int(rng.integers(len(makers)))](rng)


def placed(strike: Callable[[], Sound], moments: Sound, gains: Sound) -> Sound:
    """A sound at given times and gains."""
    made = [(float(at), strike(), float(gain)) for at, gain in zip(moments, gains, strict=True)]
    out = np.zeros(max(count(at) + len(one) for at, one, _ in made))
    for at, one, gain in made:
        add(out, one, at, gain)
    return out


def room(rng: Rng, sound: Sound, chance: float = 0.5, longest: float = 1.2) -> Sound:
    """A sound in a room, or close by."""
    if rng.random() > chance:
        return sound
    wet = echo(rng, sound, between(rng, 0.12, longest), between(rng, 0.01, 0.3))
    return wet if len(wet) <= count(6.5) else ends(wet[: count(6.5)], 0.0, 0.5)


def click(rng: Rng, low: float = 1500.0, high: float = 9000.0, decay: float = 0.006) -> Sound:
    """What the contact itself sounds like, before anything rings."""
    samples = count(2.0 * decay)
    return peak(band(noise(rng, samples), low, high) * fade(samples, 0.0003, decay))


def plate(
    rng: Rng,
    seconds: float,
    limits: tuple[float, float],
    decays: tuple[float, float],
    *,
    density: float = 0.02,
    rise: float = 0.0,
    tilt: float = -3.0,
) -> Sound:
    """A thin sheet of metal: modes as close as those of a cymbal or a gong.

    Args:
        rng: Draws the modes.
        seconds: How long it is heard.
        limits: Its lowest mode, and where it has less and less of them.
        decays: In which those fall by 60 dB; others are between.
        density: Modes in each Hz.
        rise: Seconds which the highest take to be excited by the lower ones.
        tilt: dB an octave.
    """
    samples = count(seconds)
    # A length that is soon transformed.
    size = -(-samples // 4096) * 4096
    low, high = limits
    top = max(high * 1.2, 0.49 * SAMPLE_RATE)
    edges = np.geomspace(low, top, round(np.log2(top / low) * 2) + 2)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    kept = rng.random(len(hertz)) < density * hertz[1]
    lines = kept * (rng.standard_normal(len(hertz)) + 1j * rng.standard_normal(len(hertz)))
    drawn = np.maximum(hertz, low) ** (tilt / 6.02) / (1 + (hertz / high) ** between(rng, 2, 6))
    out = np.zeros(samples)
    for under, over in pairwise(edges.tolist()):
        place = np.log(under / low) / np.log(high / low)
        part = np.fft.irfft(lines * drawn * ((hertz >= under) & (hertz < over)), size)[:samples]
        decay = decays[0] ** (1 - place) * decays[1] ** place
        out += part * fade(samples, rise * place + 0.001, decay)
    return peak(out)
