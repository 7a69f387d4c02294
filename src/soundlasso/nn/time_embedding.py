"""A moment as a vector of sines (Ho et al. 2020, arXiv 2006.11239; Vaswani et al. 2017)."""

import math

import torch
from torch import Tensor

_LONGEST = 10_000.0


def time_embedding(time: Tensor, size: int) -> Tensor:
    """Cosines and sines of a moment at frequencies from 1 down to nearly 1 in 10,000.

    Args:
        time: ``B``.
        size: Of the vector; even.

    Returns:
        ``B size``, the cosines first.
    """
    half = size // 2
    steps = torch.arange(half, dtype=torch.float32, device=time.device) / half
    angles = time.float()[:, None] * torch.exp(-math.log(_LONGEST) * steps)
    return torch.cat([angles.cos(), angles.sin()], dim=1)
