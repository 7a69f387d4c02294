"""Models by name, and weights that are what their card says."""

import json
import shutil
from pathlib import Path

import pytest

import soundlasso
from soundlasso.errors import OptionError, UnknownModelError, WeightsError
from soundlasso.zoo.card import read_card
from soundlasso.zoo.registry import ALIASES, shipped_cards


def test_what_is_shipped_can_be_loaded() -> None:
    cards = soundlasso.available_models()
    assert len(cards) >= 1
    assert set(ALIASES.values()) <= {card.name for card in cards}
    for card in cards:
        assert soundlasso.load(card.name).name == card.name
        weights = shipped_cards()[card.name].parent / card.weights
        assert weights.stat().st_size < 20e6


def test_shipped_cards_say_what_people_need_to_know() -> None:
    for card in soundlasso.available_models():
        assert card.licence
        assert card.summary
        for key in ("data", "machine", "date", "steps"):
            assert card.training[key], f"{card.name}: {key}"
        # Of all of its mixtures, or where it is too slow for that, of a part.
        scores = [value for name, value in card.metrics.items() if name.startswith("two-source")]
        assert "si_sdri" in scores[0], card.name


def test_unknown_names_list_the_choices() -> None:
    with pytest.raises(UnknownModelError, match=r"choose one of default, .*gainnet"):
        soundlasso.load("demucs")


@pytest.fixture
def copied(tiny_card: Path, tmp_path: Path) -> Path:
    shutil.copytree(tiny_card.parent, tmp_path / "model")
    return tmp_path / "model" / "tiny.json"


def change(card: Path, **values: object) -> None:
    content = json.loads(card.read_text())
    card.write_text(json.dumps({**content, **values}))


def test_a_card_by_its_path(copied: Path) -> None:
    assert soundlasso.load(copied).name == "gainnet.tiny"


def test_a_card_from_before_there_was_presence(copied: Path) -> None:
    content = json.loads(copied.read_text())
    del content["presence"]
    copied.write_text(json.dumps(content))
    assert read_card(copied).presence is None
    assert soundlasso.load(copied).calibration is None


def test_damaged_weights_are_refused(copied: Path) -> None:
    path = copied.with_name("tiny.safetensors")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(WeightsError, match="is not the file that the card"):
        soundlasso.load(copied)


def test_missing_weights_are_refused(copied: Path) -> None:
    copied.with_name("tiny.safetensors").unlink()
    with pytest.raises(WeightsError, match="cannot be read: No such file"):
        soundlasso.load(copied)


def test_a_pickle_is_no_weights_file(copied: Path) -> None:
    import hashlib
    import pickle

    content = pickle.dumps({"a": 1})
    copied.with_name("tiny.safetensors").write_bytes(content)
    change(copied, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(WeightsError, match="is not a safetensors file"):
        soundlasso.load(copied)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"format": 2}, "card of version 2"),
        ({"surprise": 1}, "not a model card"),
        ({"family": "unheard-of"}, "no architecture is called"),
        ({"config": {"bands": 60}}, "numbers do not fit"),
        ({"config": {"colour": "red"}}, "numbers do not fit"),
        ({"config": {}}, "weights do not fit the network"),
        ({"presence": {"threshold": 0.5}}, "card's numbers do not fit: presence"),
        ({"presence": {"volume": 11}}, "'volume' is not known"),
    ],
)
def test_cards_that_cannot_be_used(copied: Path, values: dict[str, object], message: str) -> None:
    change(copied, **values)
    with pytest.raises(WeightsError, match=message):
        soundlasso.load(copied)


def test_a_card_that_is_no_json(copied: Path) -> None:
    copied.write_text("{")
    with pytest.raises(WeightsError, match="not a model card"):
        read_card(copied)


@pytest.mark.parametrize("device", ["quantum", "cuda", "mps"])
def test_devices_that_there_are_not(device: str, tiny_card: Path) -> None:
    import torch

    if (device == "cuda" and torch.cuda.is_available()) or (
        device == "mps" and torch.backends.mps.is_available()
    ):
        pytest.skip("this machine has one")
    with pytest.raises(OptionError, match="device"):
        soundlasso.load(tiny_card, device=device)
