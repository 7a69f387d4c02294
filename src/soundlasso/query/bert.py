"""BERTs as query encoders: one that is in memory, or one from a hub or a folder."""

import json
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from soundlasso.errors import WeightsError, in_one_line
from soundlasso.nn.bert import Bert, BertConfig, rename_bert
from soundlasso.query.encoder import TokenStates
from soundlasso.query.hub import fetch_files
from soundlasso.query.tokens import Tokens
from soundlasso.query.word_pieces import WordPieces

_CONFIG_NAME = "config.json"
# Each of these comes under one of two names; the first is the newer one.
_VOCABULARY_NAMES = ("tokenizer.json", "vocab.txt")
_WEIGHTS_NAMES = ("model.safetensors", "pytorch_model.bin")
_FILES = (_CONFIG_NAME, _VOCABULARY_NAMES[0], _WEIGHTS_NAMES[0])
_INSTEAD = {newer: (older,) for newer, older in (_VOCABULARY_NAMES, _WEIGHTS_NAMES)}


class BertEncoder:
    """A BERT and its word pieces; see `QueryEncoder`.

    Attributes:
        network: The BERT.
    """

    def __init__(self, network: Bert, pieces: WordPieces, *, max_tokens: int) -> None:
        """Puts the parts together.

        Args:
            network: Stays on the device that it is on; states are given there.
            pieces: Of the vocabulary that it was trained with.
            max_tokens: Longer queries are cut to this many; no more than it has positions.
        """
        self.network = network.eval()
        self._pieces = pieces
        self.size = network.config.size
        self.max_tokens = max_tokens

    def to(self, device: torch.device) -> "BertEncoder":
        """Moves the network to a device, where states are given from then on."""
        self.network.to(device)
        return self

    def cut(self, queries: list[str]) -> Tokens:
        """Cuts queries into tokens, which needs no network.

        Raises:
            QueryError: a query is empty.
        """
        return self._pieces.cut(queries, self.max_tokens)

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries; see `QueryEncoder`."""
        return self.states(self.cut(queries))

    def states(self, tokens: Tokens) -> TokenStates:
        """Encodes queries that are cut already."""
        device = self.network.embed.words.weight.device
        mask = tokens.mask.to(device)
        with torch.inference_mode():
            states = self.network(tokens.ids.to(device), mask) * mask[..., None]
        return TokenStates(states.clone(), mask, tokens.truncated)


def load_bert(name: str) -> BertEncoder:
    """A frozen BERT that reads lower case.

    Args:
        name: A hub id, such as ``prajjwal1/bert-mini``, or the folder of one: its
            ``config.json``, its word pieces (``tokenizer.json`` or ``vocab.txt``) and its
            weights (``model.safetensors`` or ``pytorch_model.bin``).

    Raises:
        MissingDependencyError: the hub is out of reach, or what reaches it is not installed.
        WeightsError: the files are not those of a BERT.
    """
    folder = Path(name) if Path(name).is_dir() else fetch_files(name, _FILES, _INSTEAD)
    try:
        settings = json.loads((folder / _CONFIG_NAME).read_text(encoding="utf-8"))
        network = Bert(_read_config(settings))
        network.load_state_dict(rename_bert(_read_weights(folder)), strict=True)
        pieces = WordPieces(_read_vocabulary(folder))
    except (
        OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError, UnpicklingError,
    ) as error:  # fmt: skip
        reason = in_one_line(error)
        raise WeightsError(f"{name}: holds no BERT: {reason}") from error
    network.requires_grad_(False)
    return BertEncoder(network, pieces, max_tokens=network.config.positions)


def _read_config(settings: dict[str, Any]) -> BertConfig:
    if settings["model_type"] != "bert":
        raise ValueError(f"it is a {settings['model_type']}")
    return BertConfig(
        vocabulary=settings["vocab_size"],
        positions=settings["max_position_embeddings"],
        size=settings["hidden_size"],
        layers=settings["num_hidden_layers"],
        heads=settings["num_attention_heads"],
        inner=settings["intermediate_size"],
    )


def _read_weights(folder: Path) -> dict[str, Tensor]:
    """The encoder's weights under their published names, without what was trained on top."""
    newer, older = (folder / name for name in _WEIGHTS_NAMES)
    if newer.is_file():
        state = load_file(newer)
    else:
        state = torch.load(older, map_location="cpu", weights_only=True)
    prefix = "bert."
    if any(name.startswith(prefix) for name in state):
        state = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
    return state


def _read_vocabulary(folder: Path) -> bytes:
    newer, older = (folder / name for name in _VOCABULARY_NAMES)
    if newer.is_file():
        return newer.read_bytes()
    from tokenizers.implementations import BertWordPieceTokenizer

    listed = older.read_text(encoding="utf-8").splitlines()
    numbers = {piece: number for number, piece in enumerate(listed)}
    tokenizer = BertWordPieceTokenizer(numbers, lowercase=True)
    return bytes(tokenizer.to_str(), encoding="utf-8")
