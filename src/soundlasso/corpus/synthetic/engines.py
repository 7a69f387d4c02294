"""Engines, motors and vehicles: pulses of exhausts, blades and wheels.

After Farnell (2010), "Designing Sound", part IV (engines, fans, motors, cars, helicopters, jets,
creaking wood): an engine is a row of bursts, one a cylinder in two turns, that a pipe shapes; what
turns makes harmonics of its turns and noise that comes and goes with its blades; what rolls strikes
small unevennesses; what passes by is heard nearer, then farther, its pitch falling (Doppler).
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
    level,
    line,
    mix,
    modes,
    move_band,
    noise,
    peak,
    phase_of,
    pulses,
    repeat,
    ring,
    scatter,
    shape,
    silence,
    sine,
    times,
    wander,
)
from soundlasso.corpus.synthetic.placing import click, placed, room

Strike = Callable[[], Sound]

# Building blocks.


def _gains(rng: Rng, orders: int, low: float, high: float, uneven: float = 7.0) -> Sound:
    """Gains of harmonics that fall by some power of their order, unevenly."""
    falling = np.arange(1, orders + 1) ** -rng.uniform(low, high)
    return np.asarray(falling * 10.0 ** (rng.normal(0.0, uneven, orders) / 20.0))


def _air(rng: Rng, samples: int, low: float, high: float, colour: float) -> Sound:
    """Noise of a broad band that is not quite even: RMS 1."""
    points = [(f, rng.normal(0.0, 3.0)) for f in np.geomspace(low, high, 6)]
    return level(band(shape(noise(rng, samples, colour), *points), low, high, 9))


def _turns(rng: Rng, samples: int, hertz: float | Sound, unsteady: float = 0.01) -> Sound:
    """A speed of turning that is nearly steady."""
    slow = wander(rng, samples, between(rng, 0.3, 2.0), unsteady)
    return np.asarray(hertz) * (1.0 + slow + wander(rng, samples, 9.0, 0.3 * unsteady))


def _part(rng: Rng, low: float, high: float, ringing: float, many: int = 6) -> Strike:
    """Something hard that is struck: a few modes between two pitches, and the contact's noise."""
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), many))
    decay = ringing * (low / hertz) ** rng.uniform(0.1, 0.7) * rng.uniform(0.4, 1.0, many)
    gains = rng.uniform(0.2, 1.0, many) * (low / hertz) ** rng.uniform(0.0, 0.5)
    rough, contact = rng.uniform(0.1, 0.8), between(rng, 0.002, 0.015)

    def strike() -> Sound:
        body = modes(count(1.1 * ringing + 0.03), hertz, decay, gains * rng.uniform(0.4, 1, many))
        body = peak(body)
        add(body, click(rng, 0.7 * low, min(2.5 * high, 15_000), contact), 0.0, rough)
        return body

    return strike


def _thump(rng: Rng, low: float, seconds: float) -> Sound:
    """Something heavy that is put down or pressed: a dull burst, the highs dying first."""
    samples = count(1.2 * seconds)
    dull = band(noise(rng, samples, 1.0), low, 4 * low, 9) * fade(samples, 0.002, seconds)
    sharp = band(noise(rng, samples), 300, 4000, 9) * fade(samples, 0.001, 0.3 * seconds)
    body = modes(samples, [low, 1.6 * low], [seconds, 0.6 * seconds], [1.0, 0.5])
    return peak(dull) + rng.uniform(0.1, 0.6) * peak(sharp) + rng.uniform(0, 0.6) * peak(body)


def _wood_creak(
    rng: Rng, samples: int, rate: Sound, low: float, high: float, rough: float = 0.4
) -> Sound:
    """Wood that sticks and slips (Farnell): each slip strikes its resonances."""
    slip = pulses(rate, samples, between(rng, 8, 25))
    slip *= 1.0 + np.clip(wander(rng, samples, 25.0, rough), -0.9, 2.0)
    slip *= 0.5 + 0.5 * np.abs(noise(rng, samples))
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), 7))
    return ring(slip, hertz, 0.05 * hertz + 15, rng.uniform(0.2, 1, 7) * (low / hertz) ** 0.3)


def _length(rng: Rng, shortest: float, longest: float) -> int:
    """How many samples something goes on; a number that is soon transformed."""
    return 1024 * max(1, round(rng.uniform(shortest, longest) * SAMPLE_RATE / 1024))


def _microphone(rng: Rng, sound: Sound) -> Sound:
    """What is left of the lowest and the highest, more or less."""
    low, top = between(rng, 35, 220), between(rng, 2500, 16_000)
    fall = rng.uniform(6, 18)
    return shape(
        sound, (low / 4, -2 * fall), (low, 0), (top, 0), (min(60_000, 4 * top), -rng.uniform(6, 40))
    )


def _steady(rng: Rng, sound: Sound) -> Sound:
    """What goes on before and after what is heard of it, through a microphone."""
    sound = _microphone(rng, sound)
    return ends(sound, float(rng.choice([0.01, 0.1, 0.5])), float(rng.choice([0.02, 0.1, 0.6])))


def _pass_by(rng: Rng, samples: int, speed: float, far: float) -> tuple[Sound, Sound]:
    """How loud and at what factor of pitch something is that passes on a straight line.

    Args:
        rng: Draws when it is nearest.
        samples: How long.
        speed: In m/s.
        far: Distance where it is nearest, in m.
    """
    moment = rng.uniform(0.3, 0.65) * samples / SAMPLE_RATE
    along = speed * (times(samples) - moment)
    away = np.sqrt(np.square(along) + far**2)
    return far / away, 1.0 / (1.0 + speed / 343.0 * along / away)


def _distant(sound: Sound, near: Sound, top: float = 9000.0) -> Sound:
    """What comes near: louder, and with more of its highs."""
    dull = shape(sound, (0.04 * top, 0), (0.15 * top, -6), (top, -24))
    return near * (near * sound + (1.0 - near) * dull)


def _fire(
    rng: Rng, turns: Sound, cylinders: int, *, sharp: float, rough: float, uneven: float = 0.0
) -> Sound:
    """Bursts of a four-stroke engine's exhaust: each cylinder once in two turns, no two alike.

    Args:
        rng: Draws the bursts.
        turns: Turns a second.
        cylinders: How many there are.
        sharp: How much shorter than its share of the cycle a burst is.
        rough: How different the bursts are.
        uneven: How unevenly the cylinders fire, as a share of the time between two.
    """
    cycles = phase_of(turns / 2.0, len(turns))
    out = np.zeros(len(turns))
    for number in range(cylinders):
        place = cycles + (number + uneven * rng.uniform(-0.5, 0.5)) / cylinders
        turn = place.astype(int)
        loud = np.maximum(0.05, 1.0 + rough * rng.standard_normal(int(turn[-1]) + 1))
        inside = (place - turn) * cylinders * sharp
        # A valve opens fast, and the pressure falls slowly.
        out += rng.uniform(0.75, 1.0) * loud[turn] * inside * np.exp(1.0 - inside)
    return out


def _exhaust(rng: Rng, burst: Sound, load: Sound | float, loud: float) -> Sound:
    """Bursts through a pipe and a silencer: its resonances, hiss of gas, all the more with load."""
    pipe = between(rng, 35.0, 160.0)
    orders = np.array([1.0, 3.0, 5.0, 7.0, 9.0, 13.0]) * rng.uniform(0.93, 1.07, 6)
    gas = burst * (1.0 + rng.uniform(0.05, 0.5) * noise(rng, len(burst), 1.0))
    shaped = ring(gas - gas.mean(), pipe * orders, 20 + 0.35 * pipe * orders, _gains(rng, 6, 0, 1))
    top = between(rng, 500, 6000) * loud
    direct = shape(gas - gas.mean(), (top, 0), (4 * top, -rng.uniform(12, 30)))
    out = level(shaped) + rng.uniform(0.2, 1.0) * level(direct)
    hiss = band(noise(rng, len(burst)) * burst, 400, between(rng, 3000, 11_000), 6)
    return out + decibels(rng.uniform(-30, -9)) * level(hiss * load)


def _rattle(rng: Rng, turns: Sound, times_each: float) -> Sound:
    """Valves, chains and injectors that tick with an engine's turns."""
    samples = len(turns)
    tick = pulses(turns * times_each, samples, between(rng, 8, 30)) * noise(rng, samples)
    tick *= np.clip(1.0 + wander(rng, samples, 40.0, 0.4), 0.1, 2.0)
    hertz = between(rng, 900, 5000) * np.array([1.0, 1.6, 2.5])
    return level(ring(tick, hertz, 0.3 * hertz, [1.0, 0.7, 0.5]))


def _engine(
    rng: Rng, turns: Sound, cylinders: int, load: Sound | float, loud: float = 1.0
) -> Sound:
    """An engine: its exhaust, its intake, what ticks in it."""
    rough, uneven = rng.uniform(0.03, 0.35), rng.uniform(0.0, 0.25)
    burst = _fire(rng, turns, cylinders, sharp=between(rng, 1.5, 7.0), rough=rough, uneven=uneven)
    out = level(_exhaust(rng, burst, load, loud) * (0.4 + 0.6 * np.asarray(load)))
    block = harmonics(turns / 2.0, len(turns), _gains(rng, 40, 0.3, 1.1))
    out += decibels(rng.uniform(-20, -3)) * level(block)
    out += decibels(rng.uniform(-32, -12)) * _rattle(rng, turns, float(rng.choice([0.5, 1, 2, 4])))
    rush = _air(rng, len(turns), 150, between(rng, 2000, 9000), 1.0)
    return out + decibels(rng.uniform(-36, -13)) * rush * np.asarray(load)


# Machines that stand.


def _transformer(rng: Rng, samples: int) -> Sound:
    """Iron that swells twice a cycle of the mains: even harmonics, a buzz."""
    mains = float(rng.choice([50.0, 60.0]))
    gains = _gains(rng, int(rng.integers(8, 60)), 0.3, 2.0, 8.0)
    odd = rng.uniform(0.0, 0.3)
    hum = harmonics(2 * mains, samples, gains) + odd * harmonics(mains, samples, gains)
    if rng.random() < 0.5:
        hum = drive(hum, between(rng, 0.5, 5.0))
    air = _air(rng, samples, 80, between(rng, 800, 8000), 1.0)
    return level(hum) + decibels(rng.uniform(-36, -10)) * air


def _compressor(rng: Rng, samples: int) -> Sound:
    """A refrigerator or a freezer: a motor at the mains' speed, shaking its case, and gurgling."""
    speed = _turns(rng, samples, float(rng.choice([24.5, 29.0, 48.0, 58.0])), 0.002)
    motor = level(harmonics(speed, samples, _gains(rng, 24, 0.3, 1.3)))
    shake = pulses(speed, samples, 4.0) * noise(rng, samples)
    case = np.exp(rng.uniform(np.log(120), np.log(2500), 5))
    rattle = level(ring(shake, case, 0.1 * case, _gains(rng, 5, 0, 1)))
    out = motor + decibels(rng.uniform(-24, 0)) * rattle
    out += decibels(rng.uniform(-24, -6)) * _air(rng, samples, 100, between(rng, 1000, 7000), 1.0)
    return out


def _motor(rng: Rng, samples: int) -> Sound:
    """An electric motor with its gears and brushes: whining, steady or under changing load."""
    speed = _turns(rng, samples, between(rng, 15, 200), between(rng, 0.001, 0.03))
    if rng.random() < 0.3:
        # It is switched on, and off.
        up, down = rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.95)
        speed = speed * line(samples, (0, 0.1), (up, 1), (down, 1), (1, 0.3))
    teeth = rng.choice([7, 9, 12, 17, 24, 31])
    tones = level(harmonics(speed, samples, _gains(rng, 16, 0.3, 1.5)))
    gear = level(harmonics(speed * teeth / 2, samples, _gains(rng, 6, 0.3, 1.5)))
    brush = noise(rng, samples) * (0.3 + pulses(speed * 2, samples, 2.0))
    brush = level(band(brush, between(rng, 500, 2500), between(rng, 4000, 12_000), 9))
    once = 1.0 + rng.uniform(0.0, 0.4) * sine(speed / float(rng.choice([1, 2, 4])), samples)
    return (tones + decibels(rng.uniform(-15, 6)) * gear) * once + decibels(
        rng.uniform(-24, 3)
    ) * brush


def _hall(rng: Rng, samples: int) -> Sound:
    """A factory: presses, looms, conveyors and fans, each at its pace, in a large room."""
    seconds = samples / SAMPLE_RATE
    out = _air(rng, samples, 50, between(rng, 800, 6000), rng.uniform(0.8, 1.6))
    out += decibels(rng.uniform(-9, 6)) * _motor(rng, samples)
    for _ in range(int(rng.integers(1, 4))):
        kind = rng.integers(4)
        if kind == 0:
            heavy = _thump(rng, between(rng, 50, 250), between(rng, 0.08, 0.5))
            hits = repeat(rng, seconds, between(rng, 0.25, 1.6), heavy.copy, jitter=0.01)
        elif kind == 1:
            metal = _part(rng, between(rng, 250, 1500), 7000, between(rng, 0.03, 0.5))
            hits = repeat(rng, seconds, between(rng, 0.06, 0.9), metal, jitter=0.03)
        elif kind == 2:
            puff = band(noise(rng, count(0.4)), 1200, 12_000, 9) * fade(count(0.4), 0.01, 0.35)
            hits = repeat(rng, seconds, between(rng, 0.4, 2.0), puff.copy, jitter=0.02)
        else:
            metal = _part(rng, between(rng, 200, 1200), 5000, between(rng, 0.02, 0.2))
            hits = scatter(rng, seconds, between(rng, 3, 25), metal, 8.0)
        out = mix(out, peak(hits) * between(rng, 1.5, 12.0))[:samples]
    return echo(rng, out, between(rng, 0.3, 1.8), between(rng, 0.05, 0.8))[:samples]


def _generator(rng: Rng, samples: int) -> Sound:
    """A small engine that runs at one speed, behind a wall or near."""
    speed = _turns(rng, samples, between(rng, 12, 50), 0.006)
    out = _engine(rng, speed, int(rng.choice([1, 2, 3, 4])), 0.7, 0.7)
    top = between(rng, 300, 6000)
    return shape(out, (top, 0), (4 * top, -rng.uniform(6, 24)))


def _computer_hall(rng: Rng, samples: int) -> Sound:
    """Servers, ventilation, a projector: air and several steady tones."""
    out = _air(rng, samples, between(rng, 60, 300), between(rng, 1500, 10_000), rng.uniform(0.5, 2))
    for _ in range(int(rng.integers(1, 7))):
        tone = _turns(rng, samples, between(rng, 60, 3500), 0.001)
        tones = level(harmonics(tone, samples, _gains(rng, 5, 0.5, 2.0)))
        out += decibels(rng.uniform(-24, 0)) * tones
    return out * (1.0 + wander(rng, samples, 1.5, 0.05))


def _strange_machine(rng: Rng, samples: int) -> Sound:
    """A machine of a game: deep, pulsing, with tones that beat."""
    root = between(rng, 28, 160)
    beat = between(rng, 0.2, 12.0)
    out = np.zeros(samples)
    for ratio in (1.0, 1.0 + beat / root, float(rng.choice([1.5, 2.0, 2.98, 1.335]))):
        out += level(harmonics(root * ratio, samples, _gains(rng, 30, 0.3, 1.6)))
    swing = 1.0 + rng.uniform(0.0, 0.9) * sine(between(rng, 0.3, 9.0), samples)
    air = move_band(
        noise(rng, samples, 0.7),
        between(rng, 200, 3000) * 2.0 ** wander(rng, samples, 1.0, 0.4),
        0.7,
    )
    return level(out) * swing + decibels(rng.uniform(-15, 6)) * level(air)


def machine_humming(rng: Rng) -> Sound:
    """A transformer, a refrigerator, a motor, a generator, servers, or a hall full of machines."""
    samples = _length(rng, 2.0, 6.0)
    kinds = (_transformer, _compressor, _motor, _hall, _hall, _generator)
    kind = (*kinds, _computer_hall, _strange_machine)[int(rng.integers(8))]
    out = kind(rng, samples)
    body = np.exp(rng.uniform(np.log(60), np.log(2500), 4))
    out = level(out) + rng.uniform(0.0, 1.2) * level(
        ring(out, body, body / rng.uniform(3, 15), _gains(rng, 4, 0, 0.6))
    )
    return _steady(rng, out)


def fan_humming(rng: Rng) -> Sound:
    """A desk's fan, a ceiling's, a computer's, a duct: air in pulses of blades, and a motor."""
    samples = _length(rng, 2.0, 6.0)
    slow = rng.random() < 0.25
    speed = _turns(rng, samples, between(rng, 1.5, 9.0) if slow else between(rng, 12, 60), 0.004)
    if rng.random() < 0.2:
        # It is switched on or off.
        start, stop = rng.choice([0.15, 1.0, 1.0]), rng.choice([1.0, 1.0, 0.2])
        speed = speed * line(samples, (0, start), (0.4, 1), (0.6, 1), (1, stop))
    many = int(rng.integers(3, 8))
    pace = speed / speed.mean()
    air = _air(
        rng, samples, between(rng, 50, 400), between(rng, 1500, 10_000), rng.uniform(0.4, 1.8)
    )
    # Blades are not quite alike.
    chop = sine(speed * many, samples) * rng.uniform(0.05, 0.7)
    chop += sine(speed, samples, rng.random()) * rng.uniform(0.0, 0.3)
    out = air * np.clip(1.0 + chop, 0.05, 3.0) * pace**2
    tone = level(harmonics(speed * many, samples, _gains(rng, 10, 0.5, 1.8)))
    out += tone * pace**2 * decibels(rng.uniform(-27, 3) - 20 * slow)
    mains = harmonics(float(rng.choice([100.0, 120.0])), samples, _gains(rng, 8, 0.6, 1.8))
    out += level(mains) * decibels(rng.uniform(-36, -6))
    if rng.random() < 0.25:
        loose = _part(rng, between(rng, 400, 2500), 6000, between(rng, 0.01, 0.06))
        hits = repeat(rng, samples / SAMPLE_RATE, 1.0 / speed.mean() * (1 if slow else 4), loose)
        out = mix(out, rng.uniform(0.3, 2.0) * hits)[:samples]
    if rng.random() < 0.2:
        # It turns from side to side.
        out *= 1.0 + 0.4 * sine(between(rng, 0.08, 0.25), samples, rng.random())
    return _steady(rng, out)


def _sails(rng: Rng, samples: int) -> Sound:
    """A windmill: sails that sweep past one after the other, wind, cogs of wood and creaks."""
    seconds = samples / SAMPLE_RATE
    pace = between(rng, 0.5, 2.5)
    sweep = pulses(_turns(rng, samples, pace, 0.05), samples, rng.uniform(1.5, 4.0))
    centre = between(rng, 180, 1200) * 2.0 ** (sweep * rng.uniform(0.2, 1.2))
    out = level(move_band(noise(rng, samples, 1.2), centre, rng.uniform(0.6, 1.2)) * (0.1 + sweep))
    cog = _part(rng, between(rng, 150, 700), 3500, between(rng, 0.02, 0.1), 8)
    cogs = repeat(rng, seconds, 1 / (pace * rng.integers(2, 7)), cog, jitter=0.08, spread=4.0)
    out = mix(out, peak(cogs) * between(rng, 0.5, 12.0))[:samples]
    rate = between(rng, 20, 120) * 2.0 ** wander(rng, samples, 3.0, 0.5)
    creak = _wood_creak(rng, samples, rate, 250, 3000) * np.clip(sine(pace, samples), 0, 1)
    return out + peak(creak) * rng.uniform(0.0, 3.0)


def _millstone(rng: Rng, samples: int) -> Sound:
    """Stones that grind, heavy gears, and grain that runs between them."""
    pace = between(rng, 0.7, 3.0)
    turn = _turns(rng, samples, pace, 0.02)
    rough = 1.0 + rng.uniform(0.2, 0.7) * sine(turn, samples) + wander(rng, samples, 14.0, 0.3)
    grind = _air(
        rng, samples, between(rng, 80, 400), between(rng, 1200, 6000), rng.uniform(0.4, 1.4)
    )
    out = grind * np.clip(rough, 0.1, 3.0)
    out += rng.uniform(0.3, 1.5) * _air(rng, samples, 35, 160, 1.0)
    cog = _part(rng, between(rng, 120, 600), 3000, between(rng, 0.03, 0.12), 8)
    cogs = repeat(rng, samples / SAMPLE_RATE, 1 / (pace * rng.integers(2, 8)), cog, jitter=0.05)
    return mix(out, peak(cogs) * between(rng, 0.5, 12.0))[:samples]


def _water_wheel(rng: Rng, samples: int) -> Sound:
    """Water that falls on a wheel, paddle by paddle, and the wheel's axle."""
    pace = between(rng, 0.8, 3.0)
    fall = pulses(_turns(rng, samples, pace, 0.04), samples, rng.uniform(1.0, 2.5))
    water = _air(rng, samples, between(rng, 250, 900), between(rng, 4000, 11_000), 0.6)
    out = water * (0.4 + rng.uniform(0.3, 1.5) * fall)
    drip = [
        sine(between(rng, 500, 2500) * line(800, (0, 1), (1, 1.25)), 800) * fade(800, 0.001, 0.02)
        for _ in range(12)
    ]
    bubbles = scatter(
        rng, samples / SAMPLE_RATE, between(rng, 20, 150), lambda: drip[rng.integers(12)]
    )
    out += level(bubbles) * rng.uniform(0.2, 0.8)
    knock = _part(rng, between(rng, 90, 400), 2000, between(rng, 0.05, 0.2), 8)
    knocks = repeat(rng, samples / SAMPLE_RATE, 1 / pace, knock, jitter=0.05, spread=3.0)
    return mix(out, peak(knocks) * between(rng, 0.7, 9.0))[:samples]


def _turbine(rng: Rng, samples: int) -> Sound:
    """A wind power plant: three blades that swish by, its gear and its hum."""
    sweep = pulses(_turns(rng, samples, rng.uniform(0.5, 1.3), 0.02), samples, rng.uniform(1.2, 3))
    air = _air(rng, samples, between(rng, 150, 500), between(rng, 900, 4000), 0.8)
    hum = level(
        harmonics(
            _turns(rng, samples, between(rng, 50, 240), 0.003), samples, _gains(rng, 12, 0.5, 1.6)
        )
    )
    return air * (0.2 + sweep) + decibels(rng.uniform(-18, 6)) * hum


def mill_turning(rng: Rng) -> Sound:
    """A windmill, a water mill, its stones, or a wind power plant."""
    samples = _length(rng, 2.5, 6.0)
    kinds = (_sails, _sails, _millstone, _water_wheel, _turbine)
    return _steady(rng, kinds[int(rng.integers(5))](rng, samples))


def aircraft_gear_motor(rng: Rng) -> Sound:
    """A drive of an aircraft's gear or flaps: it winds up, runs and stops."""
    samples = _length(rng, 2.0, 6.0)
    up, down = rng.uniform(0.02, 0.25), rng.uniform(0.75, 0.97)
    start, stop = rng.uniform(0.1, 0.8), rng.uniform(0.1, 0.9)
    run = line(samples, (0, start), (up, 1), (0.5, rng.uniform(0.9, 1.1)), (down, 1), (1, stop))
    speed = _turns(rng, samples, between(rng, 45, 350), 0.004) * run
    low = level(harmonics(speed, samples, _gains(rng, 24, 0.4, 1.5)))
    whine = level(harmonics(speed * rng.uniform(5, 13), samples, _gains(rng, 4, 0.3, 1.2)))
    oil = _air(rng, samples, between(rng, 60, 400), between(rng, 800, 5000), rng.uniform(0.6, 1.8))
    out = low + decibels(rng.uniform(-24, -3)) * whine + decibels(rng.uniform(-21, 3)) * oil
    gate = line(samples, (0, 0), (0.03, 1), (down, 1), (min(0.999, down + 0.04), 0.3), (1, 0))
    out *= gate if rng.random() < 0.7 else 1.0
    for at, chance in ((0.0, 0.4), (down, 0.7)):
        if rng.random() < chance:
            lock = mix(
                _thump(rng, between(rng, 50, 160), between(rng, 0.1, 0.4)),
                rng.uniform(0.2, 0.9) * _part(rng, between(rng, 300, 1500), 5000, 0.08)(),
            )
            add(out, lock, at * samples / SAMPLE_RATE, rng.uniform(1.5, 5.0))
    top = between(rng, 500, 7000)
    # Often it is heard from inside.
    return ends(shape(out, (top, 0), (4 * top, -rng.uniform(6, 24))), 0.02, 0.1)


def steam_hiss(rng: Rng) -> Sound:
    """A valve, a leak, a press or a burst of steam: hard noise that spits and runs out."""
    seconds = between(rng, 0.3, 5.0)
    samples = count(seconds)
    run_out = rng.uniform(0.0, 1.5)
    track = between(rng, 1800, 9500) * 2.0 ** line(samples, (0, 0.2), (1, -run_out))
    out = level(move_band(noise(rng, samples), track, rng.uniform(0.3, 1.3)))
    broad = band(noise(rng, samples, rng.uniform(0, 1)), between(rng, 150, 1500), 14_000, 6.0)
    out += rng.uniform(0.1, 1.2) * level(broad)
    out *= np.clip(1.0 + wander(rng, samples, between(rng, 3, 60), rng.uniform(0, 0.35)), 0.1, 2)
    if rng.random() < 0.25:
        # Wet steam spits.
        spit = scatter(
            rng, seconds, between(rng, 20, 120), lambda: noise(rng, 120) * fade(120, 0, 0.003)
        )
        out += peak(band(spit, 500, 12_000, 6)) * rng.uniform(1, 5)
    kind = rng.integers(4)
    rise = min(0.3, between(rng, 0.004, 0.3) / seconds)
    if kind == 0:
        out *= line(
            samples, (0, 0), (rise, 1), (rng.uniform(0.6, 0.9), rng.uniform(0.6, 1)), (1, 0)
        )
    elif kind == 1:
        out *= fade(samples, rise * seconds, seconds * rng.uniform(0.6, 1.3))
    elif kind == 2:
        puffs = rng.integers(2, 6)
        gate = (times(samples) / seconds * puffs) % 1.0
        out *= np.exp(-gate * rng.uniform(3, 9)) * np.minimum(1, gate * 30)
    if rng.random() < 0.2:
        out = mix(out, 4.0 * _part(rng, between(rng, 400, 2000), 7000, 0.08)())
    return room(rng, ends(out, 0.003, 0.05), 0.3, 0.8)


# Cars and other engines on wheels.


def _starting(rng: Rng, samples: int, idle: float) -> tuple[Sound, Sound, Sound]:
    """Turns, load and starter of an engine that is started."""
    catch = rng.uniform(0.2, 0.55)
    crank = rng.uniform(3.5, 6.0)
    blip = rng.uniform(1.3, 2.8)
    turns = line(
        samples, (0, crank), (catch, crank), (catch + 0.06, idle * blip), (catch + 0.25, idle)
    )
    load = line(samples, (0, 0.15), (catch, 0.2), (catch + 0.03, 1), (catch + 0.3, 0.6))
    drag = 1.0 + 0.25 * sine(2.0 * turns, samples)
    whine = harmonics(between(rng, 180, 420) * drag, samples, _gains(rng, 14, 0.2, 1.0))
    gears = level(whine) + 0.5 * _air(rng, samples, 400, 5000, 0.7)
    starter = gears * (1.5 - drag) * line(samples, (0, 1), (catch, 1), (catch + 0.02, 0))
    return turns, load, starter


def car_engine(rng: Rng) -> Sound:
    """Idling, revved, driven through its gears, passing, started; a small car's or a racer's."""
    samples = _length(rng, 1.5, 6.0)
    idle = between(rng, 10.0, 18.0)
    cylinders = int(rng.choice([3, 4, 4, 4, 6, 8, 12]))
    kind = rng.integers(7)
    extra = np.zeros(samples)
    load: Sound | float = 1.0
    if kind == 0:
        turns = np.full(samples, idle)
    elif kind == 1:
        knots = [(0.0, idle), *((x, idle * rng.uniform(1, 6)) for x in np.linspace(0.15, 0.85, 5))]
        turns = line(samples, *knots, (1.0, idle * 1.1))
        load = np.clip(0.7 + np.gradient(turns) * 3000 / idle, 0.35, 1.0)
    elif kind == 2:
        # Through the gears.
        shift = (times(samples) / rng.uniform(0.9, 2.5) + rng.random()) % 1.0
        top = between(rng, 55, 140)
        turns = top * (rng.uniform(0.45, 0.65) + 0.4 * shift)
        load = np.where(shift < 0.07, 0.3, 1.0)
    elif kind == 3:
        turns, load, extra = _starting(rng, samples, idle)
    elif kind == 4:
        turns = np.full(samples, between(rng, 25, 140))
    else:
        turns = np.full(samples, between(rng, 22, 120))
        near, doppler = _pass_by(rng, samples, between(rng, 8, 60), between(rng, 2, 12))
        turns = turns * doppler
    smooth = 0.015 * SAMPLE_RATE
    width = np.hanning(int(2 * smooth))
    padded = np.pad(turns, int(smooth), mode="edge")
    turns = np.convolve(padded, width / width.sum(), "same")[int(smooth) : int(smooth) + samples]
    turns = turns * (1.0 + wander(rng, samples, 7.0, between(rng, 0.003, 0.02)))
    out = level(_engine(rng, turns, cylinders, load, between(rng, 0.3, 2.0)))
    out += decibels(rng.uniform(-9, 3)) * extra
    if kind > 4:
        tyres = _air(rng, samples, 150, between(rng, 2000, 7000), 0.8)
        out = _distant(out + rng.uniform(0.1, 1.2) * tyres, near)
    elif rng.random() < 0.3:
        cabin = between(rng, 150, 700)
        out = shape(out, (cabin, 0), (6 * cabin, -rng.uniform(12, 30)))
    return _steady(rng, drive(out, between(rng, 0.3, 3.0)))


def motorcycle_passing(rng: Rng) -> Sound:
    """One to four cylinders, hardly silenced: a moped, a twin or a racer that passes or leaves."""
    samples = _length(rng, 2.5, 6.0)
    kind = rng.integers(4)
    cylinders, uneven = ((1, 0.0), (2, 0.7), (2, 0.1), (4, 0.1))[kind]
    base = between(rng, 60, 150) if cylinders == 4 else between(rng, 25, 100)
    near, doppler = _pass_by(rng, samples, between(rng, 7, 40), between(rng, 4, 25))
    change = line(
        samples,
        (0, rng.uniform(0.7, 1.1)),
        (rng.uniform(0.4, 0.8), 1.0),
        (1, rng.uniform(0.7, 1.3)),
    )
    if rng.random() < 0.35:
        # Another gear.
        at = rng.uniform(0.35, 0.8)
        ratio = rng.uniform(0.65, 0.85)
        change = change * line(samples, (0, 0.9), (at, 1.15), (at + 0.03, 1.15 * ratio), (1, 1.0))
    turns = base * change * doppler * (1.0 + wander(rng, samples, 6.0, 0.01))
    sharp, rough = between(rng, 1.5, 9.0), rng.uniform(0.02, 0.15)
    burst = _fire(rng, turns, cylinders, sharp=sharp, rough=rough, uneven=uneven)
    out = level(_exhaust(rng, burst, 1.0, 2.5))
    tone = harmonics(turns * cylinders / 2, samples, _gains(rng, 30, 0.2, 1.0))
    out += decibels(rng.uniform(-15, 3)) * level(tone)
    out = drive(out, between(rng, 0.7, 6.0))
    out += decibels(rng.uniform(-36, -18)) * _air(rng, samples, 200, 7000, 0.7)
    return room(rng, _microphone(rng, ends(_distant(out, near, 12_000), 0.1, 0.3)), 0.3)


def tank_rumble(rng: Rng) -> Sound:
    """A heavy diesel or turbine, and tracks that clatter and squeal over their rollers."""
    samples = _length(rng, 2.0, 6.0)
    seconds = samples / SAMPLE_RATE
    turns = _turns(rng, samples, between(rng, 8, 35), 0.02)
    if rng.random() < 0.3:
        turns = turns * line(
            samples, (0, rng.uniform(0.4, 0.9)), (0.5, 1.0), (1, rng.uniform(0.8, 1.3))
        )
    out = level(_engine(rng, turns, int(rng.choice([6, 8, 12])), 1.0, 1.0))
    out += rng.uniform(0.2, 1.0) * _air(rng, samples, 35, between(rng, 120, 500), 1.0)
    if rng.random() < 0.4:
        whine = between(rng, 500, 3000) * turns / turns.mean()
        out += decibels(rng.uniform(-24, -6)) * level(harmonics(whine, samples, [1, 0.3, 0.2]))
    if rng.random() < 0.7:
        links = [
            _part(rng, between(rng, 150, 600), 5000, between(rng, 0.03, 0.15), 9) for _ in range(3)
        ]
        pace = between(rng, 0.05, 0.2)
        clatter = repeat(rng, seconds, pace, lambda: links[rng.integers(3)](), jitter=0.1, spread=4)
        loose = scatter(rng, seconds, between(rng, 5, 40), links[0], 7.0)
        loud = between(rng, 2.0, 14.0)
        out = mix(out, loud * peak(clatter), 0.6 * loud * peak(loose))[:samples]
        squeal = between(rng, 700, 2600) * 2.0 ** wander(rng, samples, 5.0, 0.12)
        gate = np.clip(wander(rng, samples, 3.0, 1.0), 0, 1)
        sound = harmonics(squeal, samples, _gains(rng, 5, 0.3, 1.2)) * gate
        out += rng.uniform(0.0, 0.6) * level(sound)
    return _steady(rng, drive(out, between(rng, 0.5, 4.0)))


def _rollers(rng: Rng, samples: int, rate: float, low: float, high: float) -> Sound:
    """Stones under tyres or a floor's unevenness: many small strikes, some large."""
    grains = []
    for _ in range(24):
        middle = between(rng, low, high)
        short = between(rng, 0.002, 0.02)
        part = noise(rng, count(2.5 * short)) * fade(count(2.5 * short), 0.0003, short)
        grains.append(peak(band(part, 0.6 * middle, 1.7 * middle, 12)))
    return scatter(rng, samples / SAMPLE_RATE, rate, lambda: grains[rng.integers(24)], 9.0)


def car_on_gravel_road(rng: Rng) -> Sound:
    """Tyres that crunch on stones and throw them under the car, and the car's rumble."""
    samples = _length(rng, 2.0, 6.0)
    pace = np.clip(1.0 + wander(rng, samples, 1.0, 0.2), 0.3, 2.0)
    if rng.random() < 0.35:
        pace = pace * line(samples, (0, rng.uniform(0.2, 1)), (0.5, 1), (1, rng.uniform(0.05, 1)))
    fine = level(_rollers(rng, samples, between(rng, 400, 1200), 600, between(rng, 2500, 9000)))
    base = _air(
        rng, samples, between(rng, 100, 400), between(rng, 1500, 8000), rng.uniform(0.3, 1.2)
    )
    base *= np.clip(1.0 + wander(rng, samples, 35.0, 0.4), 0.1, 2.5)
    out = fine + decibels(rng.uniform(-12, 6)) * base
    stones = _rollers(rng, samples, between(rng, 8, 60), 250, 2500)
    out += peak(
        ring(stones, [180, 420, 900, 1700], [60, 90, 150, 250], [1, 1, 0.7, 0.5])
    ) * rng.uniform(0.5, 4)
    rumble = _air(rng, samples, 30, between(rng, 100, 350), 1.0)
    out += (
        decibels(rng.uniform(-9, 12)) * rumble * np.clip(1 + wander(rng, samples, 8.0, 0.3), 0, 2)
    )
    if rng.random() < 0.6:
        turns = between(rng, 15, 60) * (0.6 + 0.4 * pace)
        out += decibels(rng.uniform(-18, 3)) * level(_engine(rng, turns, 4, 0.6, 0.6))
    return _steady(rng, out * pace)


def wooden_cart_rolling(rng: Rng) -> Sound:
    """Wheels with iron on them over stones or earth; boards that knock and an axle that creaks."""
    samples = _length(rng, 1.5, 6.0)
    seconds = samples / SAMPLE_RATE
    knock = [_part(rng, between(rng, 70, 350), 2500, between(rng, 0.03, 0.15), 9) for _ in range(3)]
    bumps = scatter(rng, seconds, between(rng, 6, 30), lambda: knock[rng.integers(3)](), 6.0)
    out = peak(bumps) * 6.0
    heavy = [_thump(rng, between(rng, 45, 150), between(rng, 0.08, 0.3)) for _ in range(3)]
    jolts = scatter(rng, seconds, between(rng, 2, 12), lambda: heavy[rng.integers(3)], 5.0)
    out = mix(out, peak(jolts) * between(rng, 2.0, 12.0))[:samples]
    iron = _rollers(rng, samples, between(rng, 100, 900), 500, between(rng, 2500, 8000))
    body = np.exp(rng.uniform(np.log(120), np.log(2000), 6))
    out += level(iron + 2 * ring(iron, body, 0.15 * body, _gains(rng, 6, 0, 0.5))) * rng.uniform(
        0.2, 1.2
    )
    out += rng.uniform(0.2, 1.2) * _air(rng, samples, 40, between(rng, 150, 500), 1.0)
    turn = between(rng, 0.5, 2.0)
    if rng.random() < 0.75:
        gate = np.clip(sine(turn, samples, rng.random()) + rng.uniform(-0.3, 0.5), 0, 1)
        pitch = between(rng, 40, 350) * 2.0 ** (wander(rng, samples, 4.0, 0.3) + 0.3 * gate)
        creak = _wood_creak(rng, samples, pitch, 400, 4500, 0.3) * gate
        out += peak(creak) * between(rng, 0.5, 6.0)
    if rng.random() < 0.4:
        load = _part(rng, between(rng, 600, 2500), 7000, between(rng, 0.02, 0.2))
        loose = scatter(rng, seconds, between(rng, 3, 15), load, 7.0)
        out += peak(loose) * between(rng, 0.5, 4.0)
    return _steady(rng, out)


def _cars(rng: Rng, samples: int, away: float) -> Sound:
    """Cars that pass one after the other."""
    out = np.zeros(samples)
    kinds = [
        _air(rng, samples, between(rng, 100, 500), between(rng, 1200, 7000), 0.8) for _ in "ab"
    ]
    for _ in range(int(rng.integers(2, 7))):
        near, doppler = _pass_by(rng, samples, between(rng, 6, 25), away * between(rng, 3, 25))
        place = np.arange(samples) + int(rng.uniform(-0.5, 0.5) * samples)
        near, doppler = (np.interp(place, np.arange(samples), x) for x in (near, doppler))
        tyres = np.roll(kinds[int(rng.integers(2))], int(rng.integers(samples)))
        # Four bursts in two turns, and what the cylinders differ by.
        turns = between(rng, 14, 50) * doppler * (1.0 + wander(rng, samples, 5.0, 0.01))
        engine = harmonics(turns / 2.0, samples, _gains(rng, 20, 0.2, 1.0))
        engine += harmonics(turns * 2.0, samples, _gains(rng, 16, 0.2, 1.2))
        car = tyres + decibels(rng.uniform(-9, 9)) * level(engine)
        out += _distant(car, near, 7000.0) * between(rng, 0.4, 2.0)
    return out


def street_traffic(rng: Rng) -> Sound:
    """Cars that pass one after the other, near or on a far road; now and then a horn."""
    samples = _length(rng, 3.0, 6.0)
    out = rng.uniform(0.2, 1.0) * _air(rng, samples, 40, between(rng, 300, 1500), 1.2)
    out += _cars(rng, samples, float(rng.choice([1.0, 1.0, 4.0])))
    if rng.random() < 0.2:
        long = count(between(rng, 0.15, 0.8))
        pair = between(rng, 300, 500)
        toot = sum(harmonics(pair * f, long, _gains(rng, 16, 0.3, 1.0)) for f in (1.0, 1.26))
        toot = ends(level(band(np.asarray(toot), 300, 3500, 9)), 0.01, 0.03)
        add(out, toot, rng.uniform(0, samples / SAMPLE_RATE), rng.uniform(0.1, 0.8))
    return _steady(rng, room(rng, out, 0.4)[:samples])


def tyre_skid(rng: Rng) -> Sound:
    """Rubber that sticks and slips: a squeal of braking or turning, or a chirp, over scraping."""
    seconds = between(rng, 0.12, 2.5)
    samples = count(seconds)
    base = between(rng, 300, 1500)
    bend = line(samples, (0, rng.uniform(0.85, 1.1)), (0.5, 1), (1, rng.uniform(0.6, 1.05)))
    out = np.zeros(samples)
    for _ in range(int(rng.integers(1, 5))):
        own = base * bend * rng.uniform(0.93, 1.07) * 2.0 ** wander(rng, samples, 6.0, 0.05)
        shaky = own * (1.0 + wander(rng, samples, 120.0, between(rng, 0.003, 0.04)))
        tone = harmonics(shaky, samples, _gains(rng, 8, 0.8, 2.4))
        out += tone * np.clip(1.0 + wander(rng, samples, 12.0, 0.6), 0.0, 2.5)
    rough = np.clip(1.0 + wander(rng, samples, 70.0, rng.uniform(0.1, 0.8)), 0.0, 3.0)
    out = level(out * rough) * decibels(rng.uniform(-12, 3))
    scrape = move_band(
        noise(rng, samples, 0.5), base * bend * between(rng, 0.6, 2.0), rng.uniform(0.5, 1.4)
    )
    out += level(scrape * rough)
    if rng.random() < 0.4:
        out += decibels(rng.uniform(-9, 6)) * _air(rng, samples, 40, between(rng, 150, 500), 1.0)
    start = rng.uniform(0.02, 0.25)
    out *= line(samples, (0, 0), (start, 1), (rng.uniform(0.5, 0.9), rng.uniform(0.6, 1)), (1, 0))
    return room(rng, ends(out, 0.005, 0.03), 0.4)


def gear_shift(rng: Rng) -> Sound:
    """A lever that is pushed through its gate: a clack, a clunk below, teeth that grate."""
    out = silence(1.5)
    now = 0.0
    lever = _part(rng, between(rng, 250, 1500), 5000, between(rng, 0.015, 0.08))
    for _ in range(int(rng.integers(1, 4))):
        clunk = _thump(rng, between(rng, 45, 160), between(rng, 0.08, 0.4))
        add(out, clunk, now, between(rng, 0.3, 3.0))
        add(out, lever(), now + rng.uniform(0, 0.01), between(rng, 0.1, 1.0))
        slide = between(rng, 0.05, 0.2)
        rub = band(noise(rng, count(slide), 0.5), 300, between(rng, 2000, 7000), 9)
        add(out, peak(ends(rub, 0.01, 0.02)), now + 0.01, rng.uniform(0.0, 0.2))
        now += slide + rng.uniform(0.0, 0.15)
    if rng.random() < 0.2:
        grate = repeat(rng, between(rng, 0.1, 0.4), 1 / between(rng, 40, 150), lever, jitter=0.05)
        add(out, peak(grate), now, rng.uniform(0.3, 1.0))
        now += 0.3
    out = out[: count(now + between(rng, 0.1, 0.4))]
    if rng.random() < 0.35:
        # The engine is heard, before and after.
        pace = line(len(out), (0, 1), (0.3, 0.9), (0.5, 0.6), (1, 0.65)) * between(rng, 25, 70)
        out += decibels(rng.uniform(-30, -12)) * level(_engine(rng, pace, 4, 0.6, 0.5))
    return room(rng, _microphone(rng, ends(out, 0.001, 0.05)), 0.4, 0.4)


def car_backfire(rng: Rng) -> Sound:
    """Fuel that burns in the exhaust: one bang, or pops and crackle while the engine slows down."""
    pipe = between(rng, 60, 220)
    hertz = pipe * np.array([1.0, 2.1, 3.2, 5.0, 8.0])
    dull = between(rng, 500, 6000)

    def pop() -> Sound:
        short = between(rng, 0.02, 0.12)
        part = noise(rng, count(4 * short), rng.uniform(0, 0.8)) * fade(
            count(4 * short), 0.0005, short
        )
        part[: count(0.003)] += np.linspace(6, 0, count(0.003))
        out = ring(part, hertz, 0.3 * hertz, _gains(rng, 5, 0.2, 1.0)) + 0.3 * part
        return drive(shape(out, (dull, 0), (4 * dull, -24)), between(rng, 1, 5))

    kind = rng.integers(3)
    if kind == 0:
        return room(rng, _microphone(rng, pop()), 0.7, 1.5)
    seconds = between(rng, 0.3, 3.0)
    out = scatter(rng, seconds, between(rng, 3, 18), pop, 5.0)
    out = mix(out, pop())
    if kind == 2:
        turns = between(rng, 40, 100) * line(len(out), (0, 1), (1, rng.uniform(0.4, 0.8)))
        out += decibels(rng.uniform(-24, -6)) * level(_engine(rng, turns, 4, 0.5, 1.5)) * 0.5
    return room(rng, _microphone(rng, ends(out, 0.001, 0.1)), 0.6, 1.2)


# What flies.


def _rc_plane(rng: Rng, samples: int) -> Sound:
    """A model's small two-stroke engine: a loud buzz, high up."""
    turns = _turns(rng, samples, between(rng, 130, 350), 0.02)
    near, doppler = _pass_by(rng, samples, between(rng, 8, 30), between(rng, 5, 20))
    out = harmonics(turns * doppler, samples, _gains(rng, 40, -0.2, 0.9))
    return _distant(level(out) + 0.1 * noise(rng, samples), 0.15 + 0.85 * near, 12_000)


def propeller_plane(rng: Rng) -> Sound:
    """A piston engine and its propeller: steady, started, flying past, diving, or a model's."""
    samples = _length(rng, 2.0, 6.0)
    kind = rng.integers(6)
    if kind == 0:
        return _steady(rng, _rc_plane(rng, samples))
    turns = _turns(rng, samples, between(rng, 16, 45), between(rng, 0.003, 0.02))
    if kind == 1:
        start = rng.uniform(0.1, 0.35)
        turns = turns * line(samples, (0, 0.15), (start, 0.2), (start + 0.15, 0.9), (1, 1))
    if kind == 2:
        turns = turns * line(samples, (0, 0.9), (1, rng.uniform(1.2, 1.7)))
    near = np.ones(samples)
    if kind > 3:
        near, doppler = _pass_by(rng, samples, between(rng, 30, 110), between(rng, 25, 150))
        turns = turns * doppler
    blades = int(rng.choice([2, 2, 3, 4]))
    prop = level(harmonics(turns * blades, samples, _gains(rng, 40, 0.2, 1.2)))
    cylinders = int(rng.choice([4, 6, 9, 12]))
    burst = _fire(
        rng, turns, cylinders, sharp=between(rng, 1.5, 6), rough=rng.uniform(0.05, 0.3), uneven=0.2
    )
    out = prop * between(rng, 0.2, 2.0) + level(_exhaust(rng, burst, 1.0, 1.0))
    chop = 1.0 + rng.uniform(0.2, 0.9) * sine(turns * blades, samples)
    out += (
        decibels(rng.uniform(-20, 0))
        * chop
        * _air(rng, samples, 100, between(rng, 1500, 8000), 1.0)
    )
    if rng.random() < 0.3:
        # Two engines that are not quite together.
        out += level(
            harmonics(turns * blades * rng.uniform(1.005, 1.03), samples, _gains(rng, 30, 0.3, 1.2))
        )
    top = between(rng, 600, 8000)
    out = shape(drive(out, between(rng, 0.4, 3.0)), (top, 0), (4 * top, -rng.uniform(6, 24)))
    return _steady(rng, _distant(out, near) if kind > 3 else out)


def helicopter(rng: Rng) -> Sound:
    """A rotor that slaps, a tail's buzz, a turbine: hovering, passing, started, from inside."""
    samples = _length(rng, 2.0, 6.0)
    kind = rng.integers(6)
    spin = np.ones(samples)
    near = np.ones(samples)
    if kind == 0:
        spin = line(samples, (0, rng.uniform(0.1, 0.4)), (1, 1))
    elif kind == 1:
        spin = line(samples, (0, 1), (1, rng.uniform(0.15, 0.5)))
    elif kind < 4:
        near, spin = _pass_by(rng, samples, between(rng, 15, 60), between(rng, 15, 80))
    rotor = _turns(rng, samples, between(rng, 9, 28), 0.006) * spin
    slap = pulses(rotor, samples, between(rng, 1.5, 7.0))
    slap *= np.clip(1.0 + wander(rng, samples, 15.0, 0.2), 0.3, 2.0)
    thump = level(band(slap - slap.mean(), 30, between(rng, 120, 700), 9))
    air = _air(rng, samples, 80, between(rng, 1200, 8000), rng.uniform(0.6, 1.4))
    out = thump * between(rng, 0.3, 2.5) + air * (rng.uniform(0.1, 0.6) + slap)
    tail = harmonics(rotor * rng.uniform(4.5, 6.5), samples, _gains(rng, 12, 0.3, 1.2))
    out += decibels(rng.uniform(-24, 0)) * level(tail)
    whine = between(rng, 400, 4500) * spin ** rng.uniform(0.5, 1.0)
    turbine = harmonics(whine, samples, _gains(rng, 4, 0.2, 1.2))
    turbine += 0.6 * harmonics(whine * rng.uniform(1.2, 1.9), samples, _gains(rng, 3, 0.2, 1.2))
    out += decibels(rng.uniform(-30, 0 if kind < 2 else -9)) * level(turbine)
    hiss = move_band(noise(rng, samples), np.maximum(1.3 * whine, 300), 0.9)
    out += decibels(rng.uniform(-24, 3 if kind < 2 else -6)) * level(hiss)
    if kind == 4:
        top = between(rng, 150, 800)
        out = shape(out, (top, 0), (5 * top, -rng.uniform(9, 24)))
    out = drive(out, between(rng, 0.4, 3.0))
    return _steady(rng, _distant(out, near) if 1 < kind < 4 else out)


def jet_aircraft(rng: Rng) -> Sound:
    """A jet that passes over, takes off far away, idles with its whine, winds up, from inside."""
    samples = _length(rng, 2.0, 6.0)
    kind = rng.integers(6)
    spin = np.ones(samples)
    near = np.ones(samples)
    if kind == 0:
        start, stop = rng.uniform(0.15, 0.6), 1.0
        spin = (
            line(samples, (0, start), (1, stop))
            if rng.random() < 0.6
            else line(samples, (0, stop), (1, start))
        )
    elif kind < 4:
        near, spin = _pass_by(rng, samples, between(rng, 50, 250), between(rng, 50, 400))
    roar = between(rng, 100, 900) * (0.35 + 0.65 * near) * spin
    out = level(move_band(noise(rng, samples, 0.6), roar, rng.uniform(1.0, 2.2)))
    rough = wander(rng, samples, between(rng, 8, 60), 1.0)
    out *= np.exp(rng.uniform(0.03, 0.35) * rough)
    rumble = _air(rng, samples, 35, between(rng, 100, 350), 1.0)
    out += (
        decibels(rng.uniform(-12, 6)) * rumble * np.clip(1 + wander(rng, samples, 6.0, 0.3), 0, 2)
    )
    whine = between(rng, 700, 5500) * spin
    tones = harmonics(whine, samples, _gains(rng, 3, 0.2, 1.2))
    for _ in range(int(rng.integers(0, 4))):
        tones += rng.uniform(0.1, 0.8) * sine(whine * rng.uniform(0.3, 2.2), samples)
    loud = rng.uniform(-30, -6) if kind else rng.uniform(-12, 3)
    out += decibels(loud) * level(tones * (1.0 + wander(rng, samples, 20.0, 0.2)))
    hiss = level(move_band(noise(rng, samples), np.maximum(whine, 200), rng.uniform(0.3, 1.0)))
    out += decibels(loud - rng.uniform(-6, 9)) * hiss
    if kind == 4:
        top = between(rng, 200, 1500)
        out = shape(out, (top, 0), (6 * top, -rng.uniform(12, 30)))
    top = float(rng.choice([0.2, 0.5, 1.0]))
    out = _distant(out, np.maximum(near, 0.03) ** top) if 0 < kind < 4 else out
    return _steady(rng, drive(out, between(rng, 0.3, 4.0)))


def spaceship_engine(rng: Rng) -> Sound:
    """A film's engine: a drone of tones that beat, noise through a comb, winding up or past."""
    samples = _length(rng, 2.0, 6.0)
    kind = rng.integers(4)
    glide = {
        0: np.ones(samples),
        1: line(samples, (0, rng.uniform(0.2, 0.6)), (0.7, 1), (1, 1)),
        2: line(samples, (0, 1), (1, rng.uniform(0.2, 0.7))),
        3: _pass_by(rng, samples, 120.0, between(rng, 20, 90))[1],
    }[int(kind)]
    root = between(rng, 28, 140)
    out = np.zeros(samples)
    for _ in range(int(rng.integers(2, 6))):
        ratio = float(rng.choice([1.0, 1.0, 2.0, 1.5, 0.5, 3.0])) * rng.uniform(0.985, 1.015)
        out += level(harmonics(root * ratio * glide, samples, _gains(rng, 30, 0.3, 1.5)))
    out = level(out) * (1.0 + rng.uniform(0, 0.7) * sine(between(rng, 0.3, 14.0), samples))
    air = noise(rng, samples, rng.uniform(0.5, 1.5))
    # A comb that moves: what is heard once more, a little later.
    late = count(between(rng, 0.001, 0.01))
    comb = air + rng.uniform(0.4, 0.9) * np.append(np.zeros(late), air)[:samples]
    centre = between(rng, 120, 1500) * glide * 2.0 ** wander(rng, samples, 0.8, 0.5)
    out += decibels(rng.uniform(-12, 6)) * level(move_band(comb, centre, rng.uniform(0.5, 1.4)))
    if rng.random() < 0.5:
        whine = between(rng, 300, 3000) * glide**2
        ringing = sine(whine, samples) * (1 + 0.5 * sine(between(rng, 3, 60), samples))
        out += decibels(rng.uniform(-24, -6)) * ringing
    swell = line(
        samples, (0, rng.uniform(0, 1)), (rng.uniform(0.2, 0.7), 1), (1, rng.uniform(0, 1))
    )
    return _steady(rng, drive(out * swell, between(rng, 0.4, 4.0)))


# On rails, and at sea.


def _train_horn(rng: Rng) -> Sound:
    """A chord of air horns."""
    samples = count(between(rng, 0.4, 2.0))
    root = between(rng, 220, 450)
    ratios = ([1.0, 1.26, 1.5], [1.0, 1.19, 1.41, 1.68], [1.0, 1.33], [1.0])[int(rng.integers(4))]
    rise = line(samples, (0, 0.97), (0.1, 1), (0.9, 1), (1, 0.97))
    chord = sum(harmonics(root * f * rise, samples, _gains(rng, 18, 0.3, 1.1)) for f in ratios)
    return ends(level(np.asarray(chord)), 0.04, 0.15)


def _wheels(rng: Rng, seconds: float) -> Sound:
    """Wheels over joints of rails: two and two, car after car."""
    clack = [_part(rng, between(rng, 80, 400), 3500, between(rng, 0.04, 0.2), 9) for _ in range(2)]
    heavy = _thump(rng, between(rng, 40, 120), between(rng, 0.08, 0.25))
    gap = between(rng, 0.07, 0.25)
    weight = rng.uniform(0.2, 1.0)

    def bogie() -> Sound:
        out = np.zeros(count(gap) + 16_000)
        for number in (0, 1):
            add(out, mix(clack[number](), weight * heavy), number * gap, rng.uniform(0.6, 1.0))
        return out

    return peak(repeat(rng, seconds, gap * rng.uniform(2.2, 5.0), bogie, jitter=0.05, spread=2.5))


def train_passing(rng: Rng) -> Sound:
    """A train, a tram or a cart on rails: wheels over joints, rumble, squeals, sometimes a horn."""
    samples = _length(rng, 1.5, 6.0)
    seconds = samples / SAMPLE_RATE
    cart = rng.random() < 0.25
    low = between(rng, 100, 300) if cart else 35.0
    out = _air(rng, samples, low, between(rng, 250, 1200), rng.uniform(0.8, 1.5))
    out *= np.clip(1.0 + wander(rng, samples, between(rng, 3, 20), 0.25), 0.2, 2)
    rail = _air(rng, samples, between(rng, 400, 1200), between(rng, 2500, 8000), 0.5)
    # Wheels and rails sing, each at some pitches.
    hertz = np.exp(rng.uniform(np.log(200), np.log(3500), 6))
    rail = rail + rng.uniform(0.0, 2.5) * level(
        ring(rail, hertz, 0.03 * hertz, _gains(rng, 6, 0, 0.5))
    )
    out += decibels(rng.uniform(-18, 3)) * rail * np.clip(1 + wander(rng, samples, 9.0, 0.3), 0, 2)
    if rng.random() < 0.85:
        out = mix(out, between(rng, 3.0, 18.0) * _wheels(rng, seconds))[:samples]
    if cart:
        stones = _rollers(rng, samples, between(rng, 60, 400), 250, 2500)
        out += level(stones) * rng.uniform(0.5, 2.0)
    if rng.random() < 0.3:
        for _ in range(int(rng.integers(1, 4))):
            pitch = between(rng, 1500, 5500) * (1.0 + wander(rng, samples, 2.0, 0.01))
            gate = np.clip(wander(rng, samples, 2.5, 1.0), 0, 1)
            out += decibels(rng.uniform(-18, 0)) * gate * level(harmonics(pitch, samples, [1, 0.3]))
    if rng.random() < 0.35:
        # A motor or a diesel pulls.
        turns = _turns(rng, samples, between(rng, 10, 90), 0.01)
        out += decibels(rng.uniform(-12, 3)) * level(
            harmonics(turns, samples, _gains(rng, 40, 0.2, 1.2))
        )
    near = np.ones(samples)
    if rng.random() < 0.5:
        near = line(
            samples,
            (0, rng.uniform(0.05, 1)),
            (rng.uniform(0.3, 0.6), 1),
            (1, rng.uniform(0.05, 1)),
        )
        out = _distant(out, near)
    if not cart and rng.random() < 0.25:
        add(out, _train_horn(rng), rng.uniform(0, seconds / 2), rng.uniform(0.5, 2.0))
    return _steady(rng, out)


def ship_creaking(rng: Rng) -> Sound:
    """A wooden hull at sea: planks that groan, ropes, blocks that knock, water along it."""
    samples = _length(rng, 1.5, 6.0)
    seconds = samples / SAMPLE_RATE
    out = np.zeros(samples)
    swell = between(rng, 0.12, 0.7)
    for _ in range(int(rng.integers(1, 5))):
        part = count(min(seconds, between(rng, 0.2, 2.5)))
        push = line(part, (0, 0), (rng.uniform(0.2, 0.8), 1), (1, 0))
        rate = between(rng, 12, 140) * 2.0 ** (
            push * rng.uniform(-0.5, 1.2) + wander(rng, part, 5.0, 0.3)
        )
        low = between(rng, 90, 600)
        creak = _wood_creak(rng, part, rate, low, between(rng, 1500, 6000))
        creak *= push ** rng.uniform(0.3, 1.5)
        add(
            out,
            peak(creak),
            rng.uniform(0, max(0.01, seconds - 0.3 * part / SAMPLE_RATE)),
            between(rng, 0.2, 1.0),
        )
    if rng.random() < 0.8:
        waves = 1.0 + rng.uniform(0.2, 0.9) * sine(swell, samples, rng.random())
        water = _air(
            rng, samples, between(rng, 60, 400), between(rng, 800, 7000), rng.uniform(0.6, 1.5)
        )
        water *= waves * np.clip(1.0 + wander(rng, samples, 9.0, 0.35), 0.1, 2.5)
        out += water * between(rng, 0.01, 0.25)
    if rng.random() < 0.7:
        block = _part(rng, between(rng, 120, 700), 2500, between(rng, 0.04, 0.2), 8)
        moments = np.sort(rng.uniform(0, seconds - 0.2, int(rng.integers(1, 8))))
        out = mix(
            out, rng.uniform(0.2, 1.0) * placed(block, moments, rng.uniform(0.2, 1.0, len(moments)))
        )
    hull = _air(rng, len(out), 35, between(rng, 100, 300), 1.0)
    out += hull * between(rng, 0.005, 0.2)
    return _steady(rng, room(rng, out, 0.5, 1.0))


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "aircraft gear motor": aircraft_gear_motor,
    "car backfire": car_backfire,
    "car engine": car_engine,
    "car on gravel road": car_on_gravel_road,
    "fan humming": fan_humming,
    "gear shift": gear_shift,
    "helicopter": helicopter,
    "jet aircraft": jet_aircraft,
    "machine humming": machine_humming,
    "mill turning": mill_turning,
    "motorcycle passing": motorcycle_passing,
    "propeller plane": propeller_plane,
    "ship creaking": ship_creaking,
    "spaceship engine": spaceship_engine,
    "steam hiss": steam_hiss,
    "street traffic": street_traffic,
    "tank rumble": tank_rumble,
    "train passing": train_passing,
    "tyre skid": tyre_skid,
    "wooden cart rolling": wooden_cart_rolling,
}
"""Takes of engines, motors and vehicles, by label."""
