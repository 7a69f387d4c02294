"""ResUNet30, its recurrence and its fusions: shapes, gradients, batches, and what is refused."""

from dataclasses import replace

import pytest
import torch

from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from tests.conftest import FUSIONS, noise, randomised

PLAIN = AudioSepConfig(sample_rate=1000, window=64, hop=10, condition=6, channels=(4, 6, 8))
DUAL_PATH = AudioSepConfig(
    sample_rate=1000,
    window=64,
    hop=10,
    condition=6,
    channels=(4, 6, 8),
    dual_path_layers=2,
    dual_path_hidden=5,
)
FUSED = [replace(PLAIN, heads=2, fusion=fusion) for fusion in FUSIONS if fusion != "shift"]
CONFIGS = [PLAIN, DUAL_PATH, *FUSED]


def network(config: AudioSepConfig) -> ResUNet30:
    torch.manual_seed(0)
    made = randomised(ResUNet30(config), scale=0.1)
    assert isinstance(made, ResUNet30)
    return made


def conditions(count: int, seed: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(count, PLAIN.condition, generator=generator)
    return torch.nn.functional.normalize(drawn, dim=1)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("frames", [1, 2, 7, 8, 33])
def test_a_gain_and_an_angle_for_every_bin_and_frame(config: AudioSepConfig, frames: int) -> None:
    mask = network(config)(torch.rand(2, 33, frames), conditions(2))
    assert mask.gain.shape == mask.cos.shape == mask.sin.shape == (2, 33, frames)
    assert 0 <= mask.gain.min().item() <= mask.gain.max().item() <= 1
    length = (mask.cos.square() + mask.sin.square())[:, :-1]
    assert torch.allclose(length, torch.ones_like(length), atol=1e-5)
    # The last bin is not seen, and silenced.
    assert not mask.factors()[:, -1].any()
    assert mask.factors().abs().sum() > 0


@pytest.mark.parametrize("config", CONFIGS)
def test_every_weight_is_learned_from(config: AudioSepConfig) -> None:
    # Wide enough that what is lifted is not 0 in all channels.
    model = network(replace(config, channels=(8, 12, 16))).train()
    waveform = torch.from_numpy(noise(3, 500))
    # Among several tokens: an attention to a single one is no choice, and learns nothing.
    tokens = conditions(12).reshape(3, 4, -1)
    error = (model.separate(waveform, tokens) - waveform / 2).abs().mean()
    torch.autograd.backward(error)
    silent = {
        name
        for name, value in model.named_parameters()
        if value.grad is None or not value.grad.any() or not value.grad.isfinite().all()
    }
    assert silent == set()


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("samples", [1, 2, 9, 33, 500, 777])
@torch.inference_mode()
def test_a_waveform_of_any_length(config: AudioSepConfig, samples: int) -> None:
    waveform = torch.from_numpy(noise(1, samples))
    target = network(config).separate(waveform, conditions(1))
    assert target.shape == waveform.shape
    assert target.isfinite().all()


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_a_batch_is_its_members(config: AudioSepConfig) -> None:
    model = network(config)
    waveform, query = torch.from_numpy(noise(3, 400)), conditions(3)
    together = model.separate(waveform, query)
    apart = [model.separate(waveform[i : i + 1], query[i : i + 1]) for i in range(3)]
    assert together.abs().max() > 1e-3
    assert torch.allclose(together, torch.cat(apart), atol=1e-6)


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_silence_stays_silent(config: AudioSepConfig) -> None:
    assert not network(config).separate(torch.zeros(1, 300), conditions(1)).any()


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_the_query_matters(config: AudioSepConfig) -> None:
    model = network(config)
    magnitude = torch.rand(1, 33, 20)
    first = model(magnitude, conditions(1, seed=1)).gain
    second = model(magnitude, conditions(1, seed=2)).gain
    assert (first - second).abs().max() > 1e-3


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_saved_and_loaded_it_says_the_same(config: AudioSepConfig) -> None:
    model, other = network(config), ResUNet30(config).eval()
    other.load_state_dict(model.state_dict(), strict=True)
    magnitude, query = torch.rand(1, 33, 9), conditions(1)
    found, again = (one(magnitude, query).factors() for one in (model, other))
    # Where tensors lie in memory can round a product another way.
    assert torch.allclose(found, again, atol=1e-6)


@torch.inference_mode()
def test_the_recurrence_runs_along_both_axes() -> None:
    # Far beyond the reach of convolutions: the last frame hears of the first, bins of others.
    plain, dual_path = network(PLAIN), network(DUAL_PATH)
    quiet = torch.zeros(1, 33, 400)
    loud = quiet.clone()
    loud[..., 0] = 5.0
    change = [
        (model(loud, conditions(1)).gain - model(quiet, conditions(1)).gain)[..., -1].abs().max()
        for model in (plain, dual_path)
    ]
    assert change[0] == 0
    assert change[1] > 0


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_tokens_that_are_none_do_not_matter(config: AudioSepConfig) -> None:
    model = network(config)
    magnitude, tokens = torch.rand(1, 33, 9), conditions(5)[None]
    some = torch.tensor([[True] * 3 + [False] * 2])
    shorter = model(magnitude, tokens[:, :3]).factors()
    assert torch.allclose(model(magnitude, tokens, some).factors(), shorter, atol=1e-6)
    # All of those that are there do.
    assert (shorter - model(magnitude, tokens[:, :2]).factors()).abs().max() > 1e-4


@pytest.mark.parametrize("config", CONFIGS)
@torch.inference_mode()
def test_a_vector_is_one_token(config: AudioSepConfig) -> None:
    model, magnitude, vectors = network(config), torch.rand(2, 33, 9), conditions(2)
    there = torch.ones(2, 1, dtype=torch.bool)
    as_token = model(magnitude, vectors[:, None], there).factors()
    assert torch.allclose(model(magnitude, vectors).factors(), as_token, atol=1e-6)


def test_the_published_numbers_are_the_defaults() -> None:
    model = ResUNet30(AudioSepConfig())
    # 26.45 M, as its authors say, but for what their decoder stores and never applies.
    assert sum(value.numel() for value in model.parameters()) == 25_623_941
    assert model.config.frame_multiple == 32


@pytest.mark.parametrize(
    ("magnitude", "condition", "message"),
    [
        ((1, 32, 5), (1, 6), "magnitudes must be B 33 N"),
        ((33, 5), (1, 6), "magnitudes must be B 33 N"),
        ((1, 33, 0), (1, 6), "magnitudes must be B 33 N"),
        ((2, 33, 5), (1, 6), "there must be 2 queries, not 1"),
        ((1, 33, 5), (1, 5), "tokens must be B L 6, not"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    magnitude: tuple[int, ...], condition: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        network(PLAIN)(torch.rand(magnitude), torch.rand(condition))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"window": 100}, "cannot be halved by 6 blocks"),
        ({"channels": ()}, "one positive number a block"),
        ({"channels": (4, 0)}, "one positive number a block"),
        ({"hop": 2000}, "does not fit a window"),
        ({"dual_path_layers": -1}, "dual_path_layers must be at least 0"),
        ({"condition": 0}, "condition must be at least 1"),
        ({"fusion": "mixed"}, "fusion must be one of shift, lift, film, map_attends_text"),
        ({"heads": 0}, "heads must be at least 1"),
        ({"heads": 5, "fusion": "map_attends_text"}, r"multiples of heads \(5\)"),
    ],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AudioSepConfig(**values)  # type: ignore[arg-type]
