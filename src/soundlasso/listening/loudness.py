"""Bringing sounds to the same loudness, so that none is preferred for being louder.

Loudness is that of ITU-R BS.1770-4: K-weighted and gated, in LUFS, measured by pyloudnorm (the
``listen`` extra). Peaks are true peaks in the sense of its annex 2: of the sound at four times
its rate.
"""

import math

import numpy as np
import soxr

from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, MissingDependencyError

SHORTEST = 0.4
"""Seconds of the standard's gating block; nothing shorter has a loudness."""
HIGHEST_PEAK = -1.0
"""In dB of full scale, as EBU R 128 has it."""
MOST_RAISED = 30.0
"""By how many dB more than the mixture a sound is raised at most: what is next to silent stays
quiet, instead of its rounding noise being turned into a sound."""

_MOST_CHANNELS = 5
_OVERSAMPLING = 4
_ABSOLUTE_GATE = -70.0


def require_pyloudnorm() -> None:
    """Refuses to go on where pyloudnorm is missing.

    Raises:
        MissingDependencyError: says what to install.
    """
    try:
        import pyloudnorm  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            "equal loudness needs pyloudnorm; install the listen extra: "
            "pip install 'soundlasso[listen]'"
        ) from None


def loudness(samples: Samples, sample_rate: int) -> float:
    """The integrated loudness of ``C T`` in LUFS; minus infinity for silence.

    Raises:
        AudioError: the sound is shorter than `SHORTEST`, or has more than five channels.
        MissingDependencyError: pyloudnorm is not installed.
    """
    require_pyloudnorm()
    from pyloudnorm import Meter

    if samples.shape[0] > _MOST_CHANNELS:
        raise AudioError(f"loudness is defined for up to {_MOST_CHANNELS} channels")
    if samples.shape[1] < SHORTEST * sample_rate:
        raise AudioError(f"loudness needs at least {SHORTEST} s of sound")
    value = float(Meter(sample_rate).integrated_loudness(samples.T.astype(np.float64)))
    return value if value > _ABSOLUTE_GATE else -math.inf


def true_peak(samples: Samples, sample_rate: int) -> float:
    """The highest peak of ``C T`` in dB of full scale; minus infinity for silence."""
    finer = soxr.resample(samples.T, sample_rate, _OVERSAMPLING * sample_rate)
    peak = max(float(np.abs(finer).max()), float(np.abs(samples).max()))
    return 20.0 * math.log10(peak) if peak > 0 else -math.inf


def equal_gains(
    wanted: float, mixture: tuple[float, float], others: list[tuple[float, float]]
) -> tuple[float, list[float]]:
    """Gains that make a mixture and what was made of it equally loud.

    All of them are brought to ``wanted``, but none is raised by more than `MOST_RAISED` dB beyond
    the mixture. If a peak would then lie above `HIGHEST_PEAK`, all are lowered by the same.

    Args:
        wanted: In LUFS.
        mixture: Its loudness in LUFS and its peak in dB. It must not be silent.
        others: The same of the others.

    Returns:
        The loudness that is reached, in LUFS, and the gains in dB, the mixture's first.
    """
    most = wanted - mixture[0] + MOST_RAISED
    gains = [min(wanted - level, most) for level, _ in (mixture, *others)]
    highest = max(gain + peak for gain, (_, peak) in zip(gains, (mixture, *others), strict=True))
    lowered = max(0.0, highest - HIGHEST_PEAK)
    return wanted - lowered, [gain - lowered for gain in gains]
