"""LiveNet as a separation model: for files like GainNet, and block by block as sound comes in."""

from collections.abc import Sequence

import torch
from torch import Tensor

from soundlasso.dsp.masks import either
from soundlasso.dsp.streaming import StreamingInverse, StreamingStft
from soundlasso.models.gainnet import band_energies
from soundlasso.models.livenet import LiveNet
from soundlasso.nn.causal import Memory
from soundlasso.nn.fixed_norm import with_fixed_norms
from soundlasso.query.encoder import QueryEncoder
from soundlasso.zoo.gain_separator import GainSeparator


class LiveSeparator(GainSeparator):
    """See `soundlasso.engine.live.LiveModel`."""

    def __init__(self, network: LiveNet, encoder: QueryEncoder, device: torch.device) -> None:
        """Puts the parts together."""
        super().__init__(network, encoder, device)
        self._live = with_fixed_norms(network)

    def begin(self, sample_rate: int, channels: int, conditions: Sequence[Tensor]) -> "Session":
        """Begins to listen; see `LiveModel`."""
        return Session(self._live, self._device, sample_rate, channels, conditions)


class Session:
    """See `soundlasso.engine.live.LiveSession`."""

    def __init__(
        self,
        network: LiveNet,
        device: torch.device,
        sample_rate: int,
        channels: int,
        conditions: Sequence[Tensor],
    ) -> None:
        """Begins before the first sample."""
        self._network = network
        self._device = device
        self._stft = network.config.stft(sample_rate)
        self._weights = network.config.layout.weights(self._stft.frequencies(sample_rate))
        self._queries = torch.cat(list(conditions)).to(device)
        self._sizes = [len(condition) for condition in conditions]
        self._memory = Memory()
        self._forward = StreamingStft(self._stft, channels)
        self._inverse = StreamingInverse(self._stft, len(conditions), channels)
        self.latency = self._stft.window
        self._missing = 0

    @torch.inference_mode()
    def push(self, block: Tensor) -> Tensor:
        """Takes in ``C T`` and gives what is certain now, ``Q C T``."""
        targets = self._answer(self._forward.push(block))
        self._missing += block.shape[-1] - targets.shape[-1]
        return targets

    @torch.inference_mode()
    def finish(self) -> Tensor:
        """The rest, ``Q C T``, so that as much has come out as went in."""
        last = self._answer(self._forward.finish())
        rest = torch.cat([last, self._inverse.finish()], dim=-1)
        return rest[..., : self._missing]

    def _answer(self, spectrum: Tensor) -> Tensor:
        if not spectrum.shape[-1]:
            return self._inverse.push(spectrum.expand(len(self._sizes), *spectrum.shape))
        energies = band_energies(spectrum, self._stft, self._weights)[None].to(self._device)
        encoded = self._network.encode(energies, self._memory)
        every = torch.zeros(len(self._queries), dtype=torch.long, device=self._device)
        alone = self._network.decode(encoded.select(every), self._queries, self._memory)
        gains = torch.stack([either(some) for some in torch.split(alone, self._sizes)])
        bins = torch.matmul(self._weights.T, gains.cpu())
        return self._inverse.push(spectrum * bins[:, None])
