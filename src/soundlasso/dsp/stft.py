"""The short-time Fourier transform and its inverse, at any sample rate."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor


@dataclass(frozen=True)
class Stft:
    """A centred STFT with a periodic Hann window that loses nothing on the way back.

    The frame is as long as the window. Frames are centred on multiples of the hop, so that a
    stretch of a longer signal gives the longer signal's frames wherever the window lies inside
    it.

    Attributes:
        window: Window and frame length in samples.
        hop: Samples between frames; at most half of the window.
        edges: What there is beyond the signal's ends: ``silence``, with a last frame centred at
            or behind the end; or the signal's ``mirror`` image, with a last frame centred at or
            before the end, as librosa has it and most published networks were trained.
    """

    window: int
    hop: int
    edges: Literal["silence", "mirror"] = "silence"

    def __post_init__(self) -> None:
        """Refuses hops at which the windows leave samples uncovered."""
        if not 0 < self.hop <= self.window // 2:
            raise ValueError(f"hop {self.hop} does not fit a window of {self.window}")

    @classmethod
    def of_seconds(
        cls,
        window: float,
        hop: float,
        sample_rate: int,
        edges: Literal["silence", "mirror"] = "silence",
    ) -> "Stft":
        """The transform whose window and hop, in seconds, are nearest at a sample rate."""
        samples = max(4, round(window * sample_rate / 2) * 2)
        return cls(samples, max(1, min(round(hop * sample_rate), samples // 2)), edges)

    @property
    def bins(self) -> int:
        """How many frequencies there are, from 0 to half the sample rate."""
        return self.window // 2 + 1

    def frequencies(self, sample_rate: int) -> Tensor:
        """The bins' frequencies in Hz, ``F``."""
        return torch.linspace(0.0, sample_rate / 2, self.bins, dtype=torch.float64).float()

    def _window(self, like: Tensor) -> Tensor:
        dtype = like.real.dtype if like.is_complex() else like.dtype
        return torch.hann_window(self.window, dtype=dtype, device=like.device)

    def forward(self, waveform: Tensor) -> Tensor:
        """Transforms ``... T`` into complex ``... F N``."""
        samples = waveform.shape[-1]
        if self.edges == "silence":
            # The last frame is centred at or behind the end: every sample lies between two.
            missing = -samples % self.hop
        else:
            # A mirror shows no more than there is; silence behind the end makes up for it.
            missing = max(0, self.window // 2 + 1 - samples)
        flat = torch.nn.functional.pad(waveform.reshape(-1, samples), (0, missing))
        spectrum = torch.stft(
            flat,
            self.window,
            self.hop,
            window=self._window(waveform),
            center=True,
            pad_mode="constant" if self.edges == "silence" else "reflect",
            return_complex=True,
        )
        return spectrum.reshape(*waveform.shape[:-1], *spectrum.shape[-2:])

    def inverse(self, spectrum: Tensor, samples: int) -> Tensor:
        """Transforms complex ``... F N`` back into ``... T`` with ``T = samples``.

        Windows are applied again and their overlap is divided out (weighted overlap-add), so
        ``inverse(forward(x), len(x))`` is ``x`` for every hop that `Stft` accepts.
        """
        flat = spectrum.reshape(-1, *spectrum.shape[-2:])
        waveform = torch.istft(
            flat,
            self.window,
            self.hop,
            window=self._window(spectrum),
            center=True,
            length=samples,
        )
        return waveform.reshape(*spectrum.shape[:-2], samples)

    def power_scale(self) -> float:
        """What ``abs(spectrum)**2``, summed over bins, is multiplied by to give mean power.

        It makes band energies comparable between sample rates: each bin but the first and the
        last stands for two of the full transform (Parseval's theorem).
        """
        squares = float(torch.hann_window(self.window, dtype=torch.float64).square().sum())
        return 2.0 / (self.window * squares)
