"""Channel attention by squeeze and excitation (Hu et al. 2018, arXiv 1709.01507)."""

from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Weighs each channel by what all channels hold on average."""

    def __init__(self, channels: int, ratio: int = 8) -> None:
        """Makes the layer.

        Args:
            channels: Of the map.
            ratio: By how much the two-layer network narrows in between.
        """
        super().__init__()
        inner = max(1, channels // ratio)
        self.excite = nn.Sequential(
            nn.Linear(channels, inner, bias=False),
            nn.ReLU(),
            nn.Linear(inner, channels, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Weighs ``B C F N``."""
        return x * self.excite(x.mean((2, 3)))[:, :, None, None]
