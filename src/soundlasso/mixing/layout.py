"""Where in a mixture the recordings of one sound lie: once, or again and again."""

from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")
Take = TypeVar("Take", bound=Sized)


@dataclass(frozen=True)
class Placement(Generic[Take]):
    """A recording in a mixture.

    Attributes:
        index: Which one.
        take: What was loaded of it.
        offset: Where it begins, in samples; negative where it began before the mixture.
        gain: A factor of its amplitude.
    """

    index: int
    take: Take
    offset: int
    gain: float = 1.0


def lay_out(
    rng: np.random.Generator,
    session: Sequence[int],
    load: Callable[[int], Take],
    *,
    total: int,
    rate: int,
    is_repeated: Callable[[], bool],
    variety_probability: float,
) -> Iterator[Placement[Take]]:
    """Lays recordings of a session out over a mixture.

    What is as long as the mixture is cut at a random place; what is shorter lies at a random
    place, or is repeated from near the beginning to the end, with gaps, some takes louder than
    others. Nothing is drawn that is not needed, and always in the same order: the frozen
    benchmarks depend on it.

    Args:
        rng: Draws everything.
        session: The recordings.
        load: Gives a recording, of which the length in samples counts; may draw too.
        total: Length of the mixture in samples.
        rate: Samples in a second.
        is_repeated: Draws whether a short recording is repeated.
        variety_probability: How often repetitions are of other takes.
    """
    index = pick(rng, session)
    take = load(index)
    free = total - len(take)
    if free <= 0:
        yield Placement(index, take, -int(rng.integers(0, -free + 1)))
        return
    if not is_repeated():
        yield Placement(index, take, int(rng.integers(0, free + 1)))
        return
    position = int(rng.integers(0, min(free, len(take)) + 1))
    gap = rng.exponential(0.4) * rate
    various = rng.random() < variety_probability
    while position < total:
        yield Placement(index, take, position, float(rng.uniform(0.6, 1.0)))
        position += len(take) + int(gap * rng.uniform(0.3, 1.7)) + 1
        if various:
            index = pick(rng, session)
            take = load(index)


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """One of some, each as likely."""
    return items[int(rng.integers(len(items)))]
