"""Whether a sound is there at all, on a scale from 0 to 1.

Two things speak for it: how well the recording matches the query, and how much of the recording
the model lets through. Both are taken over some seconds, as long as what the model learned
presence from, and weighed by a logistic regression that was fitted to mixtures with and without
the sound (``benchmarks/presence.py``; the numbers are in the model's card). Of a longer
recording the best stretch counts.
"""

from dataclasses import dataclass

import numpy as np

from soundlasso.config import check_ranges
from soundlasso.engine.timeline import Timeline, Values

_LOWEST_LEVEL = -40.0
_SILENCE = 1e-9
"""Mean power (-90 dB of full scale) at which there is nothing to be heard."""


@dataclass(frozen=True)
class PresenceCalibration:
    """How a model's evidence becomes a score.

    Attributes:
        seconds: How long a stretch is judged at once.
        match: Weight of the stretch's match.
        level: Weight of the level of what is let through, in dB relative to the mixture.
        offset: Added to both.
        threshold: Scores from here on mean that the sound is heard.
    """

    seconds: float
    match: float
    level: float
    offset: float
    threshold: float

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, seconds=0.1, threshold=0)

    def score(self, match: Values, level: Values) -> Values:
        """How likely a sound is there, were it as likely as not before."""
        logit = self.match * match + self.level * level + self.offset
        return 1.0 / (1.0 + np.exp(-logit))


def stretch_evidence(timeline: Timeline, seconds: float) -> tuple[Values, Values, Values]:
    """What speaks for each query in every stretch of a recording.

    Args:
        timeline: With matches.
        seconds: Length of a stretch; the recording's own if that is shorter.

    Returns:
        Matches and levels in dB, ``Q K`` each, for the ``K`` stretches that begin at the
        recording's first frames, and the mixture's mean power in them, ``K``.
    """
    assert timeline.matches is not None
    frames = min(round(seconds / timeline.frame), len(timeline.mixture))
    mixture = _sliding_mean(timeline.mixture, frames)
    share = _sliding_mean(timeline.targets, frames) / np.maximum(mixture, _SILENCE)
    level = 10.0 * np.log10(np.maximum(share, 10.0 ** (_LOWEST_LEVEL / 10.0)))
    return np.log(_sliding_mean(np.exp(timeline.matches), frames)), level, mixture


def stretch_scores(timeline: Timeline, calibration: PresenceCalibration) -> Values | None:
    """How sure it is that each query's sound is in each stretch of a recording.

    Returns:
        ``Q K`` from 0 to 1; see `stretch_evidence`. ``None`` where the model gives no matches.
    """
    if timeline.matches is None:
        return None
    match, level, mixture = stretch_evidence(timeline, calibration.seconds)
    return calibration.score(match, level) * (mixture > _SILENCE)


def _sliding_mean(values: Values, frames: int) -> Values:
    """The mean of each ``frames`` neighbours along the last axis."""
    start = np.zeros((*values.shape[:-1], 1))
    sums = np.concatenate([start, np.cumsum(values, axis=-1)], axis=-1)
    # Of small numbers behind large ones, sums may leave less than nothing.
    return np.maximum((sums[..., frames:] - sums[..., :-frames]) / frames, 1e-30)
