"""CLAPSep's network in small: two-sided queries, any length, adaptation by low ranks."""

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from soundlasso.models.clapsep import ClapSep, ClapSepConfig
from soundlasso.nn.lora import LoraLinear
from tests.conftest import noise, randomised
from tests.models.tiny_clap import TINY_CLAPSEP, at_usual_levels, tiny_htsat


@pytest.fixture(scope="module")
def network() -> ClapSep:
    torch.manual_seed(0)
    made = randomised(ClapSep(TINY_CLAPSEP), scale=0.2)
    assert isinstance(made, ClapSep)
    at_usual_levels(made.encoder)
    return made


def mixtures(samples: int, batch: int = 2) -> tuple[Tensor, Tensor]:
    """At the mask's rate and at the encoder's; the same sound need not be in both here."""
    other = max(1, samples * 3 // 2)
    return torch.from_numpy(noise(batch, samples)), torch.from_numpy(noise(batch, other, seed=1))


def queries(batch: int = 2) -> tuple[Tensor, Tensor]:
    drawn = torch.randn(2, batch, 12, generator=torch.Generator().manual_seed(1))
    wanted, unwanted = drawn / drawn.norm(dim=-1, keepdim=True)
    return wanted, unwanted


@pytest.mark.parametrize("samples", [1, 31, 33, 777, 1920, 2040])
@torch.inference_mode()
def test_targets_are_as_long_as_mixtures(network: ClapSep, samples: int) -> None:
    target = network(*mixtures(samples), *queries())
    assert target.shape == (2, samples)
    assert torch.isfinite(target).all()


@torch.inference_mode()
def test_the_mask_lies_between_zero_and_one(network: ClapSep) -> None:
    mixture, heard = mixtures(1920)
    magnitude = TINY_CLAPSEP.stft.forward(mixture).abs()
    mask = network.decoder(network.encode(network.encoder.power(heard)), magnitude, *queries())
    assert mask.shape == magnitude.shape == (2, 33, 61)
    assert 0.0 < mask.min().item() < mask.max().item() < 1.0


@torch.inference_mode()
def test_both_sides_of_a_query_matter(network: ClapSep) -> None:
    wanted, unwanted = queries()
    both = network(*mixtures(1920), wanted, unwanted)
    for other in (
        network(*mixtures(1920), wanted, torch.zeros_like(unwanted)),
        network(*mixtures(1920), torch.zeros_like(wanted), unwanted),
        network(*mixtures(1920), unwanted, wanted),
    ):
        assert (both - other).abs().max() > 1e-4


@torch.inference_mode()
def test_a_batch_is_its_singles(network: ClapSep) -> None:
    inputs = (*mixtures(1500), *queries())
    together = network(*inputs)
    apart = torch.cat([network(*(part[one, None] for part in inputs)) for one in range(2)])
    assert torch.allclose(together, apart, atol=1e-6)


@torch.inference_mode()
def test_nothing_comes_of_silence(network: ClapSep) -> None:
    target = network(torch.zeros(1, 1920), torch.zeros(1, 2880), *queries(1))
    assert not target.any()


def test_every_weight_is_learned_from() -> None:
    torch.manual_seed(0)
    network = randomised(ClapSep(TINY_CLAPSEP), scale=0.2).train()
    target = network(*mixtures(1920), *queries())
    (target * torch.rand_like(target)).sum().backward()
    silent = {name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


@torch.inference_mode()
def test_saved_and_loaded_it_is_the_same(network: ClapSep) -> None:
    other = ClapSep(TINY_CLAPSEP).eval()
    other.load_state_dict(load(save(network.state_dict())), strict=True)
    inputs = (*mixtures(1000), *queries())
    assert torch.equal(network(*inputs), other(*inputs))


def test_an_adapted_layer_starts_as_the_layer_it_adapts() -> None:
    torch.manual_seed(0)
    layer = LoraLinear(6, 4, rank=2)
    x = torch.randn(3, 6)
    assert torch.equal(layer(x), torch.nn.functional.linear(x, layer.weight, layer.bias))
    with torch.no_grad():
        layer.widen.copy_(torch.randn(4, 2))
    whole = layer.weight + layer.widen @ layer.narrow / 2
    expected = torch.nn.functional.linear(x, whole, layer.bias)
    assert torch.allclose(layer(x), expected, atol=1e-6)
    assert (layer(x) - torch.nn.functional.linear(x, layer.weight, layer.bias)).abs().max() > 1e-3


def test_inputs_that_do_not_fit_are_refused(network: ClapSep) -> None:
    wanted, unwanted = queries()
    with pytest.raises(ValueError, match="encoder hears 64 frames, not 65"):
        network(*mixtures(2050), wanted, unwanted)
    mixture, heard = mixtures(1920)
    with pytest.raises(ValueError, match="mixtures may have 64 frames, not 66"):
        network(torch.zeros(2, 2080), heard, wanted, unwanted)
    with pytest.raises(ValueError, match=r"queries must be B x 12 each, not \(2, 11\)"):
        network(mixture, heard, wanted[:, 1:], unwanted)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"depths": (1, 1)}, "as many stages as the encoder"),
        ({"masker_heads": 7}, "multiple of heads"),
        ({"hop": 300}, "last as long as the mask's"),
        ({"seconds": 10.3}, r"10\.3 seconds do not fit the 1024 frames"),
        ({"embedding": 0}, "embedding must be at least 1"),
    ],
)
def test_configs_that_cannot_be_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClapSepConfig(**values)  # type: ignore[arg-type]


def test_without_a_rank_nothing_is_adapted() -> None:
    names = [name for name, _ in ClapSep(TINY_CLAPSEP).named_parameters() if "narrow" in name]
    assert len(names) == 2 * sum(TINY_CLAPSEP.encoder.depths)
    assert tiny_htsat().lora_rank == 0
