"""Raw samples without a header, as pipes between programs carry them."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

import numpy as np

from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, OptionError

PcmFormat = Literal["s16le", "f32le"]
"""16-bit integers or 32-bit floats, little-endian, channels interleaved (ffmpeg's names)."""

_TYPES: dict[PcmFormat, np.dtype[Any]] = {"s16le": np.dtype("<i2"), "f32le": np.dtype("<f4")}


def pcm_format(name: str) -> PcmFormat:
    """The format of a name.

    Raises:
        OptionError: there is none; names the choices.
    """
    for form in _TYPES:
        if form == name:
            return form
    raise OptionError(f"--format must be one of {', '.join(_TYPES)}, not {name!r}")


def read_pcm(stream: BinaryIO, form: PcmFormat, channels: int, frames: int) -> Iterator[Samples]:
    """Reads blocks until the stream ends.

    Args:
        stream: Where the samples come from.
        form: How they are written.
        channels: How many are interleaved.
        frames: Length of a block in samples per channel; the last may be shorter.

    Yields:
        ``C T`` float32, nominal range -1 to 1.

    Raises:
        AudioError: the stream ends within a sample, or holds what is no number.
    """
    kind = _TYPES[form]
    width = kind.itemsize * channels
    while content := _read_fully(stream, frames * width):
        if len(content) % width:
            raise AudioError(f"the input ends within a sample of {channels} x {form}")
        samples = np.frombuffer(content, kind).reshape(-1, channels).T.astype(np.float32)
        if kind.kind == "i":
            samples /= 32768.0
        elif not np.isfinite(samples).all():
            raise AudioError(f"the input holds values that are no numbers; is it {form}?")
        yield samples


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    """As many bytes as asked for, unless the stream ends: a pipe gives what it has."""
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def to_pcm(samples: Samples, form: PcmFormat) -> bytes:
    """The bytes of ``C T`` float32; integers are clipped to full scale."""
    interleaved = samples.T
    if form == "s16le":
        interleaved = np.clip(np.rint(interleaved * 32768.0), -32768, 32767)
    return np.ascontiguousarray(interleaved, dtype=_TYPES[form]).tobytes()
