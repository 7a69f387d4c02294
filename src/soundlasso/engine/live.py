"""Separating sound while it comes in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import check_finite
from soundlasso.engine.request import ask_for
from soundlasso.engine.separator import Separator
from soundlasso.errors import AudioError, OptionError


class LiveSession(Protocol):
    """One recording that is being listened to.

    Attributes:
        latency: How many samples at most are held back before their answer comes out.
    """

    latency: int

    def push(self, block: Tensor) -> Tensor:
        """Takes in ``C T`` float32 and gives the targets that are certain now, ``Q C T'``."""
        ...

    def finish(self) -> Tensor:
        """The rest of the targets, ``Q C T'``; in all, as much comes out as went in."""
        ...


@runtime_checkable
class LiveModel(Protocol):
    """A separation model that needs no look ahead."""

    def begin(self, sample_rate: int, channels: int, conditions: Sequence[Any]) -> LiveSession:
        """Begins to listen.

        Args:
            sample_rate: In Hz.
            channels: How many channels the blocks will have.
            conditions: Of the queries, as `SeparationModel.condition` makes them.
        """
        ...


@dataclass
class Pace:
    """How a live separation keeps up.

    Attributes:
        seconds: Of sound that has come in.
        work: Seconds that separating it has taken.
        slowest: The longest that a block has taken, relative to its length.
    """

    seconds: float = 0.0
    work: float = 0.0
    slowest: float = 0.0

    @property
    def real_time_factor(self) -> float:
        """Seconds of work a second of sound; it must stay below 1."""
        return self.work / self.seconds if self.seconds else 0.0


class Listener:
    """A live separation: blocks in, targets and what is left out, each as it becomes certain."""

    def __init__(
        self, separator: Separator, queries: Sequence[str], sample_rate: int, channels: int
    ) -> None:
        """Encodes the queries and begins to listen.

        Args:
            separator: With a model that needs no look ahead.
            queries: What to take out, in words.
            sample_rate: Of the blocks, in Hz.
            channels: Of the blocks.

        Raises:
            OptionError: the model looks ahead, or there is no query.
            QueryError: a query is empty.
        """
        if not isinstance(separator.model, LiveModel):
            raise OptionError(
                f"{separator.name} looks ahead and cannot be used live; see: soundlasso models"
            )
        prepared = ask_for(separator.model, queries, (), separator.manner).queries
        self.sample_rate = sample_rate
        self.pace = Pace()
        self.warnings = [warning for query in prepared for warning in query.warnings]
        conditions = [query.condition for query in prepared]
        self._session = separator.model.begin(sample_rate, channels, conditions)
        self._waiting = np.zeros((channels, 0), np.float32)

    @property
    def latency(self) -> float:
        """Seconds that sound is held back, apart from the length of a block."""
        return self._session.latency / self.sample_rate

    def push(self, block: Samples) -> tuple[Samples, npt.NDArray[np.float32]]:
        """Takes in a block, ``C T``.

        Returns:
            The mixture, ``C T'``, and the targets, ``Q C T'``, float32, of the samples that are
            certain now: those held back before, and without those held back still.

        Raises:
            AudioError: it has another number of channels, or a sample is NaN or infinite.
        """
        block = np.ascontiguousarray(block, np.float32)
        channels = len(self._waiting)
        if block.ndim != 2 or len(block) != channels:
            shape = " x ".join(map(str, block.shape))
            raise AudioError(f"a block must be {channels} x T, not {shape}")
        check_finite(block, self.sample_rate, name="the block")
        begun = perf_counter()
        targets = self._session.push(torch.from_numpy(block))
        taken = perf_counter() - begun
        length = block.shape[1] / self.sample_rate
        self.pace.seconds += length
        self.pace.work += taken
        if length:
            self.pace.slowest = max(self.pace.slowest, taken / length)
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        return self._matched(targets)

    def finish(self) -> tuple[Samples, npt.NDArray[np.float32]]:
        """What was held back at the end, as `push` gives it."""
        return self._matched(self._session.finish())

    def _matched(self, targets: Tensor) -> tuple[Samples, npt.NDArray[np.float32]]:
        count = targets.shape[-1]
        mixture, self._waiting = self._waiting[:, :count], self._waiting[:, count:]
        return mixture, targets.numpy()


def listen(
    listener: Listener, blocks: Iterable[Samples]
) -> Iterator[tuple[Samples, npt.NDArray[np.float32]]]:
    """Pushes blocks one after the other, and the rest when they end."""
    for block in blocks:
        yield listener.push(block)
    yield listener.finish()
