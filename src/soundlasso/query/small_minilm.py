"""MiniLM in four bits a weight, which comes with the program.

It is all-MiniLM-L6-v2 (see `soundlasso.query.minilm`), rounded by ``benchmarks/pack_minilm.py``,
which says what that costs: an eighth of the bytes, so that separating needs no other download. The
file lies beside its card; a card with another hash is refused.
"""

import hashlib
import json
from importlib import resources

from safetensors.torch import load as load_safetensors

from soundlasso.errors import WeightsError
from soundlasso.nn.bert import Bert, BertConfig
from soundlasso.nn.packed import unpacked
from soundlasso.nn.unfilled import Unfilled
from soundlasso.query.bert import BertEncoder
from soundlasso.query.word_pieces import WordPieces

NAME = "minilm-4bit"
CONFIG = BertConfig(positions=128, size=384, layers=6, heads=12, inner=1536)
"""Texts are cut to 128 word pieces, so that the other positions are of no use."""


class SmallMiniLm(BertEncoder):
    """The frozen encoder; see `QueryEncoder`."""

    size = CONFIG.size
    max_tokens = CONFIG.positions

    def __init__(self) -> None:
        """Loads the encoder.

        Raises:
            WeightsError: its files are damaged.
        """
        card = json.loads(_read("json"))
        content = _read("safetensors")
        if hashlib.sha256(content).hexdigest() != card["sha256"]:
            raise WeightsError(f"{NAME}.safetensors: is not the file that its card describes")
        with Unfilled():
            network = Bert(CONFIG)
        network.load_state_dict(unpacked(load_safetensors(content)), strict=True, assign=True)
        network.requires_grad_(False)
        super().__init__(network, uncased_word_pieces(closed=True), max_tokens=CONFIG.positions)


def uncased_word_pieces(*, closed: bool) -> WordPieces:
    """The word pieces of BERTs that read lower case.

    Args:
        closed: See `WordPieces`.
    """
    return WordPieces(_read("tokenizer.json"), closed=closed)


def _read(kind: str) -> bytes:
    return (resources.files("soundlasso.query") / "data" / f"{NAME}.{kind}").read_bytes()
