"""FlowSep's vocoder: BigVGAN's generator as its authors' training code names it.

Two forms are published: the training checkpoint's (``generator`` in ``g_01000000``), in which
every convolution's weight is a direction and a length (``weight_v``, ``weight_g``), and, inside
FlowSep's checkpoints, the folded one (``weight``).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict

import torch
from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.models.bigvgan import BigVganConfig
from soundlasso.zoo.official.converted import Converted, rename_strictly

_SNAKE = {"alpha": "log_frequency", "beta": "log_height"}


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a generator; the filters of its activations are computed here and ignored.

    What the shapes do not say, rates and dilations, is FlowSep's.

    Raises:
        WeightsError: a key is not known, or a number cannot be read.
    """
    folded = _fold(state)
    config = _config(folded)
    stacks = len(config.residual_kernels)
    renamed, ignored = rename_strictly(
        folded,
        lambda key: _rename(key, stacks),
        ignored=lambda key: key.endswith(".filter"),
    )
    return Converted(asdict(config), renamed, ignored)


def _fold(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Joins lengths and directions to weights; leaves alone what is folded already."""
    folded: dict[str, Tensor] = {}
    for key, value in state.items():
        stem, _, kind = key.rpartition(".")
        if kind == "weight_g":
            if f"{stem}.weight_v" not in state:
                raise WeightsError(f"the checkpoint has {key}, but no {stem}.weight_v")
        elif kind == "weight_v":
            length = state.get(f"{stem}.weight_g")
            if length is None:
                raise WeightsError(f"the checkpoint has {key}, but no {stem}.weight_g")
            norm = torch.linalg.vector_norm(value, dim=(1, 2), keepdim=True)
            folded[f"{stem}.weight"] = value * (length / norm)
        else:
            folded[key] = value
    return folded


def _config(state: Mapping[str, Tensor]) -> BigVganConfig:
    published = BigVganConfig()
    kernels: list[int] = []
    while f"ups.{len(kernels)}.0.weight" in state:
        kernels.append(state[f"ups.{len(kernels)}.0.weight"].shape[2])
    stacks: list[int] = []
    while f"resblocks.{len(stacks)}.convs1.0.weight" in state:
        stacks.append(state[f"resblocks.{len(stacks)}.convs1.0.weight"].shape[2])
    if "conv_pre.weight" not in state:
        raise WeightsError("the checkpoint is not a BigVGAN generator: conv_pre.weight is missing")
    if tuple(kernels) != published.kernels:
        raise WeightsError(
            f"the vocoder upsamples with kernels {tuple(kernels)}, "
            f"FlowSep's with {published.kernels}; their rates are not known"
        )
    channels, bands, _ = state["conv_pre.weight"].shape
    return BigVganConfig(
        bands=bands,
        channels=channels,
        residual_kernels=tuple(stacks[: len(stacks) // len(kernels)]),
    )


def _rename(key: str, stacks: int) -> str | None:
    if match := re.fullmatch(r"conv_(pre|post)\.(weight|bias)", key):
        return f"{'enter' if match[1] == 'pre' else 'leave'}.{match[2]}"
    if match := re.fullmatch(r"ups\.(\d+)\.0\.(weight|bias)", key):
        return f"stages.{match[1]}.stretch.{match[2]}"
    if match := re.fullmatch(r"activation_post\.act\.(alpha|beta)", key):
        return f"activation.activation.{_SNAKE[match[1]]}"
    match = re.fullmatch(r"resblocks\.(\d+)\.(\w+)\.(\d+)\.(\w+(?:\.\w+)?)", key)
    if match is None or not stacks:
        return None
    stage, stack = divmod(int(match[1]), stacks)
    kind, index, rest = match[2], int(match[3]), match[4]
    begin = f"stages.{stage}.stacks.{stack}"
    if kind in {"convs1", "convs2"} and rest in {"weight", "bias"}:
        return f"{begin}.{index}.layers.{1 if kind == 'convs1' else 3}.{rest}"
    if kind == "activations" and rest in {"act.alpha", "act.beta"}:
        step, second = divmod(index, 2)
        return f"{begin}.{step}.layers.{2 * second}.activation.{_SNAKE[rest[4:]]}"
    return None
