"""Evaluating a model on a list of mixtures, targets and queries."""

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from soundlasso.atomic import write_text
from soundlasso.audio.info import Samples
from soundlasso.audio.reader import read_audio
from soundlasso.engine.separator import Separator
from soundlasso.errors import AudioError, OptionError
from soundlasso.metrics.sdr import sdr, si_sdr

METRICS = ("sdr", "sdri", "si_sdr", "si_sdri")
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


def score(target: Samples, estimate: Samples, mixture: Samples) -> dict[str, float]:
    """All metrics of an estimate, in dB; improvements are over the mixture."""
    absolute = {"sdr": sdr(target, estimate), "si_sdr": si_sdr(target, estimate)}
    return {
        "sdr": absolute["sdr"],
        "sdri": absolute["sdr"] - sdr(target, mixture),
        "si_sdr": absolute["si_sdr"],
        "si_sdri": absolute["si_sdr"] - si_sdr(target, mixture),
    }


def evaluate_pairs(
    separator: Separator, pairs: list[Pair], progress: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """Separates every mixture and scores what comes out.

    The scores of the mixture itself and of the mixture at half its volume stand beside the
    model's: the latter gains 3 dB SDR at an SNR of 0 dB for nothing.

    Returns:
        ``mean`` and ``std`` of each metric for the model and both references, the means by
        category where the list has categories, and one row a pair.

    Raises:
        AudioError: a file cannot be read, or target and mixture do not fit each other.
    """
    rows = []
    for index, pair in enumerate(pairs):
        mixture, rate = read_audio(pair.mixture)
        target, target_rate = read_audio(pair.target)
        if (mixture.shape, rate) != (target.shape, target_rate):
            raise AudioError(
                f"{pair.target}: differs from its mixture in length, channels or sample rate"
            )
        estimate = separator.separate(mixture, pair.query, sample_rate=rate).target
        rows.append(
            {
                **pair.notes,
                "mixture_file": str(pair.mixture),
                "target_file": str(pair.target),
                "query": pair.query,
                "model": score(target, estimate, mixture),
                "mixture": score(target, mixture, mixture),
                "half_mixture": score(target, mixture * np.float32(0.5), mixture),
            }
        )
        progress(index + 1)
    return {
        "name": separator.name,
        "count": len(rows),
        "mean": _summary(rows, np.mean),
        "std": _summary(rows, np.std),
        "by_category": _by_category(rows),
        "rows": rows,
    }


def _summary(
    rows: list[dict[str, Any]], statistic: Callable[[list[float]], Any]
) -> dict[str, dict[str, float]]:
    return {
        who: {metric: float(statistic([row[who][metric] for row in rows])) for metric in METRICS}
        for who in ("model", "mixture", "half_mixture")
    }


def _by_category(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    groups = defaultdict(list)
    for row in rows:
        if category := row.get("category"):
            groups[category].append(row)
    return {
        category: {"count": len(members), **_summary(members, np.mean)["model"]}
        for category, members in sorted(groups.items())
    }


def write_json(path: Path, result: dict[str, Any]) -> None:
    """Writes a result.

    Raises:
        OptionError: the file cannot be written.
    """
    try:
        write_text(path, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error
