"""Machines, sirens and blasts in their plainest forms.

After Farnell (2010), "Designing Sound", part IV: what turns makes harmonics of its turns, what
flows makes noise, what bursts makes noise that begins all at once and grows dull.
"""

from collections.abc import Callable

import numpy as np

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
    formants,
    harmonics,
    level,
    line,
    move_band,
    noise,
    peak,
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


def _slope(rng: Rng, orders: int, low: float, high: float) -> Sound:
    """Gains of harmonics that fall by some power of their order, unevenly."""
    falling = np.arange(1, orders + 1) ** -rng.uniform(low, high)
    return np.asarray(falling * 10.0 ** (rng.normal(0.0, 7.0, orders) / 20.0))


def machine_humming(rng: Rng) -> Sound:
    """A transformer, a refrigerator, a motor, or a hall full of machines."""
    samples = count(rng.uniform(2.0, 6.0))
    hertz = float(rng.choice([50.0, 60.0, 100.0, 120.0, between(rng, 25.0, 400.0)]))
    track = hertz * (1.0 + wander(rng, samples, 0.7, between(rng, 0.0005, 0.01)))
    hum = level(harmonics(track, samples, _slope(rng, int(rng.integers(6, 40)), 0.2, 1.8)))
    beat = 1.0 + rng.uniform(0.0, 0.5) * sine(between(rng, 0.5, 30.0), samples)
    air = level(band(noise(rng, samples, rng.uniform(0.5, 2.0)), 60.0, between(rng, 500, 9000), 6))
    out = hum * beat + air * decibels(rng.uniform(-25.0, 6.0))
    if rng.random() < 0.4:
        # Something in it rattles or knocks once a turn.
        turn = between(rng, 2.0, 25.0)
        knock = pulses(turn, samples, between(rng, 3.0, 30.0)) * noise(rng, samples)
        low = between(rng, 150.0, 2500.0)
        out += level(band(knock, low, 3.0 * low)) * decibels(rng.uniform(-12.0, 3.0))
    body = between(rng, 80.0, 900.0)
    out = out + level(ring(out, [body, 2.7 * body], [body / 4, body / 3], [1.0, 0.5])) * 0.5
    return ends(out, rng.uniform(0.01, 0.6), rng.uniform(0.05, 0.8))


def fan_humming(rng: Rng) -> Sound:
    """Blades that turn: noise that comes and goes with them, and the motor's tone."""
    samples = count(rng.uniform(2.0, 6.0))
    blades = between(rng, 20.0, 180.0) * (1.0 + wander(rng, samples, 0.5, 0.004))
    air = band(noise(rng, samples, rng.uniform(0.7, 1.6)), 80.0, between(rng, 1500, 8000), 9)
    chopped = level(air) * (1.0 + rng.uniform(0.1, 0.7) * sine(blades, samples))
    tone = level(harmonics(blades, samples, _slope(rng, 12, 0.8, 2.0)))
    motor = sine(float(rng.choice([100.0, 120.0])), samples)
    out = chopped + tone * decibels(rng.uniform(-15, 3)) + motor * decibels(rng.uniform(-30, -8))
    return ends(out, rng.uniform(0.02, 0.8), rng.uniform(0.1, 0.8))


def electric_sparks(rng: Rng) -> Sound:
    """An arc, a short circuit, a discharge: crackling, with the mains in it."""
    seconds = rng.uniform(0.2, 3.0)
    samples = count(seconds)

    def snap() -> Sound:
        one = noise(rng, count(between(rng, 0.0008, 0.012)))
        return one * fade(len(one), 0.0001, len(one) / 32_000)

    bursts = wander(rng, samples, between(rng, 2.0, 9.0), 1.0)

    def rate(now: float) -> float:
        return float(between(rng, 60.0, 500.0) * (bursts[min(samples - 1, count(now))] > -0.2) + 2)

    crackle = scatter(rng, seconds, rate, snap, 9.0)
    out = peak(band(crackle, between(rng, 300.0, 1500.0), 15_000.0, 6.0))
    if rng.random() < 0.7:
        mains = float(rng.choice([100.0, 120.0]))
        buzz = pulses(mains, samples, between(rng, 4.0, 20.0)) * (0.4 + np.abs(noise(rng, samples)))
        gate = np.clip(wander(rng, samples, between(rng, 3.0, 20.0), 1.0) + 0.4, 0.0, 1.0)
        out += peak(band(buzz, 150.0, 9000.0, 4.0) * gate) * rng.uniform(0.2, 1.0)
    return ends(out, 0.001, 0.02)


def radio_static(rng: Rng) -> Sound:
    """Between two stations: hiss, crackle, whistles that slide."""
    seconds = rng.uniform(1.0, 5.0)
    samples = count(seconds)
    hiss = band(noise(rng, samples), between(rng, 100, 500), between(rng, 3000, 9000), 18)
    out = level(hiss) * (1.0 + np.clip(wander(rng, samples, 6.0, 0.35), -0.8, 2.0))
    pops = scatter(rng, seconds, between(rng, 1, 40), lambda: rng.standard_normal(12), 9.0)
    out += 2.0 * band(pops, 300.0, 6000.0)
    if rng.random() < 0.5:
        slide = between(rng, 400, 2500) * 2.0 ** wander(rng, samples, 0.8, 0.7)
        out += rng.uniform(0.2, 0.8) * sine(slide, samples)
    return ends(out)


def steam_hiss(rng: Rng) -> Sound:
    """A valve: noise that begins hard, whistles a little and runs out."""
    samples = count(rng.uniform(0.4, 4.0))
    track = between(rng, 2500, 9000) * 2.0 ** line(samples, (0, 0.2), (1, -rng.uniform(0, 0.8)))
    out = move_band(noise(rng, samples), track, rng.uniform(0.4, 1.2))
    out += 0.4 * band(noise(rng, samples), 1500.0, 14_000.0, 6.0)
    shapes = line(samples, (0, 0), (rng.uniform(0.01, 0.1), 1), (0.7, rng.uniform(0.4, 1)), (1, 0))
    return ends(out * shapes)


def car_engine(rng: Rng) -> Sound:
    """Idling, revved, passing by or starting: bursts of an exhaust in a pipe."""
    samples = count(rng.uniform(1.5, 6.0))
    idle = between(rng, 18.0, 45.0)
    kind = rng.integers(4)
    revs = {
        0: line(samples, (0, 1), (1, 1)),
        1: line(samples, (0, 1), (0.3, rng.uniform(2, 5)), (0.6, rng.uniform(1.5, 4)), (1, 1.1)),
        2: line(samples, (0, 3), (0.45, 3.2), (0.6, 2.7), (1, 2.6)),
        3: line(samples, (0, 0.4), (0.25, 0.45), (0.3, 2.2), (0.5, 1.2), (1, 1)),
    }[int(kind)]
    track = idle * revs * (1.0 + wander(rng, samples, 8.0, 0.015))
    fire = sum(
        pulses(track / 2, samples, 2 * between(rng, 4.0, 12.0), phase) * rng.uniform(0.6, 1.0)
        for phase in (0.0, 0.25, 0.5, 0.75)
    )
    burst = fire * (0.6 + 0.6 * np.abs(noise(rng, samples)))
    pipe = between(rng, 60.0, 180.0)
    out = ring(
        burst, [pipe, 2.2 * pipe, 4.1 * pipe, 8 * pipe], [30, 60, 120, 400], [1, 0.8, 0.5, 0.3]
    )
    out = level(out) + 0.3 * level(harmonics(track, samples, _slope(rng, 24, 0.6, 1.4)))
    whir = band(noise(rng, samples, 1.0), 200.0, between(rng, 2000, 7000), 6.0)
    out += decibels(rng.uniform(-22, -6)) * level(whir) * revs / revs.max()
    if kind == 2:
        out *= line(samples, (0, 0.05), (0.4, 0.6), (0.5, 1), (0.6, 0.6), (1, 0.04))
    return ends(drive(out, between(rng, 0.5, 3.0)), 0.02, 0.2)


def _rotor(rng: Rng, hertz: float, samples: int, sharp: float) -> Sound:
    """Blades that slap the air, their swish and the turbine behind them."""
    track = hertz * (1.0 + wander(rng, samples, 0.5, 0.01))
    slap = pulses(track, samples, sharp)
    thump = level(band(slap - slap.mean(), 30.0, between(rng, 150, 500), 9.0))
    swish = level(band(noise(rng, samples, 1.0) * (0.2 + slap), 150.0, between(rng, 1500, 5000), 6))
    return thump + decibels(rng.uniform(-6, 6)) * swish


def helicopter(rng: Rng) -> Sound:
    """A main rotor at 9 to 25 slaps a second, hovering or passing."""
    samples = count(rng.uniform(2.0, 6.0))
    out = _rotor(rng, rng.uniform(9.0, 25.0), samples, between(rng, 2.0, 6.0))
    whine = harmonics(between(rng, 300, 2500), samples, _slope(rng, 6, 0.5, 1.5))
    out += decibels(rng.uniform(-30, -8)) * level(whine)
    near = line(
        samples, (0, rng.uniform(0.2, 1)), (rng.uniform(0.3, 0.7), 1), (1, rng.uniform(0.1, 1))
    )
    return ends(out * near, 0.05, 0.3)


def propeller_plane(rng: Rng) -> Sound:
    """A piston engine and its propeller, steady or flying past with its pitch falling."""
    samples = count(rng.uniform(2.0, 6.0))
    passing = rng.random() < 0.5
    fall = line(samples, (0, 1.08), (0.4, 1.05), (0.6, 0.95), (1, 0.92)) if passing else 1.0
    track = between(rng, 60.0, 130.0) * fall * (1.0 + wander(rng, samples, 3.0, 0.006))
    out = level(harmonics(track, samples, _slope(rng, 40, 0.4, 1.3)))
    half = np.asarray(track) / 2
    out += rng.uniform(0.2, 0.8) * level(harmonics(half, samples, _slope(rng, 40, 0.6, 1.4)))
    out += decibels(rng.uniform(-20, -5)) * level(noise(rng, samples, 1.2))
    out = shape(out, (60, -3), (200, 3), (1500, 0), (6000, -rng.uniform(6, 24)))
    near = line(samples, (0, 0.2), (0.5, 1), (1, 0.15)) if passing else 1.0
    return ends(drive(out * near, between(rng, 0.5, 2.0)), 0.1, 0.3)


def jet_aircraft(rng: Rng) -> Sound:
    """A roar of noise with a whine in it, often passing over."""
    samples = count(rng.uniform(2.0, 6.0))
    low = between(rng, 200.0, 900.0) * line(samples, (0, 1.5), (0.5, 1.2), (1, 0.6))
    roar = level(move_band(noise(rng, samples, 0.7), low, rng.uniform(1.2, 2.0)))
    whine = between(rng, 900.0, 4000.0) * line(samples, (0, 1.05), (0.5, 1.0), (1, 0.9))
    tones = level(harmonics(whine, samples, _slope(rng, 3, 0.3, 1.0)))
    out = roar * (1 + wander(rng, samples, 9.0, 0.15)) + decibels(rng.uniform(-28, -8)) * tones
    near = line(samples, (0, rng.uniform(0.05, 1)), (0.5, 1), (1, rng.uniform(0.05, 1)))
    return ends(out * near, 0.2, 0.5)


def train_passing(rng: Rng) -> Sound:
    """Wheels over joints, two and two, above a rumble; sometimes a horn."""
    seconds = rng.uniform(2.5, 6.0)
    samples = count(seconds)
    rumble = level(band(noise(rng, samples, 1.5), 35.0, between(rng, 200, 700), 6.0))
    rail = level(band(noise(rng, samples, 0.7), 400.0, between(rng, 2500, 7000), 6.0))
    gap = rng.uniform(0.08, 0.2)

    def clack() -> Sound:
        one = ring(
            fade(count(0.12), 0.001, 0.03) * noise(rng, count(0.12)),
            [120, 380, 900, 2100],
            [40, 90, 200, 500],
            [1, 0.8, 0.5, 0.3],
        )
        out = np.zeros(count(gap + 0.12))
        add(out, one, 0.0)
        add(out, one, gap, rng.uniform(0.7, 1.0))
        return out

    clacks = peak(repeat(rng, seconds - 0.4, rng.uniform(0.35, 0.9), clack, jitter=0.06))
    out = rumble + decibels(rng.uniform(-14, 2)) * rail
    add(out, clacks, 0.0, rng.uniform(1.0, 4.0))
    if rng.random() < 0.25:
        horn = count(rng.uniform(0.6, 1.5))
        root = between(rng, 250.0, 400.0)
        chord = sum(harmonics(root * f, horn, _slope(rng, 14, 0.5, 1.2)) for f in (1.0, 1.26, 1.5))
        add(out, ends(level(np.asarray(chord)), 0.05, 0.15), rng.uniform(0, seconds / 2), 1.5)
    near = line(samples, (0, rng.uniform(0.1, 1)), (0.5, 1), (1, rng.uniform(0.1, 1)))
    return ends(out * near, 0.1, 0.3)


def car_horn(rng: Rng) -> Sound:
    """One or two reeds, some 400 and 500 Hz, blown once or a few times."""
    low = between(rng, 300.0, 520.0)
    pair = (1.0, float(rng.choice([1.189, 1.26, 1.335]))) if rng.random() < 0.75 else (1.0,)
    gains = [_slope(rng, 24, 0.3, 1.0) for _ in pair]
    peaks = [between(rng, 900, 1800), between(rng, 2200, 4200)]

    def toot() -> Sound:
        samples = count(between(rng, 0.12, 1.6))
        tone = sum(harmonics(low * f, samples, g) for f, g in zip(pair, gains, strict=True))
        out = np.asarray(tone) + 0.8 * ring(np.asarray(tone), peaks, [200, 500], [1.0, 0.7])
        return ends(drive(out, 1.5), 0.01, 0.03)

    out = repeat(rng, float(rng.choice([0.0, 0.0, 0.8, 1.6])), rng.uniform(0.3, 0.9), toot)
    return echo(rng, out, rng.uniform(0.2, 1.0), rng.uniform(0.02, 0.4))


def _siren(rng: Rng, track: Sound, hard: float) -> Sound:
    """A pitch that moves, through a horn."""
    tone = harmonics(track, len(track), _slope(rng, 12, hard, hard + 0.6))
    horn = ring(tone, [between(rng, 700, 1400), between(rng, 2000, 3500)], [500, 900], [1.0, 0.6])
    return ends(level(tone) * 0.5 + level(horn), 0.02, 0.1)


def police_siren(rng: Rng) -> Sound:
    """Wail, yelp, or two tones in turn, of a horn or a loudspeaker."""
    samples = count(rng.uniform(2.0, 6.0))
    low, high = between(rng, 400, 750), between(rng, 1000, 1700)
    place = (
        times(samples)
        * {0: rng.uniform(0.15, 0.4), 1: rng.uniform(2.5, 5.5)}.get(
            kind := int(rng.integers(3)), rng.uniform(0.5, 1.3)
        )
    ) % 1.0
    if kind == 2:
        ratio = rng.uniform(1.2, 1.5)
        track = low * np.where(place < 0.5, 1.0, ratio)
    else:
        rise = rng.uniform(0.4, 0.7)
        up = np.where(place < rise, place / rise, (1.0 - place) / (1.0 - rise))
        track = low * (high / low) ** up
    out = _siren(rng, track, rng.uniform(0.4, 1.2))
    return echo(rng, out, rng.uniform(0.2, 1.5), rng.uniform(0.02, 0.5))


def fire_truck_siren(rng: Rng) -> Sound:
    """Two tones of compressed air in turn, or a wail with a deep horn between."""
    samples = count(rng.uniform(2.0, 6.0))
    if rng.random() < 0.6:
        place = (times(samples) / rng.uniform(0.7, 1.6)) % 1.0
        track = between(rng, 360, 480) * np.where(place < 0.5, 1.0, rng.uniform(1.25, 1.45))
        track = track * (1.0 + wander(rng, samples, 6.0, 0.003))
        return echo(rng, _siren(rng, track, 0.3), rng.uniform(0.3, 1.5), rng.uniform(0.05, 0.5))
    wail = police_siren(rng)
    horn = count(rng.uniform(0.5, 1.2))
    blast = level(harmonics(between(rng, 140, 260), horn, _slope(rng, 30, 0.2, 0.8)))
    add(wail, ends(blast, 0.02, 0.1) * np.std(wail) * 2.0, rng.uniform(0, len(wail) / 64_000))
    return wail


def alarm_siren(rng: Rng) -> Sound:
    """Beeps, sweeps or a motor siren of a building, a car, a clock."""
    samples = count(rng.uniform(1.5, 6.0))
    kind, pitch = int(rng.integers(4)), between(rng, 500, 3200)
    place = (times(samples) * between(rng, 0.8, 8.0)) % 1.0
    if kind == 0:
        gate = place < rng.uniform(0.3, 0.6)
        return ends(_siren(rng, np.full(samples, pitch), rng.uniform(0.3, 1.5)) * gate)
    if kind == 1:
        return _siren(rng, pitch * 2.0 ** (rng.uniform(0.3, 1.2) * place), rng.uniform(0.3, 1.2))
    if kind == 2:
        return _siren(rng, pitch * np.where(place < 0.5, 1.0, rng.uniform(1.1, 1.6)), 0.6)
    wind = line(samples, (0, 0.3), (rng.uniform(0.3, 0.6), 1), (1, rng.uniform(0.3, 1)))
    return _siren(rng, between(rng, 350, 700) * wind, 0.3)


def computer_beeping(rng: Rng) -> Sound:
    """Beeps of one or several pitches, square or round, alone or in rhythm."""
    pitches = [between(rng, 400, 3500) for _ in range(int(rng.integers(1, 4)))]
    gains = _slope(rng, int(rng.integers(1, 9)), 0.8, 2.0)
    long = between(rng, 0.03, 0.35)

    def beep() -> Sound:
        samples = count(long * rng.uniform(0.8, 1.2))
        return ends(harmonics(float(rng.choice(pitches)), samples, gains), 0.002, 0.004)

    return repeat(rng, rng.uniform(0.0, 2.5), long + between(rng, 0.03, 0.6), beep, spread=0.5)


def referee_whistle(rng: Rng) -> Sound:
    """A pea whistle: a high tone that the pea makes flutter, over breath."""
    samples = count(between(rng, 0.15, 1.8))
    pitch = between(rng, 2000, 4200) * line(samples, (0, 0.94), (0.08, 1), (0.9, 1), (1, 0.9))
    flutter = sine(rng.uniform(20.0, 45.0), samples)
    tone = sine(pitch * (1.0 + rng.uniform(0.005, 0.03) * flutter), samples)
    tone *= 1.0 + rng.uniform(0.2, 0.7) * flutter
    tone += 0.2 * sine(2.0 * pitch, samples)
    breath = move_band(noise(rng, samples), pitch, 0.3)
    return ends(tone + decibels(rng.uniform(-22, -8)) * level(breath), 0.01, 0.04)


def whoosh(rng: Rng) -> Sound:
    """Something swings or flies past: a band of noise that rises and falls."""
    samples = count(between(rng, 0.12, 1.5))
    top, where = between(rng, 400.0, 6000.0), rng.uniform(0.3, 0.7)
    bend = rng.uniform(0.3, 2.0)
    track = top * 2.0 ** -line(samples, (0, bend), (where, 0), (1, bend * rng.uniform(0.5, 1.5)))
    gain = line(samples, (0, 0), (where, 1), (1, 0)) ** rng.uniform(1.0, 3.0)
    out = move_band(noise(rng, samples, rng.uniform(0.0, 1.2)), track, rng.uniform(0.3, 1.3))
    if rng.random() < 0.3:
        out += level(sine(track * 0.6, samples)) * np.std(out) * rng.uniform(0.1, 0.6)
    return ends(out * gain)


def _blast(rng: Rng, seconds: float, dull: float) -> Sound:
    """A pressure wave and what it throws about, the highs dying first."""
    samples = count(seconds)
    crack = noise(rng, samples) * fade(samples, 0.0003, between(rng, 0.02, 0.12))
    falling = dull * np.exp(-times(samples) / (seconds * rng.uniform(0.15, 0.5)))
    body = move_band(noise(rng, samples, 0.5), np.maximum(falling, 90.0), rng.uniform(1.0, 1.8))
    body *= fade(samples, between(rng, 0.001, 0.02), seconds * rng.uniform(0.7, 1.2))
    boom = sine(between(rng, 35, 90) * line(samples, (0, 1.6), (0.2, 1), (1, 0.7)), samples)
    boom *= fade(samples, 0.002, seconds * rng.uniform(0.3, 0.9))
    return peak(crack) * rng.uniform(0.2, 1.0) + peak(body) + boom * rng.uniform(0.1, 1.0)


def gunshot(rng: Rng) -> Sound:
    """A shot of a small or a large gun, in the open or between walls."""

    def shot() -> Sound:
        out = drive(
            _blast(rng, between(rng, 0.15, 0.7), between(rng, 900, 5000)), between(rng, 1, 6)
        )
        return echo(rng, out, rng.uniform(0.2, 1.8), rng.uniform(0.02, 0.5))

    return repeat(rng, float(rng.choice([0.0, 0.0, 0.0, 1.0])), between(rng, 0.25, 0.9), shot)


def machine_gun(rng: Rng) -> Sound:
    """Shots in quick succession."""
    seconds, dull = between(rng, 0.08, 0.25), between(rng, 900, 5000)
    one = drive(_blast(rng, seconds, dull), between(rng, 1, 5))

    def shot() -> Sound:
        return 0.7 * one + 0.3 * drive(_blast(rng, seconds, dull), 2.0)

    out = repeat(rng, rng.uniform(0.4, 3.0), 1 / rng.uniform(6, 18), shot, jitter=0.02)
    return echo(rng, out, rng.uniform(0.2, 1.2), rng.uniform(0.02, 0.3))


def explosion(rng: Rng) -> Sound:
    """A long blast with rubble falling after it."""
    seconds = rng.uniform(1.0, 4.5)
    out = drive(_blast(rng, seconds, between(rng, 300, 2500)), between(rng, 1.0, 6.0))
    if rng.random() < 0.6:

        def stone() -> Sound:
            low = between(rng, 200, 2500)
            part = noise(rng, count(0.08)) * fade(count(0.08), 0.001, between(rng, 0.01, 0.08))
            return band(part, low, 2.0 * low)

        debris = scatter(rng, seconds, between(rng, 8, 80), stone, 8.0)
        out += peak(debris) * line(len(debris), (0, 0), (0.15, 1), (1, 0)) * rng.uniform(0.05, 0.3)
    return ends(echo(rng, out, rng.uniform(0.5, 2.5), rng.uniform(0.05, 0.6)), 0.0005, 0.3)


def laser_gun(rng: Rng) -> Sound:
    """A pitch that falls fast, once or a few times, as films have it."""
    top, octaves = between(rng, 1200, 7000), rng.uniform(1.5, 4.5)
    gains = _slope(rng, 10, 0.4, 2.0)
    seconds = between(rng, 0.08, 0.6)

    def shot() -> Sound:
        samples = count(seconds)
        track = top * 2.0 ** (-octaves * np.linspace(0, 1, samples) ** rng.uniform(0.4, 1.0))
        tone = harmonics(track, samples, gains)
        tone += rng.uniform(0.0, 0.4) * move_band(noise(rng, samples), track, 0.4)
        return tone * fade(samples, 0.002, seconds * rng.uniform(0.8, 2.0))

    out = repeat(
        rng, float(rng.choice([0.0, 0.0, 0.6, 1.2])), seconds * rng.uniform(0.6, 1.4), shot
    )
    return ends(echo(rng, out, rng.uniform(0.1, 0.6), rng.uniform(0.0, 0.3)))


def tyre_skid(rng: Rng) -> Sound:
    """Rubber that sticks and slips: a squeal of a few near pitches, over scraping."""
    samples = count(between(rng, 0.4, 2.5))
    pitch = between(rng, 600, 1500) * 2.0 ** wander(rng, samples, 3.0, 0.06)
    tone = sum(
        harmonics(pitch * rng.uniform(0.97, 1.03), samples, _slope(rng, 8, 0.5, 1.5))
        for _ in range(int(rng.integers(2, 5)))
    )
    rough = 1.0 + 0.6 * wander(rng, samples, 60.0, 1.0)
    scrape = move_band(noise(rng, samples), pitch * 1.5, 1.2)
    out = level(np.asarray(tone) * rough) + decibels(rng.uniform(-12, 3)) * level(scrape)
    return ends(out * line(samples, (0, 0.2), (0.15, 1), (0.7, 0.8), (1, 0)), 0.03, 0.15)


def robot_voice(rng: Rng) -> Sound:
    """A monotone buzz through a mouth that moves, as if it spoke."""
    samples = count(rng.uniform(0.8, 3.0))
    pitch = between(rng, 70, 220)
    buzz = harmonics(np.full(samples, pitch), samples, np.ones(60))
    first = 350.0 + 350.0 * np.clip(1 + wander(rng, samples, 5.0, 0.7), 0, 2)
    second = 900.0 + 800.0 * np.clip(1 + wander(rng, samples, 5.0, 0.7), 0, 2)
    voice = formants(buzz, [(first, 90.0, 1.0), (second, 120.0, 0.7), (2700.0, 200.0, 0.3)])
    gate = np.clip(wander(rng, samples, 5.0, 1.5) + 1.0, 0, 1)
    tone = voice * gate * (1 + 0.8 * sine(between(rng, 20, 90), samples))
    late = np.concatenate([silence(0.01), tone])[: len(tone)]
    return ends(tone + rng.uniform(0, 0.8) * late)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "alarm siren": alarm_siren,
    "car engine": car_engine,
    "car horn": car_horn,
    "computer beeping": computer_beeping,
    "electric sparks": electric_sparks,
    "explosion": explosion,
    "fan humming": fan_humming,
    "fire truck siren": fire_truck_siren,
    "gunshot": gunshot,
    "helicopter": helicopter,
    "jet aircraft": jet_aircraft,
    "laser gun": laser_gun,
    "machine gun": machine_gun,
    "machine humming": machine_humming,
    "police siren": police_siren,
    "propeller plane": propeller_plane,
    "radio static": radio_static,
    "referee whistle": referee_whistle,
    "robot voice": robot_voice,
    "steam hiss": steam_hiss,
    "train passing": train_passing,
    "tyre skid": tyre_skid,
    "whoosh": whoosh,
}
