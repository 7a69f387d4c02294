"""A few dozen frequency bands, spaced as hearing is, and the way to and from STFT bins."""

from dataclasses import dataclass

import torch
from torch import Tensor


def hertz_to_mel(hertz: Tensor) -> Tensor:
    """O'Shaughnessy's mel scale (1987), as HTK writes it."""
    return 2595.0 * torch.log10(1.0 + hertz / 700.0)


@dataclass(frozen=True)
class BandLayout:
    """Overlapping bands whose weights sum to one at every frequency.

    The same weights gather bins into bands and spread gains from bands to bins. Below the
    lowest and above the highest centre the outermost bands hold alone, whatever the sample
    rate, so content above a model's range follows its top band.

    Attributes:
        bands: How many.
        low: Centre of the lowest band in Hz.
        high: Centre of the highest band in Hz.
    """

    bands: int
    low: float
    high: float

    def weights(self, frequencies: Tensor) -> Tensor:
        """The share of each band at each frequency.

        Args:
            frequencies: In Hz, ``K``.

        Returns:
            ``F K``; each column sums to one and has at most two neighbouring bands in it.
        """
        mel = hertz_to_mel(frequencies.double())
        low, high = hertz_to_mel(torch.tensor([self.low, self.high], dtype=torch.float64))
        position = ((mel - low) / (high - low) * (self.bands - 1)).clamp(0, self.bands - 1)
        index = torch.arange(self.bands, dtype=torch.float64)
        return (1.0 - (position[None] - index[:, None]).abs()).clamp_min(0.0).float()
