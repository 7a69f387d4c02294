"""What synthetic sounds are made of: noise, modes, pulses, filters, envelopes and grains.

All sounds are ``T`` float64 at the corpus's rate, at any level: what is made is brought to a common
level afterwards. Times are in seconds, frequencies in Hz.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from soundlasso.corpus.catalogue import SAMPLE_RATE

Sound = npt.NDArray[np.float64]
Rng = np.random.Generator


def count(seconds: float) -> int:
    """How many samples there are in a time, at least one."""
    return max(1, round(seconds * SAMPLE_RATE))


def times(samples: int) -> Sound:
    """When each sample is."""
    return np.arange(samples) / SAMPLE_RATE


def between(rng: Rng, low: float, high: float) -> float:
    """A number that is as likely in each octave between two positive ones."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def decibels(level: float) -> float:
    """The factor of amplitude that a level in dB is."""
    return float(10.0 ** (level / 20.0))


# Sources.


def noise(rng: Rng, samples: int, colour: float = 0.0) -> Sound:
    """Noise whose power falls with frequency to the power of ``colour``: 0 white, 1 pink, 2 brown.

    Its RMS level is 1.
    """
    white = rng.standard_normal(samples)
    if colour == 0.0 or samples < 4:
        return white
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    spectrum *= np.maximum(hertz, 20.0) ** (-colour / 2)
    return level(np.fft.irfft(spectrum, samples))


def modes(
    samples: int,
    hertz: Sequence[float] | Sound,
    decay: Sequence[float] | Sound,
    gain: Sequence[float] | Sound,
    phase: Sequence[float] | Sound | None = None,
) -> Sound:
    """A struck body: decaying sines.

    Args:
        samples: How long it is heard.
        hertz: Frequency of each mode; those above the highest that there can be are left out.
        decay: Time in which each falls by 60 dB.
        gain: Amplitude of each.
        phase: Of each, in radians; all begin at zero if there is none.
    """
    time = times(samples)
    out = np.zeros(samples)
    phases = np.zeros(len(hertz)) if phase is None else np.asarray(phase)
    for f, d, g, p in zip(hertz, decay, gain, phases, strict=True):
        if 0 < f < 0.48 * SAMPLE_RATE:
            heard = min(samples, count(1.2 * d))
            part = np.exp(-6.9 / d * time[:heard]) * np.sin(2 * np.pi * f * time[:heard] + p)
            out[:heard] += g * part
    return out


def phase_of(hertz: Sound | float, samples: int) -> Sound:
    """The phase, in cycles, of what has a frequency that moves: ``T``."""
    track = np.broadcast_to(np.asarray(hertz, float), (samples,))
    return np.cumsum(track) / SAMPLE_RATE


def sine(hertz: Sound | float, samples: int, phase: float = 0.0) -> Sound:
    """A sine of a frequency that may move; ``phase`` in cycles."""
    return np.sin(2 * np.pi * (phase_of(hertz, samples) + phase))


def harmonics(hertz: Sound | float, samples: int, gains: Sequence[float] | Sound) -> Sound:
    """A sum of sines at multiples of a frequency that may move; none is above the highest."""
    cycles = phase_of(hertz, samples)
    track = np.broadcast_to(np.asarray(hertz, float), (samples,))
    out = np.zeros(samples)
    for order, gain in enumerate(gains, 1):
        if gain:
            allowed = order * track < 0.47 * SAMPLE_RATE
            if not allowed.any():
                break
            out += gain * allowed * np.sin(2 * np.pi * order * cycles)
    return out


def pulses(hertz: Sound | float, samples: int, sharpness: float = 8.0, phase: float = 0.0) -> Sound:
    """One smooth pulse a cycle, of a frequency that may move: a throat, an exhaust, a blade.

    Args:
        hertz: Pulses a second.
        samples: How long.
        sharpness: How much shorter than its cycle a pulse is.
        phase: Where in its cycle it begins, in cycles.
    """
    place = (phase_of(hertz, samples) + phase) % 1.0 - 0.5
    return np.exp(-np.square(place * sharpness * 2.0))


# Envelopes and movement.


def line(samples: int, *points: tuple[float, float]) -> Sound:
    """Straight lines from point to point, each a share of the length and a value; held outside."""
    place = np.linspace(0.0, 1.0, samples)
    return np.interp(place, [x for x, _ in points], [y for _, y in points])


def fade(samples: int, attack: float, decay: float) -> Sound:
    """A straight rise over ``attack`` seconds, then a fall by 60 dB in ``decay`` seconds."""
    time = times(samples)
    rise = np.minimum(1.0, time / max(attack, 1 / SAMPLE_RATE))
    return rise * np.exp(-6.9 * np.maximum(0.0, time - attack) / max(decay, 1e-4))


def ends(sound: Sound, fade_in: float = 0.005, fade_out: float = 0.02) -> Sound:
    """A sound whose first and last moments are faded, so that it does not click."""
    out = sound.copy()
    first, last = min(len(out), count(fade_in)), min(len(out), count(fade_out))
    out[:first] *= np.linspace(0.0, 1.0, first)
    out[len(out) - last :] *= np.linspace(1.0, 0.0, last)
    return out


def wander(rng: Rng, samples: int, hertz: float, depth: float = 1.0) -> Sound:
    """A smooth curve that goes up and down at random, its standard deviation ``depth``.

    Args:
        rng: Draws it.
        samples: How long.
        hertz: How often it changes its mind, times a second.
        depth: How far it goes from zero.
    """
    knots = max(4, int(samples / SAMPLE_RATE * hertz) + 4)
    values = rng.standard_normal(knots)
    place = np.linspace(1.0, knots - 2.0, samples)
    low = place.astype(int)
    share = place - low
    # Smooth steps between neighbours (a cosine, not corners).
    smooth = (1.0 - np.cos(np.pi * share)) / 2.0
    return depth * (values[low] * (1.0 - smooth) + values[low + 1] * smooth)


# Filters.


def shape(sound: Sound, *points: tuple[float, float]) -> Sound:
    """A filter without phase shift, drawn as levels in dB at frequencies; held outside.

    Between two points the level is straight over octaves.
    """
    samples = len(sound)
    size = samples + min(samples, 4096)
    hertz = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)
    drawn = np.interp(np.log2(hertz), np.log2([f for f, _ in points]), [db for _, db in points])
    return np.fft.irfft(np.fft.rfft(sound, size) * 10.0 ** (drawn / 20.0), size)[:samples]


def band(sound: Sound, low: float, high: float, slope: float = 24.0) -> Sound:
    """What lies between two frequencies, falling by ``slope`` dB an octave outside of them."""
    low, high = max(low, 2.0), min(high, SAMPLE_RATE / 2)
    points = [(low / 64, -6 * slope), (low, 0.0), (max(high, low * 1.001), 0.0)]
    return shape(sound, *points, (high * 64, -6 * slope))


def ring(
    sound: Sound,
    hertz: Sequence[float] | Sound,
    width: Sequence[float] | Sound,
    gain: Sequence[float] | Sound,
) -> Sound:
    """What a body with resonances makes of what shakes it: two-pole resonators side by side.

    Args:
        sound: What shakes it.
        hertz: Of each resonance.
        width: Bandwidth of each, in Hz.
        gain: At its peak, of each.
    """
    tail = count(min(1.0, 2.2 / float(np.min(np.asarray(width)))))
    size = 1 << (len(sound) + tail - 1).bit_length()
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = np.zeros(len(turn), complex)
    for f, w, g in zip(hertz, width, gain, strict=True):
        if not 0 < f < 0.48 * SAMPLE_RATE:
            continue
        pole = np.exp(-np.pi * w / SAMPLE_RATE) * np.exp(2j * np.pi * f / SAMPLE_RATE)
        one = 1.0 / ((1.0 - pole * turn) * (1.0 - np.conj(pole) * turn))
        response += g * one / np.abs(one).max()
    return np.fft.irfft(np.fft.rfft(sound, size) * response, size)[: len(sound)]


def move_band(
    sound: Sound, centre: Sound, octaves: float | Sound, gain: Sound | float = 1.0
) -> Sound:
    """A band-pass whose centre moves: a bell over octaves around it.

    Args:
        sound: What is filtered.
        centre: Where the bell is, ``T``.
        octaves: Its width, as a standard deviation; a number or ``T``.
        gain: A factor of amplitude; a number or ``T``.
    """
    width = np.broadcast_to(np.asarray(octaves, float), sound.shape)
    factor = np.broadcast_to(np.asarray(gain, float), sound.shape)

    def response(hertz: Sound, at: int) -> Sound:
        away = np.log2(np.maximum(hertz, 10.0) / max(float(centre[at]), 10.0))
        return factor[at] * np.exp(-0.5 * np.square(away / width[at]))

    return vary(sound, response)


def formants(
    sound: Sound,
    tracks: Sequence[tuple[Sound | float, Sound | float, Sound | float]],
    floor: float = 0.0,
) -> Sound:
    """Resonances that move, as those of a throat.

    Args:
        sound: What shakes it.
        tracks: Frequency, bandwidth and gain of each resonance, each a number or ``T``.
        floor: Of what passes whatever its frequency is.
    """
    moving = [
        tuple(np.broadcast_to(np.asarray(value, np.float64), sound.shape) for value in track)
        for track in tracks
    ]

    def response(hertz: Sound, at: int) -> Sound:
        out = np.full(len(hertz), floor)
        for centre, width, gain in moving:
            out += gain[at] / np.sqrt(1.0 + np.square((hertz - centre[at]) / (width[at] / 2.0)))
        return out

    return vary(sound, response)


_FRAME = 1024


def vary(sound: Sound, response: Callable[[Sound, int], Sound]) -> Sound:
    """A filter that moves, frame by frame (32 ms with a hop of 8 ms).

    Args:
        sound: What is filtered.
        response: Given the bins' frequencies and the place of a sample, the gain of each bin.
    """
    hop = _FRAME // 4
    window = np.hanning(_FRAME + 1)[:-1]
    hertz = np.asarray(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE), np.float64)
    padded = np.pad(sound, (_FRAME, _FRAME))
    out = np.zeros(len(padded))
    for start in range(0, len(padded) - _FRAME + 1, hop):
        at = min(max(start - _FRAME // 2, 0), len(sound) - 1)
        spectrum = np.fft.rfft(padded[start : start + _FRAME] * window)
        part = np.fft.irfft(spectrum * response(hertz, at), _FRAME)
        out[start : start + _FRAME] += part * window
    # Four squared windows overlap at every sample, which add up to 1.5.
    return out[_FRAME : _FRAME + len(sound)] / 1.5


def echo(rng: Rng, sound: Sound, seconds: float, share: float) -> Sound:
    """A sound with a little reverberation of noise behind it, and its tail.

    Args:
        rng: Draws the reverberation.
        sound: What is heard directly.
        seconds: In which the reverberation falls by 60 dB.
        share: Its energy as a share of the direct sound's.
    """
    tail = rng.standard_normal(count(seconds)) * np.exp(-6.9 * times(count(seconds)) / seconds)
    tail = band(tail, 80.0, 6000.0, 6.0)
    tail *= np.sqrt(share / np.square(tail).sum())
    size = len(sound) + len(tail)
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    wet[: len(sound)] += sound
    return wet


# Putting together.


def add(out: Sound, sound: Sound, start: float, gain: float = 1.0) -> None:
    """Adds a sound to another at a time, in place; what lies outside is left out."""
    first = round(start * SAMPLE_RATE)
    begin, end = max(first, 0), min(first + len(sound), len(out))
    if begin < end:
        out[begin:end] += gain * sound[begin - first : end - first]


def scatter(
    rng: Rng,
    seconds: float,
    rate: float | Callable[[float], float],
    grain: Callable[[], Sound],
    spread: float = 6.0,
) -> Sound:
    """Grains at random times.

    Args:
        rng: Draws the times and levels.
        seconds: How long.
        rate: Grains a second, on average; a number, or a function of the time in seconds.
        grain: Makes one.
        spread: Standard deviation of their levels in dB.
    """
    out = np.zeros(count(seconds))
    now = 0.0
    while True:
        each = rate if isinstance(rate, int | float) else rate(now)
        now += rng.exponential(1.0 / max(each, 1e-3))
        if now >= seconds:
            return out
        add(out, grain(), now, decibels(rng.normal(0.0, spread)))


def repeat(
    rng: Rng,
    seconds: float,
    period: float,
    sound: Callable[[], Sound],
    *,
    jitter: float = 0.03,
    spread: float = 1.5,
) -> Sound:
    """A sound again and again, nearly in time: steps, strokes, ticks.

    Args:
        rng: Draws what is not regular.
        seconds: How long, without what still rings at the end.
        period: From one to the next.
        sound: Makes one.
        jitter: Standard deviation of the periods, as a share of them.
        spread: Standard deviation of the levels in dB.
    """
    made: list[tuple[float, Sound, float]] = []
    now = 0.0
    while not made or now < seconds:
        made.append((now, sound(), decibels(rng.normal(0.0, spread))))
        now += period * max(0.2, 1.0 + rng.normal(0.0, jitter))
    out = np.zeros(max(count(start) + len(one) for start, one, _ in made))
    for start, one, gain in made:
        add(out, one, start, gain)
    return out


def level(sound: Sound) -> Sound:
    """A sound whose RMS level is 1."""
    return sound / (np.sqrt(np.square(sound).mean()) + 1e-12)


def peak(sound: Sound) -> Sound:
    """A sound whose highest sample is 1."""
    return sound / (np.abs(sound).max(initial=0.0) + 1e-12)


def drive(sound: Sound, amount: float) -> Sound:
    """Soft saturation of a sound whose peak is brought to ``amount`` first."""
    return np.tanh(amount * peak(sound))


def join(*sounds: Sound) -> Sound:
    """Sounds one after the other."""
    return np.concatenate(sounds)


def mix(*sounds: Sound) -> Sound:
    """Sounds at the same time, as long as the longest."""
    out = np.zeros(max(len(sound) for sound in sounds))
    for sound in sounds:
        out[: len(sound)] += sound
    return out


def silence(seconds: float) -> Sound:
    """Nothing, for a while."""
    return np.zeros(count(seconds))
