"""CLAPSep as a separation model: 10-second clips, the mixture's phase, two-sided queries."""

from collections.abc import Sequence
from typing import Any

import soxr
import torch
from torch import Tensor
from torch.nn import functional as F

from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.separator import Audio, as_samples
from soundlasso.engine.wishes import to_hear
from soundlasso.errors import AudioError, QueryError
from soundlasso.models.clapsep import ClapSep
from soundlasso.query.embedding import SoundEmbedder
from soundlasso.query.encoder import QueryEncoder, check_query
from soundlasso.zoo.clips import Clips
from soundlasso.zoo.warnings import query_warnings


class ClapSepSeparator:
    """See `soundlasso.engine.model.WishingModel`; what it hears it does not say.

    The network sees what it was trained on: one channel, padded or cut to 10 s, at 48 kHz for
    its encoder and at 32 kHz for its mask. The mask is applied to the recording's own
    spectrogram at its own rate, to all channels alike; in mono and at 32 kHz that is the
    published system's output, up to what resamples for the encoder. A stretch's mixture is
    encoded once for all queries.

    Sounds are kept out as the network was trained to: it reads one embedding of what is wanted
    and one of what is not. Several unwanted sounds become one, the mean of theirs brought to
    length 1. To hear everything but some, nothing is wanted.
    """

    def __init__(self, network: ClapSep, encoder: QueryEncoder, device: torch.device) -> None:
        """Puts the parts together.

        Args:
            network: The separator.
            encoder: The CLAP that it was trained with, as published: without the adaptation
                that the separator's own encoder has. Or another one that makes one vector of a
                query; with that, there are no sounds as queries.
            device: Where the separator works; the encoder stays where it is.
        """
        self._network = network.eval().to(device)
        self._encoder = encoder
        self._device = device
        config = network.config
        self._masked = Clips(config.stft, config.sample_rate, config.seconds)
        heard = config.encoder
        self._heard = Clips(heard.stft, heard.sample_rate, config.seconds)
        self._sounds: dict[str, Tensor] = {}

    def condition(self, query: str) -> tuple[Tensor, list[str]]:
        """Encodes a query, or recalls the sound of that name; see `SeparationModel`."""
        if (sound := self._sounds.get(check_query(query))) is not None:
            return sound, []
        encoded = self._encoder.encode([query])
        vector = encoded.states[:, 0].to(self._device)
        return vector, query_warnings(encoded, self._encoder.max_tokens)

    def remember_sound(self, name: str, audio: Audio, sample_rate: int | None = None) -> Tensor:
        """Makes a sound something that can be asked for: a query of that name means it.

        Channels are averaged, as CLAP hears one. What is longer than 10 s is heard in windows of
        that length.

        Args:
            name: What to call it in queries, word for word; what had this name is forgotten.
            audio: A file, or samples as `soundlasso.Separator.separate` takes them.
            sample_rate: Of samples, in Hz; files know their own.

        Returns:
            Its condition, ``1 K``.

        Raises:
            AudioError: the file cannot be read, or the samples cannot be used.
            OptionError: samples came without their rate, or a file with one.
            QueryError: the name is empty, or the query encoder does not hear.
        """
        name = check_query(name)
        if not isinstance(self._encoder, SoundEmbedder):
            raise QueryError(
                "the query encoder of this model reads words only, and hears no sounds"
            )
        samples, rate, _ = as_samples(audio, sample_rate)
        mono = samples.mean(axis=0)
        if rate != self._encoder.sample_rate:
            mono = soxr.resample(mono, rate, self._encoder.sample_rate)
        if not mono.size:
            raise AudioError(f"{name}: the sound is too short")
        embedded = self._encoder.embed_audio(torch.from_numpy(mono)[None])
        self._sounds[name] = embedded.to(self._device)
        return self._sounds[name]

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        """Clips of 10 s, 8 s apart; see `SeparationModel`."""
        return self._masked.stretch(sample_rate)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """Answers queries on one clip; see `SeparationModel`."""
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        """Answers wishes on one clip; see `WishingModel`."""
        power = self._heard.magnitude(mixture, sample_rate, self._device).square()
        maps = self._network.encode(power)
        magnitude = self._masked.magnitude(mixture, sample_rate, self._device)
        spectrum = self._masked.spectrum(mixture, sample_rate, self._device)
        own = self._masked.own(sample_rate)
        targets = []
        for wish in wishes:
            wanted = self._joined([] if wish.wanted is None else [conditions[wish.wanted]])
            unwanted = self._joined([conditions[index] for index in wish.unwanted])
            gains = self._network.decoder(maps, magnitude, wanted, unwanted)[0]
            masked = self._masked.mask(spectrum, gains, sample_rate)
            targets.append(own.inverse(masked, mixture.shape[-1]).cpu())
        return Answer(torch.stack(targets), None)

    def _joined(self, conditions: Sequence[Tensor]) -> Tensor:
        """One embedding for several sounds, ``1 K``; zeros for none, as in training."""
        if len(conditions) == 1:
            return conditions[0]
        if not conditions:
            return torch.zeros(1, self._network.config.embedding, device=self._device)
        return F.normalize(torch.stack(list(conditions)).mean(0), dim=-1)
