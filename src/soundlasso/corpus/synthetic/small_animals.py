"""Frogs, insects, snakes and mice."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    band,
    between,
    count,
    ends,
    harmonics,
    join,
    level,
    mix,
    move_band,
    noise,
    peak,
    phase_of,
    pulses,
    ring,
    shape,
    silence,
    sine,
    wander,
)
from soundlasso.corpus.synthetic.throats import (
    buzz,
    draw_throat,
    glide,
    heard,
    hump,
    in_a_row,
    laid_out,
    voiced,
)


def _croak(rng: Rng, carriers: Sequence[float], rate: float, seconds: float, bend: float) -> Sound:
    """A frog's pulses, each of which rings at its voice's pitches."""
    samples = count(seconds)
    track = rate * glide(samples, (0, 1), (1, bend)) * (1 + 0.03 * wander(rng, samples, 15.0))
    place = phase_of(track, samples) % 1.0
    gate = np.minimum(1.0, place * 12) * np.exp(-place * rng.uniform(2, 6))
    loud = hump(samples, 0.3 * seconds, 0.3 * seconds) * (1 + 0.1 * wander(rng, samples, rate))
    lift = glide(samples, (0, 0.9), (1, rng.uniform(1.0, 1.2)))
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
            return laid_out(
                [(0.0, _croak(rng, carriers, rate, first, 1.0)), (first + 0.03, 1.3 * tail)]
            )

        return ribbit
    if kind == 2:
        base = between(rng, 85, 200)
        throat = draw_throat(rng, rng.uniform(0.12, 0.2), between(rng, 400, 1200), rough=0.05)
        throat = replace(throat, ripple=(rng.uniform(0, 0.6), rng.uniform(20, 40)))

        def bellow() -> Sound:
            samples = count(length + 0.2)
            hertz = base * glide(samples, (0, 0.85), (0.5, 1.05), (1, 0.95))
            return voiced(rng, throat, hertz, hump(samples, 0.1, 0.25), 0.6)

        return bellow
    if kind == 3:
        tone = between(rng, 1800, 3300)

        def peep() -> Sound:
            samples = count(0.12)
            return sine(glide(samples, (0, 0.93 * tone), (1, tone)), samples) * hump(
                samples, 0.03, 0.05
            )

        return peep
    return lambda: _croak(rng, [1.4 * low, 2.8 * low], rng.uniform(15, 45), 1.0 + 2 * length, 1.0)


def frog_croaking(rng: Rng) -> Sound:
    """Croaks, ribbits, bellows, peeps and trills, of a frog or a pond of them."""
    frog = _frog(rng)
    out = in_a_row(rng, int(rng.integers(1, 7)), between(rng, 0.35, 1.1), frog, 0.15)
    if rng.uniform() < 0.3:
        for _ in range(rng.integers(1, 5)):
            other = _frog(rng) if rng.uniform() < 0.6 else frog
            row = in_a_row(rng, int(rng.integers(2, 7)), between(rng, 0.35, 1.0), other, 0.2)
            out = mix(out, join(silence(rng.uniform(0, 0.6)), between(rng, 0.1, 0.8) * row))
    return heard(rng, out[: count(6.0)])


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
    source = buzz(np.clip(hertz, 60.0, 400.0), between(rng, 700, 4000))
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
        loud = hump(samples, attack, rng.uniform(0.2, 0.7) * seconds)
        loud *= np.exp(0.12 * wander(rng, samples, 10.0) + 0.1 * wander(rng, samples, 60.0))
        bend = rng.uniform(0.8, 1.2)
        track = centre * glide(samples, (0, rng.uniform(0.8, 1.1)), (0.3, 1), (1, bend))
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
    return laid_out(made)


def _squeaks(rng: Rng, low: float, high: float, longest: float, brightness: float) -> Sound:
    """Short high cries that bend up or down, in a row."""
    pitch = between(rng, low, high)
    marks = pitch * np.exp(rng.normal(0.0, 0.25, 3))
    each = between(rng, 0.03, longest)
    throat = draw_throat(
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
        hertz = glide(samples, (0, bent[0]), (rng.uniform(0.3, 0.7), bent[1]), (1, bent[2]))
        return voiced(rng, throat, hertz, hump(samples, 0.2 * seconds, 0.5 * seconds), 0.8)

    number = int(rng.integers(1, 10)) if each < 0.2 else int(rng.integers(1, 4))
    return in_a_row(rng, number, each + between(rng, 0.03, 0.4), squeak, 0.25)


def mouse_squeaking(rng: Rng) -> Sound:
    """A mouse's or a rat's thin, short squeaks."""
    return heard(rng, _squeaks(rng, 2200, 6500, 0.16, between(rng, 0.3, 1.2)), 0.15)


def small_mammal_squeak(rng: Rng) -> Sound:
    """Guinea pigs that wheek, squirrels and chipmunks that chatter, squeals of rabbits and rats."""
    kind = rng.integers(3)
    if kind == 0:
        return heard(rng, _squeaks(rng, 900, 4500, 0.35, between(rng, 0.4, 1.5)), 0.2)
    if kind == 1:
        top = between(rng, 1500, 3200)
        throat = draw_throat(rng, rng.uniform(0.03, 0.06), between(rng, 1200, 3500), rough=0.01)

        def wheek() -> Sound:
            samples = count(rng.uniform(0.2, 0.5))
            start = rng.uniform(0.3, 0.5) * top
            hertz = glide(samples, (0, start), (0.4, 0.6 * top), (0.9, top), (1, 0.9 * top))
            return voiced(rng, throat, hertz, hump(samples, 0.08, 0.06), 0.9)

        return heard(
            rng, in_a_row(rng, int(rng.integers(1, 6)), rng.uniform(0.45, 0.7), wheek), 0.2
        )
    pitch = between(rng, 700, 2600)
    throat = draw_throat(
        rng, rng.uniform(0.03, 0.06), between(rng, 1500, 4500), breath=0.3, rough=0.1
    )
    each = rng.uniform(0.025, 0.08)

    def chip() -> Sound:
        samples = count(each)
        hertz = glide(samples, (0, 1.2 * pitch), (1, 0.6 * pitch))
        return peak(voiced(rng, throat, hertz, hump(samples, 0.005, 0.03), 0.9))

    period = between(rng, 0.08, 0.35)
    return heard(rng, in_a_row(rng, int(rng.integers(3, 16)), period, chip, 0.1), 0.2)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "bee buzzing": bee_buzzing,
    "crickets chirping": crickets_chirping,
    "frog croaking": frog_croaking,
    "mouse squeaking": mouse_squeaking,
    "small mammal squeak": small_mammal_squeak,
    "snake hissing": snake_hissing,
}
