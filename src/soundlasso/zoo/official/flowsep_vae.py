"""FlowSep's autoencoder as latent diffusion's code names it (``vae.ckpt``)."""

import re
from collections.abc import Mapping
from dataclasses import asdict

from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.models.flowsep_vae import FlowSepVaeConfig
from soundlasso.zoo.official.converted import Converted, rename_strictly

_BLOCK = {
    "norm1": "first.0",
    "conv1": "first.2",
    "norm2": "second.0",
    "conv2": "second.2",
    "nin_shortcut": "shortcut",
}
_ATTENTION = {"norm": "norm", "q": "query", "k": "key", "v": "value", "proj_out": "mix"}
_MIDDLE = {"block_1": "0", "attn_1": "1", "block_2": "2"}
_ENDS = {"conv_in": "enter", "norm_out": "leave.0", "conv_out": "leave.2"}


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts an autoencoder.

    Its file holds the discriminator that it was trained against (``loss.``) and a vocoder
    (``vocoder.``) as well; both are ignored here.

    Raises:
        WeightsError: a key is not known, or a number cannot be read.
    """
    config = _config(state)
    renamed, ignored = rename_strictly(
        state,
        lambda key: _rename(key, len(config.multipliers)),
        ignored=lambda key: key.startswith(("loss.", "vocoder.")),
    )
    return Converted(asdict(config), renamed, ignored)


def _config(state: Mapping[str, Tensor]) -> FlowSepVaeConfig:
    widths: list[int] = []
    while (key := f"encoder.down.{len(widths)}.block.0.conv1.weight") in state:
        widths.append(state[key].shape[0])
    blocks = 0
    while f"encoder.down.0.block.{blocks}.conv1.weight" in state:
        blocks += 1
    try:
        channels = state["encoder.conv_in.weight"].shape[0]
        latent_channels = state["post_quant_conv.weight"].shape[0]
    except KeyError as error:
        raise WeightsError(f"the checkpoint is not FlowSep's autoencoder: no {error}") from error
    try:
        return FlowSepVaeConfig(
            channels=channels,
            multipliers=tuple(width // channels for width in widths),
            blocks=blocks,
            latent_channels=latent_channels,
        )
    except ValueError as error:
        raise WeightsError(f"the checkpoint is not FlowSep's autoencoder: {error}") from error


def _rename(key: str, levels: int) -> str | None:
    stem, _, kind = key.rpartition(".")
    if kind not in {"weight", "bias"}:
        return None
    if stem == "quant_conv":
        return f"to_moments.{kind}"
    if stem == "post_quant_conv":
        return f"from_latent.{kind}"
    half, _, place = stem.partition(".")
    if half not in {"encoder", "decoder"}:
        return None
    name = _place(place, levels)
    return None if name is None else f"{half}.{name}.{kind}"


def _place(place: str, levels: int) -> str | None:
    """Where a layer of either half lies here."""
    if place in _ENDS:
        return _ENDS[place]
    if match := re.fullmatch(r"mid\.(block_1|attn_1|block_2)\.(\w+)", place):
        layers = _ATTENTION if match[1] == "attn_1" else _BLOCK
        return f"middle.{_MIDDLE[match[1]]}.{layers[match[2]]}" if match[2] in layers else None
    match = re.fullmatch(r"(down|up)\.(\d+)\.(.+)", place)
    if match is None:
        return None
    # The decoder's levels are numbered from fine to coarse there, in order of use here.
    level = int(match[2]) if match[1] == "down" else levels - 1 - int(match[2])
    if match[3] in {"downsample.conv", "upsample.conv"}:
        return f"{'halvings' if match[1] == 'down' else 'doublings'}.{level}.convolution"
    block = re.fullmatch(r"block\.(\d+)\.(\w+)", match[3])
    if block is None or block[2] not in _BLOCK:
        return None
    return f"levels.{level}.{block[1]}.{_BLOCK[block[2]]}"
