"""A sentence encoder made of a token encoder: the mean of its states, brought to length 1.

For MiniLM that is how it was trained to be used (Reimers & Gurevych 2019, arXiv 1908.10084).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from soundlasso.query.encoder import MovableEncoder, QueryEncoder, TokenStates


class MeanEmbedder:
    """See `soundlasso.query.embedding.QueryEmbedder`."""

    def __init__(self, encoder: QueryEncoder) -> None:
        """Wraps an encoder of tokens."""
        self._encoder = encoder
        self.size = encoder.size
        self.max_tokens = encoder.max_tokens

    def to(self, device: torch.device) -> "MeanEmbedder":
        """Moves the encoder of tokens to a device, if that can be moved."""
        if isinstance(self._encoder, MovableEncoder):
            self._encoder.to(device)
        return self

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries, each as a single token; see `QueryEncoder`."""
        encoded = self._encoder.encode(queries)
        there = encoded.mask[..., None].to(encoded.states.dtype)
        mean = (encoded.states * there).sum(1) / there.sum(1).clamp_min(1.0)
        states = F.normalize(mean, dim=-1)[:, None]
        mask = torch.ones(states.shape[:2], dtype=torch.bool, device=states.device)
        return TokenStates(states, mask, encoded.truncated)

    def embed(self, queries: list[str]) -> Tensor:
        """Embeds queries: ``B D``, each of length 1.

        Raises:
            QueryError: a query is empty.
        """
        return self.encode(queries).states[:, 0]
