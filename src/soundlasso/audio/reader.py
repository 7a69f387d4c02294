"""Opening sound files and reading them block by block.

libsndfile (through ``soundfile``) reads wav, flac, mp3, ogg, opus and aiff; everything that it
refuses goes to FFmpeg (through PyAV, the ``media`` extra): m4a, mp4, mkv, webm and more. Which
of the two reads a file is decided by its content, never by its ending.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import numpy as np

from soundlasso.audio._ffmpeg import MediaReader
from soundlasso.audio._sndfile import SoundFileReader, can_read
from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError


class AudioReader(Protocol):
    """A sound file being read once, from its beginning (or ``start``) to its end."""

    info: AudioInfo
    warnings: list[str]

    def read(self, frames: int) -> Samples:
        """Reads the next samples, ``C x T`` with ``T <= frames``; ``T`` is 0 at the end."""
        ...

    def close(self) -> None:
        """Releases the file."""
        ...

    def __enter__(self) -> Self:
        """Enters a ``with`` block that closes the file at its end."""
        ...

    def __exit__(self, *error: object) -> None:
        """Closes the file."""
        ...


def open_audio(
    path: str | Path, *, start: float = 0.0, duration: float | None = None
) -> AudioReader:
    """Opens a sound file, or the sound of a video, for reading.

    Args:
        path: The file.
        start: Seconds to skip at the beginning.
        duration: Seconds to read; the rest of the file when ``None``.

    Raises:
        AudioError: the file is missing, a directory, empty, unreadable, holds no sound or no
            samples, or ``start`` lies behind its end. The message names the file.
    """
    path = Path(path)
    _check_is_file(path)
    if start < 0 or (duration is not None and duration <= 0):
        raise AudioError(f"{path}: start must not be negative, and duration must be positive")
    if can_read(path):
        reader: AudioReader = SoundFileReader(path, start=start, duration=duration)
        if (declared := _declared_wav_bytes(path)) and declared > path.stat().st_size:
            missing = 1 - path.stat().st_size / declared
            reader.warnings.append(
                f"{path}: the file is cut off ({missing:.0%} is missing); reading what is there"
            )
    else:
        reader = MediaReader(path, start=start, duration=duration)
    if reader.info.frames == 0:
        reader.close()
        if start > 0:
            raise AudioError(f"{path}: it ends before {start:g} s")
        raise AudioError(f"{path}: it holds no samples")
    return reader


def read_audio(
    path: str | Path, *, start: float = 0.0, duration: float | None = None
) -> tuple[Samples, int]:
    """Reads a whole sound file.

    Returns:
        The samples, ``C x T`` float32, and the sample rate in Hz.

    Raises:
        AudioError: as `open_audio`, and where a sample is not a finite number.
    """
    with open_audio(path, start=start, duration=duration) as reader:
        blocks = list(iterate_blocks(reader, frames=1 << 20, name=str(path)))
        rate, channels = reader.info.sample_rate, reader.info.channels
    return np.concatenate(blocks, axis=1) if blocks else np.zeros((channels, 0), np.float32), rate


def iterate_blocks(reader: AudioReader, *, frames: int, name: str) -> Iterator[Samples]:
    """Yields the rest of an open file in blocks of up to ``frames`` samples, each checked.

    Raises:
        AudioError: a sample is NaN or infinite; the message says which and where.
    """
    position = 0
    while (block := reader.read(frames)).shape[1]:
        check_finite(block, reader.info.sample_rate, name=name, offset=position)
        position += block.shape[1]
        yield block


def check_finite(samples: Samples, sample_rate: int, *, name: str, offset: int = 0) -> None:
    """Refuses samples, ``C x T``, that are not finite numbers.

    Raises:
        AudioError: names the first such sample, its channel and its time.
    """
    if np.isfinite(samples).all():
        return
    channel, position = min(np.argwhere(~np.isfinite(samples)).tolist(), key=lambda at: at[1])
    kind = "NaN" if np.isnan(samples[channel, position]) else "infinite"
    position += offset
    raise AudioError(
        f"{name}: sample {position} of channel {channel + 1} "
        f"(at {position / sample_rate:.3f} s) is {kind}; the file is damaged"
    )


def _check_is_file(path: Path) -> None:
    if path.is_dir():
        raise AudioError(f"{path}: is a folder, not a sound file")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise AudioError(f"{path}: the file is empty")
    except FileNotFoundError:
        raise AudioError(f"{path}: no such file") from None
    except PermissionError:
        raise AudioError(f"{path}: no permission to read it") from None
    except OSError as error:
        raise AudioError(f"{path}: cannot be read: {error.strerror}") from error


def _declared_wav_bytes(path: Path) -> int | None:
    """The size that a RIFF file says its chunks need, ``None`` for other files."""
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        return _end_of_data_chunk(file)


def _end_of_data_chunk(file: BinaryIO) -> int | None:
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            # Writers to a pipe leave one of these where they could not know the length.
            unknown = size in {0, 0xFFFFFFFF, 0x7FFFFFFF} or size >= 0xFFFFF000
            return None if unknown else file.tell() + size
        file.seek(size + size % 2, 1)
    return None
