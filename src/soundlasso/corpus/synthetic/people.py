"""What people do with their throats, hands and bodies, without words.

Voices are sources and filters (Fant 1960): folds that open slowly and shut fast (the pulse of Klatt
and Klatt 1990, with the return phase of Fant, Liljencrants and Lin 1985), breath that they let
through, and a tract whose resonances are those of Peterson and Barney's (1952) vowels, moved up for
smaller people. Screams are rough as Arnal and others (2015) measured, laughs as Bachorowski and
others (2001). Claps are Repp's (1987) and Peltola and others' (2007).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

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
    times,
    vary,
    wander,
)
from soundlasso.corpus.synthetic.placing import placed

# Voices.

_VOWELS = {
    "i": (270.0, 2290.0, 3010.0),
    "e": (480.0, 2000.0, 2600.0),
    "E": (530.0, 1840.0, 2480.0),
    "ae": (660.0, 1720.0, 2410.0),
    "a": (730.0, 1090.0, 2440.0),
    "A": (850.0, 1250.0, 2550.0),
    "V": (640.0, 1190.0, 2390.0),
    "er": (490.0, 1350.0, 1690.0),
    "o": (500.0, 850.0, 2400.0),
    "u": (310.0, 870.0, 2240.0),
    "m": (260.0, 1100.0, 2200.0),
}
"""The first three resonances of a man's tract; ``A`` is a mouth wide open, ``m`` a closed one."""

Track = Sequence[tuple[float, str]]
"""Vowels at shares of the length."""


@dataclass(frozen=True)
class _Voice:
    """What stays the same of somebody."""

    pitch: float
    """At ease."""
    size: float
    """What a man's resonances are multiplied with."""
    opened: float
    """Share of a cycle in which the folds are open."""
    soft: float
    """Seconds that they take to shut."""
    breath: float
    """Level of the air's noise beside the folds."""
    rough: float
    """How uneven the folds are."""
    own: tuple[float, ...]
    """Each resonance beside those of others."""
    sharp: float
    """Bandwidths beside the usual."""
    bright: float
    """How much what is high gains, as a power of frequency."""
    bare: float
    """Of what passes whatever its frequency is, as if a mouth had no resonances there."""


def _voice(rng: Rng, pitch: tuple[float, float], size: tuple[float, float]) -> _Voice:
    """Somebody whose pitch and size lie within limits."""
    return _Voice(
        pitch=between(rng, *pitch),
        size=rng.uniform(*size),
        opened=rng.uniform(0.4, 0.75),
        soft=between(rng, 0.00003, 0.00025),
        breath=between(rng, 0.02, 0.3),
        rough=between(rng, 0.005, 0.05),
        own=tuple(rng.uniform(0.92, 1.08, 12)),
        sharp=between(rng, 0.7, 1.6),
        bright=rng.uniform(0.1, 0.9),
        bare=between(rng, 0.015, 0.2),
    )


def _man(rng: Rng) -> _Voice:
    """A man."""
    return _voice(rng, (80, 165), (0.9, 1.06))


def _woman(rng: Rng) -> _Voice:
    """A woman."""
    return _voice(rng, (160, 280), (1.08, 1.25))


def _child(rng: Rng) -> _Voice:
    """A child."""
    return _voice(rng, (240, 400), (1.25, 1.5))


def _folds(rng: Rng, voice: _Voice, hertz: Sound, loud: Sound, harsh: Sound | float) -> Sound:
    """The flow's slope through the folds: it rises, falls fast, and returns; with its breath."""
    samples = len(hertz)
    often = float(np.clip(0.6 * hertz.mean(), 20.0, 3000.0))
    uneven = voice.rough * np.asarray(harsh, float)
    moved = hertz * np.exp(0.006 * wander(rng, samples, 8.0) + uneven * wander(rng, samples, often))
    cycles = phase_of(moved, samples)
    place = cycles % 1.0
    effort = np.sqrt(np.clip(loud / (loud.max() + 1e-9), 0.0, 1.0))
    opened = voice.opened * (1.25 - 0.25 * effort)
    soft = voice.soft * (3.0 - 2.0 * effort) * moved
    share = np.minimum(place / opened, 1.0)
    flow = np.where(
        place < opened,
        2.0 * share - 3.0 * share**2,
        -np.exp(-np.maximum(place - opened, 0.0) / np.maximum(soft, 1e-4)),
    )
    strong = rng.standard_normal(int(cycles[-1]) + 2)[cycles.astype(int)]
    flow = flow * np.exp(np.clip(3.0 * uneven, 0.0, 0.8) * strong)
    air = noise(rng, samples, 0.2) * (0.4 + 0.6 * np.sin(np.pi * share)) * (1.3 - 0.5 * effort)
    return flow + voice.breath * air


def _throat(voice: _Voice, sound: Sound, track: Track, nose: float = 0.0) -> Sound:
    """The tract from the folds to the lips; its upper resonances are those of an even tube."""
    samples = len(sound)
    where = [x for x, _ in track]
    steps = np.linspace(0.0, 1.0, samples // 256 + 2)
    centres = []
    for order in range(12):
        if order < 3:
            values = [np.log(_VOWELS[vowel][order]) for _, vowel in track]
            bare = np.exp(np.interp(steps, where, values))
        else:
            bare = np.full(len(steps), 3400.0 + 1000.0 * (order - 3))
        centres.append(bare * voice.size * voice.own[order])
    rows = np.array(centres)
    widths = voice.sharp * (45.0 + 0.05 * rows + rows**2 / 3e5)

    def response(hertz: Sound, at: int) -> Sound:
        centre = rows[:, min(at // 256, rows.shape[1] - 1), None]
        width = widths[:, min(at // 256, rows.shape[1] - 1), None]
        away = np.square(centre**2 - hertz**2) + np.square(width * hertz)
        out = np.sqrt(np.prod(centre**4 / away, axis=0))
        out *= (np.maximum(hertz, 150.0) / 600.0) ** voice.bright
        return out * (1.0 - nose * np.exp(-np.square((hertz - 900.0) / 500.0))) + voice.bare

    return vary(sound, response)


def _utter(
    rng: Rng,
    voice: _Voice,
    hertz: Sound,
    loud: Sound,
    track: Track,
    *,
    puff: Sound | float = 0.0,
    harsh: Sound | float = 1.0,
    nose: float = 0.0,
) -> Sound:
    """What somebody utters.

    Args:
        rng: Draws what is not regular.
        voice: Whose.
        hertz: Pitch.
        loud: Level of the folds.
        track: Vowels.
        puff: Level of breath that the folds do not shape, as of an h.
        harsh: What the voice's unevenness is multiplied with.
        nose: How much goes through the nose.
    """
    source = _folds(rng, voice, hertz, loud, harsh) * loud
    source = source + puff * noise(rng, len(hertz), 0.3) * 0.5
    return _throat(voice, source, track, nose)


def _glide(samples: int, *points: tuple[float, float]) -> Sound:
    """A pitch that goes from point to point, each a share of the length and Hz, without corners."""
    drawn = np.log([f for _, f in points])
    coarse = np.interp(np.linspace(0, 1, 240), [x for x, _ in points], drawn)
    soft = np.hanning(27)[1:-1] / np.hanning(27).sum()
    coarse = np.convolve(np.pad(coarse, 12, mode="edge"), soft, "valid")
    return np.exp(np.interp(np.linspace(0, 1, samples), np.linspace(0, 1, 240), coarse))


def _hump(samples: int, attack: float, release: float) -> Sound:
    """A level that rises and falls softly, in seconds; both are shortened to what there is."""
    time, whole = times(samples), samples / SAMPLE_RATE
    up = np.clip(time / min(attack, 0.5 * whole), 0.0, 1.0)
    down = np.clip((whole - time) / min(release, 0.8 * whole), 0.0, 1.0)
    return np.square(np.sin(np.pi / 2 * up) * np.sin(np.pi / 2 * down))


def _breath(rng: Rng, voice: _Voice, seconds: float, track: Track, top: float = 0.5) -> Sound:
    """Air through the throat, without a voice."""
    samples = count(seconds)
    air = level(noise(rng, samples, rng.uniform(-0.3, 0.6)))
    air *= _hump(samples, top * seconds, (1.0 - top) * seconds)
    wide = replace(voice, sharp=2.5 * voice.sharp, bright=0.0, bare=between(rng, 0.1, 1.0))
    # Open folds swallow the first resonance.
    made = shape(_throat(wide, air, track), (200, -30), (500, -9), (1000, 0))
    return peak(made)


def _heard(rng: Rng, sound: Sound, indoors: float = 0.4) -> Sound:
    """How a recorder gets it: bright or dull, in a room or not, with or without hiss."""
    out = shape(sound, (80, rng.uniform(-8, 2)), (400, 0), (2500, 0), (9000, rng.uniform(-8, 6)))
    out = np.append(out, silence(between(rng, 0.02, 0.25)))
    if rng.random() < indoors:
        out = echo(rng, out, between(rng, 0.1, 1.2), between(rng, 0.02, 0.5))
    if rng.random() < 0.4:
        out = drive(out, between(rng, 1.0, 4.0))
    if rng.random() < 0.7:
        hiss = noise(rng, len(out), rng.uniform(0.0, 1.4))
        out = out + np.abs(out).max() * between(rng, 0.0003, 0.01) * hiss
    return out


# Pain.


def _grunt(rng: Rng, voice: _Voice) -> Sound:
    """A short cry: a blow on the belly, a long ah, a growl, a moan through a closed mouth."""
    kind = rng.choice(["ugh", "ugh", "ah", "oof", "argh", "hm"])
    seconds = between(rng, 0.13, 0.45)
    if kind in ("ah", "argh"):
        seconds = between(rng, 0.3, 1.3)
    samples = count(seconds)
    effort = between(rng, 1.1, 3.0)
    top = voice.pitch * effort
    start, end = rng.uniform(0.6, 1.1), rng.uniform(0.4, 0.95)
    hertz = _glide(samples, (0, start * top), (rng.uniform(0.1, 0.4), top), (1, end * top))
    hertz *= np.exp(0.03 * wander(rng, samples, 12.0))
    voice = replace(
        voice,
        soft=voice.soft * 0.5,
        rough=between(rng, 0.01, 0.2) * (2.0 if kind == "argh" else 1.0),
        breath=between(rng, 0.05, 0.5),
    )
    vowels = {
        "ugh": ("V", "er", "o", "V"),
        "ah": ("a", "A", "ae", "E"),
        "oof": ("o", "u", "V", "u"),
        "argh": ("a", "er", "A", "er"),
        "hm": ("m", "m", "er", "m"),
    }[str(kind)]
    first, last = rng.choice(vowels, 2)
    track = [(0.0, str(first)), (0.5, str(rng.choice([first, last]))), (1.0, str(last))]
    loud = _hump(samples, between(rng, 0.005, 0.08), seconds * rng.uniform(0.3, 0.8))
    puff = line(samples, (0, rng.uniform(0, 0.6)), (rng.uniform(0.05, 0.3), 0.05), (1, 0.1))
    harsh = np.clip(1.0 + 0.8 * wander(rng, samples, 6.0), 0.1, 4.0)
    out = _utter(rng, voice, hertz, loud, track, puff=puff * _hump(samples, 0.01, 0.1), harsh=harsh)
    if kind == "oof" or rng.random() < 0.25:
        after = count(rng.uniform(0.05, 0.3))
        air = level(band(noise(rng, after, 0.5), 300, rng.uniform(3000, 9000), 9))
        air *= fade(after, 0.01, 1.2 * after / SAMPLE_RATE) * rng.uniform(0.03, 0.25)
        out = join(out, air * np.abs(out).max())
    return peak(ends(out, 0.002, 0.01))


def _grunts(rng: Rng, voice: _Voice) -> Sound:
    """One cry, or a few; at times a breath before."""
    parts = [_grunt(rng, voice)]
    for _ in range(int(rng.choice([0, 0, 0, 0, 1, 2]))):
        parts += [silence(rng.uniform(0.05, 0.6)), _grunt(rng, voice) * rng.uniform(0.5, 1.0)]
    if rng.random() < 0.15:
        gasp = _breath(rng, voice, rng.uniform(0.1, 0.4), [(0, "V"), (1, "a")], 0.7)
        parts = [rng.uniform(0.05, 0.3) * gasp, *parts]
    return _heard(rng, join(*parts))


def man_grunting_in_pain(rng: Rng) -> Sound:
    """A man who is hurt."""
    return _grunts(rng, _man(rng))


def woman_grunting_in_pain(rng: Rng) -> Sound:
    """A woman who is hurt."""
    return _grunts(rng, _woman(rng))


def grunt_of_pain(rng: Rng) -> Sound:
    """Anybody who is hurt, a large creature too."""
    kind = rng.random()
    if kind < 0.5:
        return _grunts(rng, _man(rng))
    if kind < 0.7:
        return _grunts(rng, _woman(rng))
    if kind < 0.78:
        return _grunts(rng, _child(rng))
    return _grunts(rng, replace(_voice(rng, (45, 110), (0.6, 0.9)), rough=between(rng, 0.03, 0.2)))


def _scream(rng: Rng, voice: _Voice, seconds: float) -> Sound:
    """A voice as high and loud as it goes, made rough 30 to 150 times a second."""
    samples = count(seconds)
    top = voice.pitch * between(rng, 2.0, 5.0)
    top = min(top, 1800.0)
    points = [(0, top * rng.uniform(0.5, 0.95)), (rng.uniform(0.05, 0.3), top)]
    points += [(0.7, top * rng.uniform(0.8, 1.1)), (1, top * rng.uniform(0.4, 1.0))]
    hertz = _glide(samples, *points) * np.exp(0.015 * wander(rng, samples, 9.0))
    voice = replace(voice, soft=0.00005, opened=0.5, rough=between(rng, 0.005, 0.1), breath=0.15)
    loud = _hump(samples, between(rng, 0.01, 0.15), rng.uniform(0.1, 0.5) * seconds)
    shake = rng.uniform(0.0, 0.8) * (0.6 + 0.4 * wander(rng, samples, 3.0))
    rate = between(rng, 30, 150) * np.exp(0.1 * wander(rng, samples, 6.0))
    loud = loud * np.clip(1.0 + shake * sine(rate, samples), 0.0, None)
    first, last = rng.choice(["A", "A", "a", "ae", "E", "i"], 2)
    out = _utter(rng, voice, hertz, loud, [(0, str(first)), (1, str(last))])
    return drive(out, between(rng, 0.5, 3.0))


def screaming(rng: Rng) -> Sound:
    """A man, woman or child in terror, or one who yells in battle."""
    voice = (_woman, _man, _child)[int(rng.integers(3))](rng)
    parts = [_scream(rng, voice, between(rng, 0.35, 2.5))]
    for _ in range(int(rng.choice([0, 0, 0, 1, 2]))):
        parts += [silence(rng.uniform(0.1, 0.5)), _scream(rng, voice, between(rng, 0.3, 1.5))]
    return _heard(rng, join(*parts)[: count(5.5)])


def baby_crying(rng: Rng) -> Sound:
    """Cries that rise and fall, a gasp after each; some break into noise."""
    voice = _voice(rng, (330, 520), (1.55, 2.0))
    voice = replace(voice, soft=0.00008, breath=between(rng, 0.03, 0.2), rough=0.01)
    each = between(rng, 0.35, 1.3)
    fit = rng.uniform(0.0, 1.0)

    def cry(seconds: float) -> Sound:
        samples = count(seconds)
        top = voice.pitch * rng.uniform(1.0, 1.4)
        points = [(0, top * rng.uniform(0.6, 0.9)), (rng.uniform(0.1, 0.3), top)]
        points += [(0.7, top * rng.uniform(0.85, 1.0)), (1, top * rng.uniform(0.55, 0.85))]
        hertz = _glide(samples, *points) * np.exp(0.02 * sine(rng.uniform(5, 9), samples))
        harsh = 1.0 + 25.0 * fit * np.clip(wander(rng, samples, 2.5) - 0.3, 0.0, 1.0)
        loud = _hump(samples, 0.08, 0.35 * seconds) * np.exp(0.2 * wander(rng, samples, 6.0))
        vowels = rng.choice(["A", "ae", "a", "E"], 2)
        track = [(0, "E"), (0.2, str(vowels[0])), (0.8, str(vowels[1])), (1, "V")]
        return _utter(rng, voice, hertz, loud, track, harsh=harsh, nose=rng.uniform(0, 0.5))

    parts = []
    for _ in range(int(rng.integers(1, 5))):
        parts += [level(cry(each * rng.uniform(0.7, 1.3)))]
        gasp = _breath(rng, voice, rng.uniform(0.12, 0.35), [(0, "E"), (1, "i")], 0.7)
        if rng.random() < 0.5:
            high = count(0.15)
            squeak = _glide(high, (0, 1.5 * voice.pitch), (1, 2.0 * voice.pitch))
            gasp = mix(
                gasp,
                0.3
                * peak(_utter(rng, voice, squeak, _hump(high, 0.05, 0.05), [(0, "i"), (1, "i")])),
            )
        parts += [silence(rng.uniform(0.0, 0.1)), rng.uniform(0.1, 1.0) * gasp]
        parts += [silence(rng.uniform(0.0, 0.15))]
    return _heard(rng, join(*parts)[: count(6.0)])


# Laughs.


def _laugh(rng: Rng, voice: _Voice, rate: float, many: int, high: float) -> Sound:
    """Ha after ha: a puff and a vowel each, sinking in pitch and level."""
    period = count(1.0 / rate)
    samples = period * many
    step = np.minimum(np.arange(samples) // period, many - 1)
    inside = (np.arange(samples) % period) / period
    voiced = rng.uniform(0.35, 0.65)
    place = np.clip((inside - (1.0 - voiced)) / voiced, 0.0, 1.0)
    sink = np.exp(np.linspace(0.0, -rng.uniform(0.1, 1.2), many) + rng.normal(0, 0.15, many))
    loud = np.sin(np.pi * place) ** 0.8 * sink[step]
    puff = np.sin(np.pi * np.clip(inside / (1.1 - voiced), 0.0, 1.0)) * sink[step]
    steps = high * np.exp(
        np.linspace(0.0, -rng.uniform(0.0, 0.6), many) + rng.normal(0, 0.06, many)
    )
    steps[0] *= rng.uniform(1.0, 1.4)
    hertz = voice.pitch * steps[step] * (1.0 + 0.15 * (0.5 - place))
    vowel = str(rng.choice(["a", "V", "E", "ae", "o", "i", "A", "er"]))
    last = str(rng.choice([vowel, "V", "er"]))
    return _utter(
        rng,
        voice,
        hertz,
        loud,
        [(0, vowel), (1, last)],
        puff=between(rng, 0.05, 0.5) * puff,
        nose=rng.uniform(0, 0.3),
    )


def laughing(rng: Rng) -> Sound:
    """A laugh, a chuckle, a giggle, a villain's, or some people together."""

    def somebody() -> Sound:
        kind = rng.integers(4)
        voice = (_man, _woman, _child, _man)[kind](rng)
        villain = kind == 3 and rng.random() < 0.7
        rate = rng.uniform(2.6, 4.2) if villain else between(rng, 4.2, 7.0)
        parts = []
        for _ in range(int(rng.choice([1, 1, 2, 3]))):
            high = between(rng, 0.8, 1.3) if villain else between(rng, 1.0, 2.6)
            parts.append(level(_laugh(rng, voice, rate, int(rng.integers(3, 11)), high)))
            if rng.random() < 0.5:
                gasp = _breath(rng, voice, rng.uniform(0.15, 0.4), [(0, "V"), (1, "E")], 0.7)
                parts.append(rng.uniform(0.2, 1.0) * gasp)
            parts.append(silence(rng.uniform(0.0, 0.2)))
        return join(*parts)[: count(4.5)]

    sound = somebody()
    if rng.random() < 0.2:
        for _ in range(int(rng.integers(1, 4))):
            other = somebody()[: count(3.0)]
            sound = mix(sound, join(silence(rng.uniform(0, 0.8)), rng.uniform(0.3, 1) * other))
    return _heard(rng, sound, 0.5)


# Breath, throat and mouth.


def breathing(rng: Rng) -> Sound:
    """In and out through mouth or nose: at rest, out of breath, panting, or in a mask."""
    voice = (_man, _woman)[int(rng.integers(2))](rng)
    kind = rng.integers(4)
    period = (rng.uniform(2.0, 3.5), between(rng, 0.7, 1.6), between(rng, 0.35, 0.7), 2.5)[kind]
    nose = kind == 0 and rng.random() < 0.6
    into = [str(vowel) for vowel in rng.choice(["i", "E", "er", "u"], 2)]
    out_of = [str(vowel) for vowel in rng.choice(["V", "a", "o", "er"], 2)]
    weak = decibels(rng.uniform(-12, 3))
    mask = np.exp(rng.uniform(np.log(180), np.log(2500), 5))
    low, high = rng.uniform(-6, 6), rng.uniform(-6, 6)

    def air(seconds: float, vowels: Sequence[str], tilt: float, top: float) -> Sound:
        track = [(0.0, vowels[0]), (1.0, vowels[1])]
        one = _breath(rng, voice, seconds, track, top)
        if nose:
            one = mix(
                0.2 * one,
                peak(
                    band(noise(rng, len(one)), 900, 7000, 6)
                    * np.abs(_hump(len(one), 0.4 * seconds, 0.5 * seconds))
                ),
            )
        if kind == 3:
            one = peak(ring(one, mask, 0.15 * mask, np.ones(5)) + 0.1 * one)
        one = one * np.exp(0.15 * wander(rng, len(one), 30.0))
        return shape(peak(one), (500, 0), (6000, tilt))

    parts = []
    for _ in range(max(1, int(rng.uniform(1.5, 5.0) / period))):
        part = rng.uniform(0.35, 0.45) * period
        parts += [weak * air(part, into, high, 0.6), silence(rng.uniform(0.02, 0.12) * period)]
        parts += [air(period - part, out_of, low, 0.25), silence(rng.uniform(0.02, 0.2) * period)]
    return _heard(rng, join(*parts), 0.25)


def snoring(rng: Rng) -> Sound:
    """A palate that flutters while somebody breathes in; a sigh, a whistle or a puff out."""
    voice = (_man, _man, _woman)[int(rng.integers(3))](rng)
    rate, noisy = between(rng, 22, 90), between(rng, 0.1, 2.0)
    low, hiss = between(rng, 150, 900), between(rng, 0.15, 2.5)
    vowels = rng.choice(["er", "V", "o", "a", "E", "u"], 2)

    def into(seconds: float) -> Sound:
        samples = count(seconds)
        pace = rate * np.exp(0.15 * wander(rng, samples, 3.0)) * line(samples, (0, 0.85), (1, 1.15))
        folds = replace(voice, rough=between(rng, 0.05, 0.2), soft=0.0003, breath=noisy)
        loud = _hump(samples, 0.4 * seconds, 0.25 * seconds)
        track = [(0, str(vowels[0])), (1, str(vowels[1]))]
        snore = _utter(rng, folds, pace, loud, track, puff=0.3 * noisy * loud)
        flutter = np.exp(2.0 * np.cos(2 * np.pi * phase_of(pace, samples)) - 2.0)
        rasp = level(band(noise(rng, samples), low * 3, low * 16, 9)) * flutter * loud
        return level(snore) + hiss * rasp

    def out_of(seconds: float) -> Sound:
        air = _breath(rng, voice, seconds, [(0, "V"), (1, "u")], 0.2)
        if rng.random() < 0.4:
            thin = between(rng, 500, 2000) * np.exp(0.05 * wander(rng, len(air), 3.0))
            whistle = sine(thin, len(air)) * _hump(len(air), 0.2, 0.4)
            air = mix(air, rng.uniform(0.1, 0.6) * whistle)
        return air

    parts = []
    for _ in range(int(rng.integers(1, 3))):
        parts += [into(rng.uniform(0.6, 1.8)), silence(rng.uniform(0.02, 0.3))]
        if rng.random() < 0.7:
            parts += [rng.uniform(0.3, 2.0) * out_of(rng.uniform(0.4, 1.2))]
            parts += [silence(rng.uniform(0.05, 0.3))]
    return _heard(rng, join(*parts), 0.4)


def coughing(rng: Rng) -> Sound:
    """Coughs: a burst, a rush of air, and a voice at the end of it; dry or wet."""
    voice = (_man, _woman, _child)[int(rng.choice(3, p=[0.5, 0.35, 0.15]))](rng)
    wet, voiced = rng.uniform(0.0, 1.0), rng.uniform(0.0, 1.2)
    vowels = rng.choice(["V", "a", "er", "E", "o"], 2)
    length = between(rng, 0.18, 0.5)

    def cough() -> Sound:
        samples = count(length * rng.uniform(0.8, 1.2))
        rush = line(samples, (0, 0), (0.03, 1), (0.15, 0.5), (0.6, 0.25), (1, 0)) ** 1.2
        bubbles = np.exp(wet * 0.8 * wander(rng, samples, 40.0))
        late = line(samples, (0, 0.3), (0.1, 0.2), (0.45, 0.5), (0.75, 0.6), (1, 0))
        hertz = voice.pitch * rng.uniform(1.2, 2.4) * line(samples, (0, 1.3), (0.3, 1), (1, 0.6))
        folds = replace(voice, rough=between(rng, 0.03, 0.25), breath=0.5)
        track = [(0, str(vowels[0])), (0.4, str(vowels[0])), (1, str(vowels[1]))]
        out = _utter(rng, folds, hertz, voiced * late * bubbles, track, puff=1.6 * rush * bubbles)
        chest = band(noise(rng, count(0.08), 1.0), 60, 400) * fade(count(0.08), 0.004, 0.09)
        burst = band(noise(rng, samples), 1500, 10000, 6) * rush**2
        return mix(peak(out), 0.25 * peak(chest), rng.uniform(0.05, 0.5) * peak(burst))

    many = int(rng.choice([1, 2, 2, 3, 4]))
    gaps = length * rng.uniform(0.95, 1.4, many)
    gains: Sound = np.exp(rng.normal(-0.15, 0.25, many))
    return _heard(rng, placed(cough, np.cumsum(gaps) - gaps[0], gains), 0.5)


def sneezing(rng: Rng) -> Sound:
    """Ah, ah, and a burst through teeth, lips and nose."""
    voice = (_man, _woman, _child)[int(rng.choice(3, p=[0.45, 0.4, 0.15]))](rng)
    parts: list[Sound] = []
    for _ in range(int(rng.choice([0, 1, 1, 2]))):
        samples = count(rng.uniform(0.15, 0.5))
        rise = voice.pitch * line(samples, (0, 1.0), (1, rng.uniform(1.2, 2.0)))
        loud = rng.uniform(0.0, 0.5) * _hump(samples, 0.1, 0.06)
        into = _utter(rng, voice, rise, loud, [(0, "V"), (1, "A")], puff=_hump(samples, 0.2, 0.05))
        parts += [rng.uniform(0.1, 0.4) * peak(into), silence(rng.uniform(0.02, 0.3))]
    samples = count(rng.uniform(0.2, 0.55))
    centre = between(rng, 2500, 6500) * line(samples, (0, 1.1), (0.3, 1), (1, 0.6))
    rush = line(samples, (0, 0), (0.04, 1), (0.3, 0.6), (0.6, 0.2), (1, 0))
    teeth = move_band(noise(rng, samples), centre, rng.uniform(0.4, 0.9)) * rush
    top = voice.pitch * rng.uniform(1.5, 3.0)
    hertz = _glide(samples, (0, top), (0.4, 0.9 * top), (1, 0.5 * top))
    loud = line(samples, (0, 0), (0.08, rng.uniform(0.1, 0.6)), (0.4, rng.uniform(0.3, 1)), (1, 0))
    vowel = str(rng.choice(["u", "i", "o", "V", "er"]))
    voiced = _utter(rng, voice, hertz, loud, [(0, "i"), (1, vowel)], puff=rush)
    sneeze = mix(rng.uniform(0.3, 1.2) * peak(teeth), rng.uniform(0.4, 1.0) * peak(voiced))
    return _heard(rng, join(*parts, sneeze), 0.5)


def burping(rng: Rng) -> Sound:
    """Gas that shakes the gullet, low and uneven, behind a mouth that moves."""
    voice = _voice(rng, (35, 110), (0.9, 1.15))
    samples = count(between(rng, 0.18, 1.5))
    pace = voice.pitch * np.exp(0.3 * wander(rng, samples, rng.uniform(3.0, 12.0)))
    pace *= line(samples, (0, rng.uniform(0.8, 1.5)), (1, rng.uniform(0.6, 1.2)))
    voice = replace(voice, rough=between(rng, 0.08, 0.35), soft=0.0002, breath=0.3)
    loud = _hump(samples, rng.uniform(0.01, 0.1), 0.3 * samples / SAMPLE_RATE)
    loud *= np.exp(0.5 * wander(rng, samples, 14.0))
    vowels = rng.choice(["o", "V", "er", "a", "E", "u"], 3)
    track = [(0, str(vowels[0])), (0.5, str(vowels[1])), (1, str(vowels[2]))]
    return _heard(rng, ends(_utter(rng, voice, pace, loud, track), 0.005, 0.03), 0.4)


def eating(rng: Rng) -> Sound:
    """Bites: something crisp that breaks many times, smacking lips, wet chewing."""
    crisp = rng.random()
    open_mouth = rng.random()
    jaw = np.exp(rng.uniform(np.log(200), np.log(5000), 12))
    gains = (jaw / 200) ** rng.uniform(-0.7, 0.1)

    def crunch() -> Sound:
        samples = count(between(rng, 0.08, 0.35))
        force = _hump(samples, 0.02, 0.2)
        rate = between(rng, 150, 1500) * force + 1.0
        sign = rng.choice([-1.0, 1.0], samples)
        breaks: Sound = np.exp(rng.normal(0, 1.1, samples)) * sign
        breaks *= rng.random(samples) < rate / SAMPLE_RATE
        out = level(ring(breaks, jaw, 0.25 * jaw, gains) + open_mouth * 0.3 * breaks)
        return out + 0.4 * level(band(noise(rng, samples, 1.0), 150, 5000, 6)) * force

    def smack() -> Sound:
        samples = count(between(rng, 0.03, 0.12))
        centre = between(rng, 500, 2500) * np.exp(line(samples, (0, 0), (1, rng.uniform(-0.5, 1))))
        wet = move_band(noise(rng, samples), centre, rng.uniform(0.3, 0.8))
        pops = (rng.random(samples) < 250 / SAMPLE_RATE) * rng.normal(0, 1, samples)
        return 2.0 * peak(wet * _hump(samples, 0.01, 0.06)) + 2.0 * peak(band(pops, 600, 6000, 9))

    def chew() -> Sound:
        if rng.random() < crisp:
            one = crunch()
            return mix(one, join(silence(0.1), rng.random() * smack()))
        return mix(smack(), join(silence(rng.uniform(0.05, 0.2)), rng.random() * smack()))

    many = int(rng.choice([1, 2, 4, 7]))
    period = between(rng, 0.35, 0.8)
    return _heard(rng, repeat(rng, (many - 0.5) * period, period, chew, jitter=0.15, spread=3), 0.2)


def drinking(rng: Rng) -> Sound:
    """Gulps, sips that slurp, and at times a sigh after."""
    cavity = between(rng, 180, 600)

    def gulp() -> Sound:
        samples = count(rng.uniform(0.08, 0.25))
        rise = cavity * np.exp(line(samples, (0, 0), (0.6, rng.uniform(0.2, 1.0)), (1, 0.3)))
        out = sine(rise, samples) * _hump(samples, 0.015, 0.1)
        squeeze = move_band(noise(rng, samples, 0.5), 3.0 * rise, 0.6) * _hump(samples, 0.03, 0.1)
        tap = band(noise(rng, count(0.02)), 500, 5000, 9) * fade(count(0.02), 0.001, 0.015)
        out += rng.uniform(0.1, 0.8) * peak(squeeze)
        return mix(out, rng.uniform(0.1, 0.8) * peak(tap))

    def slurp() -> Sound:
        samples = count(between(rng, 0.2, 1.2))
        centre = between(rng, 1200, 5000) * np.exp(0.3 * wander(rng, samples, 6.0))
        air = level(move_band(noise(rng, samples), centre, rng.uniform(0.4, 1.0)))
        bubbles = np.clip(1.0 + rng.uniform(0.3, 1.2) * wander(rng, samples, 35.0), 0.0, None)
        return 0.4 * air * bubbles * _hump(samples, 0.1, 0.05)

    parts: list[Sound] = []
    kind = rng.integers(3)
    for _ in range(int(rng.integers(1, 6))):
        if kind == 0 or (kind == 2 and rng.random() < 0.5):
            parts += [gulp(), silence(rng.uniform(0.1, 0.6))]
        else:
            parts += [slurp(), silence(rng.uniform(0.02, 0.3)), rng.uniform(0.3, 1) * gulp()]
            parts += [silence(rng.uniform(0.05, 0.3))]
    if rng.random() < 0.3:
        voice = (_man, _woman)[int(rng.integers(2))](rng)
        parts += [0.5 * _breath(rng, voice, rng.uniform(0.4, 0.9), [(0, "a"), (1, "V")], 0.15)]
    return _heard(rng, join(*parts)[: count(5.5)], 0.25)


def kiss(rng: Rng) -> Sound:
    """Lips that part with a little squeak and a smack."""
    high = between(rng, 900, 3500)

    def smack() -> Sound:
        samples = count(between(rng, 0.03, 0.2))
        rise = high * np.exp(line(samples, (0, -rng.uniform(0.1, 0.7)), (1, rng.uniform(0, 0.4))))
        suck = move_band(noise(rng, samples), rise, rng.uniform(0.15, 0.6))
        suck *= line(samples, (0, 0), (0.8, 1), (1, 0.4))
        squeak = sine(rise, samples) * line(samples, (0.2, 0), (0.9, 1), (1, 0)) * rng.random()
        let = count(rng.uniform(0.01, 0.04))
        burst = band(noise(rng, let), 600, 9000, 6) * fade(let, 0.0008, let / SAMPLE_RATE)
        out = rng.uniform(0.2, 0.8) * peak(suck) + rng.choice([0.0, 0.4]) * squeak
        return join(out, peak(burst))

    many = int(rng.choice([1, 1, 1, 2, 3]))
    moments = np.cumsum(rng.uniform(0.2, 0.6, many))
    return _heard(rng, placed(smack, moments - moments[0], rng.uniform(0.5, 1, many)), 0.3)


def whistle(rng: Rng) -> Sound:
    """Somebody who whistles: a tune, a call, after somebody, or sharply on fingers."""
    sharp = rng.random() < 0.3
    base = between(rng, 1500, 3000) if sharp else between(rng, 700, 2000)
    kind = rng.integers(4)
    if kind == 0:
        notes = rng.choice([0, 2, 4, 5, 7, 9, 11, 12], int(rng.integers(2, 9)))
        lengths = between(rng, 0.15, 0.5) * rng.choice([0.5, 1, 1, 2], len(notes))
        pairs = [(f, f, d) for f, d in zip(base * 2 ** (notes / 12), lengths, strict=True)]
    elif kind == 1:
        # The one that rises, and the one that rises and falls.
        pairs = [(base, base * 2.0, rng.uniform(0.2, 0.5))]
        pairs += [(base * 1.1, base * 1.6, 0.2), (base * 1.6, base * 0.8, rng.uniform(0.2, 0.5))]
    else:
        pairs = [
            (base * rng.uniform(0.6, 1.2), base * rng.uniform(0.7, 1.6), between(rng, 0.12, 0.7))
            for _ in range(int(rng.integers(1, 4)))
        ]
    vibrato, hiss = rng.choice([0.0, rng.uniform(0.003, 0.02)]), between(rng, 0.02, 0.4)
    apart = kind == 1 or rng.random() < 0.6
    parts = []
    for first, last, seconds in pairs:
        samples = count(float(seconds))
        hertz = _glide(samples, (0, 0.94 * first), (0.15, first), (0.9, last), (1, 0.97 * last))
        hertz *= np.exp(0.004 * wander(rng, samples, 12.0) + vibrato * sine(5.5, samples))
        loud = _hump(samples, 0.03, 0.05) * np.exp(0.15 * wander(rng, samples, 10.0))
        air = level(move_band(noise(rng, samples), hertz, 0.08)) * 0.2
        air += 0.15 * level(band(noise(rng, samples), 1500, 12000, 6))
        tone = sine(hertz, samples)
        if sharp:
            tone = np.tanh(rng.uniform(1, 4) * (tone + 0.2)) - 0.2
        parts += [(tone + hiss * air) * loud, silence(rng.uniform(0.01, 0.1) if apart else 0.001)]
    return _heard(rng, join(*parts)[: count(5.5)], 0.5)


# Song.


def _tune(rng: Rng, low: float, seconds: float) -> tuple[list[float], list[float]]:
    """Notes, each a pitch and a length: steps more than leaps."""
    scale = (0, 2, 4, 5, 7, 9, 11, 12) if rng.random() < 0.6 else (0, 2, 3, 5, 7, 8, 10, 12)
    beat = between(rng, 0.2, 0.9)
    at = int(rng.integers(0, 8))
    pitches: list[float] = []
    lengths: list[float] = []
    while not lengths or sum(lengths) < seconds:
        pitches.append(low * 2 ** (scale[at] / 12))
        lengths.append(float(beat * rng.choice([0.5, 1.0, 1.0, 1.5, 3.0])))
        at = int(np.clip(at + rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 4]), 0, 7))
    return pitches, lengths


def _sung_pitch(rng: Rng, pitches: list[float], lengths: list[float], depth: float) -> Sound:
    """A pitch that slides from note to note, with a vibrato that comes late."""
    total = count(sum(lengths))
    starts = np.cumsum([0.0, *lengths[:-1]])
    slide = between(rng, 0.02, 0.1)
    points: list[tuple[float, float]] = []
    for start, length, pitch in zip(starts, lengths, pitches, strict=True):
        points += [
            (start + slide, np.log(pitch)),
            (start + max(length, slide + 0.01), np.log(pitch)),
        ]
    time = times(total)
    hertz = np.exp(np.interp(time, [x for x, _ in points], [y for _, y in points]))
    since = time - starts[np.searchsorted(starts, time, side="right") - 1]
    vibrato = depth * np.clip((since - 0.15) / 0.3, 0.0, 1.0)
    rate = rng.uniform(4.6, 6.6) * np.exp(0.05 * wander(rng, total, 2.0))
    return hertz * np.exp(vibrato * sine(rate, total) + 0.004 * wander(rng, total, 4.0))


def singing_voice(rng: Rng) -> Sound:
    """Vowels on a melody: an opera's, a pop singer's, somebody who hums, a long note."""
    voice = (_man, _woman, _woman, _child)[int(rng.integers(4))](rng)
    opera, hum = rng.random() < 0.35, rng.random() < 0.15
    seconds = between(rng, 0.7, 4.5)
    pitches, lengths = _tune(rng, voice.pitch * between(rng, 0.9, 1.9), seconds)
    if rng.random() < 0.25:
        pitches, lengths = pitches[:1], [seconds]
    depth = rng.uniform(0.02, 0.06) if opera else rng.choice([0.003, rng.uniform(0.005, 0.035)])
    hertz = _sung_pitch(rng, pitches, lengths, depth)
    samples = len(hertz)
    loud = np.full(samples, 1.0)
    track: list[tuple[float, str]] = []
    start = 0.0
    together = rng.random() < 0.3
    for length in lengths:
        # What would be a consonant: a dip before most notes.
        first, last = start / sum(lengths), (start + length) / sum(lengths)
        vowel = "m" if hum else str(rng.choice(["a", "A", "o", "u", "i", "e", "V", "E"]))
        track += [(first + 0.15 * (last - first), vowel), (last - 0.05 * (last - first), vowel)]
        if not together:
            near = (times(samples) - start) / rng.uniform(0.02, 0.06)
            loud *= 1.0 - rng.uniform(0.2, 1.0) * np.exp(-np.square(near))
        start += length
    loud *= _hump(samples, 0.06, 0.25) * np.exp(0.15 * wander(rng, samples, 2.0))
    voice = replace(voice, rough=between(rng, 0.002, 0.015), breath=between(rng, 0.01, 0.15))
    if opera:
        voice = replace(voice, soft=0.00006)
    out = _utter(rng, voice, hertz, loud, track)
    if opera:
        out = shape(out, (1800, 0), (2900, rng.uniform(4, 12)), (3600, 0))
    return _heard(rng, out, 0.6)


def choir(rng: Rng) -> Sound:
    """Many voices on chords, on one vowel or some, in a church."""
    chord = np.array(
        [(0, 7, 12, 16), (0, 7, 12, 15), (0, 5, 9, 12), (0, 4, 7, 12), (0, 0, 12, 12)][
            int(rng.integers(5))
        ]
    )
    moves = [(0,), (0, 5, 0), (0, -2, 0), (0, 3, 5), (0, -4, 3, 0), (0, 2)][int(rng.integers(6))]
    root = between(rng, 80, 165)
    who = rng.choice(["all", "men", "women"], p=[0.6, 0.2, 0.2])
    root *= {"all": 1.0, "men": 1.0, "women": 2.0}[str(who)]
    each = between(rng, 0.7, 2.5)
    samples = min(_even(4.0), _even(each * len(moves)))
    vowels = rng.choice(["a", "A", "o", "u", "V", "e"], 2)
    track = [(0.0, str(vowels[0])), (0.5, str(vowels[0])), (1.0, str(vowels[1]))]
    singers = int(rng.integers(2, 5))
    out = np.zeros(samples)
    step = np.minimum((np.arange(samples) / SAMPLE_RATE / each).astype(int), len(moves) - 1)
    swell = line(samples, (0, rng.uniform(0.3, 1)), (0.5, 1), (1, rng.uniform(0.3, 1)))
    for part in chord if rng.random() < 0.8 else chord[:1]:
        base = root * 2 ** (part / 12)
        maker = _man if (base < 260 and who != "women") else _woman
        source = np.zeros(samples)
        for _ in range(singers):
            voice = replace(maker(rng), breath=between(rng, 0.05, 0.3), soft=0.0001, rough=0.006)
            coarse = np.array([moves[i] for i in step[:: SAMPLE_RATE // 50]], float)
            late = np.interp(
                np.arange(samples),
                np.arange(len(coarse)) * (SAMPLE_RATE // 50) + int(rng.integers(0, 3000)),
                coarse,
            )
            hertz = base * 2 ** (late / 12) * np.exp(rng.normal(0, 0.006))
            shake = rng.uniform(0.0, 0.02) * sine(rng.uniform(4.5, 6.5), samples, rng.random())
            hertz *= np.exp(shake + 0.006 * wander(rng, samples, 2.0))
            source += _folds(rng, voice, hertz, swell, 1.0) * rng.uniform(0.5, 1.0)
        out += level(_throat(replace(maker(rng), sharp=1.5), source * swell, track))
    out = ends(out, between(rng, 0.03, 0.5), between(rng, 0.1, 0.6))
    return _heard(rng, echo(rng, out, between(rng, 0.6, 3.0), between(rng, 0.1, 1.5)), 0.0)


def beatboxing(rng: Rng) -> Sound:
    """Lips as a bass drum, teeth as a hi-hat, a k or a pf as a snare, a hummed bass."""
    low, high = between(rng, 55, 130), between(rng, 5000, 10000)
    voice = (_man, _man, _woman)[int(rng.integers(3))](rng)
    snare_at, hat_long = between(rng, 1200, 3500), between(rng, 0.02, 0.08)

    def kick() -> Sound:
        samples = count(rng.uniform(0.09, 0.22))
        fall = low * np.exp(line(samples, (0, rng.uniform(0.6, 1.4)), (0.25, 0.1), (1, -0.2)))
        body = np.tanh(2.0 * sine(fall, samples)) * fade(samples, 0.003, samples / SAMPLE_RATE)
        puff = band(noise(rng, count(0.04), 0.8), 150, 4000, 9) * fade(count(0.04), 0.001, 0.035)
        return mix(body, rng.uniform(0.3, 0.9) * peak(puff))

    def hat(seconds: float) -> Sound:
        samples = count(seconds)
        hiss = band(noise(rng, samples), 0.6 * high, 1.6 * high, 12)
        return 0.6 * peak(hiss * fade(samples, 0.002, 1.2 * seconds))

    def snare() -> Sound:
        samples = count(rng.uniform(0.08, 0.2))
        hiss = move_band(noise(rng, samples), np.full(samples, snare_at), 1.1)
        hiss = peak(hiss * fade(samples, 0.001, 1.1 * samples / SAMPLE_RATE))
        body = modes(samples, [180.0, 330.0], [0.08, 0.06], [1.0, 0.5])
        return mix(hiss, rng.uniform(0.1, 0.6) * body)

    step = 60.0 / rng.uniform(80, 140) / 4.0
    many = int(rng.choice([4, 8, 16, 32]))
    out = silence(many * step + 0.3)
    kicks = rng.random(16) < 0.2
    kicks[[0, int(rng.choice([6, 8, 10]))]] = True
    hats = rng.random(16) < rng.uniform(0.2, 0.8)
    for place in range(min(many, int(5.0 / step))):
        at = place * step * 1.0 + rng.normal(0, 0.004)
        if place % 8 == 4:
            add(out, snare(), max(at, 0.0), rng.uniform(0.7, 1.0))
        elif kicks[place % 16]:
            add(out, kick(), max(at, 0.0), rng.uniform(0.8, 1.1))
        elif hats[place % 16]:
            add(out, hat(hat_long * rng.choice([1, 1, 3])), max(at, 0.0), rng.uniform(0.4, 0.9))
    if rng.random() < 0.35:
        hertz = voice.pitch * np.repeat(
            2 ** (rng.choice([0, 0, 3, 5, 7], 8) / 12), len(out) // 8 + 1
        )
        gate = np.clip(1.0 + 2.0 * sine(0.5 / step, len(out)), 0.0, 1.0)
        hum = _utter(rng, voice, hertz[: len(out)], gate, [(0, "u"), (1, "m")])
        out += rng.uniform(0.1, 0.4) * peak(hum)
    return _heard(rng, out[: count(5.0)], 0.3)


# Hands and hearts.


def _clap(rng: Rng) -> Callable[[], Sound]:
    """Two hands: flat they crack, cupped they boom; each has one or two resonances."""
    centre = between(rng, 550, 3000)
    hertz = centre * np.array([1.0, rng.uniform(1.6, 2.6), rng.uniform(3.0, 5.0)])
    width = hertz * rng.uniform(0.2, 0.7, 3)
    gains = np.array([1.0, rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.6)])
    decay, dry = between(rng, 0.01, 0.06), rng.uniform(0.05, 0.5)

    def clap() -> Sound:
        samples = count(2.0 * decay)
        source = noise(rng, samples) * fade(samples, 0.0006, decay)
        source = shape(source, (300, -6), (1000, 0), (5000, 0), (14000, -8))
        moved = hertz * rng.uniform(0.93, 1.07)
        return peak(ring(source, moved, width, gains) + dry * 0.3 * source)

    return clap


def hand_clap(rng: Rng) -> Sound:
    """One clap, some in time, a few people's, or a drum machine's."""
    kind = rng.integers(4)
    clap = _clap(rng)
    if kind == 0:
        sound = clap()
    elif kind == 1:
        period = between(rng, 0.18, 0.8)
        sound = repeat(rng, rng.uniform(0.3, 2.5), period, clap, jitter=0.03)
    elif kind == 2:
        people = [_clap(rng) for _ in range(int(rng.integers(3, 10)))]
        beats = np.cumsum(np.full(int(rng.choice([1, 1, 2, 4])), between(rng, 0.3, 0.7)))
        beats -= beats[0]
        width = between(rng, 0.005, 0.03)
        sound = mix(
            *(placed(one, beats + abs(rng.normal(0, width)), np.ones(len(beats))) for one in people)
        )
    else:
        # Bursts ten milliseconds apart, and a tail.
        moments = np.cumsum(np.full(int(rng.integers(2, 5)), rng.uniform(0.008, 0.014)))
        samples = count(between(rng, 0.08, 0.4))
        tail = noise(rng, samples) * fade(samples, 0.001, samples / SAMPLE_RATE)
        tail = band(tail, between(rng, 600, 1100), between(rng, 1800, 7000), 9)
        start = silence(float(moments[-1]) + 0.008)
        sound = mix(placed(clap, moments, np.ones(len(moments))), join(start, 0.7 * peak(tail)))
    return _heard(rng, sound, 0.6)


def applause(rng: Rng) -> Sound:
    """From five people to a hall: everybody at a pace of his own; swells, dies away, some cheer."""
    seconds = rng.uniform(1.5, 5.0)
    people = int(between(rng, 6, 110))
    out = np.zeros(count(seconds) + 4000)
    far = rng.random()
    for _ in range(people):
        clap = _clap(rng)
        made = [clap() for _ in range(2)]
        pace, gain = 1.0 / rng.uniform(2.3, 5.5), between(rng, 0.15, 1.0)
        now = rng.uniform(0.0, pace)
        while now < seconds:
            add(out, made[int(rng.integers(2))], now, gain * decibels(rng.normal(0, 1.5)))
            now += pace * max(0.5, 1.0 + rng.normal(0, 0.06))
    bed = level(shape(noise(rng, len(out)), (300, -14), (1300, 0), (3500, -3), (12000, -18)))
    out = level(out) + rng.uniform(0.0, 1.0) * min(1.0, people / 40) * bed
    top = rng.uniform(-18, 0)
    out = shape(out, (250, -8), (700, 0), (2000, 0), (5000, 0.4 * top), (12000, top))
    begin, stop = rng.uniform(0.0, 1.2), rng.uniform(0.1, 2.0)
    out = ends(out, begin + 0.01, min(stop, 0.7 * seconds))
    if rng.random() < 0.3:
        shouts = _crowd(rng, _cheer, int(rng.integers(2, 4)), 6, len(out), 0.6)
        out += rng.uniform(0.1, 0.6) * shouts
    if far > 0.4:
        out = echo(rng, out, between(rng, 0.4, 2.0), between(rng, 0.05, 1.0))
    return _heard(rng, out, 0.0)


def finger_snap(rng: Rng) -> Sound:
    """A finger that slides off another and strikes the palm: a short, high pop."""
    centre = between(rng, 1100, 3600)
    hertz = centre * np.array([1.0, rng.uniform(1.4, 2.0), rng.uniform(2.3, 3.5)])
    width = hertz * rng.uniform(0.08, 0.35, 3)
    decay = between(rng, 0.008, 0.03)

    def snap() -> Sound:
        samples = count(3.0 * decay)
        source = noise(rng, samples) * fade(samples, 0.0004, decay)
        pop = peak(ring(source, hertz * rng.uniform(0.96, 1.04), width, [1.0, 0.5, 0.3]))
        pop += 0.15 * peak(band(source, 4000, 13000, 9))
        slide = count(rng.uniform(0.015, 0.05))
        rub = band(noise(rng, slide), 2000, 9000, 9) * line(slide, (0, 0), (0.9, 1), (1, 0.2))
        return join(rng.uniform(0.01, 0.12) * peak(rub), pop)

    many = int(rng.choice([1, 1, 1, 2, 4, 6]))
    period = between(rng, 0.25, 0.8)
    return _heard(rng, repeat(rng, (many - 0.5) * period, period, snap, jitter=0.03), 0.6)


def heartbeat(rng: Rng) -> Sound:
    """Two thuds, the second shorter and higher, through a chest, a stethoscope or a film's desk."""
    pace = 60.0 / between(rng, 50, 150)
    low, deep = between(rng, 38, 80), between(rng, 0.07, 0.25)
    apart = min(0.45 * pace, rng.uniform(0.2, 0.36))
    second, muffle = rng.uniform(0.4, 1.1), between(rng, 150, 1200)

    def thud(hertz: float, seconds: float) -> Sound:
        samples = count(seconds)
        fall = hertz * np.exp(line(samples, (0, rng.uniform(0.2, 0.7)), (0.4, 0), (1, -0.2)))
        body = sine(fall, samples, 0.0) * _hump(samples, 0.015, 0.7 * seconds)
        body += 0.4 * sine(2.1 * fall, samples) * _hump(samples, 0.01, 0.4 * seconds)
        knock = level(band(noise(rng, samples), low, muffle, 12)) * fade(samples, 0.006, seconds)
        return body + rng.uniform(0.05, 0.35) * knock

    def beat() -> Sound:
        first = thud(low, deep)
        return mix(first, join(silence(apart), second * thud(1.25 * low, 0.75 * deep)))

    sound = repeat(rng, between(rng, 0.5, 4.5), pace, beat, jitter=0.02, spread=0.7)
    if rng.random() < 0.5:
        rush = level(band(noise(rng, len(sound), 1.5), 40, 600, 6))
        sound += rush * between(rng, 0.002, 0.05)
    return shape(drive(sound, between(rng, 0.5, 3.0)), (muffle, 0), (4 * muffle, -30))


# Crowds.


def _even(seconds: float) -> int:
    """A number of samples that transforms are quick at."""
    return max(1, round(seconds * SAMPLE_RATE / 2048)) * 2048


def _babbled(rng: Rng, voice: _Voice, samples: int) -> Sound:
    """What sounds like talk and is none: vowels in syllables, hisses and stops between, pauses."""
    seconds = samples / SAMPLE_RATE
    rate = rng.uniform(3.5, 6.0)
    many = int(seconds * rate) + 2
    starts = np.cumsum(rng.uniform(0.6, 1.4, many)) / rate
    spoken = np.repeat(rng.random(many // 6 + 1) < 0.8, 6)[:many]
    strength = rng.uniform(0.3, 1.0, many) * spoken
    time = times(samples)
    step = np.clip(np.searchsorted(starts, time), 0, many - 1)
    before = np.append(0.0, starts)[step]
    inside = np.clip((time - before) / (starts[step] - before + 1e-9), 0.0, 1.0)
    loud = np.sin(np.pi * np.clip(inside * 1.15, 0, 1)) ** 0.7 * strength[step]
    melody = np.exp(0.12 * wander(rng, samples, 1.5) + 0.06 * wander(rng, samples, rate))
    hertz = voice.pitch * melody * (1.05 - 0.1 * inside)
    vowels = rng.choice(list(_VOWELS), many)
    track = [(min(1.0, s / seconds), str(v)) for s, v in zip(starts, vowels, strict=True)]
    out = level(_utter(rng, voice, hertz, loud, track))
    for at, on in zip(starts, spoken, strict=True):
        if on and rng.random() < 0.5:
            size = count(rng.uniform(0.02, 0.11))
            centre = between(rng, 1800, 7500)
            hiss = band(noise(rng, size), centre / 1.5, centre * 1.5, 12)
            add(out, level(hiss) * _hump(size, 0.01, 0.03), float(at), rng.uniform(0.1, 0.6))
    return out


def _cheer(rng: Rng, voice: _Voice, samples: int) -> Sound:
    """Somebody who cheers: a yeah or a woo, held, again and again."""
    out = np.zeros(samples)
    now = rng.uniform(-0.5, 0.8)
    while now < samples / SAMPLE_RATE:
        part = count(between(rng, 0.35, 1.6))
        top = min(voice.pitch * between(rng, 1.6, 3.5), 1100.0)
        points = [(0, top * rng.uniform(0.5, 1.0)), (0.3, top), (1, top * rng.uniform(0.6, 1.1))]
        hertz = _glide(part, *points)
        first, last = [("i", "ae"), ("u", "u"), ("E", "A"), ("a", "A"), ("o", "u")][
            int(rng.integers(5))
        ]
        shout = replace(voice, soft=0.00008, rough=between(rng, 0.01, 0.08))
        cry = _utter(
            rng, shout, hertz, _hump(part, 0.08, 0.3), [(0, first), (0.4, last), (1, last)]
        )
        add(out, level(cry), max(now, 0.0), rng.uniform(0.4, 1.0))
        now += part / SAMPLE_RATE + rng.uniform(0.05, 0.8)
    return out


def _boo(rng: Rng, voice: _Voice, samples: int) -> Sound:
    """Somebody who boos: an oo that is held and sinks."""
    out = np.zeros(samples)
    now = rng.uniform(-0.5, 0.6)
    while now < samples / SAMPLE_RATE:
        part = count(between(rng, 0.6, 2.0))
        top = voice.pitch * between(rng, 1.2, 2.6)
        hertz = _glide(part, (0, top * 0.9), (0.2, top), (1, top * rng.uniform(0.5, 0.85)))
        track = [(0, "u"), (0.5, str(rng.choice(["u", "o"]))), (1, "u")]
        add(out, level(_utter(rng, voice, hertz, _hump(part, 0.1, 0.4), track)), max(now, 0.0))
        now += part / SAMPLE_RATE + rng.uniform(0.1, 0.5)
    return out


def _crowd(
    rng: Rng,
    utter: Callable[[Rng, _Voice, int], Sound],
    made: int,
    people: int,
    samples: int,
    children: float = 0.0,
) -> Sound:
    """Many people: a few are made, the others are those, faster or slower and at other times."""
    streams = []
    for _ in range(made):
        young = rng.random() < children
        voice = _child(rng) if young else (_man, _woman)[int(rng.integers(2))](rng)
        streams.append(utter(rng, voice, samples))
    out = np.zeros(samples)
    for index in range(people):
        stream = streams[index % made]
        if index >= made:
            speed = rng.uniform(0.84, 1.19)
            place = np.arange(samples) * speed % (samples - 1)
            stream = np.roll(
                np.interp(place, np.arange(samples), stream), int(rng.integers(samples))
            )
        near = decibels(-abs(rng.normal(0.0, 7.0)))
        out += near * stream
    return level(out)


def _hall(rng: Rng, sound: Sound, most: float = 2.5) -> Sound:
    """A crowd in a room, a hall or a stadium, and what cannot be told apart any more."""
    wet = echo(rng, sound, between(rng, 0.3, most), between(rng, 0.1, 2.0))[: len(sound)]
    far = shape(noise(rng, len(sound)), (100, -8), (500, 0), (1500, -3), (4000, -14), (12000, -34))
    moved = np.exp(0.25 * wander(rng, len(sound), 2.0))
    dull = rng.uniform(-20.0, 6.0)
    near = shape(level(wet), (1500, 0.0), (4000, 0.4 * dull), (12000, dull))
    return level(near) + between(rng, 0.03, 0.5) * level(far) * moved


def crowd_talking(rng: Rng) -> Sound:
    """A few people at a table, a bar, a hall full of talk."""
    samples = _even(rng.uniform(2.0, 4.5))
    people = int(between(rng, 3, 40))
    talk = _crowd(rng, _babbled, min(people, 4), people, samples, 0.05)
    if people > 6 or rng.random() < 0.6:
        talk = _hall(rng, talk)
    if rng.random() < 0.3:
        # Glasses and plates.
        for at in rng.uniform(0, samples / SAMPLE_RATE, int(rng.integers(1, 6))):
            clink = between(rng, 1500, 5000) * np.array([1.0, 1.7, 2.6])
            add(talk, modes(count(0.15), clink, [0.12, 0.08, 0.05], [1, 0.6, 0.4]), float(at))
    return _heard(rng, ends(talk, rng.uniform(0.02, 0.5), rng.uniform(0.05, 0.5)), 0.0)


def crowd_cheering(rng: Rng) -> Sound:
    """People who shout with joy, from a few to a stadium; they clap and whistle, too."""
    seconds = rng.uniform(1.5, 4.5)
    samples = _even(seconds)
    people = int(between(rng, 5, 40))
    crowd = _hall(rng, _crowd(rng, _cheer, min(people, 4), people, samples, 0.15), 3.0)
    roar = shape(noise(rng, samples), (150, -10), (600, 0), (1600, 0), (4000, -10), (12000, -30))
    crowd += min(1.0, people / 30) * rng.uniform(0.2, 1.2) * level(roar)
    if rng.random() < 0.5:
        claps = np.zeros(samples)
        made = [one() for one in [_clap(rng) for _ in range(8)]]
        for at in rng.uniform(0, seconds, int(seconds * between(rng, 15, 200))):
            add(claps, made[int(rng.integers(8))], float(at), between(rng, 0.1, 1))
        crowd += rng.uniform(0.1, 0.7) * level(claps)
    for _ in range(int(rng.choice([0, 0, 1, 3]))):
        part = count(rng.uniform(0.3, 0.8))
        top = between(rng, 1800, 3500)
        tone = sine(_glide(part, (0, 0.8 * top), (0.4, top), (1, 0.9 * top)), part)
        add(crowd, tone * _hump(part, 0.05, 0.1), rng.uniform(0, seconds), rng.uniform(0.1, 0.5))
    swell = line(samples, (0, rng.uniform(0.1, 1)), (rng.uniform(0.1, 0.6), 1), (1, 0.5))
    return _heard(rng, ends(crowd * swell, 0.05, rng.uniform(0.1, 0.9)), 0.0)


def crowd_booing(rng: Rng) -> Sound:
    """People who boo, from a few to a stadium."""
    samples = _even(rng.uniform(2.0, 4.5))
    people = int(between(rng, 6, 40))
    crowd = _hall(rng, _crowd(rng, _boo, min(people, 4), people, samples), 2.5)
    crowd = shape(crowd, (250, -rng.uniform(0, 8)), (600, 0), (2500, -rng.uniform(0, 6)))
    if rng.random() < 0.4:
        crowd += rng.uniform(0.1, 0.4) * _crowd(rng, _babbled, 2, 6, samples)
    return _heard(rng, ends(crowd, rng.uniform(0.05, 0.5), rng.uniform(0.1, 0.8)), 0.0)


def children_playing(rng: Rng) -> Sound:
    """A schoolyard: shouts, shrieks, laughs and talk of children, near and far."""
    samples = _even(rng.uniform(2.0, 4.0))
    seconds = samples / SAMPLE_RATE
    people = int(between(rng, 3, 25))
    out = _crowd(rng, _babbled, 2, people, samples, 1.0) * rng.uniform(0.2, 0.8)
    out += rng.uniform(0.3, 1.0) * _crowd(rng, _cheer, 3, max(3, people // 2), samples, 1.0)
    for _ in range(int(rng.integers(1, 4))):
        child = _child(rng)
        laugh = level(_laugh(rng, child, rng.uniform(4.5, 7), int(rng.integers(3, 8)), 1.4))
        loud = level(_scream(rng, child, between(rng, 0.25, 0.8)))
        one = laugh if rng.random() < 0.5 else loud
        add(out, one, rng.uniform(0, 0.8 * seconds), rng.uniform(0.2, 1.0))
    if rng.random() < 0.4:
        for at in np.arange(rng.uniform(0, 0.5), seconds, rng.uniform(0.25, 0.6)):
            size = count(0.1)
            step = band(noise(rng, size, 0.8), 100, 2500, 9) * fade(size, 0.003, 0.1)
            add(out, level(step), float(at), rng.uniform(0.2, 0.8))
    out = _hall(rng, out, 1.2)
    return _heard(rng, ends(out, 0.05, 0.2), 0.0)


SOUNDS: dict[str, Callable[[Rng], Sound]] = {
    "applause": applause,
    "baby crying": baby_crying,
    "beatboxing": beatboxing,
    "breathing": breathing,
    "burping": burping,
    "children playing": children_playing,
    "choir": choir,
    "coughing": coughing,
    "crowd booing": crowd_booing,
    "crowd cheering": crowd_cheering,
    "crowd talking": crowd_talking,
    "drinking": drinking,
    "eating": eating,
    "finger snap": finger_snap,
    "grunt of pain": grunt_of_pain,
    "hand clap": hand_clap,
    "heartbeat": heartbeat,
    "kiss": kiss,
    "laughing": laughing,
    "man grunting in pain": man_grunting_in_pain,
    "screaming": screaming,
    "singing voice": singing_voice,
    "sneezing": sneezing,
    "snoring": snoring,
    "whistle": whistle,
    "woman grunting in pain": woman_grunting_in_pain,
}
"""Takes of people, by label."""
