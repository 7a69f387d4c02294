"""Dogs, cats, cattle and beasts of the wild, by the throats that they have."""

from collections.abc import Callable
from dataclasses import replace

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
    fade,
    formants,
    join,
    level,
    line,
    mix,
    modes,
    noise,
    peak,
    pulses,
    shape,
    silence,
    sine,
    wander,
)
from soundlasso.corpus.synthetic.throats import (
    Throat,
    draw_throat,
    glide,
    heard,
    hump,
    in_a_row,
    laid_out,
    tract,
    voiced,
)

# Dogs, wolves and cats.


def _dog(rng: Rng) -> tuple[Throat, float]:
    """A dog, and the pitch of its bark: of any size from a toy's to a mastiff's."""
    size = rng.uniform()
    pitch = 950.0 * 0.22**size * between(rng, 0.7, 1.4)
    throat = draw_throat(
        rng,
        0.08 + 0.13 * size,
        between(rng, 500, 1800) * (1.4 - 0.6 * size),
        breath=between(rng, 0.05, 0.6),
        rough=between(rng, 0.02, 0.25),
        halves=rng.choice([0.0, 0.0, 0.3, 0.6]),
    )
    return throat, pitch


def _bark(rng: Rng, throat: Throat, pitch: float, seconds: float) -> Sound:
    """A mouth that snaps open and shuts: pitch, level and resonances rise and fall with it."""
    samples = count(seconds)
    top = rng.uniform(0.2, 0.5)
    start, end = rng.uniform(0.55, 0.9), rng.uniform(0.45, 0.85)
    hertz = glide(samples, (0, start * pitch), (top, pitch), (1, end * pitch))
    loud = hump(samples, rng.uniform(0.008, 0.05), rng.uniform(0.4, 0.8) * seconds)
    mouth = line(samples, (0, rng.uniform(0.1, 0.5)), (top, 1), (1, rng.uniform(0.0, 0.4)))
    harsh = line(samples, (0, 1.5), (0.2, rng.uniform(0.3, 1)), (0.7, 1.0), (1, 2))
    out = voiced(rng, throat, hertz, loud, mouth, harsh)
    if rng.uniform() < 0.5:
        puff = band(noise(rng, count(0.03), 0.5), 300, 3000, 12) * fade(count(0.03), 0.003, 0.03)
        add(out, puff, 0.0, rng.uniform(0.02, 0.15))
    return peak(out)


def _growl(rng: Rng, throat: Throat, pitch: float, seconds: float) -> Sound:
    """Slow, uneven pulses behind a nearly closed mouth."""
    samples = count(seconds)
    hertz = pitch * np.exp(0.12 * wander(rng, samples, 2.0)) * glide(samples, (0, 0.85), (1, 1.1))
    loud = hump(samples, 0.3 * seconds, 0.3 * seconds)
    loud *= np.exp(0.3 * wander(rng, samples, 6.0)) * (1.0 + 0.4 * wander(rng, samples, 25.0))
    rough = replace(throat, rough=between(rng, 0.08, 0.3), breath=between(rng, 0.2, 0.9))
    mouth = np.clip(0.35 + 0.2 * wander(rng, samples, 2.0), 0.0, 1.0)
    return peak(voiced(rng, rough, hertz, np.maximum(loud, 0.0), mouth))


def dog_barking(rng: Rng) -> Sound:
    """One bark, or rows, pairs and fits of them, of dogs of any size; some growl or bay between."""
    throat, pitch = _dog(rng)
    seconds = rng.uniform(0.09, 0.26)

    def bark() -> Sound:
        each = seconds * rng.uniform(0.85, 1.2)
        return _bark(rng, throat, pitch * rng.uniform(0.93, 1.08), each)

    def pair() -> Sound:
        return laid_out([(0.0, bark()), (seconds + rng.uniform(0.05, 0.2), bark())])

    kind = rng.choice(6, p=[0.22, 0.33, 0.18, 0.12, 0.08, 0.07])
    if kind == 0:
        out = bark()
    elif kind == 1:
        period = seconds + between(rng, 0.12, 0.8)
        out = in_a_row(rng, int(rng.integers(2, 9)), period, bark, 0.18)
    elif kind == 2:
        out = in_a_row(rng, int(rng.integers(1, 4)), 2 * seconds + rng.uniform(0.5, 1.3), pair, 0.2)
    elif kind == 3:
        growl = 0.5 * _growl(rng, throat, between(rng, 45, 110), rng.uniform(0.3, 1.3))
        row = in_a_row(rng, int(rng.integers(1, 4)), seconds + rng.uniform(0.15, 0.5), bark)
        out = laid_out([(0.0, growl), (len(growl) / 32000.0 - 0.1, row)])
        if rng.uniform() < 0.4:
            out = join(out, silence(0.1), 0.4 * _growl(rng, throat, between(rng, 45, 110), 0.6))
    elif kind == 4:
        seconds, pitch = rng.uniform(0.35, 0.8), between(rng, 250, 600)
        throat = replace(throat, rough=0.03)
        out = in_a_row(rng, int(rng.integers(1, 4)), seconds + rng.uniform(0.1, 0.5), bark)
    else:
        out = in_a_row(rng, int(rng.integers(3, 7)), seconds + rng.uniform(0.15, 0.5), bark, 0.2)
        throat, pitch = _dog(rng)
        other = in_a_row(rng, int(rng.integers(2, 6)), seconds + rng.uniform(0.15, 0.5), bark, 0.2)
        out = mix(out, join(silence(rng.uniform(0.05, 0.5)), rng.uniform(0.3, 1.0) * other))
    return heard(rng, out)


def dog_whining(rng: Rng) -> Sound:
    """A thin voice through the nose: long whines, whimpers in a row, or a yelp."""
    size = rng.uniform()
    pitch = between(rng, 900, 2200) * (1.0 - 0.55 * size)
    throat = draw_throat(
        rng, 0.08 + 0.12 * size, pitch * between(rng, 0.25, 1.0), breath=between(rng, 0.02, 0.25)
    )
    yelps = rng.uniform() < 0.2

    def whine(seconds: float) -> Sound:
        samples = count(seconds)
        points = pitch * np.exp(rng.normal(0.0, 0.2, 4))
        if yelps:
            points = pitch * np.array([0.8, 1.3, 0.9, 0.6])
        hertz = glide(samples, *zip((0.0, 0.25, 0.7, 1.0), points, strict=True))
        shake = between(rng, 0.003, 0.04)
        hertz *= np.exp(shake * sine(rng.uniform(5, 10), samples, rng.uniform()))
        loud = hump(samples, rng.uniform(0.02, 0.3) * seconds, rng.uniform(0.2, 0.6) * seconds)
        loud *= np.exp(0.25 * wander(rng, samples, 7.0))
        voice = replace(throat, bright=3 * throat.bright) if yelps else throat
        return voiced(rng, voice, hertz, loud, rng.uniform(0.1, 0.5) + 0.4 * yelps)

    if yelps:
        return heard(
            rng, in_a_row(rng, int(rng.integers(1, 6)), rng.uniform(0.3, 0.6), lambda: whine(0.2))
        )
    if rng.uniform() < 0.5:
        each = rng.uniform(0.08, 0.25)
        period = each + rng.uniform(0.06, 0.25)
        return heard(rng, in_a_row(rng, int(rng.integers(3, 12)), period, lambda: whine(each), 0.2))
    each = rng.uniform(0.4, 1.4)
    gap = each + rng.uniform(0.15, 0.7)
    return heard(rng, in_a_row(rng, int(rng.integers(1, 4)), gap, lambda: whine(each), 0.15))


def _howl(rng: Rng, seconds: float, pitch: float) -> Sound:
    """One long note that rises to its pitch, stays, and falls."""
    samples = count(seconds)
    first, bend = rng.uniform(0.45, 0.85), rng.uniform(0.85, 1.15)
    up, down = rng.uniform(0.08, 0.3), rng.uniform(0.6, 0.9)
    points = [(0, first), (up, rng.uniform(0.95, 1.1)), (down, bend), (1, rng.uniform(0.5, 0.9))]
    hertz = pitch * glide(samples, *points)
    if rng.uniform() < 0.3:
        step = rng.uniform(0.3, 0.7)
        jump = 1.0 + rng.choice([-0.2, 0.25]) * (np.linspace(0, 1, samples) > step)
        hertz *= np.convolve(np.pad(jump, 500, mode="edge"), np.full(1001, 1 / 1001), "valid")
    hertz *= np.exp(rng.uniform(0.002, 0.015) * sine(rng.uniform(3, 7), samples))
    loud = hump(samples, 0.2 * seconds, 0.35 * seconds) * np.exp(0.15 * wander(rng, samples, 3.0))
    throat = draw_throat(
        rng, rng.uniform(0.17, 0.25), pitch * between(rng, 0.5, 1.5), breath=between(rng, 0.01, 0.1)
    )
    return peak(voiced(rng, throat, hertz, loud, line(samples, (0, 0.3), (0.3, 0.7), (1, 0.3))))


def wolf_howling(rng: Rng) -> Sound:
    """One wolf, or several one after the other and at once, in a wide land."""
    pitch = between(rng, 280, 800)
    out = _howl(rng, rng.uniform(1.5, 5.5), pitch)
    if rng.uniform() < 0.4:
        for _ in range(rng.integers(1, 4)):
            other = _howl(rng, rng.uniform(1.2, 3.5), pitch * rng.uniform(0.7, 1.4))
            out = mix(out, join(silence(rng.uniform(0.3, 2.5)), rng.uniform(0.2, 0.9) * other))
    return echo(rng, heard(rng, out), between(rng, 0.5, 3.0), between(rng, 0.02, 0.6))


def cat_meowing(rng: Rng) -> Sound:
    """A mouth that opens and shuts ("mi-aow") of kittens and cats; yowls and trilled greetings."""
    kitten = rng.uniform() < 0.3
    pitch = between(rng, 800, 1400) if kitten else between(rng, 330, 800)
    throat = draw_throat(
        rng,
        0.055 if kitten else rng.uniform(0.065, 0.09),
        between(rng, 900, 3000),
        breath=between(rng, 0.02, 0.25),
        rough=between(rng, 0.003, 0.05),
    )

    def meow(seconds: float, yowl: bool) -> Sound:
        samples = count(seconds)
        a, b = rng.uniform(0.15, 0.4), rng.uniform(0.5, 0.85)
        span = rng.uniform(0.7, 1.0)
        hertz = pitch * glide(
            samples, (0, span), (a, 1.05), (b, 1.0 if yowl else rng.uniform(0.8, 1.0)), (1, 0.75)
        )
        hertz *= np.exp((0.03 if yowl else 0.008) * sine(rng.uniform(4, 9), samples))
        widest = rng.uniform(0.4, 0.75)
        shut = rng.uniform(0.0, 0.3)
        mouth = line(samples, (0, 0.05), (0.12, 0.3), (widest, 1), (1, shut))
        loud = hump(samples, rng.uniform(0.05, 0.2), 0.5 * seconds)
        harsh = line(samples, (0, 0.5), (0.5, 1), (0.8, rng.uniform(1, 6) if yowl else 1), (1, 1))
        out = voiced(rng, throat, hertz, loud, mouth, harsh)
        if rng.uniform() < 0.25:
            trill = line(count(0.25), (0, 0.7 * pitch), (1, pitch))
            gate = 0.6 + 0.4 * sine(rng.uniform(20, 30), len(trill))
            brr = voiced(rng, throat, trill, hump(len(trill), 0.05, 0.1) * gate, 0.1)
            out = join(0.6 * brr, out)
        return out

    yowl = rng.uniform() < 0.2
    if yowl:
        return heard(rng, meow(rng.uniform(1.2, 3.5), True))
    number = int(rng.choice([1, 1, 2, 3, 5]))
    seconds = between(rng, 0.3, 1.1)
    return heard(
        rng,
        in_a_row(
            rng,
            number,
            seconds + rng.uniform(0.15, 0.8),
            lambda: meow(seconds * rng.uniform(0.8, 1.2), False),
            0.2,
        ),
    )


def lion_roaring(rng: Rng) -> Sound:
    """A roar, or a bout of them that dies into grunts: low, wide open, folds in chaos."""
    pitch = between(rng, 70, 200)
    throat = draw_throat(
        rng,
        rng.uniform(0.32, 0.5),
        between(rng, 250, 900),
        breath=between(rng, 0.2, 0.8),
        rough=between(rng, 0.06, 0.25),
        halves=rng.uniform(0, 0.7),
    )

    def roar(seconds: float, effort: float) -> Sound:
        samples = count(seconds)
        top = rng.uniform(0.25, 0.5)
        hertz = pitch * effort**0.4 * glide(samples, (0, 0.6), (top, 1.1), (1, 0.55))
        loud = hump(samples, 0.25 * seconds, 0.6 * seconds)
        loud *= np.exp(0.2 * wander(rng, samples, 12.0))
        mouth = line(samples, (0, 0.1), (top, effort), (1, 0.15))
        harsh = line(samples, (0, 0.6), (top, 1.3), (1, 1))
        return effort * peak(voiced(rng, throat, hertz, loud, mouth, harsh))

    if rng.uniform() < 0.5:
        return heard(rng, roar(between(rng, 0.7, 3.0), 1.0), 0.4)
    made, now = [], 0.0
    for turn in range(rng.integers(2, 6)):
        seconds = rng.uniform(0.8, 1.6) * 0.8**turn
        made.append((now, roar(seconds, 0.85**turn)))
        now += seconds + rng.uniform(0.05, 0.4)
    return heard(rng, laid_out(made), 0.4)


# The farm.


def cow_mooing(rng: Rng) -> Sound:
    """A hum behind a shut mouth that opens into a long low call; calves are higher."""
    calf = rng.uniform() < 0.25
    pitch = between(rng, 180, 400) if calf else between(rng, 75, 230)
    seconds = between(rng, 0.8, 2.8)
    samples = count(seconds)
    throat = draw_throat(
        rng,
        rng.uniform(0.25, 0.35) if calf else rng.uniform(0.38, 0.6),
        between(rng, 500, 1600),
        breath=between(rng, 0.03, 0.3),
        rough=between(rng, 0.005, 0.1),
        halves=rng.choice([0.0, 0.0, 0.4]),
    )
    opens = rng.uniform(0.15, 0.5)
    leap = rng.choice([1.0, 1.0, 1.3, 2.0])
    hertz = pitch * glide(
        samples, (0, rng.uniform(0.7, 0.95)), (opens, 0.95), (0.75, leap), (1, 0.8 * leap)
    )
    loud = hump(samples, 0.2 * seconds, 0.3 * seconds)
    loud *= line(samples, (0, 0.5), (opens + 0.1, 1), (1, rng.uniform(0.6, 1)))
    mouth = line(samples, (0, 0.0), (opens, 0.15), (opens + 0.2, 0.9), (1, rng.uniform(0.2, 1)))
    harsh = line(samples, (0, 0.5), (0.7, 1), (1, rng.uniform(1, 3)))
    return heard(rng, voiced(rng, throat, hertz, loud, mouth, harsh))


def _bleat(
    rng: Rng, throat: Throat, pitch: float, seconds: float, shake: float, depth: float
) -> Sound:
    """An open mouth and a chest that trembles: level and pitch shake together."""
    samples = count(seconds)
    hertz = pitch * glide(
        samples,
        (0, rng.uniform(0.7, 0.95)),
        (rng.uniform(0.2, 0.6), 1.08),
        (0.8, 1.0),
        (1, rng.uniform(0.7, 0.95)),
    )
    rate = shake * (1.0 + 0.08 * wander(rng, samples, 3.0))
    grows = line(samples, (0, 0.3), (0.25, 1), (1, 1))
    swing = sine(rate, samples, rng.uniform()) * grows
    hertz *= np.exp(rng.uniform(0.01, 0.06) * swing)
    loud = hump(samples, rng.uniform(0.03, 0.12), 0.35 * seconds)
    loud *= 1.0 + depth * swing
    opens = rng.uniform(0.05, 0.3)
    mouth = line(samples, (0, rng.uniform(0, 0.5)), (opens, 1), (0.8, 0.9), (1, 0.5))
    return voiced(rng, throat, hertz, loud, mouth, 1.0 + 0.5 * swing)


def sheep_bleating(rng: Rng) -> Sound:
    """Baa: a trembling, harsh and nasal vowel of ewes and lambs."""
    lamb = rng.uniform() < 0.35
    pitch = between(rng, 280, 600) if lamb else between(rng, 110, 300)
    throat = draw_throat(
        rng,
        rng.uniform(0.1, 0.14) if lamb else rng.uniform(0.16, 0.22),
        between(rng, 1400, 4000),
        breath=between(rng, 0.1, 0.5),
        rough=between(rng, 0.01, 0.1),
        halves=rng.choice([0.0, 0.3]),
    )
    shake, depth = rng.uniform(7, 14), rng.uniform(0.05, 0.6)
    seconds = between(rng, 0.5, 1.6)

    def baa() -> Sound:
        each = seconds * rng.uniform(0.8, 1.2)
        return _bleat(rng, throat, pitch * rng.uniform(0.93, 1.07), each, shake, depth)

    out = in_a_row(rng, int(rng.choice([1, 1, 1, 2, 3])), seconds + 0.6, baa, 0.2)
    return heard(rng, shape(out, (300, -6), (900, 0), (2200, rng.uniform(0, 8)), (5000, 0)))


def goat_bleating(rng: Rng) -> Sound:
    """Meh: thinner, sharper and more broken than a sheep; kids cry, billies blubber or yell."""
    kid = rng.uniform() < 0.4
    pitch = between(rng, 400, 900) if kid else between(rng, 170, 420)
    throat = draw_throat(
        rng,
        rng.uniform(0.08, 0.11) if kid else rng.uniform(0.13, 0.18),
        between(rng, 1600, 4000),
        breath=between(rng, 0.05, 0.35),
        rough=between(rng, 0.01, 0.08),
        halves=rng.choice([0.0, 0.0, 0.4]),
    )
    yells = rng.uniform() < 0.2
    shake = rng.uniform(9, 18)
    depth = 0.1 if yells else rng.uniform(0.3, 0.85)
    seconds = between(rng, 0.4, 1.7)

    def meh() -> Sound:
        each = seconds * rng.uniform(0.8, 1.2)
        return _bleat(rng, throat, pitch * rng.uniform(0.93, 1.07), each, shake, depth)

    out = in_a_row(rng, int(rng.choice([1, 1, 2, 3])), seconds + 0.4, meh, 0.2)
    return heard(rng, shape(out, (300, -10), (1200, 0), (3200, rng.uniform(2, 12)), (6000, 0)))


def _snort(rng: Rng, seconds: float, flutter: float) -> Sound:
    """Air through wide nostrils, which flap."""
    samples = count(seconds)
    air = noise(rng, samples, 0.6) * hump(samples, 0.03, 0.6 * seconds)
    rate = flutter * glide(samples, (0, 1.2), (1, 0.7)) * (1.0 + 0.1 * wander(rng, samples, 8.0))
    air *= 0.15 + pulses(rate, samples, rng.uniform(1, 2.5))
    return formants(air, [(500.0, 400.0, 1.0), (1400.0, 700.0, 0.6), (3000.0, 1500.0, 0.3)], 0.1)


def horse_neighing(rng: Rng) -> Sound:
    """A whinny that shakes as it falls, a nicker, a squeal or a snort (Briefer and others 2015)."""
    throat = draw_throat(
        rng,
        rng.uniform(0.3, 0.5),
        between(rng, 700, 2500),
        breath=between(rng, 0.1, 1.0),
        rough=between(rng, 0.02, 0.2),
    )
    kind = rng.choice(4, p=[0.6, 0.17, 0.1, 0.13])
    if kind == 3:
        return heard(rng, _snort(rng, rng.uniform(0.4, 1.0), rng.uniform(18, 35)))
    shake = rng.uniform(7, 13)
    if kind == 1:
        samples = count(rng.uniform(0.5, 1.3))
        hertz = between(rng, 70, 160) * glide(samples, (0, 1), (0.4, 1.2), (1, 0.8))
        gate = 0.5 + 0.5 * sine(shake, samples)
        loud = hump(samples, 0.1, 0.3) * (0.15 + gate)
        return heard(rng, voiced(rng, throat, hertz, loud, 0.1 + 0.2 * gate, 1.5))
    high = between(rng, 700, 1600)
    seconds = rng.uniform(0.5, 1.0) if kind == 2 else between(rng, 1.0, 2.6)
    samples = count(seconds)
    low = high * (rng.uniform(0.8, 1.1) if kind == 2 else rng.uniform(0.3, 0.55))
    start = rng.uniform(0.5, 0.9) * high
    hertz = glide(samples, (0, start), (0.15, high), (0.4, 0.9 * high), (1, low))
    grows = 0.1 if kind == 2 else line(samples, (0, 0), (0.3, 0.4), (0.6, 1), (1, 1))
    swing = sine(shake * glide(samples, (0, 1.1), (1, 0.8)), samples) * grows
    hertz *= np.exp(rng.uniform(0.04, 0.12) * swing)
    loud = hump(samples, 0.06, 0.4 * seconds) * (1.0 + rng.uniform(0.2, 0.6) * swing)
    mouth = line(samples, (0, 0.6), (0.2, 1), (1, 0.3))
    out = voiced(rng, throat, hertz, loud, mouth, line(samples, (0, 2), (0.3, 0.7), (1, 2)))
    whistle = sine(hertz * rng.uniform(2.2, 3.2), samples) * loud
    add(out, level(whistle) * np.sqrt(np.square(out).mean()), 0.0, rng.uniform(0, 0.4))
    if kind == 0 and rng.uniform() < 0.3:
        out = join(peak(out), 0.4 * peak(_snort(rng, rng.uniform(0.3, 0.6), 25)))
    return heard(rng, out)


def _hoof(rng: Rng) -> Callable[[float], Sound]:
    """A hoof on a ground: hard (it rings hollow), earth (a thud), gravel or turf."""
    ground = rng.integers(4)
    hollow = between(rng, 450, 1300) * np.array([1.0, *np.sort(rng.uniform(1.4, 4.0, 4))])
    thud = between(rng, 55, 130)
    clop = (rng.uniform(0.6, 1.0), 0.0, 0.3, 0.05)[ground]
    grit = (0.15, rng.uniform(0.05, 0.3), 0.7, 0.3)[ground]
    deep = (rng.uniform(0.1, 0.5), 1.0, 0.4, 0.8)[ground]
    top = (6000.0, 1500.0, 8000.0, 3000.0)[ground]

    def beat(hard: float) -> Sound:
        samples = count(0.2)
        each = hollow * rng.uniform(0.93, 1.07)
        decay = rng.uniform(0.03, 0.09) / np.sqrt(each / each[0])
        out = clop * modes(samples, each, decay, rng.uniform(0.2, 1.0, 5))
        fall = rng.uniform(0.06, 0.14)
        out += 0.8 * deep * modes(samples, thud * np.array([1, 1.8]), (fall, fall / 2), (1, 0.6))
        scrape = band(noise(rng, samples, 0.5), 150, top, 12) * fade(samples, 0.004, 0.09)
        out += grit * scrape
        knock = band(noise(rng, count(0.02)), 400, top, 12) * fade(count(0.02), 0.0005, 0.01)
        add(out, knock, 0.0, 0.5 * (clop + 0.2))
        return out * hard

    return beat


def horse_galloping(rng: Rng) -> Sound:
    """Hoof beats of a gallop, a canter, a trot or a walk, of one horse or a few."""

    def horse() -> Sound:
        beat = _hoof(rng)
        gait = rng.choice(4, p=[0.35, 0.3, 0.25, 0.1])
        places = (
            (0.0, 0.14, 0.28, 0.45),
            (0.0, 0.24, 0.48),
            (0.0, 0.5),
            (0.0, 0.25, 0.5, 0.75),
        )[gait]
        stride = (
            rng.uniform(0.38, 0.52),
            rng.uniform(0.5, 0.7),
            rng.uniform(0.55, 0.8),
            rng.uniform(0.9, 1.2),
        )[gait]
        weight = rng.uniform(0.5, 1.0, len(places))
        made = []
        for turn in range(int(rng.uniform(1.2, 5.0) / stride)):
            for place, hard in zip(places, weight, strict=True):
                when = stride * (turn + place) + rng.normal(0.0, 0.01)
                made.append((max(when, 0.0), beat(hard * decibels(rng.normal(0, 2)))))
        return laid_out(made)

    out = horse()
    if rng.uniform() < 0.3:
        for _ in range(rng.integers(1, 4)):
            out = mix(out, join(silence(rng.uniform(0, 0.3)), rng.uniform(0.3, 1) * horse()))
    if rng.uniform() < 0.4:
        out = out * line(len(out), (0, rng.uniform(0.1, 1)), (0.5, 1), (1, rng.uniform(0.1, 1)))
    return heard(rng, out, 0.2)


def pig_grunting(rng: Rng) -> Sound:
    """Grunts in a row, snuffles that draw air in, and squeals."""
    throat = draw_throat(
        rng,
        rng.uniform(0.16, 0.32),
        between(rng, 600, 2400),
        breath=between(rng, 0.15, 1.0),
        rough=between(rng, 0.04, 0.2),
    )
    pitch = between(rng, 45, 140)

    def grunt() -> Sound:
        seconds = rng.uniform(0.1, 0.4)
        samples = count(seconds)
        hertz = pitch * glide(samples, (0, 0.9), (0.3, rng.uniform(1, 1.3)), (1, 0.7))
        loud = hump(samples, rng.uniform(0.03, 0.1), 0.5 * seconds)
        mouth = rng.uniform(0.1, 0.6)
        return peak(voiced(rng, throat, hertz, loud, mouth))

    def oink() -> Sound:
        seconds = rng.uniform(0.15, 0.4)
        samples = count(seconds)
        rate = between(rng, 25, 60) * glide(samples, (0, 0.8), (1, 1.3))
        air = noise(rng, samples, 1.0) * (0.1 + pulses(rate, samples, 2.5))
        air *= hump(samples, 0.05, 0.1)
        rise = line(samples, (0, 0.2), (1, rng.uniform(0.4, 1.0)))
        wide = replace(throat, sharp=0.25)
        return 0.7 * peak(join(formants(air, tract(wide, rise), 0.08), 0.8 * grunt()))

    def squeal() -> Sound:
        seconds = between(rng, 0.3, 1.4)
        samples = count(seconds)
        top = between(rng, 700, 1900)
        hertz = glide(samples, (0, 0.6 * top), (0.2, top), (0.7, 0.9 * top), (1, 0.6 * top))
        hertz *= np.exp(0.06 * wander(rng, samples, 8.0))
        shrill = replace(
            throat, bright=between(rng, 1500, 4000), rough=between(rng, 0.06, 0.5), tract=0.15
        )
        return peak(voiced(rng, shrill, hertz, hump(samples, 0.05, 0.2), 1.0))

    kind = rng.choice(4, p=[0.33, 0.15, 0.35, 0.17])
    number = int(rng.integers(1, 7))
    if kind == 0:
        return heard(rng, in_a_row(rng, number, rng.uniform(0.35, 0.9), grunt, 0.25))
    if kind == 1:
        return heard(rng, in_a_row(rng, min(number, 4), rng.uniform(0.6, 1.1), oink, 0.2))
    if kind == 2:
        return heard(
            rng, in_a_row(rng, int(rng.integers(1, 4)), rng.uniform(0.8, 1.3), squeal, 0.25)
        )
    several = (grunt, oink, squeal)
    return heard(rng, in_a_row(rng, 4, 0.7, lambda: several[rng.integers(3)](), 0.3))


def donkey_braying(rng: Rng) -> Sound:
    """Hee-haw: a squeak that is drawn in, then a coarse cry, again and again, weaker at last."""
    low = between(rng, 150, 420)
    throat = draw_throat(
        rng,
        rng.uniform(0.28, 0.42),
        between(rng, 900, 2200),
        breath=between(rng, 0.1, 0.4),
        rough=between(rng, 0.02, 0.12),
        halves=rng.uniform(0, 0.6),
    )
    high = low * rng.uniform(1.6, 3.2)
    made, now = [], 0.0
    turns = int(rng.integers(1, 6))
    pace = rng.uniform(0.8, 1.25)
    for turn in range(turns):
        effort = min(1.0, 0.6 + 0.3 * turn) * (0.6 if turn > 3 else 1.0)
        hee, haw = count(pace * rng.uniform(0.25, 0.55)), count(pace * rng.uniform(0.35, 0.8))
        pitch = glide(hee, (0, 0.8 * high), (0.5, high), (1, 0.9 * high))
        breathy = replace(throat, breath=3 * throat.breath + 0.3, bright=0.6 * throat.bright)
        part = voiced(rng, breathy, pitch, hump(hee, 0.08, 0.1), 0.6)
        made.append((now, 0.5 * effort * peak(part)))
        now += len(part) / 32000.0 - 0.03
        pitch = low * glide(haw, (0, 1.3), (0.2, 1.05), (0.8, 1.0), (1, 0.75))
        part = voiced(rng, throat, pitch, hump(haw, 0.04, 0.2), 1.0, line(haw, (0, 0.7), (1, 1.5)))
        made.append((now, effort * peak(part)))
        now += len(part) / 32000.0 + rng.uniform(0.0, 0.12)
    return heard(rng, laid_out(made))


# The wild.


def monkey_screeching(rng: Rng) -> Sound:
    """Screams, panted hoots that grow ("ooh ooh aah aah") and chatter of apes and monkeys."""
    size = rng.uniform()
    pitch = between(rng, 900, 2200) * 0.6**size
    throat = draw_throat(
        rng,
        0.06 + 0.08 * size,
        between(rng, 1200, 4000),
        breath=between(rng, 0.05, 0.4),
        rough=between(rng, 0.03, 0.3),
        halves=rng.choice([0.0, 0.5]),
    )

    def scream() -> Sound:
        seconds = between(rng, 0.2, 1.0)
        samples = count(seconds)
        hertz = pitch * glide(samples, (0, 0.6), (0.2, 1.1), (0.8, 1), (1, rng.uniform(0.5, 0.9)))
        hertz *= np.exp(0.05 * wander(rng, samples, 7.0))
        return peak(voiced(rng, throat, hertz, hump(samples, 0.04, 0.15), 1.0))

    def hoot(effort: float) -> Sound:
        seconds = rng.uniform(0.12, 0.3)
        samples = count(seconds)
        hertz = (0.25 + 0.25 * effort) * pitch * glide(samples, (0, 0.85), (0.5, 1.1), (1, 0.85))
        soft = replace(throat, rough=0.01, halves=0.0, bright=(0.2 + 0.6 * effort) * throat.bright)
        mouth = 0.1 + 0.8 * effort * np.ones(samples)
        return (0.3 + 0.7 * effort) * peak(
            voiced(rng, soft, hertz, hump(samples, 0.06, 0.1), mouth)
        )

    def chatter() -> Sound:
        samples = count(rng.uniform(0.03, 0.08))
        hertz = pitch * glide(samples, (0, 0.8), (0.5, 1.2), (1, 0.7))
        return peak(voiced(rng, throat, hertz, hump(samples, 0.01, 0.03), 0.9))

    kind = rng.choice(3, p=[0.4, 0.35, 0.25])
    if kind == 0:
        return heard(
            rng, in_a_row(rng, int(rng.integers(1, 6)), rng.uniform(0.4, 0.9), scream, 0.25)
        )
    if kind == 2:
        return heard(
            rng, in_a_row(rng, int(rng.integers(5, 22)), between(rng, 0.07, 0.2), chatter, 0.2)
        )
    made, now = [], 0.0
    number = int(rng.integers(5, 12))
    for turn in range(number):
        made.append((now, hoot(turn / number)))
        now += rng.uniform(0.28, 0.45)
    if rng.uniform() < 0.6:
        for _ in range(rng.integers(1, 4)):
            made.append((now, scream()))
            now += rng.uniform(0.4, 0.7)
    return heard(rng, laid_out(made))


def elephant_trumpeting(rng: Rng) -> Sound:
    """A blast through the trunk, brassy and torn; sometimes a rumble or a roar with it."""
    pitch = between(rng, 240, 620)
    seconds = between(rng, 0.6, 3.0)
    throat = draw_throat(
        rng,
        rng.uniform(0.2, 0.45),
        between(rng, 900, 3000),
        breath=between(rng, 0.1, 1.2),
        rough=between(rng, 0.03, 0.3),
        halves=rng.choice([0.0, 0.4, 0.8]),
        ripple=(rng.choice([0.0, 0.4]), rng.uniform(30, 90)),
    )

    def blast(length: float, gain: float) -> Sound:
        samples = count(length)
        top = rng.uniform(0.2, 0.6)
        start, end = rng.uniform(0.55, 0.95), rng.uniform(0.6, 1.0)
        hertz = pitch * glide(samples, (0, start), (top, 1.1), (0.8, 1.05), (1, end))
        hertz *= np.exp(0.02 * wander(rng, samples, 10.0))
        loud = hump(samples, 0.08, 0.3 * length) * np.exp(0.15 * wander(rng, samples, 9.0))
        harsh = line(samples, (0, 2), (0.2, 0.6), (0.7, 1), (1, 2))
        return gain * peak(voiced(rng, throat, hertz, loud, rng.uniform(0.7, 1.0), harsh))

    made = [(0.0, blast(seconds, 1.0))]
    if rng.uniform() < 0.25:
        made.append((seconds + rng.uniform(0.05, 0.4), blast(rng.uniform(0.4, 1.0), 0.7)))
    if rng.uniform() < 0.35:
        low = replace(
            throat, tract=rng.uniform(0.7, 1.1), bright=between(rng, 200, 500), rough=0.08
        )
        samples = count(rng.uniform(0.8, 2.0))
        hertz = between(rng, 18, 60) * glide(samples, (0, 0.9), (0.5, 1.1), (1, 0.8))
        rumble = peak(voiced(rng, low, hertz, hump(samples, 0.3, 0.5), 0.5))
        made.append((rng.choice([0.0, 0.7 * seconds]), rng.uniform(0.2, 0.8) * rumble))
    return heard(rng, laid_out(made), 0.4)


def deer_or_large_mammal_call(rng: Rng) -> Sound:
    """A stag's roar, an elk's bugle, a moose's or a fallow buck's grunts, a roe's bark."""
    kind = rng.integers(4)
    if kind == 1:
        top = between(rng, 1000, 2300)
        seconds = rng.uniform(1.2, 3.2)
        samples = count(seconds)
        marks = [(0, 0.3), (0.15, 0.5), (0.4, 1.0), (0.8, rng.uniform(0.85, 1)), (1, 0.4)]
        hertz = top * glide(samples, *marks)
        throat = draw_throat(rng, 0.35, 0.7 * top, breath=between(rng, 0.03, 0.2), rough=0.01)
        out = voiced(rng, throat, hertz, hump(samples, 0.3, 0.3), 0.8)
        return heard(rng, echo(rng, out, rng.uniform(0.5, 2), rng.uniform(0.05, 0.4)), 0.5)
    pitch = (
        between(rng, 80, 200) * rng.choice([1.0, 3.0]),
        0.0,
        between(rng, 60, 250),
        between(rng, 180, 500),
    )[kind]
    throat = draw_throat(
        rng,
        rng.uniform(0.2, 0.3) if kind == 3 else rng.uniform(0.35, 0.55),
        between(rng, 400, 1500),
        breath=between(rng, 0.2, 0.7),
        rough=between(rng, 0.04, 0.2),
        halves=rng.choice([0.0, 0.5]),
    )

    def call() -> Sound:
        seconds = (rng.uniform(0.8, 2.8), 0.0, rng.uniform(0.25, 0.9), rng.uniform(0.15, 0.4))[kind]
        samples = count(seconds)
        hertz = pitch * glide(samples, (0, 0.8), (0.35, 1.1), (0.8, 1), (1, 0.7))
        loud = hump(samples, 0.15 * seconds, 0.4 * seconds)
        mouth = line(samples, (0, 0.1), (0.4, rng.uniform(0.5, 1)), (1, 0.3))
        return peak(voiced(rng, throat, hertz, loud, mouth))

    number = int(rng.integers(1, 3)) if kind == 0 else int(rng.integers(1, 6))
    period = (rng.uniform(1.6, 3.0), 0.0, rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.2))[kind]
    return heard(rng, in_a_row(rng, number, period, call, 0.15), 0.5)


def camel_grunting(rng: Rng) -> Sound:
    """A gargling moan or groan, or short grunts through loose lips."""
    pitch = between(rng, 70, 400)
    throat = draw_throat(
        rng,
        rng.uniform(0.3, 0.5),
        between(rng, 500, 1600),
        breath=between(rng, 0.1, 0.7),
        rough=between(rng, 0.03, 0.2),
        halves=rng.uniform(0, 0.7),
        ripple=(rng.choice([0.0, 0.2, 0.5, 0.9]), rng.uniform(14, 35)),
    )
    seconds = between(rng, 0.25, 2.2)

    def grunt() -> Sound:
        samples = count(seconds * rng.uniform(0.8, 1.2))
        hertz = pitch * glide(samples, (0, 0.85), (0.4, 1.15), (0.8, 1.05), (1, 0.75))
        loud = hump(samples, 0.15 * seconds, 0.4 * seconds) * np.exp(
            0.2 * wander(rng, samples, 8.0)
        )
        mouth = np.clip(0.5 + 0.3 * wander(rng, samples, 2.0), 0.0, 1.0)
        return peak(voiced(rng, throat, hertz, np.maximum(loud, 0.0), mouth))

    number = int(rng.integers(1, 3)) if seconds > 0.8 else int(rng.integers(1, 6))
    return heard(rng, in_a_row(rng, number, seconds * 1.2 + rng.uniform(0.1, 0.5), grunt, 0.2))


def sea_lion_barking(rng: Rng) -> Sound:
    """Hoarse barks in long even rows; seals and pups that bawl."""
    pitch = between(rng, 170, 560)
    throat = draw_throat(
        rng,
        rng.uniform(0.16, 0.28),
        between(rng, 600, 1800),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.04, 0.22),
        halves=rng.choice([0.0, 0.5]),
    )
    bawls = rng.uniform() < 0.2
    each = rng.uniform(0.6, 1.4) if bawls else rng.uniform(0.13, 0.35)

    def arf() -> Sound:
        samples = count(each * rng.uniform(0.9, 1.1))
        hertz = pitch * glide(samples, (0, 0.75), (0.35, 1.08), (0.7, 1), (1, 0.7))
        if bawls:
            hertz *= np.exp(0.03 * sine(rng.uniform(7, 12), samples))
        loud = hump(samples, 0.05, 0.45 * each)
        mouth = line(samples, (0, 0.2), (0.35, 1), (1, 0.2))
        return peak(voiced(rng, throat, hertz, loud, mouth))

    number = int(rng.integers(1, 4)) if bawls else int(rng.integers(2, 10))
    out = in_a_row(rng, number, each + between(rng, 0.1, 0.4), arf, 0.06)
    return echo(rng, heard(rng, out), rng.uniform(0.2, 1.5), between(rng, 0.02, 0.4))


def _snarl(rng: Rng, pitch: float, seconds: float, wide: float) -> Sound:
    """What a beast that nobody has met does with a large throat."""
    samples = count(seconds)
    throat = draw_throat(
        rng,
        between(rng, 0.2, 0.8),
        between(rng, 250, 2200),
        breath=between(rng, 0.2, 1.5),
        rough=between(rng, 0.05, 0.35),
        halves=rng.uniform(0, 0.8),
        ripple=(rng.choice([0.0, 0.5, 0.9]), between(rng, 15, 90)),
    )
    top = rng.uniform(0.15, 0.6)
    start, end = between(rng, 0.4, 1.6), between(rng, 0.35, 1.3)
    hertz = pitch * glide(samples, (0, start), (top, 1.1), (1, end))
    hertz *= np.exp(0.08 * wander(rng, samples, 3.0))
    loud = hump(samples, rng.uniform(0.05, 0.4) * seconds, rng.uniform(0.3, 0.6) * seconds)
    loud *= np.exp(0.3 * wander(rng, samples, 9.0))
    mouth = np.clip(wide * line(samples, (0, 0.1), (top, 1), (1, 0.2)), 0.0, 1.0)
    return peak(voiced(rng, throat, hertz, loud, mouth))


def monster_growling(rng: Rng) -> Sound:
    """Growls, roars, snarls, gurgles, grunts and screeches of beasts, alone or laid together."""
    kind = rng.choice(5, p=[0.33, 0.27, 0.15, 0.15, 0.1])
    seconds = between(rng, 0.35, 3.0)
    if kind == 0:
        out = _snarl(rng, between(rng, 25, 90), seconds, rng.uniform(0.2, 0.6))
    elif kind == 1:
        out = _snarl(rng, between(rng, 60, 320), seconds, 1.0)
    elif kind == 2:
        short = between(rng, 0.12, 0.5)
        out = in_a_row(
            rng,
            int(rng.integers(1, 5)),
            short + rng.uniform(0.1, 0.6),
            lambda: _snarl(rng, between(rng, 50, 160), short, 0.6),
        )
    elif kind == 3:
        samples = count(seconds)
        air = noise(rng, samples, 0.3) * hump(samples, 0.2 * seconds, 0.5 * seconds)
        air *= 0.2 + pulses(
            between(rng, 12, 50) * (1 + 0.2 * wander(rng, samples, 6.0)), samples, 2
        )
        rasp = formants(air, tract(draw_throat(rng, rng.uniform(0.1, 0.3), 1.0), 0.7), 0.1)
        out = mix(peak(rasp), rng.uniform(0.1, 1) * _snarl(rng, between(rng, 30, 90), seconds, 0.4))
    else:
        out = _snarl(rng, between(rng, 400, 1500), seconds, 1.0)
    if rng.uniform() < 0.5:
        out = mix(out, rng.uniform(0.3, 1) * _snarl(rng, between(rng, 22, 130), seconds, 0.6))
    if rng.uniform() < 0.3:
        out = np.tanh(rng.uniform(1, 5) * peak(out))
    return heard(rng, out, 0.25)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "camel grunting": camel_grunting,
    "cat meowing": cat_meowing,
    "cow mooing": cow_mooing,
    "deer or large mammal call": deer_or_large_mammal_call,
    "dog barking": dog_barking,
    "dog whining": dog_whining,
    "donkey braying": donkey_braying,
    "elephant trumpeting": elephant_trumpeting,
    "goat bleating": goat_bleating,
    "horse galloping": horse_galloping,
    "horse neighing": horse_neighing,
    "lion roaring": lion_roaring,
    "monkey screeching": monkey_screeching,
    "monster growling": monster_growling,
    "pig grunting": pig_grunting,
    "sea lion barking": sea_lion_barking,
    "sheep bleating": sheep_bleating,
    "wolf howling": wolf_howling,
}
