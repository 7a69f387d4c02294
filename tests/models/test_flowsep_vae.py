"""The autoencoder: shapes, gradients, batches, and drawing from what the encoder says."""

from typing import Any

import pytest
import torch

from soundlasso.models.flowsep_vae import FlowSepVae, FlowSepVaeConfig, sample_moments
from tests.conftest import randomised

CONFIG = FlowSepVaeConfig(channels=8, multipliers=(1, 2, 3), blocks=1, latent_channels=2, groups=4)


@pytest.fixture(scope="module")
def network() -> FlowSepVae:
    torch.manual_seed(0)
    made = randomised(FlowSepVae(CONFIG), scale=0.1)
    assert isinstance(made, FlowSepVae)
    return made


@pytest.mark.parametrize("frames", [4, 12, 20])
@torch.inference_mode()
def test_a_quarter_as_fine_and_back(network: FlowSepVae, frames: int) -> None:
    mel = torch.randn(2, 1, frames, 8)
    moments = network.encode(mel)
    assert moments.shape == (2, 4, frames // 4, 2)
    assert network.decode(moments[:, :2]).shape == mel.shape


@pytest.mark.parametrize("frames", [13, 14, 15])
@torch.inference_mode()
def test_what_is_left_over_behind_whole_steps(network: FlowSepVae, frames: int) -> None:
    assert network.encode(torch.randn(1, 1, frames, 8)).shape == (1, 4, 3, 2)


@torch.inference_mode()
def test_a_batch_is_its_singles(network: FlowSepVae) -> None:
    mel = torch.randn(3, 1, 12, 8)
    moments = network.encode(mel)
    assert torch.allclose(moments, torch.cat([network.encode(x[None]) for x in mel]), atol=1e-5)
    decoded = network.decode(moments[:, :2])
    alone = torch.cat([network.decode(x[None, :2]) for x in moments])
    assert torch.allclose(decoded, alone, atol=1e-5)
    assert (decoded[0] - decoded[1]).abs().max() > 1e-3


def test_every_weight_is_learned_from() -> None:
    model = randomised(FlowSepVae(CONFIG), scale=0.1).train()
    assert isinstance(model, FlowSepVae)
    moments = model.encode(torch.randn(2, 1, 8, 8))
    decoded = model.decode(sample_moments(moments, torch.randn(2, 2, 2, 2)))
    loss: Any = (decoded * torch.rand_like(decoded)).sum()
    loss.backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    # The softmax cancels what every key has in common.
    assert silent <= {f"{half}.middle.1.key.bias" for half in ("encoder", "decoder")}


def test_drawing_is_the_mean_and_a_deviation_of_noise() -> None:
    mean, log_variance = torch.tensor([1.0, -2.0]), torch.tensor([0.0, 2.0])
    moments = torch.cat([mean, log_variance])[None, :, None, None]
    drawn = sample_moments(moments, torch.full((1, 2, 1, 1), 0.5))
    assert drawn.flatten().tolist() == pytest.approx([1.5, -2.0 + 0.5 * 2.718281828])
    wild = torch.tensor([0.0, 1000.0])[None, :, None, None]
    assert torch.isfinite(sample_moments(wild, torch.ones(1, 1, 1, 1))).all()


def test_the_published_numbers_are_the_defaults() -> None:
    with torch.device("meta"):
        model = FlowSepVae(FlowSepVaeConfig())
    assert model.config.stride == 4
    assert sum(value.numel() for value in model.parameters()) == 55_376_873


@pytest.mark.parametrize("shape", [(1, 12, 8), (1, 2, 12, 8), (1, 1, 3, 8), (1, 1, 0, 8)])
def test_other_spectrograms_are_refused(network: FlowSepVae, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="mel must be B x 1 x N x F of 4 or more each"):
        network.encode(torch.zeros(shape))


@pytest.mark.parametrize("shape", [(2, 3, 2), (1, 3, 3, 2), (1, 2, 0, 2)])
def test_other_latent_maps_are_refused(network: FlowSepVae, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="latent must be B x 2 x N x F"):
        network.decode(torch.zeros(shape))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"multipliers": ()}, "at least one level"),
        ({"channels": 48}, "multiples of groups"),
        ({"blocks": 0}, "blocks must be at least 1"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FlowSepVaeConfig(**values)  # type: ignore[arg-type]
