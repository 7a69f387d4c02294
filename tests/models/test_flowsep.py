"""What joins FlowSep's networks: spectrogram, scale, path and waveform."""

import dataclasses

import numpy as np
import pytest
import torch

from soundlasso.models.bigvgan import BigVganConfig
from soundlasso.models.flowsep import FlowSep, FlowSepConfig
from soundlasso.models.flowsep_vae import FlowSepVaeConfig, sample_moments
from tests.models.tiny_flowsep import TINY_FLOWSEP, tiny_flowsep


def test_the_published_numbers_are_the_defaults() -> None:
    config = FlowSepConfig()
    assert (config.sample_rate, config.window, config.hop) == (16_000, 1024, 160)
    assert (config.samples, config.seconds, config.steps) == (163_840, 10.24, 20)
    assert config.latent_shape == (8, 256, 16)


def test_the_spectrogram_is_the_published_one() -> None:
    """By NumPy, from the definition: reflected ends, Hann window, Slaney filters, magnitudes."""
    with torch.device("meta"):
        network = FlowSep(FlowSepConfig())
    rng = np.random.default_rng(0)
    waveform = rng.standard_normal(163_840).astype(np.float32) * 0.1
    waveform[1000:] *= 1e-7
    found = network.log_mel(torch.from_numpy(waveform)[None])
    assert found.shape == (1, 1, 1024, 64)
    padded = np.pad(waveform.astype(np.float64), 512, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    from transformers.audio_utils import mel_filter_bank

    filters = mel_filter_bank(513, 64, 0.0, 8000.0, 16_000, norm="slaney", mel_scale="slaney")
    for frame in (0, 3, 500, 1023):
        spectrum = np.fft.rfft(padded[frame * 160 : frame * 160 + 1024] * window)
        expected = np.log(np.maximum(np.abs(spectrum) @ filters, 1e-5))
        assert np.abs(found[0, 0, frame].numpy() - expected).max() < 1e-3
    assert float(found.min()) == pytest.approx(np.log(1e-5), rel=1e-6)


def test_clips_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="waveform must be B x 512, not"):
        tiny_flowsep().log_mel(torch.zeros(1, 511))


@torch.inference_mode()
def test_the_scale_is_multiplied_by_and_divided_out() -> None:
    network = tiny_flowsep()
    mel, noise = torch.randn(1, 1, 64, 8), torch.randn(1, 2, 32, 4)
    latent = network.encode(mel, noise)
    assert torch.allclose(latent, 0.7 * sample_moments(network.vae.encode(mel), noise))
    first = network.decode(latent)
    assert first.shape == (1, TINY_FLOWSEP.samples)
    network.scale.fill_(1.4)
    assert torch.allclose(network.decode(2 * latent), first, atol=1e-6)


@torch.inference_mode()
def test_the_path_has_as_many_steps_as_configured() -> None:
    tokens, mask = torch.randn(1, 3, 8), torch.ones(1, 3).bool()
    mixture, noise = torch.randn(2, 1, *TINY_FLOWSEP.latent_shape)
    for steps in (1, 3):
        network = tiny_flowsep(dataclasses.replace(TINY_FLOWSEP, steps=steps))
        x = noise
        for step in range(steps):
            time = torch.tensor([step / steps])
            x = x + network.unet(x, mixture, time, tokens, mask)[:, :2] / steps
        assert torch.allclose(network.sample(mixture, tokens, mask, noise), x, atol=1e-6)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"frames": 66}, "multiples of 4"),
        ({"vocoder": dataclasses.replace(TINY_FLOWSEP.vocoder, bands=6)}, "multiples of 4"),
        ({"high": 501.0}, "high must lie between low and 500 Hz"),
        ({"high": 0.0}, "high must lie between"),
        ({"steps": 0}, "steps must be at least 1"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"window": 1024}, "more than half a window"),
        ({"vae": FlowSepVaeConfig(latent_channels=3)}, "equally many latent_channels"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(TINY_FLOWSEP, **values)  # type: ignore[arg-type]


def test_the_hop_is_the_vocoders() -> None:
    config = dataclasses.replace(
        TINY_FLOWSEP, vocoder=BigVganConfig(bands=8, channels=8, rates=(3,), kernels=(6,))
    )
    assert (config.hop, config.samples) == (3, 192)
