"""FLAN-T5's encoder (Chung et al. 2022, arXiv 2210.11416): the thesis's query encoder.

Only the encoder half is built. It needs the ``t5`` extra.
"""

from pathlib import Path
from typing import Any

import torch

from soundlasso.errors import (
    DownloadError,
    MissingDependencyError,
    WeightsError,
    hub_errors,
    in_one_line,
)
from soundlasso.query.encoder import TokenStates, check_query
from soundlasso.query.tokens import batch_tokens

_MAX_TOKENS = 128
_TOKENIZER_NAME = "spiece.model"


class FlanT5:
    """The frozen encoder; see `QueryEncoder`."""

    def __init__(self, name: str, *, max_tokens: int = _MAX_TOKENS) -> None:
        """Loads the encoder.

        Args:
            name: A hub id (``google/flan-t5-small``, ``-base``, ``-large``, ...) or the folder
                of one: its ``config.json``, its weights and its SentencePiece model.
            max_tokens: Longer queries are cut to this many, the end token among them.

        Raises:
            MissingDependencyError: the ``t5`` extra is not installed, or the hub is out of
                reach.
            WeightsError: the folder's files are not those of a T5.
        """
        try:
            from huggingface_hub import hf_hub_download
            from sentencepiece import SentencePieceProcessor
            from transformers import T5EncoderModel
        except ImportError:
            raise MissingDependencyError(
                "FLAN-T5 needs the t5 extra: pip install 'soundlasso[t5]'"
            ) from None
        folder = Path(name)
        try:
            if folder.is_dir():
                vocabulary = str(folder / _TOKENIZER_NAME)
            else:
                vocabulary = hf_hub_download(name, _TOKENIZER_NAME)
            self._tokenizer: Any = SentencePieceProcessor(model_file=vocabulary)
            self._network: Any = T5EncoderModel.from_pretrained(name)
        except hub_errors(TypeError, RuntimeError) as error:
            reason = in_one_line(error)
            if folder.is_dir():
                raise WeightsError(f"{name}: holds no T5 encoder: {reason}") from error
            raise DownloadError(
                f"{name} cannot be downloaded: {reason}; give a folder that holds it instead"
            ) from error
        self._network.eval().requires_grad_(False)
        self.size = int(self._network.config.d_model)
        self.max_tokens = max_tokens

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries; see `QueryEncoder`."""
        pieces = self._tokenizer.encode([check_query(query) for query in queries])
        # T5 closes every text with its end token.
        texts = [[*ids, self._tokenizer.eos_id()] for ids in pieces]
        tokens = batch_tokens(texts, self.max_tokens)
        with torch.inference_mode():
            encoded = self._network(input_ids=tokens.ids, attention_mask=tokens.mask.long())
            states = encoded.last_hidden_state * tokens.mask[..., None]
        return TokenStates(states.clone(), tokens.mask, tokens.truncated)
