"""Scoring a model on mixtures whose sources are known, with references beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from soundlasso.audio.info import Samples
from soundlasso.engine.separator import Separator
from soundlasso.evaluation.oracle import oracle_mask
from soundlasso.metrics.sdr import sdr, si_sdr

METRICS = ("sdr", "sdri", "si_sdr", "si_sdri")
LEAK = "leak"
"""What is left where there is nothing to find, in dB relative to the mixture."""

REFERENCES = ("mixture", "half_mixture", "oracle_mask")
_RESAMPLINGS = 2000
SILENT_DECIBELS = -60.0
"""An answer that is so far below its mixture is silence: its SI-SDR of 0 dB says nothing."""
_FLOOR = 1e-10

Scores = dict[str, float]


@dataclass(frozen=True)
class Question:
    """A query for a sound of a mixture.

    Attributes:
        query: In words.
        notes: What is known of it, such as ``id``, ``label``, ``category`` and ``kind``.
    """

    query: str
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A mixture, one sound of it, and queries for that sound.

    Attributes:
        mixture: ``C T``.
        target: ``C T``; ``None`` where the queries are for something that is not there.
        sample_rate: In Hz.
        questions: At least one.
        origin: What tells its mixture from others, where several items may share one; empty for
            one that no other item has.
        source: What the target was made of, such as a recording, where several mixtures may
            share it; empty for one that no other item has.
    """

    mixture: Samples
    target: Samples | None
    sample_rate: int
    questions: tuple[Question, ...]
    origin: str = ""
    source: str = ""


class ExtraMetrics(Protocol):
    """What is measured beside the waveforms' metrics, such as by a model that listens."""

    def measure(
        self, item: Item, estimates: Sequence[Samples], references: Mapping[str, Samples]
    ) -> list[dict[str, Scores]]:
        """Scores of one item.

        Args:
            item: The mixture and its questions.
            estimates: What the model gave for each question, ``C T``.
            references: Sounds of `REFERENCES`, by name, ``C T``.

        Returns:
            For each question, more scores by name: of ``model``, and of references as well.
            Every item that has a target gives the same.
        """
        ...

    def summary(self) -> dict[str, Any]:
        """What belongs into the result once all items were measured."""
        ...


def score(target: Samples | None, estimate: Samples, mixture: Samples) -> Scores:
    """All metrics of an estimate, in dB; improvements are over the mixture.

    Without a target there is only the leak: the estimate's power over the mixture's.
    """
    if target is None:
        kept, whole = (max(float(np.square(x).mean()), _FLOOR) for x in (estimate, mixture))
        return {LEAK: 10.0 * float(np.log10(kept / whole))}
    absolute = {"sdr": sdr(target, estimate), "si_sdr": si_sdr(target, estimate)}
    return {
        "sdr": absolute["sdr"],
        "sdri": absolute["sdr"] - sdr(target, mixture),
        "si_sdr": absolute["si_sdr"],
        "si_sdri": absolute["si_sdr"] - si_sdr(target, mixture),
    }


def evaluate_items(
    separator: Separator,
    items: Iterable[Item],
    progress: Callable[[int], None] = lambda done: None,
    extra: ExtraMetrics | None = None,
    keep: Callable[[Item, Sequence[Samples]], None] = lambda item, estimates: None,
) -> dict[str, Any]:
    """Separates every mixture and scores what comes out.

    Three references stand beside the model: the mixture itself; the mixture at half its volume,
    which gains 3 dB SDR at an SNR of 0 dB for nothing; and an ideal ratio mask.

    Args:
        separator: What is scored.
        items: Mixtures; the queries of one are answered in one pass.
        progress: Told how many queries are done.
        extra: More metrics, if any.
        keep: Given each item and what the model made of its questions, ``C T`` each.

    Returns:
        ``mean``, ``std`` and ``interval`` (95 % confidence of the mean, by bootstrap over the
        targets' sources, or over mixtures where these are not known) of each metric for the model
        and each reference; how many answers are ``silent``; the model's means by category and by
        kind of query where these are known; one row a query.
    """
    rows: list[dict[str, Any]] = []
    numbers: dict[str | int, int] = {}
    sources: dict[str | int, int] = {}
    silent = 0
    for place, item in enumerate(items):
        # Queries for another sound of the same mixture are no more independent than others for
        # the same one.
        number = numbers.setdefault(item.origin or place, len(numbers))
        cluster = sources.setdefault(item.source or item.origin or place, len(sources))
        separations = separator.separate_all(
            item.mixture, [q.query for q in item.questions], sample_rate=item.sample_rate
        )
        estimates = [separation.target for separation in separations]
        rows += _rows(number, cluster, item, estimates, extra)
        silent += sum(_is_silent(estimate, item.mixture) for estimate in estimates)
        keep(item, estimates)
        progress(len(rows))
    names = [name for name in ("model", *REFERENCES) if name in rows[0]]
    return {
        "name": separator.name,
        "count": len(rows),
        "silent": silent,
        "mean": {name: _each_metric(rows, name, np.mean) for name in names},
        "std": {name: _each_metric(rows, name, np.std) for name in names},
        "interval": {name: _intervals(rows, name) for name in names},
        "by_category": _grouped(rows, "category"),
        "by_kind": _grouped(rows, "kind"),
        **(extra.summary() if extra else {}),
        "rows": rows,
    }


def _is_silent(estimate: Samples, mixture: Samples) -> bool:
    return score(None, estimate, mixture)[LEAK] < SILENT_DECIBELS


def _rows(
    number: int, cluster: int, item: Item, estimates: list[Samples], extra: ExtraMetrics | None
) -> list[dict[str, Any]]:
    """The scores of an item, one row a question."""
    references = _references(item)
    fixed = {name: score(item.target, sound, item.mixture) for name, sound in references.items()}
    more = extra.measure(item, estimates, references) if extra else [{}] * len(estimates)
    rows = []
    for question, estimate, added in zip(item.questions, estimates, more, strict=True):
        scores = {"model": score(item.target, estimate, item.mixture), **fixed}
        rows.append(
            {
                **question.notes,
                "item": number,
                "cluster": cluster,
                "query": question.query,
                **{name: {**own, **added.get(name, {})} for name, own in scores.items()},
            }
        )
    return rows


def _references(item: Item) -> dict[str, Samples]:
    """What stands beside the model's estimates of an item."""
    references = {"mixture": item.mixture, "half_mixture": item.mixture * np.float32(0.5)}
    if item.target is not None:
        references["oracle_mask"] = oracle_mask(item.target, item.mixture, item.sample_rate)
    return references


def _each_metric(
    rows: list[dict[str, Any]], name: str, statistic: Callable[[list[float]], Any]
) -> Scores:
    return {
        metric: float(statistic([row[name][metric] for row in rows])) for metric in rows[0][name]
    }


def _intervals(rows: list[dict[str, Any]], name: str) -> dict[str, list[float]]:
    items = clusters(rows)
    return {
        metric: mean_interval([row[name][metric] for row in rows], items)
        for metric in rows[0][name]
    }


def clusters(rows: Iterable[Mapping[str, Any]]) -> list[int]:
    """What each row must be drawn together with others of: rows of one number are not independent.

    Their targets are of one source, or, in results that were written before that was noted, they
    are about one mixture.
    """
    return [row.get("cluster", row["item"]) for row in rows]


def mean_interval(values: Sequence[float], items: Sequence[int]) -> list[float]:
    """The 2.5th and 97.5th percentile of the mean where clusters are drawn again.

    Args:
        values: One a query.
        items: The cluster that each belongs to; see `clusters`.
    """
    # They are numbered anew, as some of a list may be left out.
    _, places = np.unique(items, return_inverse=True)
    counts, sums = np.bincount(places), np.bincount(places, values)
    draws = np.random.default_rng(0).integers(len(counts), size=(_RESAMPLINGS, len(counts)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    return [float(p) for p in np.percentile(means, (2.5, 97.5))]


def _grouped(rows: list[dict[str, Any]], note: str) -> dict[str, Scores]:
    groups = defaultdict(list)
    for row in rows:
        if value := row.get(note):
            groups[value].append(row)
    return {
        value: {"count": len(members), **_each_metric(members, "model", np.mean)}
        for value, members in sorted(groups.items())
    }
