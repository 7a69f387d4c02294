"""Working through a recording in overlapping, cross-faded stretches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from soundlasso.audio.info import Samples
from soundlasso.engine.model import SeparationModel, Stretch, Wish
from soundlasso.engine.wishes import grant, to_hear

Targets = npt.NDArray[np.float32]
Matches = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Part:
    """What has become certain of a recording, in order and without gaps.

    Attributes:
        mixture: The recording, ``C T``.
        targets: What was wished for of it, ``W C T``.
        matches: `Answer.matches` of as many steps as have become certain, ``Q M``; they need not
            be those of the samples here, but all parts together have them all.
    """

    mixture: Samples
    targets: Targets
    matches: Matches | None


def separate_stream(
    blocks: Iterable[Samples],
    sample_rate: int,
    channels: int,
    model: SeparationModel,
    conditions: list[Any],
    wishes: list[Wish] | None = None,
) -> Iterator[Part]:
    """Separates a recording that comes in blocks, however long it is.

    No more than one stretch is held in memory. Where the model's answer for a place depends
    on no more than the context that it asks for, the result is that of separating the whole.

    Args:
        blocks: The recording, ``C T`` each, of any lengths.
        sample_rate: In Hz.
        channels: ``C``.
        model: Who separates.
        conditions: Of the queries.
        wishes: What is to be made of them; each query's sound alone when ``None``.

    Yields:
        What has become certain, one part a stretch.
    """
    wishes = to_hear(len(conditions), 0) if wishes is None else wishes
    plan = model.stretch(sample_rate, channels)
    window = _Window(blocks, channels)
    # The answer for the end of the last core, to be faded into the next one's.
    tail = np.zeros((len(wishes), channels, 0), np.float32)
    core = 0
    while window.reaches(core):
        end = core + plan.core
        begin = max(0, core - plan.context)
        # The first window has no context before it and takes as much more behind it, so that
        # all but the last are equally long.
        window.load(begin, begin + plan.core + 2 * plan.context)
        is_last = not window.reaches(window.stop)
        targets, matches = _run(model, window, sample_rate, conditions, wishes, plan)
        start = core - tail.shape[2] // 2
        stop = window.stop if is_last else end + plan.fade // 2
        answer = targets[:, :, start - window.start : stop - window.start]
        answer = _cross_fade(tail, answer)
        certain = answer.shape[2] if is_last else answer.shape[2] - plan.fade
        tail = answer[:, :, certain:]
        first = start - window.start
        if plan.step is not None and matches is not None:
            before, behind = core - window.start, window.stop if is_last else end
            steps = -(-(behind - window.start) // plan.step)
            matches = matches[:, before // plan.step : steps]
        yield Part(window.samples[:, first : first + certain], answer[:, :, :certain], matches)
        if is_last:
            return
        core = end


def _run(
    model: SeparationModel,
    window: "_Window",
    sample_rate: int,
    conditions: list[Any],
    wishes: list[Wish],
    plan: Stretch,
) -> tuple[Targets, Matches | None]:
    mixture = torch.from_numpy(window.samples)
    with torch.inference_mode():
        answer = grant(model, mixture, sample_rate, conditions, wishes)
    targets: Targets = answer.targets.numpy()
    expected: tuple[int, ...] = (len(wishes), *window.samples.shape)
    if targets.shape != expected:
        raise ValueError(f"the model answered {targets.shape} where {expected} was asked for")
    if plan.step is None or answer.matches is None:
        return targets, None
    matches: Matches = answer.matches.numpy()
    expected = (len(conditions), -(-window.samples.shape[1] // plan.step))
    if matches.shape != expected:
        raise ValueError(f"the model's matches are {matches.shape} and not {expected}")
    return targets, matches


def _cross_fade(old: Targets, new: Targets) -> Targets:
    """Fades from ``old`` into the beginning of ``new``; the two weights sum to one."""
    length = old.shape[2]
    if not length:
        return new
    rise = (np.arange(length, dtype=np.float32) + 0.5) / length
    faded = old * (1 - rise) + new[:, :, :length] * rise
    return np.concatenate([faded, new[:, :, length:]], axis=2)


class _Window:
    """A view of a recording that only moves forward."""

    def __init__(self, blocks: Iterable[Samples], channels: int) -> None:
        self._blocks = iter(blocks)
        self._ahead = np.zeros((channels, 0), np.float32)
        self.samples = self._ahead
        self.start = 0

    @property
    def stop(self) -> int:
        return self.start + self.samples.shape[1]

    def reaches(self, position: int) -> bool:
        """Whether the recording goes on past ``position``."""
        while self.stop + self._ahead.shape[1] <= position:
            if not self._read():
                return False
        return True

    def _read(self) -> bool:
        block = next(self._blocks, None)
        if block is None:
            return False
        self._ahead = np.concatenate([self._ahead, block], axis=1)
        return True

    def load(self, start: int, stop: int) -> None:
        """Moves to ``start`` .. ``stop``, or to the end if that comes first."""
        self.reaches(stop)
        joined = np.concatenate([self.samples[:, start - self.start :], self._ahead], axis=1)
        self.samples = np.ascontiguousarray(joined[:, : stop - start])
        self._ahead = joined[:, stop - start :]
        self.start = start


def whole(samples: Samples, plan: Stretch) -> Iterator[Samples]:
    """Blocks of a recording that is in memory, of a length that suits a plan."""
    for start in range(0, samples.shape[1], plan.core):
        yield samples[:, start : start + plan.core]
