"""A split of the corpus as tar files in the layout of WebDataset, to be read in one go.

Each recording is two files, one after the other: ``KEY.flac`` (or ``KEY.opus``) and
``KEY.json``, which holds its row of the catalogue and the captions of its label. ``stream``
reads them. The same corpus, seed and limit give the same bytes: nothing in them is of the time
or the machine that they were written at.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from soundlasso.atomic import written_aside
from soundlasso.corpus.catalogue import SAMPLE_RATE, Recording
from soundlasso.corpus.manifest import Split
from soundlasso.corpus.words import Words, read_words
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import read_samples, split_recordings
from soundlasso.mixing.index import read_index, remove_others, write_index
from soundlasso.mixing.opus import OPUS_RATE, encode_opus

AudioFormat = Literal["flac", "opus"]

DEFAULT_LIMIT = 100_000_000
"""Bytes of a shard: enough to read in one go, few enough for many workers to share out."""

_BLOCK = tarfile.BLOCKSIZE


@dataclass(frozen=True)
class Shard:
    """One tar file.

    Attributes:
        name: Beside the index.
        recordings: How many it holds.
        seconds: How long they are together.
        bytes: Its size.
        sha256: Its hash.
    """

    name: str
    recordings: int
    seconds: float
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ShardIndex:
    """The shards of a split.

    Attributes:
        split: Which one.
        format: How sounds are encoded.
        sample_rate: That sounds are encoded at, in Hz.
        seed: Of the recordings' order.
        recordings: How many there are.
        seconds: How long they are together.
        shards: The tar files in order.
        labels: What may be asked for, without the ids of single clips; empty if it was written
            by a version that did not say.
    """

    split: Split
    format: AudioFormat
    sample_rate: int
    seed: int
    recordings: int
    seconds: float
    shards: tuple[Shard, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sample:
    """A recording ready to be put into a tar file: the names and contents of its members."""

    recording: Recording
    members: tuple[tuple[str, bytes], ...]

    @property
    def size(self) -> int:
        """The bytes it takes in a tar file, headers and padding included."""
        return sum(_BLOCK + -(-len(content) // _BLOCK) * _BLOCK for _, content in self.members)


def write_shards(
    corpus: Path,
    out: Path,
    split: Split,
    *,
    format: AudioFormat = "flac",
    limit: int = DEFAULT_LIMIT,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ShardIndex:
    """Writes a split of a corpus as tar files, an index of them and the corpus's credits.

    Recordings are in an order that the seed draws, so that each shard holds some of everything.
    A shard is held in memory until it is whole. Shards of the split that were there before and
    are none any more are removed.

    Args:
        corpus: The folder of the corpus.
        out: The folder for the tar files, ``SPLIT-000000.tar`` and so on.
        split: Which split.
        format: ``flac`` keeps the samples; ``opus`` is about four times smaller, and lossy.
        limit: The most bytes that a shard may have.
        seed: Of the order.
        progress: Called with how many recordings are written, and how many there are.

    Raises:
        CorpusError: there is no corpus, the split is empty, or a recording is missing, damaged
            or larger than the limit; or its words are missing or damaged.
        AudioError: this libsndfile cannot write Opus.
    """
    recordings = sorted(split_recordings(corpus, split), key=lambda item: _place(item, seed))
    out.mkdir(parents=True, exist_ok=True)
    # Until the new index is there, nobody takes old and new shards for one set.
    index_path(out, split).unlink(missing_ok=True)
    words = read_words(corpus, recordings)
    samples = (_sample(corpus, recording, words, format) for recording in recordings)
    shards: list[Shard] = []
    done = 0
    for group in _groups(samples, limit):
        shards.append(_write_shard(out / f"{split}-{len(shards):06d}.tar", group))
        done += len(group)
        progress(done, len(recordings))
    remove_others(out.glob(f"{split}-[0-9]*.tar"), (shard.name for shard in shards))
    _copy_credits(corpus, out, recordings)
    index = ShardIndex(
        split=split,
        format=format,
        sample_rate=OPUS_RATE if format == "opus" else SAMPLE_RATE,
        seed=seed,
        recordings=len(recordings),
        seconds=_seconds(recordings),
        shards=tuple(shards),
        labels=_asked(recordings, words),
    )
    write_index(index_path(out, split), index)
    return index


def index_path(folder: Path, split: Split) -> Path:
    """Where the index of a split's shards lies."""
    return folder / f"{split}.json"


def read_shard_index(folder: Path, split: Split) -> ShardIndex:
    """What `write_shards` said of a split's shards in a folder of this machine.

    Raises:
        CorpusError: there are none, or the index is damaged.
    """
    return read_index(
        index_path(folder, split),
        ShardIndex,
        missing=f"{folder}: holds no shards of split {split!r}; write them with: "
        f"soundlasso corpus shards CORPUS {folder} --split {split}",
        what="shards",
        again="write them again",
    )


def shard_urls(folder: Path, split: Split, *, verify: bool = False) -> list[str]:
    """The addresses of a split's shards in a folder of this machine.

    Args:
        folder: Where `write_shards` put them.
        split: Which split.
        verify: Whether to compare hashes too, which reads everything.

    Raises:
        CorpusError: there are none, or one of them is missing or damaged.
    """
    index = read_shard_index(folder, split)
    for shard in index.shards:
        _check(folder / shard.name, shard, verify=verify)
    # As addresses, so that neither braces nor colons in a folder's name mean anything.
    return [(folder / shard.name).resolve().as_uri() for shard in index.shards]


def _check(path: Path, shard: Shard, *, verify: bool) -> None:
    if not path.is_file():
        raise CorpusError(f"{path}: is missing; copy or write it again")
    if path.stat().st_size != shard.bytes or (verify and _sha256(path) != shard.sha256):
        raise CorpusError(f"{path}: is not the shard of its index; copy or write it again")


def _key(recording: Recording) -> str:
    """A recording's name in shards, the same in all; a sound may lie in a package twice."""
    return hashlib.sha256(f"{recording.file}\n{recording.path}".encode()).hexdigest()[:16]


def _place(recording: Recording, seed: int) -> str:
    """What recordings are sorted by: a hash, for no library's generator stays the same for ever."""
    return hashlib.sha256(f"{seed} {_key(recording)}".encode()).hexdigest()


def _sample(corpus: Path, recording: Recording, words: Words, format: AudioFormat) -> _Sample:
    samples = read_samples(corpus, recording)
    if format == "opus":
        audio = encode_opus(samples.astype(np.float32) / np.float32(32768), SAMPLE_RATE)
    else:
        # The file itself: it has been decoded above only to be sure that it can be.
        audio = (corpus / recording.file).read_bytes()
        if not audio.startswith(b"fLaC"):
            raise CorpusError(f"{recording.file}: is not FLAC; build it again")
    known = words.captions.get(recording.label)
    kinds = words.conflicts.kinds.get(recording.label)
    about = {
        **asdict(recording),
        "captions": None if known is None else asdict(known),
        "kinds": None if kinds is None else kinds.as_lists(),
        "sample_rate": OPUS_RATE if format == "opus" else SAMPLE_RATE,
        "samples": len(samples),
        "sha256": hashlib.sha256(audio).hexdigest(),
    }
    key = _key(recording)
    text = json.dumps(about, ensure_ascii=False).encode()
    return _Sample(recording, ((f"{key}.{format}", audio), (f"{key}.json", text)))


def _groups(samples: Iterable[_Sample], limit: int) -> Iterator[list[_Sample]]:
    """Divides samples into shards that are as large as they may be."""
    group: list[_Sample] = []
    size = 0
    for sample in samples:
        if tar_size(sample.size) > limit:
            raise CorpusError(
                f"{sample.recording.file}: takes {tar_size(sample.size):,} bytes, and a shard "
                f"may have {limit:,}; allow larger ones"
            )
        if tar_size(size + sample.size) > limit:
            yield group
            group, size = [], 0
        group.append(sample)
        size += sample.size
    yield group


def tar_size(content: int) -> int:
    """The bytes of a tar file: two empty blocks follow, and whole records are written."""
    return -(-(content + 2 * _BLOCK) // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def _write_shard(path: Path, group: list[_Sample]) -> Shard:
    with (
        written_aside(path) as partial,
        tarfile.open(partial, "w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for sample in group:
            for name, content in sample.members:
                # A new member is of nobody, of 1970 and readable by all.
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    recordings = [sample.recording for sample in group]
    return Shard(path.name, len(group), _seconds(recordings), path.stat().st_size, _sha256(path))


def _copy_credits(corpus: Path, out: Path, recordings: list[Recording]) -> None:
    """Most licences ask that authors are named wherever their sounds go."""
    folders = sorted({Path(recording.file).parent for recording in recordings})
    for name in (Path("CREDITS.md"), *(folder / "copyright.txt" for folder in folders)):
        if (corpus / name).is_file():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            with written_aside(out / name) as partial:
                shutil.copyfile(corpus / name, partial)


def _asked(recordings: list[Recording], words: Words) -> tuple[str, ...]:
    """The labels that may be asked for; a clip's id says nothing, and there may be a million."""
    labels = {item.label for item in recordings if item.use == "target"}
    return tuple(sorted(label for label in labels if not words.captions[label].is_of_clip))


def _seconds(recordings: list[Recording]) -> float:
    return round(sum(recording.seconds for recording in recordings), 3)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
