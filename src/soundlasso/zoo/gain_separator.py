"""GainNet as a separation model: gains for bands, applied to the recording's own spectrogram."""

from typing import Any

import torch
from torch import Tensor

from soundlasso.dsp.masks import either
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.wishes import to_hear, wished_gains
from soundlasso.models.gainnet import GainNet, band_energies
from soundlasso.models.livenet import LiveNet
from soundlasso.query.encoder import QueryEncoder
from soundlasso.zoo.parting import Parter
from soundlasso.zoo.warnings import query_warnings

_CORE_SECONDS = 40.0
# Samples of all channels a second beyond which cores become shorter: 48 kHz stereo.
_FULL_LENGTH_RATE = 96_000


class GainSeparator:
    """See `soundlasso.engine.model.WishingModel` and `PartingModel`.

    The recording is transformed at its own sample rate with the window and hop, in seconds,
    that the network was trained with; bands are named in Hz. So there is no resampling, all
    channels share one set of gains, and what lies above the highest band follows it.
    """

    def __init__(
        self, network: GainNet | LiveNet, encoder: QueryEncoder, device: torch.device
    ) -> None:
        """Puts the parts together."""
        self._network = network.eval().to(device)
        self._encoder = encoder
        self._device = device
        anchors = network.query.anchors
        self._parter = None if anchors is None else Parter(encoder, anchors)

    def parts(self, query: str) -> list[str]:
        """The sounds that a query names; see `PartingModel`. Without anchors, always one."""
        return [query] if self._parter is None else self._parter.parts(query)

    def join(self, conditions: list[Tensor]) -> Tensor:
        """The condition of several sounds together, ``P K``; see `PartingModel`."""
        return torch.cat(conditions)

    def condition(self, query: str) -> tuple[Tensor, list[str]]:
        """Encodes a query into a vector, ``1 K``; see `SeparationModel`."""
        encoded = self._encoder.encode([query])
        with torch.inference_mode():
            vector = self._network.query(
                encoded.states.to(self._device), encoded.mask.to(self._device)
            )
        return vector, query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Stretches aligned to the network's coarsest step; see `SeparationModel`."""
        config = self._network.config
        stft = config.stft(sample_rate)
        step = stft.hop * config.stride
        seconds = _CORE_SECONDS * min(1.0, _FULL_LENGTH_RATE / (sample_rate * channels))
        # One window's length beyond the network's reach: frames there see the cut.
        reach = -(-(config.context_frames * stft.hop + 2 * stft.window) // step)
        # Of what is worked on, at least half should be new.
        cores = max(2 * reach, round(seconds * sample_rate / step))
        return Stretch(
            core=cores * step, context=reach * step, fade=stft.window // 2 * 2, step=step
        )

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one stretch; see `SeparationModel`."""
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers wishes on one stretch; see `WishingModel`."""
        stft = self._network.config.stft(sample_rate)
        weights = self._network.config.layout.weights(stft.frequencies(sample_rate))
        weights = weights.to(self._device)
        spectrum = stft.forward(mixture.to(self._device))
        energies = band_energies(spectrum, stft, weights)[None]
        encoded: Any = self._network.encode(energies)
        gains = [self._gains(encoded, condition) for condition in conditions]
        targets = []
        for wish in wishes:
            own = weights.T @ wished_gains(gains, wish)
            targets.append(self._apply(spectrum, own, stft, mixture.shape[-1]))
        # The last frame is centred behind the end and may make a step of its own.
        steps = -(-mixture.shape[-1] // (stft.hop * self._network.config.stride))
        matches = self._network.matches(encoded, torch.cat(conditions))[0, :, :steps]
        # Of a query that names several sounds, one that is there is enough.
        of_each = torch.split(matches, [len(condition) for condition in conditions])
        best = torch.stack([some.amax(0) for some in of_each])
        return Answer(torch.stack(targets), best.cpu())

    def _gains(self, encoded: Any, condition: Tensor) -> Tensor:
        """The gains of one query, ``F N``, be it of one sound or of several."""
        return either(torch.cat([self._network.decode(encoded, one[None]) for one in condition]))

    @staticmethod
    def _apply(spectrum: Tensor, gains: Tensor, stft: Stft, samples: int) -> Tensor:
        return torch.stack([stft.inverse(one * gains, samples).cpu() for one in spectrum])
