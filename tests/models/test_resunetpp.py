"""The thesis's network: shapes, gradients, normalisation, and ways for the query to get in."""

import pytest
import torch

from soundlasso.config import build_config
from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig, normalise
from soundlasso.nn.fusion import Fusion
from tests.conftest import FUSIONS, randomised


def config(fusion: Fusion = "map_attends_text", times: int = 1) -> ResUNetPlusPlusConfig:
    return ResUNetPlusPlusConfig(
        filters=(4 * times, 4 * times, 8 * times, 8 * times, 12 * times),
        output_filters=4,
        token_size=16,
        heads=2,
        fusion=fusion,
    )


def query() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    mask = torch.tensor([[True] * 6, [True] * 3 + [False] * 3])
    return torch.randn(2, 6, 16, generator=generator) * mask[..., None], mask


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("frames", [8, 13, 40])
def test_a_mask_for_every_bin_and_frame(fusion: Fusion, frames: int) -> None:
    model = randomised(ResUNetPlusPlus(config(fusion)), scale=0.05)
    mask = model(torch.rand(2, 257, frames), *query())
    assert mask.shape == (2, 257, frames)
    assert 0 <= mask.min().item() <= mask.max().item() <= 1


@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_weight_is_learned_from(fusion: Fusion) -> None:
    # Wide enough that the narrow layers of squeeze and excitation do not all rest at zero; a few
    # random beginnings make one rest all the same.
    torch.manual_seed(3)
    model = randomised(ResUNetPlusPlus(config(fusion, times=12)), scale=0.02).train()
    mask = model(torch.rand(2, 257, 16), *query())
    (mask * torch.rand_like(mask)).sum().backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


@pytest.mark.parametrize("fusion", FUSIONS)
@torch.inference_mode()
def test_the_query_matters_and_its_padding_does_not(fusion: Fusion) -> None:
    model = randomised(ResUNetPlusPlus(config(fusion)), scale=0.05)
    values = torch.rand(1, 257, 16)
    tokens, mask = query()
    first = model(values, tokens[:1], mask[:1])
    second = model(values, tokens[1:], mask[1:])
    assert (first - second).abs().max() > 1e-4
    shorter = model(values, tokens[1:, :3], mask[1:, :3])
    assert torch.allclose(second, shorter, atol=1e-5)


def test_normalisation_keeps_what_takes_it_back() -> None:
    magnitude = torch.rand(3, 257, 20) * torch.tensor([1.0, 1e-2, 30.0])[:, None, None] + 2e-5
    clip = normalise(magnitude)
    assert clip.values.amin((1, 2)).tolist() == [0.0] * 3
    assert clip.values.amax((1, 2)).tolist() == [1.0] * 3
    assert torch.allclose(clip.magnitude(clip.values), magnitude, rtol=1e-3)


def test_silence_is_normal_too() -> None:
    clip = normalise(torch.zeros(1, 257, 5))
    assert torch.isfinite(clip.values).all()
    assert float(clip.magnitude(clip.values).max()) == pytest.approx(1e-5, rel=1e-3)


def test_where_the_phase_comes_from_can_be_said_in_a_recipe() -> None:
    assert ResUNetPlusPlusConfig().reconstruction == "mixture_phase"
    values = {"reconstruction": "griffin_lim"}
    assert build_config(ResUNetPlusPlusConfig, values).reconstruction == "griffin_lim"
    with pytest.raises(ValueError, match="must be one of mixture_phase, griffin_lim, not 'guess'"):
        build_config(ResUNetPlusPlusConfig, {"reconstruction": "guess"})


def test_the_published_numbers_are_the_defaults() -> None:
    model = ResUNetPlusPlus(ResUNetPlusPlusConfig())
    assert (model.config.window, model.config.hop, model.config.seconds) == (512, 256, 15.0)
    assert model.config.samples == 330_750
    parameters = sum(value.numel() for value in model.parameters())
    assert parameters == 5_289_937


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"filters": (4, 8)}, "five numbers"),
        ({"filters": (4, 6, 8, 8, 8)}, "multiples of heads"),
        ({"fusion": "sideways"}, "must be one of"),
        ({"reconstruction": "guess"}, "must be one of mixture_phase, griffin_lim"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ResUNetPlusPlusConfig(**values)  # type: ignore[arg-type]
