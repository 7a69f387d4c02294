"""CLAPSep's published state dict.

The published file holds what was trained: the decoder, the adaptation of the encoder, and the
biases beside it. The rest of the encoder lies in the file of the CLAP model that it was made
from; `complete` puts the two together.
"""

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from soundlasso.models.clap_shapes import count, htsat_numbers, shape
from soundlasso.zoo.official import htsat
from soundlasso.zoo.official.converted import Converted, rename_strictly

_ENCODER = "audio_branch."
_DECODER = "decoder_model."
# Tables that a constructor computes, the norm behind the encoder's last map, which CLAPSep takes
# as it is, and the CLAP that makes the queries' embeddings, which is a model of its own here.
_IGNORED = re.compile(
    r"i?stft\..+|audio_branch\.norm\..+|clap_model\..+|decoder_model\..+\.relative_position_index"
)
_IN_STEERED = {
    "skip_conv.gamma": "scale",
    "skip_conv.beta": "shift",
    "feature_proj": "project",
    "norm": "norm",
}
_AT_TOP = {
    "inverse_patch_embed.norm": "unfold.norm",
    "inverse_patch_embed.proj": "unfold.project",
    "spec_norm": "magnitude_norm",
    "mask_net.0": "masker.enter",
    "mask_net.1": "masker.norm",
    "mask_net.3": "masker.leave",
}
_BLOCK = re.compile(r"layers\.(\d+)\.(blocks\.\d+\..+)")
_EXPANDING = re.compile(r"layers\.(\d+)\.downsample\.((?:expand|norm)\.\w+)")
_STEERED = re.compile(r"(film|skip\.\d+)\.(.+)\.(\w+)")
# The transformer's layers are torch's own, there and here.
_MASKER = re.compile(r"mask_net\.2\.(layers\.\d+\..+)")


def complete(tuned: Mapping[str, Tensor], clap: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of the whole separator.

    Args:
        tuned: CLAPSep's own file, which has no prefix.
        clap: The file of the CLAP model that it was made from, without the prefix ``module.``.
    """
    encoder = {key: value for key, value in clap.items() if key.startswith(_ENCODER)}
    return {**encoder, **tuned}


def convert(state: Mapping[str, Tensor]) -> Converted:
    """Converts a state dict.

    Args:
        state: Of the whole separator, without a prefix; see `complete`.

    Returns:
        Config and state of a `soundlasso.models.clapsep.ClapSep`.

    Raises:
        WeightsError: a key is missing or not known; names it.
    """
    renamed, ignored = rename_strictly(state, _rename, ignored=_is_ignored)
    return Converted(_read_config(renamed), renamed, ignored)


def _read_config(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """The network's numbers; sample rate, hop and the masker's heads are in no shape."""
    encoder = htsat_numbers(state, "encoder.")
    stages = range(len(encoder["depths"]))
    return {
        "encoder": encoder,
        "window": 2 * (shape(state, "decoder.magnitude_norm.weight")[0] - 1),
        "embedding": shape(state, "decoder.enter.scale.weight")[1] // 2,
        "depths": [
            count(state, rf"decoder\.stages\.{stage}\.blocks\.(\d+)\..+") for stage in stages
        ],
        "masker_size": shape(state, "decoder.masker.enter.weight")[0],
        "masker_layers": count(state, r"decoder\.masker\.layers\.(\d+)\..+"),
        "masker_inner": shape(state, "decoder.masker.layers.0.linear1.weight")[0],
    }


def _is_ignored(key: str) -> bool:
    if key.startswith(_ENCODER) and htsat.is_ignored(key.removeprefix(_ENCODER)):
        return True
    return _IGNORED.fullmatch(key) is not None


def _rename(key: str) -> str | None:
    """Ours for a published key."""
    if key.startswith(_ENCODER):
        name = htsat.rename(key.removeprefix(_ENCODER))
        return None if name is None else f"encoder.{name}"
    if key.startswith(_DECODER):
        name = _rename_decoder(key.removeprefix(_DECODER))
        return None if name is None else f"decoder.{name}"
    return None


def _rename_decoder(key: str) -> str | None:
    if found := _BLOCK.fullmatch(key):
        name = htsat.rename_block(found[2])
        return None if name is None else f"stages.{found[1]}.{name}"
    if found := _EXPANDING.fullmatch(key):
        return f"stages.{found[1]}.expand.{found[2]}"
    if found := _STEERED.fullmatch(key):
        place, layer, value = found.groups()
        place = "enter" if place == "film" else place.replace("skip.", "skips.")
        return f"{place}.{_IN_STEERED[layer]}.{value}" if layer in _IN_STEERED else None
    if found := _MASKER.fullmatch(key):
        return f"masker.{found[1]}"
    layer, _, value = key.rpartition(".")
    return f"{_AT_TOP[layer]}.{value}" if layer in _AT_TOP else None
