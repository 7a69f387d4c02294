"""Orders are random, balanced and reproducible."""

from collections import Counter
from itertools import pairwise

import pytest

from soundlasso.listening.order import balanced_order, williams_design


@pytest.mark.parametrize("count", range(1, 9))
def test_a_design_is_balanced(count: int) -> None:
    rows = williams_design(count)
    assert len(rows) == (2 * count if count % 2 and count > 1 else count)
    assert all(sorted(row) == list(range(count)) for row in rows)
    for place in range(count):
        assert set(Counter(row[place] for row in rows).values()) == {len(rows) // count}
    follows = Counter(pair for row in rows for pair in pairwise(row))
    assert len(follows) == count * (count - 1)
    assert len(set(follows.values())) <= 1


@pytest.mark.parametrize("count", [1, 2, 4, 5])
def test_each_block_of_listeners_is_balanced(count: int) -> None:
    things = "abcdefgh"[:count]
    block = len(williams_design(count))
    for first in (1, 1 + block, 1 + 7 * block):
        orders = [balanced_order(things, 3, "x", first + i) for i in range(block)]
        assert all(sorted(order) == list(things) for order in orders)
        for place in range(count):
            assert set(Counter(o[place] for o in orders).values()) == {block // count}


def test_orders_are_the_same_whenever_asked_for() -> None:
    things = "abcde"
    assert balanced_order(things, 0, "x", 4) == balanced_order(things, 0, "x", 4)
    # Written down once: they must be so in every version and on every machine.
    assert "".join(balanced_order(things, 0, "items", 1)) == "cabed"


def test_orders_differ_by_listener_purpose_and_seed() -> None:
    things = "abcdefgh"
    first = [balanced_order(things, 0, "x", n) for n in range(1, 41)]
    assert len(set(first)) > 35
    assert first != [balanced_order(things, 1, "x", n) for n in range(1, 41)]
    assert first != [balanced_order(things, 0, "y", n) for n in range(1, 41)]
