"""Footsteps: first the heel presses, then the ball of the foot.

Farnell (2010), "Designing Sound", practical 25; loose ground is grains at random times.
"""

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
    fade,
    line,
    mix,
    noise,
    peak,
    silence,
    wander,
)
from soundlasso.corpus.synthetic.placing import one_of, placed, room
from soundlasso.corpus.synthetic.strikes import (
    Strike,
    bubble,
    burst,
    debris,
    glass_body,
    metal_body,
    ready,
    struck_body,
    thud,
    together,
)


def _walk(rng: Rng, step: Callable[[float], Sound], slow: float = 1.0) -> Sound:
    """One step or several: running, walking, strolling; the feet are not quite alike.

    Args:
        rng: Draws the pace.
        step: Makes a step that takes so many seconds from the heel to the toes.
        slow: How much longer the steps are than on hard ground.
    """
    period = between(rng, 0.28, 0.95)
    foot = period * rng.uniform(0.22, 0.42) * slow
    steps = 1 if rng.random() < 0.35 else int(rng.integers(2, 9))
    moments = period * (np.arange(steps) + rng.normal(0.0, 0.03, steps))
    limp = np.where(np.arange(steps) % 2, rng.uniform(0.6, 1.0), 1.0)
    gains = limp * np.exp(rng.normal(0.0, 0.15, steps))
    lengths = foot * np.exp(rng.normal(0.0, 0.1, steps))
    turn = iter(lengths.tolist())
    moments = np.sort(np.maximum(moments, 0.0))
    return placed(lambda: step(next(turn)), moments[moments < 4.5], gains[moments < 4.5])


def _press(rng: Rng, seconds: float) -> Sound:
    """How hard a foot presses: the heel, then the ball, then it pushes off."""
    samples = count(seconds)
    place = np.linspace(0.0, 1.0, samples)
    heel = rng.uniform(0.5, 1.2) * np.exp(-np.square((place - 0.15) / rng.uniform(0.08, 0.16)))
    ball = rng.uniform(0.3, 1.2) * np.exp(-np.square((place - 0.6) / rng.uniform(0.1, 0.22)))
    return (heel + ball) * line(samples, (0, 0), (0.06, 1), (0.85, 1), (1, 0))


def _shod(
    rng: Rng, floor: Strike, sole: float, heel: float, thump: float
) -> Callable[[float], Sound]:
    """A shoe on a floor that rings: the heel, then the ball of the foot, softer; a little scuff."""
    soft = rng.uniform(0.1, 0.7)
    scuff = rng.uniform(0.0, 0.12)

    def step(seconds: float) -> Sound:
        out = silence(seconds + 0.6)
        for at, gain in ((0.0, 1.0), (seconds * rng.uniform(0.3, 0.7), soft)):
            add(out, floor(), at, gain * heel)
            add(out, burst(rng, 200, sole, 0.001, between(rng, 0.01, 0.04), 1), at, gain * 0.4)
            add(out, thud(rng, 55, 130, between(rng, 0.05, 0.12), 300), at, gain * thump)
        slide = burst(rng, 1500, 9000, 0.3 * seconds, 0.5 * seconds)
        add(out, slide * (0.4 + np.abs(wander(rng, len(slide), 80))), 0.2 * seconds, scuff)
        return (
            out[: count(seconds + 0.3)] if np.abs(out[count(seconds + 0.3) :]).max() < 1e-3 else out
        )

    return step


def footsteps_on_hard_floor(rng: Rng) -> Sound:
    """Shoes on stone, tiles or concrete: heels that click, soles of rubber that pat."""
    hard = rng.random() < 0.6
    if hard:
        floor = struck_body(
            rng, between(rng, 200, 1300), between(rng, 0.03, 0.1), between(rng, 600, 5000),
            many=14, longest=0.07, crowd=0.8,
        )  # fmt: skip
        step = _shod(rng, floor, between(rng, 1000, 7000), 1.0, rng.uniform(0.0, 0.6))
    else:
        dull = struck_body(rng, between(rng, 120, 500), 0.1, between(rng, 400, 1500), longest=0.06)
        step = _shod(rng, dull, between(rng, 900, 4000), 0.7, rng.uniform(0.3, 1.0))
    return room(rng, _walk(rng, step), 0.6, 1.5)


def footsteps_on_wood(rng: Rng) -> Sound:
    """Shoes on boards: a hollow thump with the boards' own modes."""
    boards = struck_body(
        rng, between(rng, 90, 350), between(rng, 0.03, 0.09), between(rng, 500, 3000),
        many=16, longest=0.2, crowd=0.7,
    )  # fmt: skip
    step = _shod(rng, boards, between(rng, 800, 5000), 0.8, rng.uniform(0.3, 1.5))
    return room(rng, _walk(rng, step), 0.5, 0.8)


def footsteps_on_metal(rng: Rng) -> Sound:
    """Shoes on a plate, a grating or stairs of metal, which ring and rattle."""
    grid = struck_body(
        rng, between(rng, 100, 450), between(rng, 0.002, 0.02), between(rng, 400, 3500),
        many=30, longest=between(rng, 0.1, 0.7), crowd=rng.uniform(0.3, 0.8),
    )  # fmt: skip
    loose = ready(metal_body(rng, 400, 1800, 0.3), 3, rng)
    rattles = between(rng, 0.01, 0.4)
    thump = rng.uniform(0.1, 0.8)

    def floor() -> Sound:
        shaken = debris(rng, 0.15, 30, loose)
        return mix(grid(), rattles * peak(shaken))

    return room(rng, _walk(rng, _shod(rng, floor, between(rng, 800, 5000), 1.0, thump)), 0.5)


def _grains(
    rng: Rng, seconds: float, grains: float, limits: tuple[float, float], decay: float, size: float
) -> Sound:
    """Loose ground that a foot presses: grains that slip on each other.

    Args:
        rng: Draws them.
        seconds: How long the foot is on it.
        grains: A second, where the foot presses hardest.
        limits: Lowest and highest pitch of a grain.
        decay: How long a grain rings.
        size: Standard deviation of the grains' levels in dB: even as sand, uneven as gravel.
    """
    press = _press(rng, seconds)
    samples = len(press) + count(4 * decay)
    out = np.zeros(samples)
    pitches = np.geomspace(*limits, 7)
    tilt = rng.uniform(-0.7, 0.0)
    for low, high in pairwise(pitches.tolist()):
        hits = rng.random(len(press)) < np.minimum(press, 1.5) * grains / 6 / SAMPLE_RATE
        forces = hits * press**0.5 * 10.0 ** (rng.normal(0.0, size, len(press)) / 20)
        grain = band(noise(rng, count(2 * decay)), low, high) * fade(
            count(2 * decay), 0.0003, decay
        )
        wide = len(forces) + len(grain)
        heard = np.fft.irfft(np.fft.rfft(forces, wide) * np.fft.rfft(peak(grain), wide), wide)
        add(out, heard, 0.0, (high / limits[0]) ** tilt)
    return peak(out)


def _loose(rng: Rng, ground: Callable[[float], Sound], thump: float) -> Callable[[float], Sound]:
    """A foot on loose ground: what slips, and the thump below."""
    deep = between(rng, 45, 90)

    def step(seconds: float) -> Sound:
        pat = thud(rng, deep, deep * 1.2, between(rng, 0.06, 0.15), 300)
        return mix(ground(seconds), thump * rng.uniform(0.5, 1.0) * pat)

    return step


def footsteps_on_gravel(rng: Rng) -> Sound:
    """Shoes on gravel: stones that crunch."""
    many, low = between(rng, 250, 1500), between(rng, 250, 800)
    limits = (low, low * between(rng, 5, 12))
    decay, size = between(rng, 0.004, 0.012), rng.uniform(5, 9)

    def ground(seconds: float) -> Sound:
        fine = _grains(rng, seconds, 6 * many, (2000, 12000), 0.002, 4)
        return mix(_grains(rng, seconds, many, limits, decay, size), rng.uniform(0.03, 0.25) * fine)

    step = _loose(rng, ground, rng.uniform(0.0, 1.0))
    return room(rng, _walk(rng, step, rng.uniform(1.2, 1.8)), 0.2, 0.6)


def footsteps_on_grass(rng: Rng) -> Sound:
    """Shoes in grass: blades that swish and rub, on soft ground."""
    low, high = between(rng, 700, 3500), between(rng, 7000, 14000)
    rustle = between(rng, 15, 120)
    dry = rng.uniform(0.0, 0.8)

    def ground(seconds: float) -> Sound:
        samples = count(seconds)
        swish = band(noise(rng, samples), low, high, 9) * _press(rng, seconds)
        swish = peak(swish * np.exp(wander(rng, samples, rustle, 0.7)))
        stalks = _grains(rng, seconds, between(rng, 200, 1200), (1500, 12000), 0.003, 7)
        return mix(swish, dry * stalks)

    step = _loose(rng, ground, rng.uniform(0.2, 1.6))
    return room(rng, _walk(rng, step, rng.uniform(1.2, 2.0)), 0.1, 0.5)


def footsteps_on_dirt(rng: Rng) -> Sound:
    """Shoes on earth: a dull pat with some grit and crumbs."""
    grit = between(rng, 0.3, 2.0)
    many = between(rng, 300, 3000)
    limits = (between(rng, 400, 1500), between(rng, 4000, 12000))

    def ground(seconds: float) -> Sound:
        pat = burst(rng, 100, between(rng, 700, 2500), between(rng, 0.005, 0.04), 0.12, 1.0)
        return mix(0.7 * pat, grit * _grains(rng, seconds, many, limits, 0.003, 6))

    step = _loose(rng, ground, rng.uniform(0.1, 1.2))
    return room(rng, _walk(rng, step, rng.uniform(1.2, 2.0)), 0.15, 0.5)


def footsteps_on_snow(rng: Rng) -> Sound:
    """Shoes in snow that is pressed: a crunch of many small slips, which may creak."""
    low, high = between(rng, 250, 1200), between(rng, 3500, 11000)
    rate = between(rng, 90, 400)
    creak = rng.uniform(0.0, 1.0)
    many = between(rng, 1500, 8000)

    def ground(seconds: float) -> Sound:
        samples = count(seconds)
        press = _press(rng, seconds)
        # It sticks and slips, faster while the foot sinks faster.
        pitch = rate * (0.7 + 0.6 * press / press.max()) * np.exp(wander(rng, samples, 40, 0.15))
        slips = np.diff(np.floor(np.cumsum(pitch) / SAMPLE_RATE), prepend=0.0)
        slips *= np.exp(rng.normal(0.0, 0.5, samples))
        grain = burst(rng, low, high, 0.0003, 0.008)
        wide = samples + len(grain)
        stick = np.fft.irfft(np.fft.rfft(slips * press, wide) * np.fft.rfft(grain, wide), wide)
        crunch = _grains(rng, seconds, many, (low, high), 0.004, 6)
        return mix(crunch, creak * peak(stick[:samples]))

    step = _loose(rng, ground, rng.uniform(0.0, 0.7))
    return room(rng, _walk(rng, step, rng.uniform(1.3, 2.2)), 0.1, 0.4)


def footsteps_on_sand(rng: Rng) -> Sound:
    """Shoes or bare feet in sand: a soft, even hiss that gives way."""
    low, high = between(rng, 350, 1200), between(rng, 2500, 10000)
    many = between(rng, 8000, 30000)
    late = rng.uniform(0.3, 0.8)

    def ground(seconds: float) -> Sound:
        sand = _grains(rng, seconds, many, (low, high), 0.0015, 3)
        return sand * line(len(sand), (0, rng.uniform(0.1, 1)), (late, 1), (1, 0))

    step = _loose(rng, ground, rng.uniform(0.0, 0.5))
    return room(rng, _walk(rng, step, rng.uniform(1.5, 2.3)), 0.1, 0.4)


def footsteps_in_water(rng: Rng) -> Sound:
    """Feet in a puddle or a stream: a slap, a splash, bubbles and drops."""
    depth = rng.uniform(0.0, 1.0)
    low, high = between(rng, 250, 900), between(rng, 3500, 9000)

    def step(seconds: float) -> Sound:
        slap = burst(rng, low, high, 0.003, between(rng, 0.05, 0.15))
        samples = count(seconds + 0.25)
        wash = band(noise(rng, samples, 0.5), low, high, 9) * np.exp(wander(rng, samples, 30, 0.5))
        wash *= line(samples, (0, 0.1), (rng.uniform(0.2, 0.5), 1), (1, 0))
        bubbles = debris(rng, seconds + 0.2, between(rng, 60, 300), lambda: bubble(rng, 400, 4000))
        drops = debris(rng, seconds + 0.3, between(rng, 10, 60), lambda: bubble(rng, 1500, 7000))
        thump = depth * thud(rng, 60, 180, 0.12, 500)
        return mix(
            rng.uniform(0.3, 1.0) * slap, rng.uniform(0.2, 0.9) * peak(wash),
            rng.uniform(0.2, 0.9) * peak(bubbles), 0.3 * peak(drops), thump,
        )  # fmt: skip

    return room(rng, _walk(rng, step, rng.uniform(1.0, 1.6)), 0.25, 0.8)


def footsteps_on_glass(rng: Rng) -> Sound:
    """Shoes on broken glass: shards that crunch and tinkle, on a hard floor."""
    shards = together(
        *[ready(glass_body(rng, 2500, 9000, 0.12), 3, rng) for _ in range(8)], rng=rng
    )
    fast = between(rng, 60, 250)
    thump = rng.uniform(0.1, 1.2)
    low = between(rng, 1500, 4000)

    def ground(seconds: float) -> Sound:
        crunch = _grains(rng, seconds, between(rng, 300, 1500), (low, 13000), 0.004, 7)
        tinkle = debris(rng, seconds + 0.1, fast, shards)
        return mix(crunch, rng.uniform(0.2, 1.0) * peak(tinkle))

    step = _loose(rng, ground, thump)
    return room(rng, _walk(rng, step, rng.uniform(1.1, 1.6)), 0.5, 1.0)


def footsteps_on_ice(rng: Rng) -> Sound:
    """Shoes on ice: a hard, sharp crunch and small cracks."""
    ice = struck_body(
        rng,
        between(rng, 500, 2000),
        between(rng, 0.03, 0.08),
        9000,
        many=12,
        longest=0.05,
        crowd=0.6,
    )
    low = between(rng, 600, 1800)
    sharp = rng.uniform(0.3, 1.0)

    def ground(seconds: float) -> Sound:
        crunch = _grains(rng, seconds * 0.8, between(rng, 100, 900), (low, 12000), 0.004, 8)
        cracks = debris(rng, seconds * 0.6, between(rng, 15, 70), ice)
        return mix(sharp * ice(), crunch, 0.7 * peak(cracks))

    step = _loose(rng, ground, rng.uniform(0.0, 0.8))
    return room(rng, _walk(rng, step), 0.3, 0.8)


def footsteps(rng: Rng) -> Sound:
    """Steps on any ground, the usual ones more often."""
    usual = (footsteps_on_hard_floor, footsteps_on_hard_floor, footsteps_on_wood, footsteps_on_wood)
    loose = (footsteps_on_gravel, footsteps_on_dirt, footsteps_on_dirt, footsteps_on_grass)
    return one_of(rng, *usual, *loose, footsteps_on_metal, footsteps_on_sand)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "footsteps": footsteps,
    "footsteps in water": footsteps_in_water,
    "footsteps on dirt": footsteps_on_dirt,
    "footsteps on glass": footsteps_on_glass,
    "footsteps on grass": footsteps_on_grass,
    "footsteps on gravel": footsteps_on_gravel,
    "footsteps on hard floor": footsteps_on_hard_floor,
    "footsteps on ice": footsteps_on_ice,
    "footsteps on metal": footsteps_on_metal,
    "footsteps on sand": footsteps_on_sand,
    "footsteps on snow": footsteps_on_snow,
    "footsteps on wood": footsteps_on_wood,
}
