"""Batch norms that have learned all they will: one multiplication and one addition.

Of a map of a few numbers, as a network meets it that hears one frame after the other, a batch norm
costs as much as a convolution does.
"""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


class FixedNorm(nn.Module):
    """What a batch norm does once it is not trained any more, ``B C ...`` to the same."""

    scale: Tensor
    shift: Tensor

    def __init__(self, norm: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        """Takes over what a batch norm has learned.

        Raises:
            ValueError: it keeps no statistics.
        """
        super().__init__()
        if norm.running_mean is None or norm.running_var is None:
            raise ValueError("the batch norm keeps no statistics")
        scale = torch.rsqrt(norm.running_var + norm.eps)
        if norm.affine:
            scale = scale * norm.weight
        shift = -norm.running_mean * scale
        if norm.affine:
            shift = shift + norm.bias
        shape = (1, -1, 1, 1) if isinstance(norm, nn.BatchNorm2d) else (1, -1, 1)
        self.register_buffer("scale", scale.detach().reshape(shape))
        self.register_buffer("shift", shift.detach().reshape(shape))

    def forward(self, x: Tensor) -> Tensor:
        """Applies it."""
        return torch.addcmul(self.shift, x, self.scale)


def with_fixed_norms(network: Network) -> Network:
    """A copy of a network, for use and not for training, whose batch norms are `FixedNorm`."""
    fixed = copy.deepcopy(network).eval()
    for module in list(fixed.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.BatchNorm1d | nn.BatchNorm2d):
                setattr(module, name, FixedNorm(child))
    return fixed
