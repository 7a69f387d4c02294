"""Blocks of the Swin transformer (Liu et al. 2021, arXiv 2103.14030).

Maps are ``B H W C`` here: attention and its norms want the channels last. Heights and widths
are known when a block is made, since its masks depend on them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.nn.lora import linear

# What is added to the score of two places that are not neighbours; the published networks were
# trained with this and not with infinity.
_APART = -100.0


class WindowAttention(nn.Module):
    """Self-attention among the places of a square window, with a bias for where they lie."""

    def __init__(self, channels: int, heads: int, window: int, lora_rank: int = 0) -> None:
        """Makes the layer.

        Args:
            channels: Of the map; a multiple of ``heads``.
            heads: How many heads.
            window: Side of a window in places.
            lora_rank: Of the adaptation of both linear layers; none where 0.
        """
        super().__init__()
        self.heads = heads
        self.query_key_value = linear(channels, 3 * channels, lora_rank)
        self.mix = linear(channels, channels, lora_rank)
        self.position_bias = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        nn.init.trunc_normal_(self.position_bias, std=0.02)
        self.register_buffer("_offsets", _offsets(window), persistent=False)
        self._offsets: Tensor

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Attends within windows.

        Args:
            x: Windows of all maps, ``B*W L C`` with ``L`` places a window.
            mask: What to add to scores, ``W L L``.

        Returns:
            As ``x``.
        """
        parts = self.query_key_value(x).unflatten(-1, (3, self.heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        bias = self.position_bias[self._offsets].permute(2, 0, 1)[None]
        if mask is not None:
            bias = (bias + mask[:, None]).repeat(x.shape[0] // mask.shape[0], 1, 1, 1)
        attended = F.scaled_dot_product_attention(query, key, value, bias)
        return self.mix(attended.transpose(1, 2).flatten(2))


def _offsets(window: int) -> Tensor:
    """For each pair of places in a window, the row of the bias table for their distance."""
    places = torch.cartesian_prod(torch.arange(window), torch.arange(window))
    apart = places[:, None] - places[None] + window - 1
    return apart[..., 0] * (2 * window - 1) + apart[..., 1]


class SwinBlock(nn.Module):
    """Window attention and a two-layer network, each behind a norm and added to its input."""

    def __init__(
        self,
        channels: int,
        heads: int,
        side: int,
        *,
        window: int,
        shifted: bool,
        lora_rank: int = 0,
    ) -> None:
        """Makes the block.

        Args:
            channels: Of the map.
            heads: Of the attention.
            side: Height and width of the map in places; a multiple of ``window`` or less.
            window: Side of a window.
            shifted: Whether windows lie half a window away from the map's border. They never
                do where one window covers the map.
            lora_rank: Of the attention's adaptation; none where 0.
        """
        super().__init__()
        self.window = min(window, side)
        self.shift = self.window // 2 if shifted and side > window else 0
        self.attention_norm = nn.LayerNorm(channels)
        self.attention = WindowAttention(channels, heads, self.window, lora_rank)
        self.expand_norm = nn.LayerNorm(channels)
        self.expand = nn.Linear(channels, 4 * channels)
        self.contract = nn.Linear(4 * channels, channels)
        mask = _neighbours(side, self.window, self.shift) if self.shift else None
        self.register_buffer("_mask", mask, persistent=False)
        self._mask: Tensor | None

    def forward(self, x: Tensor) -> Tensor:
        """Applies the block to ``B H W C``."""
        x = x + self._attend(self.attention_norm(x))
        return x + self.contract(F.gelu(self.expand(self.expand_norm(x))))

    def _attend(self, x: Tensor) -> Tensor:
        rolled = torch.roll(x, (-self.shift, -self.shift), (1, 2)) if self.shift else x
        attended = self.attention(_windows(rolled, self.window), self._mask)
        joined = _unwindows(attended, x.shape)
        return torch.roll(joined, (self.shift, self.shift), (1, 2)) if self.shift else joined


def _windows(x: Tensor, window: int) -> Tensor:
    """Cuts ``B H W C`` into windows, ``B*W L C``."""
    batch, height, width, channels = x.shape
    tiles = x.reshape(batch, height // window, window, width // window, window, channels)
    return tiles.transpose(2, 3).reshape(-1, window**2, channels)


def _unwindows(x: Tensor, shape: torch.Size) -> Tensor:
    """Puts windows together again into ``B H W C``."""
    window = round(x.shape[1] ** 0.5)
    batch, height, width, _ = shape
    tiles = x.reshape(batch, height // window, width // window, window, window, -1)
    return tiles.transpose(2, 3).reshape(shape)


def _neighbours(side: int, window: int, shift: int) -> Tensor:
    """What to add to scores in shifted windows, ``W L L``.

    A shifted window at the border holds places from opposite ends of the map, which shall not
    attend to each other.
    """
    zone = torch.zeros(side)
    zone[side - window : side - shift] = 1
    zone[side - shift :] = 2
    zones = 3 * zone[:, None] + zone[None]
    windows = _windows(zones[None, :, :, None], window)[..., 0]
    apart = windows[:, :, None] != windows[:, None]
    return torch.where(apart, _APART, 0.0)


class PatchMerging(nn.Module):
    """Halves a map's height and width: four neighbours become one place of twice the size."""

    def __init__(self, channels: int) -> None:
        """Makes the layer for maps of so many channels."""
        super().__init__()
        self.norm = nn.LayerNorm(4 * channels)
        self.reduce = nn.Linear(4 * channels, 2 * channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps ``B 2H 2W C`` to ``B H W 2C``."""
        corners = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.reduce(self.norm(torch.cat(corners, dim=-1)))


class PatchExpanding(nn.Module):
    """Doubles a map's height and width: one place becomes four of half the size.

    The counterpart of `PatchMerging` in Swin-Unet (Cao et al. 2021, arXiv 2105.05537).
    """

    def __init__(self, channels: int) -> None:
        """Makes the layer for maps of so many channels."""
        super().__init__()
        self.expand = nn.Linear(channels, 2 * channels, bias=False)
        self.norm = nn.LayerNorm(channels // 2)

    def forward(self, x: Tensor) -> Tensor:
        """Maps ``B H W C`` to ``B 2H 2W C/2``."""
        batch, height, width, _ = x.shape
        # In the order in which `PatchMerging` gathers them: column by column.
        corners = self.expand(x).reshape(batch, height, width, 2, 2, -1)
        placed = corners.permute(0, 1, 4, 2, 3, 5)
        return self.norm(placed.reshape(batch, 2 * height, 2 * width, -1))
