"""The thesis's network as a separation model: 15-second clips, the mixture's phase."""

from typing import Any

import soxr
import torch
from torch import Tensor

from soundlasso.dsp.masks import keep_out, resample_gains
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.wishes import to_hear
from soundlasso.models.resunetpp import ResUNetPlusPlus, normalise
from soundlasso.query.encoder import QueryEncoder, TokenStates
from soundlasso.zoo.warnings import query_warnings

# Of a clip's length, which is 15 seconds.
_CONTEXT_SHARE = 0.1
_FADE_SHARE = 1 / 30


class ThesisSeparator:
    """See `soundlasso.engine.model.WishingModel`; what it hears it does not say.

    The network sees what the thesis shows it: one channel at its own sample rate, padded or cut
    to 15 s. Its mask, which scales levels in dB, is the same as a gain for every bin and frame,
    and those gains are applied to the recording's own spectrogram at its own rate: at the
    network's rate and in mono that is the thesis's reconstruction to the letter.

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

    def condition(self, query: str) -> tuple[TokenStates, list[str]]:
        """Encodes a query; see `SeparationModel`."""
        encoded = self._encoder.encode([query])
        return encoded.to(self._device), query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Clips of 15 s, 12 s apart; see `SeparationModel`."""
        clip = round(self._network.config.seconds * sample_rate)
        context = round(_CONTEXT_SHARE * clip)
        return Stretch(
            core=clip - 2 * context,
            context=context,
            fade=round(_FADE_SHARE * clip / 2) * 2,
        )

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one clip; see `SeparationModel`."""
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers wishes on one clip; see `WishingModel`."""
        config = self._network.config
        magnitude = self._magnitude(mixture, sample_rate)
        clip = normalise(magnitude)
        own = Stft.of_seconds(
            config.window / config.sample_rate, config.hop / config.sample_rate, sample_rate
        )
        spectrum = own.forward(mixture.to(self._device))
        gains = []
        for condition in conditions:
            mask = self._network(clip.values, condition.states, condition.mask)
            gains.append((clip.magnitude(mask * clip.values) / clip.magnitude(clip.values))[0])
        targets = []
        for wish in wishes:
            own_gains = torch.ones_like(clip.values[0])
            if wish.wanted is not None:
                own_gains = gains[wish.wanted]
            own_gains = keep_out(own_gains, [gains[index] for index in wish.unwanted], wish.share)
            own_gains = resample_gains(
                own_gains, config.stft, config.sample_rate, own, sample_rate
            )[:, : spectrum.shape[-1]]
            targets.append(own.inverse(spectrum * own_gains, mixture.shape[-1]).cpu())
        return Answer(torch.stack(targets), None)

    def _magnitude(self, mixture: Tensor, sample_rate: int) -> Tensor:
        """What the network sees: ``1 F N`` at its own rate, padded to 15 s.

        Channels are averaged in power, so that sound in opposite phase does not vanish.
        """
        config = self._network.config
        resampled = mixture.numpy()
        if sample_rate != config.sample_rate:
            resampled = soxr.resample(resampled.T, sample_rate, config.sample_rate).T.copy()
        clip = torch.from_numpy(resampled)[:, : config.samples]
        clip = torch.nn.functional.pad(clip, (0, config.samples - clip.shape[-1]))
        spectrum = config.stft.forward(clip.to(self._device))
        return spectrum.abs().square().mean(0, keepdim=True).sqrt()
