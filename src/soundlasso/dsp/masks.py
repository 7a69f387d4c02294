"""Gains for bins and frames: from one grid to another, and one sound's against others'."""

from collections.abc import Iterable

import torch
from torch import Tensor

from soundlasso.dsp.stft import Stft


def keep_out(gains: Tensor, others: Iterable[Tensor], share: float) -> Tensor:
    """Gains of a sound after other sounds have taken theirs: ``g (1 - s n1) (1 - s n2) ...``.

    No gain rises, and where the others claim nothing, nothing changes.

    Args:
        gains: Of the sound, of any shape, 0 to 1.
        others: Of the others, of the same shape.
        share: How much of what each of the others claims is taken away, 0 to 1.
    """
    for other in others:
        gains = gains * (1.0 - share * other).clamp_min(0.0)
    return gains


def either(gains: Tensor) -> Tensor:
    """What lets through what any of several gains does: ``1 - (1 - g1) (1 - g2) ...``.

    Args:
        gains: ``P ...``, 0 to 1.

    Returns:
        ``...``; of one gain, that.
    """
    return gains[0] if len(gains) == 1 else 1.0 - (1.0 - gains).prod(0)


def resample_gains(
    gains: Tensor, stft: Stft, sample_rate: int, other: Stft, other_rate: int
) -> Tensor:
    """Interpolates gains to the bins and frames of a transform at another sample rate.

    Above the highest frequency and behind the last frame, the outermost gains hold.

    Args:
        gains: ``F N``, on the grid of ``stft`` at ``sample_rate``.
        stft: The grid that they are on.
        sample_rate: In Hz.
        other: The grid that they are wanted on.
        other_rate: In Hz.

    Returns:
        ``F' N'`` with as many frames as last as long as the given ones, rounded up.
    """
    bins = other.frequencies(other_rate).to(gains) * (stft.window / sample_rate)
    gains = _interpolate(gains, bins, dim=0)
    seconds = (gains.shape[1] - 1) * stft.hop / sample_rate
    count = int(seconds * other_rate / other.hop) + 2
    frames = torch.arange(count, dtype=torch.float64) * (
        other.hop / other_rate * sample_rate / stft.hop
    )
    return _interpolate(gains, frames.to(gains), dim=1)


def _interpolate(values: Tensor, position: Tensor, *, dim: int) -> Tensor:
    """Linear interpolation along a dimension at fractional positions, held at both ends."""
    last = values.shape[dim] - 1
    position = position.clamp(0, last)
    low = position.floor().long().clamp_max(max(0, last - 1))
    share = position - low
    high = (low + 1).clamp_max(last)
    shape = [1, 1]
    shape[dim] = -1
    share = share.reshape(shape)
    return values.index_select(dim, low) * (1 - share) + values.index_select(dim, high) * share
