"""Results of an evaluation, for eyes and for programs."""

import json
from pathlib import Path
from typing import Any

from soundlasso.atomic import write_text, written_aside
from soundlasso.errors import OptionError
from soundlasso.evaluation.score import LEAK, REFERENCES

_NAMES = {
    "mixture": "the mixture",
    "half_mixture": "half the mixture",
    "oracle_mask": "an ideal mask",
}
_TITLES = {"sdr": "SDR", "sdri": "SDRi", "si_sdr": "SI-SDR", "si_sdri": "SI-SDRi", LEAK: "leak"}
_SHORT = ("sdri", "si_sdri", LEAK)


def _titles(result: dict[str, Any]) -> dict[str, str]:
    return {metric: _TITLES[metric] for metric in result["mean"]["model"]}


def _rows(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [("model", result["name"])] + [
        (name, _NAMES[name]) for name in REFERENCES if name in result["mean"]
    ]


def _groups(result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    groups = [*result["by_kind"].items(), *result["by_category"].items()]
    return groups if len(groups) > 1 else []


def text_table(result: dict[str, Any]) -> str:
    """Means and standard deviations in dB, then the model's means by kind and category."""
    titles = _titles(result)
    width = max(len(name) for _, name in _rows(result))
    lines = [f"{'':{width}}" + "".join(f"{title:>17}" for title in titles.values())]
    for who, name in _rows(result):
        mean, std = result["mean"][who], result["std"][who]
        cells = (f"{mean[metric]:8.2f} ± {std[metric]:5.2f} " for metric in titles)
        lines.append(f"{name:{width}}" + "".join(f"{cell:>17}" for cell in cells))
    for group, means in _groups(result):
        shown = "   ".join(f"{titles[m]} {means[m]:6.2f}" for m in _SHORT if m in means)
        lines.append(f"  {group:14} n = {means['count']:3d}   {shown}")
    return "\n".join(lines)


def markdown(result: dict[str, Any]) -> str:
    """The same as Markdown, with the 95 % confidence intervals of the means."""
    titles = _titles(result)
    lines = [
        f"**{result['list']}**, {result['count']} queries; mean ± standard deviation "
        "[95 % confidence of the mean] in dB",
        "",
        "| | " + " | ".join(titles.values()) + " |",
        "| --- |" + " ---: |" * len(titles),
    ]
    for who, name in _rows(result):
        cells = (
            f"{result['mean'][who][m]:.2f} ± {result['std'][who][m]:.2f} "
            f"[{result['interval'][who][m][0]:.2f}, {result['interval'][who][m][1]:.2f}]"
            for m in titles
        )
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
    return "\n".join(lines)


def write_json(path: Path, result: dict[str, Any]) -> None:
    """Writes a result.

    Raises:
        OptionError: the file cannot be written.
    """
    _write(path, json.dumps(result, indent=1, ensure_ascii=False))


def write_markdown(path: Path, result: dict[str, Any]) -> None:
    """Writes the tables of a result.

    Raises:
        OptionError: the file cannot be written.
    """
    _write(path, markdown(result))


def _write(path: Path, text: str) -> None:
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
    axes.set(xlabel=f"{_TITLES[metric]} in dB", title=f"{result['name']} on {result['list']}")
    axes.margins(x=0.1)
    axes.legend(loc="lower right")
    try:
        with written_aside(path) as partial:
            figure.savefig(partial, dpi=110, format="png")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error
