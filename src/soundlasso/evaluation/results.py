"""Reading what ``soundlasso evaluate --json`` wrote."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundlasso.errors import OptionError
from soundlasso.evaluation.score import LEAK

Row = dict[str, Any]
Key = tuple[str, ...]

COMPARED = ("sdri", "si_sdri")
"""What is compared where there is a target. SDR and SI-SDR differ by as much: the mixture is the
same."""


@dataclass(frozen=True)
class Result:
    """A result file.

    Attributes:
        path: Where it lies.
        list_name: What was evaluated; without what says that it is a sample.
        every: Of how many mixtures of the list one was taken.
        name: The model's.
        clap: By which model its CLAPScores are; ``None`` without any.
        metrics: What every row has: `COMPARED`, or a leak where nothing that is asked for is there.
        rows: What is known of each query, by what tells it from others: the list's ``id`` (the
            sound files where there is none) and the query.
    """

    path: Path
    list_name: str
    every: int
    name: str
    clap: str | None
    metrics: tuple[str, ...]
    rows: dict[Key, Row]


def sample_name(list_name: str, every: int) -> str:
    """What a list is called of which every Nth mixture is taken; another name for another list."""
    return f"{list_name}, 1 of {every}" if every > 1 else list_name


def _sampled(name: str) -> tuple[str, int]:
    """The reverse of `sample_name`."""
    found = re.fullmatch(r"(.+), 1 of ([1-9]\d*)", name)
    return (found[1], int(found[2])) if found else (name, 1)


def read_result(path: Path) -> Result:
    """Reads a result file.

    Raises:
        OptionError: it cannot be read, is no result, or names a query twice.
    """
    document = _document(path)
    rows: dict[Key, Row] = {}
    for row in document["rows"]:
        if (key := _key(row)) in rows:
            raise OptionError(
                f"{path}: has two rows {describe(key)}; rows can be compared only where the "
                "list's ids differ"
            )
        rows[key] = row
    name, every = _sampled(document["list"])
    metrics = (LEAK,) if LEAK in document["rows"][0]["model"] else COMPARED
    return Result(path, name, every, document["name"], document.get("clap"), metrics, rows)


def describe(key: Key) -> str:
    """What tells a row from others, for messages."""
    *where, query = key
    return f"{' and '.join(where)} ({query!r})"


def _key(row: Row) -> Key:
    if row.get("id"):
        return str(row["id"]), row["query"]
    files = (row.get(kind) for kind in ("target_file", "mixture_file", "other_file"))
    return *(str(file) for file in files if file), row["query"]


def _document(path: Path) -> dict[str, Any]:
    no_result = f"{path}: is no result of soundlasso evaluate --json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise OptionError(f"{no_result}: it is not JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
        raise OptionError(f"{no_result}: it has no rows")
    if not all(isinstance(document.get(key), str) for key in ("list", "name")):
        raise OptionError(f"{no_result}: it names no list and model")
    rows = document["rows"]
    if not rows or not any(all(is_row(row) for row in rows) for is_row in (_is_heard, _is_absent)):
        raise OptionError(f"{no_result}: a row lacks its query or scores")
    return document


def _is_heard(row: object) -> bool:
    return _is_row(row, COMPARED, ("sdr",))


def _is_absent(row: object) -> bool:
    return _is_row(row, (LEAK,), (LEAK,))


def _is_row(row: object, metrics: Sequence[str], of_mixture: Sequence[str]) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("query"), str):
        return False
    if not isinstance(row.get("item"), int) or not isinstance(row.get("cluster", 0), int):
        return False
    return _has(row.get("model"), metrics) and _has(row.get("mixture"), of_mixture)


def _has(scores: object, metrics: Sequence[str]) -> bool:
    return isinstance(scores, dict) and all(
        isinstance(scores.get(metric), int | float) for metric in metrics
    )
