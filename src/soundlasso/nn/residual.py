"""Pre-activation residual blocks of 3x3 convolutions (He et al. 2016, arXiv 1603.05027)."""

from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut: ``B C F N`` to ``B C' F N``."""

    def __init__(self, channels: int, out_channels: int, *, dilation: int = 1) -> None:
        """Makes the block.

        Args:
            channels: Of the input.
            out_channels: Of the output.
            dilation: Of the second convolution along frames.
        """
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(
                out_channels,
                out_channels,
                3,
                padding=(1, dilation),
                dilation=(1, dilation),
                bias=False,
            ),
        )
        self.shortcut: nn.Module = (
            nn.Identity()
            if channels == out_channels
            else nn.Conv2d(channels, out_channels, 1, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Applies the block."""
        return self.shortcut(x) + self.layers(x)
