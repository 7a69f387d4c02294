"""A model's weights as tensors."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.zoo.card import Card
from soundlasso.zoo.registry import read_weights


def read_state(card: Card, folder: Path) -> dict[str, Tensor]:
    """The weights that a card describes, in single precision whatever they are stored in.

    Raises:
        WeightsError: the file is missing or is not the one that the card describes.
    """
    try:
        state = load_safetensors(read_weights(card, folder))
    except SafetensorError as error:
        raise WeightsError(f"{card.weights}: is not a safetensors file: {error}") from error
    return {
        key: value.float() if value.is_floating_point() else value for key, value in state.items()
    }
