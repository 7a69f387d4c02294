"""What the engine asks of a separation model."""

from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor


@dataclass(frozen=True)
class Stretch:
    """How a long recording is worked on, in samples of that recording.

    The recording is divided into cores of equal length. For each the model is given the core
    with ``context`` more on either side, as far as there is any (the first gets twice as much
    behind it instead, and a rest that fits into a window needs no core of its own), and its
    answers for neighbouring cores are cross-faded over ``fade`` samples.

    Attributes:
        core: Length of a core.
        context: What is given beyond it on either side; at least half of ``fade``.
        fade: Length of a cross-fade, centred on the border of two cores; even.
    """

    core: int
    context: int
    fade: int

    def __post_init__(self) -> None:
        """Refuses lengths that do not fit each other."""
        fits = 0 <= self.fade // 2 <= self.context and self.fade <= self.core
        if self.core < 1 or self.fade % 2 or not fits:
            raise ValueError(f"lengths do not fit each other: {self}")


class SeparationModel(Protocol):
    """A model that takes out of a mixture what a query describes.

    Models work at the recording's own sample rate and on all of its channels; how they do
    that is their business.
    """

    def condition(self, query: str) -> tuple[Any, list[str]]:
        """Encodes a query.

        Returns:
            What `separate` wants to know of the query, and warnings for the user.

        Raises:
            QueryError: the query is empty.
        """
        ...

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """How long recordings are to be divided for this model."""
        ...

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers several queries on one stretch of a recording.

        Args:
            mixture: ``C T`` float32, with any ``T`` from 1 on.
            sample_rate: In Hz.
            conditions: Of the queries.

        Returns:
            The targets, ``Q C T``.
        """
        ...
