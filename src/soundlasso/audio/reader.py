"""Opening sound files and reading them block by block.

libsndfile (through ``soundfile``) reads wav, flac, mp3, ogg, opus and aiff; everything that it
refuses goes to FFmpeg (through PyAV, the ``media`` extra): m4a, mp4, mkv, webm and more. Which
of the two reads a file is decided by its content, never by its ending.
"""

import math
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import numpy as np

from soundlasso.audio._ffmpeg import MediaReader
from soundlasso.audio._sndfile import open_sound_file
from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError

# Paths have lost the second of the two strokes.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(.*)")


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
    if not (math.isfinite(start) and start >= 0):
        raise AudioError(f"{path}: start must be 0 or more seconds, not {start}")
    if duration is not None and not (math.isfinite(duration) and duration > 0):
        raise AudioError(f"{path}: duration must be more than 0 seconds, not {duration}")
    sound = open_sound_file(path, start=start, duration=duration)
    reader: AudioReader = sound or MediaReader(path, start=start, duration=duration)
    if sound and (declared := _declared_wav_bytes(path)) and declared > path.stat().st_size:
        missing = 1 - path.stat().st_size / declared
        reader.warnings.append(
            f"{path}: the file is cut off ({missing:.0%} is missing); reading what is there"
        )
    if reader.info.frames == 0:
        reader.close()
        raise _nothing_to_read(str(path), start)
    return reader


def _nothing_to_read(name: str, start: float) -> AudioError:
    if start > 0:
        return AudioError(f"{name}: it ends before {start:g} s")
    return AudioError(f"{name}: it holds no samples")


def read_audio(
    path: str | Path, *, start: float = 0.0, duration: float | None = None
) -> tuple[Samples, int]:
    """Reads a whole sound file.

    Of a damaged file it reads what is there; `open_audio` and `read_rest` tell.

    Returns:
        The samples, ``C x T`` float32, and the sample rate in Hz.

    Raises:
        AudioError: as `open_audio`, and where a sample is not a finite number.
    """
    with open_audio(path, start=start, duration=duration) as reader:
        return read_rest(reader, name=str(path), start=start), reader.info.sample_rate


def read_rest(reader: AudioReader, *, name: str, start: float = 0.0) -> Samples:
    """Reads the rest of an open file; arguments and errors as `iterate_blocks`."""
    blocks = list(iterate_blocks(reader, frames=1 << 20, name=name, start=start))
    return np.concatenate(blocks, axis=1)


def iterate_blocks(
    reader: AudioReader, *, frames: int, name: str, start: float = 0.0
) -> Iterator[Samples]:
    """Yields the rest of an open file in blocks of up to ``frames`` samples, each checked.

    Args:
        reader: The open file.
        frames: Of the longest block.
        name: Of the file, for messages.
        start: Where in the file the reader began, in seconds, for messages.

    Raises:
        AudioError: there is nothing to read, or a sample is NaN or infinite; the message says
            which and where.
    """
    rate = reader.info.sample_rate
    position = first = round(start * rate)
    while (block := reader.read(frames)).shape[1]:
        check_finite(block, rate, name=name, offset=position)
        position += block.shape[1]
        yield block
    if position == first:
        raise _nothing_to_read(name, start)


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
    try:
        if path.is_dir():
            raise AudioError(f"{path}: is a folder, not a sound file")
        if path.is_fifo():
            raise AudioError(f"{path}: is a pipe, which cannot be read twice; give a file")
        with path.open("rb") as file:
            if not file.read(1):
                raise AudioError(f"{path}: the file is empty")
    except FileNotFoundError:
        if (address := _ADDRESS.match(str(path))) is not None:
            shown = f"{address[1]}://{address[2]}"
            raise AudioError(
                f"{shown}: addresses are not fetched; download it, and give the file"
            ) from None
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
