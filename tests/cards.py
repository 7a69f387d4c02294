"""Cards of small models with the weights beside them, as `soundlasso.load` takes them."""

import hashlib
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import nn

from soundlasso.zoo.card import Card


def write_card(
    folder: Path, family: str, config: Any, network: nn.Module, *, query_encoder: str
) -> Path:
    """Saves a network in a folder; gives its card."""
    weights = save(network.state_dict())
    (folder / "tiny.safetensors").write_bytes(weights)
    Card(
        name=f"{family}.tiny",
        family=family,
        config=_numbers(config),
        query_encoder=query_encoder,
        sample_rate=sample_rate_of(config),
        weights="tiny.safetensors",
        sha256=hashlib.sha256(weights).hexdigest(),
        parameters=sum(value.numel() for value in network.parameters()),
        licence="Apache-2.0",
        summary="random weights, for tests",
        training={},
        metrics={},
    ).write(folder / "tiny.json")
    return folder / "tiny.json"


def sample_rate_of(config: Any) -> int:
    """A network's rate in Hz; that of the data for networks that work at every rate."""
    return int(getattr(config, "sample_rate", 32_000))


def _numbers(config: Any) -> dict[str, Any]:
    values = {item.name: getattr(config, item.name) for item in fields(config) if item.init}
    return {
        name: asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
        for name, value in values.items()
    }
