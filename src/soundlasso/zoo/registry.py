"""Finding and loading models."""

import hashlib
from functools import cache
from pathlib import Path

from soundlasso.errors import UnknownModelError, WeightsError
from soundlasso.zoo.card import Card, read_card
from soundlasso.zoo.folder import models_folder
from soundlasso.zoo.official.systems import SYSTEMS, how_to_import

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
ALIASES = {"default": "gainnet.v6", "live": "livenet.v4", "thesis": "resunetpp.v1"}
"""Short names that may come to mean a better model; full names never change."""


@cache
def shipped_cards() -> dict[str, Path]:
    """The cards of all models that come with the program, by name."""
    return {read_card(path).name: path for path in sorted(WEIGHTS_FOLDER.glob("*.json"))}


def known_cards() -> dict[str, Path]:
    """The cards of all models that come with the program or were imported, by name."""
    imported = {path.stem: path for path in sorted(models_folder().glob("*.json"))}
    return {**imported, **shipped_cards()}


def available_models() -> list[Card]:
    """The cards of all models that come with the program or were imported.

    Raises:
        WeightsError: one that was imported cannot be read.
    """
    cards = known_cards()
    shipped = [name for name in cards if name in shipped_cards()]
    return [read_card(cards[name]) for name in dict.fromkeys([*shipped, *cards])]


def find_card(name: str) -> tuple[Card, Path]:
    """A model's card and the folder that its weights lie in.

    Args:
        name: A model's name, an alias of one, or the path of a card. What comes with the
            program is looked through first, then what was imported.

    Raises:
        UnknownModelError: there is none; names the choices, or says how to import it.
        WeightsError: its card cannot be read.
    """
    cards = known_cards()
    path = cards.get(ALIASES.get(name, name))
    if path is None:
        path = Path(name)
        if path.suffix != ".json" or not path.is_file():
            raise UnknownModelError(_choices(name, [*ALIASES, *cards]))
    return read_card(path), path.parent


def _choices(name: str, known: list[str]) -> str:
    if name in SYSTEMS:
        where = how_to_import(SYSTEMS[name])
        if all(file.hub for file in SYSTEMS[name].files):
            where = f"soundlasso import --as {name}, or {where}"
        return f"{name} is not imported yet: {where}"
    published = ", ".join(system for system in SYSTEMS if system not in known)
    return (
        f"no model is called {name!r}; choose one of {', '.join(known)}, import one of "
        f"{published} (soundlasso import), or give a card (a .json)"
    )


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
