"""Which queries the shipped networks take apart, and what they hear then."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

import soundlasso
from soundlasso import Separator
from soundlasso.dsp.masks import either
from soundlasso.engine.live import Listener
from soundlasso.engine.model import PartingModel
from soundlasso.nn.anchors import Anchors, AnchorsConfig
from soundlasso.query.encoder import TokenStates
from soundlasso.zoo.parting import Parter
from tests.conftest import noise
from tests.scripts import BENCHMARKS

RATE = 16_000


class Directions:
    """Encodes known words as directions, their mean as longer queries, and others as another."""

    size = 4
    max_tokens = 8

    def encode(self, queries: list[str]) -> TokenStates:
        known = {"dog": 0, "rain": 1, "train": 2}
        rows = []
        for query in queries:
            places = [known.get(word, 3) for word in query.replace(",", " ").split()]
            rows.append(F.one_hot(torch.tensor(places), 4).float().mean(0))
        states = torch.stack(rows)[:, None]
        mask = torch.ones(len(queries), 1, dtype=torch.bool)
        return TokenStates(states, mask, (False,) * len(queries))


@pytest.fixture(scope="module")
def parter() -> Parter:
    anchors = Anchors(AnchorsConfig(keys=3, sounds=3, nearest=3, temperature=0.1), 4, 2)
    anchors.keys.copy_(torch.eye(3, 4))
    anchors.sounds.copy_(torch.arange(3))
    return Parter(Directions(), anchors)


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("dog", ["dog"]),
        ("dog and rain", ["dog", "rain"]),
        ("dog, rain and train", ["dog", "rain", "train"]),
        ("dog and dog", ["dog and dog"]),  # of one sound
        ("dog and quickly", ["dog and quickly"]),  # of no sound
        (", ".join(["dog", "rain"] * 10), [", ".join(["dog", "rain"] * 10)]),  # no list
    ],
)
def test_apart_are_known_sounds_that_differ(parter: Parter, query: str, parts: list[str]) -> None:
    assert parter.parts(query) == parts


@pytest.fixture(scope="module", params=["default", "live"])
def shipped(request: pytest.FixtureRequest) -> Separator:
    return soundlasso.load(request.param)


def test_queries_written_by_hand(shipped: Separator) -> None:
    model = shipped.model
    assert isinstance(model, PartingModel)
    lists = tomllib.loads((BENCHMARKS / "compounds.toml").read_text(encoding="utf-8"))
    for kind, least in (("several", 0.85), ("one", 0.95)):
        asked = [(int(n), query) for n, queries in lists[kind].items() for query in queries]
        right = [len(model.parts(query)) == count for count, query in asked]
        assert len(right) == 40
        assert np.mean(right) >= least, kind


@torch.inference_mode()
def test_what_either_query_lets_through_comes_out(shipped: Separator) -> None:
    model, mixture = shipped.model, torch.from_numpy(noise(2, 3 * RATE))
    assert isinstance(model, PartingModel)
    one, other = (model.condition(query)[0] for query in ("a dog barking", "rain"))
    both = model.join([one, other])
    alone = model.separate(mixture, RATE, [one, other])
    together = model.separate(mixture, RATE, [both])[0]
    louder = alone.square().mean((1, 2)).max()
    assert louder < together.square().mean() < mixture.square().mean()
    # Neither the order nor other queries beside it make a difference.
    again = model.separate(mixture, RATE, [other, model.join([other, one])])
    assert torch.allclose(again[1], together, atol=1e-6)
    assert torch.allclose(again[0], alone[1], atol=1e-6)


def test_gains_of_either() -> None:
    gains = torch.tensor([[0.0, 0.5, 1.0], [0.25, 0.5, 0.5]])
    assert torch.allclose(either(gains), torch.tensor([0.25, 0.75, 1.0]))
    assert torch.equal(either(gains[:1]), gains[0])


def test_live_it_is_the_same() -> None:
    separator = soundlasso.load("live")
    mixture = noise(1, 2 * RATE)
    queries = ["rain", "a dog barking and a siren", "a train passing"]
    listener = Listener(separator, queries, RATE, 1)
    assert listener.warnings == [
        "'a dog barking and a siren' is heard as 2 sounds: a dog barking; a siren"
    ]
    blocks = [listener.push(mixture[:, at : at + 999])[1] for at in range(0, 2 * RATE, 999)]
    live = np.concatenate([*blocks, listener.finish()[1]], axis=2)
    whole = separator.separate_all(mixture, queries, sample_rate=RATE)
    for query, expected in enumerate(whole):
        np.testing.assert_allclose(live[query], expected.target, atol=2e-5)


def test_without_anchors_queries_stay_whole(tiny_card: Path) -> None:
    model = soundlasso.load(tiny_card).model
    assert isinstance(model, PartingModel)
    assert model.parts("a dog barking and rain") == ["a dog barking and rain"]
