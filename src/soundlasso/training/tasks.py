"""From a recipe to its task."""

from pathlib import Path

from soundlasso.mixing.pack import open_bank
from soundlasso.query.encoder import CachedEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.training.gain_task import GainTask, GainTaskConfig
from soundlasso.training.recipe import Recipe
from soundlasso.training.task import Task
from soundlasso.training.thesis_task import ThesisTask

# Queries whose states are kept: more than the built corpus has, and less than a gigabyte of them.
_REMEMBERED = 20_000


def build_task(recipe: Recipe, corpus: Path) -> Task:
    """Loads the corpus and the query encoder, and puts the task of a recipe together.

    Raises:
        CorpusError: there is no corpus in the folder, or a file of it is missing or damaged.
        RecipeError: the network is made for another size of token states.
    """
    encoder = CachedEncoder(load_encoder(recipe.query_encoder), most=_REMEMBERED)
    recipe.check_encoder(encoder.size)
    train, valid = open_bank(corpus, "train"), open_bank(corpus, "valid")
    if isinstance(recipe.task, GainTaskConfig):
        return GainTask(recipe.task, encoder, train, valid, seed=recipe.loop.seed)
    return ThesisTask(recipe.task, encoder, train, valid, seed=recipe.loop.seed)
