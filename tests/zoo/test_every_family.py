"""What holds for every family that there is, and for every one that is added."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import soundlasso
from soundlasso.engine.separator import Separator
from soundlasso.errors import WeightsError
from soundlasso.query.encoder import QueryEncoder
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER
from tests.conftest import noise
from tests.zoo.tiny import TINY, Tiny, Words

EVERY = sorted({*FAMILIES, *FAMILIES_WITH_ENCODER})
of_every_family = pytest.mark.parametrize("family", EVERY)
# Which inputs are tried with an axis too many, and on which axis with one too much.
AXES = {
    "audiosep": (1, 1),
    "clapsep": (None, None, 1, 1),
    "flowsep": (1, 2, 1),
    "gainnet": (1, 2, 1, 0),
    "lassnet": (1, 0, 1),
    "livenet": (1, 2, 1, 0),
    "resunetpp": (1, 2, 1),
}


def test_none_is_forgotten() -> None:
    assert set(TINY) == set(AXES) == set(EVERY)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for family, tiny in TINY.items():
        made[family] = tiny.write(family, tmp_path_factory.mktemp(family))
    return made


def load(family: str, card: Path, monkeypatch: pytest.MonkeyPatch) -> Separator:
    def load_encoder(name: str) -> QueryEncoder:
        assert name == "words"
        return Words(TINY[family].size, TINY[family].tokens)

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", load_encoder)
    return soundlasso.load(card, device="cpu")


@pytest.fixture
def separator(family: str, cards: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Separator:
    return load(family, cards[family], monkeypatch)


@of_every_family
@pytest.mark.parametrize(("rate", "channels"), [(8000, 2), (11_025, 1)])
@pytest.mark.parametrize("seconds", [0.0, 0.37, 2.6])
def test_the_right_length_and_finite(
    separator: Separator, rate: int, channels: int, seconds: float
) -> None:
    mixture = noise(channels, max(1, round(rate * seconds)))
    dog, rain = separator.separate_all(mixture, ["a dog", "it rains"], sample_rate=rate)
    for result in (dog, rain):
        assert result.target.shape == result.residual.shape == mixture.shape
        assert np.isfinite(result.target).all()
        assert np.abs(result.target + result.residual - mixture).max() < 1e-5
    if seconds > 1:
        assert np.abs(dog.target - rain.target).max() > 1e-6
        assert np.abs(dog.target).max() > 1e-6


@of_every_family
@pytest.mark.parametrize("rate", [8000, 11_025])
def test_silence_for_silence(separator: Separator, rate: int) -> None:
    silence = np.zeros((2, 2 * rate), np.float32)
    assert not separator.separate(silence, "a dog", sample_rate=rate).target.any()


@of_every_family
def test_saved_and_loaded_it_is_the_same(
    family: str, separator: Separator, cards: dict[str, Path]
) -> None:
    tiny = TINY[family]
    content = json.loads(cards[family].read_text())["config"]
    state, cpu = tiny.make().state_dict(), torch.device("cpu")
    if family in FAMILIES_WITH_ENCODER:
        model = FAMILIES_WITH_ENCODER[family](content, state, cpu)
    else:
        model = FAMILIES[family](content, state, Words(tiny.size, tiny.tokens), cpu)
    mixture = noise(1, 9000)
    expected = Separator(model, family).separate(mixture, "rain", sample_rate=8000).target
    found = separator.separate(mixture, "rain", sample_rate=8000).target
    assert np.abs(expected).max() > 1e-6
    assert np.array_equal(found, expected)


@of_every_family
def test_every_weight_is_learned_from(family: str) -> None:
    tiny = TINY[family]
    network = tiny.make().train()
    torch.manual_seed(0)
    made = tiny.run(network, *tiny.inputs())
    assert torch.isfinite(made).all()
    (made * torch.randn(made.shape)).sum().backward()  # type: ignore[no-untyped-call]
    for name, value in network.named_parameters():
        assert value.grad is not None, name
        assert torch.isfinite(value.grad).all(), name
        assert value.grad.any(), name


def refused(tiny: Tiny, place: int, wrong: torch.Tensor) -> None:
    inputs = list(tiny.inputs())
    inputs[place] = wrong
    with pytest.raises(ValueError, match=r"must|may have|hears"):
        tiny.run(tiny.make(), *inputs)


@of_every_family
@torch.inference_mode()
def test_wrong_shapes_are_refused_in_words(family: str) -> None:
    tiny = TINY[family]
    for place, (axis, right) in enumerate(zip(AXES[family], tiny.inputs(), strict=True)):
        if axis is not None:
            refused(tiny, place, right[None])
            refused(tiny, place, torch.cat([right, right.narrow(axis, 0, 1)], axis))


@of_every_family
def test_cards_that_do_not_fit_are_refused(
    family: str, cards: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.loads(cards[family].read_text())
    (tmp_path / "tiny.safetensors").write_bytes(
        cards[family].with_suffix(".safetensors").read_bytes()
    )
    for config, message in (
        ({**content["config"], "colour": "red"}, "numbers do not fit: .*'colour' is not known"),
        ({}, "weights do not fit the network"),
    ):
        (tmp_path / "tiny.json").write_text(json.dumps({**content, "config": config}))
        with pytest.raises(WeightsError, match=message):
            load(family, tmp_path / "tiny.json", monkeypatch)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_an_encoder_of_another_size_is_refused(family: str, cards: dict[str, Path]) -> None:
    tiny = TINY[family]
    content = json.loads(cards[family].read_text())["config"]
    state, other = tiny.make().state_dict(), Words(tiny.size + 1, tiny.tokens)
    with pytest.raises(WeightsError, match=f"needs a .* of {tiny.size} numbers"):
        FAMILIES[family](content, state, other, torch.device("cpu"))
