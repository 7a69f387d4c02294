"""Raw samples without a header, as pipes between programs carry them."""

from collections.abc import Callable, Iterator
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


# What files begin with, at which byte: played as samples, a header would be a click.
_FILES = {
    "a WAV": ((0, b"RIFF"), (8, b"WAVE")),
    "an RF64": ((0, b"RF64"), (8, b"WAVE")),
    "an AIFF": ((0, b"FORM"), (8, b"AIF")),
    "a FLAC": ((0, b"fLaC"),),
    "an Ogg": ((0, b"OggS\0"),),
    "an MP3 (ID3)": ((0, b"ID3"), (4, b"\0")),
    "an MP4": ((4, b"ftyp"),),
    "a Matroska or WebM": ((0, b"\x1a\x45\xdf\xa3"),),
}
_LONGEST_BEGINNING = 12


def read_pcm(
    stream: BinaryIO,
    form: PcmFormat,
    channels: int,
    frames: int,
    *,
    warn: Callable[[str], None],
) -> Iterator[Samples]:
    """Reads blocks until the stream ends.

    Args:
        stream: Where the samples come from.
        form: How they are written.
        channels: How many are interleaved.
        frames: Length of a block in samples per channel; the last may be shorter.
        warn: Called with one line where the stream ends within a sample, which is left out.

    Yields:
        ``C T`` float32, nominal range -1 to 1.

    Raises:
        AudioError: the stream begins as a file does, or holds what is no number.
    """
    kind = _TYPES[form]
    width = kind.itemsize * channels
    size = frames * width
    come = _read_fully(stream, max(size, _LONGEST_BEGINNING))
    _refuse_files(come, form, channels)
    while come:
        content, come = come[:size], come[size:]
        if odd := len(content) % width:
            warn(
                f"the input ends within a sample of {channels} x {form}; "
                f"its last {odd} of {width} bytes are left out"
            )
            content = content[:-odd]
        if content:
            yield _samples(content, form, channels)
        come += _read_fully(stream, size - len(come))


def _samples(content: bytes, form: PcmFormat, channels: int) -> Samples:
    kind = _TYPES[form]
    samples = np.frombuffer(content, kind).reshape(-1, channels).T.astype(np.float32)
    if kind.kind == "i":
        samples /= 32768.0
    elif not np.isfinite(samples).all():
        raise AudioError(f"the input holds values that are no numbers; is it {form}?")
    return samples


def _refuse_files(beginning: bytes, form: PcmFormat, channels: int) -> None:
    for name, signs in _FILES.items():
        if all(beginning[place:].startswith(sign) for place, sign in signs):
            raise AudioError(
                f"the input is {name} file, not raw samples; give the file by name, or decode it: "
                f"ffmpeg -i FILE -f {form} -ac {channels} -ar RATE -"
            )


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
