"""Benchmark scripts read networks of cards, and write what they change back into them."""

import hashlib
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from soundlasso.models.gainnet import GainNet
from soundlasso.models.livenet import LiveNet
from soundlasso.nn.anchors import Anchors, AnchorsConfig
from soundlasso.query.registry import load_encoder
from soundlasso.zoo.card import Card, read_card
from tests.scripts import benchmark_script


@pytest.fixture(scope="module")
def networks() -> ModuleType:
    return benchmark_script("networks")


@pytest.fixture
def card(tiny_card: Path, tmp_path: Path) -> Path:
    """A card that may be written over."""
    folder = shutil.copytree(tiny_card.parent, tmp_path / "model")
    (folder / tiny_card.name).rename(folder / "gainnet.tiny.json")
    return folder / "gainnet.tiny.json"


def check_hash(card: Card, folder: Path) -> None:
    assert hashlib.sha256((folder / card.weights).read_bytes()).hexdigest() == card.sha256


def test_networks_of_both_families(
    networks: ModuleType, tiny_card: Path, tiny_live_card: Path
) -> None:
    for path, kind in ((tiny_card, GainNet), (tiny_live_card, LiveNet)):
        network = networks.read_network(read_card(path), path.parent)
        assert isinstance(network, kind)
        assert not network.training


def test_soften_scales_and_shifts_the_last_layer(networks: ModuleType, card: Path) -> None:
    before = networks.read_network(read_card(card), card.parent).state_dict()
    benchmark_script("soften").write(str(card), 0.5, 0.25)
    changed = read_card(card)
    check_hash(changed, card.parent)
    assert "times 0.5, plus 0.25" in changed.training["afterwards"]
    after = networks.read_network(changed, card.parent).state_dict()
    weight, bias = "decoder.weigh.weight", "decoder.weigh.bias"
    assert torch.equal(after[weight], 0.5 * before[weight])
    assert torch.equal(after[bias][0], 0.5 * before[bias][0] + 0.25)
    assert torch.equal(after[bias][1:], 0.5 * before[bias][1:])
    same = set(before) - {weight, bias}
    assert all(torch.equal(before[name], after[name]) for name in same)


def test_anchors_are_written_and_left_out_again(networks: ModuleType, card: Path) -> None:
    bare = networks.read_network(read_card(card), card.parent)
    anchors = Anchors(AnchorsConfig(keys=3, sounds=2), 384, bare.config.query_size)
    anchors.vectors.fill_(0.5)
    benchmark_script("anchor").write(read_card(card), card.parent, anchors, 0.3)
    changed = read_card(card)
    check_hash(changed, card.parent)
    assert changed.config["anchors"]["share"] == 0.3
    assert changed.training == {"anchors": "3 keys of 2 labels, share 0.3"}
    anchored = networks.read_network(changed, card.parent)
    assert torch.equal(anchored.query.anchors.vectors, anchors.vectors)
    again = networks.read_network(changed, card.parent, anchors=False)
    assert again.query.anchors is None
    assert again.state_dict().keys() == bare.state_dict().keys()


@pytest.mark.parametrize("family", ["tiny_card", "tiny_live_card"])
def test_scripts_listen_with_both_families(family: str, request: pytest.FixtureRequest) -> None:
    path = str(request.getfixturevalue(family))
    noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32)
    listener = benchmark_script("synthetic").Listener(path, ["rain", "a dog"])
    assert listener.match(noise).shape == (2,)
    other = benchmark_script("exclusion").Listener(path, 32_000)
    spectrum, gains = other.gains(torch.from_numpy(noise)[None], ["rain", "a dog"])
    assert [gain.shape for gain in gains] == [spectrum.shape[1:]] * 2


def test_weights_are_averaged(
    networks: ModuleType, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shutil.copytree(card.parent, tmp_path / "other") / card.name
    benchmark_script("soften").write(str(other), 0.5, 0.0)
    script = benchmark_script("average")
    arguments = ["average", str(card), str(other), "--name", "gainnet.mean", "-o", str(tmp_path)]
    monkeypatch.setattr("sys.argv", arguments)
    script.main()
    mean = read_card(tmp_path / "gainnet.mean.json")
    check_hash(mean, tmp_path)
    assert "gainnet.tiny" in mean.training["averaged"]
    one, two, made = (
        networks.read_network(read_card(path), path.parent).state_dict()
        for path in (card, other, tmp_path / "gainnet.mean.json")
    )
    name = "decoder.weigh.weight"
    assert torch.allclose(made[name], 0.75 * one[name], atol=1e-6)
    numbers = [key for key, value in one.items() if value.is_floating_point()]
    assert all(torch.allclose(made[key], (one[key] + two[key]) / 2) for key in numbers)
    with pytest.raises(SystemExit, match="do not have the same weights"):
        script.averaged([one, {}])


def test_words_are_taught_and_other_queries_stay(
    networks: ModuleType, card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = benchmark_script("teach_words")
    monkeypatch.setattr(script, "STEPS", 300)
    pooling = networks.read_network(read_card(card), card.parent).query
    encoder = load_encoder("minilm-4bit")
    words = script.gathered(encoder, [(0, "phone"), (1, "kettle")])
    others = script.gathered(encoder, [(0, "a telephone ringing"), (1, "steam"), (2, "a dog")])
    assert others.states.mask.sum(1).tolist() == [5, 3, 4]
    with torch.inference_mode():
        stay, before = others.vectors(pooling), words.vectors(pooling)
    targets = stay[:2]
    pupil = script.taught(pooling, words, targets, others)
    half = script.between(pooling, pupil, 0.5)
    with torch.inference_mode():
        after, there = words.vectors(pupil), others.vectors(pupil)
    weights = [one.scores.weight for one in (pooling, pupil, half)]
    assert (after - targets).square().mean() < 0.1 * (before - targets).square().mean()
    assert (there - stay).square().mean() < 0.1 * (before - targets).square().mean()
    assert torch.allclose((weights[0] + weights[1]) / 2, weights[2])
    assert script.right(pupil, words, targets) == 1.0
