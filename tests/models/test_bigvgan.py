"""The vocoder: lengths, gradients, batches and what it refuses."""

import pytest
import torch

from soundlasso.models.bigvgan import BigVgan, BigVganConfig
from tests.conftest import randomised

CONFIG = BigVganConfig(
    bands=6,
    channels=16,
    rates=(5, 4, 2),
    kernels=(16, 16, 4),
    residual_kernels=(3, 5),
    dilations=(1, 3),
)


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return randomised(BigVgan(CONFIG), scale=0.1)


@pytest.mark.parametrize("frames", [1, 2, 7, 32])
@torch.inference_mode()
def test_a_hop_of_samples_for_every_frame_and_a_few_more(
    network: torch.nn.Module, frames: int
) -> None:
    waveform = network(torch.randn(2, 6, frames))
    assert waveform.shape == (2, CONFIG.samples(frames))
    assert 0 <= waveform.shape[1] - 40 * frames < 40
    assert waveform.abs().max() <= 1


@torch.inference_mode()
def test_a_batch_is_its_singles(network: torch.nn.Module) -> None:
    mel = torch.randn(3, 6, 9)
    together = network(mel)
    alone = torch.cat([network(one[None]) for one in mel])
    assert torch.allclose(together, alone, atol=1e-6)
    assert (together[0] - together[1]).abs().max() > 1e-3


def test_every_weight_is_learned_from() -> None:
    model = randomised(BigVgan(CONFIG), scale=0.1).train()
    waveform = model(torch.randn(2, 6, 8))
    (waveform * torch.rand_like(waveform)).sum().backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


def test_the_published_numbers_are_the_defaults() -> None:
    with torch.device("meta"):
        model = BigVgan(BigVganConfig())
    assert model.config.samples(128) == 128 * 160 + 32
    assert sum(value.numel() for value in model.parameters()) == 13_953_825


@pytest.mark.parametrize("shape", [(6, 9), (2, 5, 9), (2, 6, 0)])
def test_other_shapes_are_refused(network: torch.nn.Module, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="mel must be B x 6 x N and not empty"):
        network(torch.zeros(shape))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rates": (2, 2)}, "equally many"),
        ({"rates": (8, 4, 2), "kernels": (4, 16, 4)}, "leave gaps"),
        ({"rates": (2,) * 5, "kernels": (4,) * 5, "channels": 24}, "multiple of 32"),
        ({"residual_kernels": (3, 4)}, "must be odd"),
        ({"bands": 0}, "bands must be at least 1"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BigVganConfig(**values)  # type: ignore[arg-type]
