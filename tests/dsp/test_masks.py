"""Gains keep their place in time and frequency on another grid."""

import torch

from soundlasso.dsp.masks import resample_gains
from soundlasso.dsp.stft import Stft


def test_the_same_grid_changes_nothing() -> None:
    stft = Stft(512, 256)
    gains = torch.rand(257, 40)
    assert torch.allclose(
        resample_gains(gains, stft, 22_050, stft, 22_050)[:, :40], gains, atol=1e-5
    )


def test_twice_the_rate_keeps_bins_and_frames() -> None:
    gains = torch.rand(257, 40)
    other = resample_gains(gains, Stft(512, 256), 22_050, Stft(1024, 512), 44_100)
    assert other.shape[0] == 513
    assert torch.allclose(other[:257, :40], gains, atol=1e-4)
    # Above what the network saw, its top bin holds.
    assert torch.allclose(other[300, :40], gains[-1], atol=1e-4)


def test_an_odd_rate_interpolates() -> None:
    ramp = torch.linspace(0, 1, 257)[:, None].expand(257, 30)
    stft = Stft.of_seconds(512 / 22_050, 256 / 22_050, 48_000)
    other = resample_gains(ramp, Stft(512, 256), 22_050, stft, 48_000)
    expected = (stft.frequencies(48_000) / 11_025).clamp(max=1)
    assert torch.allclose(other[:, 3], expected, atol=1e-3)
