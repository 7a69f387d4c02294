"""Opening what a training is given: a corpus or a pack, or shards in a folder or at an address."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from soundlasso.corpus.manifest import Split
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.pack import open_bank
from soundlasso.mixing.shards import index_path, read_shard_index, shard_urls
from soundlasso.mixing.stream import expand_urls, load_shards

VALID_SECONDS = 7200.0
"""How much of a valid split in shards is held in memory, in each process: 460 MB."""


@dataclass(frozen=True)
class ShardSet:
    """Shards that are streamed.

    Attributes:
        urls: Of each, as webdataset opens it.
        key: Changes when they do; of shards at an address, when the address does.
        labels: What may be asked for, apart from single clips; ``None`` where nobody says.
    """

    urls: tuple[str, ...]
    key: str
    labels: frozenset[str] | None = None


def are_shards(place: str) -> bool:
    """Whether what lies at a place is shards: any address is, and a folder that has some."""
    return is_address(place) or _holds_shards(Path(place))


def open_train(place: str) -> SoundBank | ShardSet:
    """The train split of a corpus or pack, in memory, or of shards, which stay where they are.

    Args:
        place: A folder, or the address of shards in webdataset's notation.

    Raises:
        MissingDependencyError: shards are at an address and webdataset is not installed.
        CorpusError: there is nothing of the kind, or a file is missing or damaged.
    """
    if is_address(place):
        urls = tuple(expand_urls(place))
        return ShardSet(urls, _key(urls))
    folder = Path(place)
    if not _holds_shards(folder):
        return open_bank(folder, "train")
    index = read_shard_index(folder, "train")
    return ShardSet(
        tuple(shard_urls(folder, "train")),
        _key(shard.sha256 for shard in index.shards),
        frozenset(index.labels) or None,
    )


def open_valid(place: str) -> SoundBank:
    """The valid split of a corpus, pack or folder of shards; of an address, all that is there.

    Of shards, no more than `VALID_SECONDS` are loaded. They are in no particular order, so that
    these hold some of everything.

    Raises:
        MissingDependencyError: there are shards and webdataset is not installed.
        CorpusError: there is nothing of the kind, or a file is missing or damaged.
    """
    if is_address(place):
        return load_shards(place, seconds=VALID_SECONDS)
    folder = Path(place)
    if not _holds_shards(folder):
        return open_bank(folder, "valid")
    return load_shards(shard_urls(folder, "valid"), seconds=VALID_SECONDS)


def is_address(place: str) -> bool:
    """Whether a place is an address of shards and no folder."""
    return "://" in place or place.startswith("pipe:") or place.endswith(".tar")


def _holds_shards(folder: Path) -> bool:
    # Without an index, writing them was interrupted, or not all was copied.
    return any(
        index_path(folder, split).is_file() or (folder / f"{split}-000000.tar").is_file()
        for split in get_args(Split)
    )


def _key(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
