"""Starting from the weights of a finished model, to train it further or on other sounds."""

import dataclasses
import json

from torch import Tensor

from soundlasso.errors import RecipeError
from soundlasso.training.recipe import Recipe
from soundlasso.zoo.registry import find_card
from soundlasso.zoo.state import read_state


def initial_weights(recipe: Recipe) -> dict[str, Tensor] | None:
    """The weights that a recipe starts from; ``None`` where it starts from random ones.

    Raises:
        UnknownModelError: there is no such model.
        WeightsError: its files are damaged.
        RecipeError: it is another network than the recipe's, or reads other queries.
    """
    if not recipe.initial:
        return None
    card, folder = find_card(recipe.initial)
    if card.family != recipe.family or card.query_encoder != recipe.query_encoder:
        raise RecipeError(
            f"initial: {card.name} is a {card.family} with {card.query_encoder}, the recipe's "
            f"network a {recipe.family} with {recipe.query_encoder}"
        )
    model = recipe.task.model
    for item in dataclasses.fields(model):
        if not item.init or item.name not in card.config:
            continue
        wanted, found = getattr(model, item.name), card.config[item.name]
        # Cards know neither tuples nor dataclasses.
        if json.loads(json.dumps(wanted, default=dataclasses.asdict)) != json.loads(
            json.dumps(found)
        ):
            raise RecipeError(
                f"initial: {card.name} has model.{item.name} = {found}, the recipe {wanted}"
            )
    return read_state(card, folder)
