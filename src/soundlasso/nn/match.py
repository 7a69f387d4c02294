"""How well the places of a map match a query: cross-attention's scores without its values."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_SHARPNESS = 2.0
"""How much the best places count for when scores are pooled: 0 is the mean, infinity the best."""


class QueryMatch(nn.Module):
    """One scaled dot product a head, of a place's embedding and the query's."""

    def __init__(self, channels: int, query_size: int, *, heads: int, size: int) -> None:
        """Makes the layer.

        Args:
            channels: Of the map.
            query_size: Of the query vector.
            heads: How many dot products.
            size: Of the embeddings, per head.
        """
        super().__init__()
        self.heads, self.size = heads, size
        self.audio = nn.Conv2d(channels, heads * size, 1)
        self.text = nn.Linear(query_size, heads * size)

    def _embed(self, places: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        audio = places.reshape(-1, self.heads, self.size, *places.shape[2:])
        text = self.text(query).reshape(-1, self.heads, self.size)
        return F.normalize(audio, dim=2), F.normalize(text, dim=2) * math.sqrt(self.size)

    def forward(self, places: Tensor, query: Tensor) -> Tensor:
        """Maps ``B H F N`` for embedded places ``B C F N`` and queries ``B K``."""
        audio, text = self._embed(places, query)
        return torch.einsum("bhkfn,bhk->bhfn", audio, text)

    def pairs(self, places: Tensor, query: Tensor) -> Tensor:
        """The best match of each of ``B`` maps with each of ``Q`` queries, softly: ``B Q``."""
        scores = self._scores(places, query).flatten(2) * _SHARPNESS
        return (torch.logsumexp(scores, dim=2) - math.log(scores.shape[2])) / _SHARPNESS

    def over_time(self, places: Tensor, query: Tensor) -> Tensor:
        """How well each frame of ``B`` maps matches each of ``Q`` queries: ``B Q N``.

        The logarithm of a mean over places, so that `pairs` of any stretch of a map is the
        logarithm of the mean of these numbers' exponentials over its frames, divided by
        `_SHARPNESS`: what is known of stretches makes up what is known of the whole.
        """
        scores = self._scores(places, query) * _SHARPNESS
        return torch.logsumexp(scores, dim=2) - math.log(scores.shape[2])

    def _scores(self, places: Tensor, query: Tensor) -> Tensor:
        audio, text = self._embed(places, query)
        return torch.einsum("bhkfn,qhk->bqhfn", audio, text).mean(2)
