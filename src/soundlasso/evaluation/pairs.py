"""Lists of mixtures, targets and queries, as CSV beside sound files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import read_audio
from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.score import Item, Question

_REQUIRED = ("mixture", "target", "query")


@dataclass(frozen=True)
class Pair:
    """A mixture, what is to be taken out of it, and the words for it.

    Attributes:
        mixture: A sound file.
        target: A sound file of the same length, rate and channels; ``None`` where the list says
            nothing of it.
        query: In words.
        notes: The list's other columns, such as ``id``, ``label`` and ``category``.
    """

    mixture: Path
    target: Path | None
    query: str
    notes: dict[str, str]


def read_pairs(path: Path, *, targets: bool = True) -> list[Pair]:
    """Reads a list; paths in it are relative to it.

    Args:
        path: A CSV file.
        targets: Whether each mixture must have a target.

    Raises:
        OptionError: it cannot be read, lacks a column, or is empty.
    """
    required = _REQUIRED if targets else tuple(name for name in _REQUIRED if name != "target")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in required if name not in (reader.fieldnames or [])]
            if missing:
                raise OptionError(f"{path}: has no column {', '.join(missing)}")
            rows = list(reader)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise OptionError(f"{path}: is not a CSV file in UTF-8: {error}") from error
    if not rows:
        raise OptionError(f"{path}: lists no mixtures")
    for number, row in enumerate(rows, 2):
        if any(not row[name] for name in required):
            *others, last = required
            raise OptionError(f"{path}: line {number} lacks a {', '.join(others)} or {last}")
    return [
        Pair(
            mixture=path.parent / row["mixture"],
            target=path.parent / row["target"] if row.get("target") else None,
            query=row["query"],
            notes={k: v for k, v in row.items() if k not in _REQUIRED and k},
        )
        for row in rows
    ]


def pair_items(pairs: list[Pair]) -> Iterator[Item]:
    """Reads the sounds of a list with targets; neighbours that share theirs become one item.

    Items that share their mixture, neighbours or not, have the same origin.

    Raises:
        AudioError: a file cannot be read, or target and mixture do not fit each other.
    """
    for (mixture_path, target_path), group in groupby(pairs, lambda p: (p.mixture, p.target)):
        assert target_path is not None
        mixture, rate = read_audio(mixture_path)
        target = read_target(target_path, mixture, rate)
        files = {"mixture_file": str(mixture_path), "target_file": str(target_path)}
        questions = (Question(pair.query, {**pair.notes, **files}) for pair in group)
        yield Item(mixture, target, rate, tuple(questions), origin=str(mixture_path))


def read_target(path: Path, mixture: Samples, sample_rate: int) -> Samples:
    """Reads what is to be taken out of a mixture, ``C T``.

    Raises:
        AudioError: it cannot be read, or does not fit the mixture.
    """
    target, rate = read_audio(path)
    if (mixture.shape, sample_rate) != (target.shape, rate):
        raise AudioError(f"{path}: differs from its mixture in length, channels or sample rate")
    return target
