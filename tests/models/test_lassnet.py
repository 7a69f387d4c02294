"""LASS-Net in small: shapes, gradients, lengths, batches and what it refuses."""

import dataclasses

import pytest
import torch

from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.nn.bert import BertConfig
from soundlasso.nn.fusion import Fusion
from tests.conftest import FUSIONS, randomised

CONFIG = LassNetConfig(
    sample_rate=8000,
    window=64,
    hop=32,
    seconds=1.0,
    channels=(3, 4, 6),
    query_size=10,
    bert=BertConfig(vocabulary=40, positions=16, size=12, layers=2, heads=3, inner=20),
)
BINS = CONFIG.stft.bins


def query() -> tuple[torch.Tensor, torch.Tensor]:
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    generator = torch.Generator().manual_seed(5)
    return torch.randint(1, 40, (2, 6), generator=generator) * mask, mask


# Each with one channel more, so that two heads fit.
CONFIGS = [
    CONFIG,
    *(
        dataclasses.replace(CONFIG, channels=(4, 4, 6), heads=2, fusion=fusion)
        for fusion in FUSIONS
        if fusion != CONFIG.fusion
    ),
]


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda config: config.fusion)
def model(request: pytest.FixtureRequest) -> LassNet:
    torch.manual_seed(0)
    made = randomised(LassNet(request.param), scale=0.1)
    assert isinstance(made, LassNet)
    return made


@pytest.mark.parametrize("frames", [1, 2, 7, 8, 9, 40])
@torch.inference_mode()
def test_a_mask_for_every_bin_and_frame(model: LassNet, frames: int) -> None:
    mask = model(torch.rand(2, BINS, frames), *query())
    assert mask.shape == (2, BINS, frames)
    assert 0 <= mask.min() <= mask.max() <= 1
    # What it cannot see.
    assert torch.equal(mask[:, -2:], torch.full((2, 2, frames), 0.5))
    assert mask[:, :-2].std() > 1e-3


@torch.inference_mode()
def test_a_batch_is_its_clips_one_by_one(model: LassNet) -> None:
    magnitude = torch.rand(2, BINS, 13)
    ids, mask = query()
    together = model(magnitude, ids, mask)
    for number, length in enumerate(mask.sum(1).tolist()):
        one = slice(number, number + 1)
        alone = model(magnitude[one], ids[one, :length], mask[one, :length])
        assert torch.allclose(together[one], alone, atol=1e-5)
    assert (together[0] - together[1]).abs().max() > 1e-2


@torch.inference_mode()
def test_the_query_matters(model: LassNet) -> None:
    magnitude = torch.rand(1, BINS, 8).expand(2, -1, -1)
    masks = model(magnitude, *query())
    assert (masks[0] - masks[1]).abs().max() > 1e-4


@torch.inference_mode()
def test_only_an_attention_sees_more_than_the_first_token(model: LassNet) -> None:
    ids, mask = query()
    tokens, there = model.embed(model.bert(ids, mask), mask)
    attends = model.config.fusion in ("map_attends_text", "text_attends_map")
    assert tokens.shape == (2, 6 if attends else 1, 10)
    assert there.sum().item() == (mask.sum().item() if attends else 2)


@torch.inference_mode()
def test_silence_gives_a_finite_mask(model: LassNet) -> None:
    assert torch.isfinite(model(torch.zeros(2, BINS, 5), *query())).all()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_weight_is_learned_from(fusion: Fusion) -> None:
    # Wide enough that no narrow layer before a ReLU rests at zero.
    wide = dataclasses.replace(CONFIG, channels=(12, 16, 16), fusion=fusion)
    torch.manual_seed(0)
    model = randomised(LassNet(wide), scale=0.05).train()
    mask = model(torch.rand(2, BINS, 16), *query())
    (mask * torch.rand_like(mask)).sum().backward()
    silent = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    assert silent == set()


@torch.inference_mode()
def test_saved_and_loaded_it_is_the_same(model: LassNet) -> None:
    again = LassNet(model.config).eval()
    again.load_state_dict(model.state_dict(), strict=True)
    magnitude = torch.rand(2, BINS, 9)
    # Where tensors lie in memory can round a product another way.
    assert torch.allclose(again(magnitude, *query()), model(magnitude, *query()), atol=1e-6)


def test_the_published_numbers_are_the_defaults() -> None:
    model = LassNet(LassNetConfig())
    text = sum(value.numel() for value in model.bert.parameters())
    parameters = sum(value.numel() for value in model.parameters())
    assert text == 11_104_768
    assert parameters - text == 52_294_115
    assert model.config.samples == 320_000


@pytest.mark.parametrize(
    ("magnitude", "vector", "message"),
    [
        ((2, 20, 5), (2, 10), f"magnitude must be B {BINS} N"),
        ((2, BINS, 0), (2, 10), f"magnitude must be B {BINS} N"),
        ((BINS, 5), (2, 10), f"magnitude must be B {BINS} N"),
        ((2, BINS, 5), (1, 10), "there must be 2 queries, not 1"),
        ((2, BINS, 5), (2, 9), "tokens must be B L 10, not"),
    ],
)
def test_what_does_not_fit_is_refused(
    model: LassNet, magnitude: tuple[int, ...], vector: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        model.separate(torch.rand(magnitude), torch.rand(vector))


@pytest.mark.parametrize("window", [63, 16, 24, 20])
def test_windows_that_cannot_be_halved_are_refused(window: int) -> None:
    with pytest.raises(ValueError, match="half the window must be a multiple of 8, and more"):
        LassNetConfig(window=window, channels=(3, 4, 6))


def test_heads_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"multiples of heads \(4\)"):
        LassNetConfig(channels=(32, 30), fusion="text_attends_map")


def test_a_network_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one number"):
        LassNetConfig(channels=())
