"""Training GainNet and LiveNet: mixtures judged in the bands that the networks work in.

With gains that are interpolated between bands, the energy of the separation error is a
quadratic form in the bands' gains. Its coefficients need the spectrograms once, without
gradients; after that neither waveforms nor bins take part, and the result is exact:

    sum |G X - S|^2 = sum_b A_b g_b^2 + 2 B_b g_b g_(b+1) - 2 C_b g_b  +  sum |S|^2

with ``A = W^2 |X|^2``, ``B = W_b W_(b+1) |X|^2`` and ``C = W Re(X* S)``.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from soundlasso.corpus.conflicts import Conflicts
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.gainnet import GainNet
from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.gain_config import GainTaskConfig, LiveTaskConfig
from soundlasso.training.gain_examples import Example, open_examples
from soundlasso.training.task import Score
from soundlasso.training.validation import ValidationExamples

# There are far more sounds that a mixture does not hold.
_PRESENT_WEIGHT = 8.0


@dataclass(frozen=True)
class Batch:
    """``B`` mixtures and ``Q`` queries.

    Attributes:
        energies: The mixtures' band energies, ``B F N``.
        square: ``A`` of the module's formula, ``B F N``.
        cross: ``B`` of it, ``B F-1 N``.
        total: The energy of each mixture, ``B``.
        aligned: ``C`` of it for each query's target, ``Q F N``; zero where it has none.
        target: The energy of each query's target, ``Q``; zero where it has none.
        index: Which mixture each query is asked of, ``Q``.
        queries: In words.
        present: Whether each mixture holds each query's sound, ``B Q``: 1, 0, or -1 where one
            might say either.
    """

    energies: Tensor
    square: Tensor
    cross: Tensor
    total: Tensor
    aligned: Tensor
    target: Tensor
    index: Tensor
    queries: tuple[str, ...]
    present: Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""
        moved: dict[str, Any] = {
            name: value.to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)


class GainTask:
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: GainTaskConfig | LiveTaskConfig,
        encoder: QueryEncoder,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples.

        Raises:
            MissingDependencyError: shards are to be read and webdataset is not installed.
            CorpusError: there are too few labels to mix.
        """
        self.config = config
        self.batch_size = config.batch_size
        self._encoder = encoder
        self._rate = valid.sample_rate
        self._stft = config.model.stft(self._rate)
        self._weights = config.model.layout.weights(self._stft.frequencies(self._rate))
        self._examples, self.data, trained = open_examples(train, valid, config, seed=seed)
        self._validation = ValidationExamples(valid, config.mixing, trained)

    def build_model(self) -> nn.Module:
        """A network with random weights.

        Convolutions are a tenth quicker with channels last.
        """
        model = self.config.model
        made = LiveNet(model) if isinstance(model, LiveNetConfig) else GainNet(model)
        network: nn.Module = made.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return network

    def examples(self) -> Dataset[Any]:
        """Mixtures of the training split with queries."""
        return self._examples

    def collate(self, examples: list[Example]) -> Batch:
        """Computes everything that the loss needs of the spectrograms."""
        mixtures = torch.stack([example.sources.sum(0) for example in examples])
        spectra = self._stft.forward(mixtures)
        power = spectra.abs().square()
        squares, pairs = self._weights.square(), self._weights[:-1] * self._weights[1:]
        asked, index, aligned = [], [], []
        for place, example in enumerate(examples):
            sources = self._stft.forward(example.sources[:2])
            asked.append(sources.abs().square().sum((1, 2)))
            overlap = (spectra[place].conj() * sources).real
            aligned.append(self._weights @ overlap)
            extra = len(example.queries) - 2
            if extra:
                asked.append(torch.zeros(extra))
                aligned.append(torch.zeros(extra, *aligned[-1].shape[1:]))
            index += [place] * len(example.queries)
        return Batch(
            energies=self._weights @ power * self._stft.power_scale(),
            square=squares @ power,
            cross=pairs @ power,
            total=power.sum((1, 2)),
            aligned=torch.cat(aligned),
            target=torch.cat(asked),
            index=torch.tensor(index),
            queries=tuple(query for example in examples for query in example.queries),
            present=_present(examples),
        )

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        """Negative SNR of each answer, silence where nothing was to be heard, and presence."""
        batch = batch.to(_device_of(model))
        gains, presence = self._answer(model, batch, noise=self.config.query_noise)
        own, error = _energies(batch, gains)
        there = batch.target > 0
        floor = 10.0 ** (-self.config.snr_ceiling / 10.0)
        target = batch.target[there]
        negative_snr = _decibels(error[there] / target + floor).mean()
        inner = (batch.aligned * gains).sum((1, 2))[there]
        similar = _si_sdr(inner, own[there], target, ceiling=floor, floor=1e-2).mean()
        total = batch.total[batch.index][~there]
        leak = (
            _decibels(own[~there] / total.clamp_min(1e-9) + 1e-2).mean()
            if len(total)
            else negative_snr * 0
        )
        presence_loss = presence_losses(presence, batch.present, batch.index)
        config = self.config
        share = config.si_sdr_share
        loss = (
            (1 - share) * negative_snr
            - share * similar
            + config.absent_weight * leak
            + config.presence_weight * presence_loss
        )
        return loss, {
            "loss": loss.item(),
            "snr": -negative_snr.item(),
            "si_sdr": similar.item(),
            "leak": leak.item(),
            "presence": presence_loss.item(),
        }

    def _answer(
        self, model: nn.Module, batch: Batch, *, noise: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        encoded = self._encoder.encode(list(batch.queries))
        states = encoded.states
        if noise:
            states = states + noise * states.std() * torch.randn_like(states)
        device = batch.energies.device
        gains, presence = model(
            batch.energies, states.to(device), encoded.mask.to(device), batch.index
        )
        return gains, presence

    @torch.inference_mode()
    def validate(self, model: nn.Module) -> Score:
        """Mean SI-SDR improvement on unseen packages, by labels and by unseen sentences."""
        model.eval()
        sums = {"label": [], "sentence": [], "wrong": [], "presence": []}  # type: dict[str, list[float]]
        size = self.config.batch_size
        for first in range(0, self.config.validation_mixtures, size):
            numbers = range(first, min(first + size, self.config.validation_mixtures))
            for kind in ("label", "sentence", "wrong"):
                examples = [self._validation.example(number, kind) for number in numbers]
                batch = self.collate(examples).to(_device_of(model))
                gains, presence = self._answer(model, batch)
                sums[kind] += si_sdr_improvement(batch, gains).tolist()
                if kind == "label":
                    right = presence[
                        batch.index, torch.arange(len(batch.index), device=presence.device)
                    ]
                    others = presence[batch.present == 0]
                    sums["presence"] += (right[:, None] > others[None]).float().mean(1).tolist()
        values = {
            f"si_sdri_{kind}": float(np.mean(sums[kind])) for kind in sums if kind != "presence"
        }
        values["presence_auc"] = float(np.mean(sums["presence"]))
        both = (values["si_sdri_label"] + values["si_sdri_sentence"]) / 2
        return Score(both, values)

    def snapshot(self, model: nn.Module, path: Path) -> None:
        """Draws mixture, target and prediction of the first validation mixture."""
        from soundlasso.plotting import save_spectrograms

        example = self._validation.example(0, "label")
        mixture = example.sources.sum(0)
        batch = self.collate([example]).to(_device_of(model))
        with torch.inference_mode():
            gains = self._answer(model.eval(), batch)[0].cpu()
        spectrum = self._stft.forward(mixture)
        predicted = self._stft.inverse(spectrum * (self._weights.T @ gains[0]), mixture.shape[-1])
        save_spectrograms(
            path,
            {
                "mixture": mixture[None].numpy(),
                f"target: {example.queries[0]}": example.sources[:1].numpy(),
                "predicted": predicted[None].numpy(),
            },
            self._rate,
        )


def _device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def _present(examples: list[Example]) -> Tensor:
    conflicts = Conflicts({label: x for example in examples for label, x in example.kinds.items()})
    labels = [label for example in examples for label in example.query_labels]

    def presence(label: str, example: Example) -> float:
        if label in example.labels:
            return 1.0
        there = example.labels + example.behind
        return -1.0 if any(conflicts.conflict(label, other) for other in there) else 0.0

    return torch.tensor([[presence(x, example) for x in labels] for example in examples])


def presence_losses(logits: Tensor, present: Tensor, index: Tensor) -> Tensor:
    """How badly queries and mixtures find each other.

    Binary cross-entropy, so that the logits mean something by themselves, and contrastive
    cross-entropy both ways (as in CLIP; Radford et al. 2021, arXiv 2103.00020): of all mixtures
    that might hold a query's sound, its own; of all queries that a mixture might be asked, its
    own. What one might say either way takes no part.

    Args:
        logits: Of every query in every mixture, ``B Q``.
        present: 1, 0, or -1 for either way, ``B Q``.
        index: Which mixture each query is asked of, ``Q``.
    """
    known = present >= 0
    weight = torch.tensor(_PRESENT_WEIGHT, device=logits.device)
    binary = F.binary_cross_entropy_with_logits(logits[known], present[known], pos_weight=weight)
    queries = torch.arange(len(index), device=logits.device)
    right = present[index, queries] == 1
    own = F.one_hot(index, len(logits)).T == 1
    candidates = logits.masked_fill(~((present == 0) | own), float("-inf"))
    rows, columns = index[right], queries[right]
    among_mixtures = F.cross_entropy(candidates[:, columns].T, rows)
    # Of a mixture's own queries, only the one that is looked for takes part.
    alone = F.one_hot(columns, len(index)) == 1
    rivals = candidates[rows].masked_fill(own[rows] & ~alone, float("-inf"))
    among_queries = F.cross_entropy(rivals, columns)
    return binary + among_mixtures / 2 + among_queries / 2


def _energies(batch: Batch, gains: Tensor) -> tuple[Tensor, Tensor]:
    """The energy of each answer, and of what it gets wrong: ``Q`` each."""
    own = (batch.square[batch.index] * gains.square()).sum((1, 2))
    own = own + 2.0 * (batch.cross[batch.index] * gains[:, :-1] * gains[:, 1:]).sum((1, 2))
    inner = (batch.aligned * gains).sum((1, 2))
    return own, (own - 2.0 * inner + batch.target).clamp_min(0.0)


def si_sdr_improvement(batch: Batch, gains: Tensor) -> Tensor:
    """SI-SDR of each answer over that of its mixture, in dB, in the domain of spectrograms."""
    own, _ = _energies(batch, gains)
    inner = (batch.aligned * gains).sum((1, 2))
    mixture = batch.aligned.sum((1, 2)), batch.total[batch.index]
    return _si_sdr(inner, own, batch.target) - _si_sdr(*mixture, batch.target)


def _si_sdr(
    inner: Tensor, own: Tensor, target: Tensor, *, ceiling: float = 1e-6, floor: float = 1e-6
) -> Tensor:
    """SI-SDR in dB from energies.

    Args:
        inner: The inner product of estimate and target.
        own: The energy of the estimate.
        target: The energy of the target.
        ceiling: Share of the target's part that counts as error whatever happens.
        floor: Share of the estimate that counts as right whatever happens.
    """
    along = inner.clamp_min(0.0).square() / target.clamp_min(1e-12)
    error = (own - along).clamp_min(0.0)
    tiny = 1e-12
    return _decibels((along + floor * own + tiny) / (error + ceiling * along + tiny))


def _decibels(ratio: Tensor) -> Tensor:
    return 10.0 * torch.log10(ratio)
