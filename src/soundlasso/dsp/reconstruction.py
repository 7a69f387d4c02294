"""From a masked spectrogram to a waveform: where the phase comes from."""

from typing import Literal

from torch import Tensor

from soundlasso.dsp.griffin_lim import griffin_lim
from soundlasso.dsp.stft import Stft

Reconstruction = Literal["mixture_phase", "griffin_lim"]
RECONSTRUCTIONS: tuple[Reconstruction, ...] = ("mixture_phase", "griffin_lim")


def reconstruct(spectrum: Tensor, stft: Stft, samples: int, how: Reconstruction) -> Tensor:
    """The waveform of a spectrogram.

    Args:
        spectrum: The masked mixture, complex, ``... F N``.
        stft: The transform that it is of.
        samples: Length of the waveform.
        how: ``mixture_phase`` takes the spectrum as it is; ``griffin_lim`` takes only its
            magnitudes and estimates phases for them, so that the waveform is no part of the
            mixture's any more.

    Returns:
        ``... T`` with ``T = samples``.
    """
    if how == "griffin_lim":
        return griffin_lim(spectrum.abs(), stft, samples)
    return stft.inverse(spectrum, samples)
