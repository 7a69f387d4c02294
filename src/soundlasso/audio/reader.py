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

from soundlasso.audio._ffmpeg import MediaReader, has_av, packets_seconds
from soundlasso.audio._sndfile import SoundFileReader, open_sound_file
from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError

# Paths have lost the second of the two strokes.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(.*)")
# By how many samples libsndfile's length may miss what the packets hold: padding is no sound.
_LONGEST_DIFFERENCE = 8192
# What the first frame of an MP3 file that states its length holds, and how far into it.
_LENGTH_TAGS = (b"Xing", b"Info", b"VBRI")
_WITHIN = 4096


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
    data = _wav_data(path)
    size = path.stat().st_size
    if data is not None and size - data[0] - data[1] >= 1 << 32:
        raise AudioError(
            f"{path}: is larger than the 4 GB that its header can count, which says less than is "
            "there; convert it: ffmpeg -ignore_length 1 -i FILE OUT.flac"
        )
    sound = open_sound_file(path, start=start, duration=duration)
    is_unfinished = data is not None and data[1] == 0 and size > data[0]
    is_misread = sound is not None and has_av() and (is_unfinished or _is_misread(path, sound))
    if sound is not None and is_misread:
        sound.close()
        sound = None
    reader: AudioReader = sound or MediaReader(
        path, start=start, duration=duration, states_length=not is_misread
    )
    declared = 0 if data is None or _is_unknown(data[1]) else sum(data)
    if sound and declared > size:
        missing = 1 - size / declared
        reader.warnings.append(
            f"{path}: the file is cut off ({missing:.0%} is missing); reading what is there"
        )
    if reader.info.frames == 0:
        reader.close()
        if is_unfinished:
            raise AudioError(
                f"{path}: says that it holds no samples, as its writer did not finish it; what "
                "reads it is the media extra: pip install 'soundlasso[media]'"
            )
        raise _nothing_to_read(str(path), start)
    return reader


def _is_misread(path: Path, sound: SoundFileReader) -> bool:
    """Whether libsndfile is wrong about a file's length, by what FFmpeg finds in it."""
    if sound.whole_frames is None:
        return True
    if not sound.guesses or (seconds := packets_seconds(path)) is None:
        return False
    missing = seconds * sound.info.sample_rate - sound.whole_frames
    if sound.is_mp3 and not _states_length(path):
        return abs(missing) > _LONGEST_DIFFERENCE
    # What is shorter than it states is cut off, which libsndfile tells.
    return missing > _LONGEST_DIFFERENCE


def _states_length(path: Path) -> bool:
    """Whether an MP3 file says how long it is."""
    with path.open("rb") as file:
        head = file.read(10)
        begin = 0
        if head[:3] == b"ID3":
            # Seven bits of each byte count.
            begin = 10 + sum(byte << (7 * place) for place, byte in enumerate(head[:5:-1]))
        file.seek(begin)
        first = file.read(_WITHIN)
    return any(tag in first for tag in _LENGTH_TAGS)


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


def _wav_data(path: Path) -> tuple[int, int] | None:
    """Where the samples of a RIFF file begin, and how many bytes it says they are.

    ``None`` for other files, and for those without any.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        return _data_chunk(file)


def _data_chunk(file: BinaryIO) -> tuple[int, int] | None:
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return file.tell(), size
        file.seek(size + size % 2, 1)
    return None


def _is_unknown(size: int) -> bool:
    """Whether it is what writers to a pipe leave where they could not know the length."""
    return size in {0, 0x7FFFFFFF} or size >= 0xFFFFF000
