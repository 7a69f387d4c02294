"""Weights made from their names, so that two implementations can be compared without a file.

Every tensor of a network is drawn from a generator that is seeded with its key. The published
networks were filled by this rule once and their outputs stored; filled by the same rule, ours
must give the same outputs.
"""

import gzip
import json
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

KEYS_FOLDER = Path(__file__).parents[2] / "tests" / "conformance" / "keys"


def ruled(key: str, shape: tuple[int, ...]) -> Tensor:
    """The float32 tensor of a key, drawn in float64 and rounded once."""
    rng = np.random.default_rng(zlib.crc32(key.encode()))
    drawn: npt.NDArray[np.float64] | float
    if key.endswith("running_var"):
        drawn = 0.5 + rng.random(shape)
    elif key.endswith("running_mean"):
        drawn = 0.05 * rng.standard_normal(shape)
    elif key.endswith("weight_g"):
        drawn = 0.5 + 0.4 * rng.random(shape)
    elif len(shape) > 1:
        drawn = rng.standard_normal(shape) / math.sqrt(math.prod(shape[1:]))
    elif key.endswith("weight"):
        drawn = 0.75 + 0.5 * rng.random(shape)
    else:
        drawn = 0.05 * rng.standard_normal(shape)
    return torch.from_numpy(np.asarray(drawn, np.float32))


def official_keys(name: str) -> dict[str, dict[str, Any]]:
    """The official keys of a network: shape, dtype, whether fixed, and the sum of the values."""
    with gzip.open(KEYS_FOLDER / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        keys: dict[str, dict[str, Any]] = json.load(file)["keys"]
    return keys


def official_state(name: str) -> dict[str, Tensor]:
    """A network's official state dict with weights by the rule.

    Fixed keys (window and filter tables that a constructor computes) are left out.
    """
    state = {}
    for key, entry in official_keys(name).items():
        if entry["fixed"]:
            continue
        shape = tuple(entry["shape"])
        if entry["dtype"].startswith("float"):
            state[key] = ruled(key, shape)
        else:
            state[key] = torch.zeros(shape, dtype=getattr(torch, entry["dtype"]))
    return state


def probe(x: Tensor, count: int) -> npt.NDArray[np.float32]:
    """``count`` values spread evenly over ``x`` in C order; all of a small one."""
    flat = x.detach().float().contiguous().reshape(-1).numpy()
    if flat.size > count:
        flat = flat[np.arange(count) * (flat.size - 1) // max(1, count - 1)]
    return np.array(flat, np.float32)
