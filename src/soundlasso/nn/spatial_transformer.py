"""A transformer layer over the places of a map, which may read a text.

Source: Rombach et al. 2022 (arXiv 2112.10752), section 3.3 and appendix E; the gated
feed-forward network is Shazeer's (arXiv 2002.05202).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SpatialTransformer(nn.Module):
    """Places attend to each other, then to a text or once more to each other; added to the map."""

    def __init__(
        self, channels: int, heads: int, *, token_size: int | None = None, groups: int = 32
    ) -> None:
        """Makes the layer.

        Args:
            channels: Of the map; a multiple of ``heads`` and of ``groups``.
            heads: Of both attentions.
            token_size: Size of the text's token states; ``None`` where there is no text.
            groups: Of channels that are normalised together.
        """
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, 1e-6)
        self.enter = nn.Conv2d(channels, channels, 1)
        self.self_norm = nn.LayerNorm(channels)
        self.self_attention = _Attention(channels, channels, heads)
        self.read_norm = nn.LayerNorm(channels)
        self.read_attention = _Attention(channels, token_size or channels, heads)
        self.widen_norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, 8 * channels)
        self.narrow = nn.Linear(4 * channels, channels)
        self.leave = nn.Conv2d(channels, channels, 1)

    def forward(
        self, x: Tensor, tokens: Tensor | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Adds to ``B C H W`` what its places find.

        Args:
            x: The map.
            tokens: The text's token states, ``B L D``, where the layer was made for text.
            mask: True where there is a token, ``B L``.
        """
        places = self.enter(self.norm(x)).flatten(2).transpose(1, 2)
        normal = self.self_norm(places)
        places = places + self.self_attention(normal, normal, None)
        normal = self.read_norm(places)
        places = places + self.read_attention(normal, normal if tokens is None else tokens, mask)
        values, gates = self.widen(self.widen_norm(places)).chunk(2, dim=-1)
        places = places + self.narrow(values * F.gelu(gates))
        return x + self.leave(places.transpose(1, 2).reshape(x.shape))


class _Attention(nn.Module):
    """Multi-head attention whose projections, but for the last, have no bias."""

    def __init__(self, channels: int, source_size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(channels, channels, bias=False)
        self.key = nn.Linear(source_size, channels, bias=False)
        self.value = nn.Linear(source_size, channels, bias=False)
        self.mix = nn.Linear(channels, channels)

    def forward(self, x: Tensor, source: Tensor, mask: Tensor | None) -> Tensor:
        query, key, value = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query(x), self.key(source), self.value(source))
        )
        bias = None
        if mask is not None:
            # The lowest number, not minus infinity: a text of no tokens is no reason for NaN.
            lowest = torch.finfo(query.dtype).min
            bias = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, lowest)
            bias = bias[:, None, None]
        found = F.scaled_dot_product_attention(query, key, value, bias)
        return self.mix(found.transpose(1, 2).flatten(2))
