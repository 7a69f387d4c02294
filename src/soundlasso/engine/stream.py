"""Working through a recording in overlapping, cross-faded stretches."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from soundlasso.audio.info import Samples
from soundlasso.engine.model import SeparationModel, Stretch

Targets = npt.NDArray[np.float32]


def separate_stream(
    blocks: Iterable[Samples],
    sample_rate: int,
    channels: int,
    model: SeparationModel,
    conditions: list[Any],
) -> Iterator[tuple[Samples, Targets]]:
    """Separates a recording that comes in blocks, however long it is.

    No more than one stretch is held in memory. Where the model's answer for a place depends
    on no more than the context that it asks for, the result is that of separating the whole.

    Args:
        blocks: The recording, ``C T`` each, of any lengths.
        sample_rate: In Hz.
        channels: ``C``.
        model: Who separates.
        conditions: Of the queries.

    Yields:
        The mixture, ``C T``, and the targets, ``Q C T``, in order and without gaps, as they
        become certain.
    """
    plan = model.stretch(sample_rate, channels)
    window = _Window(blocks, channels)
    # The answer for the end of the last core, to be faded into the next one's.
    tail = np.zeros((len(conditions), channels, 0), np.float32)
    core = 0
    while window.reaches(core):
        end = core + plan.core
        begin = max(0, core - plan.context)
        # The first window has no context before it and takes as much more behind it, so that
        # all but the last are equally long.
        window.load(begin, begin + plan.core + 2 * plan.context)
        is_last = not window.reaches(window.stop)
        targets = _run(model, window, sample_rate, conditions)
        start = core - tail.shape[2] // 2
        stop = window.stop if is_last else end + plan.fade // 2
        answer = targets[:, :, start - window.start : stop - window.start]
        answer = _cross_fade(tail, answer)
        certain = answer.shape[2] if is_last else answer.shape[2] - plan.fade
        tail = answer[:, :, certain:]
        first = start - window.start
        yield window.samples[:, first : first + certain], answer[:, :, :certain]
        if is_last:
            return
        core = end


def _run(
    model: SeparationModel, window: "_Window", sample_rate: int, conditions: list[Any]
) -> Targets:
    mixture = torch.from_numpy(window.samples)
    with torch.inference_mode():
        targets: Targets = model.separate(mixture, sample_rate, conditions).numpy()
    expected = (len(conditions), *window.samples.shape)
    if targets.shape != expected:
        raise ValueError(f"the model answered {targets.shape} where {expected} was asked for")
    return targets


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
