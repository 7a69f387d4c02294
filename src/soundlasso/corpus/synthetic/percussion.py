"""Drums, and percussion of wood and grains."""

from collections.abc import Callable

import numpy as np

from soundlasso.corpus.catalogue import SAMPLE_RATE
from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    band,
    between,
    count,
    fade,
    mix,
    modes,
    peak,
    repeat,
    ring,
    silence,
    sine,
    times,
)
from soundlasso.corpus.synthetic.placing import click, one_of, placed, room
from soundlasso.corpus.synthetic.strikes import (
    Strike,
    burst,
    delayed,
    rhythm,
    skin_body,
    strokes,
    struck_body,
    wooden_body,
)

# Percussion of wood and grains.


def claves(rng: Rng) -> Sound:
    """Two sticks of hardwood, one over a hollow hand: once, or the son's pattern."""
    hertz = between(rng, 1400, 3300)
    ratios = (1.0, rng.uniform(1.03, 1.15), 2.7, 5.0)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.05, 0.2))
    ring = struck_body(rng, hertz, friction, 8000, ratios=ratios, longest=0.2)
    hollow = between(rng, 350, 1000)

    def strike() -> Sound:
        one = ring()
        add(one, modes(count(0.06), [hollow], [0.05], [rng.uniform(0.05, 0.5)]), 0.0)
        add(one, click(rng, 2000, 12000, 0.002), 0.0, rng.uniform(0.05, 0.4))
        return one

    kind = rng.integers(3)
    if kind == 0:
        return room(rng, strike(), 0.6)
    if kind == 1:
        return room(rng, repeat(rng, rng.uniform(0.5, 2), between(rng, 0.2, 0.7), strike), 0.6)
    son = (0, 3, 6, 10, 12) if rng.random() < 0.6 else (0, 3, 7, 10, 12)
    step = between(rng, 0.09, 0.17)
    moments = step * np.array([*son, *(x + 16 for x in son)], float)[: rng.integers(5, 11)]
    return room(rng, placed(strike, moments, rng.uniform(0.7, 1.0, len(moments))), 0.6)


def shaker(rng: Rng) -> Sound:
    """Beads in an egg, a gourd, a tube or a tin, shaken to and fro."""
    centre = between(rng, 2500, 11000)
    width = between(rng, 800, 5000)
    second = centre * rng.uniform(1.2, 1.8)
    rate = between(rng, 300, 4000)

    def stroke(seconds: float) -> Sound:
        samples = count(seconds)
        hits = rng.random(samples) < rate / SAMPLE_RATE
        place = np.linspace(0.0, 1.0, samples)
        top = rng.uniform(0.2, 0.6)
        swing = np.where(place < top, (place / top) ** 2, np.exp(-(place - top) * 7))
        beads = hits * rng.standard_normal(samples) * swing
        heard = ring(np.append(beads, silence(0.02)), [centre, second], [width, width], [1, 0.6])
        return peak(band(heard, 1500, 15000))

    long = between(rng, 0.05, 0.2)
    if rng.random() < 0.3:
        return room(rng, stroke(long), 0.3, 0.6)
    weak = rng.uniform(0.3, 1.0)
    turn = iter(range(1000))
    period = max(between(rng, 0.1, 0.35), 1.1 * long)

    def shake() -> Sound:
        back = next(turn) % 2 == 1
        return (weak if back else 1.0) * stroke(long * (rng.uniform(0.9, 1.1)))

    return room(rng, repeat(rng, rng.uniform(0.4, 2.5), period, shake), 0.3, 0.6)


# Drums.


def bongo_drums(rng: Rng) -> Sound:
    """A pair of small drums, struck with fingers: open strokes, muffled ones and slaps."""
    low = between(rng, 170, 300)
    strikes = []
    for hertz in (low, low * rng.uniform(1.3, 1.7)):
        long = between(rng, 0.1, 0.35)
        slap = between(rng, 0.05, 0.5)
        strikes.append(skin_body(rng, hertz, long, hard=1500, glide=0.05, slap=slap))
        strikes.append(
            skin_body(rng, hertz * 1.1, long * 0.4, hard=5000, glide=0.05, slap=2 * slap)
        )
    if rng.random() < 0.4:
        return room(rng, strikes[int(rng.integers(4))](), 0.4, 0.7)
    return room(rng, rhythm(rng, strikes, rng.uniform(0.6, 3.5)), 0.4, 0.7)


def djembe(rng: Rng) -> Sound:
    """A goblet drum: the air in it for the bass, its skin for tones and slaps."""
    air, skin = between(rng, 60, 115), between(rng, 250, 480)
    bass = skin_body(
        rng, air, between(rng, 0.2, 0.6), hard=300, glide=0.15, slap=between(rng, 0.03, 0.2)
    )
    tone = skin_body(rng, skin, between(rng, 0.1, 0.4), hard=1500, glide=0.03, slap=0.15)
    crack = skin_body(
        rng, skin * 1.15, between(rng, 0.1, 0.4), hard=6000, slap=between(rng, 0.3, 1.2)
    )

    def deep() -> Sound:
        return mix(bass(), rng.uniform(0.1, 0.4) * tone())

    strikes = (deep, tone, crack)
    if rng.random() < 0.45:
        return room(rng, strikes[int(rng.integers(3))](), 0.4, 0.7)
    return room(rng, rhythm(rng, strikes, rng.uniform(0.6, 3.5)), 0.4, 0.7)


def _bass_stroke(rng: Rng) -> Strike:
    """A kick drum, a drum machine's, or a big drum of an orchestra."""
    kind = rng.integers(3)
    if kind == 0:
        hertz, long = between(rng, 40, 75), between(rng, 0.15, 0.6)
        kick = skin_body(rng, hertz, long, hard=250, glide=rng.uniform(0.2, 1.5), slap=0.0)
        beater = between(rng, 0.02, 0.5)

        def strike() -> Sound:
            one = kick()
            add(one, click(rng, 1200, 6000, 0.006), 0.0, beater)
            return one

        return strike
    if kind == 1:
        hertz, long, fall = between(rng, 38, 65), between(rng, 0.2, 1.5), between(rng, 1, 6)
        speed = between(rng, 0.008, 0.04)

        def machine() -> Sound:
            samples = count(1.1 * long)
            track = hertz * (1.0 + fall * np.exp(-times(samples) / speed))
            return np.tanh(rng.uniform(1, 2) * sine(track, samples) * fade(samples, 0.001, long))

        return machine
    long = between(rng, 0.8, 3.0)
    return skin_body(rng, between(rng, 35, 70), long, hard=150, glide=0.08, slap=0.04)


def _snare_stroke(rng: Rng) -> Strike:
    """A snare drum: two skins and the wires that rattle below; or a machine's."""
    hertz, long = between(rng, 150, 340), between(rng, 0.08, 0.4)
    skin = skin_body(rng, hertz, long, hard=3000, glide=rng.uniform(0.02, 0.3), slap=0.4)
    wires = between(rng, 0.15, 2.0)
    rattle = between(rng, 0.07, 0.45)
    low, top = between(rng, 700, 2500), between(rng, 6000, 15000)
    rim = wooden_body(rng, 500, 1800) if rng.random() < 0.2 else None

    def strike() -> Sound:
        one = mix(skin(), wires * burst(rng, low, top, 0.002, rattle, rng.uniform(0, 1)))
        return mix(one, 0.8 * rim()) if rim else one

    return strike


def _tom_stroke(rng: Rng) -> Strike:
    """A tom, with a stick."""
    hertz, long = between(rng, 75, 220), between(rng, 0.25, 1.3)
    slap = between(rng, 0.03, 0.4)
    return skin_body(rng, hertz, long, hard=1200, glide=rng.uniform(0.03, 0.4), slap=slap)


def bass_drum(rng: Rng) -> Sound:
    """A bass drum, once or steadily."""
    strike = _bass_stroke(rng)
    sound = strike() if rng.random() < 0.6 else repeat(rng, 1.5, between(rng, 0.3, 0.8), strike)
    return room(rng, sound, 0.3, 0.9)


def snare_drum(rng: Rng) -> Sound:
    """A snare drum, once or some strokes apart."""
    strike = _snare_stroke(rng)
    kind = rng.integers(3)
    if kind == 0:
        return room(rng, repeat(rng, 1.5, between(rng, 0.3, 0.9), strike), 0.4, 0.9)
    if kind == 1:
        # A flam: a grace note just before.
        grace = rng.uniform(0.1, 0.4) * strike()
        sound = mix(grace, delayed(rng.uniform(0.015, 0.04), strike()))
        return room(rng, sound, 0.4, 0.9)
    return room(rng, strike(), 0.4, 0.9)


def tom_drum(rng: Rng) -> Sound:
    """A tom, or a fill over some."""
    if rng.random() < 0.55:
        return room(rng, strokes(rng, _tom_stroke(rng), 3, 0.2, 0.6), 0.4, 0.9)
    toms = [_tom_stroke(rng) for _ in range(3)]
    return room(rng, rhythm(rng, toms, rng.uniform(0.5, 2.5)), 0.4, 0.9)


def drum(rng: Rng) -> Sound:
    """Drums of any kind: a kit's, a frame drum, a big drum with sticks, hand drums."""
    kind = rng.integers(4)
    if kind == 0:
        return room(rng, rhythm(rng, [_bass_stroke(rng), _snare_stroke(rng)], 3.0), 0.4)
    if kind == 1:
        low = between(rng, 55, 130)
        big = skin_body(rng, low, between(rng, 0.4, 1.6), hard=500, slap=between(rng, 0.05, 0.5))
        edge = wooden_body(rng, 500, 1500)
        strikes: list[Strike] = [big, big, big, lambda: 0.4 * edge()]
        return room(rng, rhythm(rng, strikes, rng.uniform(1.0, 4.0)), 0.6, 1.5)
    if kind == 2:
        hertz = between(rng, 70, 250)
        frame = skin_body(rng, hertz, between(rng, 0.2, 0.8), hard=900, slap=between(rng, 0.1, 0.6))
        return room(rng, strokes(rng, frame, 6, 0.2, 0.7), 0.5)
    return one_of(rng, bongo_drums, djembe, tom_drum, bass_drum, snare_drum)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "bass drum": bass_drum,
    "bongo drums": bongo_drums,
    "claves": claves,
    "djembe": djembe,
    "drum": drum,
    "shaker": shaker,
    "snare drum": snare_drum,
    "tom drum": tom_drum,
}
