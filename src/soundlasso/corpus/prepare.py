"""Making a recording fit for training: mono, trimmed, without rumble, at the corpus's rate."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from soundlasso.atomic import written_aside

# "as" says that it may be imported from here too.
from soundlasso.corpus.catalogue import SAMPLE_RATE as SAMPLE_RATE
from soundlasso.errors import CorpusError

LONGEST_SECONDS = 60.0
"""What is longer is cut."""

_SHORTEST_SECONDS = 0.05
_SILENCE_PEAK = 1e-3
_TRIM_DECIBELS = -55.0
_TRIM_FRAME_SECONDS = 0.01
_HIGH_PASS_HERTZ = 30.0
_PEAK = 0.9
_CLIPPED_RUN = 3
_BAND_FRAME = 2048
_BAND_DECIBELS = -75.0


@dataclass(frozen=True)
class Prepared:
    """A recording ready to be stored.

    Attributes:
        samples: ``T`` int16, mono at `SAMPLE_RATE`, peak at 0.9 of full scale.
        rate: The sample rate that the recording had, in Hz.
        clipped: The share of its samples that were cut off at its peak.
        bandwidth: The highest frequency that it has, in Hz.
    """

    samples: npt.NDArray[np.int16]
    rate: int
    clipped: float
    bandwidth: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE

    def write(self, path: Path) -> None:
        """Writes it as FLAC."""
        with written_aside(path) as partial:
            soundfile.write(partial, self.samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")


def prepare(content: bytes) -> Prepared:
    """Decodes a sound file and makes it fit for training, as `prepare_samples` does.

    Args:
        content: The sound file.

    Raises:
        CorpusError: it cannot be decoded, or it is silent or too short to hear.
    """
    try:
        samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise CorpusError(f"cannot be decoded: {error}") from error
    return prepare_samples(samples, rate)


def prepare_samples(samples: npt.NDArray[np.float32], rate: int) -> Prepared:
    """As `prepare`, for a sound that is decoded already.

    Args:
        samples: ``T C`` float32.
        rate: Its sample rate in Hz.

    Raises:
        CorpusError: it is silent, too short to hear, or no sound at all.
    """
    if not np.isfinite(samples).all():
        raise CorpusError("has samples that are not numbers")
    mono = _mono(samples)
    longest = round(LONGEST_SECONDS * rate)
    start = excerpt_start(len(mono), longest)
    mono = mono[start : start + longest]
    clipped = _clipped(mono)
    mono = _trim(mono, rate)
    if rate != SAMPLE_RATE:
        mono = soxr.resample(mono, rate, SAMPLE_RATE, quality="VHQ")
    mono = _high_pass(mono)
    peak = float(np.abs(mono).max(initial=0.0))
    if peak < _SILENCE_PEAK:
        raise CorpusError("is silent")
    if len(mono) < _SHORTEST_SECONDS * SAMPLE_RATE:
        raise CorpusError("is too short")
    scaled = np.rint(mono * (_PEAK * 32767 / peak))
    return Prepared(
        samples=scaled.astype(np.int16),
        rate=int(rate),
        clipped=round(clipped, 5),
        bandwidth=_bandwidth(mono),
    )


def _clipped(mono: npt.NDArray[np.float32]) -> float:
    """The share of samples in runs at the peak: one sample touches it, several were cut off."""
    peak = float(np.abs(mono).max(initial=0.0))
    if peak == 0.0:
        return 0.0
    at_peak = np.abs(mono) > 0.999 * peak
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at_peak, [False]])))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= _CLIPPED_RUN].sum() / len(mono))


def _bandwidth(mono: npt.NDArray[np.float32]) -> int:
    """The highest frequency within 75 dB of the loudest one; the window blurs it by 100 Hz."""
    count = max(1, len(mono) // _BAND_FRAME)
    frames = np.resize(mono, count * _BAND_FRAME).reshape(count, _BAND_FRAME)
    power = np.square(np.abs(np.fft.rfft(frames * np.blackman(_BAND_FRAME)))).mean(axis=0)
    heard = np.flatnonzero(power > power.max() * 10 ** (_BAND_DECIBELS / 10))
    return round(float(heard[-1]) * SAMPLE_RATE / _BAND_FRAME)


def _mono(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    mean = samples.mean(axis=1)
    power = np.square(samples).mean(axis=0)
    loudest = int(power.argmax())
    cancelled = float(np.square(mean).mean()) < 0.1 * float(power[loudest])
    return np.ascontiguousarray(samples[:, loudest] if cancelled else mean)


def excerpt_start(frames: int, longest: int) -> int:
    """Where the part of a sound begins that is kept if it is too long."""
    # Long files open with a fade or an announcement more often than not.
    return max(0, frames - longest) // 4


def _trim(mono: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    frame = max(1, round(_TRIM_FRAME_SECONDS * rate))
    count = -(-len(mono) // frame)
    if count == 0:
        return mono
    padded = np.pad(mono - mono.mean(), (0, count * frame - len(mono)))
    power = np.square(padded.reshape(count, frame)).mean(axis=1)
    heard = np.flatnonzero(power > power.max() * 10 ** (_TRIM_DECIBELS / 10))
    if len(heard) == 0:
        return mono[:0]
    return mono[heard[0] * frame : (heard[-1] + 1) * frame]


def _high_pass(mono: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A smooth high-pass without phase shift, applied in the frequency domain."""
    padding = SAMPLE_RATE // 8
    padded = np.pad(mono, padding)
    spectrum = np.fft.rfft(padded)
    ratio = np.fft.rfftfreq(len(padded), 1 / SAMPLE_RATE) / _HIGH_PASS_HERTZ
    spectrum *= ratio**4 / (1 + ratio**4)
    filtered = np.fft.irfft(spectrum, len(padded))[padding : padding + len(mono)]
    return filtered.astype(np.float32)
