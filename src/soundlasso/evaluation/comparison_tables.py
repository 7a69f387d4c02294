"""A comparison of results, for eyes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from soundlasso.evaluation.report import TITLES, digits, write_lines

_WIDTH = 41


def text_table(comparison: dict[str, Any]) -> str:
    """Means, and the differences to the first file's, of all queries, of kinds and categories."""
    metrics = comparison["metrics"]
    first, *others = comparison["files"]
    rows = [(first["name"], first)]
    for one in others:
        rows.append((one["name"], one))
        rows += [(f"  {group:14} n = {part['count']:3d}", part) for group, part in _groups(one)]
    width = max(len(name) for name, _ in rows)
    lines = [_headline(comparison), _legend(comparison)]
    lines.append(f"{'':{width}}" + "".join(f"{TITLES[m]:>8}{'':{_WIDTH - 8}}" for m in metrics))
    for name, part in rows:
        cells = "".join(f"{_text_cell(part, metric):{_WIDTH}}" for metric in metrics)
        lines.append(f"{name:{width}}{cells}")
    return "\n".join([line.rstrip() for line in lines] + _remarks(comparison))


def markdown(comparison: dict[str, Any]) -> str:
    """The same as Markdown."""
    metrics = comparison["metrics"]
    first, *others = comparison["files"]
    titles = [title for m in metrics for title in (TITLES[m], "difference", "better")]
    head = [" | ".join(titles) + " |", " | ".join(["---:"] * len(titles)) + " |"]
    lines = [f"**{comparison['list']}**, {_counts(comparison)}; {_legend(comparison)}", ""]
    lines += [f"| | {head[0]}", f"| --- | {head[1]}"]
    lines += [f"| {one['name']} | {_cells(one, metrics)} |" for one in (first, *others)]
    for one in others:
        if groups := _groups(one):
            lines += ["", f"{one['name']}, by kind of query and category:", ""]
            lines += [f"| | queries | {head[0]}", f"| --- | ---: | {head[1]}"]
        for group, part in groups:
            lines.append(f"| {group} | {part['count']} | {_cells(part, metrics)} |")
    for remark in _remarks(comparison):
        lines += ["", remark]
    return "\n".join(lines)


def write_markdown(path: Path, comparison: dict[str, Any]) -> None:
    """Writes the tables of a comparison.

    Raises:
        OptionError: the file cannot be written.
    """
    write_lines(path, markdown(comparison))


def _groups(one: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    groups = [*one["by_kind"].items(), *one["by_category"].items()]
    return groups if len(groups) > 1 else []


def _counts(comparison: dict[str, Any]) -> str:
    return f"{comparison['count']} queries for {comparison['mixtures']} mixtures"


def _headline(comparison: dict[str, Any]) -> str:
    return f"{comparison['list']}, {_counts(comparison)}"


def _legend(comparison: dict[str, Any]) -> str:
    return (
        f"mean, difference to {comparison['files'][0]['name']} [95 % confidence], share of "
        "queries that got better"
    )


def _remarks(comparison: dict[str, Any]) -> list[str]:
    """What is not compared, where not all files have all of it."""
    files = comparison["files"]
    if len({one["sample"] for one in files}) == 1:
        return []
    shown = ", ".join(
        f"{one['name']} {one['queries']}"
        + (f" (1 of {one['sample']})" if one["sample"] > 1 else "")
        for one in files
    )
    return [f"compared are only the queries that all have; of this list have: {shown}"]


def _difference(part: dict[str, Any], metric: str, width: int = 0) -> str:
    places = digits(metric)
    shown = f"{part['difference'][metric]:+{width}.{places}f}"
    if (interval := part["interval"][metric]) is None:
        return shown
    low, high = (f"{bound:+{max(0, width - 1)}.{places}f}" for bound in interval)
    return f"{shown} [{low}, {high}]"


def _percent(part: dict[str, Any], metric: str) -> str:
    return f"{100 * part['better'][metric]:.0f} %"


def _text_cell(part: dict[str, Any], metric: str) -> str:
    mean = f"{part['mean'][metric]:8.{digits(metric)}f}"
    if "difference" not in part:
        return mean
    return f"{mean} {_difference(part, metric, 7):24} {_percent(part, metric):>5}"


def _cells(part: dict[str, Any], metrics: Sequence[str]) -> str:
    cells = []
    for metric in metrics:
        cells.append(f"{part['mean'][metric]:.{digits(metric)}f}")
        if "difference" in part:
            cells += [_difference(part, metric), _percent(part, metric)]
        else:
            cells += ["", ""]
    return " | ".join(cells)
