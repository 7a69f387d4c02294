"""Additive feature-wise modulation: a query shifts normalised channels, and scales none.

The form of feature-wise linear modulation (Perez et al. 2018, arXiv 1709.07871) that AudioSep
has (Liu et al. 2024, arXiv 2308.05037).
"""

from torch import Tensor, nn
from torch.nn import functional as F


class ShiftedNorm(nn.Module):
    """Normalises a map, shifts its channels by what a condition says, and rectifies it."""

    def __init__(self, channels: int, condition: int, *, momentum: float = 0.1) -> None:
        """Makes the layer.

        Args:
            channels: Of the map.
            condition: Size of the condition vector.
            momentum: Share of the newest batch in the running statistics.
        """
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, momentum=momentum)
        self.shift = nn.Linear(condition, channels)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Maps ``B C F N`` under ``B K`` to ``B C F N``."""
        # In place: maps at full resolution are what a long clip's memory goes to.
        shifted = self.norm(x).add_(self.shift(condition)[:, :, None, None])
        return F.leaky_relu(shifted, 0.01, inplace=True)
