"""Activations that make no aliases (Karras et al. 2021, arXiv 2106.12423; BigVGAN)."""

import math
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_TAPS = 12
_CUTOFF = 0.25
"""Of the doubled sample rate: the band that the original rate holds."""
_HALF_WIDTH = 0.3
"""Of the filter's transition, in the same measure."""


class AliasFree(nn.Module):
    """Applies an activation at twice the rate, with low-pass filters before and after."""

    def __init__(self, activation: nn.Module) -> None:
        """Wraps an activation, ``B C T`` to ``B C T``."""
        super().__init__()
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Applies it to ``B C T``."""
        return halve(self.activation(double(x)))


def double(x: Tensor) -> Tensor:
    """Resamples ``B C T`` to ``B C 2T``; the signal stands still beyond its ends."""
    pad, cut = _TAPS // 2 - 1, (_TAPS - 1) // 2 + _TAPS - 2
    padded = F.pad(x, (pad, pad), mode="replicate")
    # Every other sample of what is filtered is zero, hence the factor.
    taps = 2.0 * _low_pass(x)
    filtered = F.conv_transpose1d(padded, taps, stride=2, groups=x.shape[1])
    return filtered[..., cut:-cut]


def halve(x: Tensor) -> Tensor:
    """Resamples ``B C 2T`` to ``B C T``; the signal stands still beyond its ends."""
    padded = F.pad(x, (_TAPS // 2 - 1, _TAPS // 2), mode="replicate")
    return F.conv1d(padded, _low_pass(x), stride=2, groups=x.shape[1])


def _low_pass(like: Tensor) -> Tensor:
    """The filter once for each channel of ``B C T``."""
    taps = torch.tensor(low_pass_taps(), dtype=like.dtype, device=like.device)
    return taps.expand(like.shape[1], 1, -1)


@cache
def low_pass_taps() -> tuple[float, ...]:
    """The filter, whose taps sum to one: a sinc under a Kaiser window, by Kaiser's formula."""
    attenuation = 2.285 * (_TAPS // 2 - 1) * math.pi * 4.0 * _HALF_WIDTH + 7.95
    beta = 0.1102 * (attenuation - 8.7)
    kind: dict[str, Any] = {"dtype": torch.float64, "device": "cpu"}
    window = torch.kaiser_window(_TAPS, periodic=False, beta=beta, **kind)
    time = torch.arange(_TAPS, **kind) - (_TAPS - 1) / 2
    taps = window * torch.sinc(2.0 * _CUTOFF * time)
    return tuple((taps / taps.sum()).tolist())
