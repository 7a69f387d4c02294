"""The distribution of the ratings as a picture (the ``plot`` extra)."""

from pathlib import Path
from typing import Any

from soundlasso.atomic import written_aside
from soundlasso.errors import OptionError
from soundlasso.listening.report import QUESTIONS
from soundlasso.listening.results import SCALE
from soundlasso.plotting import require_matplotlib

# From dark brown over grey to dark teal: told apart also by those who do not see red or green.
_COLOURS = ("#8c510a", "#d8b365", "#d9d9d9", "#5ab4ac", "#01665e")
_DARK = (0, 4)
_HEIGHT = 0.5
_ABOVE = 0.38
"""Where means lie: above the bars, which have another scale."""


def draw_distribution(path: Path, report: dict[str, Any]) -> None:
    """Draws how often each rating was given, one bar a condition, with means and their intervals.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        OptionError: the file cannot be written.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    rows = report["conditions"][::-1]
    figure = Figure(figsize=(11, 2.2 + 0.65 * len(rows)), layout="constrained")
    for axes, (question, title) in zip(
        figure.subplots(1, len(QUESTIONS), sharey=True), QUESTIONS.items(), strict=True
    ):
        _draw_bars(axes, rows, question)
        means = axes.twiny()
        for place, row in enumerate(rows):
            mean, interval = row[question]["mean"], row[question]["interval"]
            low, high = interval or (mean, mean)
            above = place + _ABOVE
            means.plot([low, high], [above, above], color="black", linewidth=2)
            means.plot(mean, above, "D", color="black", markersize=6)
        means.set(xlim=(SCALE[0], SCALE[-1]), xticks=list(SCALE))
        means.set_xlabel(f"mean ◆ and its interval ({report['interval']})", fontsize=9)
        axes.set(title=title, xlabel="share of the ratings in %", xlim=(0, 100))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=len(SCALE),
        title="1 unsuccessful separation … 5 perfect separation",
    )
    try:
        with written_aside(path) as partial:
            figure.savefig(partial, dpi=110, format="png")
    except OSError as error:
        raise OptionError(f"{path}: cannot be written: {error.strerror}") from error


def _draw_bars(axes: Any, rows: list[dict[str, Any]], question: str) -> None:
    names = [row["condition"] for row in rows]
    left = [0.0] * len(rows)
    for step, colour in enumerate(_COLOURS):
        shares = [100 * row[question]["counts"][step] / row["ratings"] for row in rows]
        bars = axes.barh(
            names, shares, left=left, color=colour, label=str(SCALE[step]), height=_HEIGHT
        )
        shown = [f"{share:.0f}" if share >= 6 else "" for share in shares]
        axes.bar_label(
            bars,
            shown,
            label_type="center",
            fontsize=8,
            color="white" if step in _DARK else "black",
        )
        left = [a + b for a, b in zip(left, shares, strict=True)]
