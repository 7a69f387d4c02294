"""Blows, falls and what breaks: wood, stone, metal, glass, tools and balls."""

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
    ends,
    fade,
    line,
    mix,
    modes,
    noise,
    peak,
    repeat,
    ring,
    scatter,
    silence,
    sine,
    times,
    wander,
)
from soundlasso.corpus.synthetic.placing import click, placed, plate, room
from soundlasso.corpus.synthetic.strikes import (
    Strike,
    bounce,
    bubble,
    burst,
    debris,
    delayed,
    glass_body,
    metal_body,
    ready,
    stone_body,
    strokes,
    struck_body,
    thud,
    together,
    whoosh,
    wooden_body,
)

# Impacts.


def wood_impact(rng: Rng) -> Sound:
    """Wood that is knocked, dropped or thrown: a stick, a plank, a box."""
    kind = rng.integers(4)
    if kind == 0:
        sound = bounce(
            rng, wooden_body(rng), between(rng, 0.06, 0.3), int(rng.integers(1, 6)), 0.65
        )
    elif kind == 1:
        box = wooden_body(rng, 90, 400)
        sound = box() + 0.0
        add(sound, thud(rng, 60, 150, 0.1), 0.0, rng.uniform(0.1, 0.8))
    else:
        sound = strokes(rng, wooden_body(rng), 4, 0.15, 0.7)
    return room(rng, sound, 0.4, 0.7)


def metal_clang(rng: Rng) -> Sound:
    """Metal that is struck or dropped: a pipe, a pan, a sheet, a tool, a gate."""
    kind = rng.integers(5)
    if kind == 0:
        first = between(rng, 0.05, 0.35)
        sound = bounce(rng, metal_body(rng), first, int(rng.integers(2, 8)), rng.uniform(0.5, 0.8))
    elif kind == 1:
        low = between(rng, 60, 300)
        lasts = between(rng, 0.3, 3.0)
        sound = plate(rng, lasts, (low, between(rng, 1500, 6000)), (lasts, lasts * 0.3))
        add(sound, click(rng, 500, 9000, 0.02), 0.0, rng.uniform(0.2, 1.0))
    elif kind == 2:
        # Heavy: a door, a container.
        sound = mix(metal_body(rng, 60, 300)(), thud(rng, 50, 120, 0.25))
        sound = mix(sound, delayed(rng.uniform(0.03, 0.2), 0.4 * metal_body(rng)()))
    else:
        sound = strokes(rng, metal_body(rng), 4, 0.2, 1.0)
    return room(rng, ends(sound, 0.0002, 0.05), 0.5)


def rock_impact(rng: Rng) -> Sound:
    """Stones that hit each other or the ground: a pebble, a brick, a boulder."""
    kind = rng.integers(4)
    if kind == 0:
        # A boulder: mostly the ground's thud, and what crumbles.
        sound = thud(rng, 35, 90, between(rng, 0.25, 0.8), 900)
        seconds = rng.uniform(0.4, 2.0)
        pebbles = debris(
            rng, seconds, between(rng, 20, 80), ready(stone_body(rng, 200, 1500), 4, rng)
        )
        sound = mix(sound, stone_body(rng, 120, 600)(), rng.uniform(0.1, 0.6) * peak(pebbles))
    elif kind == 1:
        first = between(rng, 0.04, 0.3)
        sound = bounce(rng, stone_body(rng, 600), first, int(rng.integers(1, 7)), 0.6)
        sound = mix(sound, rng.uniform(0.0, 0.8) * thud(rng, 60, 160, 0.08))
    else:
        sound = strokes(rng, stone_body(rng, 400, 3500), 4, 0.2, 0.8)
    return room(rng, sound, 0.4)


def glass_breaking(rng: Rng) -> Sound:
    """A window, a bottle, a glass or a plate that is smashed, and its shards that fall."""
    seconds = rng.uniform(0.4, 2.2)
    china = rng.random() < 0.2
    low, high = (800, 4500) if china else (1300, 9000)
    lasts = 0.08 if china else between(rng, 0.08, 0.5)
    shards = [ready(glass_body(rng, low, high, lasts), 2, rng) for _ in range(14)]
    falling = debris(rng, seconds, between(rng, 40, 250), together(*shards, rng=rng), sooner=4.0)
    blow = burst(rng, 800, 14000, 0.001, between(rng, 0.05, 0.3))
    sound = mix(peak(falling), rng.uniform(0.3, 1.2) * blow)
    pane = between(rng, 150, 900)
    big = struck_body(rng, pane, 0.02, 5000.0, many=30, longest=0.15)()
    sound = mix(sound, rng.uniform(0.1, 1.0) * big, rng.uniform(0.0, 0.7) * thud(rng, 70, 200, 0.1))
    if rng.random() < 0.4:
        # It is struck a moment before it falls to the ground.
        first = rng.uniform(0.2, 1.0) * mix(blow[: count(0.1)], big)
        sound = mix(np.append(first, silence(0.1)), delayed(rng.uniform(0.1, 0.5), sound))
    return room(rng, sound, 0.5)


# Tools and weapons that strike.


def _blade(rng: Rng) -> Strike:
    """A blade that is hit: a bar's close high modes that sing."""
    hertz = between(rng, 150, 900)
    orders = np.arange(1, 16)
    ratios = (((2 * orders + 1) / 3.0) ** rng.uniform(1.5, 2.0)).tolist()
    lasts = between(rng, 0.06, 1.0)
    loss = between(rng, 0.0015, 0.012)
    body = struck_body(rng, hertz, loss, between(rng, 3000, 12000), ratios=ratios, longest=lasts)
    contact = between(rng, 0.2, 2.0)
    rough = between(rng, 0.01, 0.1)

    def strike() -> Sound:
        one = body()
        add(
            one, click(rng, between(rng, 300, 1500), between(rng, 4000, 13000), rough), 0.0, contact
        )
        return one

    return strike


def _scrape(rng: Rng, seconds: float) -> Sound:
    """Metal that slides over metal: its modes are shaken by roughness, faster and faster."""
    samples = count(seconds)
    rough = noise(rng, samples) * (0.3 + np.abs(wander(rng, samples, 60, 1.0)))
    hertz = between(rng, 900, 3500) * (1 + np.cumsum(rng.exponential(0.25, 10)))
    sound = ring(rough, hertz, rng.uniform(20, 200, 10), rng.uniform(0.2, 1.0, 10))
    sound = sound / (np.abs(sound).max() + 1e-9) + 0.15 * band(peak(rough), 2000, 13000)
    rise = rng.uniform(0.4, 0.9)
    return peak(ends(sound * line(samples, (0.0, 0.05), (rise, 1.0), (1.0, 0.2)), 0.005, 0.04))


def sword_fighting(rng: Rng) -> Sound:
    """Swords that clash, once or again and again, with the air and scrapes between."""
    first, second = _blade(rng), _blade(rng)
    shield = wooden_body(rng, 120, 600) if rng.random() < 0.5 else metal_body(rng, 200, 900, 0.4)

    def clash() -> Sound:
        one = mix(first(), rng.uniform(0.2, 1.0) * second())
        if rng.random() < 0.35:
            # A shield, armour or the hand behind it.
            one = mix(one, rng.uniform(0.2, 1.0) * shield(), 0.5 * thud(rng, 60, 160, 0.1))
        if rng.random() < 0.3:
            one = mix(one, delayed(rng.uniform(0.015, 0.08), 0.6 * one))
        if rng.random() < 0.25:
            one = mix(one, 0.3 * _scrape(rng, rng.uniform(0.15, 0.5)))
        if rng.random() < 0.5:
            air = whoosh(rng, rng.uniform(0.12, 0.3), 250, between(rng, 800, 2500))
            one = mix(rng.uniform(0.1, 1.0) * air, delayed(0.6 * len(air) / 32000, one))
        return one

    if rng.random() < 0.45:
        sound = clash()
    else:
        moments = np.cumsum(rng.uniform(0.2, 1.0, int(rng.integers(2, 6))))
        sound = placed(clash, moments - moments[0], rng.uniform(0.5, 1.0, len(moments)))
    return room(rng, sound, 0.5)


def blade_weapon(rng: Rng) -> Sound:
    """A sword, a knife or an axe: drawn, swung, and what it strikes."""
    kind = rng.integers(4)
    if kind == 0:
        sound = _scrape(rng, rng.uniform(0.2, 0.7))
        sound = mix(sound, delayed(0.8 * len(sound) / 32000, 0.4 * _blade(rng)()))
        return room(rng, sound, 0.4, 0.8)
    air = whoosh(rng, rng.uniform(0.12, 0.45), between(rng, 150, 500), between(rng, 800, 3500))
    if kind == 1:
        return room(rng, air, 0.3, 0.8)
    late = silence(rng.uniform(0.5, 0.8) * len(air) / SAMPLE_RATE)
    if kind == 2:
        hit = mix(thud(rng, 60, 180, 0.12), rng.uniform(0.3, 1) * burst(rng, 500, 6000, 0.003, 0.1))
    else:
        hit = mix(_blade(rng)(), rng.uniform(0.0, 0.8) * wooden_body(rng, 150, 500)())
    return room(rng, mix(rng.uniform(0.2, 1.0) * air, np.append(late, hit)), 0.4, 0.8)


def chopping_wood(rng: Rng) -> Sound:
    """An axe in a log on a block: a dull blow, a crack, and sometimes pieces that fall."""
    log = wooden_body(rng, 90, 320)
    splinter = wooden_body(rng, 350, 900)
    crack = between(rng, 0.05, 0.8)
    deep = rng.uniform(0.1, 1.0)

    def chop() -> Sound:
        one = mix(log(), deep * thud(rng, 60, 140, between(rng, 0.06, 0.18)))
        add(one, click(rng, 700, 9000, between(rng, 0.008, 0.03)), 0.0, crack)
        if rng.random() < 0.25:
            fall = bounce(rng, splinter, between(rng, 0.05, 0.2), int(rng.integers(1, 5)), 0.7)
            one = mix(one, delayed(rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.5) * fall))
        return one

    return room(rng, strokes(rng, chop, 4, 0.5, 1.5), 0.4, 0.9)


def hammering(rng: Rng) -> Sound:
    """A hammer on a nail in wood, on a plank, on an anvil or a sheet; steady blows."""
    kind = rng.integers(4)
    if kind == 0:
        wood, nail = wooden_body(rng, 120, 500), between(rng, 1500, 4500)
        turn = iter(range(1000))

        def strike() -> Sound:
            # The shorter the nail that is left, the higher it rings.
            pitch = nail * (1.0 + 0.06 * next(turn))
            ping = modes(count(0.12), [pitch, 2.7 * pitch], [0.1, 0.05], [1.0, 0.5])
            return mix(wood(), rng.uniform(0.1, 0.8) * ping, 0.4 * click(rng, 1500, 12000, 0.005))

    elif kind == 1:
        strike = wooden_body(rng, 150, 900)
    elif kind == 2:
        # An anvil: its ring is high and long, the piece on it dulls it.
        anvil = metal_body(rng, 500, 1800, 3.0)
        dull = wooden_body(rng, 200, 800)

        def strike() -> Sound:
            return mix(anvil(), rng.uniform(0.0, 0.8) * dull())

    else:
        strike = metal_body(rng, 100, 900, 0.8)
    period = between(rng, 0.22, 0.9)
    many = int(rng.choice([0, 0, 2, 3, 5, 7]))
    sound = repeat(rng, min(4.0, many * period), period, strike, jitter=0.05, spread=1.5)
    return room(rng, ends(sound, 0.0002, 0.1), 0.5)


def pickaxe_on_stone(rng: Rng) -> Sound:
    """A pick that strikes rock: a hard clink of its steel, the stone, and crumbs."""
    steel, rock = metal_body(rng, 900, 3500, 0.5), stone_body(rng, 250, 2500)
    clink = between(rng, 0.15, 1.2)

    def strike() -> Sound:
        one = mix(rock(), clink * steel(), rng.uniform(0.0, 0.7) * thud(rng, 60, 200, 0.08))
        if rng.random() < 0.6:
            crumbs = ready(stone_body(rng, 1200, 6000), 3, rng)
            fall = debris(rng, rng.uniform(0.15, 0.8), between(rng, 20, 80), crumbs)
            one = mix(one, delayed(0.03, rng.uniform(0.03, 0.35) * peak(fall)))
        return one

    return room(rng, strokes(rng, strike, 4, 0.5, 1.5), 0.5)


def gavel_knocking(rng: Rng) -> Sound:
    """A gavel on its block: some hard knocks of wood, in a hall."""
    strike = wooden_body(rng, 250, 1100)
    table = between(rng, 80, 200)

    def knock() -> Sound:
        return mix(strike(), rng.uniform(0.1, 0.6) * thud(rng, table, table * 1.05, 0.1))

    knocks = int(rng.integers(1, 6))
    period = between(rng, 0.16, 0.7)
    moments = period * (np.arange(knocks) + rng.uniform(0, 0.1, knocks))
    return room(rng, placed(knock, moments, rng.uniform(0.6, 1.0, knocks)), 0.8, 1.5)


# Balls and blows.


def bouncing(rng: Rng) -> Sound:
    """A ball that bounces: a basketball, a tennis ball, one of rubber, of plastic, a marble."""
    kind = (0, 0, 0, 1, 1, 2, 3)[int(rng.integers(7))]
    if kind == 0:
        air, floor = between(rng, 70, 160), between(rng, 200, 500)

        def strike() -> Sound:
            cavity = modes(
                count(0.2), [floor, floor * 1.9, floor * 3.1], [0.15, 0.09, 0.06], [1, 0.5, 0.3]
            )
            slap = burst(rng, 300, 4000, 0.001, 0.03)
            return mix(thud(rng, air, air * 1.1, 0.12), rng.uniform(0.1, 0.6) * cavity, 0.3 * slap)

    elif kind == 1:
        soft = struck_body(rng, between(rng, 150, 700), 0.08, between(rng, 700, 3000), longest=0.12)

        def strike() -> Sound:
            return mix(soft(), rng.uniform(0.1, 0.8) * thud(rng, 80, 220, 0.08))

    elif kind == 2:
        # A table tennis ball: a thin shell.
        strike = struck_body(rng, between(rng, 1000, 5000), 0.03, 9000, many=6, longest=0.04)
    else:
        strike = (
            stone_body(rng, 1500, 5000) if rng.random() < 0.5 else glass_body(rng, 2500, 6000, 0.06)
        )
    if kind == 0 and rng.random() < 0.5:
        period = between(rng, 0.28, 0.9)
        return room(rng, repeat(rng, rng.uniform(0.3, 3.0), period, strike, jitter=0.05), 0.6, 1.5)
    keeps = rng.uniform(0.6, 0.88)
    sound = bounce(rng, strike, between(rng, 0.15, 0.8), int(rng.integers(1, 14)), keeps)
    return room(rng, sound, 0.5, 1.2)


def bowling_ball(rng: Rng) -> Sound:
    """A ball that rolls down a lane, and the pins that it knocks over."""
    seconds = rng.uniform(0.8, 3.0)
    samples = count(seconds)
    turns = between(rng, 2.5, 8.0)
    uneven = 1.0 + rng.uniform(0.1, 0.6) * sine(turns, samples) + wander(rng, samples, 12, 0.2)
    roll = band(noise(rng, samples, 1.0), between(rng, 40, 120), between(rng, 300, 1200), 12)
    roll = peak(roll * uneven * line(samples, (0, rng.uniform(0.1, 1)), (1, rng.uniform(0.3, 1))))
    pins = [wooden_body(rng, 500, 1300) for _ in range(6)]
    hit = together(*pins, rng=rng)
    moments = np.append([0.0, 0.01, 0.02], rng.exponential(0.25, int(rng.integers(4, 22))))
    crash = placed(hit, np.minimum(moments, 1.5), np.exp(-1.5 * np.minimum(moments, 1.5)))
    crash = mix(peak(crash), 0.6 * thud(rng, 60, 120, 0.2))
    part = rng.integers(4)
    if part == 0:
        return room(rng, ends(roll, 0.05, 0.2), 0.8, 1.5)
    quiet = between(rng, 0.08, 0.5)
    drop = rng.uniform(0.2, 0.8) * thud(rng, 60, 130, 0.2) if part == 1 else silence(0.01)
    out = mix(drop, quiet * ends(roll, 0.05, 0.03), delayed(seconds, crash))
    return room(rng, out, 0.8, 1.8)


def baseball_bat_hit(rng: Rng) -> Sound:
    """A ball off a bat: the crack of wood, or the ping of aluminium."""
    if rng.random() < 0.6:
        bat = struck_body(
            rng, between(rng, 140, 220), 0.04, between(rng, 1500, 6000),
            ratios=(1.0, 3.4, 6.6, 10.2, 14.5), longest=0.12,
        )  # fmt: skip
        sound = mix(bat(), between(rng, 0.3, 1.2) * wooden_body(rng, 700, 1800)())
    else:
        hertz = between(rng, 1300, 3200)
        hoop = struck_body(
            rng, hertz, 0.001, 9000, ratios=(1, 1.4, 2.1, 2.9), longest=between(rng, 0.1, 0.6)
        )
        sound = mix(hoop(), rng.uniform(0.3, 1.0) * wooden_body(rng, 300, 900)())
    sound = mix(sound, rng.uniform(0.2, 0.9) * click(rng, 600, 7000, between(rng, 0.005, 0.02)))
    if rng.random() < 0.3:
        air = whoosh(rng, rng.uniform(0.15, 0.35), 150, 900)
        sound = mix(0.15 * air, delayed(0.65 * len(air) / SAMPLE_RATE, sound))
    return room(rng, sound, 0.6, 1.2)


def ball_kick(rng: Rng) -> Sound:
    """A foot and a ball full of air: a thump with a slap; sometimes grass, or a few touches."""
    hertz = between(rng, 75, 190)
    shell = between(rng, 250, 700)

    def kick() -> Sound:
        one = thud(rng, hertz, hertz * 1.1, between(rng, 0.07, 0.2), 700)
        leather = modes(
            count(0.1), [shell, 1.7 * shell, 2.6 * shell], [0.08, 0.05, 0.04], [1, 0.5, 0.4]
        )
        slap = burst(rng, 600, 5000, 0.0015, between(rng, 0.015, 0.06))
        one = mix(one, rng.uniform(0.1, 0.6) * leather, rng.uniform(0.1, 0.8) * slap)
        if rng.random() < 0.3:
            grass = 0.15 * burst(rng, 1500, 9000, 0.03, 0.15)
            one = mix(grass, delayed(0.03, one))
        return one

    if rng.random() < 0.6:
        return room(rng, kick(), 0.4, 1.0)
    return room(
        rng, repeat(rng, rng.uniform(0.5, 2), between(rng, 0.3, 0.9), kick, jitter=0.15), 0.4
    )


def punch(rng: Rng) -> Sound:
    """A fist: on a body, a face, a glove, a bag; dry, or as films have it."""
    film = rng.random() < 0.5

    def hit() -> Sound:
        one = thud(rng, 40, 130, between(rng, 0.08, 0.3), 500)
        slap = burst(
            rng, between(rng, 300, 900), between(rng, 2000, 8000), 0.002, between(rng, 0.03, 0.15)
        )
        one = mix(one, (1.2 if film else 0.5) * rng.uniform(0.2, 1.0) * slap)
        if film:
            crunch = together(*[wooden_body(rng, 400, 1200) for _ in range(2)], rng=rng)
            one = mix(one, rng.uniform(0, 0.4) * peak(debris(rng, 0.08, 80, crunch)))
        if rng.random() < 0.3:
            air = whoosh(rng, rng.uniform(0.1, 0.25), 200, 1000)
            one = mix(0.3 * air, delayed(0.6 * len(air) / SAMPLE_RATE, one))
        return one

    if rng.random() < 0.65:
        return room(rng, hit(), 0.4, 0.7)
    return room(
        rng, repeat(rng, rng.uniform(0.3, 1.5), between(rng, 0.15, 0.5), hit, jitter=0.2), 0.4
    )


def splat(rng: Rng) -> Sound:
    """Something wet and soft that hits: a tomato, mud, dough, an egg, slime."""
    sound = rng.uniform(0.3, 1.2) * thud(rng, 40, 160, between(rng, 0.05, 0.15), 400)
    wet = burst(
        rng, between(rng, 400, 1500), between(rng, 3000, 11000), 0.004, between(rng, 0.04, 0.2)
    )
    rough = 0.4 + np.abs(wander(rng, len(wet), 90, 1.0))
    sound = mix(sound, rng.uniform(0.4, 1.3) * peak(wet * rough))
    for _ in range(int(rng.integers(0, 6))):
        # What is wet sticks, and comes off again in short bursts of its own pitch.
        pitch = between(rng, 800, 6000)
        smack = burst(rng, pitch, 2 * pitch, 0.004, between(rng, 0.015, 0.06))
        sound = mix(sound, rng.uniform(0.1, 0.8) * delayed(rng.exponential(0.1), smack))
    seconds = rng.uniform(0.08, 0.4)
    squelch = debris(rng, seconds, between(rng, 60, 300), lambda: bubble(rng, 350, 3500))
    sound = mix(sound, delayed(0.01, between(rng, 0.05, 1.0) * peak(squelch)))
    drops = debris(rng, 0.5, between(rng, 8, 40), lambda: click(rng, 2000, 9000, 0.003))
    sound = mix(sound, delayed(0.04, rng.uniform(0, 0.15) * peak(drops)))
    if rng.random() < 0.25:
        slide = whoosh(rng, 0.25, 300, 1500) * (0.3 + np.abs(wander(rng, count(0.25), 60)))
        sound = mix(0.3 * peak(slide), delayed(0.15, sound))
    return room(rng, sound, 0.25, 0.5)


def cracking(rng: Rng) -> Sound:
    """What gives way: knuckles, nuts, eggs, ice, bones, a shell; one snap or a run of them."""
    body = between(rng, 200, 2200)
    seconds = between(rng, 0.02, 1.2)
    sharp = between(rng, 3000, 12000)

    def snap() -> Sound:
        hertz = body * rng.uniform(0.6, 1.8)
        one = struck_body(
            rng, hertz, between(rng, 0.04, 0.12), sharp, many=8, longest=0.06, crowd=0.9
        )()
        add(
            one,
            click(rng, 800, 1.3 * sharp, between(rng, 0.001, 0.006)),
            0.0,
            rng.uniform(0.3, 1.5),
        )
        return one

    run = scatter(rng, seconds, between(rng, 20, 150), ready(snap, 8, rng), 8.0)
    run = ends(run, 0.0, 0.01)
    sound = mix(snap(), delayed(rng.uniform(0.0, 0.05), rng.uniform(0.2, 0.9) * peak(run)))
    if rng.random() < 0.4:
        sound = mix(sound, rng.uniform(0.1, 0.7) * thud(rng, 50, 150, 0.08))
    if rng.random() < 0.25:
        # A lake's ice: a crack that runs, high frequencies first.
        samples = count(0.35)
        track = 400.0 + 4000.0 * np.exp(-times(samples) / 0.05)
        sound = mix(sound, rng.uniform(0.2, 0.8) * sine(track, samples) * fade(samples, 0.002, 0.3))
    return room(rng, sound, 0.4)


def bones_rattling(rng: Rng) -> Sound:
    """Dry bones that knock on each other: hollow ticks in clusters."""
    bones = [
        struck_body(
            rng, between(rng, 600, 3200), between(rng, 0.015, 0.04), 7000, many=7, longest=0.12
        )
        for _ in range(int(rng.integers(5, 10)))
    ]
    hit = together(*[ready(bone, 3, rng) for bone in bones], rng=rng)
    seconds = rng.uniform(0.5, 3.0)
    shakes = np.exp(wander(rng, count(seconds), between(rng, 2, 8), 1.2))
    fast = between(rng, 8, 35)
    sound = scatter(
        rng, seconds, lambda t: fast * float(shakes[min(len(shakes) - 1, count(t))]), hit, 6.0
    )
    return room(rng, ends(mix(hit(), sound), 0.0, 0.05), 0.4, 0.8)


# Many things at once.


def rocks_dumped(rng: Rng) -> Sound:
    """A load of rocks or gravel that slides and falls: many stones, and a rumble."""
    seconds = rng.uniform(1.2, 4.5)
    samples = count(seconds)
    size = between(rng, 150, 1500)
    small = together(*[ready(stone_body(rng, size, 5 * size), 3, rng) for _ in range(8)], rng=rng)
    big = together(*[ready(stone_body(rng, size / 3, size), 2, rng) for _ in range(4)], rng=rng)
    top = rng.uniform(0.1, 0.5)
    swell = line(samples, (0, 0.05), (top, 1), (rng.uniform(0.6, 0.9), 0.7), (1, 0.02))
    swell *= np.exp(wander(rng, samples, 4, 0.4))

    def at(t: float) -> float:
        return float(swell[min(samples - 1, count(t))])

    many = between(rng, 80, 350)
    sound = scatter(rng, seconds, lambda t: many * at(t), small, 6.0)
    sound = sound + 1.5 * scatter(rng, seconds, lambda t: 0.1 * many * at(t), big, 5.0)
    slide = band(noise(rng, samples), size, 10000, 6) * swell * rng.uniform(0.05, 0.6)
    rumble = band(noise(rng, samples, 1.0), 35, 250, 12) * swell * rng.uniform(0.1, 1.5)
    rough = np.sqrt(np.square(sound).mean())
    return room(rng, ends(sound + rough * (slide + rumble), 0.01, 0.2), 0.4)


def building_collapsing(rng: Rng) -> Sound:
    """A building that comes down: cracks, a roar that is low at first, debris of all kinds."""
    seconds = rng.uniform(2.0, 5.0)
    samples = count(seconds)
    top = rng.uniform(0.08, 0.4)
    swell = line(samples, (0, 0.1), (top, 1.0), (top + 0.3, 0.5), (1.0, 0.03))
    swell *= np.exp(wander(rng, samples, 6, 0.4))
    roar = band(noise(rng, samples, rng.uniform(1.0, 2.0)), 30, between(rng, 300, 2500), 9) * swell
    dust = band(noise(rng, samples, 1.0), 500, 7000, 6) * swell
    sound = peak(roar) + rng.uniform(0.1, 0.5) * peak(dust)
    kinds: list[Strike] = [
        stone_body(rng, 120, 900),
        stone_body(rng, 300, 2500),
        wooden_body(rng, 120, 600),
    ]
    if rng.random() < 0.4:
        kinds.append(metal_body(rng, 100, 800, 0.6))
    if rng.random() < 0.4:
        kinds.append(glass_body(rng))
    hit = together(*[ready(kind, 4, rng) for kind in kinds], rng=rng)
    many = between(rng, 20, 90)
    debris = scatter(
        rng, seconds, lambda t: many * float(swell[min(samples - 1, count(t))]), hit, 7
    )
    sound = sound + rng.uniform(0.3, 1.2) * peak(debris)
    for _ in range(int(rng.integers(1, 6))):
        thump = thud(rng, 35, 80, between(rng, 0.2, 0.8), 700)
        add(sound, thump, abs(rng.normal(top, 0.2)) * seconds, rng.uniform(0.3, 1.2))
    return room(rng, ends(sound, 0.005, 0.3), 0.5, 2.0)


def crash(rng: Rng) -> Sound:
    """Things that fall over with a crash: pans, shelves, crates, dishes, a cart."""
    kinds: list[Strike] = []
    for _ in range(int(rng.integers(2, 5))):
        made = (
            wooden_body(rng, 100, 700),
            metal_body(rng, 120, 1500, 1.0),
            glass_body(rng),
            wooden_body(rng, 300, 900),
        )
        kinds.append(ready(made[int(rng.integers(4))], 4, rng))
    hit = together(*kinds, rng=rng)
    seconds = rng.uniform(0.4, 2.5)
    sound = peak(debris(rng, seconds, between(rng, 25, 120), hit, sooner=4.0))
    blow = burst(
        rng, between(rng, 60, 300), between(rng, 800, 6000), 0.004, between(rng, 0.3, 1.2), 1
    )
    blow = peak(blow * np.exp(wander(rng, len(blow), between(rng, 10, 50), 0.5)))
    sound = mix(
        sound, rng.uniform(0.3, 1.8) * blow, rng.uniform(0.2, 1.2) * thud(rng, 45, 140, 0.25)
    )
    if rng.random() < 0.4:
        sheet = plate(rng, 1.0, (100, 5000), (1.2, 0.4))
        sound = mix(sound, rng.uniform(0.2, 0.9) * sheet)
    for _ in range(int(rng.integers(0, 3))):
        roll = bounce(rng, kinds[0], between(rng, 0.05, 0.25), int(rng.integers(2, 7)), 0.75)
        sound = mix(sound, delayed(rng.uniform(0.1, seconds), rng.uniform(0.1, 0.6) * roll))
    return room(rng, ends(sound, 0.001, 0.05), 0.5, 1.5)


def car_crash(rng: Rng) -> Sound:
    """A car that hits something: a thump, sheet metal that crumples, glass; sometimes a skid."""
    sound = 1.2 * thud(rng, 40, 110, between(rng, 0.2, 0.6), 900)
    crumple = plate(rng, 1.2, (90, between(rng, 1200, 5000)), (0.9, 0.3), density=0.1, tilt=-3)
    folds = np.exp(wander(rng, len(crumple), between(rng, 20, 70), 0.8)) * fade(
        len(crumple), 0.02, 1
    )
    sound = mix(sound, rng.uniform(0.5, 1.2) * peak(crumple * folds))
    crunch = burst(rng, 150, between(rng, 1500, 6000), 0.02, between(rng, 0.3, 0.9), 1.0)
    crunch = peak(crunch * np.exp(wander(rng, len(crunch), between(rng, 15, 60), 0.6)))
    sound = mix(sound, rng.uniform(0.6, 1.6) * crunch)
    shards = together(*[ready(glass_body(rng, 2000, 8000, 0.2), 2, rng) for _ in range(8)], rng=rng)
    glass = debris(rng, rng.uniform(0.3, 1.6), between(rng, 30, 150), shards, sooner=3)
    sound = mix(sound, delayed(0.05, between(rng, 0.01, 0.5) * peak(glass)))
    bits = ready(metal_body(rng, 200, 1500, 0.4), 4, rng)
    parts = debris(rng, rng.uniform(0.2, 1.2), between(rng, 5, 30), bits)
    sound = mix(sound, delayed(0.1, between(rng, 0.03, 0.5) * peak(parts)))
    if rng.random() < 0.35:
        samples = count(rng.uniform(0.4, 1.5))
        pitch = between(rng, 600, 1300) * (1 + wander(rng, samples, 8, 0.03))
        tyre = (
            sine(pitch, samples)
            + 0.5 * sine(2 * pitch, samples)
            + 0.3 * sine(3.02 * pitch, samples)
        )
        tyre = tyre * (1 + wander(rng, samples, 40, 0.4)) + noise(rng, samples, 1.0)
        skid = ends(peak(band(tyre, 500, 7000)), 0.1, 0.02)
        sound = mix(0.3 * skid, delayed(samples / SAMPLE_RATE, sound))
    return room(rng, ends(sound, 0.001, 0.1), 0.6, 1.8)


def tree_falling(rng: Rng) -> Sound:
    """A tree that falls: fibres snap faster and faster, leaves rush, it hits the ground."""
    seconds = rng.uniform(1.0, 2.8)
    fibre = together(*[ready(wooden_body(rng, 200, 1500), 3, rng) for _ in range(5)], rng=rng)
    fast = between(rng, 15, 70)
    snaps = scatter(rng, seconds, lambda t: 3.0 + fast * (t / seconds) ** 2, fibre, 8.0)
    samples = count(seconds + 0.8)
    rush = band(noise(rng, samples, 0.7), between(rng, 300, 1200), 12000, 6)
    swell = line(samples, (0, 0.01), (0.5, 0.15), (seconds / (seconds + 0.8), 1.0), (1, 0.02))
    rush = peak(rush * swell * np.exp(wander(rng, samples, 25, 0.4)))
    sound = mix(rng.uniform(0.4, 1.0) * peak(snaps), rng.uniform(0.2, 0.9) * rush)
    ground = mix(thud(rng, 35, 90, between(rng, 0.2, 0.7), 600), 0.4 * wooden_body(rng, 90, 300)())
    twigs = debris(rng, rng.uniform(0.3, 1.2), between(rng, 20, 80), fibre)
    ground = mix(rng.uniform(0.5, 1.5) * ground, rng.uniform(0.1, 0.6) * peak(twigs))
    return room(rng, ends(mix(sound, delayed(seconds, ground)), 0.05, 0.2), 0.6, 1.8)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "ball kick": ball_kick,
    "baseball bat hit": baseball_bat_hit,
    "blade weapon": blade_weapon,
    "bones rattling": bones_rattling,
    "bouncing": bouncing,
    "bowling ball": bowling_ball,
    "building collapsing": building_collapsing,
    "car crash": car_crash,
    "chopping wood": chopping_wood,
    "cracking": cracking,
    "crash": crash,
    "gavel knocking": gavel_knocking,
    "glass breaking": glass_breaking,
    "hammering": hammering,
    "metal clang": metal_clang,
    "pickaxe on stone": pickaxe_on_stone,
    "punch": punch,
    "rock impact": rock_impact,
    "rocks dumped": rocks_dumped,
    "splat": splat,
    "sword fighting": sword_fighting,
    "tree falling": tree_falling,
    "wood impact": wood_impact,
}
