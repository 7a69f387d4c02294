"""The JSON that stands beside the pieces of a pack and beside shards, and says what they are."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from soundlasso.atomic import write_text
from soundlasso.config import build_config
from soundlasso.errors import CorpusError

Index = TypeVar("Index")


def write_index(path: Path, index: Any) -> None:
    """Writes an index, a dataclass."""
    write_text(path, json.dumps(asdict(index), indent=1) + "\n")


def read_index(path: Path, kind: type[Index], *, missing: str, what: str, again: str) -> Index:
    """Reads what `write_index` wrote.

    Args:
        path: The index.
        kind: Its dataclass.
        missing: What to say where there is none.
        what: What it is an index of.
        again: What to do where it is damaged.

    Raises:
        CorpusError: it is missing or damaged.
    """
    if not path.is_file():
        raise CorpusError(missing)
    try:
        return build_config(kind, json.loads(path.read_text(encoding="utf-8")), path.name)
    except ValueError as error:
        raise CorpusError(f"{path}: is no index of {what} ({error}); {again}") from error


def remove_others(files: Iterable[Path], kept: Iterable[str]) -> None:
    """Removes files of an earlier index that are none of the new one."""
    names = set(kept)
    for path in files:
        if path.name not in names:
            path.unlink()
