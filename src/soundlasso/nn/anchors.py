"""Known sounds that draw a query's vector towards their own.

What a network makes of words it has learned from the few ways that each sound was asked for in
training. A sentence encoder knows more: which known queries a new one is close to in meaning. So a
query's vector is mixed with those of the sounds that its nearest known queries stand for.
Nothing here is learned by gradients; ``benchmarks/anchor.py`` puts it into a trained network.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges, check_shares
from soundlasso.nn.pooling import TokenPooling, mean_token


@dataclass(frozen=True)
class AnchorsConfig:
    """The numbers of a network's anchors.

    Attributes:
        keys: How many known queries there are; with none, vectors are left alone.
        sounds: How many sounds they stand for.
        nearest: How many of the nearest are asked.
        temperature: The smaller, the more the nearest of them counts.
        share: Of the sounds' vectors in what comes out.
    """

    keys: int = 0
    sounds: int = 0
    nearest: int = 50
    temperature: float = 0.1
    share: float = 0.5

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, keys=0, sounds=0, nearest=1, temperature=1e-3)
        check_shares(self, "share")
        if bool(self.keys) != bool(self.sounds):
            raise ValueError("keys and sounds must both be there or both be 0")


class Anchors(nn.Module):
    """What is known, and how a vector is drawn towards it."""

    centre: Tensor
    keys: Tensor
    sounds: Tensor
    vectors: Tensor

    def __init__(self, config: AnchorsConfig, token_size: int, size: int) -> None:
        """Makes anchors that are all zero.

        Args:
            config: How many there are, and how they are used.
            token_size: Size of a token's state.
            size: Of a query's vector.
        """
        super().__init__()
        self.config = config
        self.register_buffer("centre", torch.zeros(token_size))
        self.register_buffer("keys", torch.zeros(config.keys, token_size))
        self.register_buffer("sounds", torch.zeros(config.keys, dtype=torch.long))
        self.register_buffer("vectors", torch.zeros(config.sounds, size))

    def weights(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """How much each known sound is meant by each query, ``B S``; they add up to 1."""
        meaning = self.place(tokens, mask)
        nearest = (meaning @ self.keys.T).topk(min(self.config.nearest, self.config.keys), dim=1)
        shares = (nearest.values / self.config.temperature).softmax(1)
        meant = shares.new_zeros(len(shares), self.config.sounds)
        return meant.scatter_add(1, self.sounds[nearest.indices], shares)

    def nearness(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """How near each query is to its nearest key, as a cosine: ``B``."""
        return (self.place(tokens, mask) @ self.keys.T).amax(1)

    def place(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Where queries lie among the keys: the direction of their mean token from the centre."""
        return F.normalize(F.normalize(mean_token(tokens, mask), dim=-1) - self.centre, dim=-1)

    def forward(self, vector: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Draws vectors, ``B K``, of queries, ``B L D`` under a mask ``B L``, to what is known."""
        return torch.lerp(vector, self.weights(tokens, mask) @ self.vectors, self.config.share)


class AnchoredPooling(TokenPooling):
    """From tokens to one vector, drawn towards known sounds if there are any."""

    def __init__(
        self,
        token_size: int,
        heads: int,
        size: int,
        anchors: AnchorsConfig,
        *,
        dropout: float = 0.0,
    ) -> None:
        """Makes the layer; arguments as `TokenPooling`, and the anchors' numbers."""
        super().__init__(token_size, heads, size, dropout=dropout)
        self.anchors = Anchors(anchors, token_size, size) if anchors.keys else None

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Pools ``B L D`` under a mask ``B L`` into ``B K``."""
        vector = super().forward(tokens, mask)
        return vector if self.anchors is None else self.anchors(vector, tokens, mask)
