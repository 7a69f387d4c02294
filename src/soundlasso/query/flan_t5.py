"""FLAN-T5's encoder (Chung et al. 2022, arXiv 2210.11416): the thesis's query encoder.

Only the encoder half is built. It needs the ``t5`` extra.
"""

from pathlib import Path
from typing import Any

import torch

from soundlasso.errors import MissingDependencyError, WeightsError
from soundlasso.query.encoder import TokenStates, check_query

_MAX_TOKENS = 128


class FlanT5:
    """The frozen encoder; see `QueryEncoder`."""

    max_tokens = _MAX_TOKENS

    def __init__(self, name: str) -> None:
        """Loads the encoder.

        Args:
            name: A hub id (``google/flan-t5-small``, ``-base``, ``-large``, ...) or the folder
                of one: its ``config.json``, its weights and its SentencePiece model.

        Raises:
            MissingDependencyError: the ``t5`` extra is not installed, or the hub is out of
                reach.
            WeightsError: the folder's files are not those of a T5.
        """
        try:
            import sentencepiece  # noqa: F401
            from transformers import T5EncoderModel, T5Tokenizer
        except ImportError:
            raise MissingDependencyError(
                "FLAN-T5 needs the t5 extra: pip install 'soundlasso[t5]'"
            ) from None
        self.name = name
        is_local = Path(name).is_dir()
        try:
            self._tokenizer: Any = T5Tokenizer.from_pretrained(name)
            self._network: Any = T5EncoderModel.from_pretrained(name)
        except (OSError, ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
            if is_local:
                raise WeightsError(f"{name}: holds no T5 encoder: {reason}") from error
            raise MissingDependencyError(
                f"{name} cannot be downloaded: {reason}; give a folder that holds it instead"
            ) from error
        self._network.eval().requires_grad_(False)
        self.size = int(self._network.config.d_model)

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries; see `QueryEncoder`."""
        queries = [check_query(query) for query in queries]
        lengths = [len(ids) for ids in self._tokenizer(queries)["input_ids"]]
        batch = self._tokenizer(
            queries,
            padding=True,
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        mask = batch["attention_mask"].bool()
        with torch.inference_mode():
            states = self._network(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
            ).last_hidden_state
            states = states * mask[..., None]
        truncated = tuple(length > self.max_tokens for length in lengths)
        return TokenStates(states.clone(), mask, truncated)
