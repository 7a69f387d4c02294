"""Separators that are quick, slow, or fall over, as the query asks."""

import os
import time
from typing import Any

import torch
from torch import Tensor

from soundlasso import Separator
from soundlasso.engine.model import Stretch
from soundlasso.errors import QueryError


class Obedient:
    """Gives half of the mixture; does what the query names besides."""

    def condition(self, query: str) -> tuple[Any, list[str]]:
        if query == "refuse":
            raise QueryError("this query is refused")
        return query, ["a warning"] if query == "warn" else []

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        return Stretch(core=sample_rate // 4, context=0, fade=0)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        if "slowly" in conditions:
            time.sleep(0.1)
        if "hang" in conditions:
            time.sleep(3600)
        if "fall over" in conditions:
            raise RuntimeError("a secret of the program")
        if "die" in conditions:
            os._exit(3)
        gains = [0.0 if query == "nothing" else 0.5 for query in conditions]
        return torch.stack([gain * mixture for gain in gains])


def load(name: str) -> Separator:
    return Separator(Obedient(), name)
