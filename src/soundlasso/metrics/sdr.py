"""Signal-to-distortion ratios as AudioSep's benchmark and DCASE 2024 Task 9 define them.

Both work on one waveform or on several channels flattened together, in float64, and know of
no allowed filters (this is not BSS-eval's SDR).
"""

import numpy as np
import numpy.typing as npt

Waveform = npt.NDArray[np.floating]

# The floor of both energies in AudioSep's benchmark.
_FLOOR = 1e-10
# What AudioSep adds so that silence divides: float32's machine epsilon.
_EPSILON = float(np.finfo(np.float32).eps)


def _pair(reference: Waveform, estimate: Waveform) -> tuple[Waveform, Waveform]:
    if reference.shape != estimate.shape:
        raise ValueError(
            f"reference and estimate differ in shape: {reference.shape} and {estimate.shape}"
        )
    if reference.size == 0:
        raise ValueError("reference and estimate hold no samples")
    return reference.astype(np.float64).ravel(), estimate.astype(np.float64).ravel()


def sdr(reference: Waveform, estimate: Waveform) -> float:
    """Signal-to-distortion ratio in dB: the power of the reference over that of the error.

    Args:
        reference: The true sound, any shape.
        estimate: Of the same shape.

    Raises:
        ValueError: the shapes differ, or there are no samples.
    """
    reference, estimate = _pair(reference, estimate)
    signal = max(float(np.square(reference).mean()), _FLOOR)
    error = max(float(np.square(estimate - reference).mean()), _FLOOR)
    return 10.0 * float(np.log10(signal / error))


def si_sdr(reference: Waveform, estimate: Waveform) -> float:
    """Scale-invariant SDR in dB (Le Roux et al. 2019, arXiv 1811.02508), no mean removed.

    An estimate at half the volume scores the same, so turning the mixture down gains nothing.

    Args:
        reference: The true sound, any shape.
        estimate: Of the same shape.

    Raises:
        ValueError: the shapes differ, or there are no samples.
    """
    reference, estimate = _pair(reference, estimate)
    scale = (reference @ estimate + _EPSILON) / (reference @ reference + _EPSILON)
    target = scale * reference
    signal = float(np.square(target).sum()) + _EPSILON
    error = float(np.square(estimate - target).sum()) + _EPSILON
    return 10.0 * float(np.log10(signal / error))
