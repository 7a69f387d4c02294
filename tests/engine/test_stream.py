"""Separating in stretches is separating the whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import soundlasso
from soundlasso.engine.model import Stretch
from soundlasso.engine.separator import Separator
from soundlasso.engine.stream import separate_stream
from tests.conftest import Samples, noise


class Identity:
    """Gives the mixture back, as often as it is asked."""

    def __init__(self, plan: Stretch) -> None:
        self.plan = plan
        self.longest = 0

    def condition(self, query: str) -> tuple[Any, list[str]]:
        return query, []

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        return self.plan

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        self.longest = max(self.longest, mixture.shape[1])
        return torch.stack([mixture] * len(conditions))


class Smoother(Identity):
    """Averages over some samples to either side: needs context, and no more than it asks for."""

    reach = 7

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        padded = torch.nn.functional.pad(mixture[None], (self.reach, self.reach))
        mean = torch.nn.functional.avg_pool1d(padded, 2 * self.reach + 1, stride=1)[0]
        return torch.stack([mean] * len(conditions))


def in_blocks(samples: Samples, sizes: list[int]) -> Iterator[Samples]:
    start, turn = 0, 0
    while start < samples.shape[1]:
        size = sizes[turn % len(sizes)]
        yield samples[:, start : start + size]
        start, turn = start + size, turn + 1


@settings(deadline=None, max_examples=150)
@given(
    frames=st.integers(1, 400),
    sizes=st.lists(st.integers(1, 90), min_size=1, max_size=4),
    core=st.sampled_from([20, 33, 64]),
    fade=st.sampled_from([0, 2, 10, 20]),
    extra=st.integers(0, 15),
    queries=st.integers(1, 3),
)
def test_identity_in_stretches_is_the_recording(
    frames: int, sizes: list[int], core: int, fade: int, extra: int, queries: int
) -> None:
    samples = noise(2, frames)
    model = Identity(Stretch(core, fade // 2 + extra, fade))
    parts = list(separate_stream(in_blocks(samples, sizes), 8000, 2, model, ["x"] * queries))
    assert np.array_equal(np.concatenate([part.mixture for part in parts], axis=1), samples)
    targets = np.concatenate([part.targets for part in parts], axis=2)
    assert targets.shape == (queries, 2, frames)
    assert np.abs(targets - samples).max() < 1e-6
    assert model.longest <= core + 2 * model.plan.context


@settings(deadline=None, max_examples=80)
@given(frames=st.integers(1, 300), core=st.sampled_from([20, 33, 64]), fade=st.sampled_from([0, 8]))
def test_enough_context_gives_the_result_of_the_whole(frames: int, core: int, fade: int) -> None:
    samples = noise(1, frames)
    model = Smoother(Stretch(core, Smoother.reach + fade // 2, fade))
    parts = separate_stream(in_blocks(samples, [50]), 8000, 1, model, ["x"])
    chunked = np.concatenate([part.targets for part in parts], axis=2)
    whole = model.separate(torch.from_numpy(samples), 8000, ["x"]).numpy()
    assert np.abs(chunked - whole).max() < 1e-6


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100])
def test_a_real_network_in_stretches_is_the_network_on_the_whole(
    rate: int, tiny_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    separator = soundlasso.load(tiny_card)
    samples = noise(2, round(rate * 17.3))
    whole = separator.separate(samples, "a dog barking", sample_rate=rate).target
    monkeypatch.setattr("soundlasso.zoo.gain_separator._CORE_SECONDS", 2.0)
    plan = separator.model.stretch(rate, 2)
    assert plan.core + 2 * plan.context < samples.shape[1] - rate
    chunked = separator.separate(samples, "a dog barking", sample_rate=rate).target
    # The network does change the sound, and differently at different times.
    assert np.abs(whole - samples).max() > 1e-2
    assert np.abs(chunked - whole).max() < 1e-4


@pytest.mark.parametrize(
    ("core", "context", "fade"), [(10, 5, 3), (10, 1, 4), (10, 30, 12), (0, 0, 0)]
)
def test_stretches_that_cannot_work_are_refused(core: int, context: int, fade: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Stretch(core, context, fade)


def test_a_model_of_the_wrong_shape_is_found_out() -> None:
    class Wrong(Identity):
        def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
            return mixture[None, :, :-1]

    separator = Separator(Wrong(Stretch(20, 0, 0)), "wrong")
    with pytest.raises(ValueError, match="was asked for"):
        separator.separate(noise(1, 50), "x", sample_rate=8000)
