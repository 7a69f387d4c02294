"""Bands share every frequency among them."""

import pytest
import torch

from soundlasso.dsp.bands import BandLayout, hertz_to_mel, mel_to_hertz
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


def test_centres_are_where_a_band_holds_alone() -> None:
    weights = LAYOUT.weights(LAYOUT.centres())
    assert torch.allclose(weights, torch.eye(64), atol=1e-4)


def test_mel_there_and_back() -> None:
    hertz = torch.tensor([0.0, 100.0, 1000.0, 20_000.0], dtype=torch.float64)
    assert torch.allclose(mel_to_hertz(hertz_to_mel(hertz)), hertz)
    assert hertz_to_mel(torch.tensor(1000.0)) == pytest.approx(1000.0, rel=1e-3)
