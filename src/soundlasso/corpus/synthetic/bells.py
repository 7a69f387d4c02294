"""Bells and what rings like them: struck metal and glass whose modes are not harmonic.

Ratios of partials are those of Fletcher and Rossing (1998), "The Physics of Musical Instruments",
chapters 19 to 21, spread a little for each bell; jingles are Cook's (1997) "Physically informed
sonic modeling", of particles that collide at random; telephones are Farnell's (2010), "Designing
Sound", practicals 3 to 5.
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
    ends,
    fade,
    harmonics,
    level,
    line,
    mix,
    modes,
    noise,
    peak,
    repeat,
    shape,
    silence,
    sine,
    times,
    wander,
)
from soundlasso.corpus.synthetic.placing import click, one_of, placed, plate, room

_HAND_BELL = (1.0, 3.0, 4.2, 5.4, 6.8, 9.1)
_HEMISPHERE = (1.0, 2.6, 4.6, 6.9, 9.6, 12.5)
_CHURCH_BELL = (0.5, 1.0, 1.19, 1.5, 2.0, 2.52, 2.66, 3.01, 4.15, 5.4, 6.8)
_BAR = (1.0, 2.756, 5.404, 8.933)
_PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)


def _ding(
    rng: Rng,
    ratios: Sequence[float] | Sound,
    hertz: float,
    ringing: float,
    *,
    damping: float = 0.6,
    clapper: float = 0.3,
) -> Callable[[], Sound]:
    """A bell, struck as often as one asks; each stroke is a little different."""
    order = np.arange(len(ratios))
    partials = hertz * np.asarray(ratios) * rng.uniform(0.97, 1.03, len(ratios))
    # Bells are not quite round: every mode is two that beat.
    split = partials * (1.0 + rng.uniform(0.0, 0.004, len(ratios)))
    decay = ringing * rng.uniform(0.7, 1.0, len(ratios)) / (1.0 + damping * order)
    gains = rng.uniform(0.3, 1.0, len(ratios)) / (1.0 + order) ** rng.uniform(0, 1)
    contact = clapper * between(rng, 0.15, 1.7)

    def strike() -> Sound:
        hard = rng.uniform(0.6, 1.0, len(ratios))
        body = modes(count(ringing), partials, decay, gains * hard)
        body += modes(count(ringing), split, decay, 0.6 * gains * hard)
        add(body, click(rng), 0.0, contact)
        return body

    return strike


# Bells.


def _hand_bell(rng: Rng) -> Sound:
    """A bell with a handle, swung."""
    strike = _ding(rng, _HAND_BELL, between(rng, 500, 2500), between(rng, 0.8, 3.0))
    return repeat(rng, rng.uniform(0, 3.0), between(rng, 0.15, 0.9), strike, jitter=0.12, spread=3)


def _counter_bell(rng: Rng) -> Sound:
    """A bell on a counter, its button pressed once or a few times."""
    strike = _ding(rng, _HEMISPHERE, between(rng, 1500, 4500), between(rng, 0.7, 3.0))
    return repeat(rng, rng.choice([0.0, 0.0, 0.6]), between(rng, 0.15, 0.5), strike)


def _bicycle_bell(rng: Rng) -> Sound:
    """A bicycle's bell: its wheel strikes a few times, slower and slower, once or twice."""
    strike = _ding(rng, _HEMISPHERE, between(rng, 1200, 3500), between(rng, 0.3, 1.2))

    def push() -> Sound:
        period = 1 / rng.uniform(8, 18)
        gaps = period * np.linspace(1.0, rng.uniform(1.0, 1.8), int(rng.integers(2, 9)))
        return placed(strike, np.cumsum(gaps) - gaps[0], rng.uniform(0.5, 1.0, len(gaps)))

    return repeat(rng, rng.choice([0.0, 0.5]), rng.uniform(0.3, 0.5), push)


def _electric_bell(rng: Rng) -> Sound:
    """A bell which an electromagnet's hammer strikes: a school's, an alarm's."""
    ring = between(rng, 0.3, 1.5)
    strike = _ding(rng, _HEMISPHERE, between(rng, 700, 3500), ring, clapper=0.5)
    return peak(repeat(rng, rng.uniform(0.8, 4.0), 1 / rng.uniform(10, 30), strike, jitter=0.02))


def _jingle_bells(rng: Rng) -> Sound:
    """Small closed bells with a ball inside, shaken: a sleigh's, a cat's."""
    bells = [
        _ding(rng, (1.0, 1.6, 2.4, 3.3), hertz, between(rng, 0.08, 0.4))
        for hertz in between(rng, 2200, 5500) * rng.uniform(0.9, 1.15, int(rng.integers(1, 6)))
    ]
    shakes = np.arange(rng.integers(2, 14)) * between(rng, 0.1, 0.4)
    moments = np.concatenate([at + np.abs(rng.normal(0, 0.04, 3)) for at in shakes])
    return placed(
        lambda: bells[int(rng.integers(len(bells)))](), moments, rng.uniform(0.2, 1, len(moments))
    )


def bell_ringing(rng: Rng) -> Sound:
    """A hand bell, a counter bell, a bicycle's, an electric one, or small jingling ones."""
    kinds = (_hand_bell, _hand_bell, _counter_bell, _bicycle_bell, _electric_bell, _jingle_bells)
    return room(rng, one_of(rng, *kinds), 0.4)


def church_bell(rng: Rng) -> Sound:
    """A tower's bell that tolls or swings, or some that peal, near or far away."""
    strike_note = between(rng, 180, 1200)
    ringing = float(np.clip(between(rng, 4.0, 12.0) * (400 / strike_note) ** 0.5, 2.5, 14.0))

    def bell(hertz: float) -> Callable[[], Sound]:
        # The hum rings far longer than what gives the bell its pitch.
        ratios = np.array(_CHURCH_BELL) * np.exp(rng.normal(0.0, 0.006, len(_CHURCH_BELL)))
        ring = ringing * np.array([1, 0.55, 0.6, 0.3, 0.35, 0.2, 0.18, 0.2, 0.12, 0.08, 0.06])
        gains = np.array([0.5, 0.6, 0.7, 0.25, 1, 0.4, 0.4, 0.6, 0.4, 0.3, 0.2])
        gains = gains * np.exp(rng.normal(0.0, 0.4, len(ratios)))
        beat = 1.0 + rng.uniform(0.0, 0.003, len(ratios))
        samples = count(min(4.5, ringing))
        sharp = np.cumsum(rng.uniform(0.4, 1.4, 16)) + 6.0
        bright = between(rng, 0.1, 1.0) * rng.uniform(0.2, 1.0, 16)

        def strike() -> Sound:
            now = gains * np.exp(rng.normal(0.0, 0.15, len(ratios)))
            body = modes(samples, hertz * ratios, ring, now)
            body += modes(samples, hertz * ratios * beat, ring, 0.5 * now)
            body += modes(samples, hertz * sharp, 0.15 * ringing / sharp**0.5, bright / sharp**0.5)
            add(body, click(rng, 800, 6000, 0.02), 0.0, between(rng, 0.1, 0.8))
            return ends(body, 0.0005, 1.0)

        made = [strike(), strike()]
        return lambda: made[int(rng.integers(2))]

    kind = rng.integers(4)
    if kind == 0:
        sound = repeat(rng, rng.uniform(0, 3.5), between(rng, 1.4, 3.0), bell(strike_note))
    elif kind == 1:
        swing = bell(strike_note)
        sound = repeat(rng, rng.uniform(1.5, 4.0), between(rng, 0.6, 1.5), swing, spread=3)
    else:
        scale = (0, 2, 4, 5, 7, 9, 11, 12)
        notes = rng.permutation(scale)[: rng.integers(2, 5)]
        bells = [bell(strike_note * 2.0 ** (-note / 12)) for note in sorted(notes)]
        turn = iter(range(1000))
        gap = between(rng, 0.22, 0.9)
        sound = repeat(rng, rng.uniform(1, 4), gap, lambda: bells[next(turn) % len(bells)]())
    far = rng.uniform(0.0, 1.0) ** 2
    sound = shape(sound, (800, 0.0), (3000, -10 * far), (9000, -35 * far))
    return room(rng, ends(sound[: count(6.0)], 0.0005, 0.6), 0.7, 3.0)


def gong(rng: Rng) -> Sound:
    """A tam-tam that blooms, a gong with a boss and a pitch, or an opera gong that glides."""
    kind = rng.integers(3)
    seconds = rng.uniform(3.0, 6.0)
    samples = count(seconds)
    if kind == 0:
        low = between(rng, 50, 160)
        high = between(rng, 1500, 9000)
        long, short = between(rng, 5, 15), between(rng, 1.5, 4)
        sound = plate(
            rng, seconds, (low, high), (long, short),
            density=0.06, rise=rng.uniform(0.05, 0.6), tilt=rng.uniform(-6, -3),
        )  # fmt: skip
        body = low * (1.0 + np.cumsum(rng.exponential(0.5, 10)))
        sound += 0.1 * modes(samples, body, np.full(10, long), rng.uniform(0.2, 1, 10))
    else:
        hertz = between(rng, 70, 350) if kind == 1 else between(rng, 250, 700)
        ratios = sorted([1.0, 2.0, 3.0, *(1 + rng.exponential(4.0, 14)).tolist()])
        track = 1.0 + rng.uniform(-0.12, 0.12) * (kind == 2) * np.exp(-times(samples) / 0.25)
        sound = np.zeros(samples)
        for i, ratio in enumerate(ratios):
            ring = between(rng, 1.5, 7) / (1 + 0.2 * i) * (1.0 if kind == 1 else 0.5)
            gain = between(rng, 0.2, 1) / (1 + 0.15 * i)
            late = rng.uniform(0.0, 0.06) * (i > 0) + 0.004
            part = sine(hertz * ratio * track, samples, rng.random())
            sound += gain * part * fade(samples, late, ring)
        wash = plate(
            rng, seconds, (hertz * 2, 3500), (3.0, 1.0), rise=rng.uniform(0.05, 0.4), tilt=-3.0
        )
        sound = peak(sound) + rng.uniform(0.1, 1.0) * wash
    thump = band(noise(rng, count(0.1)), 60, 500) * fade(count(0.1), 0.004, 0.08)
    add(sound, peak(thump), 0.0, rng.uniform(0.0, 0.5))
    if rng.random() < 0.2:
        again = rng.uniform(0.4, 1.5)
        sound = mix(sound, np.append(silence(again), sound))[: count(6.0)]
    return room(rng, ends(sound, 0.0005, 0.8), 0.4, 2.0)


def _chime(rng: Rng) -> Sound:
    """A door's ding-dong: two metal bars over resonators; sometimes only one, or three."""
    first = between(rng, 450, 1100)
    steps = rng.choice([3, 4, 4, 5, 7])
    falls = [0, -steps] if rng.random() < 0.8 else [0, -steps, -steps - rng.choice([3, 4, 5])]
    ring = between(rng, 0.7, 2.5)
    gap = rng.uniform(0.25, 0.8)
    out = silence(gap * len(falls) + ring)
    for i, fall in enumerate(falls):
        bar = _ding(rng, _BAR, first * 2 ** (fall / 12), ring, damping=2.0, clapper=0.15)
        add(out, bar(), i * gap, rng.uniform(0.7, 1.0))
    return out


def _buzzer(rng: Rng) -> Sound:
    """A door's buzzer: an armature that rattles at twice the mains' frequency."""
    hertz = rng.choice([50.0, 60.0]) * rng.choice([1, 2, 2])
    samples = count(rng.uniform(0.3, 1.6))
    track = hertz * (1.0 + wander(rng, samples, 5.0, 0.002))
    teeth = harmonics(track, samples, 1 / np.arange(1, 60) ** rng.uniform(0.1, 0.7))
    low = between(rng, 250, 1200)
    rattle = 1.0 + 0.2 * band(noise(rng, samples), 20, 400)
    body = shape(teeth * rattle, (100, -18), (low, 0), (low * rng.uniform(2, 5), -3), (9000, -25))
    return ends(body, 0.01, 0.03)


def _melody(rng: Rng, notes: Sequence[int], base: float, gap: float, ring: float) -> Sound:
    """Notes of an electronic chime: a few harmonics, or nearly square, that decay."""
    gains = 1 / np.arange(1, 10) ** rng.uniform(0.8, 2.5)
    gains[1::2] *= rng.choice([0.0, 1.0])
    out = silence(gap * len(notes) + ring)
    for i, semitone in enumerate(notes):
        note = harmonics(base * 2 ** (semitone / 12), count(ring), gains)
        add(out, note * fade(len(note), 0.003, ring), i * gap)
    return ends(out)


def _electronic_doorbell(rng: Rng) -> Sound:
    """An electronic ding-dong, Westminster's quarters, or some other little tune."""
    base = between(rng, 450, 1300)
    tunes: tuple[tuple[int, ...], ...] = ((4, 0, 2, -5), (0, 2, 4, -5), (4, 2, 0, -5), (7, 4, 0))
    drawn = tuple(int(x) for x in rng.choice(_PENTATONIC, int(rng.integers(3, 8))))
    tune = (*tunes, (4, 0), (3, 0), (4, 0, 4, 0), drawn)[int(rng.integers(8))]
    return _melody(rng, tune, base, between(rng, 0.15, 0.7), between(rng, 0.4, 2.0))


def doorbell(rng: Rng) -> Sound:
    """A door's chime, bell, buzzer or electronic tune, in a hall."""
    kinds = (_chime, _chime, _chime, _electric_bell, _buzzer, _electronic_doorbell)
    return room(rng, one_of(rng, *kinds), 0.6)


def wind_chimes(rng: Rng) -> Sound:
    """Tubes of metal, bamboo, glass or shells that the wind strikes against each other."""
    kind = rng.integers(4)
    tubes = int(rng.integers(4, 9))
    if kind < 2:
        base = between(rng, 400, 3500)
        pitches = base * 2.0 ** (np.array(_PENTATONIC[:tubes]) / 12)
        ring, ratios, clapper = between(rng, 0.8, 3.5), _BAR, 0.12
    elif kind == 2:
        base = between(rng, 350, 900)
        pitches = base * rng.uniform(0.9, 2.0, tubes)
        ring, ratios, clapper = between(rng, 0.06, 0.2), (1.0, 2.4, 4.1, 5.9), 0.6
    else:
        pitches = between(rng, 2500, 6000) * rng.uniform(0.7, 1.5, tubes)
        ring, ratios, clapper = between(rng, 0.1, 0.6), (1.0, 1.7, 2.4, 3.1), 0.4
    chimes = [_ding(rng, ratios, f, ring, damping=1.0, clapper=clapper) for f in pitches]
    seconds = rng.uniform(1.0, 4.5)
    wind = np.exp(wander(rng, count(seconds), between(rng, 0.7, 2.5), 1.2))
    rate = between(rng, 2.0, 8.0) * (2.5 if kind == 3 else 1.0)
    hits = rng.random(len(wind)) < np.minimum(wind, 6.0) * rate / SAMPLE_RATE
    moments = np.append(0.0, np.flatnonzero(hits)[:45] / SAMPLE_RATE)
    gains = np.exp(rng.normal(-0.5, 0.6, len(moments)))
    sound = placed(lambda: chimes[int(rng.integers(tubes))](), moments, gains)
    return room(rng, ends(sound, 0.0005, 0.2), 0.4)


def level_crossing_bell(rng: Rng) -> Sound:
    """A level crossing's gong that a hammer strikes, or its electronic bell of one or two tones."""
    seconds = rng.uniform(1.5, 5.0)
    period = 1 / between(rng, 1.8, 5.5)
    if rng.random() < 0.55:
        hertz = between(rng, 500, 1800)
        strike = _ding(rng, _HEMISPHERE, hertz, between(rng, 0.4, 2.0), clapper=0.5)
        sound = repeat(rng, seconds, period, strike, jitter=0.02)
    else:
        low = between(rng, 480, 1000)
        # Japan's has two tones that beat; others have one with a bell's few partials.
        high = low * rng.uniform(1.04, 1.12)
        ring = between(rng, 0.2, 0.8)
        ratios = np.array([1.0, 2.0, 2.7, 3.0, 4.2])
        gains = rng.uniform(0.0, 0.5, 5) + np.array([1.0, 0, 0, 0, 0])
        two = rng.random() < 0.5

        def strike() -> Sound:
            one = modes(count(ring), low * ratios, ring / ratios**0.5, gains)
            return one + two * modes(count(ring), high * ratios, ring / ratios**0.5, gains)

        sound = repeat(rng, seconds, period, strike, jitter=0.004, spread=0.3)
    far = rng.uniform(0.0, 20.0)
    sound = shape(sound, (1000, 0.0), (10000, -far))
    return room(rng, sound, 0.5, 1.5)


# Telephones.


def _cadence(rng: Rng, ring: Callable[[float], Sound]) -> Sound:
    """Rings of a telephone with its country's pauses."""
    burst, gap, second = ((2.0, 0, 0), (1.0, 0, 0), (0.4, 0.2, 0.4), (0.8, 0.4, 0.8))[
        int(rng.integers(4))
    ]
    part = ring(burst * rng.uniform(0.6, 1.05))
    if second:
        part = np.concatenate([part, silence(gap), ring(second)])
    if len(part) < count(1.6) and rng.random() < 0.5:
        part = np.concatenate([part, silence(rng.uniform(0.5, 1.5)), part])
    return part


def _phone_bells(rng: Rng) -> Callable[[float], Sound]:
    """Two brass gongs and a clapper that goes to and fro between them, 20 or 25 times a second."""
    low = between(rng, 700, 1900)
    ring = between(rng, 0.3, 1.0)
    gongs = [
        _ding(rng, _HEMISPHERE, f, ring, clapper=0.6) for f in (low, low * rng.uniform(1.05, 1.35))
    ]
    rate = 2 * rng.uniform(10.0, 25.0)

    def sound(seconds: float) -> Sound:
        turn = iter(range(10000))
        return repeat(rng, seconds, 1 / rate, lambda: gongs[next(turn) % 2](), jitter=0.02)

    return sound


def _phone_warble(rng: Rng) -> Callable[[float], Sound]:
    """Two tones in turn, nearly square, through a piezo disc: an office telephone."""
    low = between(rng, 500, 1900)
    ratio = rng.choice([1.2, 1.25, 1.33, 1.5])
    rate = between(rng, 7.0, 25.0)
    gains = 1 / np.arange(1, 14) ** rng.uniform(0.8, 2.0)
    gains[1::2] *= rng.uniform(0.0, 0.6)
    centre = between(rng, 1500, 4000)

    def sound(seconds: float) -> Sound:
        samples = count(seconds)
        high = (times(samples) * rate) % 1.0 < 0.5
        tone = harmonics(np.where(high, low * ratio, low), samples, gains)
        piezo = ((centre / 4, -12.0), (centre, 0.0), (centre * 2.5, -12.0))
        return ends(shape(tone, *piezo), 0.005, 0.02)

    return sound


def _phone_beeps(rng: Rng) -> Callable[[float], Sound]:
    """Short beeps in fast groups: a cordless telephone, an old mobile."""
    hertz = between(rng, 900, 3200)
    on = between(rng, 0.03, 0.12)
    rate = rng.uniform(0.35, 0.75) / on
    gains = 1 / np.arange(1, 10) ** rng.uniform(0.8, 2.5)

    def sound(seconds: float) -> Sound:
        beep = ends(harmonics(hertz, count(on), gains), 0.003, 0.006)
        return repeat(rng, seconds, 1 / rate, lambda: beep, jitter=0.0, spread=0.0)

    return sound


def _phone_tune(rng: Rng) -> Callable[[float], Sound]:
    """A mobile's ringtone: a few notes, again and again."""
    notes = [int(x) for x in rng.choice(_PENTATONIC, int(rng.integers(3, 9)))]
    base, gap = between(rng, 500, 1400), between(rng, 0.08, 0.22)
    ring = between(rng, 0.1, 0.6)

    def sound(seconds: float) -> Sound:
        enough = notes * (1 + int(seconds / (gap * len(notes))))
        return _melody(rng, enough[: max(3, int(seconds * 1.3 / gap))], base, gap, ring)

    return sound


def _phone_line(rng: Rng) -> Callable[[float], Sound]:
    """The tone that a caller hears while it rings: one or two sines, through a line."""
    pairs = ((425.0, 0.0), (425.0, 0.0), (440.0, 480.0), (400.0, 450.0))
    first, second = pairs[int(rng.integers(4))]

    def sound(seconds: float) -> Sound:
        samples = count(seconds)
        tone = sine(first, samples) + (sine(second, samples) if second else 0.0)
        hiss = band(noise(rng, samples), 300, 3400) * rng.uniform(0, 0.01)
        return ends(tone + 0.03 * tone**3 + hiss, 0.01, 0.02)

    return sound


def telephone_ringing(rng: Rng) -> Sound:
    """A telephone's bells, trill, beeps or tune, with pauses, or its ring on the line."""
    kinds = (_phone_bells, _phone_bells, _phone_warble, _phone_warble, _phone_beeps)
    kind = (*kinds, _phone_tune, _phone_line)[int(rng.integers(7))]
    sound = _cadence(rng, kind(rng))
    return sound if kind is _phone_line else room(rng, sound, 0.5)


# Glass, and percussion of metal.


def glass_clinking(rng: Rng) -> Sound:
    """Glasses or bottles that touch: a toast, a spoon against one, a few on a tray."""

    def glass() -> Callable[[], Sound]:
        kind = rng.integers(3)
        if kind == 0:
            hertz, ring = between(rng, 500, 1600), between(rng, 0.4, 2.0)
        elif kind == 1:
            hertz, ring = between(rng, 1300, 3500), between(rng, 0.15, 0.6)
        else:
            hertz, ring = between(rng, 1200, 3000), between(rng, 0.06, 0.3)
        # Of a rim, the modes go up nearly with the square of their number.
        orders = np.arange(2, 9)
        ratios = (orders / 2.0) ** rng.uniform(1.6, 2.0)
        return _ding(rng, ratios, hertz, ring, damping=rng.uniform(0.4, 1.8), clapper=0.4)

    first, second = glass(), glass()
    spoon = rng.random() < 0.25
    weight = 0.0 if spoon else rng.uniform(0.2, 1.0)

    def clink() -> Sound:
        # Two that touch often touch twice.
        both = mix(first(), weight * second())
        if rng.random() < 0.35:
            again = silence(rng.uniform(0.012, 0.08))
            both = mix(both, np.append(again, rng.uniform(0.1, 0.5) * both))
        return both

    if spoon:
        sound = repeat(rng, rng.uniform(0.3, 2.0), between(rng, 0.12, 0.3), clink, jitter=0.08)
    else:
        moments = np.cumsum(rng.exponential(0.35, int(rng.choice([1, 1, 2, 3, 6]))))
        sound = placed(clink, moments - moments[0], rng.uniform(0.3, 1.0, len(moments)))
    return room(rng, sound, 0.5, 0.8)


def cowbell(rng: Rng) -> Sound:
    """A cowbell of a drum kit, of a drum machine, or round a cow's neck."""
    kind = rng.integers(3)
    if kind == 0:
        low = between(rng, 450, 1000)
        ratios = np.array([1.0, rng.uniform(1.4, 1.6), 2.2, 3.1, 3.9, 5.2, 6.6, 8.1, 9.7])
        ring = between(rng, 0.15, 1.0)
        strike = _ding(rng, ratios, low, ring, damping=rng.uniform(0.15, 0.8), clapper=0.8)
    elif kind == 1:
        low = between(rng, 480, 640)
        ring = between(rng, 0.15, 0.6)

        def strike() -> Sound:
            odd = np.where(np.arange(1, 16) % 2, 1 / np.arange(1, 16), 0.0)
            two = harmonics(low, count(ring), odd) + harmonics(1.481 * low, count(ring), odd)
            sharp = fade(count(ring), 0.0005, 0.08) + 0.4 * fade(count(ring), 0.0005, ring)
            return band(two, 500, 4000, 12) * sharp

    else:
        ratios = np.cumsum(np.append(1.0, rng.uniform(0.25, 0.9, 9)))
        ring = between(rng, 0.1, 0.8)
        strike = _ding(
            rng, ratios, between(rng, 280, 1300), ring, damping=rng.uniform(0.1, 0.5), clapper=0.5
        )
        moments = np.cumsum(rng.gamma(2.0, between(rng, 0.06, 0.3), int(rng.integers(2, 14))))
        moments = (moments - moments[0])[moments < 4.5]
        gains = np.exp(rng.normal(-0.4, 0.5, len(moments)))
        return room(rng, placed(strike, moments, gains), 0.5)
    hits = rng.choice([0.0, 0.0, rng.uniform(0.5, 3.0)])
    return room(rng, repeat(rng, hits, between(rng, 0.15, 0.6), strike, spread=2.5), 0.4)


def _struck_cymbal(rng: Rng, seconds: float, crash: bool) -> Sound:
    """A cymbal: a splash of high modes that follows the stick, over a few low ones."""
    low = between(rng, 180, 500)
    top = between(rng, 9000, 15000)
    long = seconds * rng.uniform(0.9, 1.6)
    short = long * rng.uniform(0.3, 0.8)
    rise = rng.uniform(0.003, 0.06) if crash else rng.uniform(0.0, 0.015)
    tilt = rng.uniform(-3.0, 0.5)
    density = between(rng, 0.012, 0.1)
    wash = plate(rng, seconds, (low, top), (long, short), density=density, rise=rise, tilt=tilt)
    if crash:
        # Struck hard, all of it is loud at first.
        burst = plate(rng, seconds, (600, top), (0.5, 0.35), density=0.3, tilt=0.0)
        return wash + rng.uniform(0.2, 0.9) * burst
    hertz = between(rng, 300, 700) * (1 + np.cumsum(rng.exponential(0.5, 14)))
    ping = modes(count(seconds), hertz, np.full(14, long * 0.5), rng.uniform(0.1, 1.0, 14))
    sound = rng.uniform(0.3, 1.0) * wash + peak(ping) * rng.uniform(0.1, 0.6)
    add(sound, click(rng, 2500, 12000, between(rng, 0.005, 0.02)), 0.0, rng.uniform(0.2, 1.0))
    return sound


def cymbal(rng: Rng) -> Sound:
    """A ride cymbal and its bell, a splash, two that are clashed, or one that swells."""
    kind = rng.integers(5)
    if kind == 0:
        period = between(rng, 0.18, 0.6)
        tail = between(rng, 0.5, 2.5)
        one = _struck_cymbal(rng, tail, False)
        beats = np.cumsum(np.resize([2, 1, 1] if rng.random() < 0.4 else [1], 6)) * period
        beats = (beats - beats[0])[: rng.integers(2, 7)]
        return ends(placed(lambda: one, beats, rng.uniform(0.6, 1, len(beats))), 0, 0.2)
    if kind == 1:
        samples = count(rng.uniform(1.5, 4.0))
        swell = plate(rng, samples / SAMPLE_RATE, (250, 13000), (90, 90), density=0.5, tilt=-1.5)
        steps = line(samples, (0, -45), (rng.uniform(0.5, 0.8), 0), (1, -50))
        return ends(swell * 10 ** (steps / 20))
    sound = _struck_cymbal(rng, between(rng, 0.3, 4.0), kind == 4)
    return room(rng, ends(sound, 0.0005, 0.15), 0.4)


def crash_cymbal(rng: Rng) -> Sound:
    """A crash cymbal, struck hard once or twice; sometimes choked."""
    sound = _struck_cymbal(rng, between(rng, 0.8, 5.0), True)
    if rng.random() < 0.15:
        held = count(rng.uniform(0.2, 0.8))
        sound[held:] *= fade(len(sound[held:]), 0.0, 0.15)
    if rng.random() < 0.2:
        sound = mix(sound, np.append(silence(rng.uniform(0.2, 0.8)), sound))
    stick = click(rng, 1000, 9000, 0.015)
    add(sound, stick, 0.0, rng.uniform(0.0, 0.5))
    return room(rng, ends(sound, 0.0005, 0.3), 0.4)


def hi_hat(rng: Rng) -> Sound:
    """A hi-hat that is closed, open, half open or trodden, once or in a pattern; or a machine's."""
    low = between(rng, 300, 4500)
    top = between(rng, 10000, 15500)
    tilt = rng.uniform(-2.0, 3.0)
    machine = rng.random() < 0.25
    squares = between(rng, 200, 350) * np.array([1, 1.48, 1.8, 2.55, 2.63, 3.9])

    def hit(decay: float) -> Sound:
        seconds = min(1.5, decay * 1.1) + 0.02
        if machine:
            odd = np.where(np.arange(1, 40) % 2, 1 / np.arange(1, 40), 0.0)
            metal = sum(harmonics(f, count(seconds), odd) for f in squares)
            sound = band(np.asarray(metal), 6000, 14000, 18) * fade(count(seconds), 0.001, decay)
            return peak(sound)
        sound = plate(
            rng, seconds, (low, top), (decay * 1.3, decay), density=0.5, tilt=tilt, rise=0.002
        )
        add(sound, click(rng, 3000, 12000, 0.008), 0.0, rng.uniform(0.0, 0.7))
        return sound

    closed, opened = between(rng, 0.04, 0.2), between(rng, 0.3, 1.5)
    kind = rng.integers(4)
    if kind == 0:
        sound = hit(closed)
    elif kind == 1:
        sound = hit(opened)
    elif kind == 2:
        tread = silence(rng.uniform(0.02, 0.04))
        sound = mix(hit(closed * 0.6), np.append(tread, 0.5 * hit(closed)))
    else:
        period = between(rng, 0.12, 0.35)
        made = [hit(opened if rng.random() < 0.12 else closed) for _ in range(rng.integers(4, 12))]
        turn = iter(made)
        weak = np.where(np.arange(len(made)) % 2, rng.uniform(0.0, 0.6), 0.0)
        moments: Sound = period * (np.arange(len(made)) + rng.uniform(0, 0.06, len(made)))
        sound = placed(lambda: next(turn), moments, 1.0 - weak)
    return room(rng, ends(sound, 0.0003, 0.01), 0.3, 0.6)


def tambourine(rng: Rng) -> Sound:
    """Pairs of small cymbals in a ring that is struck on a head or a hand, or shaken."""
    base = between(rng, 3500, 7500)
    decay = between(rng, 0.08, 0.4)
    pairs = [base * rng.uniform(0.75, 1.6, 4) for _ in range(int(rng.integers(4, 9)))]

    def jingle() -> Sound:
        hertz = pairs[int(rng.integers(len(pairs)))]
        ring = decay * rng.uniform(0.3, 1.0, 4)
        return modes(count(decay), hertz, ring, rng.uniform(0.2, 1, 4), rng.uniform(0, 6.3, 4))

    head = between(rng, 120, 450) if rng.random() < 0.4 else 0.0

    def hit(hard: float = 1.0) -> Sound:
        many = int(rng.integers(10, 30))
        width = between(rng, 0.01, 0.035)
        moments = np.asarray(rng.gamma(1.3, width, many), float)
        gains: Sound = np.exp(-moments / 0.05) * rng.uniform(0.2, 1, many)
        sound = placed(jingle, moments, gains)
        hiss = band(noise(rng, count(0.08)), base * 0.8, 14000) * fade(count(0.08), 0.002, 0.07)
        add(sound, level(hiss), 0.0, rng.uniform(0.1, 0.6))
        if head and hard == 1.0:
            drum = modes(
                count(0.2), head * np.array([1, 1.6, 2.1]), [0.2, 0.12, 0.1], [1, 0.6, 0.4]
            )
            add(sound, drum, 0.0, 3.0)
        return hard * sound

    kind = rng.integers(3)
    if kind == 0:
        return room(rng, hit(), 0.3, 0.8)
    if kind == 1:
        period = between(rng, 0.25, 0.7)
        return room(rng, repeat(rng, rng.uniform(0.5, 2.5), period, hit, jitter=0.02), 0.3, 0.8)
    # Shaken to and fro: each way sounds different.
    weak = rng.uniform(0.2, 0.8)
    turn = iter(range(1000))
    period = between(rng, 0.06, 0.2)
    shake = repeat(
        rng, rng.uniform(0.5, 2.5), period, lambda: hit(0.99 if next(turn) % 2 else weak)
    )
    return room(rng, shake, 0.3, 0.8)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "bell ringing": bell_ringing,
    "church bell": church_bell,
    "cowbell": cowbell,
    "crash cymbal": crash_cymbal,
    "cymbal": cymbal,
    "doorbell": doorbell,
    "glass clinking": glass_clinking,
    "gong": gong,
    "hi-hat": hi_hat,
    "level crossing bell": level_crossing_bell,
    "tambourine": tambourine,
    "telephone ringing": telephone_ringing,
    "wind chimes": wind_chimes,
}
"""Takes of bells, by label."""
