"""What a model heard of a query in a recording: whether, how surely, and where."""

from dataclasses import dataclass

from soundlasso.engine.presence import PresenceCalibration, stretch_scores
from soundlasso.engine.spans import Span, find_spans
from soundlasso.engine.timeline import Timeline


@dataclass(frozen=True)
class Hearing:
    """What is known of one query's sound in a recording.

    Attributes:
        presence: How sure it is that the sound is there, 0 to 1; ``None`` for models that do
            not say.
        heard: Whether that is sure enough; ``None`` likewise.
        spans: Where it is, in order; by the level of the output alone for models that do not
            say, and none where the sound is not heard.
    """

    presence: float | None
    heard: bool | None
    spans: tuple[Span, ...]


def hear(timeline: Timeline, calibration: PresenceCalibration | None) -> list[Hearing]:
    """What was heard of each query.

    Args:
        timeline: Of the recording.
        calibration: Of the model; ``None`` if it has none.
    """
    scores = None if calibration is None else stretch_scores(timeline, calibration)
    found = []
    for query in range(len(timeline.targets)):
        if calibration is None or scores is None:
            found.append(Hearing(None, None, find_spans(timeline, query, None, 0.0)))
            continue
        presence = float(scores[query].max())
        spans = find_spans(timeline, query, scores[query], calibration.threshold)
        found.append(Hearing(round(presence, 4), presence >= calibration.threshold, spans))
    return found
