"""The metrics are those that the field uses."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from soundlasso.metrics import sdr, si_sdr
from tests.conftest import noise


@pytest.mark.parametrize("snr", [-20.0, 0.0, 15.0])
def test_agree_with_torchmetrics(snr: float) -> None:
    from torchmetrics.functional.audio import (
        scale_invariant_signal_distortion_ratio,
        signal_noise_ratio,
    )

    target = noise(1, 16_000, seed=1)[0]
    estimate = target + noise(1, 16_000, seed=2)[0] * np.float32(10 ** (-snr / 20))
    tensors = torch.from_numpy(estimate).double(), torch.from_numpy(target).double()
    assert sdr(target, estimate) == pytest.approx(float(signal_noise_ratio(*tensors)), abs=1e-4)
    theirs = scale_invariant_signal_distortion_ratio(*tensors, zero_mean=False)
    assert si_sdr(target, estimate) == pytest.approx(float(theirs), abs=1e-4)


def test_half_the_mixture_gains_three_decibels_sdr_and_no_si_sdr() -> None:
    target, other = noise(1, 160_000, seed=1), noise(1, 160_000, seed=2)
    other *= np.linalg.norm(target) / np.linalg.norm(other)
    mixture = target + other
    gain = sdr(target, mixture / 2) - sdr(target, mixture)
    assert gain == pytest.approx(3.0, abs=0.1)
    assert si_sdr(target, mixture / 2) == pytest.approx(si_sdr(target, mixture), abs=1e-3)


@settings(deadline=None)
@given(scale=st.floats(0.01, 100.0))
def test_si_sdr_does_not_know_the_volume(scale: float) -> None:
    target = noise(1, 2000, seed=1)
    estimate = target + noise(1, 2000, seed=2)
    assert si_sdr(target, estimate * scale) == pytest.approx(si_sdr(target, estimate), abs=0.01)


def test_silence_gives_finite_numbers() -> None:
    silence, sound = np.zeros((1, 100), np.float32), noise(1, 100)
    for reference, estimate in ((silence, sound), (sound, silence), (silence, silence)):
        assert np.isfinite(sdr(reference, estimate))
        assert np.isfinite(si_sdr(reference, estimate))


@pytest.mark.parametrize("metric", [sdr, si_sdr])
def test_refuse_what_cannot_be_compared(metric) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="differ in shape"):
        metric(np.zeros((1, 3)), np.zeros((1, 4)))
    with pytest.raises(ValueError, match="no samples"):
        metric(np.zeros((1, 0)), np.zeros((1, 0)))
