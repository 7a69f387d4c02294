"""Training the thesis's ResUNet++ as its chapter 5 describes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from soundlasso.config import check_ranges
from soundlasso.dsp.reconstruction import reconstruct
from soundlasso.metrics.sdr import sdr, si_sdr
from soundlasso.mixing.bank import SoundBank, data_identity
from soundlasso.mixing.queries import QueryConfig, draw_query
from soundlasso.mixing.thesis import ThesisMixingConfig, ThesisMixture, ThesisSampler
from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig, normalise
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.losses import log_magnitude, spectral_convergence
from soundlasso.training.task import Score


@dataclass(frozen=True)
class ThesisTaskConfig:
    """What the thesis's network learns from.

    Attributes:
        batch_size: Mixtures a step.
        mixtures: How many different mixtures there are; an epoch is one pass over them.
        filtered_epochs: For how many epochs mixtures are filtered; -1 for all of them. The
            thesis means to bring the unfiltered ones back later (5.3.4).
        log_weight: Of the log-magnitude loss beside spectral convergence; the thesis adds the two.
            Targets are padded with silence, which rewards silence everywhere at first: what is
            trained briefly needs a small one.
        validation_mixtures: How many mixtures a validation takes. They are always filtered.
        model: The network.
        mixing: How mixtures are made.
        queries: Which queries are drawn. The thesis keeps one caption a clip: each mixture's
            query is drawn once and stays.
    """

    size_of_states: ClassVar[str] = "token_size"

    batch_size: int = 16
    mixtures: int = 17_000
    filtered_epochs: int = -1
    log_weight: float = 1.0
    validation_mixtures: int = 64
    model: ResUNetPlusPlusConfig = field(default_factory=ResUNetPlusPlusConfig)
    mixing: ThesisMixingConfig = field(default_factory=ThesisMixingConfig)
    queries: QueryConfig = field(default_factory=QueryConfig)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work, and a network and mixtures that do not fit."""
        check_ranges(self, batch_size=1, mixtures=1, validation_mixtures=1, log_weight=0)
        for name in ("sample_rate", "seconds", "window", "hop"):
            if getattr(self.model, name) != getattr(self.mixing, name):
                raise ValueError(f"model.{name} and mixing.{name} must be the same")


@dataclass(frozen=True)
class ThesisBatch:
    """``B`` mixtures with their targets.

    Attributes:
        mixture: Waveforms, ``B T``.
        target: Waveforms, ``B T``.
        queries: In words, one a mixture.
    """

    mixture: Tensor
    target: Tensor
    queries: tuple[str, ...]


class ThesisExamples(Dataset[tuple[ThesisMixture, str]]):
    """Mixtures and their queries, the same ones in every epoch, shuffled anew."""

    def __init__(self, sampler: ThesisSampler, config: ThesisTaskConfig) -> None:
        """Draws from ``sampler``."""
        self._sampler = sampler
        self._config = config

    def __getitem__(self, index: int) -> tuple[ThesisMixture, str]:
        """The example at ``index``, counted on through the epochs."""
        epoch, place = divmod(index, self._config.mixtures)
        order = np.random.default_rng((self._sampler.seed, epoch, 3)).permutation(
            self._config.mixtures
        )
        number = int(order[place])
        epochs = self._config.filtered_epochs
        mixture = self._sampler.draw(number, filtered=epochs < 0 or epoch < epochs)
        rng = np.random.default_rng((self._sampler.seed, number, 4))
        words = self._sampler.bank.words.captions
        return mixture, draw_query(rng, mixture.label, self._config.queries, words)


class ThesisTask:
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: ThesisTaskConfig,
        encoder: QueryEncoder,
        train: SoundBank,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples."""
        self.config = config
        self.batch_size = config.batch_size
        self.data = data_identity(train, valid)
        self._known = valid.words.captions
        self._encoder = encoder
        self._sampler = ThesisSampler(train, config.mixing, seed=seed)
        self._validation = ThesisSampler(valid, config.mixing, seed=7)
        self._stft = config.model.stft

    def build_model(self) -> nn.Module:
        """A ResUNet++ with random weights."""
        return ResUNetPlusPlus(self.config.model)

    def examples(self) -> Dataset[Any]:
        """Mixtures of the training split with queries."""
        return ThesisExamples(self._sampler, self.config)

    def collate(self, examples: list[tuple[ThesisMixture, str]]) -> ThesisBatch:
        """Stacks the waveforms."""
        return ThesisBatch(
            torch.stack([torch.from_numpy(mixture.mixture) for mixture, _ in examples]),
            torch.stack([torch.from_numpy(mixture.target) for mixture, _ in examples]),
            tuple(query for _, query in examples),
        )

    def predict(self, model: nn.Module, mixture: Tensor, queries: tuple[str, ...]) -> Tensor:
        """Predicted linear magnitudes, ``B F N``, of mixtures given as linear magnitudes."""
        clip = normalise(mixture)
        encoded = self._encoder.encode(list(queries)).to(mixture.device)
        mask = model(clip.values, encoded.states, encoded.mask)
        return clip.magnitude(mask * clip.values)

    def loss(self, model: nn.Module, batch: ThesisBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """Spectral convergence and log magnitude, added (thesis, 5.4.2)."""
        device = next(model.parameters()).device
        mixture = self._stft.forward(batch.mixture.to(device)).abs()
        predicted = self.predict(model, mixture, batch.queries)
        target = self._stft.forward(batch.target.to(device)).abs()
        convergence = spectral_convergence(predicted, target)
        logarithmic = log_magnitude(predicted, target)
        loss = convergence + self.config.log_weight * logarithmic
        return loss, {
            "loss": loss.detach(),
            "spectral_convergence": convergence.detach(),
            "log_magnitude": logarithmic.detach(),
        }

    def _validation_batches(self) -> Iterator[ThesisBatch]:
        size = min(self.batch_size, 8)
        for first in range(0, self.config.validation_mixtures, size):
            numbers = range(first, min(first + size, self.config.validation_mixtures))
            mixtures = [self._validation[number] for number in numbers]
            held_out = [self._known[mixture.label].held_out[0] for mixture in mixtures]
            yield self.collate(list(zip(mixtures, held_out, strict=True)))

    @torch.inference_mode()
    def separate(self, model: nn.Module, batch: ThesisBatch) -> Tensor:
        """Waveforms, ``B T``, with phases from where the config says."""
        spectrum = self._stft.forward(batch.mixture)
        predicted = self.predict(model.eval(), spectrum.abs(), batch.queries)
        masked = torch.polar(predicted, spectrum.angle())
        samples, how = batch.mixture.shape[-1], self.config.model.reconstruction
        return reconstruct(masked, self._stft, samples, how)

    def validate(self, model: nn.Module) -> Score:
        """Mean SDR, SDRi and SI-SDRi on unseen packages with unseen sentences.

        ``to_mixture`` is the SI-SDR of what came out with the mixture as its reference: high
        where the network has done no more than copy it.
        """
        rows = []
        device = next(model.parameters()).device
        for batch in self._validation_batches():
            batch = ThesisBatch(batch.mixture.to(device), batch.target.to(device), batch.queries)
            separated = self.separate(model, batch)
            for estimate, mixture, target in zip(
                separated.cpu().numpy(),
                batch.mixture.cpu().numpy(),
                batch.target.cpu().numpy(),
                strict=True,
            ):
                after = sdr(target, estimate)
                gain = si_sdr(target, estimate) - si_sdr(target, mixture)
                copied = si_sdr(mixture, estimate)
                rows.append((after, after - sdr(target, mixture), gain, copied))
        means = map(float, np.mean(rows, axis=0))
        values = dict(zip(("sdr", "sdri", "si_sdri", "to_mixture"), means, strict=True))
        return Score(values["si_sdri"], values)

    def snapshot(self, model: nn.Module, path: Path) -> None:
        """Draws mixture, target and prediction of the first validation mixture."""
        from soundlasso.plotting import save_spectrograms

        batch = next(self._validation_batches())
        device = next(model.parameters()).device
        batch = ThesisBatch(batch.mixture[:1].to(device), batch.target[:1], batch.queries[:1])
        save_spectrograms(
            path,
            {
                "mixture": batch.mixture.cpu().numpy(),
                f"target: {batch.queries[0]}": batch.target.numpy(),
                "predicted": self.separate(model, batch).cpu().numpy(),
            },
            self.config.mixing.sample_rate,
        )
