"""From a query's tokens to one vector."""

import torch
from torch import Tensor, nn


def mean_token(tokens: Tensor, mask: Tensor) -> Tensor:
    """The mean of token states, ``B L D``, where a mask, ``B L``, is true: ``B D``."""
    weights = mask[..., None].to(tokens.dtype)
    return (tokens * weights).sum(1) / weights.sum(1).clamp_min(1.0)


class TokenPooling(nn.Module):
    """The mean of the tokens beside a few learned weighted means, mixed into one vector.

    The mean is what sentence encoders are trained for; the weighted means can single out the
    words that name the sound.
    """

    def __init__(self, token_size: int, heads: int, size: int, *, dropout: float = 0.0) -> None:
        """Makes the layer.

        Args:
            token_size: Size of a token's state.
            heads: How many weighted means.
            size: Of the vector that comes out.
            dropout: Share of the pooled values left out in training.
        """
        super().__init__()
        self.scores = nn.Linear(token_size, heads)
        self.mix = nn.Sequential(
            nn.LayerNorm(token_size * (heads + 1)),
            nn.Dropout(dropout),
            nn.Linear(token_size * (heads + 1), size),
            nn.GELU(),
            nn.Linear(size, size),
        )

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Pools ``B L D`` under a mask ``B L`` (true where there is a token) into ``B K``."""
        scores = self.scores(tokens).masked_fill(~mask[..., None], float("-inf"))
        attended = torch.einsum("blh,bld->bhd", scores.softmax(1), tokens).flatten(1)
        return self.mix(torch.cat([mean_token(tokens, mask), attended], dim=1))
