"""Reading through libsndfile: wav, flac, mp3, ogg, opus, aiff and their relatives."""

import os
from pathlib import Path
from typing import Self

import numpy as np
import soundfile

from soundlasso.audio.damage import named_places
from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError

_LOSSLESS_BITS = {
    **dict.fromkeys(("PCM_24", "ALAC_20", "ALAC_24"), 24),
    **dict.fromkeys(("FLOAT", "DOUBLE", "PCM_32", "ALAC_32"), 32),
}
# Where a damaged file stops being readable, all of a read is lost; so reads are short.
_READ_AT_ONCE = 1 << 12
# Its frames say where they belong, so that what follows damage stays in its place.
_RESUMABLE = "FLAC"
# The length of FLAC from a pipe, which does not say it.
_UNKNOWN = (1 << 63) - 1
# Of these libsndfile takes the length from the first of several files in a row, or guesses it.
_GUESSED = ("MP3", "OGG")
# Encoders of MP3 fill the last frames up.
_PADDING = 4 * 1152
# What may lie behind the sound without being any, but for tags, which say that they are.
_LONGEST_REMAINDER = 1 << 12
_TAGS = (b"TAG", b"APETAGEX", b"LYRICS", b"ID3")


def open_sound_file(
    path: Path, *, start: float, duration: float | None
) -> "SoundFileReader | None":
    """Opens a file by its content; ``None`` where libsndfile does not recognise it."""
    file = _open(path)
    return None if file is None else SoundFileReader(path, file, start=start, duration=duration)


def _open(path: Path) -> soundfile.SoundFile | None:
    # By number rather than by name, since libsndfile cannot open names that are not valid text;
    # but not as a Python file, since Ctrl-C is lost in the callbacks that it would make.
    by_number = os.name == "posix"
    try:
        # libsndfile closes what it was given, also where it does not recognise it.
        return soundfile.SoundFile(os.open(path, os.O_RDONLY) if by_number else path)
    except (soundfile.LibsndfileError, TypeError):
        # A TypeError means that the name says "raw", which nobody can read unasked.
        return None


class SoundFileReader:
    """A file that libsndfile reads.

    A FLAC file that is damaged in the middle is silent there, and goes on behind it in its place.
    """

    def __init__(
        self,
        path: Path,
        file: soundfile.SoundFile,
        *,
        start: float,
        duration: float | None,
    ) -> None:
        """Reads an open file from ``start`` seconds on, ``duration`` seconds at most.

        Raises:
            AudioError: the file cannot be read from there on.
        """
        self._path = path
        self._file = file
        self.warnings: list[str] = []
        rate = int(file.samplerate)
        frames = max(0, int(file.frames))
        self._is_endless = frames >= _UNKNOWN
        self.whole_frames = None if self._is_endless else frames
        first = min(round(start * rate), frames)
        self._left = frames - first
        self._reads_all = duration is None
        if duration is not None:
            self._left = min(self._left, max(1, round(duration * rate)))
        self._place, self._end = first, first + self._left
        self._silence = 0
        self._damage: list[tuple[int, int]] = []
        self._told = ""
        if first:
            try:
                file.seek(first)
            except soundfile.LibsndfileError as error:
                # Reading such a one fails as well, and goes on behind the damage.
                if file.format != _RESUMABLE:
                    self.close()
                    raise AudioError(f"{path}: cannot be read at {start:g} s: {error}") from error
        self.info = AudioInfo(
            sample_rate=rate,
            channels=int(file.channels),
            frames=None if self._is_endless else self._left,
            # Lossy formats have no bits of their own; 16 is what their players give.
            bits=_LOSSLESS_BITS.get(file.subtype, 16),
            estimate=None if self._is_endless else self._left,
        )

    @property
    def guesses(self) -> bool:
        """Whether its length, if it states one, need not be true."""
        return self._file.format in _GUESSED

    @property
    def is_mp3(self) -> bool:
        """Whether it is an MP3 file."""
        return str(self._file.format) == "MP3"

    def read(self, frames: int) -> Samples:
        """Reads the next samples, ``C x T``; see `AudioReader`."""
        wanted = min(frames, self._left)
        parts = [np.zeros((0, self.info.channels), np.float32)]
        have = 0
        while have < wanted:
            part = self._read_some(min(_READ_AT_ONCE, wanted - have))
            parts.append(part)
            have += len(part)
            if not len(part):
                self._end_early(have)
                break
            self._place += len(part)
        self._left = max(0, self._left - have)
        if not self._left and self._reads_all:
            self._reads_all = False
            self._warn_of_remainder()
        return np.ascontiguousarray(np.concatenate(parts).T)

    def _read_some(self, frames: int) -> Samples:
        if not self._silence:
            try:
                block: Samples = self._file.read(frames, dtype="float32", always_2d=True)
                return block
            except soundfile.LibsndfileError:
                # Compressed files that are cut off or damaged fail here, in the middle.
                if self._is_endless:
                    return self._last_samples()
                if self._file.format == _RESUMABLE:
                    self._skip_damage()
        block = np.zeros((min(frames, self._silence), self.info.channels), np.float32)
        self._silence -= len(block)
        return block

    def _last_samples(self) -> Samples:
        """What is left of a file that does not say where it ends, of which a whole read fails."""
        parts = [np.zeros((0, self.info.channels), np.float32)]
        if self._place and self._go_to(self._place):
            try:
                while len(parts[-1]) or len(parts) == 1:
                    parts.append(self._file.read(1, dtype="float32", always_2d=True))
            except soundfile.LibsndfileError:
                pass
        return np.concatenate(parts)

    def _skip_damage(self) -> None:
        """Goes to where the file can be read again, if it can, and puts silence before that."""
        bad, step = self._place, _READ_AT_ONCE
        last = self._end - _READ_AT_ONCE
        while (good := min(bad + step, last)) <= self._place or not self._go_to(good):
            if good >= last:
                return
            bad, step = good, 2 * step
        while good - bad > _READ_AT_ONCE:
            middle = (bad + good) // 2
            bad, good = (bad, middle) if self._go_to(middle) else (middle, good)
        self._silence = good - self._place
        self._damage.append((self._place, good))
        self._warn_of_damage()

    def _go_to(self, place: int) -> bool:
        """Opens the file anew, since libsndfile gives up on it for good, if it goes on there."""
        if place < self._place or (file := _open(self._path)) is None:
            return False
        try:
            file.seek(place)
        except soundfile.LibsndfileError:
            file.close()
            return False
        self._file.close()
        self._file = file
        return True

    def _warn_of_damage(self) -> None:
        """One warning of all damage so far."""
        rate = self.info.sample_rate
        lost = sum(end - start for start, end in self._damage) / rate
        named = named_places([start / rate for start, _ in self._damage])
        text = f"{self._path}: {lost:.2f} s cannot be decoded and are left silent (at {named})"
        self.warnings = [*(note for note in self.warnings if note != self._told), text]
        self._told = text

    def _warn_of_remainder(self) -> None:
        """Says so if sound seems to follow that libsndfile knows nothing of."""
        if self._file.format not in _GUESSED or not isinstance(number := self._file.name, int):
            return
        place = os.lseek(number, 0, os.SEEK_CUR)
        if os.fstat(number).st_size - place <= _LONGEST_REMAINDER:
            return
        if os.pread(number, 16, place).startswith(_TAGS):
            return
        self.warnings.append(
            f"{self._path}: goes on behind the end that it states, and the rest is not read; what "
            "reads it is the media extra: pip install 'soundlasso[media]'"
        )

    def _end_early(self, have: int) -> None:
        missing = self._left - have
        if self._is_endless or (self.is_mp3 and missing <= _PADDING and self._place):
            self._left = have
            return
        if missing == self.info.frames:
            raise AudioError(f"{self._path}: no samples could be decoded; the file is damaged")
        seconds = missing / self.info.sample_rate
        self.warnings.append(
            f"{self._path}: the last {seconds:.2f} s cannot be decoded; reading what is there"
        )
        self._left = have

    def close(self) -> None:
        """Releases the file."""
        self._file.close()

    def __enter__(self) -> Self:
        """Enters a ``with`` block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Closes the file."""
        self.close()
