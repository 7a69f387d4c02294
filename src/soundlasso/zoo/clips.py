"""Recordings of any rate and number of channels for networks that see mono clips of one rate."""

from dataclasses import dataclass

import soxr
import torch
from torch import Tensor

from soundlasso.dsp.masks import resample_gains
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Stretch

# Of a clip's length.
_CONTEXT_SHARE = 0.1
_FADE_SHARE = 1 / 30


@dataclass(frozen=True)
class Clips:
    """What a network that masks clips of fixed length sees of a recording, and its way back.

    The network sees one channel at its own sample rate, padded or cut to a clip's length. Its
    gains are applied to the recording's own spectrogram at the recording's own rate, the same
    ones to all channels. At the network's rate and in mono that is masking the clip itself.

    Attributes:
        stft: The network's transform.
        sample_rate: The network's, in Hz.
        seconds: Length of a clip.
    """

    stft: Stft
    sample_rate: int
    seconds: float

    def stretch(self, sample_rate: int) -> Stretch:
        """Clips that overlap by a fifth of their length."""
        clip = round(self.seconds * sample_rate)
        context = round(_CONTEXT_SHARE * clip)
        return Stretch(
            core=clip - 2 * context,
            context=context,
            fade=round(_FADE_SHARE * clip / 2) * 2,
        )

    def own(self, sample_rate: int) -> Stft:
        """The transform of the same window and hop, in seconds, at a recording's rate."""
        return Stft.of_seconds(
            self.stft.window / self.sample_rate,
            self.stft.hop / self.sample_rate,
            sample_rate,
            self.stft.edges,
        )

    def magnitude(self, mixture: Tensor, sample_rate: int, device: torch.device) -> Tensor:
        """What the network sees.

        Channels are averaged in power, so that sound in opposite phase does not vanish.

        Args:
            mixture: A stretch of a recording, ``C T``.
            sample_rate: Of the recording, in Hz.
            device: Where to.

        Returns:
            ``1 F N``.
        """
        resampled = mixture.numpy()
        if sample_rate != self.sample_rate:
            resampled = soxr.resample(resampled.T, sample_rate, self.sample_rate).T.copy()
        samples = round(self.seconds * self.sample_rate)
        clip = _fit(torch.from_numpy(resampled)[:, :samples], samples)
        spectrum = self.stft.forward(clip.to(device))
        return spectrum.abs().square().mean(0, keepdim=True).sqrt()

    def spectrum(self, mixture: Tensor, sample_rate: int, device: torch.device) -> Tensor:
        """The recording's own spectrogram, complex, ``C F N``, of a stretch, ``C T``."""
        if self.stft.edges == "mirror":
            # The network's clip ends where the padding does, and so must what is masked.
            mixture = _fit(mixture, round(self.seconds * sample_rate))
        return self.own(sample_rate).forward(mixture.to(device))

    def mask(self, spectrum: Tensor, gains: Tensor, sample_rate: int) -> Tensor:
        """Applies the network's gains.

        Args:
            spectrum: Of `spectrum`, ``C F N``.
            gains: On the network's grid, ``F N``.
            sample_rate: Of the recording, in Hz.

        Returns:
            ``C F N``.
        """
        own = self.own(sample_rate)
        gains = resample_gains(gains, self.stft, self.sample_rate, own, sample_rate)
        return spectrum * gains[:, : spectrum.shape[-1]]


def _fit(clip: Tensor, samples: int) -> Tensor:
    return torch.nn.functional.pad(clip, (0, max(0, samples - clip.shape[-1])))
