"""What listeners think, in numbers: for each item the thesis's Table 5.2, for each model the mean.

The table has the average rating and the most frequent one with its share (thesis, section 5.5.2).
Means come with 95 % confidence intervals by bootstrap (Efron 1979): whole listeners are drawn
again, since the ratings of one are not independent; or whole items.
"""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from soundlasso.atomic import write_text
from soundlasso.errors import OptionError
from soundlasso.listening.manifest import ListeningTest
from soundlasso.listening.results import SCALE, Rating, Results

QUESTIONS = {"overall": "overall quality", "fit": "fit to the query"}
Units = Literal["listeners", "items"]

_RESAMPLINGS = 2000
_RATING_COLUMNS = ("listener", "page", "sound", "item", "query", "condition", "kind", "overall",
                   "fit", "comment")  # fmt: skip


def summarise(
    test: ListeningTest, results: Results, *, finished: bool = False, over: Units = "listeners"
) -> dict[str, Any]:
    """The report.

    Args:
        test: The test.
        results: Its results.
        finished: Whether only the ratings of those count who rated every page.
        over: What is drawn again for the confidence intervals.

    Returns:
        ``items``: a row for each item and condition; ``conditions``: a row for each condition.
        Each row has for each of `QUESTIONS` ``mean``, ``counts`` of 1 to 5, ``most_frequent`` (more
        than one where they tie) and its ``share``; conditions have the mean's ``interval``
        (``None`` with fewer than two listeners, or items) as well.

    Raises:
        OptionError: nobody has rated anything yet.
    """
    ratings = results.ratings(finished=finished)
    if not ratings:
        raise OptionError(f"{test.folder}: nobody has rated anything yet")
    began, done = results.counts()
    by_condition = _grouped(ratings, lambda r: r.condition)
    by_item = _grouped(ratings, lambda r: (r.item, r.condition))
    conditions = [c for c in test.manifest.conditions if c.key in by_condition]
    return {
        "title": test.manifest.title,
        "test": test.sha256,
        "listeners": {
            "began": began,
            "finished": done,
            "counted": len({r.listener for r in ratings}),
        },
        "ratings": len(ratings),
        "interval": f"95 % by bootstrap over {over}",
        "conditions": [
            {
                "condition": condition.name,
                "kind": condition.kind,
                "ratings": len(by_condition[condition.key]),
                **_questions(by_condition[condition.key], over),
            }
            for condition in conditions
        ],
        "items": [
            {
                "item": item.id,
                "query": item.query,
                "condition": condition.name,
                "kind": condition.kind,
                "ratings": len(by_item[item.id, condition.key]),
                **_questions(by_item[item.id, condition.key]),
            }
            for condition in conditions
            for item in test.manifest.items
            if (item.id, condition.key) in by_item
        ],
    }


def _grouped(ratings: Iterable[Rating], key: Any) -> dict[Any, list[Rating]]:
    groups = defaultdict(list)
    for rating in ratings:
        groups[key(rating)].append(rating)
    return dict(groups)


def _questions(ratings: Sequence[Rating], over: Units | None = None) -> dict[str, Any]:
    summaries = {}
    for question in QUESTIONS:
        values = [getattr(rating, question) for rating in ratings]
        summaries[question] = _summary(values)
        if over is not None:
            units = [r.listener if over == "listeners" else r.item for r in ratings]
            summaries[question]["interval"] = bootstrap_interval(values, units)
    return summaries


def _summary(values: Sequence[int]) -> dict[str, Any]:
    counts = [values.count(step) for step in SCALE]
    return {
        "mean": sum(values) / len(values),
        "most_frequent": [step for step, n in zip(SCALE, counts, strict=True) if n == max(counts)],
        "share": max(counts) / len(values),
        "counts": counts,
    }


def bootstrap_interval(
    values: Sequence[float], units: Sequence[Hashable]
) -> tuple[float, float] | None:
    """The 2.5th and 97.5th percentile of the mean where whole units are drawn again.

    Args:
        values: Ratings.
        units: Whom, or what, each belongs to.

    Returns:
        ``None`` with fewer than two units, from which nothing can be learnt of others.
    """
    # In their order of appearance, so that names do not decide what is drawn.
    index = {unit: place for place, unit in enumerate(dict.fromkeys(units))}
    if len(index) < 2:
        return None
    places = np.array([index[unit] for unit in units])
    sums, counts = np.bincount(places, values), np.bincount(places)
    draws = np.random.default_rng(0).integers(len(index), size=(_RESAMPLINGS, len(index)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def text_table(report: dict[str, Any]) -> str:
    """The report for a terminal."""
    width = max(len(row["condition"]) for row in report["conditions"])
    lines = [_headline(report), ""]
    lines.append(f"{'':{width}}  ratings" + "".join(f"{q:>24}" for q in QUESTIONS.values()))
    for row in report["conditions"]:
        cells = "".join(f"{_mean(row[question]):>24}" for question in QUESTIONS)
        lines.append(f"{row['condition']:{width}}  {row['ratings']:7}" + cells)
    named = max(len(row["item"]) for row in report["items"])
    for row in report["conditions"]:
        lines += ["", f"{row['condition']}: average, and most frequent rating with its share"]
        for one in _rows_of(report, row["condition"]):
            cells = "".join(
                f"{one[question]['mean']:>10.2f} {_most_frequent(one[question]):>13}"
                for question in QUESTIONS
            )
            lines.append(f"  {one['item']:{named}}  n = {one['ratings']:3}{cells}  {one['query']}")
    return "\n".join(lines)


def markdown(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    lines = [
        f"**{_cell(report['title'])}**: {_headline(report)}; mean [{report['interval']}], "
        "1 (unsuccessful separation) to 5 (perfect separation)",
        "",
        "| | ratings | " + " | ".join(QUESTIONS.values()) + " |",
        "| --- | ---: |" + " ---: |" * len(QUESTIONS),
    ]
    for row in report["conditions"]:
        cells = " | ".join(_mean(row[question]) for question in QUESTIONS)
        lines.append(f"| {_cell(row['condition'])} | {row['ratings']} | {cells} |")
    for row in report["conditions"]:
        lines += [
            "",
            f"{_cell(row['condition'])}, by item:",
            "",
            "| item | query | ratings | "
            + " | ".join(f"{title}: average | most frequent" for title in QUESTIONS.values())
            + " |",
            "| --- | --- | ---: |" + " ---: | ---: |" * len(QUESTIONS),
        ]
        for one in _rows_of(report, row["condition"]):
            cells = " | ".join(
                f"{one[question]['mean']:.2f} | {_most_frequent(one[question])}"
                for question in QUESTIONS
            )
            lines.append(
                f"| {_cell(one['item'])} | {_cell(one['query'])} | {one['ratings']} | {cells} |"
            )
    return "\n".join(lines)


def _headline(report: dict[str, Any]) -> str:
    listeners = report["listeners"]
    return (
        f"{report['ratings']} ratings by {listeners['counted']} listeners "
        f"({listeners['began']} began, {listeners['finished']} finished)"
    )


def _rows_of(report: dict[str, Any], condition: str) -> list[dict[str, Any]]:
    return [row for row in report["items"] if row["condition"] == condition]


def _mean(summary: dict[str, Any]) -> str:
    if summary["interval"] is None:
        return f"{summary['mean']:.2f}"
    low, high = summary["interval"]
    return f"{summary['mean']:.2f} [{low:.2f}, {high:.2f}]"


def _most_frequent(summary: dict[str, Any]) -> str:
    steps = ", ".join(map(str, summary["most_frequent"]))
    return f"{steps} ({100 * summary['share']:.1f} %)"


def _cell(text: str) -> str:
    """What listeners and lists wrote, so that it stays within its cell."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def items_csv(report: dict[str, Any]) -> str:
    """The items' rows as CSV."""
    names = ["item", "query", "condition", "kind", "ratings"]
    for question in QUESTIONS:
        names += [f"{question}_mean", f"{question}_most_frequent", f"{question}_share"]
        names += [f"{question}_{step}" for step in SCALE]
    rows = []
    for row in report["items"]:
        values = [row[name] for name in names[:5]]
        for question in QUESTIONS:
            summary = row[question]
            most = " ".join(map(str, summary["most_frequent"]))
            values += [f"{summary['mean']:.4f}", most, f"{summary['share']:.4f}"]
            values += summary["counts"]
        rows.append(values)
    return _csv(names, rows)


def ratings_csv(test: ListeningTest, ratings: Sequence[Rating]) -> str:
    """Every rating as CSV, for statistics of one's own."""
    conditions = {condition.key: condition for condition in test.manifest.conditions}
    rows = []
    for rating in ratings:
        condition = conditions[rating.condition]
        rows.append(
            [
                rating.listener,
                rating.page,
                rating.sound,
                rating.item,
                test.item(rating.item).query,
                condition.name,
                condition.kind,
                rating.overall,
                rating.fit,
                rating.comment,
            ]
        )
    return _csv(_RATING_COLUMNS, rows)


def _csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return file.getvalue()


def _harmless(value: object) -> object:
    """Spreadsheets take cells that begin like this for formulas, also those of strangers."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def write_report(path: Path, text: str) -> None:
    """Writes a text of a report.

    Raises:
        OptionError: the file cannot be written.
    """
    try:
        write_text(path, text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error


def report_json(report: dict[str, Any]) -> str:
    """The report as JSON."""
    return json.dumps(report, indent=1, ensure_ascii=False)
