"""Slaney's mel filters."""

import numpy as np
import pytest
import torch

from soundlasso.dsp.mel import mel_filters

SETS = [
    (16_000, 1024, 64, 0.0, 8000.0),
    (48_000, 1024, 64, 50.0, 14_000.0),
    (8000, 256, 13, 300.0, 900.0),
]


@pytest.mark.parametrize("numbers", SETS)
def test_they_are_what_other_libraries_give(numbers: tuple[int, int, int, float, float]) -> None:
    from transformers.audio_utils import mel_filter_bank

    rate, window, bands, low, high = numbers
    expected = mel_filter_bank(
        window // 2 + 1, bands, low, high, rate, norm="slaney", mel_scale="slaney"
    )
    found = mel_filters(rate, window, bands, low, high)
    assert found.dtype == torch.float32
    assert np.abs(found.numpy() - expected.T).max() < 1e-7


def test_every_triangle_has_the_same_area() -> None:
    step = 16_000 / 65_536
    area = mel_filters(16_000, 65_536, 40, 0.0, 8000.0).double().sum(1) * step
    assert area.numpy() == pytest.approx(np.ones(40), rel=1e-3)
