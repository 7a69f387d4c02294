"""From a recipe to its task."""

from dataclasses import replace
from pathlib import Path
from typing import assert_never

import torch

from soundlasso.errors import CorpusError, MissingDependencyError, RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet, are_shards, is_address, open_train, open_valid
from soundlasso.nn.fusion import needs_tokens
from soundlasso.query.clap import ClapEncoder
from soundlasso.query.encoder import CachedEncoder, MovableEncoder, QueryEncoder
from soundlasso.training.audiosep_task import AudioSepTask, AudioSepTaskConfig
from soundlasso.training.clapsep_task import ClapSepTask, ClapSepTaskConfig
from soundlasso.training.flowsep_task import FlowSepTask, FlowSepTaskConfig
from soundlasso.training.gain_config import GainTaskConfig, LiveTaskConfig
from soundlasso.training.gain_task import GainTask
from soundlasso.training.initial import data_seed
from soundlasso.training.lassnet_task import LassNetTask, LassNetTaskConfig
from soundlasso.training.recipe import OWN_ENCODER, Recipe
from soundlasso.training.task import Task
from soundlasso.training.thesis_task import ThesisTask, ThesisTaskConfig
from soundlasso.zoo.query_encoders import load_query_encoder

# Queries whose states are kept: more than the built corpus has, and less than a gigabyte of them.
_REMEMBERED = 20_000
# Of minilm-4bit's states.
_SIZE_AT_HAND = 384


def build_task(
    recipe: Recipe,
    corpus: str | Path,
    valid_corpus: str | Path | None = None,
    *,
    device: torch.device | None = None,
) -> Task:
    """Loads the corpus and the query encoder, and puts the task of a recipe together.

    Args:
        recipe: What is trained.
        corpus: A folder with a corpus, a pack or shards, or the address of shards.
        valid_corpus: Where the valid split is; beside the train split if ``None``.
        device: Where queries are read: on an accelerator all at once, on the CPU each once only.

    Raises:
        CorpusError: there is no corpus, no valid split of it, or a file of it is missing or
            damaged.
        MissingDependencyError: shards are to be read and webdataset is not installed, or the
            query encoder cannot be had; says which can.
        RecipeError: the network is made for another query encoder, or cannot learn from a
            stream.
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
    task = assemble(recipe, open_train(place), open_valid(valid_place), device=device)
    if recipe.initial:
        # A model of the same name may have got other weights since, and with them come other
        # mixtures; see `data_seed`.
        task.data = f"{task.data} seed={data_seed(recipe)}"
    return task


def _encoder(recipe: Recipe, device: torch.device | None) -> tuple[QueryEncoder, QueryEncoder]:
    """A recipe's query encoder, as it is and as it is used."""
    try:
        loaded = load_query_encoder(recipe.query_encoder)
    except MissingDependencyError as error:
        raise MissingDependencyError(
            f"query_encoder: {error}. Without a model hub, train with what comes with the program: "
            f"{_at_hand(recipe)}"
        ) from error
    recipe.check_encoder(loaded.size)
    if device is not None and device.type != "cpu" and isinstance(loaded, MovableEncoder):
        return loaded, loaded.to(device)
    return loaded, CachedEncoder(loaded, most=_REMEMBERED)


def _at_hand(recipe: Recipe) -> str:
    """The overrides by which a network reads queries by the encoder that is always there."""
    config = recipe.task
    one_vector = isinstance(config, ClapSepTaskConfig) or (
        isinstance(config, AudioSepTaskConfig) and not needs_tokens(config.model.fusion)
    )
    encoder = f"minilm-4bit{'[mean]' if one_vector else ''}"
    size = f"--set model.{config.size_of_states}={_SIZE_AT_HAND}"
    alone = " --set learn_encoder=true" if isinstance(config, ClapSepTaskConfig) else ""
    return f'--set "query_encoder={encoder}" {size}{alone}'


def assemble(
    recipe: Recipe,
    train: SoundBank | ShardSet,
    valid: SoundBank,
    *,
    device: torch.device | None = None,
) -> Task:
    """Loads the query encoder and puts the task of a recipe together.

    Args:
        recipe: What is trained.
        train: The train split.
        valid: The valid split.
        device: See `build_task`.

    Raises:
        MissingDependencyError: shards are to be read and webdataset is not installed, or the
            query encoder cannot be had; says which can.
        RecipeError: the network is made for another query encoder.
    """
    config, seed = recipe.task, data_seed(recipe)
    if isinstance(config, LassNetTaskConfig):
        if recipe.query_encoder != OWN_ENCODER:
            raise RecipeError(
                f"query_encoder must be {OWN_ENCODER!r}, not {recipe.query_encoder!r}: LASS-Net "
                "learns its own; bert names where that begins"
            )
        if recipe.initial:
            # All weights are another model's; where BERT's began is not needed again.
            config = replace(config, bert="")
        return LassNetTask(config, train, valid, seed=seed)
    loaded, encoder = _encoder(recipe, device)
    if isinstance(config, ThesisTaskConfig):
        assert isinstance(train, SoundBank)
        return ThesisTask(config, encoder, train, valid, seed=seed)
    if isinstance(config, AudioSepTaskConfig):
        return AudioSepTask(config, encoder, train, valid, seed=seed)
    if isinstance(config, ClapSepTaskConfig):
        tower = loaded.network.audio if isinstance(loaded, ClapEncoder) else None
        return ClapSepTask(config, encoder, train, valid, seed=seed, tower=tower)
    if isinstance(config, FlowSepTaskConfig):
        return FlowSepTask(config, encoder, train, valid, seed=seed)
    if isinstance(config, GainTaskConfig | LiveTaskConfig):
        return GainTask(config, encoder, train, valid, seed=seed)
    # A family that is new in recipe.py gets its task here; mypy says which one has none.
    assert_never(config)
