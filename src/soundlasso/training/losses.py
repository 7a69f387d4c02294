"""Losses on spectrograms and waveforms."""

from torch import Tensor

_EPSILON = 1e-5
_TINY = 1e-8


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


def snr(predicted: Tensor, target: Tensor) -> Tensor:
    """The mean signal-to-noise ratio in dB, to be made large; finite for silence.

    Args:
        predicted: Waveforms, ``B T``.
        target: Of the same shape.
    """
    return _decibels(target.square().sum(-1), (target - predicted).square().sum(-1)).mean()


def si_snr(predicted: Tensor, target: Tensor) -> Tensor:
    """The mean scale-invariant signal-to-noise ratio in dB (Luo & Mesgarani 2019, 1809.07454).

    Both lose their mean; what counts as signal is the prediction's projection on the target.

    Args:
        predicted: Waveforms, ``B T``.
        target: Of the same shape.
    """
    predicted = predicted - predicted.mean(-1, keepdim=True)
    target = target - target.mean(-1, keepdim=True)
    inner = (predicted * target).sum(-1, keepdim=True)
    along = inner / (target.square().sum(-1, keepdim=True) + _TINY) * target
    return _decibels(along.square().sum(-1), (predicted - along).square().sum(-1)).mean()


def _decibels(signal: Tensor, error: Tensor) -> Tensor:
    return 10.0 * ((signal + _TINY) / (error + _TINY)).log10()
