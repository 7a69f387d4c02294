"""The best that masking the mixture can do: a reference for every score."""

import numpy as np
import torch

from soundlasso.audio.info import Samples
from soundlasso.dsp.stft import Stft

_WINDOW_SECONDS = 0.064
_OVERLAP = 4


def oracle_mask(target: Samples, mixture: Samples, sample_rate: int) -> Samples:
    """The mixture behind the ideal ratio mask of target and rest.

    The mask is the target's share of the power in each bin and frame, in windows of 64 ms; the
    phase is the mixture's (Wang et al. 2014, "On training targets for supervised speech
    separation", with the exponent of the Wiener filter).

    Args:
        target: ``C T``.
        mixture: ``C T``.
        sample_rate: In Hz.

    Returns:
        ``C T``.
    """
    window = max(16, round(_WINDOW_SECONDS * sample_rate / 8) * 8)
    stft = Stft(window, window // _OVERLAP)
    wanted, whole = (stft.forward(torch.from_numpy(x)) for x in (target, mixture))
    power, rest = wanted.abs().square(), (whole - wanted).abs().square()
    mask = power / (power + rest).clamp_min(1e-20)
    return np.asarray(stft.inverse(whole * mask, mixture.shape[-1]).numpy(), np.float32)
