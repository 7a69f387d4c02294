"""Atrous spatial pyramid pooling as ResUNet++ has it (Jha et al. 2019, arXiv 1911.07067)."""

from torch import Tensor, nn


class Aspp(nn.Module):
    """Parallel 3x3 convolutions of several dilations, each normalised, summed and mixed."""

    def __init__(
        self, channels: int, out_channels: int, dilations: tuple[int, ...] = (6, 12, 18, 1)
    ) -> None:
        """Makes the layer.

        Args:
            channels: Of the input.
            out_channels: Of the output.
            dilations: Of the convolutions.
        """
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(
                    channels, out_channels, 3, padding=dilation, dilation=dilation, bias=False
                ),
                nn.BatchNorm2d(out_channels),
            )
            for dilation in dilations
        )
        self.mix = nn.Conv2d(out_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Maps ``B C F N`` to ``B C' F N``."""
        total = self.branches[0](x)
        for branch in self.branches[1:]:
            total = total + branch(x)
        return self.mix(total)
