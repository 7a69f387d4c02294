"""What the training of all published families has in common: examples, and how it is judged.

They learn from the same mixtures and queries as GainNet (`soundlasso.training.gain_examples`), but
by the losses that they were published with, on the waveforms themselves. What is asked in vain
takes no part: none of them was trained on it. Judged is what users would get: the separator of
the family on the same validation mixtures as GainNet's.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soxr
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from soundlasso.config import check_ranges, check_shares
from soundlasso.errors import RecipeError
from soundlasso.metrics.sdr import si_sdr
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import MixingConfig
from soundlasso.mixing.opening import ShardSet
from soundlasso.mixing.queries import QueryConfig
from soundlasso.mixing.stream import ReservoirConfig
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.gain_examples import Example, open_examples
from soundlasso.training.task import Score
from soundlasso.training.validation import ValidationExamples


@dataclass(frozen=True)
class WaveformTaskConfig:
    """What all published families learn from.

    Attributes:
        batch_size: Mixtures a step; each is asked for both of its sources.
        absent_share: As GainNet's, so that the queries are the same; what is asked for in vain
            is then left out.
        validation_mixtures: How many mixtures a validation takes.
        mixing: How mixtures are made.
        queries: Which queries are drawn.
        reservoir: What is kept in memory of shards; it matters to no other corpus.
    """

    batch_size: int = 16
    absent_share: float = 0.25
    validation_mixtures: int = 240
    mixing: MixingConfig = field(default_factory=MixingConfig)
    queries: QueryConfig = field(default_factory=QueryConfig)
    reservoir: ReservoirConfig = field(default_factory=ReservoirConfig, repr=False)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, batch_size=1, validation_mixtures=1)
        check_shares(self, "absent_share")

    @property
    def wordings(self) -> int:
        """By how many queries each source is asked for."""
        return 1


@dataclass(frozen=True)
class WaveformBatch:
    """``B`` mixtures and ``Q`` queries, at the network's sample rate.

    Attributes:
        mixture: ``B T``.
        target: What each query is for, ``Q T``.
        index: Which mixture each query is asked of, ``Q``.
        queries: In words; the two of each mixture follow each other.
    """

    mixture: Tensor
    target: Tensor
    index: Tensor
    queries: tuple[str, ...]

    def to(self, device: torch.device) -> "WaveformBatch":
        """The same on another device."""
        return replace(
            self,
            mixture=self.mixture.to(device, non_blocking=True),
            target=self.target.to(device, non_blocking=True),
            index=self.index.to(device, non_blocking=True),
        )


class Answering(Protocol):
    """What a validation asks of a family's separator."""

    def condition(self, query: str) -> tuple[Any, list[str]]:
        """What it wants to know of a query, and warnings."""
        ...

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        """The targets, ``Q C T``, in a mixture, ``C T``."""
        ...


class WaveformTask(ABC):
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: WaveformTaskConfig,
        sample_rate: int,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples.

        Args:
            config: What is learned from.
            sample_rate: The network's, in Hz.
            train: The training split.
            valid: The validation split.
            seed: Of everything drawn.

        Raises:
            MissingDependencyError: shards are to be read and webdataset is not installed.
            CorpusError: there are too few labels to mix.
        """
        self.batch_size = config.batch_size
        self._validation_mixtures = config.validation_mixtures
        self._rate = valid.sample_rate
        self._own_rate = sample_rate
        self._examples, self.data, trained = open_examples(train, valid, config, seed=seed)
        self._validation = ValidationExamples(valid, config.mixing, trained)

    @abstractmethod
    def build_model(self) -> nn.Module:
        """A network with its first weights."""

    @abstractmethod
    def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, Tensor]]:
        """The published loss of a batch, and numbers to log."""

    @abstractmethod
    def separator(self, model: nn.Module) -> Answering:
        """The family's separator with a network, on the network's device."""

    def examples(self) -> Dataset[Any]:
        """Mixtures of the training split with queries."""
        return self._examples

    def collate(self, examples: list[Example]) -> WaveformBatch:
        """Mixes and resamples."""
        sources = torch.stack([example.sources[:2] for example in examples])
        return WaveformBatch(
            self.mixtures(examples, self._own_rate),
            self._resampled(sources.flatten(0, 1), self._own_rate),
            torch.arange(len(examples)).repeat_interleave(2),
            tuple(query for example in examples for query in example.queries[:2]),
        )

    def mixtures(self, examples: list[Example], rate: int) -> Tensor:
        """The mixtures of examples at a sample rate, ``B T``."""
        return self._resampled(torch.stack([one.sources.sum(0) for one in examples]), rate)

    def _resampled(self, sounds: Tensor, rate: int) -> Tensor:
        if rate == self._rate:
            return sounds
        made = soxr.resample(sounds.numpy().T, self._rate, rate)
        return torch.from_numpy(np.ascontiguousarray(made.T))

    @torch.inference_mode()
    def validate(self, model: nn.Module) -> Score:
        """Mean SI-SDR improvement on unseen packages, by labels and by unseen sentences."""
        separator = self.separator(model)
        gains: dict[str, list[float]] = {"label": [], "sentence": [], "wrong": []}
        for number in range(self._validation_mixtures):
            for kind, found in gains.items():
                example = self._validation.example(number, kind)
                mixture = example.sources.sum(0).numpy()
                # What is never asked for has no answer.
                asked_for = example.sources[:2].numpy()
                answers = self._answers(separator, example)
                for source, estimate in zip(asked_for, answers, strict=True):
                    found.append(si_sdr(source, estimate.numpy()) - si_sdr(source, mixture))
        values = {f"si_sdri_{kind}": float(np.mean(found)) for kind, found in gains.items()}
        both = (values["si_sdri_label"] + values["si_sdri_sentence"]) / 2
        return Score(both, values)

    def _answers(self, separator: Answering, example: Example) -> Tensor:
        """What a separator says to both queries of an example, ``2 T``."""
        conditions = [separator.condition(query)[0] for query in example.queries[:2]]
        mixture = example.sources.sum(0, keepdim=True)
        return separator.separate(mixture, self._rate, conditions)[:, 0]

    @torch.inference_mode()
    def snapshot(self, model: nn.Module, path: Path) -> None:
        """Draws mixture, target and prediction of the first validation mixture."""
        from soundlasso.plotting import save_spectrograms

        example = self._validation.example(0, "label")
        save_spectrograms(
            path,
            {
                "mixture": example.sources.sum(0, keepdim=True).numpy(),
                f"target: {example.queries[0]}": example.sources[:1].numpy(),
                "predicted": self._answers(self.separator(model), example)[:1].numpy(),
            },
            self._rate,
        )


def device_of(model: nn.Module) -> torch.device:
    """Where a network is."""
    return next(model.parameters()).device


def own(model: nn.Module) -> nn.Module:
    """A network without what averages its gradients or casts its numbers, one in the other."""
    while isinstance(inner := getattr(model, "module", None), nn.Module):
        model = inner
    return model


def one_vector(encoder: QueryEncoder, queries: tuple[str, ...]) -> Tensor:
    """The embeddings of queries, ``Q K``.

    Raises:
        RecipeError: the encoder makes several vectors of a query.
    """
    states = encoder.encode(list(queries)).states
    if states.shape[1] != 1:
        raise RecipeError(
            "query_encoder must make one vector of a query, as laion/larger_clap_general and "
            "minilm[mean] do"
        )
    return states[:, 0]
