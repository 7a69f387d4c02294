"""The thesis's network as a separation model: 15-second clips, the mixture's phase."""

from typing import Any

import torch
from torch import Tensor

from soundlasso.dsp.reconstruction import reconstruct
from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.wishes import to_hear, wished_gains
from soundlasso.models.resunetpp import ResUNetPlusPlus, normalise
from soundlasso.query.encoder import QueryEncoder, TokenStates
from soundlasso.zoo.clips import Clips
from soundlasso.zoo.warnings import query_warnings


class ThesisSeparator:
    """See `soundlasso.engine.model.WishingModel`; what it hears it does not say.

    The network sees what the thesis shows it: one channel at its own sample rate, padded or cut
    to 15 s. Its mask, which scales levels in dB, is the same as a gain for every bin and frame,
    and those gains are applied to the recording's own spectrogram at its own rate: at the
    network's rate and in mono that is the thesis's reconstruction to the letter. Where the
    config asks for Griffin-Lim, phases are estimated instead; then nothing of the mixture's
    waveform is left, so that the residual is not what the recording is without the target.

    Long recordings are worked on in clips of 15 s; what is normal for a clip depends on the
    clip, so the result depends on where the clips begin.
    """

    def __init__(
        self, network: ResUNetPlusPlus, encoder: QueryEncoder, device: torch.device
    ) -> None:
        """Puts the parts together."""
        self._network = network.eval().to(device)
        self._encoder = encoder
        self._device = device
        config = network.config
        self._clips = Clips(config.stft, config.sample_rate, config.seconds)

    def condition(self, query: str) -> tuple[TokenStates, list[str]]:
        """Encodes a query; see `SeparationModel`."""
        encoded = self._encoder.encode([query])
        return encoded.to(self._device), query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Clips of 15 s, 12 s apart; see `SeparationModel`."""
        return self._clips.stretch(sample_rate)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one clip; see `SeparationModel`."""
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers wishes on one clip; see `WishingModel`."""
        clip = normalise(self._clips.magnitude(mixture, sample_rate, self._device))
        gains = []
        for condition in conditions:
            mask = self._network(clip.values, condition.states, condition.mask)
            gains.append((clip.magnitude(mask * clip.values) / clip.magnitude(clip.values))[0])
        spectrum = self._clips.spectrum(mixture, sample_rate, self._device)
        own, how = self._clips.own(sample_rate), self._network.config.reconstruction
        targets = []
        for wish in wishes:
            masked = self._clips.mask(spectrum, wished_gains(gains, wish), sample_rate)
            targets.append(reconstruct(masked, own, mixture.shape[-1], how).cpu())
        return Answer(torch.stack(targets), None)
