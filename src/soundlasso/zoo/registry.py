"""Finding and loading models."""

import hashlib
from functools import cache
from pathlib import Path

from soundlasso.errors import UnknownModelError, WeightsError
from soundlasso.zoo.card import Card, read_card

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
ALIASES = {"default": "gainnet.v1"}
"""Short names that may come to mean a better model; full names never change."""


@cache
def shipped_cards() -> dict[str, Path]:
    """The cards of all models that come with the program, by name."""
    return {read_card(path).name: path for path in sorted(WEIGHTS_FOLDER.glob("*.json"))}


def available_models() -> list[Card]:
    """The cards of all models that come with the program."""
    return [read_card(path) for path in shipped_cards().values()]


def find_card(name: str) -> tuple[Card, Path]:
    """A model's card and the folder that its weights lie in.

    Args:
        name: A model's name, an alias of one, or the path of a card.

    Raises:
        UnknownModelError: there is none; names the choices.
        WeightsError: its card cannot be read.
    """
    path = shipped_cards().get(ALIASES.get(name, name))
    if path is None:
        path = Path(name)
        if path.suffix != ".json" or not path.is_file():
            choices = ", ".join([*ALIASES, *shipped_cards()])
            raise UnknownModelError(
                f"no model is called {name!r}; choose one of {choices}, or give a card (a .json)"
            )
    return read_card(path), path.parent


def read_weights(card: Card, folder: Path) -> bytes:
    """The weights file of a card.

    Raises:
        WeightsError: it is missing, or is not the file that the card describes.
    """
    path = folder / card.weights
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise WeightsError(f"{path}: is not the file that the card of {card.name} describes")
    return content
