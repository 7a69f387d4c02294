"""FlowSep as a separation model: 10.24-second clips at 16 kHz, generated, not masked."""

from typing import Any, TypeVar

import numpy as np
import soxr
import torch
from torch import Tensor

from soundlasso.engine.model import Stretch
from soundlasso.models.flowsep import FlowSep
from soundlasso.query.encoder import QueryEncoder, TokenStates
from soundlasso.zoo.warnings import query_warnings

# Of a clip's length, which is 10.24 seconds.
_CONTEXT_SHARE = 0.1
_FADE_SHARE = 1 / 30

_LEVEL = 0.5
"""The peak that the published code brings every clip to."""
_NOTHING = 1e-8
"""What it adds to the peak, so that silence can be divided by it."""

Level = TypeVar("Level", float, Tensor)


class FlowSepSeparator:
    """See `soundlasso.engine.model.SeparationModel`.

    As published, a clip loses its mean, is brought to a peak of one half and padded with zeros
    to 10.24 s. What is generated is brought back by the same factor, to the recording's level,
    which the published code leaves out.

    Every channel is a clip of its own, from the same noise, so that both sides of a recording
    are generated alike; a recording whose channels are equal is worked on once. The noise is
    the config's ``seed``'s for every clip: the same recording and query give the same answer,
    whatever else is asked. What is generated does not follow the mixture's phase, and there is
    nothing above half of 16 kHz in it; both stay in the residual.
    """

    def __init__(self, network: FlowSep, encoder: QueryEncoder, device: torch.device) -> None:
        """Puts the parts together."""
        self._network = network.eval().to(device)
        self._encoder = encoder
        self._device = device

    def condition(self, query: str) -> tuple[TokenStates, list[str]]:
        """Encodes a query; see `SeparationModel`."""
        encoded = self._encoder.encode([query])
        return encoded.to(self._device), query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Clips of 10.24 s, 8.2 s apart; see `SeparationModel`."""
        clip = self._longest(sample_rate)
        context = round(_CONTEXT_SHARE * clip)
        return Stretch(
            core=clip - 2 * context,
            context=context,
            fade=round(_FADE_SHARE * clip / 2) * 2,
        )

    def _longest(self, sample_rate: int) -> int:
        config = self._network.config
        return config.samples * sample_rate // config.sample_rate

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one clip; see `SeparationModel`.

        Raises:
            ValueError: it is longer than a clip.
        """
        channels, samples = mixture.shape
        if samples > self._longest(sample_rate):
            raise ValueError(f"a clip has at most {self._longest(sample_rate)} samples")
        if channels > 1 and torch.equal(mixture, mixture[:1].expand_as(mixture)):
            alike = self.separate(mixture[:1], sample_rate, conditions)
            return alike.expand(-1, channels, -1).contiguous()
        rate = self._network.config.sample_rate
        targets = torch.zeros(len(conditions), channels, samples)
        for channel, waveform in enumerate(mixture):
            answers = self._channel(_resample(waveform, sample_rate, rate), conditions)
            for index, answer in enumerate(answers):
                found = _resample(answer, rate, sample_rate)[:samples]
                targets[index, channel, : found.shape[0]] = found
        return targets

    def _channel(self, waveform: Tensor, conditions: list[Any]) -> list[Tensor]:
        """The targets of one channel, ``T`` each, at the network's rate."""
        network, config = self._network, self._network.config
        centred = waveform - waveform.mean() if waveform.numel() else waveform
        peak = float(centred.abs().amax()) if waveform.numel() else 0.0
        if not peak:
            return [torch.zeros_like(waveform) for _ in conditions]
        factor = level_factor(peak)
        clip = torch.zeros(1, config.samples)
        clip[0, : waveform.shape[0]] = centred * factor
        # Drawn where all devices draw alike.
        draw = torch.Generator().manual_seed(config.seed)
        of_mixture, of_target = (
            torch.randn(1, *config.latent_shape, generator=draw).to(self._device) for _ in range(2)
        )
        latent = network.encode(network.log_mel(clip.to(self._device)), of_mixture)
        targets = []
        for condition in conditions:
            sampled = network.sample(latent, condition.states, condition.mask, of_target)
            generated = network.decode(sampled)[0, : waveform.shape[0]]
            targets.append(generated.cpu() / factor)
        return targets


def level_factor(peak: Level) -> Level:
    """What a clip with this peak is multiplied by, as the published code does."""
    return _LEVEL / (peak + _NOTHING)


def _resample(waveform: Tensor, old: int, new: int) -> Tensor:
    """Resamples ``T``."""
    if old == new:
        return waveform
    return torch.from_numpy(np.ascontiguousarray(soxr.resample(waveform.numpy(), old, new)))
