"""What loudspeakers and whistles make: sirens, beeps, horns, sparks, ray guns.

Farnell (2010), "Designing Sound", practicals 1 to 6 (signals), 11 (electricity) and those on
science fiction; tones with sidebands are Chowning's (1973) frequency modulation; vowels have the
formants of Peterson and Barney (1952); a stretched spring disperses a click into a falling chirp.
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
    formants,
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
from soundlasso.corpus.synthetic.placing import placed, room

# Building blocks.


def _gains(rng: Rng, orders: int, low: float, high: float, uneven: float = 5.0) -> Sound:
    """Gains of harmonics that fall by some power of their order, unevenly."""
    falling = np.arange(1, orders + 1) ** -rng.uniform(low, high)
    return np.asarray(falling * 10.0 ** (rng.normal(0.0, uneven, orders) / 20.0))


def _timbre(rng: Rng) -> Sound:
    """Gains of a beep: a sine, a square, a saw, a thin pulse, or what a small loudspeaker adds."""
    kind = rng.integers(5)
    order = np.arange(1.0, 25.0)
    if kind == 0:
        return np.array([1.0, rng.uniform(0, 0.05), rng.uniform(0, 0.05)])
    if kind == 1:
        return np.asarray(np.where(order % 2 == 1, 1.0 / order, 0.0))
    if kind == 2:
        return np.asarray(1.0 / order)
    if kind == 3:
        return np.asarray(np.sin(np.pi * order * rng.uniform(0.08, 0.4)) / order)
    return _gains(rng, 12, 0.5, 1.8)


def _speaker(rng: Rng, sound: Sound) -> Sound:
    """A small loudspeaker or a horn: without lows, with resonances, a little distorted."""
    low, high = between(rng, 80, 700), between(rng, 2500, 14_000)
    out = shape(sound, (low / 4, -24), (low, 0), (high, 0), (min(60_000, 4 * high), -30))
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), 3))
    out = level(out) + rng.uniform(0, 0.8) * level(ring(out, hertz, 0.25 * hertz, [1, 1, 1]))
    return drive(out, between(rng, 0.3, 3.0))


def _smooth(track: Sound, seconds: float) -> Sound:
    """A track whose corners are rounded over some time."""
    half = max(1, count(seconds) // 2)
    window = np.hanning(2 * half + 3)[1:-1]
    padded = np.pad(track, half, mode="edge")
    size = len(padded) + len(window)
    spectrum = np.fft.rfft(padded, size) * np.fft.rfft(window / window.sum(), size)
    return np.fft.irfft(spectrum, size)[2 * half : 2 * half + len(track)]


def _far(rng: Rng, sound: Sound) -> Sound:
    """A street's answer, or a room's, and what distance takes."""
    if rng.random() < 0.4:
        top = between(rng, 900, 6000)
        sound = shape(sound, (top, 0), (4 * top, -rng.uniform(9, 30)))
    out = echo(rng, sound, between(rng, 0.15, 2.0), between(rng, 0.005, 0.7))
    return out if len(out) <= count(6.5) else ends(out[: count(6.5)], 0.0, 0.5)


def _fm(
    hertz: Sound | float, ratio: float, depth: Sound | float, samples: int, phase: float = 0.0
) -> Sound:
    """A sine whose phase another one moves (Chowning 1973)."""
    moving = depth * sine(np.asarray(hertz) * ratio, samples, phase)
    return np.sin(2 * np.pi * phase_of(hertz, samples) + moving)


# Sirens and horns.


def _wail(rng: Rng, samples: int, rate: float, low: float, high: float, rise: float) -> Sound:
    """A pitch that goes up and down again and again."""
    place = (times(samples) * rate + rng.random()) % 1.0
    up = np.where(place < rise, place / rise, (1.0 - place) / (1.0 - rise))
    if rng.random() < 0.5:
        # A condenser that is charged and discharged.
        up = np.where(place < rise, (1 - np.exp(-2.5 * up)) / 0.918, up**1.6)
    return _smooth(low * (high / low) ** up, 0.02 / max(rate, 0.5))


def _hi_lo(rng: Rng, samples: int, low: float) -> Sound:
    """Two pitches in turn."""
    place = (times(samples) / between(rng, 0.6, 2.0) + rng.random()) % 1.0
    ratio = rng.choice([1.19, 1.26, 1.335, 1.41, 1.5, rng.uniform(1.15, 1.6)])
    return _smooth(low * np.where(place < rng.uniform(0.45, 0.55), 1.0, ratio), 0.01)


def _siren(rng: Rng, track: Sound) -> Sound:
    """A pitch that moves, from a loudspeaker's horn; near by, passing or far away."""
    samples = len(track)
    if rng.random() < 0.3:
        speed, far = between(rng, 8, 30), between(rng, 4, 40)
        along = speed * (times(samples) - rng.uniform(0.3, 0.7) * samples / SAMPLE_RATE)
        away = np.sqrt(along**2 + far**2)
        track = track / (1.0 + speed / 343.0 * along / away)
        near = np.sqrt(far / away)
    else:
        near = np.ones(samples)
    tone = harmonics(track, samples, _timbre(rng))
    return ends(_far(rng, _speaker(rng, tone) * near), 0.02, 0.15)


def police_siren(rng: Rng) -> Sound:
    """Wail, yelp, a fast phaser, or two tones in turn; one after the other at times."""
    samples = count(rng.uniform(2.0, 6.0))
    low, high = between(rng, 380, 800), between(rng, 1000, 1800)
    slow, fast = rng.uniform(0.12, 0.5), rng.uniform(2.0, 4.5)
    kind = rng.integers(6)
    if kind < 2:
        track = _wail(rng, samples, slow, low, high, rng.uniform(0.3, 0.7))
    elif kind == 2:
        track = _wail(rng, samples, fast, low, high, rng.uniform(0.4, 0.8))
    elif kind == 3:
        track = _wail(rng, samples, rng.uniform(8, 18), low, high, 0.5)
    elif kind == 4:
        track = _hi_lo(rng, samples, between(rng, 350, 700))
    else:
        change = int(rng.uniform(0.3, 0.7) * samples)
        first = _wail(rng, change, slow, low, high, 0.5)
        track = np.append(first, _wail(rng, samples - change, fast, low, high, 0.6))
    return _siren(rng, track)


def fire_truck_siren(rng: Rng) -> Sound:
    """Two tones of compressed air in turn, a motor's wail, an electronic one with a deep horn."""
    samples = count(rng.uniform(2.5, 6.0))
    kind = rng.integers(4)
    if kind < 2:
        low = between(rng, 340, 520)
        track = _hi_lo(rng, samples, low) * (1.0 + wander(rng, samples, 6.0, 0.003))
        tone = harmonics(track, samples, _gains(rng, 22, 0.2, 1.0))
        # Trumpets of brass, each with its own resonances.
        hertz = between(rng, 900, 2500) * np.array([1.0, 1.9])
        out = _far(rng, level(tone) + level(ring(tone, hertz, 0.3 * hertz, [1, 0.7])))
    elif kind == 2:
        # A wheel with holes that a motor turns: it winds up and runs down slowly.
        turns = rng.uniform(0.1, 0.3)
        track = _wail(rng, samples, turns, between(rng, 250, 500), between(rng, 700, 1300), 0.4)
        tone = harmonics(track, samples, _gains(rng, 16, 0.3, 1.2))
        out = _far(rng, tone * (0.4 + 0.6 * track / track.max()))
    else:
        out = police_siren(rng)
    if kind > 1 or rng.random() < 0.2:
        long = count(between(rng, 0.3, 1.5))
        root = between(rng, 130, 330)
        horn = harmonics(root, long, _gains(rng, 30, 0.2, 0.8))
        horn += harmonics(root * rng.choice([1.19, 1.26, 1.5]), long, _gains(rng, 24, 0.2, 0.8))
        blast = ends(drive(horn, 2.0), 0.03, 0.1) * np.abs(out).max()
        add(out, blast, rng.uniform(0, len(out) / SAMPLE_RATE / 2), rng.uniform(0.3, 1.0))
    if rng.random() < 0.25:
        rumble = harmonics(between(rng, 20, 40), len(out), _gains(rng, 40, 0.2, 1.2))
        out += level(rumble) * np.std(out) * rng.uniform(0.1, 0.6)
    return ends(out, 0.02, 0.2)


def _air_raid(rng: Rng, samples: int) -> Sound:
    """A motor siren of a town: it takes seconds to rise, and goes up and down."""
    high = between(rng, 380, 900)
    start = rng.uniform(0.15, 0.5)
    track = line(
        samples, (0, rng.uniform(0.2, 0.9)), (start, 1), (0.7, 1), (1, rng.uniform(0.4, 1))
    )
    if rng.random() < 0.4:
        track = _wail(rng, samples, rng.uniform(0.1, 0.25), 0.6, 1.0, 0.5)
    tone = harmonics(high * track, samples, _gains(rng, 14, 0.4, 1.3))
    second = rng.uniform(0, 1) * harmonics(high * track * 1.2, samples, _gains(rng, 12, 0.4, 1.3))
    return _far(rng, (tone + second) * track)


def _klaxon(rng: Rng, samples: int) -> Sound:
    """A disc that teeth strike, wound up and let go: a submarine's dive alarm; a harsh buzzer."""
    low = between(rng, 90, 450)
    if rng.random() < 0.5:
        seconds = between(rng, 0.5, 1.3)
        place = (times(samples) % (seconds * 1.3)) / seconds
        track = low * (0.5 + np.interp(place, [0, 0.35, 0.8, 1.0, 1.3], [0, 1, 0.9, 0.2, 0]))
        gate = _smooth((place < 1.0).astype(float), 0.03)
    else:
        track = np.full(samples, low)
        place = (times(samples) / between(rng, 0.5, 2.0)) % 1.0
        gate = _smooth((place < rng.uniform(0.5, 0.8)).astype(float), 0.01)
    tone = harmonics(track, samples, _gains(rng, 40, -0.2, 0.8))
    return _far(rng, _speaker(rng, tone) * gate)


def _beeper(rng: Rng, samples: int) -> Sound:
    """A smoke detector, an alarm clock, a device that warns: beeps in groups, up to 8 kHz."""
    pitch = between(rng, 450, 8500)
    long = between(rng, 0.03, 0.5)
    group, gap = int(rng.choice([1, 2, 3, 4, 4])), long * rng.uniform(1.4, 2.2)
    period = gap * group + between(rng, 0.05, 1.2) * (group > 1) + 0.002
    gains = _timbre(rng)
    beep = ends(harmonics(pitch, count(long), gains), 0.003, 0.005)
    out = np.zeros(samples)
    for start in np.arange(0.0, samples / SAMPLE_RATE, period):
        for number in range(group):
            add(out, beep, float(start) + number * gap)
    return _speaker(rng, out) if pitch < 4000 else out


def alarm_siren(rng: Rng) -> Sound:
    """An alarm of a house, a car, a clock, a factory, a submarine or a town."""
    samples = count(rng.uniform(1.5, 6.0))
    kind, pitch = int(rng.integers(7)), between(rng, 500, 3200)
    if kind == 0:
        return ends(_air_raid(rng, samples), 0.1, 0.3)
    if kind == 1:
        return ends(_klaxon(rng, samples), 0.01, 0.1)
    if kind < 4:
        return ends(room(rng, _beeper(rng, samples), 0.5))
    if kind == 4:
        # Upwards again and again, or down.
        place = (times(samples) * between(rng, 0.7, 9.0)) % 1.0
        place = 1.0 - place if rng.random() < 0.4 else place
        return _siren(rng, pitch * 2.0 ** (rng.uniform(0.3, 1.3) * place))
    if kind == 5:
        place = (times(samples) * between(rng, 1.0, 12.0)) % 1.0
        return _siren(rng, pitch * np.where(place < 0.5, 1.0, rng.uniform(1.1, 1.6)))
    # A car's alarm goes through several.
    parts = []
    for _ in range(int(rng.integers(2, 4))):
        part = samples // 3
        rate = between(rng, 0.8, 10.0)
        shapes = (
            np.sign(np.sin(2 * np.pi * rate * times(part))),
            2 * ((times(part) * rate) % 1) - 1,
        )
        parts.append(pitch * 2.0 ** (0.4 * shapes[int(rng.integers(2))]))
    return _siren(rng, _smooth(np.concatenate(parts), 0.004))


def car_horn(rng: Rng) -> Sound:
    """Discs or trumpets of one or two notes: pressed once, twice, long, near or down the street."""
    low = between(rng, 290, 560)
    ratio = float(rng.choice([1.19, 1.24, 1.26, 1.335]))
    apart = ratio * rng.uniform(0.99, 1.01)
    pair = [(1.0,), (1.0, apart), (1.0, apart), (1.0, apart), (1.0, 1.26, 1.5)][rng.integers(5)]
    orders = int(rng.integers(14, 32))
    gains = [_gains(rng, orders, -0.2, 0.8) for _ in pair]
    # A membrane is fast, and strongest around 2 to 4 kHz.
    peaks = np.array([between(rng, 900, 1800), between(rng, 2000, 4200)])
    hard = between(rng, 0.5, 4.0)
    longest = float(rng.choice([0.15, 0.3, 0.6, 1.5, 3.0]))

    def toot() -> Sound:
        samples = count(longest * between(rng, 0.6, 1.3))
        start = 1.0 - 0.04 * np.exp(-times(samples) / 0.015)
        tone = np.zeros(samples)
        for factor, gain in zip(pair, gains, strict=True):
            tone += level(harmonics(low * factor * start, samples, gain))
        out = level(tone) + level(ring(tone, peaks, [250, 600], [1.0, 0.7]))
        return ends(drive(out, hard), 0.006, 0.03)

    many = int(rng.choice([1, 1, 2, 2, 3])) if longest < 1 else 1
    gaps = longest + np.cumsum(rng.uniform(0.08, 0.5, many) + longest)
    out = placed(toot, gaps - gaps[0], np.ones(many))
    return _far(rng, out)


def ship_horn(rng: Rng) -> Sound:
    """A ship's whistle or a fog horn: deep, rich, slow to begin, over water."""
    root = between(rng, 65, 350)
    kind = rng.integers(4)
    ratios = ((1.0,), (1.0, 1.005), (1.0, rng.choice([1.19, 1.26, 1.335])), (1.0, 1.26, 1.5))[kind]
    gains = [_gains(rng, 40, 0.2, 1.1) for _ in ratios]
    top = between(rng, 400, 4000)
    longest = between(rng, 0.5, 3.5)
    grunt = rng.random() < 0.2

    def blast() -> Sound:
        samples = count(longest * rng.uniform(0.7, 1.2))
        rise = line(samples, (0, 0.93), (0.08, 1), (0.9, 1), (1, 0.96))
        if grunt:
            # A diaphone ends with a deeper note.
            rise = _smooth(np.where(np.linspace(0, 1, samples) < 0.8, 1.0, 0.6), 0.06)
        out = np.zeros(samples)
        for ratio, gain in zip(ratios, gains, strict=True):
            track = root * ratio * rise * (1.0 + wander(rng, samples, 8.0, 0.002))
            out += level(harmonics(track, samples, gain))
        air = band(noise(rng, samples, 0.7), 200, 5000, 9)
        out += decibels(rng.uniform(-36, -15)) * level(air)
        return ends(out, between(rng, 0.03, 0.25), between(rng, 0.08, 0.4))

    many = int(rng.choice([1, 1, 1, 2, 3]))
    moments = np.arange(float(many)) * longest * rng.uniform(1.3, 1.8)
    moments = moments[moments < 4.0]
    out = placed(blast, moments, rng.uniform(0.8, 1, len(moments)))[: count(6.0)]
    out = shape(drive(out, between(rng, 0.3, 3)), (top, 0), (4 * top, -rng.uniform(9, 30)))
    return _far(rng, out)


# Beeps and electricity.


def computer_beeping(rng: Rng) -> Sound:
    """A terminal's beep, a film computer's chatter of tones, a phone's keys, a data burst."""
    kind = rng.integers(5)
    pitches = [between(rng, 350, 4000) for _ in range(int(rng.integers(1, 9)))]
    gains = _timbre(rng)
    long = between(rng, 0.025, 0.35)
    slide = float(rng.choice([0.0, 0.0, rng.uniform(-1, 1)]))

    def beep() -> Sound:
        samples = count(long * rng.uniform(0.85, 1.15))
        track = rng.choice(pitches) * 2.0 ** (slide * np.linspace(0, 1, samples))
        tone = harmonics(track, samples, gains) * np.exp(-times(samples) * decay)
        return ends(tone, 0.002, 0.004)

    decay = float(rng.choice([0.0, 0.0, between(rng, 3, 30)]))
    if kind == 0:
        long = max(long, 0.1)
        out = beep()
    elif kind == 1:
        pitches = pitches[:1]
        out = repeat(
            rng, rng.uniform(0.2, 3.0), long * rng.uniform(1.3, 3.5), beep, jitter=0.0, spread=0
        )
    elif kind == 2:
        # Chatter of calculation, as films have it.
        long = between(rng, 0.02, 0.1)
        pitches = [between(rng, 400, 3500) for _ in range(int(rng.integers(4, 16)))]
        out = repeat(
            rng, rng.uniform(0.4, 3.0), long * rng.uniform(1.0, 1.7), beep, jitter=0.02, spread=1
        )
    elif kind == 3:
        # Keys of two tones.
        rows, columns = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0)

        def key() -> Sound:
            samples = count(long)
            both = sine(float(rng.choice(rows)), samples) + sine(
                float(rng.choice(columns)), samples
            )
            return ends(both, 0.003, 0.004)

        out = repeat(rng, rng.uniform(0.1, 2.0), long + between(rng, 0.03, 0.3), key, spread=0.3)
    else:
        out = repeat(
            rng, rng.uniform(0.3, 2.5), long + between(rng, 0.02, 0.6), beep, jitter=0.3, spread=1
        )
    return room(rng, out, 0.4, 0.8)


def sonar_ping(rng: Rng) -> Sound:
    """A ping of a submarine's sonar and its long answer from the deep; once or repeated."""
    pitch = between(rng, 450, 3500)
    long = between(rng, 0.03, 0.7)
    bend = float(rng.choice([0.0, 0.0, rng.uniform(-0.15, 0.15), 0.5]))
    ringing = between(rng, 0.5, 3.0)
    gains = [1.0, rng.uniform(0, 0.3), rng.uniform(0, 0.15)]

    def ping() -> Sound:
        samples = count(long)
        track = pitch * 2.0 ** (bend * np.linspace(0, 1, samples))
        tone = harmonics(track, samples, gains) * fade(samples, 0.004, 2.0 * long)
        tone = ends(tone, 0.002, 0.3 * long)
        # The deep answers from all around, in the ping's own pitch.
        tail = noise(rng, count(ringing)) * fade(count(ringing), between(rng, 0.005, 0.2), ringing)
        size = len(tone) + len(tail)
        wet = np.fft.irfft(np.fft.rfft(tone, size) * np.fft.rfft(tail, size), size)
        out = peak(wet) * between(rng, 0.1, 1.0)
        add(out, tone, 0.0)
        if rng.random() < 0.5:
            add(out, tone, between(rng, 0.2, 1.2), rng.uniform(0.05, 0.4))
        return out

    many = int(rng.choice([1, 1, 2, 3]))
    moments = np.arange(float(many)) * between(rng, 0.8, 2.0)
    out = placed(ping, moments, np.ones(many))[: count(6.4)]
    deep = level(band(noise(rng, len(out), 1.5), 40, between(rng, 200, 900), 9))
    return ends(out + deep * between(rng, 0.0005, 0.03), 0.001, 0.3)


def _arc(rng: Rng, samples: int) -> Sound:
    """An arc: it lights up twice in each cycle of the mains, raggedly, and buzzes."""
    mains = float(rng.choice([100.0, 120.0, between(rng, 40, 400)]))
    track = mains * (1.0 + wander(rng, samples, 12.0, between(rng, 0.001, 0.08)))
    burst = pulses(track, samples, between(rng, 2.0, 20.0)) * (0.3 + np.abs(noise(rng, samples)))
    burst *= np.clip(1.0 + wander(rng, samples, 80.0, 0.5), 0.0, 3.0)
    buzz = band(burst * np.sign(noise(rng, samples, 0.5)), 200, 14_000, 6)
    hum = harmonics(track, samples, _gains(rng, 40, 0.0, 1.0))
    return level(buzz) + between(rng, 0.1, 3.0) * level(hum)


def electric_sparks(rng: Rng) -> Sound:
    """A short circuit's bang, sparks that crackle, a Tesla coil, an arc's buzz of the mains."""
    samples = count(between(rng, 0.25, 4.0))
    seconds = samples / SAMPLE_RATE
    low = between(rng, 250, 2000)
    snaps = []
    for _ in range(16):
        short = between(rng, 0.0006, 0.012)
        one = noise(rng, count(2 * short)) * fade(count(2 * short), 0.0001, short)
        snaps.append(
            peak(band(np.append(one, np.zeros(300)), between(rng, low, 3 * low), 15_000, 6))
        )
    burst = wander(rng, samples, between(rng, 1.5, 10.0), 1.0)
    dense, some = between(rng, 60, 600), between(rng, 2, 40)

    def rate(now: float) -> float:
        return dense if burst[min(samples - 1, count(now))] > 0.0 else some

    crackle = scatter(rng, seconds, rate, lambda: snaps[rng.integers(16)], rng.uniform(4, 10))
    kind = rng.integers(4)
    gate = np.clip(wander(rng, samples, between(rng, 2.0, 25.0), 1.0) + rng.uniform(-0.2, 1), 0, 1)
    out = peak(crackle) * (rng.uniform(0.3, 1.0) if kind else 1.0)
    if kind:
        out = out + peak(_arc(rng, samples) * gate) * rng.uniform(0.2, 1.0)
    if kind == 3:
        # It begins with a bang, or ends with one.
        bang = noise(rng, count(0.15), 0.5) * fade(count(0.15), 0.0003, between(rng, 0.03, 0.15))
        add(out, peak(bang), float(rng.choice([0.0, 0.7 * seconds])), rng.uniform(0.5, 1.5))
    return room(rng, ends(out, 0.001, 0.03), 0.4, 0.8)


def radio_static(rng: Rng) -> Sound:
    """Between stations: hiss, crackle, whistles that slide, scraps of voices, a squelch's burst."""
    seconds = between(rng, 0.3, 6.0)
    samples = count(seconds)
    low, high = between(rng, 80, 700), between(rng, 1800, 10_000)
    hiss = band(noise(rng, samples, rng.uniform(0, 1)), low, high, rng.uniform(9, 30))
    hertz = np.exp(rng.uniform(np.log(low), np.log(high), 2))
    out = level(hiss) + rng.uniform(0, 0.7) * level(ring(hiss, hertz, 0.3 * hertz, [1, 1]))
    out *= 1.0 + np.clip(wander(rng, samples, between(rng, 2, 25), rng.uniform(0, 0.5)), -0.9, 2.0)
    pops = scatter(rng, seconds, between(rng, 1, 60), lambda: rng.standard_normal(12), 9.0)
    out += rng.uniform(0.5, 4.0) * band(pops, 300.0, high)
    kind = rng.integers(5)
    if kind == 0:
        slide = between(rng, 300, 3000) * 2.0 ** wander(rng, samples, 0.8, 0.7)
        out += rng.uniform(0.1, 0.8) * sine(slide, samples)
    elif kind == 1:
        # Somebody speaks, far from the pitch of the receiver.
        pitch = between(rng, 100, 500) * 2.0 ** wander(rng, samples, 3.0, 0.2)
        voice = move_band(
            harmonics(pitch, samples, np.ones(20)), 700 * 2.0 ** wander(rng, samples, 5.0, 0.7), 0.5
        )
        voice *= np.clip(wander(rng, samples, 5.0, 1.0), 0, 1)
        out += rng.uniform(0.3, 1.5) * level(band(voice, 300, 3000))
    elif kind == 2:
        # Stations come and go while it is tuned.
        out *= np.clip(1.0 + 2.0 * wander(rng, samples, 3.0, 0.5), 0.05, 2.0)
        tune = np.abs(wander(rng, samples, 1.5, 2500)) + 100
        out += rng.uniform(0.1, 0.6) * sine(tune, samples)
    elif kind == 3:
        hum = harmonics(float(rng.choice([50.0, 60.0])), samples, _gains(rng, 30, 0.2, 1.0))
        out += rng.uniform(0.1, 1.0) * level(hum)
    return ends(out, 0.003, 0.01)


# Voices of machines.

# Three formants of ten vowels.
_VOWELS = np.array(
    [
        (270.0, 2290.0, 3010.0),
        (390.0, 1990.0, 2550.0),
        (530.0, 1840.0, 2480.0),
        (660.0, 1720.0, 2410.0),
        (730.0, 1090.0, 2440.0),
        (570.0, 840.0, 2410.0),
        (440.0, 1020.0, 2240.0),
        (300.0, 870.0, 2240.0),
        (640.0, 1190.0, 2390.0),
        (490.0, 1350.0, 1690.0),
    ]
)


def _spoken(rng: Rng, samples: int, source: Sound) -> Sound:
    """A source that a mouth shapes, syllable by syllable, and the hiss of consonants."""
    knots: list[float] = [0.0]
    while knots[-1] < samples / SAMPLE_RATE:
        knots.append(knots[-1] + rng.uniform(0.09, 0.3))
    size = rng.uniform(0.85, 1.25)
    vowels = size * _VOWELS[rng.integers(len(_VOWELS), size=len(knots))]
    at = times(samples)
    tracks: list[tuple[Sound | float, Sound | float, Sound | float]] = []
    gains = (1.0, rng.uniform(0.4, 1.0), rng.uniform(0.2, 0.7))
    for number, gain in enumerate(gains):
        track = _smooth(
            vowels[np.clip(np.searchsorted(knots, at), 0, len(knots) - 1), number], 0.06
        )
        tracks.append((track, 60.0 + 0.06 * track, gain))
    tracks.append((3500.0 * size, 250.0, 0.2))
    voice = level(formants(source, tracks, 0.02))
    gate = np.ones(samples)
    for knot in knots[1:]:
        # Between two syllables the mouth closes, hisses or does nothing.
        kind = rng.integers(4)
        first, last = count(knot), count(knot + rng.uniform(0.02, 0.1))
        if kind < 2 and last < samples:
            gate[first:last] = 0.05
            if kind == 0:
                hiss = ends(noise(rng, last - first + 800), 0.01, 0.02)
                low = between(rng, 1500, 5000)
                add(voice, level(band(hiss, low, 2 * low, 18)), knot, rng.uniform(0.1, 0.6))
    return voice * _smooth(gate, 0.015)


def robot_voice(rng: Rng) -> Sound:
    """A machine that speaks: monotone, stepped or by a vocoder, ringing, through a tin can."""
    samples = count(rng.uniform(0.7, 4.0))
    pitch = between(rng, 60, 260)
    kind = rng.integers(5)
    if kind == 0:
        track = np.full(samples, pitch)
    elif kind == 1:
        steps = pitch * 2.0 ** (rng.choice([0, 2, 3, 5, 7], 40) / 12)
        track = steps[np.minimum(39, (times(samples) / rng.uniform(0.12, 0.3)).astype(int))]
    else:
        track = pitch * (1.0 + 0.05 * wander(rng, samples, 2.0, 1.0) * (kind == 2))
    buzz = harmonics(track, samples, _gains(rng, 80, 0.0, 0.8, 0.0))
    if kind == 3:
        # A vocoder's chord.
        buzz += harmonics(track * rng.choice([1.26, 1.5, 2.0]), samples, np.ones(50))
    out = _spoken(rng, samples, buzz + rng.uniform(0, 0.1) * level(noise(rng, samples)))
    if rng.random() < 0.5:
        # Ring modulation, as of the Daleks.
        share = rng.uniform(0.3, 1.0)
        out = out * (1.0 - share + share * sine(between(rng, 20, 150), samples))
    if rng.random() < 0.6:
        late = between(rng, 0.002, 0.02)
        comb = np.zeros(len(out) + count(6 * late))
        strength = rng.uniform(0.4, 0.85)
        for number in range(6):
            add(comb, out, number * late, strength**number)
        out = comb
    if rng.random() < 0.3:
        # Few bits.
        few = between(rng, 4, 20)
        out = np.round(few * peak(out)) / few
    if rng.random() < 0.5:
        out = band(out, between(rng, 150, 500), between(rng, 2500, 5000), 18)
    return room(rng, ends(drive(out, between(rng, 0.3, 4.0)), 0.01, 0.03), 0.4)


# Ray guns, synthesizers, magic.


def _zap(rng: Rng, seconds: float, top: float, octaves: float) -> Callable[[], Sound]:
    """A tone that falls fast."""
    gains, bend = _timbre(rng), rng.uniform(0.3, 1.2)
    dirt, decay = rng.uniform(0.0, 0.8), seconds * rng.uniform(0.7, 2.5)
    wobble, rate = float(rng.choice([0.0, rng.uniform(0.02, 0.3)])), between(rng, 20, 120)

    def shot() -> Sound:
        samples = count(seconds)
        fall = np.linspace(0, 1, samples) ** bend
        track = top * rng.uniform(0.95, 1.05) * 2.0 ** (-octaves * fall)
        track *= 1.0 + wobble * sine(rate, samples)
        tone = level(harmonics(track, samples, gains))
        tone += dirt * level(move_band(noise(rng, samples), track, 0.5))
        return ends(tone * fade(samples, 0.001, decay), 0.0, 0.01)

    return shot


def _blaster(rng: Rng) -> Callable[[], Sound]:
    """A stretched cable that is struck: its highs arrive first, so that a click becomes a chirp."""
    seconds = between(rng, 0.15, 0.6)
    top, low = between(rng, 4000, 12_000), between(rng, 80, 500)
    many = int(rng.integers(1, 5))
    gap = between(rng, 0.008, 0.05)

    def shot() -> Sound:
        samples = count(seconds)
        time = times(samples) + 0.0015 * rng.uniform(0.8, 1.3)
        track = np.clip(low + top * (0.0015 / time) ** rng.uniform(0.6, 1.0), 30, 15_000)
        chirp = sine(track, samples) * fade(samples, 0.0005, seconds)
        out = np.zeros(samples + count(many * gap))
        for number in range(many):
            add(out, chirp, number * gap, 0.6**number)
        thump = noise(rng, count(0.12), 1.0) * fade(count(0.12), 0.0005, 0.08)
        return mix(peak(out), rng.uniform(0.1, 0.9) * peak(thump))

    return shot


def _plasma(rng: Rng) -> Callable[[], Sound]:
    """A ball of something hot: a deep burst, noise that sweeps, a ringing tone."""
    seconds = between(rng, 0.15, 1.3)
    start, octaves = between(rng, 400, 7000), rng.uniform(1.0, 5.0)
    root, depth = between(rng, 40, 350), rng.uniform(0.5, 8.0)

    def shot() -> Sound:
        samples = count(seconds)
        sweep = start * 2.0 ** (-octaves * np.linspace(0, 1, samples) ** 0.6)
        air = level(
            move_band(noise(rng, samples, 0.5), np.maximum(sweep, 80), rng.uniform(0.5, 2.2))
        )
        fall = line(samples, (0, 1.8), (0.3, 1), (1, 0.7))
        body = _fm(root * fall, 1.41, depth * fade(samples, 0.001, seconds), samples)
        out = (air + rng.uniform(0.3, 1.5) * body) * fade(
            samples, between(rng, 0.001, 0.03), seconds
        )
        return ends(drive(out, between(rng, 0.5, 5)), 0, 0.02)

    return shot


def _beam(rng: Rng) -> Callable[[], Sound]:
    """A beam that is held: a tone with a fast wobble, and crackle; it may be charged first."""
    seconds = between(rng, 0.4, 2.5)
    root, rate, depth = between(rng, 120, 1800), between(rng, 8, 90), between(rng, 0.5, 8.0)

    def shot() -> Sound:
        samples = count(seconds)
        glide = line(samples, (0, rng.uniform(0.5, 1.2)), (0.15, 1), (1, rng.uniform(0.7, 1.1)))
        track = root * glide * (1.0 + 0.03 * sine(rate, samples))
        tone = _fm(track, float(rng.choice([0.5, 1.0, 1.41, 2.76])), depth, samples)
        tone *= 1.0 + 0.6 * sine(rate, samples, 0.25)
        air = level(move_band(noise(rng, samples), np.maximum(3 * track, 200), 0.8))
        return ends(level(tone) + rng.uniform(0.0, 1.0) * air, 0.02, 0.1)

    return shot


def laser_gun(rng: Rng) -> Sound:
    """A zap that falls, a film's blaster, a ball of plasma, a held beam; once or in a volley."""
    kind = rng.integers(8)
    if kind < 2:
        seconds, octaves = between(rng, 0.06, 0.6), rng.uniform(1.0, 5.0)
        shot = _zap(rng, seconds, between(rng, 700, 9000), octaves)
    elif kind == 2:
        shot = _blaster(rng)
    elif kind < 7:
        shot = _plasma(rng)
    else:
        shot = _beam(rng)
    many = int(rng.choice([1, 1, 1, 1, 2, 4])) if kind < 7 else 1
    moments = np.cumsum(rng.uniform(0.9, 1.1, many)) * between(rng, 0.1, 0.5)
    out = placed(shot, moments - moments[0], rng.uniform(0.7, 1.0, many))
    if rng.random() < 0.6:
        # Most films and games put a shot's punch under it.
        long = between(rng, 0.06, 0.6)
        punch = noise(rng, count(long), 1.0) * fade(count(long), 0.001, long)
        drop = sine(
            between(rng, 45, 160) * line(len(punch), (0, 2), (0.3, 1), (1, 0.8)), len(punch)
        )
        punch = peak(punch) + rng.uniform(0, 1) * drop * fade(len(punch), 0.002, long)
        under = placed(lambda: peak(punch), moments - moments[0], np.ones(many))
        out = mix(peak(out), between(rng, 0.2, 2.0) * under)
    return room(rng, drive(out, between(rng, 0.3, 4.0)), 0.5, 1.2)


def _glides(rng: Rng, samples: int) -> Sound:
    """Several tones that slide together or apart."""
    out = np.zeros(samples)
    base, gains = between(rng, 35, 700), _timbre(rng)
    goal = rng.uniform(-2.5, 2.5)
    for _ in range(int(rng.integers(1, 7))):
        bend = np.linspace(0, 1, samples) ** rng.uniform(0.5, 2.0)
        track = base * 2.0 ** (rng.uniform(-0.05, 0.8) + goal * rng.uniform(0.7, 1.1) * bend)
        out += harmonics(np.clip(track, 20, 9000), samples, gains)
    return out


def _wobble(rng: Rng, samples: int) -> Sound:
    """A tone that a slow or a quick wave moves: whoops, ripples, flying saucers."""
    base, depth = between(rng, 50, 1400), rng.uniform(0.1, 1.6)
    rate = between(rng, 0.7, 25.0) * line(samples, (0, 1), (1, between(rng, 0.3, 4.0)))
    wave = sine(rate, samples)
    if rng.random() < 0.3:
        wave = np.sign(wave)
    elif rng.random() < 0.4:
        wave = 2 * (phase_of(rate, samples) % 1.0) - 1
    track = base * 2.0 ** (depth * wave + rng.uniform(-1, 1) * np.linspace(0, 1, samples))
    return harmonics(np.clip(track, 20, 12_000), samples, _timbre(rng))


def _fm_drone(rng: Rng, samples: int) -> Sound:
    """Frequency modulation whose depth moves: clangs, growls, screeches."""
    base = between(rng, 30, 600) * 2.0 ** wander(rng, samples, between(rng, 0.5, 6), 0.15)
    depth = np.abs(
        line(samples, (0, rng.uniform(0, 10)), (0.5, rng.uniform(0, 10)), (1, rng.uniform(0, 6)))
    )
    return _fm(base, between(rng, 0.25, 7.0), depth, samples)


def _filtered(rng: Rng, samples: int) -> Sound:
    """Noise or a rich tone through a narrow filter that wanders, steps or sweeps."""
    source = noise(rng, samples, 0.5)
    if rng.random() < 0.6:
        source = harmonics(between(rng, 30, 250), samples, _gains(rng, 90, 0.3, 0.7, 0.0))
    kind = rng.integers(3)
    if kind == 0:
        track = 2.0 ** wander(rng, samples, between(rng, 1, 8), 1.0)
    elif kind == 1:
        steps = np.exp(rng.uniform(-1.2, 1.2, 200))
        track = steps[np.minimum(199, (times(samples) * between(rng, 5, 20)).astype(int))]
    else:
        track = 2.0 ** line(
            samples, (0, rng.uniform(-2, 2)), (0.5, rng.uniform(-2, 2)), (1, rng.uniform(-2, 2))
        )
    return move_band(source, between(rng, 250, 2500) * track, between(rng, 0.08, 0.6))


def _blips(rng: Rng, samples: int) -> Sound:
    """A row of notes at random or in an arpeggio, quick as a machine."""
    gap, gains = between(rng, 0.03, 0.15), _timbre(rng)
    base = between(rng, 100, 1500)
    scale = rng.choice([0, 2, 4, 7, 9, 12, 16, 19, 24], int(rng.integers(3, 9)))
    numbers = iter(range(10_000))

    def note() -> Sound:
        long = count(gap * rng.uniform(0.6, 1.8))
        pitch = base * 2.0 ** (scale[next(numbers) % len(scale)] / 12)
        return harmonics(pitch, long, gains) * fade(long, 0.002, 1.5 * long / SAMPLE_RATE)

    return repeat(rng, max(0.1, samples / SAMPLE_RATE - gap), gap, note, jitter=0.0, spread=1)


def _creak(rng: Rng, samples: int) -> Sound:
    """Slow pulses that speed up and down, through resonances: an alien's creak."""
    rate = between(rng, 8, 70) * 2.0 ** wander(rng, samples, between(rng, 0.8, 4.0), 0.9)
    hertz = np.exp(rng.uniform(np.log(45), np.log(2000), 4))
    return ring(pulses(rate, samples, 20.0), hertz, 0.1 * hertz, _gains(rng, 4, 0.2, 1))


def synthesizer_effect(rng: Rng) -> Sound:
    """What one turns the knobs of a synthesizer for: glides, wobbles, clangs, blips, creaks."""
    samples = count(between(rng, 0.25, 5.0))
    kinds = (_glides, _wobble, _fm_drone, _filtered, _blips, _creak)
    out = level(kinds[int(rng.integers(6))](rng, samples))
    if rng.random() < 0.3:
        out = mix(out, rng.uniform(0.2, 0.8) * level(kinds[int(rng.integers(6))](rng, samples)))
    samples = len(out)
    if rng.random() < 0.3:
        out = out * (1.0 + rng.uniform(0.3, 1.0) * sine(between(rng, 2, 300), samples))
    swell = (
        (0, 0),
        (rng.uniform(0.01, 0.6), 1),
        (rng.uniform(0.65, 0.95), rng.uniform(0.3, 1)),
        (1, 0),
    )
    out = out * line(samples, *swell)
    if rng.random() < 0.4:
        # Repeats that grow weaker.
        late, share = between(rng, 0.06, 0.35), rng.uniform(0.3, 0.7)
        wet = np.zeros(min(count(6.0), samples + count(5 * late)))
        for number in range(6):
            add(wet, out, number * late, share**number)
        out = wet
    return room(rng, ends(drive(out, between(rng, 0.3, 3)), 0.003, 0.05), 0.4, 1.5)


def _sparkle(rng: Rng, seconds: float) -> Sound:
    """Small bells in a shower, going up, down or all over."""
    base, way = between(rng, 500, 2500), rng.choice([-1.5, 0.0, 1.5])
    moments = np.sort(rng.uniform(0, 0.75 * seconds, int(between(rng, 8, 70))))
    out = np.zeros(count(seconds + 0.5))
    scale = np.array([0, 2, 4, 7, 9, 12, 14, 16, 19, 24])
    long = between(rng, 0.08, 0.8)
    for at in moments:
        pitch = base * 2.0 ** (way * at / seconds + rng.choice(scale) / 12)
        bell = modes(
            count(long),
            pitch * np.array([1, 2.76, 5.4]),
            [long, 0.6 * long, 0.3 * long],
            [1, 0.4, 0.2],
        )
        add(out, bell, float(at), rng.uniform(0.2, 1.0))
    return out


def magic_spell(rng: Rng) -> Sound:
    """A shimmer of bells, air that sweeps up, warbling tones, a deep burst: a spell, a teleport."""
    seconds = between(rng, 0.4, 3.0)
    samples = count(seconds)
    way = rng.uniform(-2.5, 2.5)
    out = np.zeros(samples)
    if rng.random() < 0.7:
        track = between(rng, 250, 2000) * 2.0 ** (way * np.linspace(-0.5, 0.5, samples))
        air = level(move_band(noise(rng, samples, 0.5), track, rng.uniform(0.2, 1.2)))
        swell = line(samples, (0, 0), (rng.uniform(0.1, 0.9), 1), (1, 0))
        out += rng.uniform(0.2, 1.0) * air * swell
    if rng.random() < 0.6:
        base, rate = between(rng, 90, 900), between(rng, 4, 22)
        track = base * 2.0 ** (0.5 * way * np.linspace(0, 1, samples) + 0.1 * sine(rate, samples))
        chord = sum(
            harmonics(track * f, samples, _gains(rng, 6, 0.8, 2.0))
            for f in rng.choice([1, 1.25, 1.5, 2, 3], 3)
        )
        trill = 1.0 + rng.uniform(0, 0.9) * sine(rate, samples)
        out += (
            rng.uniform(0.2, 1.0)
            * level(np.asarray(chord))
            * trill
            * line(samples, (0, 0), (0.2, 1), (1, 0))
        )
    if rng.random() < 0.65 or not out.any():
        out = mix(out, between(rng, 0.3, 2.0) * level(_sparkle(rng, seconds)))
    if rng.random() < 0.35:
        boom = sine(between(rng, 40, 120) * line(samples, (0, 1.6), (1, 0.7)), samples)
        rumble = level(band(noise(rng, samples, 1.0), 40, 400, 9))
        out[:samples] += (boom + rumble) * fade(samples, 0.01, seconds) * rng.uniform(0.2, 1.2)
    return echo(rng, ends(out, 0.01, 0.1), between(rng, 0.2, 1.8), between(rng, 0.02, 0.8))


# Whistles.


def referee_whistle(rng: Rng) -> Sound:
    """A pea whistle that flutters, or one without a pea whose two pitches beat; short and long."""
    base = between(rng, 1900, 4300)
    pea = rng.random() < 0.7
    rate, depth = rng.uniform(18.0, 50.0), rng.uniform(0.004, 0.03)
    apart = rng.uniform(1.015, 1.12)
    breath_level = decibels(rng.uniform(-26, -6))
    second = rng.uniform(0.02, 0.35)

    def blow(seconds: float) -> Sound:
        samples = count(seconds)
        pitch = base * line(samples, (0, 0.93), (min(0.4, 0.03 / seconds), 1), (0.9, 1), (1, 0.92))
        pitch *= 1.0 + wander(rng, samples, 8.0, 0.003)
        if pea:
            turn = rate * (1.0 + wander(rng, samples, 6.0, 0.1))
            flutter = sine(turn, samples)
            tone = sine(pitch * (1.0 + depth * flutter), samples)
            tone *= 1.0 + rng.uniform(0.2, 0.8) * flutter
        else:
            tone = sine(pitch, samples) + rng.uniform(0.3, 1.0) * sine(pitch * apart, samples)
        tone += second * tone * np.abs(tone)
        breath = level(move_band(noise(rng, samples), pitch, 0.25)) + 0.3 * noise(rng, samples)
        return ends(tone + breath_level * breath, between(rng, 0.004, 0.03), 0.04)

    kinds = ([0.15], [0.6], [1.6], [0.2, 0.25], [0.15, 0.9], [0.3, 0.3, 1.2])
    parts: list[Sound] = []
    for seconds in kinds[int(rng.integers(6))]:
        parts += [blow(seconds * between(rng, 0.7, 1.5)), silence(between(rng, 0.05, 0.3))]
    return _far(rng, np.concatenate(parts[:-1]))


def falling_slide_whistle(rng: Rng) -> Sound:
    """A swanee whistle whose piston is drawn out: a pipe's tone that slides down, with breath."""
    seconds = between(rng, 0.25, 2.5)
    samples = count(seconds)
    top, octaves = between(rng, 900, 3000), rng.uniform(0.6, 2.3)
    fall = np.linspace(0, 1, samples) ** between(rng, 0.5, 2.2)
    if rng.random() < 0.25:
        # A little upwards first.
        up = rng.uniform(0.1, 0.35)
        fall = line(samples, (0, rng.uniform(0.1, 0.5)), (up, 0), (1, 1))
    track = _smooth(top * 2.0 ** (-octaves * fall), 0.02)
    rate = rng.uniform(4, 9)
    track = track * (1.0 + rng.choice([0.0, rng.uniform(0.005, 0.04)]) * sine(rate, samples))
    track *= 1.0 + wander(rng, samples, 25.0, 0.003)
    # A stopped pipe has odd harmonics, and few.
    gains = [1.0, rng.uniform(0, 0.15), rng.uniform(0.02, 0.3), 0.01, rng.uniform(0, 0.08)]
    tone = harmonics(track, samples, gains) * (1.0 + wander(rng, samples, 12.0, 0.06))
    breath = level(move_band(noise(rng, samples), track, 0.5)) + 0.4 * band(
        noise(rng, samples), 800, 9000
    )
    out = level(tone) + decibels(rng.uniform(-36, -10)) * breath
    out *= line(samples, (0, 0.6), (0.1, 1), (0.8, rng.uniform(0.6, 1)), (1, rng.uniform(0.2, 1)))
    return room(rng, ends(out, between(rng, 0.008, 0.05), 0.05), 0.5, 1.0)


def falling_bomb_whistle(rng: Rng) -> Sound:
    """A bomb that falls: a long, slowly falling whistle of its fins, with air; it may come near."""
    samples = count(rng.uniform(1.2, 6.0))
    top, octaves = between(rng, 1200, 5000), rng.uniform(0.6, 2.8)
    fall = np.linspace(0, 1, samples) ** between(rng, 0.6, 2.0)
    track = top * 2.0 ** (-octaves * fall) * (1.0 + wander(rng, samples, 4.0, 0.006))
    tone = harmonics(track, samples, [1.0, rng.uniform(0, 0.4), rng.uniform(0, 0.2)])
    if rng.random() < 0.4:
        tone += rng.uniform(0.2, 0.9) * sine(track * rng.uniform(1.005, 1.5), samples)
    tone *= 1.0 + rng.uniform(0, 0.3) * sine(between(rng, 3, 40), samples)
    air = level(move_band(noise(rng, samples, 0.5), track, rng.uniform(0.15, 1.2)))
    out = level(tone) + decibels(rng.uniform(-24, 3)) * air
    grow = line(samples, (0, rng.uniform(-30, -3)), (1, 0))
    out *= 10.0 ** (grow / 20.0)
    top = between(rng, 2500, 12_000)
    return room(rng, ends(shape(out, (top, 0), (4 * top, -24)), 0.08, 0.03), 0.5, 1.5)


# Bass.


def synth_bass(rng: Rng) -> Sound:
    """Saws or squares through a filter that closes, FM, or a sine below; a note or a riff."""
    kind = rng.integers(4)
    cut, sweep = between(rng, 90, 900), rng.uniform(0.0, 4.0)
    close, steep = between(rng, 0.05, 1.2), rng.uniform(1.0, 3.0)
    sharp = rng.uniform(0.0, 8.0)
    detune = float(rng.choice([0.0, rng.uniform(0.002, 0.012)]))
    order = np.arange(1.0, 61.0)
    square = np.where(order % 2 == 1, 1.0, 0.0) if rng.random() < 0.4 else np.ones(60)
    depth, ratio = rng.uniform(1, 7), float(rng.choice([0.5, 1.0, 2.0, 3.0]))
    long = between(rng, 0.1, 4.0)

    def note(pitch: float, seconds: float) -> Sound:
        samples = count(seconds)
        loud = fade(samples, between(rng, 0.002, 0.02), rng.uniform(1.0, 4.0) * max(seconds, 0.3))
        if kind == 0:
            fm = _fm(pitch, ratio, depth * np.exp(-times(samples) / close), samples)
            return ends((fm + 0.4 * sine(pitch, samples)) * loud, 0.002, 0.03)
        tone = np.zeros(samples)
        edge = cut * 2.0 ** (sweep * np.exp(-times(samples) / close))
        for number in order[: min(60, int(9000 / pitch))]:
            place = number * pitch / edge
            # A low-pass whose edge rings.
            through = (
                1.0
                / np.sqrt(1.0 + place ** (4 * steep))
                * (1.0 + sharp * np.exp(-8 * (place - 1) ** 2))
            )
            phase = rng.random() if detune else 0.0
            part = sine(number * pitch, samples, phase)
            if detune:
                part = part + sine(number * pitch * (1 + detune), samples, rng.random())
            tone += square[int(number) - 1] / number * through * part
        return ends((tone + rng.uniform(0, 0.6) * sine(pitch, samples)) * loud, 0.002, 0.03)

    root = between(rng, 33, 165)
    if long > 0.8:
        out = note(root, long)
    else:
        steps = rng.choice([0, 0, 0, 3, 5, 7, 10, 12, -2], int(rng.integers(1, 9)))
        gap = long * rng.uniform(1.0, 1.6)
        out = silence(gap * len(steps) + long)
        for number, step in enumerate(steps):
            add(out, note(root * 2.0 ** (step / 12), long), number * gap, rng.uniform(0.7, 1.0))
        out = out[: count(5.5)]
    return drive(out, between(rng, 0.2, 3.0))


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "alarm siren": alarm_siren,
    "car horn": car_horn,
    "computer beeping": computer_beeping,
    "electric sparks": electric_sparks,
    "falling bomb whistle": falling_bomb_whistle,
    "falling slide whistle": falling_slide_whistle,
    "fire truck siren": fire_truck_siren,
    "laser gun": laser_gun,
    "magic spell": magic_spell,
    "police siren": police_siren,
    "radio static": radio_static,
    "referee whistle": referee_whistle,
    "robot voice": robot_voice,
    "ship horn": ship_horn,
    "sonar ping": sonar_ping,
    "synth bass": synth_bass,
    "synthesizer effect": synthesizer_effect,
}
"""Takes of what loudspeakers, whistles and electricity sound like, by label."""
