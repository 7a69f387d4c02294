"""A CLAP as a query encoder, small, with a byte-level tokenizer of single letters."""

import json
from string import ascii_lowercase

import torch

from soundlasso.models.clap import Clap
from soundlasso.query.clap import ClapEncoder
from tests.conftest import randomised
from tests.models.tiny_clap import TINY_CLAP, at_usual_levels

# "Ġ" is how byte-level BPE writes a space.
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "Ġ", *ascii_lowercase]
VOCABULARY = {piece: number for number, piece in enumerate(PIECES)}


def tiny_tokenizer() -> bytes:
    """A ``tokenizer.json``."""
    content: dict[str, object] = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": True,
            "use_regex": True,
        },
        "post_processor": {
            "type": "RobertaProcessing",
            "sep": ["</s>", 2],
            "cls": ["<s>", 0],
            "trim_offsets": True,
            "add_prefix_space": False,
        },
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": True,
            "trim_offsets": True,
            "use_regex": True,
        },
        "model": {"type": "BPE", "unk_token": "<unk>", "vocab": VOCABULARY, "merges": []},
    }
    return json.dumps(content).encode("utf-8")


def tiny_clap() -> ClapEncoder:
    """With random weights."""
    torch.manual_seed(0)
    network = randomised(Clap(TINY_CLAP), scale=0.3)
    assert isinstance(network, Clap)
    at_usual_levels(network.audio)
    return ClapEncoder(network, tiny_tokenizer())
