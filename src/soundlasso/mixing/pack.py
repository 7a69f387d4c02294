"""A split of the corpus in a few files of limited size, for machines that take small uploads.

`load_pack` gives the bank that `load_bank` gives, and so the same mixtures, and needs nothing but
numpy: neither a decoder nor the corpus.

Samples are compressed, without loss: second differences, low bytes before high bytes, deflate.
Of the corpus's valid split that leaves 0.63, where deflate on plain samples leaves 0.90 (so
`numpy.savez_compressed` would not be worth its time) and FLAC, which would need a decoder, 0.50.
Where soundfile is at hand on the other side, Vorbis leaves a fifth, and nearly all of what can be
heard; the same recordings lie at the same places, their samples are not quite the same.
"""

import hashlib
import io
import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from soundlasso.atomic import write_text, written_aside
from soundlasso.corpus.captions import CAPTIONS_NAME, write_captions_file
from soundlasso.corpus.catalogue import (
    SAMPLE_RATE,
    Recording,
    read_catalogue,
    read_rows,
    write_rows,
)
from soundlasso.corpus.conflicts import CONFLICTS_NAME
from soundlasso.corpus.manifest import Split
from soundlasso.corpus.words import corpus_captions, read_words
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import (
    SoundBank,
    bank_key,
    load_bank,
    read_samples,
    split_recordings,
)
from soundlasso.mixing.index import read_index, remove_others, write_index

DEFAULT_LIMIT = 60_000_000
"""Bytes of a piece."""

PackFormat = Literal["exact", "vorbis"]

# 60 kbit/s for the corpus's sounds.
_VORBIS_LEVEL = 0.8

# More than the headers of a piece's three arrays and of the zip file around them.
_OVERHEAD = 4096


@dataclass(frozen=True)
class Piece:
    """One file of a pack.

    Attributes:
        name: Beside the index.
        recordings: How many it holds.
        samples: How many they have together.
        bytes: Its size.
        sha256: Its hash.
    """

    name: str
    recordings: int
    samples: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class WordsFile:
    """A file of the corpus's words, the same for every split.

    Attributes:
        name: Beside the index.
        sha256: Its hash.
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class PackIndex:
    """The pieces of a split.

    Attributes:
        split: Which one.
        key: Of the bank.
        sample_rate: In Hz.
        recordings: How many there are.
        samples: How many they have together.
        words: The queries of every label of the corpus, and what conflicts if it says so.
        pieces: The files in order.
        format: How samples are compressed.
    """

    split: Split
    key: str
    sample_rate: int
    recordings: int
    samples: int
    words: tuple[WordsFile, ...]
    pieces: tuple[Piece, ...]
    format: PackFormat = "exact"


@dataclass
class _Part:
    """What goes into one piece."""

    recordings: list[Recording] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)
    samples: int = 0
    size: int = _OVERHEAD


def write_pack(
    corpus: Path,
    out: Path,
    split: Split,
    *,
    limit: int = DEFAULT_LIMIT,
    format: PackFormat = "exact",
    longest: float = math.inf,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PackIndex:
    """Packs a split of a corpus: ``pack-SPLIT-000.npz`` and so on, an index and captions.

    Pieces of the split that were there before and are none any more are removed.

    Args:
        corpus: The folder of the corpus.
        out: The folder for the pack; other splits may be in it.
        split: Which split.
        limit: The most bytes that a piece may have.
        format: ``exact``, or ``vorbis``, which needs soundfile when it is loaded.
        longest: Seconds that are kept of a recording; what is cut off is mostly music.
        progress: Called with how many recordings are packed, and how many there are.

    Raises:
        CorpusError: there is no corpus, the split is empty, or a recording is missing, damaged
            or larger than the limit.
    """
    recordings = [_cut(item, longest) for item in split_recordings(corpus, split)]
    out.mkdir(parents=True, exist_ok=True)
    # Until the new index is there, nobody takes old and new pieces for one pack.
    index_path(out, split).unlink(missing_ok=True)
    words = _copy_words(corpus, out)
    pieces: list[Piece] = []
    done = 0
    for part in _parts(corpus, recordings, limit, format):
        pieces.append(_write_piece(out / f"pack-{split}-{len(pieces):03d}.npz", part))
        done += len(part.recordings)
        progress(done, len(recordings))
    remove_others(out.glob(f"pack-{split}-[0-9]*.npz"), (piece.name for piece in pieces))
    index = PackIndex(
        split=split,
        key=bank_key(recordings),
        sample_rate=SAMPLE_RATE,
        recordings=len(recordings),
        samples=sum(piece.samples for piece in pieces),
        words=words,
        pieces=tuple(pieces),
        format=format,
    )
    write_index(index_path(out, split), index)
    return index


def index_path(folder: Path, split: Split) -> Path:
    """Where the index of a packed split lies."""
    return folder / f"pack-{split}.json"


def load_pack(folder: Path, split: Split) -> SoundBank:
    """Loads a split that `write_pack` packed; the bank is the one that it was packed from.

    Raises:
        CorpusError: the split is not there, or a file of it is missing, damaged or of another
            pack.
    """
    path = index_path(folder, split)
    index = read_index(
        path,
        PackIndex,
        missing=f"{folder}: holds no pack of split {split!r}; make one with: "
        f"soundlasso corpus pack CORPUS {folder} --split {split}",
        what="a pack",
        again="pack again",
    )
    for file in index.words:
        _read_whole(folder / file.name, file.sha256)
    recordings: list[Recording] = []
    samples = np.empty(index.samples, np.int16)
    lengths: list[int] = []
    at = 0
    for piece in index.pieces:
        rows, sounds = _read_piece(folder / piece.name, piece, index.format)
        recordings += rows
        for sound in sounds:
            if at + len(sound) > index.samples:
                raise CorpusError(f"{path}: was packed by another version; pack again")
            samples[at : at + len(sound)] = sound
            at += len(sound)
            lengths.append(len(sound))
    if bank_key(recordings) != index.key:
        raise CorpusError(f"{path}: was packed by another version; pack again")
    offsets = np.cumsum([0, *lengths], dtype=np.int64)
    words = read_words(folder, recordings)
    return SoundBank(recordings, samples, offsets, index.key, index.sample_rate, words)


def open_bank(folder: Path, split: Split) -> SoundBank:
    """Loads a split of a corpus, or of a pack, whichever is in the folder.

    Raises:
        CorpusError: neither is, or a file of it is missing or damaged.
    """
    if index_path(folder, split).is_file():
        return load_pack(folder, split)
    return load_bank(folder, split)


def _copy_words(corpus: Path, out: Path) -> tuple[WordsFile, ...]:
    """Copies ``captions.json`` and, if there is one, ``conflicts.json``."""
    recordings = read_catalogue(corpus)
    known = corpus_captions(corpus, recordings)
    names = [name for name in (CAPTIONS_NAME, CONFLICTS_NAME) if (corpus / name).is_file()]
    for name in names:
        write_text(out / name, (corpus / name).read_text(encoding="utf-8"))
    if CAPTIONS_NAME not in names:
        asked = {item.label for item in recordings if item.use == "target"}
        write_captions_file(out, {label: known[label] for label in asked})
        names.append(CAPTIONS_NAME)
    return tuple(
        WordsFile(name, hashlib.sha256((out / name).read_bytes()).hexdigest()) for name in names
    )


def _cut(recording: Recording, longest: float) -> Recording:
    """Its row of the catalogue when no more of it is kept than may be."""
    return replace(recording, seconds=min(recording.seconds, longest))


def _parts(
    corpus: Path, recordings: Iterable[Recording], limit: int, format: PackFormat
) -> Iterator[_Part]:
    """Divides recordings into pieces that are about as large as they may be."""
    squeeze = _squeeze if format == "exact" else _encode
    part = _Part()
    for recording in recordings:
        # Seconds are rounded: half a thousandth more is still all of what was not cut.
        samples = read_samples(
            corpus, recording, frames=round((recording.seconds + 0.0005) * SAMPLE_RATE)
        )
        packed = squeeze(samples)
        # An offset each. The header of the table of rows is counted too, which is too often.
        size = len(packed) + 8 + len(_rows([recording]))
        if _OVERHEAD + size > limit:
            raise CorpusError(
                f"{recording.file}: takes {_OVERHEAD + size:,} bytes, and a piece may have "
                f"{limit:,}; allow larger ones"
            )
        if part.size + size > limit:
            yield part
            part = _Part()
        part.recordings.append(recording)
        part.packed.append(packed)
        part.samples += len(samples)
        part.size += size
    yield part


def _write_piece(path: Path, part: _Part) -> Piece:
    out = io.BytesIO()
    # numpy dates the members 1980, so that the same arrays are the same bytes.
    np.savez(
        out,
        packed=np.frombuffer(b"".join(part.packed), np.uint8),
        offsets=np.cumsum([0, *map(len, part.packed)], dtype=np.int64),
        rows=np.frombuffer(_rows(part.recordings), np.uint8),
    )
    content = out.getvalue()
    with written_aside(path) as partial:
        partial.write_bytes(content)
    return Piece(
        name=path.name,
        recordings=len(part.recordings),
        samples=part.samples,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _read_piece(
    path: Path, piece: Piece, format: PackFormat
) -> tuple[list[Recording], Iterator[npt.NDArray[np.int16]]]:
    with np.load(io.BytesIO(_read_whole(path, piece.sha256))) as arrays:
        rows = read_rows(io.StringIO(arrays["rows"].tobytes().decode(), newline=""))
        packed, offsets = arrays["packed"], arrays["offsets"]
    parts = [packed[start:end].tobytes() for start, end in pairwise(offsets)]
    if format == "exact":
        return rows, map(_restore, parts)
    with ThreadPoolExecutor() as pool:
        # Decoders let go of the interpreter while they work.
        return rows, iter(list(pool.map(_decode, parts)))


def _read_whole(path: Path, sha256: str) -> bytes:
    if not path.is_file():
        raise CorpusError(f"{path}: is missing; copy it again")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CorpusError(f"{path}: is damaged, or of another pack; copy it again")
    return content


def _rows(recordings: list[Recording]) -> bytes:
    text = io.StringIO(newline="")
    write_rows(text, recordings)
    return text.getvalue().encode()


def _encode(samples: npt.NDArray[np.int16]) -> bytes:
    """Compresses samples with Vorbis."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(
        out,
        samples,
        SAMPLE_RATE,
        format="OGG",
        subtype="VORBIS",
        compression_level=_VORBIS_LEVEL,
    )
    return out.getvalue()


def _decode(content: bytes) -> npt.NDArray[np.int16]:
    """Undoes `_encode`, nearly."""
    import soundfile

    samples: npt.NDArray[np.int16] = soundfile.read(io.BytesIO(content), dtype="int16")[0]
    return samples


def _squeeze(samples: npt.NDArray[np.int16]) -> bytes:
    """Compresses samples. Differences of neighbours are small; they wrap around, which is exact."""
    start = np.zeros(2, np.uint16)
    steps = np.diff(samples.view(np.uint16), n=2, prepend=start).astype("<u2")
    return zlib.compress(steps.view(np.uint8).reshape(-1, 2).T.tobytes())


def _restore(packed: bytes) -> npt.NDArray[np.int16]:
    """Undoes `_squeeze`."""
    low, high = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(2, -1).astype(np.uint16)
    steps = low | high << np.uint16(8)
    return np.cumsum(np.cumsum(steps, dtype=np.uint16), dtype=np.uint16).view(np.int16)
