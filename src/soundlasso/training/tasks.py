"""From a recipe to its task."""

from pathlib import Path

from soundlasso.errors import CorpusError, RecipeError
from soundlasso.mixing.opening import are_shards, is_address, open_train, open_valid
from soundlasso.mixing.pack import open_bank
from soundlasso.query.encoder import CachedEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.training.gain_config import BandTaskConfig
from soundlasso.training.gain_task import GainTask
from soundlasso.training.recipe import Recipe
from soundlasso.training.task import Task
from soundlasso.training.thesis_task import ThesisTask, ThesisTaskConfig

# Queries whose states are kept: more than the built corpus has, and less than a gigabyte of them.
_REMEMBERED = 20_000


def build_task(recipe: Recipe, corpus: str | Path, valid_corpus: str | Path | None = None) -> Task:
    """Loads the corpus and the query encoder, and puts the task of a recipe together.

    Args:
        recipe: What is trained.
        corpus: A folder with a corpus, a pack or shards, or the address of shards.
        valid_corpus: Where the valid split is; beside the train split if ``None``.

    Raises:
        CorpusError: there is no corpus, no valid split of it, or a file of it is missing or
            damaged.
        MissingDependencyError: shards are to be read and webdataset is not installed.
        RecipeError: the network is made for another size of token states, or cannot learn from
            a stream.
    """
    place, valid_place = str(corpus), str(valid_corpus or corpus)
    if isinstance(recipe.task, ThesisTaskConfig) and are_shards(place):
        raise RecipeError(
            f"{recipe.name}: the thesis's recipe learns from a fixed number of mixtures, which "
            "shards cannot be searched for; give it a corpus or a pack"
        )
    if valid_corpus is None and is_address(place):
        raise CorpusError(
            "shards at an address have no valid split beside them; say where one is with "
            "--valid-corpus"
        )
    encoder = CachedEncoder(load_encoder(recipe.query_encoder), most=_REMEMBERED)
    recipe.check_encoder(encoder.size)
    seed = recipe.loop.seed
    if isinstance(recipe.task, BandTaskConfig):
        train = open_train(place)
        return GainTask(recipe.task, encoder, train, open_valid(valid_place), seed=seed)
    bank = open_bank(Path(place), "train")
    return ThesisTask(recipe.task, encoder, bank, open_valid(valid_place), seed=seed)
