"""Training GainNet and LiveNet: mixtures judged in the bands that the networks work in."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from soundlasso.errors import RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.device import DeviceMixer
from soundlasso.mixing.opening import ShardSet
from soundlasso.mixing.plan import batch_plans
from soundlasso.models.gainnet import GainNet
from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.query.encoder import CuttingEncoder, QueryEncoder
from soundlasso.training.gain_batch import Batch, PlannedBatch, asked_of, measure
from soundlasso.training.gain_config import GainTaskConfig, LiveTaskConfig
from soundlasso.training.gain_examples import Example, open_examples
from soundlasso.training.task import Score
from soundlasso.training.validation import ValidationExamples

# There are far more sounds that a mixture does not hold.
_PRESENT_WEIGHT = 8.0


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
        if config.on_device and isinstance(train, ShardSet):
            raise RecipeError("on_device needs a corpus that fits into memory, and shards stream")
        self._train = train
        self._examples, self.data, trained = open_examples(
            train, valid, config, seed=seed, planned=config.on_device
        )
        self._validation = ValidationExamples(valid, config.mixing, trained)
        self._mixer: DeviceMixer | None = None

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

    def collate(self, examples: list[Any]) -> Any:
        """What `loss` takes: a `Batch`, or a `PlannedBatch` of mixtures that are only planned."""
        if self.config.on_device:
            asked = asked_of(examples)
            if isinstance(self._encoder, CuttingEncoder):
                asked = replace(asked, tokens=self._encoder.cut(list(asked.queries)))
            return PlannedBatch(batch_plans([x.plan for x in examples]), asked)
        return self.judged(examples)

    def judged(self, examples: list[Example]) -> Batch:
        """Everything that the loss needs of examples."""
        mixtures = torch.stack([example.sources.sum(0) for example in examples])
        targets = torch.stack([example.sources[:2] for example in examples])
        return measure(mixtures, targets, asked_of(examples), self._stft, self._weights)

    def _made(self, batch: PlannedBatch, device: torch.device) -> Batch:
        """Makes the mixtures of a batch on a device."""
        if self._mixer is None:
            assert isinstance(self._train, SoundBank)
            self._mixer = DeviceMixer(self._train, self.config.mixing, device)
        sources = self._mixer.render(batch.plans.to(device))
        asked = batch.asked.to(device)
        weights = self._weights.to(device)
        return measure(sources.sum(1), sources[:, :2], asked, self._stft, weights)

    def loss(
        self, model: nn.Module, batch: Batch | PlannedBatch
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Negative SNR of each answer, silence where nothing was to be heard, and presence."""
        device = _device_of(model)
        if isinstance(batch, PlannedBatch):
            batch = self._made(batch, device)
        batch = batch.to(device)
        gains, presence = self._answer(model, batch, noise=self.config.query_noise)
        own, error = answer_energies(batch, gains)
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
            "loss": loss.detach(),
            "snr": -negative_snr.detach(),
            "si_sdr": similar.detach(),
            "leak": leak.detach(),
            "presence": presence_loss.detach(),
        }

    def _answer(
        self, model: nn.Module, batch: Batch, *, noise: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        device = batch.energies.device
        if batch.tokens is not None and isinstance(self._encoder, CuttingEncoder):
            # Noise is added to these; on an accelerator they need not be exact.
            with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
                encoded = self._encoder.states(batch.tokens)
        else:
            encoded = self._encoder.encode(list(batch.queries))
        states = encoded.states.float()
        if noise:
            # Of the tokens alone: behind them are zeros.
            level = (states.square().sum() / (encoded.mask.sum() * states.shape[2])).sqrt()
            states = states + noise * level * torch.randn_like(states)
        gains, presence = model(
            batch.energies, states.to(device), encoded.mask.to(device), batch.index
        )
        return gains, presence

    @torch.inference_mode()
    def validate(self, model: nn.Module) -> Score:
        """Mean SI-SDR improvement on unseen packages, by labels and by unseen sentences."""
        model.eval()
        sums = {"label": [], "sentence": [], "wrong": [], "presence": []}  # type: dict[str, list[float]]
        for kind, kept in self._validation_batches:
            batch = kept.to(_device_of(model))
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

    @cached_property
    def _validation_batches(self) -> list[tuple[str, Batch]]:
        """Kind and batch; made once, since they are the same each time."""
        size, count = 16, self.config.validation_mixtures
        made = []
        for first in range(0, count, size):
            numbers = range(first, min(first + size, count))
            batch: Batch | None = None
            for kind in ("label", "sentence", "wrong"):
                examples = self._validation.examples(numbers, kind)
                # The mixtures are the same, however they are asked; what is asked in vain is
                # judged by the same sounds.
                batch = self.judged(examples) if batch is None else _asked_anew(batch, examples)
                made.append((kind, batch))
        return made

    def snapshot(self, model: nn.Module, path: Path) -> None:
        """Draws mixture, target and prediction of the first validation mixture."""
        from soundlasso.plotting import save_spectrograms

        example = self._validation.example(0, "label")
        mixture = example.sources.sum(0)
        batch = self.judged([example]).to(_device_of(model))
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


def _asked_anew(batch: Batch, examples: list[Example]) -> Batch:
    asked = asked_of(examples)
    return replace(batch, queries=asked.queries, present=asked.present)


def _device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


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


def answer_energies(batch: Batch, gains: Tensor) -> tuple[Tensor, Tensor]:
    """The energy of each answer, and of what it gets wrong: ``Q`` each."""
    own = (batch.square[batch.index] * gains.square()).sum((1, 2))
    own = own + 2.0 * (batch.cross[batch.index] * gains[:, :-1] * gains[:, 1:]).sum((1, 2))
    inner = (batch.aligned * gains).sum((1, 2))
    return own, (own - 2.0 * inner + batch.target).clamp_min(0.0)


def si_sdr_improvement(batch: Batch, gains: Tensor) -> Tensor:
    """SI-SDR of each answer over that of its mixture, in dB, in the domain of spectrograms."""
    own, _ = answer_energies(batch, gains)
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
