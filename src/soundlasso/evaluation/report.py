"""Results of an evaluation, for eyes and for programs."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from soundlasso.atomic import write_text, written_aside
from soundlasso.errors import OptionError
from soundlasso.evaluation.clap import CLAP_METRICS
from soundlasso.evaluation.score import LEAK, REFERENCES

_NAMES = {
    "mixture": "the mixture",
    "half_mixture": "half the mixture",
    "oracle_mask": "ideal ratio mask",
}
TITLES = {
    "sdr": "SDR",
    "sdri": "SDRi",
    "si_sdr": "SI-SDR",
    "si_sdri": "SI-SDRi",
    LEAK: "leak",
    "clapscore": "CLAPScore",
    "clapscore_a": "CLAPScoreA",
}
_COLUMNS = ("id", "mixture", "kind", "label", "category", "query")
_SHORT = ("sdri", "si_sdri", LEAK)


def _titles(result: dict[str, Any]) -> dict[str, str]:
    return {metric: TITLES[metric] for metric in result["mean"]["model"]}


def _rows(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [("model", result["name"])] + [
        (name, _NAMES[name]) for name in REFERENCES if name in result["mean"]
    ]


def _groups(result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    groups = [*result["by_kind"].items(), *result["by_category"].items()]
    return groups if len(groups) > 1 else []


def digits(metric: str) -> int:
    """Decimals that are shown: decibels have two, cosines three."""
    return 3 if metric in CLAP_METRICS else 2


def _remarks(result: dict[str, Any]) -> list[str]:
    """Lines about the whole set, where there is something to say of it."""
    lines = []
    if (silent := result.get("silent")) and LEAK not in result["mean"]["model"]:
        lines.append(
            f"{silent} of {result['count']} answers are silence, whose SI-SDR is 0 dB by "
            "definition: where the mixture's is below that, they seem to gain what they do not"
        )
    if fad := result.get("fad"):
        names = dict(_rows(result))
        shown = ", ".join(f"{names[who]} {value:.4f}" for who, value in fad.items())
        lines.append(f"FAD of CLAP embeddings: {shown}")
    if published := result.get("published"):
        shown = ", ".join(f"{TITLES[m]} {v:.3f}" for m, v in published["figures"].items())
        lines.append(f"as published, {published['average']}: {shown}")
    if missing := result.get("missing"):
        first = missing["clips"][0]
        others = f" and {len(missing['clips']) - 1} more" if len(missing["clips"]) > 1 else ""
        lines.append(
            f"left out {missing['queries']} of {missing['queries'] + result['count']} queries: "
            f"there is no {first}{others}"
        )
    return lines


def text_table(result: dict[str, Any]) -> str:
    """Means and standard deviations, then the model's means by kind and category.

    In dB, but for CLAPScores, which are cosines.
    """
    titles = _titles(result)
    width = max(len(name) for _, name in _rows(result))
    lines = [f"{'':{width}}" + "".join(f"{title:>17}" for title in titles.values())]
    for who, name in _rows(result):
        mean, std = result["mean"][who], result["std"][who]
        cells = (
            f"{mean[m]:8.{digits(m)}f} ± {std[m]:5.{digits(m)}f} " if m in mean else ""
            for m in titles
        )
        lines.append(f"{name:{width}}" + "".join(f"{cell:>17}" for cell in cells))
    for group, means in _groups(result):
        shown = "   ".join(f"{titles[m]} {means[m]:6.2f}" for m in _SHORT if m in means)
        lines.append(f"  {group:14} n = {means['count']:3d}   {shown}")
    return "\n".join([*lines, *_remarks(result)])


def markdown(result: dict[str, Any]) -> str:
    """The same as Markdown, with the 95 % confidence intervals of the means."""
    titles = _titles(result)
    cosines = f"; CLAPScores are cosines, by {result['clap']}" if "clap" in result else ""
    lines = [
        f"**{result['list']}**, {result['count']} queries; mean ± standard deviation "
        f"[95 % confidence of the mean] in dB{cosines}",
        "",
        "| | " + " | ".join(titles.values()) + " |",
        "| --- |" + " ---: |" * len(titles),
    ]
    for who, name in _rows(result):
        cells = (_cell(result, who, m) if m in result["mean"][who] else "" for m in titles)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    if groups := _groups(result):
        shown = [metric for metric in _SHORT if metric in titles]
        lines += [
            "",
            "| | queries | " + " | ".join(titles[m] for m in shown) + " |",
            "| --- | ---: |" + " ---: |" * len(shown),
        ]
        for group, means in groups:
            cells = (f"{means[m]:.2f}" for m in shown)
            lines.append(f"| {group} | {means['count']} | " + " | ".join(cells) + " |")
    for remark in _remarks(result):
        lines += ["", remark]
    return "\n".join(lines)


def _cell(result: dict[str, Any], who: str, metric: str) -> str:
    mean, std = result["mean"][who][metric], result["std"][who][metric]
    low, high = result["interval"][who][metric]
    places = digits(metric)
    return f"{mean:.{places}f} ± {std:.{places}f} [{low:.{places}f}, {high:.{places}f}]"


def write_json(path: Path, result: dict[str, Any]) -> None:
    """Writes a result.

    Raises:
        OptionError: the file cannot be written.
    """
    write_lines(path, json.dumps(result, indent=1, ensure_ascii=False))


def write_markdown(path: Path, result: dict[str, Any]) -> None:
    """Writes the tables of a result.

    Raises:
        OptionError: the file cannot be written.
    """
    write_lines(path, markdown(result))


def write_csv(path: Path, result: dict[str, Any]) -> None:
    """Writes a row a query: what is known of it, and the model's scores.

    Raises:
        OptionError: the file cannot be written.
    """
    metrics = list(result["mean"]["model"])
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_COLUMNS, *metrics])
    for row in result["rows"]:
        # What is called mixture in a row are its scores.
        mixture = row.get("of") or row.get("mixture_file") or row["item"]
        notes = {**row, "mixture": mixture}
        writer.writerow(
            [
                *(notes.get(column, "") for column in _COLUMNS),
                *(f"{row['model'][metric]:.4f}" for metric in metrics),
            ]
        )
    write_lines(path, file.getvalue().rstrip("\n"))


def write_lines(path: Path, text: str) -> None:
    """Writes a text and ends its last line.

    Raises:
        OptionError: the file cannot be written.
    """
    try:
        write_text(path, text + "\n")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error


def draw_categories(path: Path, result: dict[str, Any]) -> None:
    """Draws the model's mean SI-SDRi (or leak) by category as bars.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        OptionError: the file cannot be written.
    """
    from soundlasso.plotting import require_matplotlib

    require_matplotlib()
    from matplotlib.figure import Figure

    metric = "si_sdri" if "si_sdri" in result["mean"]["model"] else LEAK
    groups = sorted(result["by_category"].items(), key=lambda group: group[1][metric])
    names = [name for name, _ in groups] or ["all"]
    values = [means[metric] for _, means in groups] or [result["mean"]["model"][metric]]
    figure = Figure(figsize=(7, 1 + 0.3 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    bars = axes.barh(names, values, color="tab:blue")
    axes.bar_label(bars, fmt="%.1f", padding=3)
    mean, (low, high) = result["mean"]["model"][metric], result["interval"]["model"][metric]
    axes.axvspan(low, high, color="tab:orange", alpha=0.25)
    axes.axvline(mean, color="tab:orange", label=f"mean {mean:.1f} dB and its 95 % interval")
    axes.set(xlabel=f"{TITLES[metric]} in dB", title=f"{result['name']} on {result['list']}")
    axes.margins(x=0.1)
    axes.legend(loc="lower right")
    try:
        with written_aside(path) as partial:
            figure.savefig(partial, dpi=110, format="png")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error
