"""Turning a run into a model that can be shipped."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors.torch import save as save_safetensors
from torch import Tensor, nn

from soundlasso.atomic import written_aside
from soundlasso.config import as_table
from soundlasso.corpus.prepare import SAMPLE_RATE
from soundlasso.errors import RecipeError, WeightsError, in_one_line
from soundlasso.models.audiosep import ResUNet30
from soundlasso.models.clapsep import ClapSep
from soundlasso.models.flowsep import FlowSep
from soundlasso.models.gainnet import GainNet, GainNetConfig
from soundlasso.models.lassnet import LassNet
from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.models.resunetpp import ResUNetPlusPlus
from soundlasso.training.identity import RECIPE_NAME, differences, listed, recipe_in
from soundlasso.training.loop import BEST_NAME
from soundlasso.training.recipe import Recipe, read_recipe
from soundlasso.zoo.card import Card
from soundlasso.zoo.registry import ALIASES, shipped_cards

_NETWORKS: dict[str, Callable[[Any], nn.Module]] = {
    "gainnet": GainNet,
    "livenet": LiveNet,
    "resunetpp": ResUNetPlusPlus,
    "lassnet": LassNet,
    "audiosep": ResUNet30,
    "clapsep": ClapSep,
    "flowsep": FlowSep,
}


def export_model(
    recipe: Recipe,
    run: Path,
    out: Path,
    *,
    summary: str,
    licence: str,
    notes: dict[str, str],
) -> Path:
    """Writes the best weights of a run as safetensors with a card.

    Args:
        recipe: Of the run; it may have another name.
        run: Its folder.
        out: Where card and weights go; made if need be.
        summary: One line that says what the model is.
        licence: Of the weights, as an SPDX identifier.
        notes: Added to the card's section on training.

    Returns:
        The card.

    Raises:
        WeightsError: the run has no weights that fit its recipe.
        RecipeError: the run was of another recipe, or a model that comes with the program has
            its name.
    """
    if recipe.name in shipped_cards() or recipe.name in ALIASES:
        raise RecipeError(
            f"{recipe.name} comes with the program, and a name never changes its weights; choose "
            f"another one, such as --set name={recipe.family}.mine"
        )
    best = _read_best(run / BEST_NAME)
    _check_recipe(recipe, run, best["identity"])
    network = _NETWORKS[recipe.family](recipe.task.model)
    try:
        network.load_state_dict(best["model"], strict=True)
    except RuntimeError as error:
        reason = in_one_line(error)
        raise WeightsError(f"{run}: the weights are not of this recipe: {reason}") from error
    state = {name: _compact(value) for name, value in best["model"].items()}
    weights = save_safetensors(state)
    out.mkdir(parents=True, exist_ok=True)
    name = f"{recipe.name}.safetensors"
    with written_aside(out / name) as partial:
        partial.write_bytes(weights)
    learned = sum(value.numel() for value in network.parameters())
    card = Card(
        name=recipe.name,
        family=recipe.family,
        config=as_table(recipe.task.model),
        query_encoder=recipe.query_encoder,
        sample_rate=_sample_rate(recipe),
        weights=name,
        sha256=hashlib.sha256(weights).hexdigest(),
        parameters=learned,
        licence=licence,
        summary=summary,
        training={
            "steps": best["step"],
            "batch_size": recipe.task.batch_size,
            "validation": {key: round(value, 3) for key, value in best["scores"].items()},
            **notes,
        },
        metrics={},
    )
    path = out / f"{recipe.name}.json"
    card.write(path)
    return path


def _read_best(path: Path) -> dict[str, Any]:
    try:
        best = torch.load(path, map_location="cpu", weights_only=True)
        found = {key: best[key] for key in ("model", "step", "scores")}
        return {**found, "identity": best.get("identity", "")}
    except (OSError, RuntimeError, TypeError, UnpicklingError, KeyError, EOFError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise WeightsError(f"{path}: is not the best checkpoint of a run: {reason}") from error


def _check_recipe(recipe: Recipe, run: Path, identity: str) -> None:
    """Refuses a recipe that is not the run's: shapes alone do not tell rates and encoders apart."""
    if (run / RECIPE_NAME).is_file():
        kept = read_recipe(run / RECIPE_NAME)
        differing = differences(kept.settings, recipe.settings, but=("name",))
        if differing:
            raise RecipeError(
                f"{run}: is a run of another recipe: {listed(differing)}; give export every --set "
                f"that train was given, or {run / RECIPE_NAME} as the recipe"
            )
        return
    # A run from before recipes were kept, or one whose trainer told nothing of its recipe.
    trained = recipe_in(identity)
    if trained and _nameless(trained) != _nameless(recipe.text):
        raise RecipeError(
            f"{run}: is a run of another recipe; give export the recipe and every --set that "
            "train was given"
        )


def _nameless(text: str) -> str:
    """A recipe's text without its name, of which nothing else depends."""
    return re.sub(r"""^Recipe\(name=('[^']*'|"[^"]*"), """, "Recipe(", text)


def _compact(value: Tensor) -> Tensor:
    """Kernels in half precision, which nobody can hear; statistics and biases as they are."""
    if value.is_floating_point() and value.ndim > 1:
        return value.half().contiguous()
    return value.contiguous()


def _sample_rate(recipe: Recipe) -> int:
    """Networks of bands have no rate of their own; they are trained at the corpus's."""
    model = recipe.task.model
    return SAMPLE_RATE if isinstance(model, GainNetConfig | LiveNetConfig) else model.sample_rate
