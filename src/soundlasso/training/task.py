"""What the training loop asks of the network that it trains."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor, nn
from torch.utils.data import Dataset, IterableDataset


@dataclass(frozen=True)
class Score:
    """The result of a validation.

    Attributes:
        best_by: The number by which checkpoints are compared; higher is better.
        values: All numbers, by name.
    """

    best_by: float
    values: dict[str, float]


class ExampleStream(IterableDataset[Any]):
    """Training examples without end, of a corpus that is too large to take any of them.

    Nobody can go to the middle of a stream without reading all that comes before. A run that is
    resumed therefore begins another one.
    """

    def starting_at(self, step: int) -> "ExampleStream":
        """The stream for a run that begins or goes on at a step.

        Step, seed, and the numbers of processes and workers determine it. Those of different
        steps have nothing in common but where their sounds come from.
        """
        raise NotImplementedError


class Task(Protocol):
    """A network, the examples it learns from, and how it is judged.

    Everything is determined by the task's seed and the index of an example or step, so that a
    run that is resumed goes on exactly as if it had never stopped; with a stream, it goes on
    with other examples.
    """

    batch_size: int
    data: str
    """What the examples are made from, as a short text that changes when that does."""

    def build_model(self) -> nn.Module:
        """A network with its first weights; the caller has seeded the generator."""
        ...

    def examples(self) -> "Dataset[Any]":
        """The training examples; any index is valid, and always gives the same example.

        Or an `ExampleStream`.
        """
        ...

    def collate(self, examples: list[Any]) -> Any:
        """Makes a batch of examples; runs in the workers that load them."""
        ...

    def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        """The loss of a batch, to be made small, and numbers to log.

        The batch comes as `collate` made it; the task brings it to where the network is.
        """
        ...

    def validate(self, model: nn.Module) -> Score:
        """Judges a network on the validation split."""
        ...

    def snapshot(self, model: nn.Module, path: Path) -> None:
        """Draws what the network makes of a validation example into a PNG."""
        ...
