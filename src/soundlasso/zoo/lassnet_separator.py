"""LASS-Net as a separation model: 10-second clips, the mixture's phase."""

from typing import Any

import torch
from torch import Tensor

from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.wishes import to_hear, wished_gains
from soundlasso.models.lassnet import LassNet
from soundlasso.query.bert import BertEncoder
from soundlasso.query.word_pieces import WordPieces
from soundlasso.zoo.clips import Clips
from soundlasso.zoo.warnings import query_warnings


class LassNetSeparator:
    """See `soundlasso.engine.model.WishingModel`; what it hears it does not say.

    The network sees what it was trained on: one channel at 32 kHz, padded or cut to 10 s. Its
    mask is applied to the recording's own spectrogram at its own rate; at 32 kHz and in mono
    that is the published system to the letter, but that the output is not scaled to a peak of
    1, and is as long as the input. Queries are word pieces behind ``[CLS]``, with nothing
    behind them, and are read by the network's own BERT.

    It was trained on mixtures whose peak is 1 and, as published, leaves the level of what it
    is given alone.
    """

    def __init__(self, network: LassNet, pieces: WordPieces, device: torch.device) -> None:
        """Puts the parts together.

        Args:
            network: With its BERT.
            pieces: Uncased and not closed.
            device: Where to work.
        """
        self._network = network.eval().to(device)
        self._device = device
        config = network.config
        self._encoder = BertEncoder(network.bert, pieces, max_tokens=config.bert.positions)
        self._clips = Clips(config.stft, config.sample_rate, config.seconds)

    def condition(self, query: str) -> tuple[tuple[Tensor, Tensor], list[str]]:
        """Encodes a query; see `SeparationModel`."""
        encoded = self._encoder.encode([query])
        with torch.inference_mode():
            tokens = self._network.embed(encoded.states, encoded.mask)
        return tokens, query_warnings(encoded, self._encoder.max_tokens)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Clips of 10 s, 8 s apart; see `SeparationModel`."""
        return self._clips.stretch(sample_rate)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one clip; see `SeparationModel`."""
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers wishes on one clip; see `WishingModel`."""
        magnitude = self._clips.magnitude(mixture, sample_rate, self._device)
        gains = [self._network.separate(magnitude, *condition)[0] for condition in conditions]
        spectrum = self._clips.spectrum(mixture, sample_rate, self._device)
        own = self._clips.own(sample_rate)
        targets = []
        for wish in wishes:
            masked = self._clips.mask(spectrum, wished_gains(gains, wish), sample_rate)
            targets.append(own.inverse(masked, mixture.shape[-1]).cpu())
        return Answer(torch.stack(targets), None)
