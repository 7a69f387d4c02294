"""Loading a model: where the architecture and its use meet."""

from pathlib import Path

import torch

from soundlasso.device import choose_device
from soundlasso.engine.separator import Separator
from soundlasso.errors import OptionError, WeightsError
from soundlasso.query.embedding import QueryEmbedder
from soundlasso.query.encoder import CachedEncoder
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER
from soundlasso.zoo.query_encoders import load_query_encoder
from soundlasso.zoo.registry import find_card
from soundlasso.zoo.state import read_state

_REMEMBERED_QUERIES = 1000


def load(
    name: str | Path = "default",
    *,
    device: str = "auto",
    threads: int | None = None,
    literal: bool = False,
    mend: bool = True,
) -> Separator:
    """Loads a model.

    Args:
        name: Of a model, as `available_models` lists them, ``default``, or the path of a card.
        device: ``cpu``, ``cuda``, ``mps``, or ``auto`` for the best that there is.
        threads: How many CPU threads to use, in this whole process; left alone when ``None``.
        literal: Take queries as they are typed, each as one sound, and mend no misspelt words.
        mend: Mend misspelt words, unless ``literal``.

    Raises:
        UnknownModelError: there is no such model; names the choices.
        WeightsError: its weights are missing or damaged, or its card makes no sense.
        MissingDependencyError: its query encoder is not installed, or not here and out of reach;
            says what to do.
        OptionError: there is no such device, or the number of threads makes no sense.
        QueryError: the card names a query encoder that there is not.
    """
    if threads is not None:
        if threads < 1:
            raise OptionError(f"threads must be at least 1, not {threads}")
        torch.set_num_threads(threads)
    card, folder = find_card(str(name))
    if (alone := FAMILIES_WITH_ENCODER.get(card.family)) is not None:
        model = alone(card.config, read_state(card, folder), choose_device(device))
        return Separator(model, card.name, card.calibration(), literal=literal, mend=mend)
    build = FAMILIES.get(card.family)
    if build is None:
        raise WeightsError(f"{card.name}: no architecture is called {card.family!r}")
    state = read_state(card, folder)
    encoder = load_query_encoder(card.query_encoder)
    if not isinstance(encoder, QueryEmbedder):
        encoder = CachedEncoder(encoder, most=_REMEMBERED_QUERIES)
    model = build(card.config, state, encoder, choose_device(device))
    return Separator(model, card.name, card.calibration(), literal=literal, mend=mend)
