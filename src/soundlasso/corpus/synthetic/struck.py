"""Struck and scraped things: wood, stone, metal, glass, skins, and what steps on them.

A body that is struck is a set of modes whose damping is its material's internal friction, and a
contact that the harder it is the more of the high modes it excites (van den Doel, Kry and Pai 2001,
"FoleyAutomatic"). What has many small parts is grains at random times (Cook 1997, "Physically
informed sonic modeling"). Footsteps press first with the heel and then with the ball of the foot
(Farnell 2010, "Designing Sound", practical 25).
"""

from collections.abc import Callable, Sequence
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
    decibels,
    ends,
    fade,
    line,
    mix,
    modes,
    move_band,
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
from soundlasso.corpus.synthetic.placing import click, one_of, placed, plate, room

Strike = Callable[[], Sound]

_BAR = (1.0, 2.756, 5.404, 8.933, 13.34, 18.64)
_MEMBRANE = (1.0, 1.593, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.6, 4.06, 4.15, 4.6)


# Bodies and contacts.


def _body(
    rng: Rng,
    hertz: float,
    friction: float,
    hardness: float,
    *,
    ratios: Sequence[float] | None = None,
    many: int = 18,
    longest: float = 2.0,
    crowd: float = 0.5,
) -> Strike:
    """A struck body; each stroke hits it elsewhere.

    Args:
        rng: Draws its modes and the strokes.
        hertz: Its lowest mode.
        friction: Share of its energy that a mode loses in each radian: metal 0.0005, wood 0.02.
        hardness: The frequency above which the contact excites less and less.
        ratios: Of the modes; those of a plate or a box, at random, if there are none.
        many: How many modes are drawn.
        longest: No mode rings longer than this.
        crowd: How far from one to the next, in multiples of the lowest, on average.
    """
    if ratios is None:
        ratios = np.append(1.0, 1.0 + np.cumsum(rng.exponential(crowd, many - 1))).tolist()
    partials = hertz * np.asarray(ratios) * np.exp(rng.normal(0.0, 0.01, len(ratios)))
    partials = partials[partials < 0.47 * SAMPLE_RATE]
    # 60 dB are 6.9 time constants of 1 / (pi f friction).
    decays = 6.9 / (np.pi * partials * friction) * np.exp(rng.normal(0.0, 0.25, len(partials)))
    decays = 1.0 / (1.0 / decays + 1.0 / longest)
    tilt = rng.uniform(0.0, 0.6)
    gains = (partials / hertz) ** -tilt * np.exp(rng.normal(0.0, 0.5, len(partials)))
    samples = count(min(3.0, 1.1 * float(decays.max())))

    def strike() -> Sound:
        blow = hardness * np.exp(rng.normal(0.0, 0.15))
        now = gains / (1.0 + (partials / blow) ** 2) * np.exp(rng.normal(0.0, 0.3, len(partials)))
        phase = rng.uniform(0.0, 0.6, len(partials))
        return peak(modes(samples, partials, decays, now, phase))

    return strike


def _wood(rng: Rng, low: float = 250.0, high: float = 1300.0) -> Strike:
    """A piece of wood that is struck: its modes die soon, the higher the sooner."""
    hertz = between(rng, low, high)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.04, 0.2))
    hard = between(rng, 1000, 5000)
    # A stick has few modes and a pitch; planks and boxes have many and hardly any.
    few = rng.random() < 0.3
    crowd = rng.uniform(0.7, 1.6) if few else between(rng, 0.12, 0.5)
    body = _body(rng, hertz, friction, hard, many=12 if few else 36, longest=0.3, crowd=crowd)
    contact = between(rng, 0.05, 0.7)
    dry = between(rng, 0.003, 0.012)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, 0.8 * hertz, min(14000.0, 2.5 * hard), dry), 0.0, contact)
        return one

    return strike


def _stone(rng: Rng, low: float = 500.0, high: float = 4000.0) -> Strike:
    """A stone that hits another: a hard, short click, its pitch that of its size."""
    hertz = between(rng, low, high)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.03, 0.12))
    hard = between(rng, 2500, 12000)
    crowd = between(rng, 0.12, 0.7)
    body = _body(rng, hertz, friction, hard, many=30, longest=0.15, crowd=crowd)
    contact = between(rng, 0.2, 1.5)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, 0.7 * hertz, 13000, between(rng, 0.003, 0.015)), 0.0, contact)
        return one

    return strike


def _metal(rng: Rng, low: float = 150.0, high: float = 2500.0, longest: float = 2.0) -> Strike:
    """A rod, a pipe, a plate, a pot or a block of metal, held or free."""
    hertz = between(rng, low, high)
    hard = between(rng, 2000, 15000)
    loss = between(rng, 0.0008, 0.012)
    lasts = between(rng, 0.1, longest)
    kind = rng.integers(4)
    if kind == 0:
        body = _body(rng, hertz, loss, hard, ratios=_BAR, longest=lasts)
    elif kind == 1:
        # A pipe's or a pot's wall: modes go up nearly with the square of their number.
        orders = np.arange(2, 12)
        walls = (orders * (orders**2 - 1) / np.sqrt(orders**2 + 1.0) / 2.683).tolist()
        body = _body(rng, hertz, loss, hard, ratios=walls, longest=lasts)
    else:
        crowd = between(rng, 0.12, 0.6)
        body = _body(rng, hertz, loss, hard, many=45, longest=lasts, crowd=crowd)
    contact = between(rng, 0.1, 1.2)
    rough = between(rng, 0.006, 0.06)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, between(rng, 400, 1500), 14000, rough), 0.0, contact)
        return one

    return strike


def _glass(rng: Rng, low: float = 1500.0, high: float = 7000.0, longest: float = 0.4) -> Strike:
    """A piece of glass."""
    hertz, loss = between(rng, low, high), between(rng, 0.001, 0.006)
    lasts = between(rng, 0.04, longest)
    return _body(rng, hertz, loss, 14000.0, many=8, longest=lasts, crowd=rng.uniform(0.3, 0.9))


def _skin(
    rng: Rng, hertz: float, decay: float, *, hard: float = 2000.0, glide: float = 0.1, slap: float
) -> Strike:
    """A drum's skin: its pitch falls a little while it calms down.

    Args:
        rng: Draws it.
        hertz: Its lowest mode.
        decay: In which that falls by 60 dB.
        hard: The frequency above which what strikes it excites less and less.
        glide: How much higher its pitch is at first, as a share.
        slap: How loud the contact is.
    """
    spread = np.asarray(_MEMBRANE) * np.exp(rng.normal(0.0, 0.02, len(_MEMBRANE)))
    gains = np.exp(rng.normal(0.0, 0.5, len(spread))) * spread ** -rng.uniform(0.5, 2.0)
    decays = decay * spread ** -rng.uniform(0.4, 1.2)

    def strike() -> Sound:
        samples = count(1.1 * decay)
        track = 1.0 + glide * np.exp(-times(samples) / between(rng, 0.015, 0.06))
        out = np.zeros(samples)
        for ratio, gain, last in zip(spread, gains, decays, strict=True):
            heard = min(samples, count(1.1 * last))
            blow = gain * np.exp(rng.normal(0.0, 0.25)) / (1.0 + (hertz * ratio / hard) ** 2)
            out[:heard] += blow * sine(hertz * ratio * track[:heard], heard) * fade(heard, 0, last)
        out = peak(out)
        add(out, click(rng, 300, 2.5 * hard, between(rng, 0.004, 0.02)), 0.0, slap)
        return out

    return strike


def _thud(rng: Rng, low: float, high: float, decay: float, muffle: float = 500.0) -> Sound:
    """Something heavy and soft: a low mode that falls in pitch, and dull noise."""
    hertz = between(rng, low, high)
    samples = count(1.2 * decay)
    track = hertz * (1.0 + rng.uniform(0.1, 0.8) * np.exp(-times(samples) / 0.02))
    tone = sine(track, samples, 0.1) * fade(samples, 0.002, decay)
    dull = band(noise(rng, samples, 1.0), low, muffle, 12.0) * fade(samples, 0.001, 0.7 * decay)
    return peak(peak(tone) + rng.uniform(0.2, 1.2) * peak(dull))


def _burst(
    rng: Rng, low: float, high: float, attack: float, decay: float, colour: float = 0.0
) -> Sound:
    """A burst of noise."""
    samples = count(attack + 1.1 * decay)
    return peak(band(noise(rng, samples, colour), low, high, 12.0) * fade(samples, attack, decay))


def _whoosh(rng: Rng, seconds: float, low: float, high: float) -> Sound:
    """What swings through the air: eddies whose pitch goes up and down with the speed."""
    samples = count(seconds)
    middle = rng.uniform(0.4, 0.7)
    speed = np.exp(-np.square((np.linspace(0, 1, samples) - middle) / rng.uniform(0.14, 0.25)))
    width = rng.uniform(0.35, 0.9)
    moved = move_band(noise(rng, samples), low * (high / low) ** speed, width)
    return peak(moved * speed**1.5)


def _late(seconds: float, sound: Sound) -> Sound:
    """A sound that begins later."""
    return np.append(silence(seconds), sound)


def _several(*strikes: Strike, rng: Rng) -> Strike:
    """One of some bodies, at random at each stroke."""
    return lambda: strikes[int(rng.integers(len(strikes)))]()


def _ready(strike: Strike, many: int, rng: Rng) -> Strike:
    """A few strokes that are made once and heard again: for many grains."""
    return _several(*[(lambda made: lambda: made)(strike()) for _ in range(many)], rng=rng)


def _bounce(rng: Rng, strike: Strike, first: float, bounces: int, keeps: float) -> Sound:
    """Something dropped: each bounce is sooner and weaker than the one before."""
    gaps = first * keeps ** np.arange(bounces) * np.exp(rng.normal(0.0, 0.08, bounces))
    gains: Sound = np.power(keeps, rng.uniform(0.8, 1.6) * np.arange(bounces + 1.0))
    return placed(strike, np.append(0.0, np.cumsum(gaps)), gains)


def _debris(
    rng: Rng, seconds: float, rate: float, strike: Strike, *, sooner: float = 2.0, spread: float = 7
) -> Sound:
    """Pieces that fall: fewer and fewer, and softer."""
    sound = scatter(
        rng, seconds, lambda t: rate * np.exp(-sooner * t / seconds) + 0.5, strike, spread
    )
    return ends(sound * line(len(sound), (0.0, 1.0), (1.0, rng.uniform(0.1, 0.5))), 0.0)


def _strokes(rng: Rng, one: Strike, most: int, low: float, high: float) -> Sound:
    """One stroke or a few of them, nearly in time."""
    if rng.random() < 0.4:
        return one()
    period = between(rng, low, high)
    return repeat(rng, period * (rng.integers(1, most) + 0.5), period, one, jitter=0.06, spread=2)


def _rhythm(rng: Rng, strikes: Sequence[Strike], seconds: float) -> Sound:
    """A pattern on an instrument: steps of a bar, some of them struck, with accents."""
    step = between(rng, 0.09, 0.28)
    steps = min(32, int(seconds / step) + 1)
    pattern = rng.random(int(rng.choice([6, 8, 12, 16]))) < rng.uniform(0.35, 0.9)
    pattern[0] = True
    which = rng.integers(0, len(strikes), len(pattern))
    accents = rng.uniform(0.3, 1.0, len(pattern))
    out = silence(steps * step + 1.5)
    for i in range(steps):
        at = i % len(pattern)
        if pattern[at]:
            gain = accents[at] * decibels(rng.normal(0.0, 1.0))
            add(out, strikes[which[at]](), step * (i + abs(rng.normal(0, 0.02))), gain)
    return out


# Impacts.


def wood_impact(rng: Rng) -> Sound:
    """Wood that is knocked, dropped or thrown: a stick, a plank, a box."""
    kind = rng.integers(4)
    if kind == 0:
        sound = _bounce(rng, _wood(rng), between(rng, 0.06, 0.3), int(rng.integers(1, 6)), 0.65)
    elif kind == 1:
        box = _wood(rng, 90, 400)
        sound = box() + 0.0
        add(sound, _thud(rng, 60, 150, 0.1), 0.0, rng.uniform(0.1, 0.8))
    else:
        sound = _strokes(rng, _wood(rng), 4, 0.15, 0.7)
    return room(rng, sound, 0.4, 0.7)


def metal_clang(rng: Rng) -> Sound:
    """Metal that is struck or dropped: a pipe, a pan, a sheet, a tool, a gate."""
    kind = rng.integers(5)
    if kind == 0:
        first = between(rng, 0.05, 0.35)
        sound = _bounce(rng, _metal(rng), first, int(rng.integers(2, 8)), rng.uniform(0.5, 0.8))
    elif kind == 1:
        low = between(rng, 60, 300)
        lasts = between(rng, 0.3, 3.0)
        sound = plate(rng, lasts, (low, between(rng, 1500, 6000)), (lasts, lasts * 0.3))
        add(sound, click(rng, 500, 9000, 0.02), 0.0, rng.uniform(0.2, 1.0))
    elif kind == 2:
        # Heavy: a door, a container.
        sound = mix(_metal(rng, 60, 300)(), _thud(rng, 50, 120, 0.25))
        sound = mix(sound, _late(rng.uniform(0.03, 0.2), 0.4 * _metal(rng)()))
    else:
        sound = _strokes(rng, _metal(rng), 4, 0.2, 1.0)
    return room(rng, ends(sound, 0.0002, 0.05), 0.5)


def rock_impact(rng: Rng) -> Sound:
    """Stones that hit each other or the ground: a pebble, a brick, a boulder."""
    kind = rng.integers(4)
    if kind == 0:
        # A boulder: mostly the ground's thud, and what crumbles.
        sound = _thud(rng, 35, 90, between(rng, 0.25, 0.8), 900)
        seconds = rng.uniform(0.4, 2.0)
        pebbles = _debris(
            rng, seconds, between(rng, 20, 80), _ready(_stone(rng, 200, 1500), 4, rng)
        )
        sound = mix(sound, _stone(rng, 120, 600)(), rng.uniform(0.1, 0.6) * peak(pebbles))
    elif kind == 1:
        first = between(rng, 0.04, 0.3)
        sound = _bounce(rng, _stone(rng, 600), first, int(rng.integers(1, 7)), 0.6)
        sound = mix(sound, rng.uniform(0.0, 0.8) * _thud(rng, 60, 160, 0.08))
    else:
        sound = _strokes(rng, _stone(rng, 400, 3500), 4, 0.2, 0.8)
    return room(rng, sound, 0.4)


def glass_breaking(rng: Rng) -> Sound:
    """A window, a bottle, a glass or a plate that is smashed, and its shards that fall."""
    seconds = rng.uniform(0.4, 2.2)
    china = rng.random() < 0.2
    low, high = (800, 4500) if china else (1300, 9000)
    lasts = 0.08 if china else between(rng, 0.08, 0.5)
    shards = [_ready(_glass(rng, low, high, lasts), 2, rng) for _ in range(14)]
    falling = _debris(rng, seconds, between(rng, 40, 250), _several(*shards, rng=rng), sooner=4.0)
    blow = _burst(rng, 800, 14000, 0.001, between(rng, 0.05, 0.3))
    sound = mix(peak(falling), rng.uniform(0.3, 1.2) * blow)
    pane = between(rng, 150, 900)
    big = _body(rng, pane, 0.02, 5000.0, many=30, longest=0.15)()
    sound = mix(
        sound, rng.uniform(0.1, 1.0) * big, rng.uniform(0.0, 0.7) * _thud(rng, 70, 200, 0.1)
    )
    if rng.random() < 0.4:
        # It is struck a moment before it falls to the ground.
        first = rng.uniform(0.2, 1.0) * mix(blow[: count(0.1)], big)
        sound = mix(np.append(first, silence(0.1)), _late(rng.uniform(0.1, 0.5), sound))
    return room(rng, sound, 0.5)


# Percussion of wood and grains.


def claves(rng: Rng) -> Sound:
    """Two sticks of hardwood, one over a hollow hand: once, or the son's pattern."""
    hertz = between(rng, 1400, 3300)
    ratios = (1.0, rng.uniform(1.03, 1.15), 2.7, 5.0)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.05, 0.2))
    ring = _body(rng, hertz, friction, 8000, ratios=ratios, longest=0.2)
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
        strikes.append(_skin(rng, hertz, long, hard=1500, glide=0.05, slap=slap))
        strikes.append(_skin(rng, hertz * 1.1, long * 0.4, hard=5000, glide=0.05, slap=2 * slap))
    if rng.random() < 0.4:
        return room(rng, strikes[int(rng.integers(4))](), 0.4, 0.7)
    return room(rng, _rhythm(rng, strikes, rng.uniform(0.6, 3.5)), 0.4, 0.7)


def djembe(rng: Rng) -> Sound:
    """A goblet drum: the air in it for the bass, its skin for tones and slaps."""
    air, skin = between(rng, 60, 115), between(rng, 250, 480)
    bass = _skin(
        rng, air, between(rng, 0.2, 0.6), hard=300, glide=0.15, slap=between(rng, 0.03, 0.2)
    )
    tone = _skin(rng, skin, between(rng, 0.1, 0.4), hard=1500, glide=0.03, slap=0.15)
    crack = _skin(rng, skin * 1.15, between(rng, 0.1, 0.4), hard=6000, slap=between(rng, 0.3, 1.2))

    def deep() -> Sound:
        return mix(bass(), rng.uniform(0.1, 0.4) * tone())

    strikes = (deep, tone, crack)
    if rng.random() < 0.45:
        return room(rng, strikes[int(rng.integers(3))](), 0.4, 0.7)
    return room(rng, _rhythm(rng, strikes, rng.uniform(0.6, 3.5)), 0.4, 0.7)


def _bass_stroke(rng: Rng) -> Strike:
    """A kick drum, a drum machine's, or a big drum of an orchestra."""
    kind = rng.integers(3)
    if kind == 0:
        hertz, long = between(rng, 40, 75), between(rng, 0.15, 0.6)
        kick = _skin(rng, hertz, long, hard=250, glide=rng.uniform(0.2, 1.5), slap=0.0)
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
    return _skin(rng, between(rng, 35, 70), long, hard=150, glide=0.08, slap=0.04)


def _snare_stroke(rng: Rng) -> Strike:
    """A snare drum: two skins and the wires that rattle below; or a machine's."""
    hertz, long = between(rng, 150, 340), between(rng, 0.08, 0.4)
    skin = _skin(rng, hertz, long, hard=3000, glide=rng.uniform(0.02, 0.3), slap=0.4)
    wires = between(rng, 0.15, 2.0)
    rattle = between(rng, 0.07, 0.45)
    low, top = between(rng, 700, 2500), between(rng, 6000, 15000)
    rim = _wood(rng, 500, 1800) if rng.random() < 0.2 else None

    def strike() -> Sound:
        one = mix(skin(), wires * _burst(rng, low, top, 0.002, rattle, rng.uniform(0, 1)))
        return mix(one, 0.8 * rim()) if rim else one

    return strike


def _tom_stroke(rng: Rng) -> Strike:
    """A tom, with a stick."""
    hertz, long = between(rng, 75, 220), between(rng, 0.25, 1.3)
    slap = between(rng, 0.03, 0.4)
    return _skin(rng, hertz, long, hard=1200, glide=rng.uniform(0.03, 0.4), slap=slap)


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
        sound = mix(grace, _late(rng.uniform(0.015, 0.04), strike()))
        return room(rng, sound, 0.4, 0.9)
    return room(rng, strike(), 0.4, 0.9)


def tom_drum(rng: Rng) -> Sound:
    """A tom, or a fill over some."""
    if rng.random() < 0.55:
        return room(rng, _strokes(rng, _tom_stroke(rng), 3, 0.2, 0.6), 0.4, 0.9)
    toms = [_tom_stroke(rng) for _ in range(3)]
    return room(rng, _rhythm(rng, toms, rng.uniform(0.5, 2.5)), 0.4, 0.9)


def drum(rng: Rng) -> Sound:
    """Drums of any kind: a kit's, a frame drum, a big drum with sticks, hand drums."""
    kind = rng.integers(4)
    if kind == 0:
        return room(rng, _rhythm(rng, [_bass_stroke(rng), _snare_stroke(rng)], 3.0), 0.4)
    if kind == 1:
        low = between(rng, 55, 130)
        big = _skin(rng, low, between(rng, 0.4, 1.6), hard=500, slap=between(rng, 0.05, 0.5))
        edge = _wood(rng, 500, 1500)
        strikes: list[Strike] = [big, big, big, lambda: 0.4 * edge()]
        return room(rng, _rhythm(rng, strikes, rng.uniform(1.0, 4.0)), 0.6, 1.5)
    if kind == 2:
        hertz = between(rng, 70, 250)
        frame = _skin(rng, hertz, between(rng, 0.2, 0.8), hard=900, slap=between(rng, 0.1, 0.6))
        return room(rng, _strokes(rng, frame, 6, 0.2, 0.7), 0.5)
    return one_of(rng, bongo_drums, djembe, tom_drum, bass_drum, snare_drum)


# Tools and weapons that strike.


def _blade(rng: Rng) -> Strike:
    """A blade that is hit: a bar's close high modes that sing."""
    hertz = between(rng, 150, 900)
    orders = np.arange(1, 16)
    ratios = (((2 * orders + 1) / 3.0) ** rng.uniform(1.5, 2.0)).tolist()
    lasts = between(rng, 0.06, 1.0)
    loss = between(rng, 0.0015, 0.012)
    body = _body(rng, hertz, loss, between(rng, 3000, 12000), ratios=ratios, longest=lasts)
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
    shield = _wood(rng, 120, 600) if rng.random() < 0.5 else _metal(rng, 200, 900, 0.4)

    def clash() -> Sound:
        one = mix(first(), rng.uniform(0.2, 1.0) * second())
        if rng.random() < 0.35:
            # A shield, armour or the hand behind it.
            one = mix(one, rng.uniform(0.2, 1.0) * shield(), 0.5 * _thud(rng, 60, 160, 0.1))
        if rng.random() < 0.3:
            one = mix(one, _late(rng.uniform(0.015, 0.08), 0.6 * one))
        if rng.random() < 0.25:
            one = mix(one, 0.3 * _scrape(rng, rng.uniform(0.15, 0.5)))
        if rng.random() < 0.5:
            air = _whoosh(rng, rng.uniform(0.12, 0.3), 250, between(rng, 800, 2500))
            one = mix(rng.uniform(0.1, 1.0) * air, _late(0.6 * len(air) / 32000, one))
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
        sound = mix(sound, _late(0.8 * len(sound) / 32000, 0.4 * _blade(rng)()))
        return room(rng, sound, 0.4, 0.8)
    air = _whoosh(rng, rng.uniform(0.12, 0.45), between(rng, 150, 500), between(rng, 800, 3500))
    if kind == 1:
        return room(rng, air, 0.3, 0.8)
    late = silence(rng.uniform(0.5, 0.8) * len(air) / SAMPLE_RATE)
    if kind == 2:
        hit = mix(
            _thud(rng, 60, 180, 0.12), rng.uniform(0.3, 1) * _burst(rng, 500, 6000, 0.003, 0.1)
        )
    else:
        hit = mix(_blade(rng)(), rng.uniform(0.0, 0.8) * _wood(rng, 150, 500)())
    return room(rng, mix(rng.uniform(0.2, 1.0) * air, np.append(late, hit)), 0.4, 0.8)


def chopping_wood(rng: Rng) -> Sound:
    """An axe in a log on a block: a dull blow, a crack, and sometimes pieces that fall."""
    log = _wood(rng, 90, 320)
    splinter = _wood(rng, 350, 900)
    crack = between(rng, 0.05, 0.8)
    deep = rng.uniform(0.1, 1.0)

    def chop() -> Sound:
        one = mix(log(), deep * _thud(rng, 60, 140, between(rng, 0.06, 0.18)))
        add(one, click(rng, 700, 9000, between(rng, 0.008, 0.03)), 0.0, crack)
        if rng.random() < 0.25:
            fall = _bounce(rng, splinter, between(rng, 0.05, 0.2), int(rng.integers(1, 5)), 0.7)
            one = mix(one, _late(rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.5) * fall))
        return one

    return room(rng, _strokes(rng, chop, 4, 0.5, 1.5), 0.4, 0.9)


def hammering(rng: Rng) -> Sound:
    """A hammer on a nail in wood, on a plank, on an anvil or a sheet; steady blows."""
    kind = rng.integers(4)
    if kind == 0:
        wood, nail = _wood(rng, 120, 500), between(rng, 1500, 4500)
        turn = iter(range(1000))

        def strike() -> Sound:
            # The shorter the nail that is left, the higher it rings.
            pitch = nail * (1.0 + 0.06 * next(turn))
            ping = modes(count(0.12), [pitch, 2.7 * pitch], [0.1, 0.05], [1.0, 0.5])
            return mix(wood(), rng.uniform(0.1, 0.8) * ping, 0.4 * click(rng, 1500, 12000, 0.005))

    elif kind == 1:
        strike = _wood(rng, 150, 900)
    elif kind == 2:
        # An anvil: its ring is high and long, the piece on it dulls it.
        anvil = _metal(rng, 500, 1800, 3.0)
        dull = _wood(rng, 200, 800)

        def strike() -> Sound:
            return mix(anvil(), rng.uniform(0.0, 0.8) * dull())

    else:
        strike = _metal(rng, 100, 900, 0.8)
    period = between(rng, 0.22, 0.9)
    many = int(rng.choice([0, 0, 2, 3, 5, 7]))
    sound = repeat(rng, min(4.0, many * period), period, strike, jitter=0.05, spread=1.5)
    return room(rng, ends(sound, 0.0002, 0.1), 0.5)


def pickaxe_on_stone(rng: Rng) -> Sound:
    """A pick that strikes rock: a hard clink of its steel, the stone, and crumbs."""
    steel, rock = _metal(rng, 900, 3500, 0.5), _stone(rng, 250, 2500)
    clink = between(rng, 0.15, 1.2)

    def strike() -> Sound:
        one = mix(rock(), clink * steel(), rng.uniform(0.0, 0.7) * _thud(rng, 60, 200, 0.08))
        if rng.random() < 0.6:
            crumbs = _ready(_stone(rng, 1200, 6000), 3, rng)
            fall = _debris(rng, rng.uniform(0.15, 0.8), between(rng, 20, 80), crumbs)
            one = mix(one, _late(0.03, rng.uniform(0.03, 0.35) * peak(fall)))
        return one

    return room(rng, _strokes(rng, strike, 4, 0.5, 1.5), 0.5)


def gavel_knocking(rng: Rng) -> Sound:
    """A gavel on its block: some hard knocks of wood, in a hall."""
    strike = _wood(rng, 250, 1100)
    table = between(rng, 80, 200)

    def knock() -> Sound:
        return mix(strike(), rng.uniform(0.1, 0.6) * _thud(rng, table, table * 1.05, 0.1))

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
            slap = _burst(rng, 300, 4000, 0.001, 0.03)
            return mix(_thud(rng, air, air * 1.1, 0.12), rng.uniform(0.1, 0.6) * cavity, 0.3 * slap)

    elif kind == 1:
        soft = _body(rng, between(rng, 150, 700), 0.08, between(rng, 700, 3000), longest=0.12)

        def strike() -> Sound:
            return mix(soft(), rng.uniform(0.1, 0.8) * _thud(rng, 80, 220, 0.08))

    elif kind == 2:
        # A table tennis ball: a thin shell.
        strike = _body(rng, between(rng, 1000, 5000), 0.03, 9000, many=6, longest=0.04)
    else:
        strike = _stone(rng, 1500, 5000) if rng.random() < 0.5 else _glass(rng, 2500, 6000, 0.06)
    if kind == 0 and rng.random() < 0.5:
        period = between(rng, 0.28, 0.9)
        return room(rng, repeat(rng, rng.uniform(0.3, 3.0), period, strike, jitter=0.05), 0.6, 1.5)
    keeps = rng.uniform(0.6, 0.88)
    sound = _bounce(rng, strike, between(rng, 0.15, 0.8), int(rng.integers(1, 14)), keeps)
    return room(rng, sound, 0.5, 1.2)


def bowling_ball(rng: Rng) -> Sound:
    """A ball that rolls down a lane, and the pins that it knocks over."""
    seconds = rng.uniform(0.8, 3.0)
    samples = count(seconds)
    turns = between(rng, 2.5, 8.0)
    uneven = 1.0 + rng.uniform(0.1, 0.6) * sine(turns, samples) + wander(rng, samples, 12, 0.2)
    roll = band(noise(rng, samples, 1.0), between(rng, 40, 120), between(rng, 300, 1200), 12)
    roll = peak(roll * uneven * line(samples, (0, rng.uniform(0.1, 1)), (1, rng.uniform(0.3, 1))))
    pins = [_wood(rng, 500, 1300) for _ in range(6)]
    hit = _several(*pins, rng=rng)
    moments = np.append([0.0, 0.01, 0.02], rng.exponential(0.25, int(rng.integers(4, 22))))
    crash = placed(hit, np.minimum(moments, 1.5), np.exp(-1.5 * np.minimum(moments, 1.5)))
    crash = mix(peak(crash), 0.6 * _thud(rng, 60, 120, 0.2))
    part = rng.integers(4)
    if part == 0:
        return room(rng, ends(roll, 0.05, 0.2), 0.8, 1.5)
    quiet = between(rng, 0.08, 0.5)
    drop = rng.uniform(0.2, 0.8) * _thud(rng, 60, 130, 0.2) if part == 1 else silence(0.01)
    out = mix(drop, quiet * ends(roll, 0.05, 0.03), _late(seconds, crash))
    return room(rng, out, 0.8, 1.8)


def baseball_bat_hit(rng: Rng) -> Sound:
    """A ball off a bat: the crack of wood, or the ping of aluminium."""
    if rng.random() < 0.6:
        bat = _body(
            rng, between(rng, 140, 220), 0.04, between(rng, 1500, 6000),
            ratios=(1.0, 3.4, 6.6, 10.2, 14.5), longest=0.12,
        )  # fmt: skip
        sound = mix(bat(), between(rng, 0.3, 1.2) * _wood(rng, 700, 1800)())
    else:
        hertz = between(rng, 1300, 3200)
        hoop = _body(
            rng, hertz, 0.001, 9000, ratios=(1, 1.4, 2.1, 2.9), longest=between(rng, 0.1, 0.6)
        )
        sound = mix(hoop(), rng.uniform(0.3, 1.0) * _wood(rng, 300, 900)())
    sound = mix(sound, rng.uniform(0.2, 0.9) * click(rng, 600, 7000, between(rng, 0.005, 0.02)))
    if rng.random() < 0.3:
        air = _whoosh(rng, rng.uniform(0.15, 0.35), 150, 900)
        sound = mix(0.15 * air, _late(0.65 * len(air) / SAMPLE_RATE, sound))
    return room(rng, sound, 0.6, 1.2)


def ball_kick(rng: Rng) -> Sound:
    """A foot and a ball full of air: a thump with a slap; sometimes grass, or a few touches."""
    hertz = between(rng, 75, 190)
    shell = between(rng, 250, 700)

    def kick() -> Sound:
        one = _thud(rng, hertz, hertz * 1.1, between(rng, 0.07, 0.2), 700)
        leather = modes(
            count(0.1), [shell, 1.7 * shell, 2.6 * shell], [0.08, 0.05, 0.04], [1, 0.5, 0.4]
        )
        slap = _burst(rng, 600, 5000, 0.0015, between(rng, 0.015, 0.06))
        one = mix(one, rng.uniform(0.1, 0.6) * leather, rng.uniform(0.1, 0.8) * slap)
        if rng.random() < 0.3:
            grass = 0.15 * _burst(rng, 1500, 9000, 0.03, 0.15)
            one = mix(grass, _late(0.03, one))
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
        one = _thud(rng, 40, 130, between(rng, 0.08, 0.3), 500)
        slap = _burst(
            rng, between(rng, 300, 900), between(rng, 2000, 8000), 0.002, between(rng, 0.03, 0.15)
        )
        one = mix(one, (1.2 if film else 0.5) * rng.uniform(0.2, 1.0) * slap)
        if film:
            crunch = _several(*[_wood(rng, 400, 1200) for _ in range(2)], rng=rng)
            one = mix(one, rng.uniform(0, 0.4) * peak(_debris(rng, 0.08, 80, crunch)))
        if rng.random() < 0.3:
            air = _whoosh(rng, rng.uniform(0.1, 0.25), 200, 1000)
            one = mix(0.3 * air, _late(0.6 * len(air) / SAMPLE_RATE, one))
        return one

    if rng.random() < 0.65:
        return room(rng, hit(), 0.4, 0.7)
    return room(
        rng, repeat(rng, rng.uniform(0.3, 1.5), between(rng, 0.15, 0.5), hit, jitter=0.2), 0.4
    )


def _bubble(rng: Rng, low: float, high: float) -> Sound:
    """A bubble in water: a sine that rises as it gets to the surface."""
    hertz = between(rng, low, high)
    decay = min(0.12, 30.0 / hertz) * between(rng, 0.5, 2.0)
    samples = count(decay)
    return sine(hertz * (1.0 + rng.uniform(0, 0.4) * times(samples) / decay), samples) * fade(
        samples, 0.1 * decay, decay
    )


def splat(rng: Rng) -> Sound:
    """Something wet and soft that hits: a tomato, mud, dough, an egg, slime."""
    sound = rng.uniform(0.3, 1.2) * _thud(rng, 40, 160, between(rng, 0.05, 0.15), 400)
    wet = _burst(
        rng, between(rng, 400, 1500), between(rng, 3000, 11000), 0.004, between(rng, 0.04, 0.2)
    )
    rough = 0.4 + np.abs(wander(rng, len(wet), 90, 1.0))
    sound = mix(sound, rng.uniform(0.4, 1.3) * peak(wet * rough))
    for _ in range(int(rng.integers(0, 6))):
        # What is wet sticks, and comes off again in short bursts of its own pitch.
        pitch = between(rng, 800, 6000)
        smack = _burst(rng, pitch, 2 * pitch, 0.004, between(rng, 0.015, 0.06))
        sound = mix(sound, rng.uniform(0.1, 0.8) * _late(rng.exponential(0.1), smack))
    seconds = rng.uniform(0.08, 0.4)
    squelch = _debris(rng, seconds, between(rng, 60, 300), lambda: _bubble(rng, 350, 3500))
    sound = mix(sound, _late(0.01, between(rng, 0.05, 1.0) * peak(squelch)))
    drops = _debris(rng, 0.5, between(rng, 8, 40), lambda: click(rng, 2000, 9000, 0.003))
    sound = mix(sound, _late(0.04, rng.uniform(0, 0.15) * peak(drops)))
    if rng.random() < 0.25:
        slide = _whoosh(rng, 0.25, 300, 1500) * (0.3 + np.abs(wander(rng, count(0.25), 60)))
        sound = mix(0.3 * peak(slide), _late(0.15, sound))
    return room(rng, sound, 0.25, 0.5)


def cracking(rng: Rng) -> Sound:
    """What gives way: knuckles, nuts, eggs, ice, bones, a shell; one snap or a run of them."""
    body = between(rng, 200, 2200)
    seconds = between(rng, 0.02, 1.2)
    sharp = between(rng, 3000, 12000)

    def snap() -> Sound:
        hertz = body * rng.uniform(0.6, 1.8)
        one = _body(rng, hertz, between(rng, 0.04, 0.12), sharp, many=8, longest=0.06, crowd=0.9)()
        add(
            one,
            click(rng, 800, 1.3 * sharp, between(rng, 0.001, 0.006)),
            0.0,
            rng.uniform(0.3, 1.5),
        )
        return one

    run = scatter(rng, seconds, between(rng, 20, 150), _ready(snap, 8, rng), 8.0)
    run = ends(run, 0.0, 0.01)
    sound = mix(snap(), _late(rng.uniform(0.0, 0.05), rng.uniform(0.2, 0.9) * peak(run)))
    if rng.random() < 0.4:
        sound = mix(sound, rng.uniform(0.1, 0.7) * _thud(rng, 50, 150, 0.08))
    if rng.random() < 0.25:
        # A lake's ice: a crack that runs, high frequencies first.
        samples = count(0.35)
        track = 400.0 + 4000.0 * np.exp(-times(samples) / 0.05)
        sound = mix(sound, rng.uniform(0.2, 0.8) * sine(track, samples) * fade(samples, 0.002, 0.3))
    return room(rng, sound, 0.4)


def bones_rattling(rng: Rng) -> Sound:
    """Dry bones that knock on each other: hollow ticks in clusters."""
    bones = [
        _body(rng, between(rng, 600, 3200), between(rng, 0.015, 0.04), 7000, many=7, longest=0.12)
        for _ in range(int(rng.integers(5, 10)))
    ]
    hit = _several(*[_ready(bone, 3, rng) for bone in bones], rng=rng)
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
    small = _several(*[_ready(_stone(rng, size, 5 * size), 3, rng) for _ in range(8)], rng=rng)
    big = _several(*[_ready(_stone(rng, size / 3, size), 2, rng) for _ in range(4)], rng=rng)
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
    kinds: list[Strike] = [_stone(rng, 120, 900), _stone(rng, 300, 2500), _wood(rng, 120, 600)]
    if rng.random() < 0.4:
        kinds.append(_metal(rng, 100, 800, 0.6))
    if rng.random() < 0.4:
        kinds.append(_glass(rng))
    hit = _several(*[_ready(kind, 4, rng) for kind in kinds], rng=rng)
    many = between(rng, 20, 90)
    debris = scatter(
        rng, seconds, lambda t: many * float(swell[min(samples - 1, count(t))]), hit, 7
    )
    sound = sound + rng.uniform(0.3, 1.2) * peak(debris)
    for _ in range(int(rng.integers(1, 6))):
        thump = _thud(rng, 35, 80, between(rng, 0.2, 0.8), 700)
        add(sound, thump, abs(rng.normal(top, 0.2)) * seconds, rng.uniform(0.3, 1.2))
    return room(rng, ends(sound, 0.005, 0.3), 0.5, 2.0)


def crash(rng: Rng) -> Sound:
    """Things that fall over with a crash: pans, shelves, crates, dishes, a cart."""
    kinds: list[Strike] = []
    for _ in range(int(rng.integers(2, 5))):
        made = (
            _wood(rng, 100, 700),
            _metal(rng, 120, 1500, 1.0),
            _glass(rng),
            _wood(rng, 300, 900),
        )
        kinds.append(_ready(made[int(rng.integers(4))], 4, rng))
    hit = _several(*kinds, rng=rng)
    seconds = rng.uniform(0.4, 2.5)
    sound = peak(_debris(rng, seconds, between(rng, 25, 120), hit, sooner=4.0))
    blow = _burst(
        rng, between(rng, 60, 300), between(rng, 800, 6000), 0.004, between(rng, 0.3, 1.2), 1
    )
    blow = peak(blow * np.exp(wander(rng, len(blow), between(rng, 10, 50), 0.5)))
    sound = mix(
        sound, rng.uniform(0.3, 1.8) * blow, rng.uniform(0.2, 1.2) * _thud(rng, 45, 140, 0.25)
    )
    if rng.random() < 0.4:
        sheet = plate(rng, 1.0, (100, 5000), (1.2, 0.4))
        sound = mix(sound, rng.uniform(0.2, 0.9) * sheet)
    for _ in range(int(rng.integers(0, 3))):
        roll = _bounce(rng, kinds[0], between(rng, 0.05, 0.25), int(rng.integers(2, 7)), 0.75)
        sound = mix(sound, _late(rng.uniform(0.1, seconds), rng.uniform(0.1, 0.6) * roll))
    return room(rng, ends(sound, 0.001, 0.05), 0.5, 1.5)


def car_crash(rng: Rng) -> Sound:
    """A car that hits something: a thump, sheet metal that crumples, glass; sometimes a skid."""
    sound = 1.2 * _thud(rng, 40, 110, between(rng, 0.2, 0.6), 900)
    crumple = plate(rng, 1.2, (90, between(rng, 1200, 5000)), (0.9, 0.3), density=0.1, tilt=-3)
    folds = np.exp(wander(rng, len(crumple), between(rng, 20, 70), 0.8)) * fade(
        len(crumple), 0.02, 1
    )
    sound = mix(sound, rng.uniform(0.5, 1.2) * peak(crumple * folds))
    crunch = _burst(rng, 150, between(rng, 1500, 6000), 0.02, between(rng, 0.3, 0.9), 1.0)
    crunch = peak(crunch * np.exp(wander(rng, len(crunch), between(rng, 15, 60), 0.6)))
    sound = mix(sound, rng.uniform(0.6, 1.6) * crunch)
    shards = _several(*[_ready(_glass(rng, 2000, 8000, 0.2), 2, rng) for _ in range(8)], rng=rng)
    glass = _debris(rng, rng.uniform(0.3, 1.6), between(rng, 30, 150), shards, sooner=3)
    sound = mix(sound, _late(0.05, between(rng, 0.01, 0.5) * peak(glass)))
    bits = _ready(_metal(rng, 200, 1500, 0.4), 4, rng)
    parts = _debris(rng, rng.uniform(0.2, 1.2), between(rng, 5, 30), bits)
    sound = mix(sound, _late(0.1, between(rng, 0.03, 0.5) * peak(parts)))
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
        sound = mix(0.3 * skid, _late(samples / SAMPLE_RATE, sound))
    return room(rng, ends(sound, 0.001, 0.1), 0.6, 1.8)


def tree_falling(rng: Rng) -> Sound:
    """A tree that falls: fibres snap faster and faster, leaves rush, it hits the ground."""
    seconds = rng.uniform(1.0, 2.8)
    fibre = _several(*[_ready(_wood(rng, 200, 1500), 3, rng) for _ in range(5)], rng=rng)
    fast = between(rng, 15, 70)
    snaps = scatter(rng, seconds, lambda t: 3.0 + fast * (t / seconds) ** 2, fibre, 8.0)
    samples = count(seconds + 0.8)
    rush = band(noise(rng, samples, 0.7), between(rng, 300, 1200), 12000, 6)
    swell = line(samples, (0, 0.01), (0.5, 0.15), (seconds / (seconds + 0.8), 1.0), (1, 0.02))
    rush = peak(rush * swell * np.exp(wander(rng, samples, 25, 0.4)))
    sound = mix(rng.uniform(0.4, 1.0) * peak(snaps), rng.uniform(0.2, 0.9) * rush)
    ground = mix(_thud(rng, 35, 90, between(rng, 0.2, 0.7), 600), 0.4 * _wood(rng, 90, 300)())
    twigs = _debris(rng, rng.uniform(0.3, 1.2), between(rng, 20, 80), fibre)
    ground = mix(rng.uniform(0.5, 1.5) * ground, rng.uniform(0.1, 0.6) * peak(twigs))
    return room(rng, ends(mix(sound, _late(seconds, ground)), 0.05, 0.2), 0.6, 1.8)


# Footsteps.


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
            add(out, _burst(rng, 200, sole, 0.001, between(rng, 0.01, 0.04), 1), at, gain * 0.4)
            add(out, _thud(rng, 55, 130, between(rng, 0.05, 0.12), 300), at, gain * thump)
        slide = _burst(rng, 1500, 9000, 0.3 * seconds, 0.5 * seconds)
        add(out, slide * (0.4 + np.abs(wander(rng, len(slide), 80))), 0.2 * seconds, scuff)
        return (
            out[: count(seconds + 0.3)] if np.abs(out[count(seconds + 0.3) :]).max() < 1e-3 else out
        )

    return step


def footsteps_on_hard_floor(rng: Rng) -> Sound:
    """Shoes on stone, tiles or concrete: heels that click, soles of rubber that pat."""
    hard = rng.random() < 0.6
    if hard:
        floor = _body(
            rng, between(rng, 200, 1300), between(rng, 0.03, 0.1), between(rng, 600, 5000),
            many=14, longest=0.07, crowd=0.8,
        )  # fmt: skip
        step = _shod(rng, floor, between(rng, 1000, 7000), 1.0, rng.uniform(0.0, 0.6))
    else:
        dull = _body(rng, between(rng, 120, 500), 0.1, between(rng, 400, 1500), longest=0.06)
        step = _shod(rng, dull, between(rng, 900, 4000), 0.7, rng.uniform(0.3, 1.0))
    return room(rng, _walk(rng, step), 0.6, 1.5)


def footsteps_on_wood(rng: Rng) -> Sound:
    """Shoes on boards: a hollow thump with the boards' own modes."""
    boards = _body(
        rng, between(rng, 90, 350), between(rng, 0.03, 0.09), between(rng, 500, 3000),
        many=16, longest=0.2, crowd=0.7,
    )  # fmt: skip
    step = _shod(rng, boards, between(rng, 800, 5000), 0.8, rng.uniform(0.3, 1.5))
    return room(rng, _walk(rng, step), 0.5, 0.8)


def footsteps_on_metal(rng: Rng) -> Sound:
    """Shoes on a plate, a grating or stairs of metal, which ring and rattle."""
    grid = _body(
        rng, between(rng, 100, 450), between(rng, 0.002, 0.02), between(rng, 400, 3500),
        many=30, longest=between(rng, 0.1, 0.7), crowd=rng.uniform(0.3, 0.8),
    )  # fmt: skip
    loose = _ready(_metal(rng, 400, 1800, 0.3), 3, rng)
    rattles = between(rng, 0.01, 0.4)
    thump = rng.uniform(0.1, 0.8)

    def floor() -> Sound:
        shaken = _debris(rng, 0.15, 30, loose)
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
        pat = _thud(rng, deep, deep * 1.2, between(rng, 0.06, 0.15), 300)
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
        pat = _burst(rng, 100, between(rng, 700, 2500), between(rng, 0.005, 0.04), 0.12, 1.0)
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
        grain = _burst(rng, low, high, 0.0003, 0.008)
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
        slap = _burst(rng, low, high, 0.003, between(rng, 0.05, 0.15))
        samples = count(seconds + 0.25)
        wash = band(noise(rng, samples, 0.5), low, high, 9) * np.exp(wander(rng, samples, 30, 0.5))
        wash *= line(samples, (0, 0.1), (rng.uniform(0.2, 0.5), 1), (1, 0))
        bubbles = _debris(
            rng, seconds + 0.2, between(rng, 60, 300), lambda: _bubble(rng, 400, 4000)
        )
        drops = _debris(rng, seconds + 0.3, between(rng, 10, 60), lambda: _bubble(rng, 1500, 7000))
        thump = depth * _thud(rng, 60, 180, 0.12, 500)
        return mix(
            rng.uniform(0.3, 1.0) * slap, rng.uniform(0.2, 0.9) * peak(wash),
            rng.uniform(0.2, 0.9) * peak(bubbles), 0.3 * peak(drops), thump,
        )  # fmt: skip

    return room(rng, _walk(rng, step, rng.uniform(1.0, 1.6)), 0.25, 0.8)


def footsteps_on_glass(rng: Rng) -> Sound:
    """Shoes on broken glass: shards that crunch and tinkle, on a hard floor."""
    shards = _several(*[_ready(_glass(rng, 2500, 9000, 0.12), 3, rng) for _ in range(8)], rng=rng)
    fast = between(rng, 60, 250)
    thump = rng.uniform(0.1, 1.2)
    low = between(rng, 1500, 4000)

    def ground(seconds: float) -> Sound:
        crunch = _grains(rng, seconds, between(rng, 300, 1500), (low, 13000), 0.004, 7)
        tinkle = _debris(rng, seconds + 0.1, fast, shards)
        return mix(crunch, rng.uniform(0.2, 1.0) * peak(tinkle))

    step = _loose(rng, ground, thump)
    return room(rng, _walk(rng, step, rng.uniform(1.1, 1.6)), 0.5, 1.0)


def footsteps_on_ice(rng: Rng) -> Sound:
    """Shoes on ice: a hard, sharp crunch and small cracks."""
    ice = _body(
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
        cracks = _debris(rng, seconds * 0.6, between(rng, 15, 70), ice)
        return mix(sharp * ice(), crunch, 0.7 * peak(cracks))

    step = _loose(rng, ground, rng.uniform(0.0, 0.8))
    return room(rng, _walk(rng, step), 0.3, 0.8)


def footsteps(rng: Rng) -> Sound:
    """Steps on any ground, the usual ones more often."""
    usual = (footsteps_on_hard_floor, footsteps_on_hard_floor, footsteps_on_wood, footsteps_on_wood)
    loose = (footsteps_on_gravel, footsteps_on_dirt, footsteps_on_dirt, footsteps_on_grass)
    return one_of(rng, *usual, *loose, footsteps_on_metal, footsteps_on_sand)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "ball kick": ball_kick,
    "baseball bat hit": baseball_bat_hit,
    "bass drum": bass_drum,
    "blade weapon": blade_weapon,
    "bones rattling": bones_rattling,
    "bongo drums": bongo_drums,
    "bouncing": bouncing,
    "bowling ball": bowling_ball,
    "building collapsing": building_collapsing,
    "car crash": car_crash,
    "chopping wood": chopping_wood,
    "claves": claves,
    "cracking": cracking,
    "crash": crash,
    "djembe": djembe,
    "drum": drum,
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
    "gavel knocking": gavel_knocking,
    "glass breaking": glass_breaking,
    "hammering": hammering,
    "metal clang": metal_clang,
    "pickaxe on stone": pickaxe_on_stone,
    "punch": punch,
    "rock impact": rock_impact,
    "rocks dumped": rocks_dumped,
    "shaker": shaker,
    "snare drum": snare_drum,
    "splat": splat,
    "sword fighting": sword_fighting,
    "tom drum": tom_drum,
    "tree falling": tree_falling,
    "wood impact": wood_impact,
}
"""Takes of what is struck, by label."""
