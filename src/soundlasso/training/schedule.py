"""Learning rates over the course of a run."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Linear warm-up, then a half cosine down to a floor.

    Attributes:
        peak: The highest learning rate.
        floor: The last learning rate.
        warmup: Steps until the peak.
        steps: Steps of the whole run.
    """

    peak: float
    floor: float
    warmup: int
    steps: int

    def __call__(self, step: int, spent: float | None = None) -> float:
        """The learning rate at ``step``, counted from 0.

        Args:
            step: Which one.
            spent: The share of the run's time that is over, where a run ends by the clock; the
                cosine follows it from the end of the warm-up on.
        """
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        if spent is None:
            spent = (step - self.warmup) / max(1, self.steps - self.warmup)
        turn = math.cos(math.pi * min(1.0, spent))
        return self.floor + (self.peak - self.floor) * (1 + turn) / 2
