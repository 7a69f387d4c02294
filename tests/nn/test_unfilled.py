"""Networks that are made without random weights are those that are filled afterwards."""

import pytest
import torch
from torch import nn

from soundlasso.nn.bert import Bert, BertConfig
from soundlasso.nn.unfilled import Unfilled

CONFIG = BertConfig(vocabulary=30, positions=8, size=12, layers=2, heads=3, inner=20)


def test_nothing_is_drawn() -> None:
    before = torch.get_rng_state()
    with Unfilled():
        layers = nn.Sequential(nn.Linear(3, 4), nn.Conv2d(4, 5, 3), nn.Embedding(6, 7))
        network = Bert(CONFIG)
    assert torch.equal(torch.get_rng_state(), before)
    assert layers[0].weight.shape == (4, 3)
    assert layers[0].weight.device.type == "cpu"
    assert all(value.requires_grad for value in network.parameters())
    nn.Linear(3, 4)
    assert not torch.equal(torch.get_rng_state(), before)


def test_filled_it_is_the_same_network() -> None:
    whole = Bert(CONFIG).eval()
    with Unfilled():
        network = Bert(CONFIG).eval()
    network.load_state_dict(whole.state_dict(), strict=True, assign=True)
    ids, mask = torch.tensor([[3, 4, 5]]), torch.ones(1, 3, dtype=torch.bool)
    assert torch.equal(network(ids, mask), whole(ids, mask))


def test_what_is_missing_or_of_another_shape_is_refused() -> None:
    state = Bert(CONFIG).state_dict()
    with Unfilled():
        network = Bert(CONFIG)
    with pytest.raises(RuntimeError, match=r"embed\.types\.weight"):
        network.load_state_dict(
            {name: value for name, value in state.items() if name != "embed.types.weight"},
            strict=True,
            assign=True,
        )
    state["embed.types.weight"] = torch.zeros(3, 12)
    with pytest.raises(RuntimeError, match=r"size mismatch for embed\.types\.weight"):
        network.load_state_dict(state, strict=True, assign=True)
