"""Triangular mel filters as most published networks were trained with (Slaney 1998).

Source: M. Slaney, Auditory Toolbox version 2, Interval Research technical report 1998-010: a
scale that is linear below 1 kHz and logarithmic above, and triangles of equal area.
"""

import math
from typing import Any

import torch
from torch import Tensor

_LINEAR_STEP = 200.0 / 3.0
"""Hz in one mel below 1 kHz."""
_CORNER = 1000.0
_LOG_STEP = math.log(6.4) / 27.0
"""Above 1 kHz each mel multiplies the frequency by e to this."""


def mel_filters(sample_rate: int, window: int, bands: int, low: float, high: float) -> Tensor:
    """How much of each STFT bin each mel band takes.

    Args:
        sample_rate: In Hz.
        window: STFT frame in samples.
        bands: How many.
        low: Where the lowest band begins, in Hz.
        high: Where the highest band ends, in Hz.

    Returns:
        ``F K`` float32 on the CPU: bands times ``window // 2 + 1`` bins.
    """
    kind: dict[str, Any] = {"dtype": torch.float64, "device": "cpu"}
    bins = torch.arange(window // 2 + 1, **kind) * (sample_rate / window)
    ends = torch.linspace(_to_mel(low), _to_mel(high), bands + 2, **kind)
    corners = torch.where(
        ends < _to_mel(_CORNER),
        ends * _LINEAR_STEP,
        _CORNER * torch.exp(_LOG_STEP * (ends - _to_mel(_CORNER))),
    )
    left, centre, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    triangles = torch.minimum(rising, falling).clamp_min(0.0)
    return (triangles * 2.0 / (right - left)).float()


def _to_mel(hertz: float) -> float:
    if hertz < _CORNER:
        return hertz / _LINEAR_STEP
    return _CORNER / _LINEAR_STEP + math.log(hertz / _CORNER) / _LOG_STEP
