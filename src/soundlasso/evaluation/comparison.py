"""Results on the same list beside each other, query by query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from soundlasso.errors import OptionError
from soundlasso.evaluation.clap import CLAP_METRICS
from soundlasso.evaluation.results import Key, Result, Row, describe, sample_name
from soundlasso.evaluation.score import LEAK, clusters, mean_interval

# What other versions of decoders make of a mixture (--any-build) stays far below this.
_SAME_MIXTURE = 0.1
# The benchmark whose targets are not what its queries say.
_WRONG = "wrong"


def compare_results(results: Sequence[Result]) -> dict[str, Any]:
    """Compares results to the first of them.

    What both a list and a sample of it have is compared.

    Returns:
        ``list``, ``count`` of queries that are compared and of their ``mixtures``, ``metrics``,
        and ``files``, the first of them first. Each has ``file``, ``name``, ``sample`` (one of how
        many mixtures), ``queries`` (of the whole file), ``mean`` of each metric, and all but the
        first also its mean paired ``difference``, the difference's ``interval`` (95 % confidence,
        by bootstrap over the targets' sources; ``None`` for a single one) and ``better``, the
        share of queries that score higher, or lower where what they say is not there; the same in
        ``by_kind`` and ``by_category``, with a ``count``.

    Raises:
        OptionError: there are fewer than two, or they are not about the same list and sounds.
    """
    if len(results) < 2:
        raise OptionError("give two result files or more")
    keys = _shared(results)
    first, metrics = results[0], _metrics(results)
    rows = [first.rows[key] for key in keys]
    groups = {note: _grouped(keys, rows, note) for note in ("kind", "category")}
    files = []
    for result, name in zip(results, _names(results), strict=True):
        files.append(
            {
                "file": str(result.path),
                "name": name,
                "sample": result.every,
                "queries": len(result.rows),
                **_beside(first, result, keys, metrics),
                **{
                    f"by_{note}": {
                        group: {"count": len(members), **_beside(first, result, members, metrics)}
                        for group, members in found.items()
                    }
                    for note, found in groups.items()
                },
            }
        )
    alike = {result.every for result in results} == {first.every}
    return {
        "list": sample_name(first.list_name, first.every if alike else 1),
        "count": len(keys),
        "mixtures": len({row["item"] for row in rows}),
        "metrics": metrics,
        "files": files,
    }


def _names(results: Sequence[Result]) -> list[str]:
    """The models' names, or the files' where these do not tell them apart."""
    names = [result.name for result in results]
    return names if len(set(names)) == len(names) else [str(result.path) for result in results]


def _metrics(results: Sequence[Result]) -> list[str]:
    """What all results have; CLAPScores only where they are by one model."""
    rows = [row["model"] for result in results for row in result.rows.values()]
    one_clap = all(result.clap == results[0].clap for result in results)
    heard = CLAP_METRICS if one_clap else ()
    return [*results[0].metrics, *(name for name in heard if all(name in row for row in rows))]


def _shared(results: Sequence[Result]) -> list[Key]:
    """What tells the rows apart that all results have, in the first one's order."""
    first, *others = results
    for other in others:
        if other.list_name != first.list_name:
            raise OptionError(
                f"{first.path} is about {first.list_name}, {other.path} about {other.list_name}; "
                "only results on one list can be compared"
            )
        if other.metrics != first.metrics:
            raise OptionError(
                f"one of {first.path} and {other.path} asks for what is not there and has a leak, "
                "the other has SI-SDRi; only results on one list can be compared"
            )
    for whole, part in permutations(results, 2):
        # All that a sample has is in the list, and in samples of which it is one itself.
        if part.every % whole.every == 0 and (missing := part.rows.keys() - whole.rows.keys()):
            key = next(key for key in part.rows if key in missing)
            raise OptionError(
                f"{whole.path}: has no row {describe(key)}, which {part.path} has; only results "
                "on one list can be compared"
            )
    keys = [key for key in first.rows if all(key in other.rows for other in others)]
    if not keys:
        raise OptionError("the results have no row in common")
    for key in keys:
        for other in others:
            _check_mixture(key, first, other)
    return keys


def _check_mixture(key: Key, first: Result, other: Result) -> None:
    if LEAK in first.metrics:
        return  # Without a target, all mixtures score alike.
    levels = [result.rows[key]["mixture"]["sdr"] for result in (first, other)]
    if abs(levels[0] - levels[1]) > _SAME_MIXTURE:
        raise OptionError(
            f"{other.path}: row {describe(key)} is about another mixture than in {first.path}: "
            f"its SDR is {levels[1]:.2f} dB, not {levels[0]:.2f} dB"
        )


def _grouped(keys: Iterable[Key], rows: Iterable[Row], note: str) -> dict[str, list[Key]]:
    groups = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        if value := row.get(note):
            groups[str(value)].append(key)
    return dict(sorted(groups.items()))


def _beside(
    first: Result, result: Result, keys: Sequence[Key], metrics: Sequence[str]
) -> dict[str, Any]:
    """Means over some rows and, but for the first result itself, what they differ by from its."""
    items = clusters(first.rows[key] for key in keys)
    scores = {metric: _scores(result, keys, metric) for metric in metrics}
    found: dict[str, Any] = {"mean": {m: float(values.mean()) for m, values in scores.items()}}
    if result is first:
        return found
    gains = {metric: scores[metric] - _scores(first, keys, metric) for metric in metrics}
    several = len(set(items)) > 1
    # Where what was asked for is not there, less is better.
    sign = -1 if LEAK in metrics or first.list_name == _WRONG else 1
    return {
        **found,
        "difference": {metric: float(gain.mean()) for metric, gain in gains.items()},
        "interval": {
            m: mean_interval(gain, items) if several else None for m, gain in gains.items()
        },
        "better": {metric: float((sign * gain > 0).mean()) for metric, gain in gains.items()},
    }


def _scores(result: Result, keys: Sequence[Key], metric: str) -> np.ndarray:
    return np.array([result.rows[key]["model"][metric] for key in keys])
