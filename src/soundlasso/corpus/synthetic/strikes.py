"""Bodies that can be struck, and what strikes them.

A body that is struck is a set of modes whose damping is its material's internal friction, and a
contact that the harder it is the more of the high modes it excites (van den Doel, Kry and Pai 2001,
"FoleyAutomatic"). What has many small parts is grains at random times (Cook 1997, "Physically
informed sonic modeling").
"""

from collections.abc import Callable, Sequence

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
    modes,
    move_band,
    noise,
    peak,
    repeat,
    scatter,
    silence,
    sine,
    times,
)
from soundlasso.corpus.synthetic.placing import click, placed

Strike = Callable[[], Sound]


BAR = (1.0, 2.756, 5.404, 8.933, 13.34, 18.64)


MEMBRANE = (1.0, 1.593, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.6, 4.06, 4.15, 4.6)


def struck_body(
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


def wooden_body(rng: Rng, low: float = 250.0, high: float = 1300.0) -> Strike:
    """A piece of wood that is struck: its modes die soon, the higher the sooner."""
    hertz = between(rng, low, high)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.04, 0.2))
    hard = between(rng, 1000, 5000)
    # A stick has few modes and a pitch; planks and boxes have many and hardly any.
    few = rng.random() < 0.3
    crowd = rng.uniform(0.7, 1.6) if few else between(rng, 0.12, 0.5)
    body = struck_body(rng, hertz, friction, hard, many=12 if few else 36, longest=0.3, crowd=crowd)
    contact = between(rng, 0.05, 0.7)
    dry = between(rng, 0.003, 0.012)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, 0.8 * hertz, min(14000.0, 2.5 * hard), dry), 0.0, contact)
        return one

    return strike


def stone_body(rng: Rng, low: float = 500.0, high: float = 4000.0) -> Strike:
    """A stone that hits another: a hard, short click, its pitch that of its size."""
    hertz = between(rng, low, high)
    friction = 6.9 / (np.pi * hertz * between(rng, 0.03, 0.12))
    hard = between(rng, 2500, 12000)
    crowd = between(rng, 0.12, 0.7)
    body = struck_body(rng, hertz, friction, hard, many=30, longest=0.15, crowd=crowd)
    contact = between(rng, 0.2, 1.5)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, 0.7 * hertz, 13000, between(rng, 0.003, 0.015)), 0.0, contact)
        return one

    return strike


def metal_body(rng: Rng, low: float = 150.0, high: float = 2500.0, longest: float = 2.0) -> Strike:
    """A rod, a pipe, a plate, a pot or a block of metal, held or free."""
    hertz = between(rng, low, high)
    hard = between(rng, 2000, 15000)
    loss = between(rng, 0.0008, 0.012)
    lasts = between(rng, 0.1, longest)
    kind = rng.integers(4)
    if kind == 0:
        body = struck_body(rng, hertz, loss, hard, ratios=BAR, longest=lasts)
    elif kind == 1:
        # A pipe's or a pot's wall: modes go up nearly with the square of their number.
        orders = np.arange(2, 12)
        walls = (orders * (orders**2 - 1) / np.sqrt(orders**2 + 1.0) / 2.683).tolist()
        body = struck_body(rng, hertz, loss, hard, ratios=walls, longest=lasts)
    else:
        crowd = between(rng, 0.12, 0.6)
        body = struck_body(rng, hertz, loss, hard, many=45, longest=lasts, crowd=crowd)
    contact = between(rng, 0.1, 1.2)
    rough = between(rng, 0.006, 0.06)

    def strike() -> Sound:
        one = body()
        add(one, click(rng, between(rng, 400, 1500), 14000, rough), 0.0, contact)
        return one

    return strike


def glass_body(rng: Rng, low: float = 1500.0, high: float = 7000.0, longest: float = 0.4) -> Strike:
    """A piece of glass."""
    hertz, loss = between(rng, low, high), between(rng, 0.001, 0.006)
    lasts = between(rng, 0.04, longest)
    return struck_body(
        rng, hertz, loss, 14000.0, many=8, longest=lasts, crowd=rng.uniform(0.3, 0.9)
    )


def skin_body(
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
    spread = np.asarray(MEMBRANE) * np.exp(rng.normal(0.0, 0.02, len(MEMBRANE)))
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


def thud(rng: Rng, low: float, high: float, decay: float, muffle: float = 500.0) -> Sound:
    """Something heavy and soft: a low mode that falls in pitch, and dull noise."""
    hertz = between(rng, low, high)
    samples = count(1.2 * decay)
    track = hertz * (1.0 + rng.uniform(0.1, 0.8) * np.exp(-times(samples) / 0.02))
    tone = sine(track, samples, 0.1) * fade(samples, 0.002, decay)
    dull = band(noise(rng, samples, 1.0), low, muffle, 12.0) * fade(samples, 0.001, 0.7 * decay)
    return peak(peak(tone) + rng.uniform(0.2, 1.2) * peak(dull))


def burst(
    rng: Rng, low: float, high: float, attack: float, decay: float, colour: float = 0.0
) -> Sound:
    """A burst of noise."""
    samples = count(attack + 1.1 * decay)
    return peak(band(noise(rng, samples, colour), low, high, 12.0) * fade(samples, attack, decay))


def whoosh(rng: Rng, seconds: float, low: float, high: float) -> Sound:
    """What swings through the air: eddies whose pitch goes up and down with the speed."""
    samples = count(seconds)
    middle = rng.uniform(0.4, 0.7)
    speed = np.exp(-np.square((np.linspace(0, 1, samples) - middle) / rng.uniform(0.14, 0.25)))
    width = rng.uniform(0.35, 0.9)
    moved = move_band(noise(rng, samples), low * (high / low) ** speed, width)
    return peak(moved * speed**1.5)


def delayed(seconds: float, sound: Sound) -> Sound:
    """A sound that begins later."""
    return np.append(silence(seconds), sound)


def together(*strikes: Strike, rng: Rng) -> Strike:
    """One of some bodies, at random at each stroke."""
    return lambda: strikes[int(rng.integers(len(strikes)))]()


def ready(strike: Strike, many: int, rng: Rng) -> Strike:
    """A few strokes that are made once and heard again: for many grains."""
    return together(*[(lambda made: lambda: made)(strike()) for _ in range(many)], rng=rng)


def bounce(rng: Rng, strike: Strike, first: float, bounces: int, keeps: float) -> Sound:
    """Something dropped: each bounce is sooner and weaker than the one before."""
    gaps = first * keeps ** np.arange(bounces) * np.exp(rng.normal(0.0, 0.08, bounces))
    gains: Sound = np.power(keeps, rng.uniform(0.8, 1.6) * np.arange(bounces + 1.0))
    return placed(strike, np.append(0.0, np.cumsum(gaps)), gains)


def debris(
    rng: Rng, seconds: float, rate: float, strike: Strike, *, sooner: float = 2.0, spread: float = 7
) -> Sound:
    """Pieces that fall: fewer and fewer, and softer."""
    sound = scatter(
        rng, seconds, lambda t: rate * np.exp(-sooner * t / seconds) + 0.5, strike, spread
    )
    return ends(sound * line(len(sound), (0.0, 1.0), (1.0, rng.uniform(0.1, 0.5))), 0.0)


def strokes(rng: Rng, one: Strike, most: int, low: float, high: float) -> Sound:
    """One stroke or a few of them, nearly in time."""
    if rng.random() < 0.4:
        return one()
    period = between(rng, low, high)
    return repeat(rng, period * (rng.integers(1, most) + 0.5), period, one, jitter=0.06, spread=2)


def rhythm(rng: Rng, strikes: Sequence[Strike], seconds: float) -> Sound:
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


def bubble(rng: Rng, low: float, high: float) -> Sound:
    """A bubble in water: a sine that rises as it gets to the surface."""
    hertz = between(rng, low, high)
    decay = min(0.12, 30.0 / hertz) * between(rng, 0.5, 2.0)
    samples = count(decay)
    return sine(hertz * (1.0 + rng.uniform(0, 0.4) * times(samples) / decay), samples) * fade(
        samples, 0.1 * decay, decay
    )
