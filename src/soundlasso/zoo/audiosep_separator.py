"""AudioSep and AudioSep-DP as separation models."""

from typing import Any

import numpy as np
import soxr
import torch
from torch import Tensor

from soundlasso.dsp.masks import resample_gains
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Stretch
from soundlasso.errors import QueryError
from soundlasso.models.audiosep import ResUNet30
from soundlasso.nn.fusion import needs_tokens
from soundlasso.query.encoder import QueryEncoder, TokenStates
from soundlasso.zoo.warnings import query_warnings

# In steps, which are as many frames as the encoder makes one of: 0.32 s in all published
# variants. What lies beyond four of them hardly changes an answer (docs/zoo/audiosep.md).
_CONTEXT_STEPS = 4
_CORE_STEPS = 24
# What lies above the network's range follows the uppermost part of it.
_EDGE_HERTZ = 1000.0


class AudioSepSeparator:
    """See `soundlasso.engine.model.SeparationModel`.

    The network hears one channel at its own sample rate. What it says of each bin and frame is
    applied to the recording's own spectrogram at its own rate, alike to all channels; at the
    network's rate and in mono that is the published system to the letter. Sound above the
    network's range, which the published system loses, is made quieter as the uppermost
    1,000 Hz of the range are.

    The network was trained on clips of 5 s (10 s at 16 kHz) and works on any length. Here it
    works on stretches of 10.24 s, 7.68 s apart.
    """

    def __init__(self, network: ResUNet30, encoder: QueryEncoder, device: torch.device) -> None:
        """Puts the parts together.

        Args:
            network: The separator.
            encoder: One that makes one vector of length 1 of a query, such as CLAP; for a
                network with attention, any.
            device: Where to compute.
        """
        self._network = network.eval().to(device)
        self._encoder = encoder
        self._device = device

    def condition(self, query: str) -> tuple[TokenStates, list[str]]:
        """Encodes a query; see `SeparationModel`.

        Raises:
            QueryError: the query is empty, or its encoder makes several vectors of it and the
                network's fusion is not made for that.
        """
        encoded = self._encoder.encode([query])
        if encoded.states.shape[1] != 1 and not needs_tokens(self._network.config.fusion):
            raise QueryError("AudioSep needs a query encoder that makes one vector of a query")
        return encoded.to(self._device), query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Stretches that begin where the encoder's frames do; see `SeparationModel`."""
        config = self._network.config
        step = config.frame_multiple * config.hop / config.sample_rate * sample_rate
        context = round(_CONTEXT_STEPS * step)
        return Stretch(
            core=round(_CORE_STEPS * step),
            context=context,
            fade=min(self._own(sample_rate).window, context) // 2 * 2,
        )

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one stretch; see `SeparationModel`."""
        own = self._own(sample_rate)
        spectrum = own.forward(mixture.to(self._device))
        if sample_rate == self._network.config.sample_rate:
            heard = spectrum
        else:
            heard = self._hear(mixture, sample_rate)
        magnitude = heard.abs()
        if len(heard) > 1:
            # Averaged in power, so that sound in opposite phase does not vanish.
            magnitude = magnitude.square().mean(0, keepdim=True).sqrt()
        targets = []
        for condition in conditions:
            factors = self._network(magnitude, condition.states, condition.mask).factors()[0]
            if sample_rate != self._network.config.sample_rate:
                factors = self._carry(factors, own, sample_rate, spectrum.shape[-1])
            targets.append(own.inverse(spectrum * factors, mixture.shape[-1]).cpu())
        return torch.stack(targets)

    def _own(self, sample_rate: int) -> Stft:
        """The network's transform at a recording's rate: as long in seconds."""
        config = self._network.config
        if sample_rate == config.sample_rate:
            return config.stft
        seconds = config.window / config.sample_rate, config.hop / config.sample_rate
        return Stft.of_seconds(*seconds, sample_rate, edges="mirror")

    def _hear(self, mixture: Tensor, sample_rate: int) -> Tensor:
        """The spectrogram at the network's rate, ``C F N``."""
        config = self._network.config
        resampled = soxr.resample(mixture.numpy().T, sample_rate, config.sample_rate).T
        # A single sample can become none.
        padded = np.pad(resampled, ((0, 0), (0, max(0, 1 - resampled.shape[1]))))
        return config.stft.forward(torch.from_numpy(padded).to(self._device))

    def _carry(self, factors: Tensor, own: Stft, sample_rate: int, frames: int) -> Tensor:
        """Complex factors, ``F N``, on the grid of a recording's own spectrogram."""
        config = self._network.config
        count = max(1, round(_EDGE_HERTZ * config.window / config.sample_rate))
        edge = factors[-1 - count : -1].abs().mean(0, keepdim=True)
        # The last bin, which the network does not see, speaks for all above it.
        factors = torch.cat([factors[:-1], edge.to(factors.dtype)])
        real, imaginary = (
            resample_gains(part, config.stft, config.sample_rate, own, sample_rate)
            for part in (factors.real, factors.imag)
        )
        carried = torch.complex(real, imaginary)
        # Where the rates do not divide, a frame can be missing; the last one stands for it.
        return carried[:, torch.arange(frames).clamp_max(carried.shape[1] - 1)]
