"""Writing sound files: aside first, under the final name only when all of it is there."""

import contextlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import soundfile

from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, OptionError

FormatName = Literal["wav", "flac", "mp3", "ogg"]

_SUBTYPES: dict[tuple[str, int], str] = {
    ("wav", 16): "PCM_16",
    ("wav", 24): "PCM_24",
    ("wav", 32): "FLOAT",
    ("flac", 16): "PCM_16",
    ("flac", 24): "PCM_24",
}
_LOSSY_SUBTYPES = {"mp3": "MPEG_LAYER_III", "ogg": "VORBIS"}
_MP3_RATES = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000}
# Beyond these, libsndfile refuses flac and crashes on ogg.
_HIGHEST_RATES = {"flac": 655_350, "ogg": 200_000}
_MOST_CHANNELS = {"wav": 1024, "flac": 8, "mp3": 2, "ogg": 255}
# A wav file counts its bytes in 32 bits; beyond that RF64 takes over. A little room is left
# for the headers.
_LARGEST_WAV = (1 << 32) - (1 << 16)
_MOST_WITHOUT_LAYOUT = 2
_BEST_QUALITY = 10
# LAME refuses 1.
_HIGHEST_COMPRESSION = 0.9999
# libsndfile's Vorbis encoder keeps a whole write on its stack and crashes on long ones.
_WRITTEN_AT_ONCE = 1 << 15
_NEW = os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class OutputFormat:
    """How sound is written.

    Attributes:
        name: wav, flac, mp3 or ogg (Vorbis).
        bits: 16, 24 or 32 (32 is float, wav only); lossy formats have none and ignore it.
        quality: Of lossy formats, from 0, the smallest files, to 10: Vorbis's number, and LAME's
            variable bitrate, 10 for V0 and so on; the encoders' own, 4 and 6, when ``None``.
    """

    name: FormatName = "wav"
    bits: int = 16
    quality: float | None = None

    def __post_init__(self) -> None:
        """Refuses what no file can hold."""
        if self.name not in _MOST_CHANNELS:
            choices = ", ".join(_MOST_CHANNELS)
            raise OptionError(f"unknown --format {self.name!r}; choose one of {choices}")
        if self.bits not in {16, 24, 32}:
            raise OptionError(f"--bits must be 16, 24 or 32, not {self.bits}")
        if self.name == "flac" and self.bits == 32:
            raise OptionError("flac holds 16 or 24 bits; use --format wav for --bits 32")
        if self.quality is not None:
            if self.name not in _LOSSY_SUBTYPES:
                raise OptionError(f"{self.name} has no --quality; mp3 and ogg have")
            if not 0 <= self.quality <= _BEST_QUALITY:
                raise OptionError(
                    f"--quality must be between 0 and {_BEST_QUALITY}, not {self.quality:g}"
                )

    @property
    def subtype(self) -> str:
        """The name that libsndfile has for it."""
        return _LOSSY_SUBTYPES.get(self.name) or _SUBTYPES[self.name, self.bits]

    @property
    def compression(self) -> float | None:
        """What libsndfile knows instead of quality: 0 is the best."""
        if self.quality is None:
            return None
        return min(1 - self.quality / _BEST_QUALITY, _HIGHEST_COMPRESSION)

    @property
    def full_scale(self) -> bool:
        """Whether samples beyond -1 to 1 are lost."""
        return self.subtype != "FLOAT"

    def check(self, sample_rate: int, channels: int) -> None:
        """Refuses sample rates and channel counts that the format cannot hold.

        Raises:
            OptionError: says what would fit.
        """
        if channels > _MOST_CHANNELS[self.name]:
            raise OptionError(
                f"{self.name} holds up to {_MOST_CHANNELS[self.name]} channels, "
                f"not {channels}; use --format wav"
            )
        too_high = sample_rate > _HIGHEST_RATES.get(self.name, sample_rate)
        if too_high or (self.name == "mp3" and sample_rate not in _MP3_RATES):
            raise OptionError(
                f"{self.name} cannot hold a sample rate of {sample_rate} Hz; use --format wav"
            )


class AudioWriter:
    """A sound file being written; it appears under its name when `commit` is called.

    Until then it lies beside it, with ``.part`` appended. Leaving the ``with`` block without
    `commit` removes it.

    Attributes:
        clipped: How many samples lay beyond full scale and were cut to it.
    """

    def __init__(
        self,
        path: Path,
        *,
        sample_rate: int,
        channels: int,
        form: OutputFormat,
        frames: int | None = None,
    ) -> None:
        """Starts the file.

        Args:
            path: Its final name. The folder must exist.
            sample_rate: In Hz.
            channels: How many channels each block will have.
            form: Format and bits, or quality.
            frames: The length, at least roughly, where it is known; decides whether a wav file
                needs the 64-bit variant.

        Raises:
            OptionError: the format cannot hold this rate or number of channels.
            AudioError: the file cannot be created.
        """
        form.check(sample_rate, channels)
        self.path = path
        self.clipped = 0
        self._form = form
        self._partial = path.with_name(path.name + ".part")
        container = self._container(channels, frames)
        counts_in_32_bits = container in {"WAV", "WAVEX"}
        self._left: float = _LARGEST_WAV if counts_in_32_bits else math.inf
        self._claim: int | None = None
        self._has_name = False
        try:
            # By number where that can be, as in reading: names need not be valid text.
            by_number = os.name == "posix"
            self._file = soundfile.SoundFile(
                self._claimed() if by_number else self._partial,
                "w",
                samplerate=sample_rate,
                channels=channels,
                subtype=form.subtype,
                format=container,
                compression_level=form.compression,
            )
        except BlockingIOError:
            raise AudioError(f"{path}: is being written by another run just now") from None
        except (soundfile.LibsndfileError, OSError) as error:
            with contextlib.suppress(OSError):
                self._partial.unlink(missing_ok=True)
            self._release()
            raise AudioError(f"{path}: cannot be written: {_reason(error, path)}") from error

    def _claimed(self) -> int:
        """The file that lies aside, open, empty, and locked for as long as it has that name.

        Two runs that write to one place would mix their sounds in it otherwise.
        """
        import fcntl

        number = os.open(self._partial, _NEW, 0o666)
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise
            except OSError:
                # Not all network drives can lock; there, runs take their chance.
                pass
            if not _is_at(number, self._partial):
                # It has got its name since it was opened, and is the other run's result.
                raise BlockingIOError
            os.ftruncate(number, 0)
            # What it is written through is closed before the file gets its name.
            self._claim = os.dup(number)
        except OSError:
            os.close(number)
            raise
        return number

    def _release(self) -> None:
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def _container(self, channels: int, frames: int | None) -> str:
        if self._form.name != "wav":
            return self._form.name.upper()
        large = frames is not None and frames * channels * self._form.bits // 8 > _LARGEST_WAV
        if large:
            return "RF64"
        # Says which channel belongs to which speaker, by the usual layout of that many.
        return "WAVEX" if channels > _MOST_WITHOUT_LAYOUT else "WAV"

    def write(self, samples: Samples) -> None:
        """Appends samples, ``C x T``; those beyond full scale are clipped, never wrapped.

        Raises:
            AudioError: the disk is full, the file becomes larger than its format can be, or it
                cannot be written for another reason.
        """
        if self._form.full_scale:
            self.clipped += int(np.count_nonzero(np.abs(samples) > 1.0))
        self._left -= samples.size * self._form.bits // 8
        if self._left < 0:
            raise AudioError(
                f"{self.path}: becomes larger than the 4 GB that a wav file can hold; "
                "use --format flac"
            )
        try:
            for start in range(0, samples.shape[1], _WRITTEN_AT_ONCE):
                block = samples[:, start : start + _WRITTEN_AT_ONCE]
                self._file.write(_quantise(block, self._form).T)
        except (soundfile.LibsndfileError, OSError) as error:
            raise self._failure(error) from error

    def commit(self) -> None:
        """Closes the file and gives it its name, replacing what was there.

        Raises:
            AudioError: the last bytes could not be written, or the name cannot be given.
        """
        commit_together([self])

    def _finish(self) -> None:
        try:
            self._file.close()
        except (soundfile.LibsndfileError, OSError) as error:
            raise self._failure(error) from error

    def _give_name(self) -> None:
        try:
            self._partial.replace(self.path)
        except OSError as error:
            raise self._failure(error) from error
        self._has_name = True
        self._release()

    def _failure(self, error: Exception) -> AudioError:
        return AudioError(f"{self.path}: cannot be written: {_reason(error, self.path)}")

    def discard(self) -> None:
        """Removes what was written, unless it was committed."""
        # What cannot be flushed to a full disk is not wanted any more.
        with contextlib.suppress(soundfile.LibsndfileError, OSError):
            self._file.close()
        # Once it has its name, what lies aside is another run's.
        if not self._has_name:
            self._partial.unlink(missing_ok=True)
        self._release()

    def __enter__(self) -> Self:
        """Enters a ``with`` block that discards the file unless it is committed."""
        return self

    def __exit__(self, *error: object) -> None:
        """Discards what was not committed."""
        self.discard()


def commit_together(writers: Sequence[AudioWriter]) -> None:
    """As `AudioWriter.commit`, for files that belong together: all of them appear or none.

    Raises:
        AudioError: as there.
    """
    for writer in writers:
        writer._finish()
    try:
        for writer in writers:
            writer._give_name()
    except BaseException:
        for writer in writers:
            # Those that still lie aside have left alone what has their name.
            if writer._has_name:
                writer.path.unlink(missing_ok=True)
        raise


def _is_at(number: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(number), path.stat())
    except FileNotFoundError:
        return False


def _quantise(samples: Samples, form: OutputFormat) -> npt.NDArray[np.generic]:
    """Rounds to the format's integers, so that what was read from a file is written unchanged.

    libsndfile's own conversion scales by 2^15 - 1 and cuts instead of rounding.
    """
    if form.subtype == "FLOAT":
        return samples
    if form.subtype not in {"PCM_16", "PCM_24"}:
        return np.clip(samples, -1.0, 1.0)
    steps = 1 << (form.bits - 1)
    integers = np.clip(np.rint(samples * np.float64(steps)), -steps, steps - 1)
    if form.bits == 16:
        return integers.astype(np.int16)
    return integers.astype(np.int32) << 8


def _reason(error: Exception, path: Path) -> str:
    """What the operating system holds against writing there, which libsndfile keeps to itself."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    folder = path.parent
    if not folder.is_dir():
        return "its folder does not exist"
    if not os.access(folder, os.W_OK):
        return "no permission to write there"
    status = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if status is not None and status.f_bavail * status.f_frsize < 1 << 20:
        return "the disk is full"
    return str(error)


def write_audio(
    path: str | Path, samples: Samples, sample_rate: int, form: OutputFormat | None = None
) -> int:
    """Writes a whole sound file.

    Args:
        path: Where; the folder must exist.
        samples: ``C x T``, nominal range -1 to 1.
        sample_rate: In Hz.
        form: Format and bits; 32-bit float wav by default, which loses nothing.

    Returns:
        How many samples were clipped.

    Raises:
        AudioError, OptionError: as `AudioWriter`.
    """
    path = Path(path)
    with AudioWriter(
        path,
        sample_rate=sample_rate,
        channels=samples.shape[0],
        form=form or OutputFormat("wav", 32),
        frames=samples.shape[1],
    ) as writer:
        writer.write(samples)
        writer.commit()
        return writer.clipped
