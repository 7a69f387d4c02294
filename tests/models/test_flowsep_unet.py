"""The velocity field: shapes, gradients, what it depends on and what it refuses."""

import dataclasses

import pytest
import torch
from torch import Tensor

from soundlasso.models.flowsep_unet import FlowSepUNet, FlowSepUNetConfig
from tests.conftest import randomised

CONFIG = FlowSepUNetConfig(
    latent_channels=2,
    out_channels=4,
    channels=8,
    multipliers=(1, 2, 3),
    attention=(False, True, True),
    blocks=1,
    head_size=4,
    token_size=6,
    groups=4,
)


@pytest.fixture(scope="module")
def network() -> FlowSepUNet:
    torch.manual_seed(0)
    made = randomised(FlowSepUNet(CONFIG), scale=0.1)
    assert isinstance(made, FlowSepUNet)
    return made


def given(batch: int = 2, frames: int = 8) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(3)
    mask = torch.arange(5) < torch.tensor([[5], [2], [4]])[:batch]
    return {
        "noisy": torch.randn(batch, 2, frames, 4, generator=generator),
        "mixture": torch.randn(batch, 2, frames, 4, generator=generator),
        "time": torch.rand(batch, generator=generator),
        "tokens": torch.randn(batch, 5, 6, generator=generator) * mask[..., None],
        "mask": mask,
    }


@pytest.mark.parametrize("frames", [4, 12])
@torch.inference_mode()
def test_a_velocity_everywhere(network: FlowSepUNet, frames: int) -> None:
    assert network(**given(frames=frames)).shape == (2, 4, frames, 4)


@torch.inference_mode()
def test_a_batch_is_its_singles(network: FlowSepUNet) -> None:
    values = given(batch=3)
    together = network(**values)
    alone = [network(**{key: x[i : i + 1] for key, x in values.items()}) for i in range(3)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-5)


@pytest.mark.parametrize("key", ["noisy", "mixture", "time", "tokens"])
@torch.inference_mode()
def test_everything_that_is_told_matters(network: FlowSepUNet, key: str) -> None:
    values = given()
    other = {**values, key: values[key] * 0.5}
    assert (network(**values) - network(**other)).abs().max() > 1e-4


@torch.inference_mode()
def test_what_is_masked_does_not_matter(network: FlowSepUNet) -> None:
    values = given()
    filled = torch.where(values["mask"][..., None], values["tokens"], 7.0)
    assert torch.equal(network(**values), network(**{**values, "tokens": filled}))
    second = {key: x[1:] for key, x in values.items()}
    shorter = {**second, "tokens": second["tokens"][:, :2], "mask": second["mask"][:, :2]}
    assert torch.allclose(network(**second), network(**shorter), atol=1e-5)


@torch.inference_mode()
def test_a_text_without_tokens_is_no_reason_for_nan(network: FlowSepUNet) -> None:
    values = given()
    assert torch.isfinite(network(**{**values, "mask": torch.zeros(2, 5).bool()})).all()


def test_every_weight_is_learned_from() -> None:
    model = randomised(FlowSepUNet(CONFIG), scale=0.1).train()
    velocity = model(**given())
    (velocity * torch.rand_like(velocity)).sum().backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


def test_saved_and_loaded_it_is_the_same(network: FlowSepUNet) -> None:
    other = FlowSepUNet(CONFIG).eval()
    other.load_state_dict(network.state_dict(), strict=True)
    with torch.inference_mode():
        assert torch.equal(network(**given()), other(**given()))


def test_the_published_numbers_are_the_defaults() -> None:
    with torch.device("meta"):
        model = FlowSepUNet(FlowSepUNetConfig())
    assert model.config.stride == 8
    assert sum(value.numel() for value in model.parameters()) == 265_549_456


@pytest.mark.parametrize(
    ("key", "shape", "message"),
    [
        ("noisy", (2, 2, 6, 4), "noisy must be B x 2 x N x F with multiples of 4"),
        ("noisy", (2, 3, 8, 4), "noisy must be B x 2 x N x F"),
        ("noisy", (2, 2, 0, 4), "noisy must be B x 2 x N x F"),
        ("mixture", (2, 2, 4, 4), "mixture must be like noisy"),
        ("time", (2, 1), "time must hold 2 values"),
        ("time", (1,), "time must hold 2 values"),
        ("tokens", (2, 5, 7), "tokens must be 2 x L x 6"),
        ("tokens", (1, 5, 6), "tokens must be 2 x L x 6"),
        ("mask", (2, 4), "mask must be boolean"),
        ("mask", (2, 5), "mask must be boolean"),
    ],
)
def test_other_shapes_are_refused(
    network: FlowSepUNet, key: str, shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        network(**{**given(), key: torch.zeros(shape)})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"attention": (True,)}, "equally many"),
        ({"channels": 10, "groups": 1, "head_size": 4}, "multiples of groups"),
        ({"channels": 9, "groups": 1, "head_size": 1}, "must be even"),
        ({"out_channels": 1}, "out_channels must be at least 2"),
        ({"blocks": 0}, "blocks must be at least 1"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(CONFIG, **values)  # type: ignore[arg-type]
