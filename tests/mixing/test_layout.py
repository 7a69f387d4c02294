"""Recordings lie where they may, and what is drawn does not depend on who draws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soundlasso.mixing.layout import Placement, lay_out, pick

LENGTHS = [100, 350, 40, 2500]


def places(
    session: list[int], *, seed: int = 0, repeated: bool = True, variety: float = 0.0
) -> list[Placement[range]]:
    return list(
        lay_out(
            np.random.default_rng(seed),
            session,
            lambda index: range(LENGTHS[index]),
            total=1000,
            rate=100,
            is_repeated=lambda: repeated,
            variety_probability=variety,
        )
    )


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_what_is_long_is_cut(seed: int) -> None:
    (one,) = places([3], seed=seed)
    assert (one.index, one.gain) == (3, 1.0)
    assert -1500 <= one.offset <= 0


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_what_is_short_lies_within(seed: int) -> None:
    (one,) = places([1], seed=seed, repeated=False)
    assert 0 <= one.offset <= 650
    assert one.gain == 1.0


@settings(deadline=None)
@given(st.integers(0, 1000), st.floats(0, 1))
def test_repetitions_follow_each_other_to_the_end(seed: int, variety: float) -> None:
    found = places([0, 1, 2], seed=seed, variety=variety)
    assert 0 <= found[0].offset <= len(found[0].take)
    for one, following in pairwise(found):
        assert one.offset + len(one.take) < following.offset < 1000
    assert all(0.6 <= one.gain < 1.0 for one in found)
    assert all(len(one.take) == LENGTHS[one.index] for one in found)


def test_only_variety_brings_other_takes() -> None:
    for seed in range(20):
        assert len({one.index for one in places([0, 1, 2], seed=seed)}) == 1
    assert {one.index for one in places([0, 1, 2], variety=1.0)} == {0, 1, 2}


def test_the_session_is_drawn_from_evenly() -> None:
    rng = np.random.default_rng(0)
    counts = np.bincount([pick(rng, [0, 1, 2]) for _ in range(3000)])
    assert counts == pytest.approx([1000] * 3, abs=100)
