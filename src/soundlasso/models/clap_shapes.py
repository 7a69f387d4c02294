"""The numbers of CLAP's networks, read from the shapes of their weights.

Published checkpoints come without a config, and those of a hub with one that leaves out what is
some version's default. Sample rate, window, hop, the bands' edges and the image's side are in no
shape; they are the same in all published models.
"""

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from soundlasso.errors import WeightsError

# RoBERTa's heads are this wide in all its sizes.
_HEAD_SIZE = 64


def clap_numbers(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """What `ClapConfig` is made of, as a table.

    Args:
        state: Of a `soundlasso.models.clap.Clap`.

    Raises:
        WeightsError: a weight is missing; names it.
    """
    vocabulary, size = shape(state, "text.words.weight")
    text = {
        "vocabulary": vocabulary,
        "positions": shape(state, "text.positions.weight")[0],
        "size": size,
        "layers": count(state, r"text\.layers\.(\d+)\..+"),
        "heads": max(1, size // _HEAD_SIZE),
        "inner": shape(state, "text.layers.0.expand.weight")[0],
    }
    size = shape(state, "text_projection.2.weight")[0]
    return {"audio": htsat_numbers(state, "audio."), "text": text, "size": size}


def htsat_numbers(state: Mapping[str, Tensor], prefix: str) -> dict[str, Any]:
    """What `HtsatConfig` is made of, as a table.

    Args:
        state: Of a network that a `soundlasso.models.htsat.Htsat` is part of.
        prefix: Of that part.

    Raises:
        WeightsError: a weight is missing; names it.
    """
    start = re.escape(prefix)
    stages = range(count(state, start + r"stages\.(\d+)\..+"))
    bias = "blocks.0.attention.position_bias"
    narrow = f"{prefix}stages.0.blocks.0.attention.mix.narrow"
    channels, _, patch, _ = shape(state, f"{prefix}patches.project.weight")
    # The table has a row for each distance along both sides of a window.
    rows = shape(state, f"{prefix}stages.0.{bias}")[0]
    return {
        "bands": shape(state, f"{prefix}band_norm.weight")[0],
        "patch": patch,
        "channels": channels,
        "depths": [count(state, start + rf"stages\.{one}\.blocks\.(\d+)\..+") for one in stages],
        "heads": [shape(state, f"{prefix}stages.{one}.{bias}")[1] for one in stages],
        "attention_window": (round(rows**0.5) + 1) // 2,
        "lora_rank": shape(state, narrow)[0] if narrow in state else 0,
    }


def shape(state: Mapping[str, Tensor], key: str) -> tuple[int, ...]:
    """The shape of a weight.

    Raises:
        WeightsError: it is missing; names it.
    """
    if key not in state:
        raise WeightsError(f"the weights lack {key}")
    return tuple(state[key].shape)


def count(state: Mapping[str, Tensor], pattern: str) -> int:
    """How many different numbers keys of a pattern have."""
    return len({found[1] for key in state if (found := re.fullmatch(pattern, key))})
