"""CLAP's files: where they come from, and the names that transformers gives to weights."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.models.roberta import roberta_name
from soundlasso.query.hub import fetch_files

CONFIG_NAME = "config.json"
TOKENIZER_NAME = "tokenizer.json"
WEIGHTS_NAME = "model.safetensors"
NUMBERS = "soundlasso"
"""Where in the config our own folders keep the network's numbers."""
# What older folders hold instead.
_OLDER_WEIGHTS_NAME = "pytorch_model.bin"
_VOCABULARY_NAMES = ("vocab.json", "merges.txt")


def download_clap(name: str, revision: str | None) -> Path:
    """Fetches a CLAP's files into the hub's cache and says where they are.

    Raises:
        MissingDependencyError: see `soundlasso.query.hub.fetch_files`.
    """
    files = (CONFIG_NAME, WEIGHTS_NAME, TOKENIZER_NAME)
    instead = {WEIGHTS_NAME: (_OLDER_WEIGHTS_NAME,), TOKENIZER_NAME: _VOCABULARY_NAMES}
    return fetch_files(name, files, instead, revision=revision)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The weights in a folder, under our names.

    Raises:
        OSError, ValueError, RuntimeError, SafetensorError, UnpicklingError: they cannot be read.
        WeightsError: one of them is not known.
    """
    newer, older = folder / WEIGHTS_NAME, folder / _OLDER_WEIGHTS_NAME
    if newer.is_file():
        return our_weights(load_file(newer))
    return our_weights(torch.load(older, map_location="cpu", weights_only=True))


def read_numbers(folder: Path) -> dict[str, Any] | None:
    """What `ClapConfig` is made of, if the folder is one of ours.

    Raises:
        OSError, ValueError: the config cannot be read.
    """
    if not (path := folder / CONFIG_NAME).is_file():
        return None
    settings = json.loads(path.read_text(encoding="utf-8"))
    return settings.get(NUMBERS) if isinstance(settings, dict) else None


def read_tokenizer(folder: Path) -> bytes:
    """The tokenizer in a folder, as a ``tokenizer.json``.

    Raises:
        OSError: there is none.
    """
    if (path := folder / TOKENIZER_NAME).is_file():
        return path.read_bytes()
    from tokenizers.implementations import ByteLevelBPETokenizer
    from tokenizers.processors import RobertaProcessing

    vocabulary, merges = (folder / name for name in _VOCABULARY_NAMES)
    if not vocabulary.is_file():
        raise FileNotFoundError(f"there is neither {TOKENIZER_NAME} nor {vocabulary.name}")
    tokenizer: Any = ByteLevelBPETokenizer.from_file(str(vocabulary), str(merges))
    start, end = (tokenizer.token_to_id(token) for token in ("<s>", "</s>"))
    tokenizer.post_processor = RobertaProcessing(("</s>", end), ("<s>", start))
    return tokenizer.to_str().encode("utf-8")


# The loss's temperatures, and tables that are computed when a network is made.
_UNUSED = re.compile(r"logit_scale_[at]|.+\.(position_ids|token_type_ids|relative_position_index)")
_IN_BLOCK = {
    "layernorm_before": "attention_norm",
    "attention.self": "attention",
    "attention.output.dense": "attention.mix",
    "layernorm_after": "expand_norm",
    "intermediate.dense": "expand",
    "output.dense": "contract",
}
_BLOCK = re.compile(r"layers\.(\d+)\.(blocks\.\d+)\.(.+)\.(\w+)")
_ATTENTION = re.compile(r"layers\.(\d+)\.(blocks\.\d+)\.attention\.self\.(query|key|value)\.(\w+)")
_REST_OF_AUDIO = (
    ("batch_norm.", "audio.band_norm."),
    ("patch_embed.proj.", "audio.patches.project."),
    ("patch_embed.norm.", "audio.patches.norm."),
    ("norm.", "audio_norm."),
)


def our_weights(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights as transformers names them under our names; ours as they are.

    Raises:
        WeightsError: one is not known; names it.
    """
    if "text.words.weight" in state:
        return dict(state)
    renamed = {}
    apart: dict[str, dict[str, Tensor]] = {}
    for key, value in state.items():
        if _UNUSED.fullmatch(key):
            continue
        prefix = "audio_model.audio_encoder."
        if found := _ATTENTION.fullmatch(key.removeprefix(prefix)):
            stage, block, part, kind = found.groups()
            name = f"audio.stages.{stage}.{block}.attention.query_key_value.{kind}"
            apart.setdefault(name, {})[part] = value
        else:
            renamed[_our_name(key)] = value
    for name, parts in apart.items():
        if len(parts) != 3:
            raise WeightsError(f"of query, key and value, one is missing that makes {name}")
        renamed[name] = torch.cat([parts[part] for part in ("query", "key", "value")])
    return renamed


def _our_name(key: str) -> str:
    part, _, rest = key.partition(".")
    name = None
    if part == "text_model":
        name = roberta_name(rest)
        name = name and f"text.{name}"
    elif part == "audio_model":
        name = _our_audio_name(rest.removeprefix("audio_encoder."))
    elif found := re.fullmatch(r"linear([12])\.(weight|bias)", rest):
        name = f"{part}.{2 * int(found[1]) - 2}.{found[2]}"
    if name is None:
        hint = " (models with fusion are not supported)" if "fusion" in key else ""
        raise WeightsError(f"a weight is not known: {key}{hint}")
    return name


def _our_audio_name(key: str) -> str | None:
    if found := _BLOCK.fullmatch(key):
        stage, block, layer, value = found.groups()
        value = value.replace("relative_position_bias_table", "position_bias")
        name = _IN_BLOCK.get(layer)
        return None if name is None else f"audio.stages.{stage}.{block}.{name}.{value}"
    if found := re.fullmatch(r"layers\.(\d+)\.downsample\.(norm|reduction)\.(\w+)", key):
        layer = found[2].replace("reduction", "reduce")
        return f"audio.stages.{found[1]}.merge.{layer}.{found[3]}"
    for theirs, ours in _REST_OF_AUDIO:
        if key.startswith(theirs):
            return ours + key.removeprefix(theirs)
    return None
