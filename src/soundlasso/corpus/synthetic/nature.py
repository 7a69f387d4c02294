"""Water, wind, weather and fire: noise that flows, bubbles that ring, crackling.

A bubble's pitch and decay are those of van den Doel (2005), "Physically based models for liquid
sounds", after Minnaert; wind, fire, thunder and rain follow Farnell (2010), "Designing Sound",
part IV.
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
    echo,
    ends,
    fade,
    join,
    level,
    line,
    mix,
    modes,
    move_band,
    noise,
    peak,
    pulses,
    ring,
    scatter,
    shape,
    silence,
    sine,
    times,
    vary,
    wander,
)

Grain = Callable[[], Sound]

# Building blocks.


def _pool(rng: Rng, size: int, make: Grain) -> Grain:
    """Draws from grains that are made once, where thousands are needed."""
    made = [make() for _ in range(size)]
    return lambda: made[rng.integers(size)]


def _bubble(rng: Rng, hertz: float, rise: float) -> Sound:
    """A bubble of a pitch, which rises as it nears the surface."""
    radius = 3.0 / hertz
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    samples = count(min(0.6, 6.0 / damping))
    time = times(samples)
    cycles = hertz * time * (1.0 + 0.5 * rise * damping * time)
    sound = np.sin(2 * np.pi * cycles) * np.exp(-damping * time)
    return sound * np.minimum(1.0, time * hertz / rng.uniform(0.3, 2.0))


def _bubbles(rng: Rng, low: float, high: float, rise: float = 0.1, size: int = 48) -> Grain:
    """Bubbles of any pitch between two; large ones are louder."""

    def make() -> Sound:
        hertz = between(rng, low, high)
        gain = (low / hertz) ** rng.uniform(0.3, 1.0)
        return gain * _bubble(rng, hertz, rng.uniform(0.0, 2.0 * rise))

    return _pool(rng, size, make)


def _snap(rng: Rng, low: float, high: float, decay: float) -> Sound:
    """A short burst of noise: a drop on stone, a crackle."""
    samples = count(1.1 * decay)
    return peak(band(noise(rng, samples), low, high, 12) * fade(samples, 0.0003, decay))


def _snaps(rng: Rng, low: float, high: float, shortest: float, longest: float) -> Grain:
    """Bursts of any pitch and length between two."""

    def make() -> Sound:
        middle = between(rng, low, high)
        return _snap(rng, 0.7 * middle, 1.6 * middle, between(rng, shortest, longest))

    return _pool(rng, 40, make)


def _gusts(rng: Rng, samples: int, rate: float, depth: float) -> Sound:
    """A level that swells and sinks slowly, with faster changes on top; about 1."""
    slow = wander(rng, samples, rate) + 0.4 * wander(rng, samples, 4.0 * rate)
    return np.exp(depth * slow)


def _steady(rng: Rng, sound: Sound) -> Sound:
    """What goes on before and after what is heard of it."""
    return ends(sound, rng.choice([0.01, 0.1, 0.4]), rng.choice([0.02, 0.1, 0.5]))


def _coloured(rng: Rng, samples: int, low: float, high: float, colour: float) -> Sound:
    """Noise of a broad band, not quite smooth: RMS 1."""
    marks = np.geomspace(low, high, 6)
    points = [(f, rng.normal(0.0, 2.5)) for f in marks]
    return level(band(shape(noise(rng, samples, colour), *points), low, high, 12))


# Wind and weather.


def wind(rng: Rng) -> Sound:
    """Gusts over a plain, around a house (it howls and whistles), in trees, of a blizzard."""
    samples = count(rng.uniform(2.0, 6.0))
    gusts = _gusts(rng, samples, between(rng, 0.3, 1.5), rng.uniform(0.15, 0.6))
    base = between(rng, 150, 1000)
    air = noise(rng, samples, 1.0)
    out = level(move_band(air, base * gusts**0.7, rng.uniform(0.5, 1.2)) * gusts)
    if rng.uniform() < 0.6:
        for _ in range(rng.integers(1, 4)):
            own = gusts * np.exp(0.3 * wander(rng, samples, 1.0))
            whistle = between(rng, 250, 1500) * own ** rng.uniform(0.2, 0.6)
            howl = move_band(air, whistle, between(rng, 0.03, 0.2)) * own**1.5
            out += between(rng, 0.1, 1.5) * level(howl)
    if rng.uniform() < 0.35:
        leaves = band(noise(rng, samples), between(rng, 1500, 3500), 9000, 12) * gusts**2
        out += between(rng, 0.03, 0.6) * level(leaves * np.exp(0.3 * wander(rng, samples, 15.0)))
    if rng.uniform() < 0.5:
        buffets = band(noise(rng, samples, 1.5), 30, 140, 12) * _gusts(rng, samples, 3.0, 0.7)
        out += between(rng, 0.1, 2.0) * level(buffets)
    return _steady(rng, out)


def _drop(rng: Rng, surface: int) -> Grain:
    """A raindrop on stone or a window, tin, leaves, a puddle, or cloth."""
    if surface == 0:
        return _snaps(rng, 1500, 8000, 0.002, 0.012)
    if surface == 1:
        tones = np.sort(np.exp(rng.uniform(np.log(350), np.log(5000), 9)))

        def tin() -> Sound:
            gains = rng.uniform(0.0, 1.0, 9)
            out = modes(count(0.12), tones, rng.uniform(0.02, 0.12, 9), gains)
            add(out, _snap(rng, 1500, 9000, 0.004), 0.0, 1.0)
            return out

        return _pool(rng, 30, tin)
    if surface == 2:
        return _snaps(rng, 500, 4000, 0.004, 0.025)
    if surface == 3:
        low = between(rng, 900, 2500)

        def puddle() -> Sound:
            out = mix(_snap(rng, 2000, 9000, 0.004), silence(0.03))
            ringing = _bubble(rng, between(rng, low, 4 * low), 0.15)
            return mix(0.4 * out, join(silence(0.005), rng.uniform(0.0, 1.0) * ringing))

        return _pool(rng, 40, puddle)
    return _snaps(rng, 150, 900, 0.01, 0.04)


def rain(rng: Rng) -> Sound:
    """A drizzle or a downpour on stone, windows, tin, leaves, puddles and tents."""
    seconds = rng.uniform(2.0, 6.0)
    samples = count(seconds)
    heavy = rng.uniform()
    out = np.zeros(samples)
    for _ in range(rng.integers(1, 4)):
        rate = between(rng, 0.5, 2.0) * 12.0 * 120.0**heavy
        fall = scatter(rng, seconds, min(rate, 1800.0), _drop(rng, int(rng.integers(5))), 7.0)
        out += between(rng, 0.2, 1.0) * level(fall)
    low, high = between(rng, 250, 1800), between(rng, 5000, 14000)
    bed = _coloured(rng, samples, low, high, rng.uniform(0.0, 1.0))
    out += between(rng, 0.08, 0.4) * 6.0**heavy * bed * _gusts(rng, samples, 0.7, 0.08)
    if rng.uniform() < 0.3:
        gutter = scatter(rng, seconds, between(rng, 8, 60), _bubbles(rng, 250, 1500))
        out += between(rng, 0.1, 0.7) * level(gutter)
    if rng.uniform() < 0.3:
        out += between(rng, 0.1, 0.8) * level(band(noise(rng, samples, 1.5), 40, 200, 12))
    return _steady(rng, out)


def thunder(rng: Rng) -> Sound:
    """A crack near by or a far roll: claps from along the channel, duller the farther they are."""
    seconds = between(rng, 1.8, 6.0)
    samples = count(seconds)
    near = rng.uniform()
    loud = np.zeros(samples)
    for _ in range(rng.integers(3, 14)):
        start = rng.exponential(0.22) * seconds if rng.uniform() < 0.7 else rng.uniform(0, 0.1)
        hump = fade(samples, between(rng, 0.01, 0.25), between(rng, 0.4, 0.9) * seconds)
        add(loud, hump, min(start, 0.7 * seconds), decibels(rng.normal(-6, 5)))
    loud *= _gusts(rng, samples, 7.0, 0.35)
    top = between(rng, 250, 900) * 5.0**near
    cutoff = top * np.exp(-times(samples) / seconds * rng.uniform(1.0, 3.0)) + 70.0

    def duller(hertz: Sound, at: int) -> Sound:
        return 1.0 / (1.0 + np.square(hertz / cutoff[at]))

    air = band(noise(rng, samples, rng.uniform(0.0, 0.9)), between(rng, 35, 90), 16000, 9)
    out = vary(air * loud, duller)
    out = out * line(samples, (0, 1), (0.75, 1), (1, 0))
    if near > 0.55:
        crack = np.zeros(count(0.5))
        for _ in range(rng.integers(2, 12)):
            add(crack, _snap(rng, 80, 7000, between(rng, 0.03, 0.2)), rng.exponential(0.08))
        out = mix(peak(out), rng.uniform(0.3, 1.5) * peak(crack))
    if rng.uniform() < 0.3:
        out = mix(peak(out), 0.02 * noise(rng, samples, 0.3) * line(samples, (0, 0.2), (1, 1)))
    return ends(out, 0.005, 0.3)


def ocean_waves(rng: Rng) -> Sound:
    """Surf: the swell rumbles, a crest breaks, its foam hisses as the water draws back."""
    seconds = rng.uniform(4.0, 6.0)
    samples = count(seconds)
    time = times(samples)
    out = between(rng, 0.05, 1.5) * level(band(noise(rng, samples, 2.0), 35, 250, 12))
    out *= _gusts(rng, samples, 1.0, 0.2)
    out += between(rng, 0.05, 0.4) * level(noise(rng, samples, 1.2))
    for _ in range(rng.integers(1, 4)):
        breaks, rise = rng.uniform(0.1, 0.8) * seconds, between(rng, 0.3, 2.0)
        fall = between(rng, 0.6, 3.0)
        away = time - breaks
        crest = np.where(away < 0, np.exp(2.5 * away / rise), np.exp(-2.0 * away / fall))
        crest *= _gusts(rng, samples, 5.0, 0.15)
        centre = between(rng, 250, 700) * (1.0 + between(rng, 1.0, 6.0) * crest)
        wave = move_band(noise(rng, samples, 0.8), centre, rng.uniform(0.9, 1.6)) * crest
        out += between(rng, 0.5, 2.0) * level(wave)
        foam = np.where(away < 0, np.exp(4.0 * away / rise), np.exp(-1.3 * away / fall))
        hiss = band(noise(rng, samples), between(rng, 1500, 4000), 11000, 12)
        out += between(rng, 0.02, 0.5) * level(hiss * foam)
    return _steady(rng, out)


def rumbling_earthquake(rng: Rng) -> Sound:
    """The ground shakes: a deep rumble that swells and trembles, and what cracks and rattles."""
    seconds = between(rng, 0.8, 6.0)
    samples = count(seconds)
    swell = np.sin(np.pi * np.linspace(0.03, 1, samples) ** rng.uniform(0.5, 1.2)) ** 0.7
    shake = 1.0 + rng.uniform(0.1, 0.6) * sine(rng.uniform(3, 14), samples)
    shake *= _gusts(rng, samples, 4.0, 0.3)
    deep = band(noise(rng, samples, rng.uniform(0.0, 1.2)), 45, between(rng, 90, 300), 12)
    out = level(deep * shake * swell)
    grumble = band(noise(rng, samples, 1.5), 150, between(rng, 500, 3000), 12)
    out += between(rng, 0.02, 0.4) * level(grumble * swell * _gusts(rng, samples, 12.0, 0.5))
    if rng.uniform() < 0.6:
        stones = _snaps(rng, 200, 2500, 0.02, 0.15)
        fall = scatter(rng, seconds, between(rng, 3, 40), stones, 8.0)[:samples] * swell
        out += between(rng, 0.05, 0.5) * level(fall + 1e-9)
    return ends(out, 0.05, 0.2)


# Running and still water.


def waterfall(rng: Rng) -> Sound:
    """A wall of water: even noise, deep for a high one, with splashes below."""
    seconds = rng.uniform(2.5, 6.0)
    samples = count(seconds)
    low, high = between(rng, 50, 400), between(rng, 2500, 13000)
    out = _coloured(rng, samples, low, high, rng.uniform(0.4, 1.6))
    out *= _gusts(rng, samples, 1.5, 0.06)
    out += between(rng, 0.05, 2.0) * level(band(noise(rng, samples, 2.0), 35, 160, 12))
    fall = scatter(rng, seconds, between(rng, 80, 500), _bubbles(rng, 250, 3000), 5.0)
    out += between(rng, 0.1, 0.7) * level(fall)
    return _steady(rng, out)


def stream_flowing(rng: Rng) -> Sound:
    """A brook or a river: bubbles of all sizes in bursts, over the noise of the flow."""
    seconds = rng.uniform(2.0, 6.0)
    samples = count(seconds)
    out = np.zeros(samples)
    for _ in range(rng.integers(1, 4)):
        low = between(rng, 250, 1500)
        grains = _bubbles(rng, low, low * rng.uniform(2.5, 8), rng.uniform(0.0, 0.25))
        rate = between(rng, 20, 500)
        babble = _gusts(rng, 600, 30.0, 0.8)

        def often(now: float, rate: float = rate, babble: Sound = babble) -> float:
            return float(rate * babble[int(now / seconds * 599)])

        out += between(rng, 0.2, 1.0) * level(scatter(rng, seconds, often, grains, 7.0))
    flow = _coloured(rng, samples, between(rng, 80, 600), between(rng, 3000, 11000), 0.8)
    out += between(rng, 0.05, 2.0) * flow * _gusts(rng, samples, 2.0, 0.1)
    return _steady(rng, out)


def water_bubbling(rng: Rng) -> Sound:
    """Air that rises in water: single bubbles, a straw, an aquarium, a diver, a bottle's glugs."""
    seconds = between(rng, 0.4, 4.5)
    low = between(rng, 150, 700)
    kind = rng.integers(3)
    if kind == 2:
        made = np.zeros(count(seconds + 0.5))
        now, period = 0.0, between(rng, 0.09, 0.35)
        while now < seconds:
            pitch = low * rng.uniform(0.9, 1.15) * (1.0 + 0.3 * now / seconds)
            glug = _bubble(rng, pitch, rng.uniform(0.1, 0.5))
            add(made, glug, now, decibels(rng.normal(0, 2)))
            add(made, _bubble(rng, 2.3 * pitch, 0.3), now + 0.02, rng.uniform(0.0, 0.6))
            now += period * rng.uniform(0.75, 1.3)
        out = made
    else:
        high = low * rng.uniform(2, 5)
        rate = between(rng, 3, 14) if kind == 0 else between(rng, 15, 120)
        grains = _bubbles(rng, low, high, rng.uniform(0.1, 0.5))
        stir = _gusts(rng, 400, 20.0, 0.7)
        out = scatter(
            rng, seconds, lambda now: float(rate * stir[int(now / seconds * 399)]), grains
        )
        if not out.any():
            out = mix(grains(), join(silence(between(rng, 0.06, 0.3)), grains()))
    out = peak(out)
    if rng.uniform() < 0.5:
        gurgle = band(noise(rng, len(out), 1.0), 100, between(rng, 500, 3000), 12)
        follow = np.sqrt(np.convolve(np.square(out), np.full(800, 1 / 800), "same"))
        out += between(rng, 0.03, 0.8) * level(gurgle) * follow
    if rng.uniform() < 0.4:
        out = shape(out, (200, 0), (between(rng, 500, 1500), 0), (6000, -30))
    return ends(out, 0.005, 0.1)


def water_dripping(rng: Rng) -> Sound:
    """Drops that fall into water, a sink, a bucket, or in a cave, now and then or in time."""
    into = rng.choice(3, p=[0.65, 0.15, 0.2])
    pitch = between(rng, 350, 2200)
    delay, rise = between(rng, 0.008, 0.06), rng.uniform(0.02, 0.5)
    tones = np.sort(np.exp(rng.uniform(np.log(300), np.log(5000), 7)))
    click = between(rng, 0.03, 0.6)
    duller = between(rng, 1500, 9000)

    def drop() -> Sound:
        out = np.zeros(count(0.45))
        add(out, _snap(rng, 500, duller, between(rng, 0.004, 0.02)), 0.0, click + 0.5 * (into > 0))
        if into == 1:
            add(out, modes(count(0.3), tones, rng.uniform(0.01, 0.1, 7), rng.uniform(0, 1, 7)), 0.0)
            return out
        own = pitch * rng.uniform(0.85, 1.2)
        add(out, _bubble(rng, own, rise), delay * rng.uniform(0.8, 1.2), 1.0)
        if rng.uniform() < 0.5:
            add(out, _bubble(rng, own * rng.uniform(0.6, 1.9), rise), 1.8 * delay + 0.02, 0.5)
        if into == 2:
            out += 0.5 * ring(out, tones[:4], 0.05 * tones[:4], [1.0, 0.7, 0.5, 0.4])
        return out

    number = int(rng.choice([1, 1, 2, 4, 7, 10]))
    period, jitter = between(rng, 0.18, 1.0), rng.choice([0.05, 0.5])
    out, now = np.zeros(count(0.6)), 0.0
    for _ in range(number):
        out = mix(out, join(silence(now), drop() * decibels(rng.normal(0, 2.5))))
        now += period * max(0.2, 1.0 + jitter * rng.normal())
    if rng.uniform() < 0.5:
        out = echo(rng, out, between(rng, 0.2, 2.5), between(rng, 0.02, 0.6))
    return out[: count(6.0)]


def water_splash(rng: Rng) -> Sound:
    """Something falls into water: it slaps, a cavity gurgles shut, spray rains down."""
    size = rng.uniform()
    seconds = between(rng, 0.25, 0.9) + 1.4 * size * rng.uniform()
    samples = count(seconds)
    out = np.zeros(samples)
    slap = between(rng, 0.08, 0.5) * (1.0 + 2.0 * size)
    low, high = between(rng, 150, 900) * 0.4**size, between(rng, 3000, 11000)
    burst = noise(rng, samples, rng.uniform(0.3, 1.2)) * fade(
        samples, between(rng, 0.002, 0.05), slap
    )
    out += peak(band(burst, low, high, 9) * _gusts(rng, samples, 40.0, 0.3))
    if size > 0.4:
        thump = _bubble(rng, between(rng, 60, 180), 0.2)
        add(out, thump, 0.01, rng.uniform(0.0, 1.2) * size)
    when = between(rng, 0.03, 0.15) * (1 + size)
    grains = _bubbles(rng, between(rng, 200, 600) * (1.3 - size), between(rng, 1500, 4000), 0.15)
    rate = between(rng, 20, 150)
    gurgle = scatter(rng, seconds, lambda now: rate * np.exp(-5 * now / seconds), grains, 5.0)
    add(out, peak(gurgle + 1e-9), when, between(rng, 0.05, 0.7))
    spray = _snaps(rng, 1200, 7000, 0.004, 0.03)
    often = between(rng, 30, 300)

    def falls(now: float) -> float:
        place = now / seconds
        return float(often * place * np.exp(-4.0 * place) * 4.0)

    add(out, scatter(rng, seconds, falls, spray, 6.0), 0.05, between(rng, 0.1, 1.0))
    hiss = band(noise(rng, samples), 1500, 9000, 12) * fade(samples, 0.1, seconds)
    out += between(rng, 0.02, 0.4) * hiss * _gusts(rng, samples, 20.0, 0.4)
    return ends(out, 0.001, 0.1)


def swimming(rng: Rng) -> Sound:
    """Strokes through water again and again: a swash, bubbles behind it, drops from the arm."""
    seconds = rng.uniform(2.0, 6.0)
    samples = count(seconds)
    out = between(rng, 0.02, 0.2) * _coloured(rng, samples, 80, 2500, 1.0)
    out *= _gusts(rng, samples, 2.0, 0.4)
    period, wash = between(rng, 0.45, 1.5), between(rng, 0.1, 0.7)
    low = between(rng, 150, 500)
    grains = _bubbles(rng, low, 6 * low, 0.15)
    drops = _snaps(rng, 1500, 6000, 0.004, 0.02)
    centre = between(rng, 400, 1400)
    kick = rng.uniform(3, 6) if rng.uniform() < 0.3 else 0.0
    now = rng.uniform(0, 0.2)
    while now < seconds:
        long = period * rng.uniform(0.6, 0.9)
        size = count(long)
        loud = np.sin(np.pi * np.linspace(0, 1, size) ** rng.uniform(0.5, 1.0)) ** 2
        loud *= _gusts(rng, size, 15.0, 0.4)
        track = centre * line(size, (0, 0.6), (0.4, rng.uniform(1.2, 2.2)), (1, 0.5))
        swash = level(move_band(noise(rng, size, 0.7), track, rng.uniform(0.8, 1.3)) * loud)
        add(out, swash, now, wash * decibels(rng.normal(0, 3)))
        gurgle = scatter(rng, long, between(rng, 20, 120), grains, 5.0)
        add(out, level(gurgle + 1e-9), now + 0.2 * long, between(rng, 0.1, 1.5))
        add(out, scatter(rng, long, 25.0, drops, 6.0), now + 0.4 * long, rng.uniform(0.1, 0.8))
        now += period * rng.uniform(0.8, 1.2)
    if kick:
        gate = pulses(kick * (1 + 0.1 * wander(rng, samples, 2.0)), samples, 1.5)
        out += 0.3 * gate * _coloured(rng, samples, 200, 4000, 0.8)
    return _steady(rng, out)


def boiling_water(rng: Rng) -> Sound:
    """A kettle or a pot on the boil: bubbles by the hundred, a rumble, a lid that rattles."""
    seconds = rng.uniform(2.0, 6.0)
    samples = count(seconds)
    low = between(rng, 80, 350)
    grains = _bubbles(rng, low, low * rng.uniform(4, 10), 0.2)
    stir = _gusts(rng, 500, 15.0, 0.5)
    rate = between(rng, 40, 350)
    out = level(
        scatter(rng, seconds, lambda now: float(rate * stir[int(now / seconds * 499)]), grains, 6.0)
    )
    tones = np.sort(np.exp(rng.uniform(np.log(150), np.log(2500), 5)))
    rumble = _coloured(rng, samples, between(rng, 40, 150), between(rng, 300, 1500), 1.2)
    rumble *= _gusts(rng, samples, 10.0, 0.25)
    rumble += 0.5 * level(ring(rumble, tones, 0.15 * tones, np.ones(5)))
    out += between(rng, 0.2, 1.5) * rumble
    out += between(rng, 0.01, 0.2) * _coloured(rng, samples, 2000, 10000, 0.3)
    if rng.uniform() < 0.25:
        lid = np.sort(np.exp(rng.uniform(np.log(700), np.log(6000), 6)))
        knock = modes(count(0.15), lid, rng.uniform(0.03, 0.15, 6), rng.uniform(0.2, 1, 6))
        rattle = scatter(rng, seconds, between(rng, 6, 20), lambda: knock, 6.0)
        out += between(rng, 0.1, 0.6) * level(rattle + 1e-9)
    return _steady(rng, out)


def tap_water_running(rng: Rng) -> Sound:
    """A tap into a steel or a stone sink, a full basin, or a vessel whose tone rises."""
    seconds = rng.uniform(1.5, 6.0)
    samples = count(seconds)
    out = _coloured(rng, samples, between(rng, 500, 3000), between(rng, 8000, 15500), 0.2)
    out *= _gusts(rng, samples, 12.0, 0.08)
    kind = rng.integers(3)
    if kind == 0:
        tones = np.sort(np.exp(rng.uniform(np.log(250), np.log(4500), 8)))
        drum = ring(noise(rng, samples), tones, 0.05 * tones, rng.uniform(0.2, 1.0, 8))
        out += between(rng, 0.2, 1.0) * level(drum) * _gusts(rng, samples, 25.0, 0.2)
    else:
        low = between(rng, 350, 1200)
        fall = scatter(rng, seconds, between(rng, 60, 500), _bubbles(rng, low, 5 * low, 0.1), 5.0)
        out += between(rng, 0.2, 1.5) * level(fall)
    if kind == 2:
        first = between(rng, 300, 900)
        rises = first * np.exp(np.linspace(0, rng.uniform(0.2, 1.2), samples))
        tone = move_band(noise(rng, samples, 0.5), rises, 0.12)
        tone += 0.5 * move_band(noise(rng, samples, 0.5), 3 * rises, 0.1)
        out += between(rng, 0.2, 1.0) * level(tone)
    out += between(rng, 0.1, 0.5) * level(scatter(rng, seconds, 150.0, _drop(rng, 0), 6.0))
    if rng.uniform() < 0.5:
        out *= line(samples, (0, 0.02), (0.08, 1.0), (0.9, 1), (1, rng.choice([0.0, 1.0])))
    if rng.uniform() < 0.5:
        out = echo(rng, out, rng.uniform(0.15, 0.6), between(rng, 0.02, 0.3))
    return _steady(rng, out)


def shower(rng: Rng) -> Sound:
    """Fine jets on tiles, a tub and a curtain, in a small room that rings."""
    seconds = rng.uniform(2.5, 6.0)
    samples = count(seconds)
    low, high = between(rng, 800, 5000), between(rng, 11000, 15800)
    out = _coloured(rng, samples, low, high, rng.uniform(-0.5, 0.6))
    out *= _gusts(rng, samples, 3.0, 0.06)
    out += between(rng, 0.2, 0.9) * level(scatter(rng, seconds, 900.0, _drop(rng, 0), 6.0))
    if rng.uniform() < 0.6:
        drum = scatter(rng, seconds, between(rng, 50, 400), _drop(rng, 4), 6.0)
        out += between(rng, 0.05, 0.7) * level(drum)
    if rng.uniform() < 0.6:
        fall = scatter(rng, seconds, between(rng, 20, 200), _bubbles(rng, 350, 2500), 6.0)
        out += between(rng, 0.05, 0.6) * level(fall)
    if rng.uniform() < 0.4:
        moves = np.exp(0.25 * wander(rng, samples, 1.5))
        out = move_band(out, 5000.0 * moves, 2.0)
    return _steady(rng, echo(rng, out, rng.uniform(0.2, 0.9), between(rng, 0.05, 0.6)))


def underwater_ambience(rng: Rng) -> Sound:
    """The sea from within: a dull roar that moves slowly, bubbles somewhere, all muffled."""
    seconds = rng.uniform(2.5, 6.0)
    samples = count(seconds)
    centre = between(rng, 90, 500) * _gusts(rng, samples, 0.6, 0.25)
    out = level(move_band(noise(rng, samples, 1.0), centre, rng.uniform(0.5, 1.0)))
    out *= _gusts(rng, samples, 1.2, 0.25)
    out += between(rng, 0.05, 1.0) * level(band(noise(rng, samples, 2.0), 30, 120, 12))
    for _ in range(rng.integers(0, 3)):
        swirl = between(rng, 200, 900) * _gusts(rng, samples, 1.0, 0.3)
        out += between(rng, 0.05, 0.6) * level(move_band(noise(rng, samples), swirl, 0.15))
    if rng.uniform() < 0.65:
        low = between(rng, 150, 500)
        rise = _bubbles(rng, low, 4 * low, 0.3)
        stir = _gusts(rng, 400, 15.0, 1.2)
        rate = between(rng, 2, 40)
        made = scatter(rng, seconds, lambda now: float(rate * stir[int(now / seconds * 399)]), rise)
        out += between(rng, 0.1, 1.2) * level(made + 1e-9)
    top = between(rng, 400, 1800)
    return _steady(rng, shape(out, (top, 0), (4 * top, rng.uniform(-35, -15)), (16 * top, -60)))


# Fire and heat.


def _crackle(rng: Rng, seconds: float, rate: float, low: float, high: float) -> Sound:
    """Bursts of steam in wood, in clusters: snaps of all sizes, a few loud pops."""
    activity = _gusts(rng, 500, 25.0, 1.0)
    small = _snaps(rng, low, high, 0.002, 0.02)
    out = scatter(
        rng, seconds, lambda now: float(rate * activity[int(now / seconds * 499)]), small, 9.0
    )
    pops = _snaps(rng, 0.4 * low, 0.5 * high, 0.01, 0.06)
    return out + 2.0 * scatter(rng, seconds, 0.08 * rate, pops, 6.0)[: len(out)]


def fire_crackling(rng: Rng) -> Sound:
    """A hearth, a camp fire or a blaze: crackling, the lapping of flames, a hiss."""
    seconds = rng.uniform(2.0, 6.0)
    samples = count(seconds)
    low, high = between(rng, 500, 1800), between(rng, 3500, 8500)
    out = level(_crackle(rng, seconds, between(rng, 6, 200), low, high))
    lap = band(noise(rng, samples, 1.5), 30, between(rng, 90, 350), 12)
    out += between(rng, 0.1, 3.0) * level(lap * _gusts(rng, samples, 7.0, 0.7))
    hiss = _coloured(rng, samples, between(rng, 800, 3000), between(rng, 5000, 11000), 0.3)
    out += between(rng, 0.05, 1.5) * hiss * _gusts(rng, samples, 8.0, 0.35)
    if rng.uniform() < 0.4:
        roar = band(noise(rng, samples, 1.3), 60, between(rng, 500, 1500), 12)
        out += between(rng, 0.2, 2.0) * level(roar * _gusts(rng, samples, 6.0, 0.3))
    return _steady(rng, out)


def flame_whoosh(rng: Rng) -> Sound:
    """A flame that bursts up, passes or is thrown: deep flapping air under a dull rush."""
    seconds = between(rng, 0.4, 2.5)
    samples = count(seconds)
    top = rng.uniform(0.08, 0.5)
    loud = line(samples, (0, 0), (top, 1), (top + 0.15, 0.8), (1, 0)) ** rng.uniform(1.0, 2.0)
    flutter = _gusts(rng, samples, between(rng, 12, 30), rng.uniform(0.2, 0.6))
    deep = band(noise(rng, samples, 0.7), 45, between(rng, 120, 350), 12) * loud
    out = level(deep * flutter)
    centre = between(rng, 200, 900) * (0.4 + 1.2 * loud)
    rush = move_band(noise(rng, samples, 1.0), centre, rng.uniform(0.8, 1.4)) * loud
    out += between(rng, 0.2, 1.5) * level(rush * flutter**0.5)
    hiss = band(noise(rng, samples), 2000, 9000, 12) * loud**2
    out += between(rng, 0.01, 0.2) * level(hiss)
    if rng.uniform() < 0.4:
        crackle = _crackle(rng, seconds, between(rng, 5, 30), 800, 5000)[:samples]
        out += between(rng, 0.1, 0.6) * level(crackle + 1e-9) * np.sqrt(loud)
    if rng.uniform() < 0.3:
        add(out, modes(count(0.3), [between(rng, 45, 90)], [0.25], [1.0]), top * seconds, 2.0)
    return ends(out, 0.005, 0.1)


def sizzling(rng: Rng) -> Sound:
    """Fat in a pan, or something hot that is quenched: a bright hiss of countless tiny bursts."""
    quench = rng.uniform() < 0.4
    seconds = between(rng, 0.4, 2.5) if quench else rng.uniform(2.0, 6.0)
    samples = count(seconds)
    low, high = between(rng, 1500, 6000), between(rng, 10000, 15800)
    out = _coloured(rng, samples, low, high, rng.uniform(-0.6, 0.4))
    out *= _gusts(rng, samples, 25.0, 0.12) * (1.0 + 0.3 * np.abs(wander(rng, samples, 300.0)))
    spit = _snaps(rng, 0.7 * low, 10000, 0.001, 0.008)
    out += between(rng, 0.2, 1.2) * level(scatter(rng, seconds, between(rng, 100, 900), spit, 8.0))
    if rng.uniform() < 0.6:
        pops = _snaps(rng, 900, 5000, 0.003, 0.02)
        fat = scatter(rng, seconds, between(rng, 5, 60), pops, 7.0)
        out += between(rng, 0.05, 0.6) * level(fat + 1e-9)
    if quench:
        out *= fade(samples, between(rng, 0.005, 0.1), between(rng, 0.8, 2.0) * seconds)
    return ends(out, 0.005, 0.1)


def fuse_burning(rng: Rng) -> Sound:
    """Powder that burns along a cord: a sputtering hiss full of sparks."""
    seconds = between(rng, 0.6, 5.0)
    samples = count(seconds)
    low, high = between(rng, 1200, 4000), between(rng, 5500, 13000)
    sputter = _gusts(rng, samples, between(rng, 30, 90), rng.uniform(0.3, 0.9))
    out = level(_coloured(rng, samples, low, high, 0.2) * sputter)
    out *= _gusts(rng, samples, 4.0, 0.25)
    sparks = _snaps(rng, low, high, 0.001, 0.012)
    out += between(rng, 0.3, 1.5) * level(scatter(rng, seconds, between(rng, 40, 400), sparks, 8.0))
    if rng.uniform() < 0.4:
        strike = fade(samples, 0.02, 0.4) * _coloured(rng, samples, 700, 9000, 0.5)
        out += rng.uniform(0.5, 2.0) * strike
    return _steady(rng, out)


def lava_bubbling(rng: Rng) -> Sound:
    """Thick, slow bubbles that swell and burst, over a deep rumble and a hiss."""
    seconds = rng.uniform(2.5, 6.0)
    samples = count(seconds)
    rumble = band(noise(rng, samples, 1.8), 32, between(rng, 90, 250), 12)
    out = between(rng, 0.3, 2.0) * level(rumble * _gusts(rng, samples, 4.0, 0.4))
    low = between(rng, 40, 130)

    def glop() -> Sound:
        size = count(rng.uniform(0.12, 0.45))
        hertz = between(rng, low, 3.5 * low)
        bend = rng.uniform(0.7, 1.8)
        swell = np.sin(np.pi * np.linspace(0, 1, size) ** rng.uniform(0.6, 1.5)) ** 2
        made = sine(hertz * np.linspace(1.0, bend, size), size) * swell
        slap = band(noise(rng, size, 1.0), 60, between(rng, 250, 900), 12) * swell
        made += between(rng, 0.1, 0.8) * level(slap)
        add(made, _bubble(rng, between(rng, 2 * low, 6 * low), 0.3), 0.6 * size / 32000.0, 0.5)
        return made

    boil = scatter(rng, seconds, between(rng, 2, 14), glop, 4.0)[:samples]
    out += between(rng, 0.5, 2.0) * level(boil + 1e-9)
    out += between(rng, 0.005, 0.1) * _coloured(rng, samples, 1000, 8000, 0.6)
    return _steady(rng, out)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "boiling water": boiling_water,
    "fire crackling": fire_crackling,
    "flame whoosh": flame_whoosh,
    "fuse burning": fuse_burning,
    "lava bubbling": lava_bubbling,
    "ocean waves": ocean_waves,
    "rain": rain,
    "rumbling earthquake": rumbling_earthquake,
    "shower": shower,
    "sizzling": sizzling,
    "stream flowing": stream_flowing,
    "swimming": swimming,
    "tap water running": tap_water_running,
    "thunder": thunder,
    "underwater ambience": underwater_ambience,
    "water bubbling": water_bubbling,
    "water dripping": water_dripping,
    "water splash": water_splash,
    "waterfall": waterfall,
    "wind": wind,
}
