"""The transform loses nothing, and agrees with SciPy."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from soundlasso.dsp.stft import Stft
from tests.conftest import noise


@settings(deadline=None, max_examples=60)
@given(
    samples=st.integers(1, 5000),
    window=st.sampled_from([4, 16, 64, 512, 1114]),
    share=st.floats(0.05, 0.5),
)
def test_inverse_gives_the_signal_back(samples: int, window: int, share: float) -> None:
    stft = Stft(window, max(1, int(window * share)))
    signal = torch.from_numpy(noise(2, samples, seed=samples))
    spectrum = stft.forward(signal)
    assert spectrum.shape == (2, stft.bins, -(-samples // stft.hop) + 1)
    assert torch.allclose(stft.inverse(spectrum, samples), signal, atol=1e-5)


@settings(deadline=None, max_examples=60)
@given(
    samples=st.integers(1, 5000),
    window=st.sampled_from([4, 16, 64, 512, 1114]),
    share=st.floats(0.05, 0.5),
)
def test_a_mirror_at_the_ends_loses_nothing_either(samples: int, window: int, share: float) -> None:
    stft = Stft(window, max(1, int(window * share)), edges="mirror")
    signal = torch.from_numpy(noise(2, samples, seed=samples))
    spectrum = stft.forward(signal)
    assert spectrum.shape == (2, stft.bins, max(samples, window // 2 + 1) // stft.hop + 1)
    assert torch.allclose(stft.inverse(spectrum, samples), signal, atol=1e-5)


def test_a_mirror_shows_what_lies_before_the_end() -> None:
    stft = Stft(64, 20, edges="mirror")
    signal = torch.from_numpy(noise(1, 200, level=1.0)[0])
    mirrored = torch.cat([signal[1:33].flip(0), signal, signal[-33:-1].flip(0)])
    frames = mirrored.unfold(0, 64, 20) * torch.hann_window(64)
    expected = torch.fft.rfft(frames).T
    assert torch.allclose(stft.forward(signal), expected, atol=1e-4)


def test_the_thesis_window_is_cola() -> None:
    from scipy.signal import check_COLA, get_window

    assert check_COLA(get_window("hann", 512), 512, 256)


def test_bins_agree_with_scipy() -> None:
    from scipy.signal import stft as scipy_stft

    signal = noise(1, 4096)[0]
    ours = Stft(512, 256).forward(torch.from_numpy(signal))
    _, _, theirs = scipy_stft(signal, window="hann", nperseg=512, noverlap=256, scaling="spectrum")
    # SciPy scales by the window's sum.
    theirs = torch.from_numpy(theirs) * 256
    assert (ours[:, 1:-2] - theirs[:, 1 : ours.shape[1] - 2]).abs().max() < 1e-4


def test_frames_of_a_stretch_are_those_of_the_whole() -> None:
    stft = Stft(64, 20)
    signal = torch.from_numpy(noise(1, 2000)[0])
    whole = stft.forward(signal)
    part = stft.forward(signal[400:1600])
    assert torch.allclose(part[:, 2:-3], whole[:, 22 : 22 + part.shape[1] - 5], atol=1e-5)


def test_power_scale_gives_mean_power() -> None:
    signal = torch.from_numpy(noise(1, 48_000, level=0.3)[0])
    for rate in (8000, 44_100, 48_000):
        stft = Stft.of_seconds(0.064, 0.02, rate)
        power = stft.forward(signal).abs().square().sum(0)[5:-5].mean() * stft.power_scale()
        assert power == pytest.approx(float(signal.square().mean()), rel=0.15)


@pytest.mark.parametrize(("window", "hop"), [(64, 33), (64, 0), (64, -1)])
def test_refuses_hops_that_lose_samples(window: int, hop: int) -> None:
    with pytest.raises(ValueError, match="does not fit a window"):
        Stft(window, hop)


@pytest.mark.parametrize("rate", [1000, 8000, 11_025, 44_100, 192_000])
def test_seconds_become_samples_at_any_rate(rate: int) -> None:
    stft = Stft.of_seconds(0.064, 0.02, rate)
    assert stft.window % 2 == 0
    assert stft.window == pytest.approx(0.064 * rate, abs=1)
    assert stft.hop == pytest.approx(0.02 * rate, abs=1)
