"""Low-rank adaptation of linear layers (Hu et al. 2021, arXiv 2106.09685)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoraLinear(nn.Linear):
    """A linear layer, and beside it a narrow one that is learned when the first is frozen."""

    def __init__(self, inputs: int, outputs: int, rank: int) -> None:
        """Makes the layer.

        Args:
            inputs: Size of what goes in.
            outputs: Size of what comes out.
            rank: Width of the narrow one, whose output is divided by it (alpha 1).
        """
        super().__init__(inputs, outputs)
        self.rank = rank
        self.narrow = nn.Parameter(torch.empty(rank, inputs))
        # Starts as the frozen layer alone.
        self.widen = nn.Parameter(torch.zeros(outputs, rank))
        nn.init.kaiming_uniform_(self.narrow, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """Maps ``... K`` to ``... K'``."""
        added = F.linear(F.linear(x, self.narrow), self.widen)
        return super().forward(x) + added / self.rank


def linear(inputs: int, outputs: int, rank: int = 0) -> nn.Linear:
    """A linear layer, adapted where ``rank`` is not 0."""
    return LoraLinear(inputs, outputs, rank) if rank else nn.Linear(inputs, outputs)
