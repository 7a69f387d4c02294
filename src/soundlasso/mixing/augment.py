"""Making one recording sound like another of its kind: pitch, equalisation, room."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from soundlasso.config import check_ranges, check_shares

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AugmentConfig:
    """How much recordings are varied.

    Attributes:
        speed_probability: How often speed and pitch are changed.
        speed_octaves: By at most how many octaves, up or down.
        filter_probability: How often the spectrum is bent.
        filter_decibels: By how much, as the standard deviation of each of a few bands' gains.
        room_probability: How often a room is added.
        band_limit_probability: How often the highs are cut off, as old recordings lack them.
    """

    speed_probability: float = 0.6
    speed_octaves: float = 0.4
    filter_probability: float = 0.6
    filter_decibels: float = 4.0
    room_probability: float = 0.25
    band_limit_probability: float = 0.1

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, speed_octaves=0, filter_decibels=0)
        check_shares(self, "speed_probability", "filter_probability")
        check_shares(self, "room_probability", "band_limit_probability")


NO_AUGMENTATION = AugmentConfig(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def change_speed(sound: Sound, octaves: float) -> Sound:
    """Plays a sound faster (positive) or slower, pitch and all."""
    return np.asarray(soxr.resample(sound, 2.0**octaves, 1.0, quality="LQ"), dtype=np.float32)


FILTER_STEPS = 512
"""Equal steps of frequency that a filter's gains are drawn for."""

ROOM_DECAY_SECONDS = (0.1, 0.6)
"""Shortest and longest time in which a room's sound falls by 60 dB."""

ROOM_DELAY_SECONDS = (0.002, 0.02)
"""How long after the direct sound its first reflection comes."""

ROOM_DIRECT_DECIBELS = (0.0, 15.0)
"""Lowest and highest level of the direct sound over all reflections."""

LONGEST_ROOM_SECONDS = 1.2 * ROOM_DECAY_SECONDS[1] + ROOM_DELAY_SECONDS[1]
"""Of what is left of a room's reverberation."""

_RINGING = 1024
"""Samples over which a filter's response, smooth as it is, dies away on both sides."""


def draw_filter(rng: np.random.Generator, config: AugmentConfig, sample_rate: int) -> Sound | None:
    """Draws a gain for equal steps of frequency up to half the rate, or ``None`` for no change.

    Returns:
        513 gains, those at both ends included.
    """
    frequencies = np.linspace(0.0, sample_rate / 2, FILTER_STEPS + 1)
    octave = np.log2(np.maximum(frequencies, 40.0) / 40.0)
    gain = np.zeros(len(frequencies))
    if rng.random() < config.filter_probability:
        knots = np.linspace(0.0, 9.0, 7)
        values = rng.normal(0.0, config.filter_decibels, len(knots))
        gain += np.interp(octave, knots, values - values.mean())
    if rng.random() < config.band_limit_probability:
        edge = np.log2(rng.uniform(4000.0, 10000.0) / 40.0)
        gain -= np.clip((octave - edge) * 160.0, 0.0, 80.0)
    return None if not gain.any() else (10.0 ** (gain / 20.0)).astype(np.float32)


def _spread(gain: Sound, bins: int) -> Sound:
    """Interpolates a drawn filter to the bins of a transform; far cheaper than `numpy.interp`."""
    each = -(-(bins - 1) // FILTER_STEPS)
    ramp = np.arange(each, dtype=np.float32) / each
    spread = gain[:-1, None] + (gain[1:] - gain[:-1])[:, None] * ramp
    return np.append(spread.ravel()[: bins - 1], gain[-1:])


def fast_length(least: int) -> int:
    """The next length that is quick to transform."""
    power = 1 << (least - 1).bit_length()
    return min(size for size in (power, power // 4 * 3, power // 8 * 5) if size >= least)


def draw_room(rng: np.random.Generator, config: AugmentConfig, sample_rate: int) -> Sound | None:
    """Draws a room's impulse response with its direct sound at 0, or ``None`` for no room.

    The reverberation is noise that decays exponentially, faster towards the highs.
    """
    if rng.random() >= config.room_probability:
        return None
    decay = rng.uniform(*ROOM_DECAY_SECONDS)
    time = np.arange(int(decay * 1.2 * sample_rate)) / sample_rate
    noise = rng.standard_normal(len(time)).astype(np.float32)
    dull = np.convolve(noise, np.ones(4, np.float32) / 2.0, mode="same")
    share = np.minimum(time / decay, 1.0)
    tail = (noise * (1 - share) + dull * share) * np.exp(-6.9 * time / decay)
    delay = int(rng.uniform(*ROOM_DELAY_SECONDS) * sample_rate)
    response = np.zeros(delay + len(tail), np.float32)
    response[delay:] = tail
    direct_to_reverberant = 10.0 ** (rng.uniform(*ROOM_DIRECT_DECIBELS) / 20.0)
    response /= np.sqrt(np.square(response).sum()) * direct_to_reverberant
    response[0] += 1.0
    return response


def apply_filter_and_room(
    sound: Sound, rng: np.random.Generator, config: AugmentConfig, sample_rate: int
) -> Sound:
    """Bends a sound's spectrum and puts it into a room; its length stays."""
    room = draw_room(rng, config, sample_rate)
    gain = draw_filter(rng, config, sample_rate)
    heard = sound != 0
    if (gain is None and room is None) or not heard.any():
        return sound
    # Silence stays silent: most recordings are much shorter than the mixture around them.
    start = max(0, int(heard.argmax()) - _RINGING)
    stop = min(len(sound), len(sound) - int(heard[::-1].argmax()) + _RINGING)
    tail = 0 if room is None else len(room)
    length = fast_length(stop - start + tail)
    spectrum = np.fft.rfft(sound[start:stop], length)
    if gain is not None:
        spectrum *= _spread(gain, len(spectrum))
    if room is not None:
        spectrum *= np.fft.rfft(room, length)
    out = np.zeros_like(sound)
    part = out[start : stop + tail]
    part[:] = np.fft.irfft(spectrum, length)[: len(part)]
    return out
