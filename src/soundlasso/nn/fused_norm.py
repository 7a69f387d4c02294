"""Batch normalisation and rectification with the query in between, as AudioSep's blocks begin.

Liu et al. 2024 (arXiv 2308.05037) shift the normalised channels; any fusion can do it here.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.nn.fusion import Fusion, make_fusion


class FusedNorm(nn.Module):
    """Normalises a map, lets a query change it, and rectifies it."""

    def __init__(
        self, channels: int, token_size: int, fusion: Fusion, heads: int, *, momentum: float = 0.1
    ) -> None:
        """Makes the layer.

        Args:
            channels: Of the map.
            token_size: Size of a token's state, or of the vector that stands for a query.
            fusion: How the query gets in.
            heads: Of an attention.
            momentum: Share of the newest batch in the running statistics.
        """
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, momentum=momentum)
        self.fuse = make_fusion(fusion, channels, token_size, heads)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Maps ``B C F N`` under ``B L D`` and its mask, ``B L``, to ``B C F N``."""
        # In place: maps at full resolution are what a long clip's memory goes to.
        return F.leaky_relu(self.fuse(self.norm(x), tokens, mask), 0.01, inplace=True)
