"""What is remembered of a recording that went by: levels and matches over time.

A few numbers a frame and query, so that hours need no more than some megabytes; whether a sound
was there, and where, is asked of them at the end.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    # What reads a card needs nothing that computes.
    from soundlasso.engine.stream import Part

FRAME_SECONDS = 0.02
"""How finely time is told."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Timeline:
    """Levels and matches of a whole recording, in ``N`` frames.

    Attributes:
        mixture: Mean power of the recording in each frame, ``N``.
        targets: That of what was taken out for each query, ``Q N``.
        matches: `Answer.matches`, each repeated for the frames that it stands for, ``Q N``;
            ``None`` where the model does not say.
        frame: Length of a frame in seconds; the last may be shorter.
        seconds: Length of the recording.
    """

    mixture: Values
    targets: Values
    matches: Values | None
    frame: float
    seconds: float


class TimelineRecorder:
    """Takes in a recording part by part and keeps what a `Timeline` needs."""

    def __init__(self, sample_rate: int, queries: int, step: int | None) -> None:
        """Begins at the beginning of a recording.

        Args:
            sample_rate: In Hz.
            queries: How many; the first targets and matches of each part belong to them.
            step: What each match stands for, in samples.
        """
        self._sample_rate = sample_rate
        self._queries = queries
        self._step = step
        self._frame = max(1, round(FRAME_SECONDS * sample_rate))
        self._samples = 0
        # Of the frame that has only begun.
        self._begun = np.zeros((1 + queries, 0))
        self._powers: list[Values] = []
        self._matches: list[npt.NDArray[np.float32]] = []

    def add(self, part: "Part") -> None:
        """Takes in what follows."""
        sounds = (part.mixture, *part.targets[: self._queries])
        power = np.stack([np.square(sound, dtype=np.float64).mean(axis=0) for sound in sounds])
        self._samples += power.shape[1]
        power = np.concatenate([self._begun, power], axis=1)
        whole = power.shape[1] // self._frame * self._frame
        self._powers.append(power[:, :whole].reshape(len(sounds), -1, self._frame).mean(axis=2))
        self._begun = power[:, whole:]
        if part.matches is not None:
            self._matches.append(part.matches[: self._queries])

    def timeline(self) -> Timeline:
        """What is known once the recording is at its end."""
        powers = list(self._powers)
        if self._begun.shape[1]:
            powers.append(self._begun.mean(axis=1, keepdims=True))
        power = np.concatenate(powers, axis=1)
        return Timeline(
            mixture=power[0],
            targets=power[1:],
            matches=self._repeated(power.shape[1]),
            frame=self._frame / self._sample_rate,
            seconds=self._samples / self._sample_rate,
        )

    def _repeated(self, frames: int) -> Values | None:
        if self._step is None or not self._matches:
            return None
        matches = np.concatenate(self._matches, axis=1).astype(np.float64)
        middle = np.arange(frames) * self._frame + self._frame // 2
        return matches[:, np.minimum(middle // self._step, matches.shape[1] - 1)]
