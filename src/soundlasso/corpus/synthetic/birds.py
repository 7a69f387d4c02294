"""Birds: throats as well, and whistles that something gates."""

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
    ends,
    fade,
    harmonics,
    join,
    level,
    line,
    mix,
    move_band,
    noise,
    peak,
    ring,
    shape,
    silence,
    sine,
    wander,
)
from soundlasso.corpus.synthetic.throats import (
    buzz,
    draw_throat,
    glide,
    heard,
    hump,
    in_a_row,
    laid_out,
    voiced,
)


def duck_quacking(rng: Rng) -> Sound:
    """Nasal quacks, alone or in a falling row; drakes rasp."""
    pitch = between(rng, 130, 420)
    throat = draw_throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1300, 3500),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.02, 0.15),
    )
    each = rng.uniform(0.1, 0.3)
    fall = rng.uniform(0.88, 1.0)
    now, turn, made = 0.0, 0, []
    for turn in range(rng.integers(1, 9)):
        seconds = each * rng.uniform(0.85, 1.15) * fall**turn
        samples = count(seconds)
        hertz = pitch * glide(samples, (0, 0.9), (0.25, 1.1), (1, rng.uniform(0.7, 0.95)))
        hertz *= 1.0 + 0.04 * (1 - turn / 4) * rng.normal()
        loud = hump(samples, rng.uniform(0.01, 0.03), 0.6 * seconds) * fall ** (2 * turn)
        mouth = line(samples, (0, 0.3), (0.25, 1), (1, rng.uniform(0.3, 0.8)))
        made.append((now, voiced(rng, throat, hertz, loud, mouth)))
        now += seconds + rng.uniform(0.06, 0.2)
    nasal = between(rng, 900, 1800)
    out = shape(laid_out(made), (nasal / 3, -14), (nasal, 0), (3 * nasal, -3), (9000, -10))
    return heard(rng, out)


def goose_honking(rng: Rng) -> Sound:
    """Honks that leap up in pitch as they begin, of a goose or a flock."""

    def goose() -> Sound:
        high = between(rng, 380, 1100)
        low = high * rng.choice([0.5, rng.uniform(0.45, 0.8)])
        throat = draw_throat(
            rng,
            rng.uniform(0.11, 0.2),
            between(rng, 900, 2600),
            breath=between(rng, 0.03, 0.3),
            rough=between(rng, 0.02, 0.15),
        )
        each, breaks = rng.uniform(0.15, 0.45), rng.uniform(0.1, 0.5)

        def honk() -> Sound:
            samples = count(each * rng.uniform(0.85, 1.15))
            hertz = line(
                samples, (0, low), (breaks, 1.05 * low), (breaks + 0.04, high), (1, 0.9 * high)
            )
            loud = hump(samples, 0.025, 0.4 * each)
            loud *= line(samples, (0, 0.5), (breaks, 0.6), (breaks + 0.04, 1), (1, 0.9))
            return peak(
                voiced(rng, throat, hertz, loud, line(samples, (0, 0.5), (0.4, 1), (1, 0.6)))
            )

        return in_a_row(rng, int(rng.integers(1, 6)), each + rng.uniform(0.15, 0.8), honk, 0.15)

    nasal = between(rng, 900, 1800)
    out = goose()
    if rng.uniform() < 0.25:
        for _ in range(rng.integers(1, 5)):
            out = mix(out, join(silence(rng.uniform(0.1, 0.8)), rng.uniform(0.2, 1) * goose()))
    return heard(rng, shape(out, (350, -16), (nasal, 0), (6000, -6)))


def rooster_crowing(rng: Rng) -> Sound:
    """Cock-a-doodle-doo: two or three short cries and a long one that falls."""
    pitch = between(rng, 380, 950)
    throat = draw_throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1400, 3500),
        breath=between(rng, 0.03, 0.3),
        rough=between(rng, 0.01, 0.1),
    )
    pace = rng.uniform(0.8, 1.3)
    last = rng.uniform(0.6, 1.4)
    parts = [
        (0.22, (0.7, 0.95, 0.85), 0.7),
        (0.12, (0.85, 0.95, 0.9), 0.7),
        (0.35, (0.8, 1.2, 1.05), 0.95),
        (last, (0.95, 1.1, 0.6), 1.0),
    ]
    if rng.uniform() < 0.3:
        parts.pop(1)
    made, now = [], 0.0
    for seconds, (a, b, c), gain in parts:
        samples = count(pace * seconds * rng.uniform(0.85, 1.15))
        top = rng.uniform(0.25, 0.5)
        bend = pitch * np.array([a, b, c]) * rng.uniform(0.94, 1.06, 3)
        hertz = glide(samples, (0, bend[0]), (top, bend[1]), (0.75, 0.93 * bend[1]), (1, bend[2]))
        loud = gain * hump(samples, 0.04, 0.3 * seconds)
        mouth = line(samples, (0, 0.3), (0.3, 1), (1, 0.6))
        harsh = line(samples, (0, 1), (0.8, 1), (1, 3))
        made.append((now, voiced(rng, throat, hertz, loud, mouth, harsh)))
        now += len(hertz) / 32000.0 + rng.uniform(0.0, 0.1)
    low = rng.uniform(1.2, 2.2) * pitch
    return heard(rng, shape(laid_out(made), (low / 2, -14), (low, 0), (3 * low, -4)))


def chicken_clucking(rng: Rng) -> Sound:
    """Buk, buk, buk, sometimes with a long "ba-gawk"; chicks peep."""
    if rng.uniform() < 0.2:
        top = between(rng, 3000, 4800)

        def peep() -> Sound:
            samples = count(rng.uniform(0.06, 0.16))
            hertz = glide(samples, (0, top), (1, top * rng.uniform(0.55, 0.9)))
            return harmonics(hertz, samples, (1, 0.08)) * hump(samples, 0.01, 0.06)

        flock = int(rng.integers(1, 4))
        rows = [
            in_a_row(rng, int(rng.integers(3, 12)), rng.uniform(0.2, 0.5), peep, 0.3)
            for _ in range(flock)
        ]
        return heard(rng, mix(*rows))
    pitch = between(rng, 260, 650)
    throat = draw_throat(
        rng,
        rng.uniform(0.06, 0.11),
        between(rng, 900, 2600),
        breath=between(rng, 0.05, 0.4),
        rough=between(rng, 0.02, 0.12),
    )

    def cluck(seconds: float, rise: float) -> Sound:
        samples = count(seconds)
        start, end = rng.uniform(0.7, 1.1), rng.uniform(0.6, 0.9)
        hertz = pitch * rise * glide(samples, (0, start), (0.35, 1.1), (1, end))
        loud = hump(samples, 0.012, 0.6 * seconds)
        return peak(voiced(rng, throat, hertz, loud, rng.uniform(0.2, 0.8), rng.uniform(0.5, 2)))

    made, now = [], 0.0
    pace = between(rng, 0.15, 0.55)
    excited = rng.uniform() < 0.5
    for _ in range(rng.integers(2, 10)):
        if excited and rng.uniform() < 0.3:
            made.append((now, 1.3 * cluck(rng.uniform(0.25, 0.6), rng.uniform(1.3, 2.2))))
            now += rng.uniform(0.3, 0.8)
        else:
            gain = decibels(rng.normal(-3, 3))
            made.append((now, gain * cluck(rng.uniform(0.04, 0.13), rng.uniform(0.9, 1.15))))
        now += pace * rng.uniform(0.7, 1.4)
    return heard(rng, laid_out(made))


def crow_cawing(rng: Rng) -> Sound:
    """Caws: harsh and open, alone or in rows, of a crow, a raven or a rook."""
    pitch = between(rng, 260, 620)
    throat = draw_throat(
        rng,
        rng.uniform(0.07, 0.13),
        between(rng, 1300, 3500),
        breath=between(rng, 0.1, 0.6),
        rough=between(rng, 0.04, 0.25),
        halves=rng.choice([0.0, 0.4]),
        ripple=(rng.choice([0.0, 0.5, 0.9]), rng.uniform(45, 110)),
    )
    each, nasal = rng.uniform(0.18, 0.55), between(rng, 1000, 2000)

    def caw() -> Sound:
        seconds = each * rng.uniform(0.85, 1.2)
        samples = count(seconds)
        hertz = pitch * glide(samples, (0, 0.8), (0.25, 1.08), (0.7, 1), (1, 0.75))
        loud = hump(samples, 0.03, 0.35 * seconds)
        mouth = line(samples, (0, 0.3), (0.3, 1), (1, 0.5))
        return peak(voiced(rng, throat, hertz, loud, mouth))

    number = int(rng.choice([1, 2, 3, 4, 5]))
    out = in_a_row(rng, number, each + rng.uniform(0.12, 0.6), caw, 0.1)
    return heard(rng, shape(out, (nasal / 3, -20), (nasal, 0), (2 * nasal, 0), (8000, -12)), 0.4)


def owl_hooting(rng: Rng) -> Sound:
    """Soft hollow hoots in an owl's rhythm; some tremble, a barn owl shrieks."""
    if rng.uniform() < 0.1:
        seconds = rng.uniform(0.6, 1.8)
        samples = count(seconds)
        air = noise(rng, samples) * hump(samples, 0.1, 0.2) * (1 + wander(rng, samples, 60.0, 0.4))
        centre = between(rng, 2200, 3500) * glide(samples, (0, 0.8), (0.3, 1), (1, 1.1))
        return heard(rng, move_band(air, centre, rng.uniform(0.3, 0.6)))
    pitch = between(rng, 230, 1000)
    second, puff = between(rng, 0.003, 0.15), between(rng, 0.002, 0.08)
    tremble = rng.uniform(8, 16) if rng.uniform() < 0.3 else 0.0

    def hoot(seconds: float) -> Sound:
        samples = count(seconds)
        bend = rng.uniform(0.75, 1.0)
        hertz = pitch * glide(samples, (0, bend), (0.3, 1.02), (0.7, 1), (1, bend))
        loud = hump(samples, 0.25 * seconds, 0.4 * seconds)
        if tremble and seconds > 0.35:
            loud *= 0.6 + 0.4 * sine(tremble, samples)
        out = harmonics(hertz, samples, (1, second, second / 3)) * loud
        breath = noise(rng, samples) * loud
        return out + puff * ring(breath, [1.0 * pitch, 3 * pitch], [pitch / 3, pitch], [6.0, 1.0])

    patterns: tuple[tuple[tuple[float, float], ...], ...] = (
        ((0.3, 0.2), (0.12, 0.15), (0.35, 0.25), (0.35, 0.0)),
        ((0.6, 1.2), (0.12, 0.1), (0.9, 0.0)),
        ((0.18, 0.15), (0.18, 0.1), (0.18, 0.1), (0.5, 0.0)),
        ((0.5, 0.0),),
        ((0.35, 0.4), (0.35, 0.4), (0.35, 0.0)),
        tuple((0.1, 0.06) for _ in range(12)),
    )
    pace = rng.uniform(0.8, 1.3)
    made, now = [], 0.0
    for seconds, gap in patterns[rng.integers(len(patterns))]:
        made.append((now, hoot(pace * seconds * rng.uniform(0.9, 1.1))))
        now += pace * (seconds + gap)
    return heard(rng, laid_out(made), 0.5)


def _syllable(rng: Rng, low: float, high: float) -> Callable[[], Sound]:
    """A note of a bird's song: a whistle that bends, shakes, or buzzes; a harsh or a nasal one."""
    seconds = between(rng, 0.03, 0.35)
    marks = [between(rng, low, high) for _ in range(rng.integers(2, 5))]
    if rng.uniform() < 0.3:
        marks = [m / 6 + marks[0] * 5 / 6 for m in marks]
    kind = rng.choice(5, p=[0.5, 0.15, 0.12, 0.13, 0.1])
    rate = rng.uniform(20, 45) if kind == 1 else rng.uniform(80, 250)
    second = between(rng, 0.005, 0.2)
    attack, release = rng.uniform(0.1, 0.4) * seconds, rng.uniform(0.2, 0.5) * seconds

    def note() -> Sound:
        samples = count(seconds * rng.uniform(0.95, 1.05))
        places = np.linspace(0, 1, len(marks))
        hertz = glide(samples, *zip(places, marks, strict=True)) * rng.uniform(0.985, 1.015)
        loud = hump(samples, attack, release)
        if kind == 1:
            hertz *= np.exp(0.1 * sine(rate, samples))
        elif kind == 2:
            loud *= 0.5 + 0.5 * sine(rate, samples)
        elif kind == 3:
            base = hertz / rng.uniform(2.5, 4.5)
            stack = buzz(base, 0.5 * high)
            return level(move_band(stack * loud, hertz, 0.5)) * 0.5
        elif kind == 4:
            hertz *= np.exp(0.06 * wander(rng, samples, 600.0))
        return harmonics(hertz, samples, (1, second, second / 4)) * loud

    return note


def _song(rng: Rng, low: float, high: float, seconds: float) -> Sound:
    """One bird: notes in a row, phrases again and again, a trill, or single calls."""
    notes = [_syllable(rng, low, high) for _ in range(rng.integers(1, 6))]
    style = rng.integers(4)
    gap = between(rng, 0.02, 0.15)
    made, now = [], 0.0
    while now < seconds:
        if style == 0:
            note = notes[0]
            group = [note] * int(rng.integers(1, 5))
            rest = between(rng, 0.2, 1.2)
        elif style == 1:
            group, rest = notes, between(rng, 0.3, 1.5)
        elif style == 2:
            group, rest = [notes[rng.integers(len(notes))]] * int(rng.integers(3, 15)), 0.1
        else:
            group = [notes[i] for i in rng.integers(len(notes), size=rng.integers(3, 12))]
            rest = between(rng, 0.2, 1.5)
        for note in group:
            one = note() * decibels(rng.normal(0, 2))
            made.append((now, one))
            now += len(one) / 32000.0 + gap * rng.uniform(0.8, 1.2)
        now += rest
    return laid_out(made)


def birds_chirping(rng: Rng) -> Sound:
    """Song and calls of a small bird, of a few, or of a wood full of them."""
    seconds = rng.uniform(0.3, 5.0)
    number = int(rng.choice([1, 1, 2, 3, 6]))
    out = np.zeros(count(0.1))
    for _ in range(number):
        low = between(rng, 1600, 4200)
        high = min(low * rng.uniform(1.15, 2.4), 9500)
        start = 0.0 if number == 1 else rng.uniform(0, 0.5)
        song = _song(rng, low, high, seconds) * between(rng, 0.15, 1.0)
        if rng.uniform() < 0.5:
            song = echo(rng, song, between(rng, 0.2, 1.2), between(rng, 0.02, 0.4))
        out = mix(out, join(silence(start), song))
    out = out[: count(6.0)]
    if rng.uniform() < 0.3:
        out += level(noise(rng, len(out), 1.0)) * between(rng, 0.001, 0.01)
    return ends(out, 0.005, 0.05)


def exotic_bird_call(rng: Rng) -> Sound:
    """Parrots that squawk, peacocks, laughing and croaking birds, whistles of the jungle."""
    kind = rng.integers(5)
    pitch = between(rng, 500, 1500)
    throat = draw_throat(
        rng,
        rng.uniform(0.05, 0.1),
        between(rng, 1200, 4000),
        breath=between(rng, 0.05, 0.3),
        rough=between(rng, 0.01, 0.15),
        halves=rng.choice([0.0, 0.5]),
    )

    def cry(seconds: float, *bends: float) -> Sound:
        samples = count(seconds * rng.uniform(0.85, 1.15))
        marks = pitch * np.array(bends) * rng.uniform(0.94, 1.06, len(bends))
        hertz = glide(samples, *zip(np.linspace(0, 1, len(bends)), marks, strict=True))
        loud = hump(samples, 0.03, 0.4 * seconds)
        return peak(voiced(rng, throat, hertz, loud, line(samples, (0, 0.3), (0.4, 1), (1, 0.5))))

    if kind == 0:
        each = rng.uniform(0.12, 0.6)
        bends = rng.uniform(0.6, 1.3, 4)
        out = in_a_row(
            rng, int(rng.integers(1, 6)), each + rng.uniform(0.1, 0.4), lambda: cry(each, *bends)
        )
    elif kind == 1:
        made = [(0.0, 0.7 * cry(0.25, 0.7, 0.8)), (0.3, cry(0.8, 0.9, 1.3, 1.25, 0.7))]
        out = laid_out(made if rng.uniform() < 0.7 else [(0.0, cry(0.9, 0.9, 1.3, 1.2, 0.7))])
    elif kind == 2:
        made, now = [], 0.0
        period = rng.uniform(0.12, 0.3)
        for turn in range(rng.integers(5, 15)):
            made.append((now, min(1.0, 0.3 + 0.1 * turn) * cry(0.6 * period, 0.8, 1.2, 0.8)))
            now += period * rng.uniform(0.9, 1.1)
        out = laid_out(made)
    elif kind == 3:
        pitch = between(rng, 250, 600)
        throat = replace(throat, rough=0.15, ripple=(0.8, rng.uniform(25, 70)))
        out = in_a_row(
            rng, int(rng.integers(2, 7)), rng.uniform(0.3, 0.7), lambda: cry(0.25, 0.9, 1.1, 0.8)
        )
    else:
        low = between(rng, 900, 2200)
        out = _song(rng, low, low * rng.uniform(1.5, 3), rng.uniform(0.5, 3.5))
        out = echo(rng, out, rng.uniform(0.5, 1.5), rng.uniform(0.1, 0.5))
    return heard(rng, out, 0.4)


def bird_of_prey_screech(rng: Rng) -> Sound:
    """A hawk's long falling scream, a falcon's row of sharp cries, an eagle's chatter."""
    kind = rng.integers(3)
    pitch = (between(rng, 800, 3000), between(rng, 900, 2200), between(rng, 1500, 3200))[kind]
    throat = draw_throat(
        rng,
        rng.uniform(0.04, 0.08),
        between(rng, 1500, 4500),
        breath=between(rng, 0.1, 2.5),
        rough=between(rng, 0.02, 0.3),
        ripple=(rng.choice([0.0, 0.4]), rng.uniform(60, 250)),
    )

    def cry(seconds: float, start: float, end: float) -> Sound:
        samples = count(seconds)
        top = rng.uniform(0.08, 0.3)
        hertz = pitch * glide(samples, (0, start), (top, 1.05), (0.6, 0.9), (1, end))
        loud = hump(samples, min(0.05, 0.2 * seconds), 0.5 * seconds)
        harsh = line(samples, (0, 1.5), (0.3, 0.6), (1, 1.5))
        return peak(voiced(rng, throat, hertz, loud, rng.uniform(0.6, 1.0), harsh))

    if kind == 0:
        long = rng.uniform(0.6, 2.0)
        number = int(rng.choice([1, 1, 2]))
        out = in_a_row(rng, number, long + 0.5, lambda: cry(long, 0.7, rng.uniform(0.55, 0.8)))
    elif kind == 1:
        each = rng.uniform(0.06, 0.16)
        period = each + rng.uniform(0.05, 0.15)
        out = in_a_row(rng, int(rng.integers(3, 14)), period, lambda: cry(each, 0.8, 0.8), 0.06)
    else:
        made, now = [(0.0, cry(rng.uniform(0.2, 0.5), 0.8, 0.9))], 0.5
        for _ in range(rng.integers(2, 9)):
            each = rng.uniform(0.07, 0.18)
            made.append((now, cry(each, 0.8, rng.uniform(0.6, 0.9)) * rng.uniform(0.5, 1)))
            now += each + rng.uniform(0.03, 0.12)
        out = laid_out(made)
    return heard(rng, shape(out, (700, -10), (2000, 0)), 0.5)


def wings_flapping(rng: Rng) -> Sound:
    """Strokes of wings, large and slow or small and fast: pushed air, feathers that clap."""
    rate = between(rng, 2.0, 16.0)
    seconds = rng.uniform(0.5, 3.0)
    top = between(rng, 500, 3500)
    feathers, clap = between(rng, 0.02, 0.5), between(rng, 0.02, 0.8)
    deep = rng.uniform(0.0, 1.2)

    def stroke() -> Sound:
        length = min(0.9 / rate, 0.25)
        samples = count(length * rng.uniform(0.8, 1.1))
        loud = hump(samples, rng.uniform(0.2, 0.4) * length, 0.5 * length)
        air = noise(rng, samples, 1.2) * loud
        centre = top * glide(samples, (0, 0.3), (0.4, 0.6), (1, 0.25))
        out = move_band(air, centre, 1.2)
        out += deep * level(band(noise(rng, samples, 1.0), 40, 160, 12)) * loud * 0.4
        out += feathers * band(noise(rng, samples), 2000, 9000, 12) * loud**2 * 0.5
        if clap > 0.1:
            snap = band(noise(rng, count(0.02), 0.5), 300, 5000, 12) * fade(
                count(0.02), 0.001, 0.02
            )
            add(out, snap, 0.35 * length, clap)
        return out

    made, now = [], 0.0
    slows = rng.uniform(0.6, 1.4)
    while now < seconds:
        made.append((now, stroke() * decibels(rng.normal(0, 2))))
        now += (1 + (slows - 1) * now / seconds) / rate * max(0.5, 1 + 0.08 * rng.normal())
    out = laid_out(made)
    return out * line(len(out), (0, 1), (0.5, 1), (1, rng.uniform(0.1, 1)))


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "bird of prey screech": bird_of_prey_screech,
    "birds chirping": birds_chirping,
    "chicken clucking": chicken_clucking,
    "crow cawing": crow_cawing,
    "duck quacking": duck_quacking,
    "exotic bird call": exotic_bird_call,
    "goose honking": goose_honking,
    "owl hooting": owl_hooting,
    "rooster crowing": rooster_crowing,
    "wings flapping": wings_flapping,
}
