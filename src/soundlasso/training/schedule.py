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

    def __call__(self, step: int) -> float:
        """The learning rate at ``step``, counted from 0."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        done = min(1.0, (step - self.warmup) / max(1, self.steps - self.warmup))
        return self.floor + (self.peak - self.floor) * (1 + math.cos(math.pi * done)) / 2
