"""Who hears what in which order: random, balanced, and the same whenever it is asked for.

Listeners come in blocks. Within a block every thing is at every place equally often, and comes
right behind every other equally often: a Williams design (Williams 1949, "Experimental designs
balanced for the estimation of residual effects of treatments"). From block to block, which thing
is which is drawn anew.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def williams_design(count: int) -> list[list[int]]:
    """The rows of a Williams design of ``count`` things: as many, or twice as many if odd."""
    first = [0]
    for step in range(1, count):
        first.append((first[-1] + (step if step % 2 else -step)) % count)
    rows = [[(thing + shift) % count for thing in first] for shift in range(count)]
    return rows + [row[::-1] for row in rows] if count % 2 and count > 1 else rows


def balanced_order(
    things: Sequence[Thing], seed: int, purpose: str, listener: int
) -> tuple[Thing, ...]:
    """The order of things for a listener.

    Args:
        things: In any fixed order.
        seed: The test's.
        purpose: What is ordered; orders for different purposes have nothing to do with each other.
        listener: Their number, from 1.
    """
    rows = williams_design(len(things))
    block, row = divmod(listener - 1, len(rows))
    # Seeding with text is the same in every process and version of Python.
    drawn = random.Random(f"{seed} {purpose} {block}")
    shuffled = list(things)
    drawn.shuffle(shuffled)
    drawn.shuffle(rows)
    return tuple(shuffled[place] for place in rows[row])
