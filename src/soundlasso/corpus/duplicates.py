"""Finding the same sound under different names in different packages.

Games borrow from the same free collections, cut, filter and encode what they take, and give it
other names. A recording that is in two splits makes a test too easy. Two steps find such pairs:
coarse spectrograms of the first second pick candidates for each recording; the waveforms of
the candidates, partly whitened, are then correlated at all lags. Without whitening, all bass
drums correlate; with it, what is left above one half are the same recordings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import soxr

from soundlasso.corpus.catalogue import Recording

Sound = npt.NDArray[np.float32]

SAME = 0.5
"""Correlations above this are of the same sound."""

_FRAMES, _BANDS = 40, 32
_WINDOW, _HOP = 0.032, 0.02
_CANDIDATES = 25
_SIMILAR = 0.6
_RATE, _SECONDS, _LENGTH = 8000, 1.5, 32_768
_WHITENING = 0.8
_REMEMBERED = 2000


@dataclass(frozen=True)
class Duplicate:
    """Two recordings of different packages that hold the same sound.

    Attributes:
        first: One.
        second: The other.
        correlation: Of their whitened waveforms, up to 1.
    """

    first: Recording
    second: Recording
    correlation: float

    @property
    def across_splits(self) -> bool:
        """Whether they are in different splits."""
        return self.first.split != self.second.split


def find_duplicates(
    recordings: Sequence[Recording],
    read: Callable[[Recording], Sound],
    sample_rate: int,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Duplicate]:
    """Compares all recordings of different packages.

    Args:
        recordings: Of a built corpus.
        read: Gives a recording's samples, ``T``.
        sample_rate: Of these samples, in Hz.
        progress: Told how many recordings are done.

    Returns:
        Pairs, the likest first.
    """

    # Neighbours in the catalogue have candidates in common; all spectra would take a gigabyte.
    @lru_cache(maxsize=_REMEMBERED)
    def spectrum(index: int) -> npt.NDArray[np.complex64]:
        return _whitened(read(recordings[index]), sample_rate)

    prints = np.stack([_fingerprint(read(recording), sample_rate) for recording in recordings])
    found = []
    compared: set[tuple[int, int]] = set()
    for index, recording in enumerate(recordings):
        alike = prints @ prints[index]
        for other in map(int, np.argsort(-alike)[:_CANDIDATES]):
            pair = (min(index, other), max(index, other))
            if alike[other] < _SIMILAR or recordings[other].package == recording.package:
                continue
            if pair in compared:
                continue
            compared.add(pair)
            lags = np.fft.irfft(spectrum(index) * spectrum(other).conj())
            correlation = float(np.abs(lags).max())
            if correlation > SAME:
                found.append(Duplicate(recordings[pair[0]], recordings[pair[1]], correlation))
        progress(index + 1)
    return sorted(found, key=lambda pair: -pair.correlation)


def _fingerprint(sound: Sound, sample_rate: int) -> npt.NDArray[np.float32]:
    """Levels of the first frames in wide bands, mean taken off, of length one."""
    window, hop = round(_WINDOW * sample_rate), round(_HOP * sample_rate)
    needed = window + (_FRAMES - 1) * hop
    start = np.pad(sound[:needed], (0, max(0, needed - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(start, window)[::hop]
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(window), axis=1)))
    hertz = np.fft.rfftfreq(window, 1 / sample_rate)
    edges = np.geomspace(80.0, 0.375 * sample_rate, _BANDS + 1)
    bands = np.add.reduceat(power, np.searchsorted(hertz, edges)[:-1], axis=1)
    levels = np.log10(bands + 1e-6 * bands.mean() + 1e-12)
    levels -= levels.mean()
    return (levels / (np.linalg.norm(levels) + 1e-9)).ravel().astype(np.float32)


def _whitened(sound: Sound, sample_rate: int) -> npt.NDArray[np.complex64]:
    """Spectrum of the first part, most of its envelope divided out, of power one."""
    start = soxr.resample(sound[: round(_SECONDS * sample_rate)], sample_rate, _RATE)
    spectrum = np.fft.rfft(start - start.mean(), _LENGTH)
    power = np.convolve(np.square(np.abs(spectrum)), np.full(65, 1 / 65), "same")
    white = spectrum / (np.sqrt(power) + 1e-9 * np.sqrt(power.max()) + 1e-12) ** _WHITENING
    total = np.square(np.abs(white)).sum() * 2 / _LENGTH
    return (white / np.sqrt(total + 1e-20)).astype(np.complex64)
