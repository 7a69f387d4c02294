"""Where in a recording a sound is: stretches of time, by what the model lets through.

A sound is where the output is nearly as loud as it gets around there: that tells sound from
pause better than how well each moment matches the query, which is known only three times a
second (docs/experiments.md). Whether the output is what was asked for at all is told by the
scores of some seconds around (`soundlasso.engine.presence`), where a model has them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from soundlasso.engine.timeline import Timeline, Values

_AROUND_SECONDS = 5.0
_SMOOTH_FRAMES = 5
# Below the loudest around, in dB: a span has something above the first and nothing below the
# second. Gaps that are shorter than a listener would mark are none.
_ON, _OFF = -15.0, -25.0
_SHORTEST_GAP_SECONDS = 0.2
_SILENCE = 1e-9


@dataclass(frozen=True)
class Span:
    """A stretch of time in which a sound is heard.

    Attributes:
        start: In seconds from the beginning of the recording.
        end: The same.
        score: How sure it is that the sound is there, 0 to 1; ``None`` where the model does not
            say.
    """

    start: float
    end: float
    score: float | None


def find_spans(
    timeline: Timeline, query: int, scores: Values | None, threshold: float
) -> tuple[Span, ...]:
    """Where a query's sound is.

    Args:
        timeline: Of the recording.
        query: Which.
        scores: Of the recording's stretches for this query, ``K``
            (`soundlasso.engine.presence.stretch_scores`); levels alone decide when ``None``.
        threshold: Scores from here on mean that the sound is heard.
    """
    around = round(_AROUND_SECONDS / timeline.frame)
    power = _smoothed(timeline.targets[query])
    loudest = _greatest_around(power, around, around)
    audible = power > _SILENCE
    certain = None if scores is None else _of_frames(scores, len(power))
    if certain is not None:
        audible &= certain >= threshold
    inside = audible & (power > loudest * 10.0 ** (_OFF / 10.0))
    sure = power > loudest * 10.0 ** (_ON / 10.0)
    runs = [(first, last) for first, last in _runs(inside) if sure[first:last].any()]
    runs = _joined(runs, _SHORTEST_GAP_SECONDS / timeline.frame)
    return tuple(
        Span(
            start=round(first * timeline.frame, 6),
            end=round(min(last * timeline.frame, timeline.seconds), 6),
            score=None if certain is None else round(float(certain[first:last].max()), 4),
        )
        for first, last in runs
    )


def _smoothed(power: Values) -> Values:
    """The mean over some frames around each, of those that exist."""
    kernel = np.ones(min(_SMOOTH_FRAMES, len(power)))
    return np.convolve(power, kernel, "same") / np.convolve(np.ones(len(power)), kernel, "same")


def _of_frames(scores: Values, frames: int) -> Values:
    """The highest score of all stretches that a frame is in."""
    length = frames - len(scores)
    padded = np.pad(scores, (0, length), constant_values=-np.inf)
    return _greatest_around(padded, length, 0)


def _greatest_around(values: Values, before: int, behind: int) -> Values:
    """The greatest of the values up to ``before`` places before each and ``behind`` behind it."""
    padded = np.pad(values, (before, behind), constant_values=-np.inf)
    wanted, reach = before + behind + 1, 1
    while reach < wanted:
        # Two overlapping stretches make a longer one.
        step = min(reach, wanted - reach)
        padded, reach = np.maximum(padded[:-step], padded[step:]), reach + step
    return padded


def _runs(marked: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where marks begin, and the places behind their ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _joined(runs: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """The runs, those with less than ``gap`` between them made one."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
