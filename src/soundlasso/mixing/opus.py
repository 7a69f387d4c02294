"""Opus in Ogg, an eighth of the size of samples, the same bytes whenever the same is encoded."""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from soundlasso.errors import AudioError

OPUS_RATE = 48_000
"""The rate that sounds are encoded at, in Hz; Opus knows few."""

Sound = npt.NDArray[np.float32]

_HEADER = 27
_SERIAL = slice(14, 18)
_CHECKSUM = slice(22, 26)
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def encode_opus(samples: Sound, sample_rate: int) -> bytes:
    """Encodes a mono sound, at libsndfile's bit rate of about 64 kbit/s.

    Args:
        samples: ``T`` float32.
        sample_rate: Of ``samples``, in Hz; they are resampled to `OPUS_RATE`.

    Raises:
        AudioError: this libsndfile cannot write Opus.
    """
    import soundfile
    import soxr

    if "OPUS" not in soundfile.available_subtypes("OGG"):
        version = soundfile.__libsndfile_version__
        raise AudioError(f"libsndfile {version} cannot write Opus: take flac, or libsndfile 1.0.29")
    resampled = soxr.resample(samples, sample_rate, OPUS_RATE, quality="VHQ")
    out = io.BytesIO()
    soundfile.write(out, resampled, OPUS_RATE, format="OGG", subtype="OPUS")
    return _with_fixed_serial(out.getvalue())


def decode_opus(content: bytes, sample_rate: int, length: int) -> Sound:
    """Decodes what `encode_opus` made.

    Args:
        content: The Ogg file.
        sample_rate: What to resample to, in Hz.
        length: How many samples that are, which resampling there and back may miss by one.

    Raises:
        AudioError: it is not a mono Ogg file, or of another length.
    """
    import soundfile
    import soxr

    try:
        samples, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    except soundfile.LibsndfileError as error:
        raise AudioError(f"cannot be decoded ({error})") from error
    if samples.ndim != 1:
        raise AudioError("is not mono")
    resampled = soxr.resample(samples, rate, sample_rate, quality="VHQ")
    if abs(len(resampled) - length) > 1:
        raise AudioError(f"has {len(resampled)} samples and not {length}")
    return np.pad(resampled, (0, 1))[:length].astype(np.float32)


def _with_fixed_serial(ogg: bytes) -> bytes:
    """Replaces the random number that an encoder marks a stream's pages with."""
    out = bytearray(ogg)
    for page in _pages(ogg):
        content = bytearray(ogg[page])
        content[_SERIAL] = struct.pack("<I", 1)
        content[_CHECKSUM] = bytes(4)
        content[_CHECKSUM] = struct.pack("<I", _checksum(bytes(content)))
        out[page] = content
    return bytes(out)


def _pages(ogg: bytes) -> Iterator[slice]:
    """Where each page lies (RFC 3533): a header, a table of segments' lengths, the segments."""
    at = 0
    while at < len(ogg):
        table = ogg[at + _HEADER : at + _HEADER + ogg[at + _HEADER - 1]]
        end = at + _HEADER + len(table) + sum(table)
        yield slice(at, end)
        at = end


def _checksum(page: bytes) -> int:
    """Ogg's CRC-32: zlib's polynomial with the bits the other way round and nothing inverted."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
