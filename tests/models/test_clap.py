"""CLAP's network in small: embeddings of texts and sounds, whatever their length."""

import pytest
import torch
from safetensors.torch import load, save
from torch import Tensor

from soundlasso.models.clap import Clap, ClapConfig
from soundlasso.models.clap_shapes import clap_numbers
from soundlasso.models.htsat import HtsatConfig
from soundlasso.models.roberta import RobertaConfig
from tests.conftest import noise, randomised
from tests.models.tiny_clap import TINY_CLAP, at_usual_levels, tiny_htsat


@pytest.fixture(scope="module")
def network() -> Clap:
    torch.manual_seed(0)
    made = randomised(Clap(TINY_CLAP), scale=0.3)
    assert isinstance(made, Clap)
    at_usual_levels(made.audio)
    return made


def sounds(samples: int) -> Tensor:
    return torch.from_numpy(noise(2, samples))


IDS = torch.tensor([[0, 5, 6, 7, 2], [0, 8, 2, 1, 1]])
MASK = IDS != 1


# One sample; less than a mirror needs; no divisor of the window; a window; beyond it.
@pytest.mark.parametrize("samples", [1, 50, 1001, 2880, 2881, 7001])
@torch.inference_mode()
def test_sounds_of_any_length_become_embeddings(network: Clap, samples: int) -> None:
    found = network.embed_audio(sounds(samples))
    assert found.shape == (2, 12)
    assert torch.allclose(found.norm(dim=1), torch.ones(2))


@torch.inference_mode()
def test_different_sounds_have_different_embeddings(network: Clap) -> None:
    tone = torch.sin(torch.arange(2880) * 0.3)[None]
    one, other = network.embed_audio(torch.cat([sounds(2880)[:1], tone]))
    assert (one - other).abs().max() > 1e-2


@torch.inference_mode()
def test_short_sounds_are_repeated_whole_and_silence_follows(network: Clap) -> None:
    short = sounds(1000)
    filled = network.fill_window(short)
    assert filled.shape == (2, 2880)
    assert torch.equal(filled[:, :1000], short)
    assert torch.equal(filled[:, 1000:2000], short)
    assert not filled[:, 2000:].any()


@torch.inference_mode()
def test_of_long_sounds_the_windows_are_averaged(network: Clap) -> None:
    """The last window ends where the sound ends."""
    long = sounds(4000)
    windows = [network.embed_audio(long[:, :2880]), network.embed_audio(long[:, -2880:])]
    mean = torch.stack(windows).mean(0)
    expected = mean / mean.norm(dim=1, keepdim=True)
    assert torch.allclose(network.embed_audio(long), expected, atol=1e-6)


@torch.inference_mode()
def test_a_batch_is_its_singles(network: Clap) -> None:
    both = sounds(2000)
    together = network.embed_audio(both)
    apart = torch.cat([network.embed_audio(one[None]) for one in both])
    assert torch.allclose(together, apart, atol=1e-5)
    together = network.embed_text(IDS, MASK)
    apart = torch.cat(
        [network.embed_text(IDS[:1], MASK[:1]), network.embed_text(IDS[1:, :3], MASK[1:, :3])]
    )
    assert torch.allclose(together, apart, atol=1e-5)
    assert (together[0] - together[1]).abs().max() > 1e-2


@torch.inference_mode()
def test_silence_has_an_embedding(network: Clap) -> None:
    assert torch.isfinite(network.embed_audio(torch.zeros(1, 2880))).all()


def test_every_weight_is_learned_from() -> None:
    torch.manual_seed(0)
    network = randomised(Clap(TINY_CLAP), scale=0.3).train()
    assert isinstance(network, Clap)
    embedded = torch.cat([network.embed_text(IDS, MASK), network.embed_audio(sounds(2880))])
    torch.autograd.backward((embedded * torch.rand_like(embedded)).sum())
    silent = {name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


@torch.inference_mode()
def test_saved_and_loaded_it_is_the_same(network: Clap) -> None:
    other = Clap(TINY_CLAP).eval()
    other.load_state_dict(load(save(network.state_dict())), strict=True)
    assert torch.equal(network.embed_audio(sounds(999)), other.embed_audio(sounds(999)))
    assert torch.equal(network.embed_text(IDS, MASK), other.embed_text(IDS, MASK))


def test_numbers_are_read_from_shapes() -> None:
    config = ClapConfig(
        audio=HtsatConfig(channels=8, depths=(2, 1, 1), heads=(1, 2, 4)),
        text=RobertaConfig(vocabulary=9, positions=8, size=128, layers=2, heads=2, inner=3),
        size=5,
    )
    numbers = clap_numbers(Clap(config).state_dict())
    assert numbers["audio"]["depths"] == [2, 1, 1]
    assert numbers["audio"]["heads"] == [1, 2, 4]
    assert numbers["audio"]["attention_window"] == 8
    assert numbers["audio"]["lora_rank"] == 0
    assert numbers["text"]["heads"] == 2
    assert numbers["size"] == 5


@pytest.mark.parametrize("shape", [(2880,), (1, 0), (1, 1, 2880)])
def test_sounds_of_other_shapes_are_refused(network: Clap, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="sounds must be B x T and not empty"):
        network.embed_audio(torch.zeros(shape))


def test_levels_of_other_shapes_are_refused(network: Clap) -> None:
    with pytest.raises(ValueError, match="16 bands and 1 to 64 frames, not 15 and 60"):
        network.audio(torch.zeros(1, 15, 60))
    with pytest.raises(ValueError, match="not 16 and 65"):
        network.audio(torch.zeros(1, 16, 65))


def test_longer_texts_than_there_are_positions_are_refused(network: Clap) -> None:
    ids = torch.full((1, 81), 5)
    with pytest.raises(ValueError, match="80 tokens at most, not 81"):
        network.embed_text(ids, ids > 0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"depths": (2, 2)}, "one number for each stage"),
        ({"side": 250}, "multiple of bands"),
        ({"heads": (3, 8, 16, 32)}, "cannot be divided among 3 heads"),
        ({"attention_window": 7}, "no windows of 7"),
        ({"lora_rank": -1}, "lora_rank must be at least 0"),
    ],
)
def test_htsats_that_cannot_be_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        HtsatConfig(**values)  # type: ignore[arg-type]


def test_claps_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.9 seconds do not fit the 64 frames"):
        ClapConfig(audio=tiny_htsat(), seconds=0.9)
    with pytest.raises(ValueError, match="size must be at least 1"):
        ClapConfig(size=0)
    with pytest.raises(ValueError, match="multiple of heads"):
        RobertaConfig(size=10, heads=3)
