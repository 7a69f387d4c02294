"""Griffin-Lim: what it promises, and another implementation's numbers."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from soundlasso.dsp.griffin_lim import griffin_lim
from soundlasso.dsp.reconstruction import reconstruct
from soundlasso.dsp.stft import Stft

STFT = Stft(256, 64)


def tones(samples: int = 4096) -> torch.Tensor:
    """A falling and a steady harmonic tone that fade in and out, ``T`` float64."""
    time = torch.arange(samples, dtype=torch.float64) / 8000
    sound = torch.zeros(samples, dtype=torch.float64)
    for start, slope in ((440.0, -300.0), (230.0, 0.0)):
        for harmonic in (1, 2, 3, 5):
            phase = 2 * np.pi * harmonic * (start * time + slope * time.square() / 2)
            sound += torch.sin(phase) / harmonic
    return 0.1 * sound * torch.hann_window(samples, dtype=torch.float64)


def distance(magnitude: torch.Tensor, waveform: torch.Tensor, stft: Stft = STFT) -> float:
    """Between magnitudes, each bin but the outermost standing for two, relative."""
    weights = torch.full((stft.bins, 1), 2.0, dtype=torch.float64)
    weights[0] = weights[-1] = 1.0
    error = (stft.forward(waveform).abs() - magnitude).square() * weights
    return float((error.sum() / (magnitude.square() * weights).sum()).sqrt())


@given(
    seed=st.integers(0, 2**20),
    samples=st.integers(64, 900),
    stft=st.sampled_from([Stft(64, 16), Stft(64, 32), Stft(60, 13)]),
)
@settings(max_examples=15, deadline=None)
def test_without_momentum_it_never_gets_worse(seed: int, samples: int, stft: Stft) -> None:
    """Whatever the magnitudes are, also such that no waveform has."""
    generator = torch.Generator().manual_seed(seed)
    frames = stft.forward(torch.zeros(samples)).shape[1]
    magnitude = torch.rand(stft.bins, frames, generator=generator, dtype=torch.float64)
    distances = [
        distance(magnitude, griffin_lim(magnitude, stft, samples, iterations=n, momentum=0), stft)
        for n in range(8)
    ]
    assert all(after <= before + 1e-9 for before, after in pairwise(distances))
    assert distances[-1] < distances[0]


def test_a_sound_is_found_from_its_magnitudes() -> None:
    magnitude = STFT.forward(tones()).abs()
    found = griffin_lim(magnitude, STFT, 4096, iterations=200)
    assert found.shape == (4096,)
    assert found.dtype == torch.float64
    # -25 dB.
    assert distance(magnitude, found) < 0.056


def test_momentum_is_faster() -> None:
    magnitude = STFT.forward(tones()).abs()
    plain, fast = (
        distance(magnitude, griffin_lim(magnitude, STFT, 4096, iterations=60, momentum=momentum))
        for momentum in (0.0, 0.99)
    )
    assert fast < 0.8 * plain


def test_the_right_phases_stay() -> None:
    sound = tones()
    spectrum = STFT.forward(sound)
    found = griffin_lim(spectrum.abs(), STFT, 4096, iterations=5, phase=spectrum.angle())
    assert (found - sound).abs().max() < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("momentum", [0.0, 0.99])
def test_librosa_gives_the_same(momentum: float) -> None:
    librosa = pytest.importorskip("librosa")
    magnitude = STFT.forward(tones()).abs()
    expected = librosa.griffinlim(
        magnitude.numpy(),
        n_iter=6,
        hop_length=64,
        momentum=momentum,
        init=None,
        pad_mode="constant",
        length=4096,
    )
    found = griffin_lim(
        magnitude,
        STFT,
        4096,
        iterations=6,
        momentum=momentum,
        phase=torch.zeros_like(magnitude),
    )
    assert np.abs(expected).max() > 1e-2
    assert np.abs(found.numpy() - expected).max() < 1e-6


def test_it_is_always_the_same_and_channels_are_apart() -> None:
    magnitude = STFT.forward(torch.stack([tones(), tones().flip(0)])).abs().float()
    found = griffin_lim(magnitude, STFT, 4096, iterations=3)
    assert found.shape == (2, 4096)
    assert found.dtype == torch.float32
    assert torch.equal(found, griffin_lim(magnitude, STFT, 4096, iterations=3))


def test_silence_stays_silent() -> None:
    found = griffin_lim(torch.zeros(STFT.bins, 3), STFT, 100)
    assert torch.equal(found, torch.zeros(100))


def test_with_no_iteration_only_the_phases_are_given() -> None:
    spectrum = STFT.forward(tones())
    found = griffin_lim(spectrum.abs(), STFT, 4096, iterations=0, phase=spectrum.angle())
    assert (found - tones()).abs().max() < 1e-12


@pytest.mark.parametrize(
    ("samples", "values", "message"),
    [
        (4097, {}, "4097 samples have 129 bins and 66 frames; the magnitudes have 129 and 65"),
        (4096, {"momentum": 1.0}, "momentum at least 0 and less than 1"),
        (4096, {"momentum": -0.1}, "momentum at least 0 and less than 1"),
        (4096, {"iterations": -1}, "iterations must be 0 or more"),
    ],
)
def test_what_does_not_fit_is_refused(samples: int, values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        griffin_lim(torch.zeros(129, 65), STFT, samples, **values)  # type: ignore[arg-type]


def test_reconstruction_by_either_way() -> None:
    spectrum = STFT.forward(tones())
    same = reconstruct(spectrum, STFT, 4096, "mixture_phase")
    assert (same - tones()).abs().max() < 1e-12
    estimated = reconstruct(spectrum, STFT, 4096, "griffin_lim")
    assert torch.equal(estimated, griffin_lim(spectrum.abs(), STFT, 4096))
    assert (estimated - tones()).abs().max() > 1e-3
