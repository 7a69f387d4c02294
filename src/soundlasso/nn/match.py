"""How well the places of a map match a query: cross-attention's scores without its values."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


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
        audio, text = self._embed(places, query)
        scores = torch.einsum("bhkfn,qhk->bqhfn", audio, text).mean(2).flatten(2)
        return torch.logsumexp(scores * 2.0, dim=2) / 2.0 - math.log(scores.shape[2]) / 2.0
