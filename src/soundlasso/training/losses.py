"""Losses on spectrograms."""

from torch import Tensor

_EPSILON = 1e-5


def spectral_convergence(predicted: Tensor, target: Tensor) -> Tensor:
    """How far magnitudes are off, relative to the target's (Arik et al. 2018, 1808.06719).

    The Frobenius norm of the difference over that of the target, averaged over clips.

    Args:
        predicted: Linear magnitudes, ``B F N``.
        target: Of the same shape.
    """
    error = (target - predicted).flatten(1).norm(dim=1)
    return (error / target.flatten(1).norm(dim=1).clamp_min(_EPSILON)).mean()


def log_magnitude(predicted: Tensor, target: Tensor) -> Tensor:
    """The mean absolute difference of the magnitudes' logarithms.

    Args:
        predicted: Linear magnitudes, ``B F N``.
        target: Of the same shape.
    """
    return ((predicted + _EPSILON).log() - (target + _EPSILON).log()).abs().mean()
