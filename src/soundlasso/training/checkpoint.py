"""Saving a run so that it can be resumed, whatever happens while saving."""

from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from soundlasso.atomic import written_aside
from soundlasso.errors import RecipeError


@dataclass
class Checkpoint:
    """All that a run needs to go on.

    Attributes:
        step: Steps done.
        model: The network's weights.
        ema: The averaged weights.
        optimizer: The optimiser's state.
        best: The best validation so far.
        scores: The numbers of the last validation.
        identity: Recipe, data and number of processes as text, to refuse going on with others.
        seconds: How long it has taken.
    """

    step: int
    model: dict[str, Any]
    ema: dict[str, Any]
    optimizer: dict[str, Any]
    best: float
    scores: dict[str, float]
    identity: str
    seconds: float = 0.0


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint."""
    with written_aside(path) as partial:
        torch.save(vars(checkpoint), partial)


def load_checkpoint(path: Path, *, device: torch.device | str = "cpu") -> Checkpoint:
    """Reads a checkpoint.

    Raises:
        RecipeError: the file is no checkpoint of this program.
    """
    try:
        content = torch.load(path, map_location=device, weights_only=True)
        return Checkpoint(**content)
    except (OSError, RuntimeError, TypeError, UnpicklingError, KeyError, EOFError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise RecipeError(f"{path}: is not a checkpoint that can be resumed: {reason}") from error
