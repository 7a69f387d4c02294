"""GainNets and LiveNets from their cards, and changed weights back into them."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.models.gainnet import GainNet, GainNetConfig
from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.zoo.card import Card
from soundlasso.zoo.state import read_state


def read_network(card: Card, folder: Path, *, anchors: bool = True) -> GainNet | LiveNet:
    """The network of a card, or what it is without its anchors."""
    numbers, state = card.config, read_state(card, folder)
    if not anchors:
        numbers = {name: value for name, value in numbers.items() if name != "anchors"}
        state = without_anchors(state)
    network: GainNet | LiveNet
    if card.family == "gainnet":
        network = GainNet(build_config(GainNetConfig, numbers))
    else:
        network = LiveNet(build_config(LiveNetConfig, numbers))
    network.load_state_dict(state)
    return network.eval()


def without_anchors(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights but those of anchors."""
    return {name: value for name, value in state.items() if ".anchors." not in name}


def stored_weights(card: Card, folder: Path) -> dict[str, Tensor]:
    """The weights of a card as they are stored."""
    return load_file(folder / card.weights)


def write_network(
    card: Card, folder: Path, state: dict[str, Tensor], note: dict[str, str], **changes: Any
) -> None:
    """Replaces a card's weights and its hash of them; what was measured of others is dropped.

    Args:
        card: What is known of the model.
        folder: Of the weights and the card.
        state: The weights.
        note: Of what was done, for the card's ``training``.
        changes: Other fields of the card.
    """
    content = save(state)
    (folder / card.weights).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    made = replace(
        card,
        sha256=sha256,
        training={**card.training, **note},
        metrics={},
        presence=None,
        **changes,
    )
    made.write(folder / f"{card.name}.json")
