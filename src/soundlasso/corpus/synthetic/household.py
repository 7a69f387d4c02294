"""Things in a house and tools in a hand: doors, clicks, paper, cloth, saws.

Contacts are van den Doel's (2001, "FoleyAutomatic"): a blow excites the modes of what it meets, a
scrape is many small ones; what creaks or squeaks sticks and slips (Farnell 2010, "Designing Sound",
chapter 33); coins and keys are particles that collide at random (Cook 2002, "Real Sound Synthesis",
chapter 12).
"""

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
    decibels,
    drive,
    echo,
    ends,
    fade,
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
    repeat,
    ring,
    shape,
    silence,
    sine,
    wander,
)
from soundlasso.corpus.synthetic.placing import placed, plate

Strike = Callable[[], Sound]
"""Makes one blow; each is a little different."""

# What the sounds are made of.


def _struck(
    rng: Rng,
    limits: tuple[float, float],
    ringing: float,
    *,
    many: int = 20,
    damping: float = 0.7,
    tilt: float = -3.0,
    contact: float = 0.4,
    soft: float = 0.004,
    top: float = 9000.0,
) -> Strike:
    """Something that is struck: a few modes, and the noise of the contact.

    Args:
        rng: Draws its modes.
        limits: Its lowest mode, and about its highest.
        ringing: Time in which the lowest falls by 60 dB.
        many: How many modes.
        damping: How much sooner higher ones fall: power of frequency.
        tilt: dB an octave.
        contact: Level of the contact's noise.
        soft: How long the contact is.
        top: Where its spectrum ends.
    """
    low, high = limits
    hertz = np.append(low, np.exp(rng.uniform(np.log(low), np.log(high), many - 1)))
    decay = ringing * (low / hertz) ** damping * rng.uniform(0.5, 1.2, many)
    gains = (hertz / low) ** (tilt / 6.02) * np.exp(rng.normal(0.0, 0.5, many))
    begin = min(low * rng.uniform(0.8, 2.0), 0.5 * top)

    def strike() -> Sound:
        each = gains * np.exp(rng.normal(0.0, 0.3, many))
        body = peak(modes(count(ringing), hertz, decay, each, rng.uniform(0, 6.28, many)))
        samples = count(2.5 * soft)
        touch = band(noise(rng, samples, 0.5), begin, top, 12.0)
        dull = band(touch, begin, 0.25 * top, 9.0) * fade(samples, 0.0005, 2.0 * soft)
        touch = dull + touch * fade(samples, 0.0004, soft)
        return mix(body, contact * peak(touch))

    return strike


def _thud(rng: Rng, heavy: float) -> Strike:
    """A dull body that falls against something at some points; 0 light, 1 heavy.

    It has so many modes that they are noise, of which what is high is gone soonest.
    """
    low = 260.0 * 0.22**heavy * rng.uniform(0.7, 1.4)
    long = (0.12 + 0.35 * heavy) * between(rng, 0.5, 1.6)
    short, top = long * between(rng, 0.15, 0.8), between(rng, 3000, 12000)
    tilt, tone = rng.uniform(-7.0, -0.5), rng.uniform(0.0, 0.7)
    body = _struck(rng, (low, 12.0 * low), long, damping=rng.uniform(0.5, 1.0), contact=0.0)
    points, spread = int(rng.integers(1, 5)), between(rng, 0.008, 0.06)

    def strike() -> Sound:
        out = plate(rng, long, (low, top), (long, short), density=2.0, tilt=tilt, rise=0.002)
        out = mix(out, tone * body())
        if points == 1:
            return out
        moments = np.append(0.0, rng.uniform(0.0, spread, points - 1))
        return peak(placed(lambda: out, moments, rng.uniform(0.25, 1.0, points)))

    return strike


def _latch(rng: Rng) -> Strike:
    """A small part of metal that snaps: a latch, a lever, a hasp."""
    return _struck(
        rng,
        (between(rng, 700, 2400), between(rng, 5000, 12000)),
        between(rng, 0.015, 0.12),
        many=20,
        damping=rng.uniform(0.2, 0.8),
        tilt=rng.uniform(-3.0, 1.0),
        contact=rng.uniform(0.7, 2.5),
        soft=between(rng, 0.004, 0.03),
        top=between(rng, 7000, 14000),
    )


def _crackle(rng: Rng, rate: Sound | float, samples: int, heavy: float = 1.0) -> Sound:
    """Impulses at random moments, ``rate`` of them a second; some are much stronger than others."""
    hit = rng.random(samples) < np.asarray(rate) / SAMPLE_RATE
    return np.where(hit, rng.choice([-1.0, 1.0], samples), 0.0) * np.exp(
        heavy * rng.standard_normal(samples)
    )


def _slips(rng: Rng, rate: Sound, uneven: float, width: float = 0.0002) -> Sound:
    """What sticks and slips: a short pulse for each slip, ``rate`` of them a second."""
    samples = len(rate)
    moved = rate * np.exp(uneven * wander(rng, samples, min(4000.0, 0.7 * float(rate.mean()) + 3)))
    place = phase_of(moved, samples)
    away = (place % 1.0 - 0.5) / np.maximum(width * moved, 1e-5)
    strong = np.exp(2.5 * uneven * rng.standard_normal(int(place[-1]) + 2))[place.astype(int)]
    return strong * np.exp(-np.square(np.clip(away, -6.0, 6.0)))


def _swell(samples: int, top: float, sharp: float = 1.0) -> Sound:
    """A level that rises to the share ``top`` of the length and falls again, softly."""
    place = np.linspace(0.0, 1.0, samples)
    near = np.where(place < top, place / top, (1.0 - place) / (1.0 - top))
    return np.sin(np.pi / 2 * np.clip(near, 0.0, 1.0)) ** (2.0 * sharp)


def _heard(rng: Rng, sound: Sound, indoors: float = 0.5) -> Sound:
    """How a recorder gets it: bright or dull, in a room or not, with or without hiss."""
    out = shape(sound, (70, rng.uniform(-5, 4)), (600, 0), (2500, 0), (9000, rng.uniform(-8, 6)))
    out = np.append(out, silence(between(rng, 0.02, 0.3)))
    if rng.random() < indoors:
        out = echo(rng, out, between(rng, 0.1, 1.2), between(rng, 0.02, 0.6))
    if rng.random() < 0.4:
        # Made loud afterwards.
        out = drive(out, between(rng, 1.0, 5.0))
    if rng.random() < 0.75:
        hiss = noise(rng, len(out), rng.uniform(0.0, 1.4))
        out = out + np.abs(out).max() * between(rng, 0.0004, 0.012) * hiss
    return out


def _motor(rng: Rng, hertz: Sound, bright: float, brushes: float = 0.2) -> Sound:
    """An electric motor and its gears: a buzz of many multiples, and the noise of its brushes."""
    samples = len(hertz)
    gains = np.exp(rng.normal(0.0, 0.8, 24)) / np.arange(1, 25) ** bright
    teeth = int(rng.integers(5, 14))
    gains[teeth - 1] += rng.uniform(0.3, 1.5)
    steady = hertz * np.exp(0.006 * wander(rng, samples, 30.0))
    buzz = level(harmonics(steady, samples, gains))
    hiss = level(band(noise(rng, samples), 1500, 9000, 6.0))
    hiss *= 1.0 + 0.7 * np.cos(2 * np.pi * phase_of(2.0 * hertz, samples))
    return (buzz + brushes * hiss) * (hertz / hertz.max()) ** 1.5


# Doors and lids.


def _wooden(rng: Rng, sound: Sound, low: float = 90.0) -> Sound:
    """What a wooden panel makes of what shakes it."""
    many = 30
    hertz = np.exp(rng.uniform(np.log(low), np.log(9000), many))
    gains = (hertz / low) ** rng.uniform(-0.3, 0.3) * np.exp(rng.normal(0, 0.6, many))
    return ring(sound, hertz, 25.0 + 0.08 * hertz, gains) + rng.uniform(0.1, 1.0) * sound


def _creak(rng: Rng, seconds: float) -> Sound:
    """A hinge that sticks and slips, slowly as knocks or fast as a squeal, in a wooden panel."""
    samples = count(seconds)
    base = between(rng, 14, 900)
    rate = base * np.exp(wander(rng, samples, rng.uniform(0.6, 3.0), rng.uniform(0.1, 0.6)))
    rate *= np.exp(line(samples, (0, rng.uniform(-1, 1)), (1, rng.uniform(-1, 1))))
    uneven = 0.4 * (15.0 / np.maximum(base, 15.0)) ** 0.5 * rng.uniform(0.3, 1.0)
    slips = _slips(rng, np.clip(rate, 4.0, 1400.0), uneven, between(rng, 0.00003, 0.00012))
    force = np.clip(0.7 + 0.5 * wander(rng, samples, rng.uniform(1.5, 7.0)), 0.05, None)
    force *= _swell(samples, rng.uniform(0.2, 0.8), 0.4)
    rough = level(noise(rng, samples, 0.5)) * between(rng, 0.01, 0.3)
    return peak(_wooden(rng, (level(slips - slips.mean()) + rough) * force, between(rng, 90, 500)))


def _handle(rng: Rng) -> Sound:
    """A handle that is turned: two or three small clicks, and a little scraping."""
    latch = _latch(rng)
    many = int(rng.integers(2, 6))
    moments = np.cumsum(rng.uniform(0.02, 0.12, many)) - 0.02
    sound = placed(latch, moments, rng.uniform(0.2, 1.0, many))
    scrape = band(_crackle(rng, between(rng, 200, 3000), len(sound)), 900, 7000, 12)
    return sound + 0.4 * peak(scrape * _swell(len(sound), 0.5)) * rng.random()


def _slam(rng: Rng) -> Sound:
    """A door that meets its frame: panel, latch, and what is loose on it."""
    heavy = rng.random()
    kind = rng.integers(4)
    panel = _thud(rng, heavy)
    sound = panel()
    if kind == 0:
        # Of sheet metal: it rings.
        sheet = _struck(
            rng,
            (between(rng, 80, 350), between(rng, 3000, 9000)),
            between(rng, 0.3, 1.6),
            many=36,
            damping=rng.uniform(0.2, 0.5),
            contact=0.3,
        )
        sound = mix(sound, rng.uniform(0.2, 0.8) * sheet())
    latch = _latch(rng)
    for at in rng.uniform(0.0, 0.06, int(rng.integers(1, 4))):
        sound = mix(sound, join(silence(at), rng.uniform(0.2, 1.0) * latch()))
    if rng.random() < 0.5:
        loose = _struck(rng, (between(rng, 300, 1500), 7000), 0.05, contact=0.6, damping=0.4)
        moments = np.cumsum(rng.exponential(0.035, int(rng.integers(2, 9))))
        rattle = placed(loose, moments, rng.uniform(0.2, 0.7) * np.exp(-moments / 0.15))
        sound = mix(sound, rattle)
    if rng.random() < 0.3:
        again = join(silence(rng.uniform(0.06, 0.25)), rng.uniform(0.15, 0.5) * panel())
        sound = mix(sound, again)
    return peak(sound)


def _swing(rng: Rng, seconds: float) -> Sound:
    """The air that a door moves, and what it brushes."""
    samples = count(seconds)
    air = band(noise(rng, samples, 1.2), 80, between(rng, 600, 4000), 9)
    return peak(air * _swell(samples, rng.uniform(0.5, 0.9)))


def _sliding(rng: Rng, seconds: float) -> Sound:
    """A door on wheels in a rail: a rumble with knocks."""
    samples = count(seconds)
    speed = _swell(samples, rng.uniform(0.3, 0.7), 0.5)
    roll = _wooden(rng, _crackle(rng, between(rng, 150, 2500) * speed + 1, samples, 0.8))
    rumble = level(band(noise(rng, samples, 1.0), 60, between(rng, 500, 3000), 9))
    rumble *= np.exp(0.4 * wander(rng, samples, 18.0))
    return peak(level(roll) * speed + rng.uniform(0.2, 1.0) * rumble * speed)


def door_closing(rng: Rng) -> Sound:
    """A room's, a house's, a cupboard's, a metal or a sliding door that falls shut."""
    kind = rng.integers(6)
    sound = _slam(rng)
    if kind == 0:
        first = rng.uniform(0.1, 0.5) * _creak(rng, rng.uniform(0.3, 1.2))
    elif kind == 1:
        first = rng.uniform(0.03, 0.25) * _swing(rng, rng.uniform(0.2, 0.6))
    elif kind == 2:
        first = rng.uniform(0.1, 0.5) * _sliding(rng, rng.uniform(0.4, 1.4))
    else:
        return _heard(rng, sound, 0.7)
    if rng.random() < 0.3:
        turned = rng.uniform(0.1, 0.5) * _handle(rng)
        sound = join(sound, silence(rng.uniform(0.0, 0.3)), turned)
    return _heard(rng, join(first, sound), 0.7)


def door_opening(rng: Rng) -> Sound:
    """A handle and a latch, then the door comes off its frame, and creaks, swings or slides."""
    sound = _handle(rng) * rng.uniform(0.4, 1.0)
    gap = silence(rng.uniform(0.0, 0.12))
    frame = _thud(rng, rng.uniform(0.0, 0.8))() * rng.uniform(0.15, 1.0)
    sound = join(sound, gap, mix(frame, _latch(rng)() * rng.uniform(0.1, 0.6)))
    kind = rng.integers(4)
    if kind == 0:
        after = _creak(rng, rng.uniform(0.3, 1.5)) * rng.uniform(0.1, 0.6)
    elif kind == 1:
        after = _swing(rng, rng.uniform(0.2, 0.7)) * rng.uniform(0.03, 0.2)
    elif kind == 2:
        after = _sliding(rng, rng.uniform(0.3, 1.3)) * rng.uniform(0.1, 0.7)
    else:
        return _heard(rng, sound, 0.6)
    begin = silence(rng.uniform(0.3, 0.9) * len(sound) / SAMPLE_RATE)
    return _heard(rng, mix(sound, join(begin, after)), 0.6)


def door_creaking(rng: Rng) -> Sound:
    """A door that is moved slowly, once or to and fro; at times it falls shut in the end."""
    parts = [_creak(rng, between(rng, 0.4, 3.5)) for _ in range(int(rng.choice([1, 1, 1, 2, 3])))]
    sound = parts[0]
    for part in parts[1:]:
        sound = join(sound, silence(rng.uniform(0.0, 0.5)), part * rng.uniform(0.4, 1.0))
    if rng.random() < 0.2:
        sound = join(sound, _slam(rng) * rng.uniform(0.3, 1.0))
    return _heard(rng, sound, 0.7)


def door(rng: Rng) -> Sound:
    """A door that opens, shuts or both; some only creak, or rattle at their handle."""
    kind = rng.integers(5)
    if kind == 0:
        return door_opening(rng)
    if kind == 1:
        return door_closing(rng)
    if kind == 2:
        sound = mix(_handle(rng), rng.uniform(0.2, 1.0) * _slam(rng))
        return _heard(rng, join(sound, silence(rng.uniform(0, 0.2)), 0.5 * _handle(rng)), 0.6)
    if kind == 3:
        opened = join(0.6 * _handle(rng), 0.4 * _creak(rng, rng.uniform(0.3, 1.0)))
        return _heard(rng, join(opened, silence(rng.uniform(0.0, 0.8)), _slam(rng)), 0.6)
    rattle = repeat(rng, rng.uniform(0.3, 1.0), rng.uniform(0.06, 0.2), _thud(rng, 0.2), jitter=0.3)
    return _heard(rng, mix(rattle, 0.6 * _handle(rng), 0.3 * _slam(rng)), 0.6)


def chest_opening(rng: Rng) -> Sound:
    """A hasp that is undone, a lid that creaks and knocks against its stop."""
    hasp = placed(_latch(rng), np.cumsum(rng.uniform(0.02, 0.12, 3)), rng.uniform(0.1, 0.8, 3))
    lid = _thud(rng, rng.uniform(0.1, 0.7))
    creak = _creak(rng, rng.uniform(0.25, 1.2))
    kind = rng.integers(4)
    if kind == 0:
        sound = join(hasp, 0.6 * lid(), rng.uniform(0.2, 0.9) * creak)
    elif kind == 1:
        sound = join(rng.uniform(0.2, 0.8) * creak, lid())
    elif kind == 2:
        sound = join(0.5 * hasp, rng.uniform(0.2, 0.8) * creak, lid(), 0.4 * lid())
    else:
        knocks = placed(lid, np.cumsum(rng.uniform(0.04, 0.2, 3)), np.array([0.4, 1.0, 0.5]))
        sound = mix(knocks, rng.uniform(0.1, 0.6) * hasp)
    return _heard(rng, sound, 0.6)


def stone_door(rng: Rng) -> Sound:
    """A slab that is dragged over stone: a rumble, grains that break, and a blow at the end."""
    samples = count(rng.uniform(1.2, 5.5))
    speed = line(samples, (0, 0), (rng.uniform(0.03, 0.25), 1), (rng.uniform(0.7, 0.95), 1), (1, 0))
    speed *= np.clip(1.0 + 0.5 * wander(rng, samples, rng.uniform(1.5, 6.0)), 0.1, None)
    jerks = np.exp(0.6 * wander(rng, samples, rng.uniform(8.0, 30.0)))
    rumble = level(band(noise(rng, samples, 1.5), 35, between(rng, 150, 700), 12)) * jerks
    hertz = np.exp(rng.uniform(np.log(150), np.log(5000), 16))
    grit = _crackle(rng, between(rng, 150, 2500) * speed * jerks + 1, samples, 1.1)
    stone = level(ring(grit, hertz, 30 + 0.08 * hertz, (hertz / 150) ** -0.35) + 0.2 * grit)
    scrape = level(band(noise(rng, samples, 0.8), 300, between(rng, 3000, 9000), 9)) * jerks
    sound = rumble + rng.uniform(0.3, 1.0) * stone + rng.uniform(0.1, 0.6) * scrape
    sound = ends(sound * speed, 0.02, 0.05)
    if rng.random() < 0.6:
        blow = _thud(rng, 1.0)() * np.abs(sound).max() * rng.uniform(0.3, 1.0)
        sound = mix(sound, join(silence(len(sound) / SAMPLE_RATE - 0.15), blow))
    return _heard(rng, sound, 0.8)


# Small things of metal.


def _coin(rng: Rng) -> Strike:
    """A disc of metal: modes of a free plate, 2-0 first (Rossing)."""
    low = between(rng, 2600, 9500)
    ratios = np.array([1.0, 1.005, 1.73, 2.33, 2.34, 3.9, 4.1, 5.9]) * rng.uniform(0.98, 1.02, 8)
    ringing = between(rng, 0.04, 0.5)
    decay = ringing * rng.uniform(0.4, 1.0, 8) / ratios ** rng.uniform(0.0, 0.8)
    gains = rng.uniform(0.2, 1.0, 8) / ratios ** rng.uniform(0.0, 0.6)
    dull = _struck(rng, (between(rng, 300, 1500), 6000), between(rng, 0.01, 0.06), soft=0.002)
    table = between(rng, 0.03, 0.8)

    def strike() -> Sound:
        each = gains * rng.uniform(0.3, 1.0, 8)
        rings = peak(modes(count(ringing), low * ratios, decay, each, rng.uniform(0, 6.28, 8)))
        return mix(rings, table * rng.uniform(0.3, 1.0) * dull())

    return strike


def _settle(rng: Rng, strike: Strike) -> Sound:
    """A coin that falls, bounces, and spins faster and faster until it lies (Euler's disc)."""
    bounces = np.cumsum(between(rng, 0.12, 0.35) * 0.6 ** np.arange(int(rng.integers(1, 5))))
    moments, gains = bounces - bounces[0], 0.7 ** np.arange(len(bounces))
    if rng.random() < 0.7:
        whole, many = rng.uniform(0.25, 1.3), int(rng.integers(8, 26))
        spin = whole * (1 - (1 - np.arange(many) / many) ** rng.uniform(1.3, 2.0))
        moments = np.append(moments, moments[-1] + 0.08 + spin)
        gains = np.append(gains, gains[-1] * np.linspace(0.6, 0.15, many))
    uneven: Sound = np.exp(rng.normal(0, 0.25, len(gains)))
    return placed(strike, moments, gains * uneven)


def _jingle(rng: Rng, strikes: list[Strike], seconds: float, rate: float) -> Sound:
    """Pieces that meet at random, in bursts."""
    made = [one() for one in strikes for _ in range(3)]
    out = silence(seconds + 0.5)
    burst = between(rng, 2.0, 6.0)
    phase = rng.random()
    for at in rng.uniform(0.0, seconds, int(rate * seconds) + 2):
        strong = (0.5 + 0.5 * np.cos(2 * np.pi * (burst * at + phase))) ** 2 + 0.1
        gain = decibels(rng.normal(0, 5.0)) * strong
        add(out, made[int(rng.integers(len(made)))], float(at), gain)
    return out


def coins(rng: Rng) -> Sound:
    """Coins that fall and spin, are counted, poured, shaken in a purse, or picked up."""
    kind = rng.integers(5)
    one = _coin(rng)
    if kind == 0:
        sound = _settle(rng, one)
        if rng.random() < 0.4:
            other = _settle(rng, _coin(rng))
            sound = mix(sound, join(silence(rng.uniform(0.05, 0.6)), other))
    elif kind == 1:
        period = between(rng, 0.09, 0.4)
        sound = repeat(rng, rng.uniform(0.3, 2.0), period, one, jitter=0.1, spread=2.5)
    elif kind == 2:
        strikes = [_coin(rng) for _ in range(6)]
        sound = _jingle(rng, strikes, rng.uniform(0.4, 2.5), between(rng, 15, 80))
    elif kind == 3:
        strikes = [one, *(_coin(rng) for _ in range(4))]
        sound = _jingle(rng, strikes, rng.uniform(0.1, 0.5), between(rng, 20, 70))
        if rng.random() < 0.5:
            sound = shape(sound, (1500, 6), (6000, -rng.uniform(0, 12)))
    else:
        second = _coin(rng)
        moments = np.array([0.0, rng.uniform(0.03, 0.12), rng.uniform(0.15, 0.4)])
        sound = mix(placed(one, moments, np.array([1, 0.6, 0.4])), 0.7 * second())
    return _heard(rng, sound, 0.4)


def keys_jingling(rng: Rng) -> Sound:
    """Flat pieces of brass or steel on a ring that is shaken, lifted, walked with or dropped."""
    low = between(rng, 1800, 5500)
    ringing = between(rng, 0.02, 0.22)

    def key() -> Strike:
        start = low * rng.uniform(0.7, 1.5)
        return _struck(
            rng,
            (start, rng.uniform(9000, 15000)),
            ringing * rng.uniform(0.5, 1.5),
            many=10,
            damping=rng.uniform(0.0, 0.5),
            tilt=rng.uniform(-1.5, 2.0),
            contact=rng.uniform(0.2, 0.7),
            soft=0.0015,
            top=15000,
        )

    keys = [key() for _ in range(int(rng.integers(2, 7)))]
    kind = rng.integers(4)
    if kind == 0:
        sound = _jingle(rng, keys, rng.uniform(0.8, 3.5), between(rng, 12, 60))
    elif kind == 1:
        parts = [_jingle(rng, keys, rng.uniform(0.1, 0.5), between(rng, 20, 70)) for _ in range(4)]
        gaps = [silence(rng.uniform(0.0, 0.3)) for _ in parts]
        sound = join(*(join(a, b) for a, b in zip(parts, gaps, strict=True)))
    elif kind == 2:
        fall = _thud(rng, rng.uniform(0.0, 0.4))()
        sound = mix(_jingle(rng, keys, 0.08, 120), rng.uniform(0.0, 0.6) * fall)
        sound = mix(sound, join(silence(0.12), 0.3 * _jingle(rng, keys, 0.15, 60)))
    else:
        step = lambda: _jingle(rng, keys, 0.2, 60)  # noqa: E731
        sound = repeat(rng, rng.uniform(1.0, 3.0), rng.uniform(0.35, 0.7), step, jitter=0.08)
    return _heard(rng, sound, 0.4)


# Clicks.


def _plastic(rng: Rng, low: float = 500.0, high: float = 3000.0) -> Strike:
    """A small part that snaps in a case: some modes, soon gone."""
    start = between(rng, low, high)
    return _struck(
        rng,
        (start, start * between(rng, 3, 9)),
        between(rng, 0.008, 0.05),
        many=20,
        damping=rng.uniform(0.3, 1.0),
        tilt=rng.uniform(-4.0, 1.0),
        contact=rng.uniform(0.7, 2.5),
        soft=between(rng, 0.003, 0.025),
        top=between(rng, 6000, 14000),
    )


def switch_click(rng: Rng) -> Sound:
    """A light switch, a mouse's or a push button, a toggle, a lever, a knob or a cord."""
    snap, seat = _plastic(rng, 900, 4500), _plastic(rng, 250, 1400)
    kind = rng.integers(4)

    def once() -> Sound:
        gap = between(rng, 0.002, 0.03)
        sound = mix(rng.uniform(0.2, 1.0) * snap(), join(silence(gap), seat() + 0.0))
        if rng.random() < 0.4:
            sound = mix(sound, join(silence(gap + 0.01), rng.uniform(0.05, 0.4) * snap()))
        return sound

    if kind == 0:
        sound = once()
    elif kind == 1:
        # Pressed and let go.
        back = rng.uniform(0.3, 0.9) * once()
        sound = mix(once(), join(silence(rng.uniform(0.07, 0.25)), back))
    elif kind == 2:
        many = int(rng.integers(2, 7))
        sound = repeat(rng, many * 0.2, rng.uniform(0.15, 0.5), once, jitter=0.2, spread=2.0)
    else:
        heavy = mix(once(), rng.uniform(0.2, 1.0) * _thud(rng, rng.uniform(0.0, 0.5))())
        sound = mix(heavy, join(silence(rng.uniform(0.01, 0.06)), _latch(rng)() * rng.random()))
    return _heard(rng, sound, 0.45)


def clock_ticking(rng: Rng) -> Sound:
    """A watch, an alarm, a wall's or a grandfather's clock: an escapement in a case."""
    kind = rng.integers(4)
    rate = (rng.uniform(4, 6), rng.uniform(2, 4.2), 1.0, rng.uniform(0.9, 2.2))[kind]
    case = (2500.0, 900.0, 600.0, 200.0)[kind] * between(rng, 0.6, 1.8)
    low, high = case, case * between(rng, 4, 10)
    ringing = between(rng, 0.012, 0.05) * (1.0, 1.5, 1.2, 4.0)[kind]

    def beat() -> Callable[[], Sound]:
        # An escapement knocks three times: unlocking, impulse, drop.
        parts = [_struck(rng, (low, high), ringing, tilt=-1.5, soft=0.001) for _ in range(3)]
        gaps = np.sort(rng.uniform(0.0, between(rng, 0.004, 0.03), 3)) - 0.0
        gains = np.array([rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.6), 1.0])

        def sound() -> Sound:
            made = [join(silence(g), a * p()) for g, a, p in zip(gaps, gains, parts, strict=True)]
            return mix(*made)

        return sound

    tick, tock = beat(), beat()
    same = kind == 2 or rng.random() < 0.3
    limp = rng.uniform(0.0, 0.12)
    seconds = between(rng, 1.2, 5.0)
    moments = np.arange(max(2, int(seconds * rate))) / rate
    moments[1::2] += limp / rate
    turn = iter(range(1000))
    gains = decibels(-2.0 * rng.random()) * np.exp(rng.normal(0, 0.04, len(moments)))
    sound = placed(lambda: tick() if same or next(turn) % 2 else tock(), moments, gains)
    if kind == 3 and rng.random() < 0.4:
        wood = _thud(rng, 0.4)
        sound = mix(sound, placed(wood, moments, np.full(len(moments), rng.uniform(0.1, 0.5))))
    return _heard(rng, sound, 0.5)


def camera_shutter(rng: Rng) -> Sound:
    """A mirror goes up, curtains run, it comes down; leaf shutters; motors and levers that wind."""
    mirror, curtain = _plastic(rng, 300, 1500), _latch(rng)
    open_for = between(rng, 0.02, 0.25)
    kind = rng.integers(4)
    up = mix(rng.uniform(0.3, 1.0) * mirror(), join(silence(0.012), curtain() * rng.random()))
    if kind == 0:
        leaf = mix(curtain(), join(silence(rng.uniform(0.005, 0.05)), 0.7 * curtain()))
        return _heard(rng, leaf, 0.3)
    down = mix(rng.uniform(0.4, 1.0) * mirror(), join(silence(0.02), rng.random() * curtain()))
    sound = mix(up, join(silence(open_for), down))
    if kind == 1:
        # A motor brings the film on.
        samples = count(rng.uniform(0.12, 0.9))
        run = line(samples, (0, 0.4), (0.15, 1.0), (0.9, 1.05), (1, 0.5))
        whirr = _motor(rng, between(rng, 90, 500) * run, 0.6, between(rng, 0.3, 2.0))
        whirr = band(whirr, 500, 9000, 9) * rng.uniform(0.04, 0.3)
        sound = mix(sound, join(silence(open_for + 0.02), whirr))
    elif kind == 2:
        pawl = _plastic(rng, 1200, 4000)
        wind = repeat(rng, rng.uniform(0.15, 0.5), rng.uniform(0.012, 0.05), pawl, jitter=0.15)
        sound = join(sound, silence(rng.uniform(0.05, 0.4)), rng.uniform(0.1, 0.5) * wind)
    if rng.random() < 0.25:
        many = int(rng.integers(2, 6))
        sound = join(*([join(sound, silence(rng.uniform(0.02, 0.15)))] * many))
    return _heard(rng, sound, 0.3)


def typewriter(rng: Rng) -> Sound:
    """Levers that throw types on a rubber roll: strokes, a bell, a carriage that returns."""
    slap = _struck(
        rng,
        (between(rng, 500, 1600), between(rng, 5000, 11000)),
        between(rng, 0.04, 0.18),
        many=18,
        damping=rng.uniform(0.1, 0.6),
        tilt=rng.uniform(-2.5, 0.5),
        contact=rng.uniform(0.5, 1.8),
        soft=between(rng, 0.008, 0.04),
    )
    key, roll = _plastic(rng, 300, 900), _thud(rng, rng.uniform(0.1, 0.5))
    thump = rng.uniform(0.1, 0.8)

    def stroke() -> Sound:
        lead = silence(rng.uniform(0.012, 0.04))
        hit = mix(slap(), thump * roll())
        back = join(silence(rng.uniform(0.05, 0.12)), rng.uniform(0.05, 0.35) * key())
        return mix(rng.uniform(0.05, 0.4) * key(), join(lead, mix(hit, back)))

    many = int(rng.choice([1, 1, 2, 4, 8, 12]))
    gaps = between(rng, 0.09, 0.3) * np.exp(rng.normal(0, 0.35, many))
    sound = placed(stroke, np.cumsum(gaps) - gaps[0], np.exp(rng.normal(-0.2, 0.25, many)))
    if rng.random() < 0.2:
        bell = between(rng, 2000, 4000)
        ding = modes(count(1.2), bell * np.array([1, 2.6, 4.6]), [1.1, 0.6, 0.3], [1.0, 0.3, 0.2])
        sound = join(sound, rng.uniform(0.2, 0.8) * ding)
    if rng.random() < 0.25:
        pawl = _plastic(rng, 900, 3000)
        run = repeat(rng, rng.uniform(0.25, 0.7), rng.uniform(0.01, 0.03), pawl, jitter=0.1)
        sound = join(sound, silence(0.1), rng.uniform(0.3, 0.8) * run, stroke())
    return _heard(rng, sound, 0.4)


def keyboard_typing(rng: Rng) -> Sound:
    """Keys with or without a click, that reach their bottom and come up again; one or a text."""
    clicky = rng.random() < 0.4
    click, up = _plastic(rng, 1800, 5000), _plastic(rng, 900, 3500)
    case = _struck(
        rng,
        (between(rng, 250, 1500), between(rng, 4000, 9000)),
        between(rng, 0.02, 0.12),
        many=24,
        damping=rng.uniform(0.5, 1.0),
        tilt=rng.uniform(-3.0, 0.5),
        contact=rng.uniform(0.7, 2.5),
        soft=between(rng, 0.008, 0.04),
        top=between(rng, 4000, 12000),
    )
    back = rng.uniform(0.1, 0.7)

    def key() -> Sound:
        colour = rng.uniform(-3.0, 3.0)
        down = shape(case(), (500, 0.0), (4000, colour))
        if clicky:
            down = mix(rng.uniform(0.3, 0.9) * click(), join(silence(0.008), down))
        held = silence(between(rng, 0.05, 0.14))
        return mix(down, join(held, back * rng.uniform(0.3, 1.0) * up()))

    many = int(rng.choice([1, 1, 2, 5, 10, 18]))
    gaps = between(rng, 0.08, 0.25) * np.exp(rng.normal(0, 0.45, many))
    sound = placed(key, np.cumsum(gaps) - gaps[0], np.exp(rng.normal(-0.2, 0.3, many)))
    return _heard(rng, sound, 0.5)


# Paper, cloth, leaves.


def page_turning(rng: Rng) -> Sound:
    """A sheet that is lifted, swishes and falls; some are leafed through."""
    bright = between(rng, 2500, 9000)

    def sheet(seconds: float) -> Sound:
        samples = count(seconds)
        air = level(band(noise(rng, samples, 0.5), 400, bright, 9))
        lift = np.exp(0.5 * wander(rng, samples, 14.0)) * _swell(samples, rng.uniform(0.3, 0.8))
        folds = _crackle(rng, between(rng, 80, 1200) * lift, samples, 1.0)
        hertz = np.exp(rng.uniform(np.log(600), np.log(9000), 10))
        folds = level(ring(folds, hertz, 0.2 * hertz, rng.uniform(0.3, 1.0, 10)) + 0.2 * folds)
        return (air + rng.uniform(0.3, 1.5) * folds) * lift

    if rng.random() < 0.2:
        made = [sheet(rng.uniform(0.03, 0.08)) for _ in range(6)]
        turn = iter(range(1000))
        period = between(rng, 0.025, 0.09)
        flick = lambda: made[next(turn) % 6]  # noqa: E731
        return _heard(rng, repeat(rng, rng.uniform(0.4, 1.5), period, flick, jitter=0.2), 0.3)
    sound = sheet(rng.uniform(0.12, 0.9))
    if rng.random() < 0.6:
        flop = sheet(rng.uniform(0.06, 0.2))
        sound = join(sound, rng.uniform(0.5, 1.5) * flop)
    if rng.random() < 0.5:
        sound = mix(sound, join(silence(len(sound) / SAMPLE_RATE - 0.05), _thud(rng, 0.3)()))
    return _heard(rng, sound, 0.3)


def cloth_rustling(rng: Rng) -> Sound:
    """Clothes that rub, a jacket of nylon, a sheet that is shaken: soft noise in strokes."""
    low, high = between(rng, 150, 1500), between(rng, 3000, 11000)
    weave = between(rng, 300, 6000)
    dry = rng.uniform(0.0, 1.2)

    def rub(seconds: float) -> Sound:
        samples = count(seconds)
        move = _swell(samples, rng.uniform(0.25, 0.75)) * np.exp(0.4 * wander(rng, samples, 12.0))
        centre = np.sqrt(low * high) * (0.5 + move) ** rng.uniform(0.2, 1.0)
        soft = level(move_band(noise(rng, samples, 0.6), centre, rng.uniform(0.7, 1.5)))
        grain = level(band(_crackle(rng, weave, samples, 0.9), low, high, 9))
        return (soft + dry * grain) * move * decibels(rng.normal(0, 3))

    parts = []
    for _ in range(int(rng.integers(1, 8))):
        parts += [rub(between(rng, 0.12, 0.8)), silence(rng.uniform(0.0, 0.25))]
    sound = join(*parts)
    if rng.random() < 0.25:
        flap = shape(_thud(rng, 0.4)(), (300, 0), (3000, -12))
        sound = mix(sound, join(silence(rng.uniform(0, 0.5)), rng.uniform(1, 3) * flap))
    return _heard(rng, sound, 0.3)


def rustling_leaves(rng: Rng) -> Sound:
    """Leaves in a gust, dry ones under a hand or a foot, a bush that something goes through."""
    kind = rng.integers(3)
    samples = count(between(rng, 0.5, 5.5))
    if kind == 0:
        gust = np.exp(rng.uniform(0.2, 0.7) * wander(rng, samples, rng.uniform(0.5, 2.0)))
        rate = between(rng, 1500, 9000) * gust
    else:
        often = rng.uniform(1.5, 7.0)
        gust = np.clip(0.4 + 0.7 * wander(rng, samples, often), 0.02, None) ** 1.5
        gust *= np.exp(0.5 * wander(rng, samples, 25.0))
        rate = between(rng, 100, 2500) * gust
    grains = _crackle(rng, rate, samples, rng.uniform(0.7, 1.4))
    hertz = np.exp(rng.uniform(np.log(900), np.log(11000), 16))
    leaves = level(ring(grains, hertz, 0.25 * hertz, rng.uniform(0.2, 1.0, 16)) + 0.2 * grains)
    tilt = rng.uniform(-6.0, 4.0)
    hiss = level(band(noise(rng, samples, 0.3), between(rng, 300, 2500), 12000, 9)) * gust
    sound = leaves + rng.uniform(0.2, 1.5) * hiss / (gust.mean() + 1e-6)
    sound = shape(sound, (500, -tilt), (8000, tilt))
    return _heard(rng, ends(sound, rng.uniform(0.01, 0.3), rng.uniform(0.05, 0.5)), 0.2)


def rattle(rng: Rng) -> Sound:
    """A baby's rattle, a ratchet, a box of small things, something loose that shakes."""
    kind = rng.integers(4)
    if kind == 0:
        # A wooden tongue that snaps from tooth to tooth.
        tongue = _struck(
            rng,
            (between(rng, 500, 1800), 9000),
            between(rng, 0.02, 0.08),
            damping=0.5,
            contact=0.7,
            tilt=-1.0,
        )
        period = between(rng, 0.012, 0.07)
        sound = repeat(rng, rng.uniform(0.3, 2.0), period, tongue, jitter=0.06)
    elif kind == 3:
        loose = _latch(rng) if rng.random() < 0.5 else _plastic(rng, 300, 2000)
        period = between(rng, 0.02, 0.12)
        sound = repeat(rng, rng.uniform(0.4, 2.5), period, loose, jitter=0.25, spread=3.5)
    else:
        # Seeds, beads or screws in a shell that is shaken to and fro.
        shell = _plastic(rng, 600, 4000) if kind == 1 else _latch(rng)
        made = [shell() for _ in range(8)]
        many, width = int(rng.integers(3, 30)), between(rng, 0.008, 0.04)

        def shake() -> Sound:
            out = silence(0.5)
            for at in rng.gamma(2.0, width, many):
                add(out, made[int(rng.integers(8))], float(at), float(rng.exponential()))
            return out

        sound = repeat(rng, rng.uniform(0.3, 2.0), between(rng, 0.08, 0.3), shake, jitter=0.08)
    return _heard(rng, sound, 0.4)


# What pops and squeaks.


def pop(rng: Rng) -> Sound:
    """A cork, a bubble, lips, a balloon, bubble wrap: a pressure let out, and a cavity."""

    def cavity() -> Sound:
        samples = count(between(rng, 0.03, 0.12))
        hertz = between(rng, 250, 1600) * np.exp(line(samples, (0, 0), (1, rng.uniform(0.0, 0.9))))
        tone = sine(hertz, samples) * fade(samples, 0.0015, between(rng, 0.02, 0.1))
        return mix(tone, rng.uniform(0.1, 0.8) * _plastic(rng, 800, 3000)())

    kind = rng.integers(5)
    if kind == 0:
        squeak = count(rng.uniform(0.03, 0.2))
        rub = band(_crackle(rng, between(rng, 300, 2000), squeak), 800, 6000) * 0.2
        sound = join(peak(rub) * rng.uniform(0.0, 0.15), cavity())
        if rng.random() < 0.4:
            fizz = band(noise(rng, count(0.6)), 3000, 13000, 9) * fade(count(0.6), 0.02, 0.7)
            sound = mix(sound, join(silence(0.02), 0.06 * fizz))
    elif kind == 1:
        # A balloon or a bag: a bang.
        samples = count(between(rng, 0.05, 0.3))
        bang = noise(rng, samples, rng.uniform(0.3, 1.3)) * fade(samples, 0.0003, samples / 4e4)
        sound = mix(peak(band(bang, 120, 12000, 6)), 0.5 * _thud(rng, 0.5)())
    elif kind == 2:
        wrap = _plastic(rng, 700, 2500)
        moments = np.cumsum(rng.exponential(between(rng, 0.05, 0.3), int(rng.integers(2, 12))))
        sound = placed(wrap, moments - moments[0], rng.uniform(0.3, 1.0, len(moments)))
    else:
        many = int(rng.choice([1, 1, 1, 2, 4, 7]))
        moments = np.cumsum(rng.uniform(0.08, 0.5, many))
        sound = placed(cavity, moments - moments[0], rng.uniform(0.4, 1.0, many))
    return _heard(rng, sound, 0.4)


def rubber_duck_squeak(rng: Rng) -> Sound:
    """A reed in a toy that is pressed, and let go: its pitch follows the air, both ways."""
    base = between(rng, 550, 2400)
    many = 16
    gains = np.exp(rng.normal(0.0, 0.6, many)) / np.arange(1, many + 1) ** rng.uniform(0.3, 1.2)
    breath = between(rng, 0.02, 0.5)

    def blow(seconds: float, pitch: float, bend: float) -> Sound:
        samples = count(seconds)
        push = _swell(samples, rng.uniform(0.2, 0.7), 0.3)
        hertz = pitch * (1.0 + bend * push) * np.exp(0.01 * wander(rng, samples, 20.0))
        reed = level(harmonics(hertz, samples, gains)) * np.clip(push * 2.0 - 0.3, 0.0, 1.0)
        air = level(band(noise(rng, samples), 1500, 11000, 9))
        return ends((reed + breath * air) * push**0.6, 0.006, 0.02)

    pause = silence(rng.uniform(0.0, 0.06))
    back = rng.uniform(0.5, 1.3)

    def squeeze() -> Sound:
        first = blow(between(rng, 0.06, 0.3), base, rng.uniform(0.05, 0.5))
        if rng.random() < 0.25:
            return first
        let_go = blow(between(rng, 0.06, 0.35), base * back, rng.uniform(0.05, 0.4))
        return join(first, pause, rng.uniform(0.3, 1.0) * let_go)

    parts = [squeeze()]
    for _ in range(int(rng.choice([0, 0, 1, 2, 4]))):
        parts += [silence(rng.uniform(0.03, 0.4)), squeeze()]
    return _heard(rng, join(*parts), 0.3)


def balloon_rubbing(rng: Rng) -> Sound:
    """Fingers on stretched rubber: stick and slip that locks to a pitch, jumps, and stutters."""
    cavity = between(rng, 150, 600)
    hertz = cavity * np.array([1.0, 1.7, 2.6, 4.1, 6.2, 9.0]) * rng.uniform(0.9, 1.1, 6)
    base = between(rng, 80, 900)

    def rub() -> Sound:
        samples = count(between(rng, 0.08, 1.2))
        steps = np.repeat(rng.normal(0, 0.35, 5), samples // 5 + 1)[:samples]
        rate = base * np.exp(steps + wander(rng, samples, 4.0, rng.uniform(0.1, 0.5)))
        slips = _slips(rng, np.clip(rate, 15, 2500), between(rng, 0.02, 0.3), 0.00004)
        slips = level(slips - slips.mean()) + between(rng, 0.02, 0.5) * noise(rng, samples)
        body = (
            ring(slips, hertz, 0.1 * hertz + 20, rng.uniform(0.3, 1, 6))
            + rng.uniform(0.4, 2) * slips
        )
        press = _swell(samples, rng.uniform(0.2, 0.8), 0.4) * np.exp(0.4 * wander(rng, samples, 9))
        return level(body) * press * decibels(rng.normal(0, 3))

    parts = [rub()]
    for _ in range(int(rng.integers(0, 7))):
        parts += [silence(rng.uniform(0.0, 0.15)), rub()]
    return _heard(rng, join(*parts), 0.3)


def toaster(rng: Rng) -> Sound:
    """A lever that is pressed down, or the spring that throws the toast up; a timer that ticks."""
    rack = _struck(
        rng,
        (between(rng, 300, 1200), 9000),
        between(rng, 0.08, 0.4),
        many=24,
        damping=rng.uniform(0.2, 0.5),
        tilt=-1.5,
        contact=0.7,
        soft=0.005,
    )
    latch, case = _latch(rng), _thud(rng, rng.uniform(0.1, 0.4))
    blow = mix(rack(), rng.uniform(0.3, 1.0) * case(), rng.uniform(0.2, 0.8) * latch())
    wobble = np.cumsum(between(rng, 0.03, 0.09) * 0.85 ** np.arange(int(rng.integers(2, 8))))
    after = placed(rack, wobble, rng.uniform(0.1, 0.4) * np.exp(-wobble / 0.15))
    up = mix(blow, after)
    kind = rng.integers(4)
    if kind == 0:
        scrape = band(_crackle(rng, 1500, count(0.2)), 900, 7000, 9) * _swell(count(0.2), 0.6)
        sound = join(0.3 * peak(scrape), mix(latch(), 0.7 * case(), 0.5 * rack()))
    elif kind == 1:
        tick = _plastic(rng, 1500, 4000)
        run = repeat(rng, rng.uniform(0.5, 2.0), between(rng, 0.05, 0.2), tick, jitter=0.02)
        sound = join(rng.uniform(0.05, 0.3) * run, up)
        if rng.random() < 0.5:
            bell = between(rng, 1800, 4200)
            ding = modes(count(1.0), bell * np.array([1, 2.7, 4.9]), [0.9, 0.5, 0.3], [1, 0.4, 0.2])
            sound = mix(sound, join(silence(len(run) / SAMPLE_RATE), 0.5 * ding))
    else:
        sound = up
    return _heard(rng, sound, 0.6)


def toilet_flushing(rng: Rng) -> Sound:
    """A lever, a rush of water that falls, gurgles, and a cistern that fills again."""
    samples = count(rng.uniform(2.5, 6.0))
    place = np.linspace(0.0, 1.0, samples)
    top, fall = rng.uniform(0.08, 0.3), rng.uniform(0.45, 0.85)
    rush = np.clip(place / top, 0, 1) ** 0.7 * np.clip((1.15 - place) / (1.15 - fall), 0, 1) ** 1.5
    centre = between(rng, 350, 1100) * np.exp(0.8 * rush - 0.3) * np.ones(samples)
    water = level(move_band(noise(rng, samples, 0.4), centre, rng.uniform(1.2, 2.1)))
    churn = np.exp(0.3 * wander(rng, samples, 15.0))
    splash = _crackle(rng, 4000 * rush + 1, samples, 0.5)
    hertz = np.exp(rng.uniform(np.log(300), np.log(4500), 20))
    drops = level(ring(splash, hertz, 0.05 * hertz + 20, rng.uniform(0.3, 1, 20)))
    roar = level(band(noise(rng, samples, 1.6), 60, 400, 9))
    sound = (water + 0.35 * drops + rng.uniform(0.2, 0.8) * roar) * rush * churn
    for at in rng.uniform(fall * 0.7, 0.95, int(rng.integers(5, 30))) * samples / SAMPLE_RATE:
        # What the siphon swallows: large bubbles.
        blob = count(between(rng, 0.03, 0.15))
        glide = between(rng, 120, 600) * np.exp(line(blob, (0, 0), (1, rng.uniform(-0.3, 0.8))))
        add(sound, sine(glide, blob) * _swell(blob, 0.3), at, rng.uniform(0.2, 1.5))
    if rng.random() < 0.6:
        hiss = level(band(noise(rng, samples), between(rng, 1500, 4000), 11000, 9))
        sound += hiss * line(samples, (0.2, 0), (0.5, 1)) * rng.uniform(0.02, 0.15)
    sound = ends(sound, 0.02, 0.4)
    if rng.random() < 0.5:
        sound = join(_handle(rng) * 3 * rng.uniform(0.3, 1.0), sound)
    return _heard(rng, sound, 0.7)


# Tools.


def sawing_wood(rng: Rng) -> Sound:
    """A hand saw to and fro: its teeth tear at the wood, its blade and the plank sound."""
    hertz = np.exp(rng.uniform(np.log(250), np.log(7000), 18))
    gains = (hertz / 250) ** rng.uniform(-0.7, 0.1) * np.exp(rng.normal(0, 0.5, 18))
    teeth, hiss = between(rng, 120, 700), rng.uniform(0.3, 1.5)
    pull = decibels(rng.uniform(-14, -1))
    each = between(rng, 0.16, 0.65)

    def stroke(seconds: float, gain: float) -> Sound:
        samples = count(seconds)
        speed = _swell(samples, rng.uniform(0.35, 0.65), 0.45)
        rate = teeth * (0.25 + speed) * rng.uniform(0.9, 1.1)
        tear = _slips(rng, rate, 0.3, 0.0001)
        tear = level(ring(tear - tear.mean(), hertz, 30 + 0.08 * hertz, gains) + 0.1 * tear)
        fine = level(band(noise(rng, samples, 0.6), 700, 11000, 6))
        fine *= 1.0 + 0.5 * np.cos(2 * np.pi * phase_of(rate, samples))
        rough = np.exp(0.3 * wander(rng, samples, 25.0))
        return gain * (tear + hiss * fine) * speed * rough

    parts: list[Sound] = []
    for _ in range(int(rng.integers(1, 9))):
        parts += [stroke(each * rng.uniform(0.85, 1.15), 1.0), silence(rng.uniform(0.0, 0.06))]
        parts += [stroke(each * rng.uniform(0.8, 1.1), pull), silence(rng.uniform(0.0, 0.08))]
    return _heard(rng, join(*parts)[: count(6.0)], 0.35)


def drilling(rng: Rng) -> Sound:
    """A drill that runs up, meets wood or a wall, and stops; hammer drills, a dentist's drill."""
    samples = count(between(rng, 0.7, 5.0))
    up, down = rng.uniform(0.02, 0.2), rng.uniform(0.8, 0.98)
    run = line(samples, (0, 0.15), (up, 1), (down, 1), (1, 0.2))
    bite = line(samples, (up * 1.2, 0), (up * 1.2 + 0.1, 1), (down - 0.05, 1), (down, 0))
    if rng.random() < 0.3:
        run, bite = np.ones(samples), np.full(samples, rng.uniform(0.0, 1.0))
    kind = rng.integers(4)
    turn = (between(rng, 40, 220), between(rng, 60, 150), between(rng, 40, 120), 700.0)[kind]
    load = np.exp(rng.uniform(0.02, 0.1) * wander(rng, samples, 4.0))
    hertz = turn * run * (1 - rng.uniform(0, 0.3) * bite) * load
    sound = level(_motor(rng, hertz, rng.uniform(0.1, 1.0), rng.uniform(0.1, 0.6)))
    grind = level(band(noise(rng, samples, 0.5), 400, between(rng, 4000, 11000), 6))
    chips = _wooden(rng, _crackle(rng, 900 * bite + 1, samples, 1.0), 200)
    grind = grind * np.exp(0.3 * wander(rng, samples, 25.0)) + level(chips)
    sound = sound * run + rng.uniform(0.2, 1.2) * grind * bite
    if kind == 2:
        # A hammer drill: blows, twenty to seventy a second.
        blows = _slips(rng, between(rng, 18, 70) * run * load, 0.04, 0.0003)
        wall = np.exp(rng.uniform(np.log(150), np.log(6000), 16))
        hits = level(ring(blows, wall, 30 + 0.1 * wall, (wall / 150) ** -0.3) + 0.2 * blows)
        sound += rng.uniform(0.7, 2.5) * hits * np.maximum(bite, 0.2)
    return _heard(rng, ends(sound, 0.02, 0.05), 0.5)


def grinding(rng: Rng) -> Sound:
    """An angle grinder or a wheel on metal, stone on stone, a mill for coffee or pepper."""
    kind = rng.choice([0, 1, 1, 2])
    samples = count(between(rng, 0.8, 5.0))
    if kind == 0:
        hertz = between(rng, 90, 300) * np.exp(0.04 * wander(rng, samples, 2.0))
        wheel = level(_motor(rng, hertz, rng.uniform(0.2, 0.9), 0.3))
        press = np.clip(0.5 + 0.7 * wander(rng, samples, rng.uniform(0.5, 3.0)), 0.0, None)
        metal = np.exp(rng.uniform(np.log(1200), np.log(11000), 20))
        sparks = level(ring(noise(rng, samples), metal, 0.03 * metal, rng.uniform(0.2, 1, 20)))
        sound = wheel + rng.uniform(0.5, 2.5) * (sparks + level(noise(rng, samples, 0.3))) * press
        sound *= line(samples, (0, 0.1), (0.08, 1), (0.95, 1), (1, 0.2))
    elif kind == 1:
        # To and fro: grit that is crushed.
        turn = between(rng, 0.7, 3.0)
        speed = np.abs(sine(turn / 2, samples, rng.random())) ** 0.6 + 0.05
        grit = _crackle(rng, between(rng, 150, 2000) * speed, samples, 1.3)
        stone = np.exp(rng.uniform(np.log(300), np.log(7000), 16))
        body = level(ring(grit, stone, 30 + 0.1 * stone, (stone / 300) ** -0.4) + 0.2 * grit)
        drag = level(band(noise(rng, samples, 1.0), 80, between(rng, 1500, 7000), 6))
        sound = (body + rng.uniform(0.3, 1.5) * drag) * speed
    else:
        turn = between(rng, 60, 180)
        run = line(samples, (0, 0.3), (0.06, 1), (0.9, 1.1), (1, 0.3))
        motor = level(_motor(rng, turn * run, 0.5, 0.4))
        beans = _crackle(rng, between(rng, 200, 1500) * np.linspace(1.5, 0.5, samples), samples, 1)
        pot = np.exp(rng.uniform(np.log(400), np.log(6000), 14))
        sound = motor + rng.uniform(0.7, 2.0) * level(ring(beans, pot, 0.06 * pot, np.ones(14)))
    return _heard(rng, ends(sound, 0.03, 0.08), 0.4)


def chainsaw(rng: Rng) -> Sound:
    """A two-stroke engine that idles, revs and bites, and a chain with its rattle."""
    samples = count(rng.uniform(1.5, 6.0))
    idle, full = between(rng, 35, 60), between(rng, 110, 230)
    many = int(rng.integers(3, 7))
    pull = rng.uniform(0.0, 1.0, many) > rng.uniform(0.1, 0.6)
    throttle = line(
        samples,
        *((float(x), float(y)) for x, y in zip(np.sort(rng.random(many)), pull, strict=True)),
    )
    lag = np.convolve(np.pad(throttle[::64], 40, mode="edge"), np.hanning(81) / 40.0, "valid")
    throttle = np.interp(np.linspace(0, 1, samples), np.linspace(0, 1, len(lag)), lag)
    hertz = idle * (full / idle) ** np.clip(throttle, 0, 1)
    hertz *= np.exp(0.02 * wander(rng, samples, 12.0) + 0.03 * wander(rng, samples, 2.0))
    bang = _slips(rng, hertz, 0.05, between(rng, 0.00005, 0.0003))
    pipe = np.exp(rng.uniform(np.log(140), np.log(8000), 24))
    exhaust = ring(
        bang - bang.mean(), pipe, 40 + 0.12 * pipe, (pipe / 140) ** rng.uniform(-0.2, 0.4)
    )
    exhaust = level(np.tanh(2.0 * level(exhaust + 0.3 * bang)))
    cycle = 0.6 + 0.4 * np.cos(2 * np.pi * phase_of(hertz, samples))
    chain = level(band(noise(rng, samples), 1500, 12000, 6)) * cycle * (0.15 + throttle)
    bite = np.clip(wander(rng, samples, 1.0) + rng.uniform(-0.5, 1.0), 0, 1) * throttle
    wood = level(band(noise(rng, samples, 0.8), 400, 8000, 6)) * np.exp(
        0.4 * wander(rng, samples, 60.0)
    )
    sound = exhaust * (0.35 + 0.65 * throttle) + rng.uniform(0.1, 0.6) * chain + 0.6 * bite * wood
    return _heard(rng, ends(sound, 0.05, 0.1), 0.3)


def sewing_machine(rng: Rng) -> Sound:
    """A motor, and a needle that knocks through the cloth at every turn."""
    samples = count(rng.uniform(0.8, 5.0))
    pace = between(rng, 4, 18)
    run = line(
        samples, (0, 0.3), (rng.uniform(0.05, 0.3), 1), (rng.uniform(0.7, 0.95), 1), (1, 0.3)
    )
    run *= np.exp(rng.uniform(0.02, 0.25) * wander(rng, samples, 1.0))
    sound = level(_motor(rng, pace * rng.uniform(9, 30) * run, rng.uniform(0.5, 1.2), 0.3))
    sound = shape(sound * run, (300, 0), (5000, rng.uniform(0, 12))) * rng.uniform(0.1, 0.8)
    turns = phase_of(pace * run, samples)
    needle, hook = _plastic(rng, 250, 1200), _latch(rng)
    bed = _thud(rng, rng.uniform(0.0, 0.4))
    hits = [mix(needle(), rng.uniform(0.2, 1.0) * bed()) for _ in range(4)]
    hooks = [hook() for _ in range(4)]
    late, bright = rng.uniform(0.3, 0.7), rng.uniform(0.1, 0.8)
    for each in range(int(turns[-1]) + 1):
        at = float(np.searchsorted(turns, each)) / SAMPLE_RATE
        half = float(np.searchsorted(turns, each + late)) / SAMPLE_RATE
        add(sound, hits[each % 4], at, 3.0 * decibels(rng.normal(0, 1.5)))
        add(sound, hooks[each % 4], half, 3.0 * bright * decibels(rng.normal(0, 1.5)))
    return _heard(rng, ends(sound, 0.01, 0.05), 0.4)


def weaving_loom(rng: Rng) -> Sound:
    """Shafts change, a shuttle is thrown and caught, a reed beats; by hand or by power."""
    power = rng.random() < 0.5
    period = between(rng, 0.25, 0.6) if power else between(rng, 0.9, 2.5)
    shaft, catch = _thud(rng, rng.uniform(0.2, 0.6)), _plastic(rng, 300, 1200)
    reed = _thud(rng, rng.uniform(0.4, 0.9))
    part = np.sort(rng.uniform(0.1, 0.9, 2))

    def slide() -> Sound:
        samples = count(0.35 * period * rng.uniform(0.6, 1.0))
        run = level(band(noise(rng, samples, 0.8), 400, between(rng, 2500, 7000), 9))
        return 0.12 * run * _swell(samples, 0.5)

    def rattle() -> Sound:
        loose = _latch(rng) if power else catch
        moments = np.cumsum(rng.exponential(0.03, 5))
        return placed(loose, moments, 0.35 * np.exp(-moments / 0.1))

    def pick() -> Sound:
        sound = mix(rng.uniform(0.3, 0.8) * shaft(), 0.6 * rattle())
        thrown = mix(catch(), slide())
        sound = mix(sound, join(silence(part[0] * period), rng.uniform(0.4, 0.9) * thrown))
        beat = mix(reed(), 0.5 * rattle())
        return mix(sound, join(silence(part[1] * period), beat))

    jitter = 0.015 if power else 0.12
    sound = repeat(rng, between(rng, 1.5, 5.0), period, pick, jitter=jitter)
    if power:
        drone = level(band(noise(rng, len(sound), 1.0), 60, 2500, 6))
        sound = sound + rng.uniform(0.01, 0.1) * drone
    return _heard(rng, sound, 0.6)


def scythe(rng: Rng) -> Sound:
    """A blade through grass, stroke after stroke, or the stone that whets it."""
    if rng.random() < 0.25:
        blade = np.sort(np.exp(rng.uniform(np.log(1500), np.log(11000), 12)))

        def whet() -> Sound:
            samples = count(rng.uniform(0.12, 0.35))
            rub = noise(rng, samples) * _swell(samples, rng.uniform(0.3, 0.8), 0.6)
            rung = level(ring(np.pad(rub, (0, 4000)), blade, 0.01 * blade, rng.uniform(0.2, 1, 12)))
            return mix(rung, rng.uniform(0.5, 1.5) * band(rub, 2000, 12000, 9))

        return _heard(rng, repeat(rng, rng.uniform(1.0, 3.0), rng.uniform(0.3, 0.55), whet), 0.2)
    low, high = between(rng, 900, 2500), between(rng, 4000, 9000)
    dry, ringing = rng.uniform(0.2, 1.2), between(rng, 0.005, 0.1)
    blade = between(rng, 2000, 6000) * np.array([1.0, 1.6, 2.3])

    def stroke() -> Sound:
        samples = count(between(rng, 0.3, 0.8))
        speed = _swell(samples, rng.uniform(0.5, 0.8), 1.2)
        swish = level(move_band(noise(rng, samples), low * (high / low) ** speed, 1.1)) * speed
        stems = level(band(_crackle(rng, 2500 * speed + 1, samples, 0.8), 1200, 13000, 9)) * speed
        sung = level(ring(noise(rng, samples), blade, [15.0] * 3, [1.0, 0.7, 0.5])) * speed
        return swish + dry * stems + ringing * sung

    strokes = rng.choice([0.0, rng.uniform(1.0, 4.5)])
    return _heard(rng, repeat(rng, strokes, rng.uniform(0.9, 1.7), stroke, jitter=0.08), 0.2)


def spray_can(rng: Rng) -> Sound:
    """Gas through a nozzle, in one burst or some; at times the ball that mixes it is shaken."""
    low, high = between(rng, 1200, 5000), between(rng, 8000, 14000)
    tilt, dirty = rng.uniform(-3.0, 5.0), rng.uniform(0.0, 0.15)

    def burst(seconds: float) -> Sound:
        samples = count(seconds)
        hiss = shape(band(noise(rng, samples), low, high, 9), (2000, 0.0), (9000, tilt))
        sputter = np.exp(dirty * wander(rng, samples, 60.0))
        attack, stop = rng.uniform(0.005, 0.05), rng.uniform(0.01, 0.08)
        return mix(ends(level(hiss) * sputter, attack, stop), 0.5 * nozzle())

    nozzle = _plastic(rng, 700, 3000)
    parts = [burst(between(rng, 0.1, 2.5))]
    for _ in range(int(rng.choice([0, 0, 1, 2, 4]))):
        parts += [silence(rng.uniform(0.05, 0.5)), burst(between(rng, 0.08, 1.2))]
    sound = join(*parts)
    if rng.random() < 0.3:
        ball = _struck(
            rng, (between(rng, 900, 2500), 9000), 0.05, tilt=0.0, contact=0.4, soft=0.002
        )
        shaken = repeat(rng, rng.uniform(0.5, 1.8), between(rng, 0.07, 0.16), ball, jitter=0.12)
        sound = join(2.0 * shaken, silence(rng.uniform(0.05, 0.4)), sound)
    return _heard(rng, sound, 0.25)


def digging(rng: Rng) -> Sound:
    """A spade that goes into earth, sand or gravel, and throws it."""
    stony = rng.random()
    dull = between(rng, 1500, 9000)
    steel = _struck(
        rng, (between(rng, 500, 2500), 9000), between(rng, 0.1, 0.6), damping=0.4, contact=0.2
    )
    rung = rng.choice([0.0, rng.uniform(0.02, 0.4)])

    def earth(seconds: float, top: float, rate: float, sharp: float) -> Sound:
        samples = count(seconds)
        press = _swell(samples, top, sharp) * np.exp(0.4 * wander(rng, samples, 20.0))
        grains = _crackle(rng, rate * press + 1, samples, 1.0 + 0.4 * stony)
        hertz = np.exp(rng.uniform(np.log(200), np.log(7000), 16))
        grains = level(
            ring(grains, hertz, 0.25 * hertz, (hertz / 200) ** rng.uniform(-0.6, 0)) + 0.1 * grains
        )
        soft = level(band(noise(rng, samples, 1.0), 120, dull, 6)) * press
        return (0.3 + stony) * grains * press**0.5 + rng.uniform(0.5, 1.3) * soft

    def spadeful() -> Sound:
        into = earth(rng.uniform(0.15, 0.5), rng.uniform(0.1, 0.5), between(rng, 500, 3000), 0.7)
        into = mix(into, rng.uniform(0.3, 2.0) * shape(_thud(rng, 0.6)(), (300, 0), (3000, -10)))
        into = mix(into, 3 * rung * steel())
        if rng.random() < 0.3:
            return into
        lift = silence(rng.uniform(0.0, 0.5))
        fall = earth(rng.uniform(0.25, 0.9), rng.uniform(0.1, 0.3), between(rng, 200, 1500), 1.0)
        return join(into, lift, rng.uniform(0.3, 1.0) * fall)

    many = int(rng.choice([1, 1, 1, 2, 3]))
    parts = [join(spadeful(), silence(rng.uniform(0.1, 0.7))) for _ in range(many)]
    return _heard(rng, join(*parts), 0.2)


def flint_striking(rng: Rng) -> Sound:
    """Stone on stone or on steel, a fire steel that is scraped, the wheel of a lighter."""
    stone = _struck(
        rng,
        (between(rng, 1500, 4500), between(rng, 8000, 14000)),
        between(rng, 0.015, 0.08),
        many=12,
        damping=0.3,
        tilt=rng.uniform(-1.5, 1.5),
        contact=rng.uniform(0.5, 1.3),
        soft=between(rng, 0.001, 0.004),
        top=14000,
    )
    hertz = np.exp(rng.uniform(np.log(1800), np.log(12000), 12))
    fine = between(rng, 400, 5000)
    kind = rng.integers(3)

    def scrape(seconds: float) -> Sound:
        samples = count(seconds)
        speed = _swell(samples, rng.uniform(0.3, 0.8), 0.5)
        teeth = _crackle(rng, fine * speed + 1, samples, 0.7)
        body = level(ring(teeth, hertz, 0.06 * hertz, rng.uniform(0.2, 1.0, 12)) + 0.3 * teeth)
        return 0.3 * (body + 0.5 * level(band(noise(rng, samples), 2000, 13000, 6))) * speed

    def strike() -> Sound:
        if kind == 0:
            return mix(stone(), rng.random() * scrape(rng.uniform(0.03, 0.12)))
        if kind == 1:
            return scrape(rng.uniform(0.08, 0.3))
        wheel = scrape(rng.uniform(0.04, 0.12))
        return mix(wheel, join(silence(len(wheel) / SAMPLE_RATE - 0.02), 0.5 * stone()))

    many = int(rng.choice([1, 1, 2, 3, 5]))
    sound = repeat(rng, (many - 0.5) * 0.4, rng.uniform(0.25, 0.6), strike, jitter=0.15, spread=3)
    if rng.random() < 0.25:
        flare = count(rng.uniform(0.3, 0.9))
        flame = level(band(noise(rng, flare, 1.0), 150, 3000, 6)) * _swell(flare, 0.15)
        sound = join(sound, rng.uniform(0.05, 0.3) * flame)
    return _heard(rng, sound, 0.3)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "balloon rubbing": balloon_rubbing,
    "camera shutter": camera_shutter,
    "chainsaw": chainsaw,
    "chest opening": chest_opening,
    "clock ticking": clock_ticking,
    "cloth rustling": cloth_rustling,
    "coins": coins,
    "digging": digging,
    "door": door,
    "door closing": door_closing,
    "door creaking": door_creaking,
    "door opening": door_opening,
    "drilling": drilling,
    "flint striking": flint_striking,
    "grinding": grinding,
    "keyboard typing": keyboard_typing,
    "keys jingling": keys_jingling,
    "page turning": page_turning,
    "pop": pop,
    "rattle": rattle,
    "rubber duck squeak": rubber_duck_squeak,
    "rustling leaves": rustling_leaves,
    "sawing wood": sawing_wood,
    "scythe": scythe,
    "sewing machine": sewing_machine,
    "spray can": spray_can,
    "stone door": stone_door,
    "switch click": switch_click,
    "toaster": toaster,
    "toilet flushing": toilet_flushing,
    "typewriter": typewriter,
    "weaving loom": weaving_loom,
}
"""Takes of things and tools, by label."""
