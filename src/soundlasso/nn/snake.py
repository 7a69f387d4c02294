"""Periodic activations (Ziyin et al. 2020, arXiv 2006.08195)."""

import torch
from torch import Tensor, nn


class SnakeBeta(nn.Module):
    """``x + sin(a x)**2 / b`` with an ``a`` and a ``b`` for each channel, learned as logarithms.

    BigVGAN's variant (Lee et al. 2023, arXiv 2206.04658), which lets height and frequency of the
    ripple differ.
    """

    def __init__(self, channels: int) -> None:
        """Makes the layer for ``channels``; both numbers start as 1."""
        super().__init__()
        self.log_frequency = nn.Parameter(torch.zeros(channels))
        self.log_height = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Applies it to ``B C T``."""
        frequency = self.log_frequency.exp()[:, None]
        height = self.log_height.exp()[:, None]
        return x + torch.sin(x * frequency).square() / (height + 1e-9)
