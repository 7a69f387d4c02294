"""Reading through libsndfile: wav, flac, mp3, ogg, opus, aiff and their relatives."""

from pathlib import Path
from typing import Self

import numpy as np
import soundfile

from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError

_INTEGER_BITS = {"PCM_S8": 16, "PCM_U8": 16, "PCM_16": 16, "PCM_24": 24, "ALAC_16": 16}
_FLOAT_SUBTYPES = {"FLOAT", "DOUBLE", "PCM_32"}


def can_read(path: Path) -> bool:
    """Says whether libsndfile recognises the file."""
    try:
        with soundfile.SoundFile(path):
            return True
    except (soundfile.LibsndfileError, OSError):
        return False


def bits_of(subtype: str) -> int:
    """The output bits that keep what a libsndfile subtype holds (lossy codecs count as 16)."""
    return 32 if subtype in _FLOAT_SUBTYPES else _INTEGER_BITS.get(subtype, 16)


class SoundFileReader:
    """A file that libsndfile reads."""

    def __init__(self, path: Path, *, start: float, duration: float | None) -> None:
        """Opens ``path`` at ``start`` seconds for ``duration`` seconds at most."""
        self._path = path
        self._file = soundfile.SoundFile(path)
        self.warnings: list[str] = []
        rate = int(self._file.samplerate)
        frames = max(0, int(self._file.frames))
        first = min(round(start * rate), frames)
        self._left = frames - first
        if duration is not None:
            self._left = min(self._left, max(1, round(duration * rate)))
        if first:
            self._file.seek(first)
        self.info = AudioInfo(
            sample_rate=rate,
            channels=int(self._file.channels),
            frames=self._left,
            bits=bits_of(self._file.subtype),
        )

    def read(self, frames: int) -> Samples:
        """Reads the next samples, ``C x T``; see `AudioReader`."""
        wanted = min(frames, self._left)
        if wanted <= 0:
            return np.zeros((self.info.channels, 0), np.float32)
        try:
            block = self._file.read(wanted, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            # Compressed files that were cut off fail here, in the middle.
            block = np.zeros((0, self.info.channels), np.float32)
            self._warn_cut(str(error))
        self._left -= len(block)
        if len(block) < wanted:
            if self._left > 0 and not self.warnings:
                self._warn_cut("it ends early")
            self._left = 0
        return np.ascontiguousarray(block.T)

    def _warn_cut(self, reason: str) -> None:
        if self._left == self.info.frames:
            raise AudioError(f"{self._path}: no samples could be decoded ({reason})")
        seconds = self._left / self.info.sample_rate
        self.warnings.append(
            f"{self._path}: the last {seconds:.2f} s cannot be decoded; reading what is there"
        )

    def close(self) -> None:
        """Releases the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Enters a ``with`` block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Closes the file."""
        self.close()
