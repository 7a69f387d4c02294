"""Lists of mixtures, targets and queries, as CSV beside sound files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from soundlasso.audio.reader import read_audio
from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.score import Item, Question

_REQUIRED = ("mixture", "target", "query")


@dataclass(frozen=True)
class Pair:
    """A mixture, what is to be taken out of it, and the words for it.

    Attributes:
        mixture: A sound file.
        target: A sound file of the same length, rate and channels.
        query: In words.
        notes: The list's other columns, such as ``id``, ``label`` and ``category``.
    """

    mixture: Path
    target: Path
    query: str
    notes: dict[str, str]


def read_pairs(path: Path) -> list[Pair]:
    """Reads a list; paths in it are relative to it.

    Raises:
        OptionError: it cannot be read, lacks a column, or is empty.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _REQUIRED if name not in (reader.fieldnames or [])]
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
        if any(not row[name] for name in _REQUIRED):
            raise OptionError(f"{path}: line {number} lacks a mixture, target or query")
    return [
        Pair(
            mixture=path.parent / row["mixture"],
            target=path.parent / row["target"],
            query=row["query"],
            notes={k: v for k, v in row.items() if k not in _REQUIRED and k},
        )
        for row in rows
    ]


def pair_items(pairs: list[Pair]) -> Iterator[Item]:
    """Reads the sounds of a list; neighbours that share theirs become one item.

    Raises:
        AudioError: a file cannot be read, or target and mixture do not fit each other.
    """
    for (mixture_path, target_path), group in groupby(pairs, lambda p: (p.mixture, p.target)):
        mixture, rate = read_audio(mixture_path)
        target, target_rate = read_audio(target_path)
        if (mixture.shape, rate) != (target.shape, target_rate):
            raise AudioError(
                f"{target_path}: differs from its mixture in length, channels or sample rate"
            )
        files = {"mixture_file": str(mixture_path), "target_file": str(target_path)}
        questions = (Question(pair.query, {**pair.notes, **files}) for pair in group)
        yield Item(mixture, target, rate, tuple(questions))
