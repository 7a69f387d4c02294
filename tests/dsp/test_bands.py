"""Bands share every frequency among them."""

import pytest
import torch

from soundlasso.dsp.bands import BandLayout, hertz_to_mel
from soundlasso.dsp.stft import Stft

LAYOUT = BandLayout(64, 30.0, 15_000.0)


@pytest.mark.parametrize("rate", [8000, 22_050, 32_000, 48_000, 192_000])
def test_weights_sum_to_one_at_every_frequency(rate: int) -> None:
    weights = LAYOUT.weights(Stft.of_seconds(0.064, 0.02, rate).frequencies(rate))
    assert torch.allclose(weights.sum(0), torch.ones(weights.shape[1]), atol=1e-6)
    assert int((weights > 0).sum(0).max()) <= 2


def test_content_above_the_top_band_follows_it() -> None:
    weights = LAYOUT.weights(torch.tensor([15_000.0, 16_000.0, 40_000.0]))
    assert torch.equal(weights[-1], torch.ones(3))


def test_bands_are_evenly_spaced_in_mel() -> None:
    mel = torch.linspace(float(hertz_to_mel(torch.tensor(30.0))), 3507.0, 64, dtype=torch.float64)
    centres = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    weights = LAYOUT.weights(centres)
    assert torch.allclose(weights.diagonal(), torch.ones(64), atol=0.05)


def test_a_thousand_hertz_are_a_thousand_mel() -> None:
    assert hertz_to_mel(torch.tensor(1000.0)) == pytest.approx(1000.0, rel=1e-3)
