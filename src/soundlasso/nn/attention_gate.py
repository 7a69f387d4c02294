"""ResUNet++'s attention block: what of the skip connection the decoder wants to see."""

from torch import Tensor, nn


class AttentionGate(nn.Module):
    """Weighs a coarse decoder map by what a finer encoder map has at the same place.

    As in the authors' reference for ResUNet++ (arXiv 1911.07067): the weights are the output
    of a convolution, not squashed, and they multiply the decoder's map.
    """

    def __init__(self, skip_channels: int, channels: int) -> None:
        """Makes the layer.

        Args:
            skip_channels: Of the encoder's map, twice as fine as the decoder's.
            channels: Of the decoder's map.
        """
        super().__init__()
        self.skip = nn.Sequential(
            nn.BatchNorm2d(skip_channels),
            nn.ReLU(),
            nn.Conv2d(skip_channels, channels, 3, padding=1),
            nn.MaxPool2d(2),
        )
        self.own = nn.Sequential(
            nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1)
        )
        self.weigh = nn.Sequential(
            nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1)
        )

    def forward(self, skip: Tensor, x: Tensor) -> Tensor:
        """Weighs ``x``, ``B C F N``, by ``skip``, ``B C' 2F 2N``."""
        return x * self.weigh(self.skip(skip) + self.own(x))
