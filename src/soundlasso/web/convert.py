"""Results in other formats, made when they are first asked for."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import soxr

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import AudioReader, open_audio
from soundlasso.audio.writer import AudioWriter, OutputFormat

Format = Literal["wav", "flac", "mp3"]
FORMATS: tuple[Format, ...] = ("wav", "flac", "mp3")

_BLOCK_FRAMES = 1 << 18
_MP3_CHANNELS = 2
_MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)

# One at a time, so that nobody keeps more than one core from the model.
_lock = threading.Lock()


def converted(folder: Path, track: str, form: Format) -> Path:
    """The file of a track in a format.

    Mp3 holds two channels and rates up to 48 kHz: more channels are averaged into one, and
    other rates become the next one that there is.

    Args:
        folder: Of the job.
        track: Which of its sounds.
        form: wav, flac or mp3.

    Raises:
        FileNotFoundError: there is no such track.
        AudioError: the disk is full.
        OptionError: the format cannot hold it.
    """
    source = folder / f"{track}.wav"
    path = folder / f"{track}.{form}"
    if form == "wav":
        if not path.is_file():
            raise FileNotFoundError(path)
        return path
    # What is there is whole, and need not wait for what is being made.
    if path.is_file():
        return path
    with _lock:
        if not path.is_file():
            _convert(source, path, form)
    return path


def _convert(source: Path, path: Path, form: Format) -> None:
    if not source.is_file():
        raise FileNotFoundError(source)
    with open_audio(source) as reader:
        info = reader.info
        rate, channels = info.sample_rate, info.channels
        if form == "mp3":
            rate = next((one for one in _MP3_RATES if one >= rate), _MP3_RATES[-1])
            channels = channels if channels <= _MP3_CHANNELS else 1
        writer = AudioWriter(
            path,
            sample_rate=rate,
            channels=channels,
            form=OutputFormat(form, 16 if info.bits == 16 else 24),
        )
        with writer:
            blocks = _mixed(reader, channels)
            for block in _resampled(blocks, info.sample_rate, rate, channels):
                writer.write(block)
            writer.commit()


def _mixed(reader: AudioReader, channels: int) -> Iterator[Samples]:
    """A file's blocks, averaged where there are too many channels."""
    while (block := reader.read(_BLOCK_FRAMES)).shape[1]:
        yield block if block.shape[0] == channels else block.mean(axis=0, keepdims=True)


def _resampled(blocks: Iterator[Samples], old: int, new: int, channels: int) -> Iterator[Samples]:
    if old == new:
        yield from blocks
        return
    stream = soxr.ResampleStream(old, new, channels, dtype="float32")
    for block in blocks:
        yield np.ascontiguousarray(stream.resample_chunk(block.T).T)
    rest = np.zeros((0, channels), np.float32)
    yield np.ascontiguousarray(stream.resample_chunk(rest, last=True).T)
