"""FlowSep's U-Net as latent diffusion's code names it (``model.diffusion_model.``)."""

import re
from collections.abc import Mapping
from dataclasses import asdict

from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.models.flowsep_unet import FlowSepUNetConfig
from soundlasso.zoo.official.converted import Converted, rename_strictly

_RESIDUAL = {
    "in_layers.0": "first.0",
    "in_layers.2": "first.2",
    "emb_layers.1": "condition.1",
    "out_layers.0": "second.0",
    "out_layers.3": "second.2",
    "skip_connection": "shortcut",
}
_LAYER = "transformer_blocks.0."
_TRANSFORMER = {
    "norm": "norm",
    "proj_in": "enter",
    "proj_out": "leave",
    f"{_LAYER}norm1": "self_norm",
    f"{_LAYER}norm2": "read_norm",
    f"{_LAYER}norm3": "widen_norm",
    f"{_LAYER}ff.net.0.proj": "widen",
    f"{_LAYER}ff.net.2": "narrow",
    **{
        f"{_LAYER}{theirs}.{layer}": f"{ours}.{name}"
        for theirs, ours in (("attn1", "self_attention"), ("attn2", "read_attention"))
        for layer, name in (
            ("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "mix"),
        )
    },
}  # fmt: skip


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a U-Net. What the shapes do not say, the size of a head, is FlowSep's.

    Raises:
        WeightsError: a key is not known, or a number cannot be read.
    """
    config = _config(state)
    renamed, ignored = rename_strictly(state, _rename, ignored=lambda key: False)
    return Converted(asdict(config), renamed, ignored)


def _config(state: Mapping[str, Tensor]) -> FlowSepUNetConfig:
    """Reads the numbers off the encoder, in which a strided layer ends each level but the last."""
    widths: list[int] = []
    attention: list[bool] = []
    blocks, index = 0, 1
    while True:
        key = f"input_blocks.{index}.0.in_layers.2.weight"
        if f"input_blocks.{index}.0.op.weight" in state:
            blocks = 0
        elif key in state:
            if not blocks:
                widths.append(state[key].shape[0])
                attention.append(f"input_blocks.{index}.1.proj_in.weight" in state)
            blocks += 1
        else:
            break
        index += 1
    try:
        channels, inputs = state["input_blocks.0.0.weight"].shape[:2]
        return FlowSepUNetConfig(
            latent_channels=inputs // 2,
            out_channels=state["out.2.weight"].shape[0],
            channels=channels,
            multipliers=tuple(width // channels for width in widths),
            attention=tuple(attention),
            blocks=blocks,
            token_size=state[f"middle_block.2.{_LAYER}attn2.to_k.weight"].shape[1],
        )
    except KeyError as error:
        raise WeightsError(f"the checkpoint is not FlowSep's U-Net: no {error}") from error
    except ValueError as error:
        raise WeightsError(f"the checkpoint is not FlowSep's U-Net: {error}") from error


def _rename(key: str) -> str | None:
    stem, _, kind = key.rpartition(".")
    if kind not in {"weight", "bias"}:
        return None
    name = _layer(stem)
    return None if name is None else f"{name}.{kind}"


def _layer(stem: str) -> str | None:
    """Where a layer lies here."""
    if match := re.fullmatch(r"time_embed\.([02])", stem):
        return f"time.{match[1]}"
    if match := re.fullmatch(r"out\.([02])", stem):
        return f"leave.{match[1]}"
    if stem == "input_blocks.0.0":
        return "enter"
    match = re.fullmatch(r"(input_blocks|output_blocks|middle_block)\.(.+)", stem)
    if match is None:
        return None
    if match[1] == "middle_block":
        part, _, rest = match[2].partition(".")
        if part == "3":
            return _join("middle_end", rest, _RESIDUAL)
        return _stage("middle", part, rest)
    block, _, rest = match[2].partition(".")
    part, _, rest = rest.partition(".")
    if match[1] == "output_blocks":
        return _stage(f"decoder.{block}", part, rest)
    return _stage(f"encoder.{int(block) - 1}", part, rest)


def _stage(begin: str, part: str, rest: str) -> str | None:
    if rest == "op" and part == "0":
        return f"{begin}.convolution"
    if rest == "conv":
        return f"{begin}.finer.convolution"
    if part == "0":
        return _join(f"{begin}.residual", rest, _RESIDUAL)
    if part in {"1", "2"}:
        return _join(f"{begin}.{'look' if part == '1' else 'read'}", rest, _TRANSFORMER)
    return None


def _join(begin: str, rest: str, names: dict[str, str]) -> str | None:
    return f"{begin}.{names[rest]}" if rest in names else None
