"""HTSAT's published keys, which CLAP's and CLAPSep's state dicts share (``audio_branch.*``)."""

import re

# Tables that a constructor computes, and a classifier that neither CLAP nor CLAPSep uses.
_IGNORED = re.compile(
    r"(spectrogram_extractor|logmel_extractor|tscam_conv|head)\..+"
    r"|.+\.(attn_mask|relative_position_index)"
)
_IN_PATCHES = {"proj": "project", "norm": "norm"}
_IN_MERGING = {"norm": "norm", "reduction": "reduce"}
_IN_BLOCK = {
    "norm1": "attention_norm",
    "attn.qkv": "attention.query_key_value",
    "attn.proj": "attention.mix",
    "attn": "attention",
    "norm2": "expand_norm",
    "mlp.fc1": "expand",
    "mlp.fc2": "contract",
}
_VALUES = {"relative_position_bias_table": "position_bias", "lora_A": "narrow", "lora_B": "widen"}

_BLOCK = re.compile(r"layers\.(\d+)\.(blocks\.\d+\..+)")
_IN_BLOCKS = re.compile(r"blocks\.(\d+)\.(.+)\.(\w+)")
_MERGING = re.compile(r"layers\.(\d+)\.downsample\.(\w+)\.(\w+)")


def is_ignored(key: str) -> bool:
    """Whether nothing needs a key of the audio branch, given without ``audio_branch.``."""
    return _IGNORED.fullmatch(key) is not None


def rename(key: str) -> str | None:
    """Ours for a key of the audio branch, without ``audio_branch.``; ``None`` if not known.

    The norm behind the last map is none of them: it belongs to CLAP's embedding.
    """
    if found := _BLOCK.fullmatch(key):
        name = rename_block(found[2])
        return None if name is None else f"stages.{found[1]}.{name}"
    if found := _MERGING.fullmatch(key):
        stage, layer, value = found.groups()
        name = _IN_MERGING.get(layer)
        return None if name is None else f"stages.{stage}.merge.{name}.{value}"
    part, _, rest = key.partition(".")
    if part == "bn0":
        return f"band_norm.{rest}"
    layer, _, value = rest.partition(".")
    if part == "patch_embed" and layer in _IN_PATCHES:
        return f"patches.{_IN_PATCHES[layer]}.{value}"
    return None


def rename_block(key: str) -> str | None:
    """Ours for a key in a Swin block, ``blocks.N.*``; ``None`` if not known."""
    found = _IN_BLOCKS.fullmatch(key)
    if found is None or found[2] not in _IN_BLOCK:
        return None
    number, layer, value = found.groups()
    return f"blocks.{number}.{_IN_BLOCK[layer]}.{_VALUES.get(value, value)}"
