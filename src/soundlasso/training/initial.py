"""Starting from the weights of a finished model, to train it further or on other sounds.

A new network that reads queries as a finished one does may also start from what that has learnt of
words: which of them matter, and what they have to match.
"""

from torch import Tensor

from soundlasso.config import as_table
from soundlasso.errors import RecipeError
from soundlasso.training.recipe import Recipe
from soundlasso.zoo.registry import find_card
from soundlasso.zoo.state import read_state

QUERY_PARTS = ("query.", "match.text.")
"""Beginnings of the names of what reads queries, in GainNet and LiveNet."""

_ANCHORS = "query.anchors."
# Made of a finished network's words (`soundlasso.nn.anchors`): another one has to make its own.
_MADE_AFTERWARDS = "anchors"


def initial_weights(recipe: Recipe) -> dict[str, Tensor] | None:
    """The weights that a recipe starts from; ``None`` where it starts from random ones.

    Returns:
        All of a network's weights (``initial``) or those of `QUERY_PARTS` (``query_from``).

    Raises:
        UnknownModelError: there is no such model.
        WeightsError: its files are damaged.
        RecipeError: it is another network than the recipe's, or reads other queries; or the recipe
            names both.
    """
    if recipe.initial and recipe.query_from:
        raise RecipeError("initial and query_from exclude each other: initial has those parts too")
    if recipe.query_from:
        return _query_parts(recipe)
    if not recipe.initial:
        return None
    card, folder = find_card(recipe.initial)
    if card.family != recipe.family or card.query_encoder != recipe.query_encoder:
        raise RecipeError(
            f"initial: {card.name} is a {card.family} with {card.query_encoder}, the recipe's "
            f"network a {recipe.family} with {recipe.query_encoder}"
        )
    model = recipe.task.model
    for name, wanted in as_table(model).items():
        if name not in card.config or name == _MADE_AFTERWARDS:
            continue
        found = card.config[name]
        if wanted != found:
            raise RecipeError(
                f"initial: {card.name} has model.{name} = {found}, the recipe "
                f"{getattr(model, name)}"
            )
    return _without_anchors(read_state(card, folder))


def data_seed(recipe: Recipe) -> int:
    """What the drawing of mixtures and queries begins with.

    A run that starts from a model's weights must not draw what that model has learnt from, which
    the recipe's seed alone would: the weights' checksum takes part.

    Raises:
        UnknownModelError: there is no such model.
    """
    if not recipe.initial:
        return recipe.loop.seed
    card, _ = find_card(recipe.initial)
    return recipe.loop.seed + int(card.sha256[:12], 16)


def _query_parts(recipe: Recipe) -> dict[str, Tensor]:
    card, folder = find_card(recipe.query_from)
    both = ("gainnet", "livenet")
    if card.query_encoder != recipe.query_encoder or not {card.family, recipe.family} <= set(both):
        raise RecipeError(
            f"query_from: {card.name} is a {card.family} with {card.query_encoder}, the recipe's "
            f"network a {recipe.family} with {recipe.query_encoder}; {' and '.join(both)} with the "
            "same query encoder read queries alike"
        )
    for name in ("query_size", "match_size", "match_heads"):
        wanted, found = getattr(recipe.task.model, name), card.config[name]
        if wanted != found:
            raise RecipeError(
                f"query_from: {card.name} has model.{name} = {found}, the recipe {wanted}"
            )
    state = _without_anchors(read_state(card, folder))
    return {name: value for name, value in state.items() if name.startswith(QUERY_PARTS)}


def _without_anchors(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in state.items() if not name.startswith(_ANCHORS)}
