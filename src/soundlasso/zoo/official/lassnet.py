"""LASS-Net's published checkpoint: ``LASSNet.pt``, its table ``model``, behind ``module.``."""

import dataclasses
from collections.abc import Mapping
from itertools import count, takewhile

from torch import Tensor

from soundlasso.errors import WeightsError
from soundlasso.models.lassnet import LassNetConfig
from soundlasso.nn.bert import BertConfig, bert_name
from soundlasso.zoo.official.converted import Converted, rename_strictly

_BERT = "text_embedder.bert_layer."
# The size of a head in all BERTs that were published with bert-mini; no shape tells it.
_HEAD_SIZE = 64
# The parts of a block of convolutions, from their published names to ours.
_PARTS = {
    "bn1": "norm1",
    "conv1": "conv1",
    "film1.linear.0": "fuse1.layers.0",
    "film1.linear.2": "fuse1.layers.2",
    "bn2": "norm2",
    "conv2": "conv2",
    "film2.linear.0": "fuse2.layers.0",
    "film2.linear.2": "fuse2.layers.2",
    "shortcut": "shortcut",
    "film_res.linear.0": "shortcut_fuse.layers.0",
    "film_res.linear.2": "shortcut_fuse.layers.2",
}


def convert(state: Mapping[str, Tensor]) -> Converted:
    """From the published names, without their prefix, to ours.

    Raises:
        WeightsError: a key is missing that tells the architecture's numbers, or there is one
            that the architecture has not.
    """
    try:
        config = _config(state)
    except KeyError as error:
        raise WeightsError(f"the checkpoint is not LASS-Net's: it lacks {error}") from error
    leaves = _leaves(len(config.channels))

    def rename(key: str) -> str | None:
        if key.startswith(_BERT):
            return f"bert.{bert_name(key.removeprefix(_BERT))}"
        module, _, value = key.rpartition(".")
        return f"{leaves[module]}.{value}" if module in leaves else None

    # A table of 0, 1, 2 and so on, which older versions of its library wrote.
    renamed, ignored = rename_strictly(
        state, rename, ignored=lambda key: key == f"{_BERT}embeddings.position_ids"
    )
    return Converted(dataclasses.asdict(config), renamed, ignored)


def blocks(depth: int) -> dict[str, str]:
    """The published blocks of convolutions and ours, for so many halvings."""
    pairs = {"UNet.conv_block7": "bridge", "UNet.after_conv_block1": "last"}
    for number in range(depth):
        encoder, decoder = f"UNet.encoder_block{number + 1}", f"UNet.decoder_block{number + 1}"
        pairs[f"{encoder}.conv_block1"] = f"encoder.{number}.first"
        pairs[f"{encoder}.conv_block2"] = f"encoder.{number}.second"
        pairs[f"{decoder}.conv_block2"] = f"decoder.{number}.first"
        pairs[f"{decoder}.conv_block3"] = f"decoder.{number}.second"
    return pairs


def _leaves(depth: int) -> dict[str, str]:
    """The published modules that hold weights, but for BERT's, and ours."""
    pairs = {"text_embedder.linear_layer.0": "query.0", "UNet.after_conv2": "output"}
    for theirs, ours in blocks(depth).items():
        pairs |= {f"{theirs}.{part}": f"{ours}.{name}" for part, name in _PARTS.items()}
    for number in range(depth):
        pairs[f"UNet.decoder_block{number + 1}.bn1"] = f"decoder.{number}.norm"
        pairs[f"UNet.decoder_block{number + 1}.conv1"] = f"decoder.{number}.upsample"
    return pairs


def _config(state: Mapping[str, Tensor]) -> LassNetConfig:
    def rows(key: str) -> int:
        return state[key].shape[0]

    def present(template: str, first: int) -> list[str]:
        keys = (template.format(number) for number in count(first))
        return list(takewhile(state.__contains__, keys))

    words = f"{_BERT}embeddings.word_embeddings.weight"
    size = state[words].shape[1]
    steps = present("UNet.encoder_block{}.conv_block1.conv1.weight", 1)
    if not steps:
        raise KeyError("UNet.encoder_block1.conv_block1.conv1.weight")
    return LassNetConfig(
        channels=tuple(rows(key) for key in steps),
        query_size=rows("text_embedder.linear_layer.0.weight"),
        bert=BertConfig(
            vocabulary=rows(words),
            positions=rows(f"{_BERT}embeddings.position_embeddings.weight"),
            size=size,
            layers=len(present(_BERT + "encoder.layer.{}.attention.self.query.weight", 0)),
            heads=max(1, size // _HEAD_SIZE),
            inner=rows(f"{_BERT}encoder.layer.0.intermediate.dense.weight"),
        ),
    )
