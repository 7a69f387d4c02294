"""What the engine asks of a separation model."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

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
        step: What each of `Answer.matches` stands for; ``core`` and ``context`` are multiples of
            it. ``None`` for models that do not say what they hear.
    """

    core: int
    context: int
    fade: int
    step: int | None = None

    def __post_init__(self) -> None:
        """Refuses lengths that do not fit each other."""
        fits = 0 <= self.fade // 2 <= self.context and self.fade <= self.core
        if self.core < 1 or self.fade % 2 or not fits:
            raise ValueError(f"lengths do not fit each other: {self}")
        if self.step is not None and (
            self.step < 1 or self.core % self.step or self.context % self.step
        ):
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


@dataclass(frozen=True)
class Wish:
    """What is to be heard, told by the places of queries in a list of them.

    Attributes:
        wanted: Whose sound; everything that there is when ``None``.
        unwanted: Whose sounds must not remain in it.
    """

    wanted: int | None
    unwanted: tuple[int, ...] = ()

    @property
    def share(self) -> float:
        """How much of what the unwanted sounds claim is taken away; see `keep_out`.

        All of it where everything else is to be heard. Half of it where a sound is wanted: a
        model that takes the two for one another would otherwise take away the wanted sound,
        which costs more than it gains (docs/experiments.md).
        """
        return 1.0 if self.wanted is None else 0.5


@dataclass(frozen=True)
class Answer:
    """What a model makes of several wishes for one stretch of a recording.

    Attributes:
        targets: For each of ``W`` wishes, ``W C T``.
        matches: For each of ``Q`` queries, how well each `Stretch.step` of the stretch, counted
            from its beginning, matches it: ``Q M`` with ``M = ceil(T / step)``. The numbers are
            logarithms: what counts for a longer stretch is that of their exponentials' mean.
            ``None`` where the model does not say.
    """

    targets: Tensor
    matches: Tensor | None


@runtime_checkable
class PartingModel(SeparationModel, Protocol):
    """A model that hears one sound at a time, and knows of queries that name several."""

    def parts(self, query: str) -> list[str]:
        """The sounds that a query names, in its own words; the query itself if that is one."""
        ...

    def join(self, conditions: list[Any]) -> Any:
        """The condition of a query that names several sounds, of theirs: to hear all of them."""
        ...


@runtime_checkable
class WishingModel(SeparationModel, Protocol):
    """A model that can also keep sounds out of others, and may say how sure it is of them.

    What other models do not offer, the engine makes up for as well as it can; see
    `soundlasso.engine.wishes`.
    """

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers several wishes on one stretch of a recording, in one pass over it.

        Args:
            mixture: ``C T`` float32, with any ``T`` from 1 on.
            sample_rate: In Hz.
            conditions: Of the queries that the wishes speak of.
            wishes: At least one.
        """
        ...
