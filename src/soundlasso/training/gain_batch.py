"""Batches for networks that give gains for bands: what the loss needs of their spectrograms.

With gains that are interpolated between bands, the energy of the separation error is a
quadratic form in the bands' gains. Its coefficients need the spectrograms once, without
gradients; after that neither waveforms nor bins take part, and the result is exact:

    sum |G X - S|^2 = sum_b A_b g_b^2 + 2 B_b g_b g_(b+1) - 2 C_b g_b  +  sum |S|^2

with ``A = W^2 |X|^2``, ``B = W_b W_(b+1) |X|^2`` and ``C = W Re(X* S)``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from soundlasso.corpus.conflicts import ConflictIndex, Conflicts
from soundlasso.dsp.stft import Stft
from soundlasso.mixing.plan import PlanBatch
from soundlasso.query.tokens import Tokens
from soundlasso.training.gain_examples import Example, PlannedExample


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
        tokens: The queries, if they are cut already.
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
    tokens: Tokens | None = None

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""
        moved: dict[str, Any] = {
            name: value.to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)


@dataclass(frozen=True)
class Asked:
    """What ``B`` mixtures are asked for, ``Q`` queries in all.

    Attributes:
        index: Which mixture each query is asked of, ``Q``.
        which: Which of its sources each is for, or -1 for none of them, ``Q``.
        queries: In words.
        present: See `Batch`.
        tokens: See `Batch`.
    """

    index: Tensor
    which: Tensor
    queries: tuple[str, ...]
    present: Tensor
    tokens: Tokens | None = None

    def to(self, device: torch.device) -> "Asked":
        """The same on another device."""
        index, which, present = (
            value.to(device, non_blocking=True) for value in (self.index, self.which, self.present)
        )
        return replace(self, index=index, which=which, present=present)


@dataclass(frozen=True)
class PlannedBatch:
    """Mixtures that are not made yet.

    Attributes:
        plans: What they are made of.
        asked: What they are asked for.
    """

    plans: PlanBatch
    asked: Asked


def asked_of(examples: Sequence[Example | PlannedExample]) -> Asked:
    """What all examples of a batch are asked for, one after the other."""
    counts = torch.tensor([len(example.queries) for example in examples])
    which = [place for example in examples for place in example.which]
    return Asked(
        index=torch.arange(len(examples)).repeat_interleave(counts),
        which=torch.tensor(which),
        queries=tuple(query for example in examples for query in example.queries),
        present=presence_of(examples),
    )


def presence_of(examples: Sequence[Example | PlannedExample]) -> Tensor:
    """Whether each of ``B`` mixtures holds the sound of each of ``Q`` queries; see `Batch`."""
    kinds = {label: x for example in examples for label, x in example.kinds.items()}
    asked = [label for example in examples for label in example.query_labels]
    labels = sorted(set(asked))
    places = {label: place for place, label in enumerate(labels)}
    index = ConflictIndex(labels, Conflicts(kinds))
    rows = np.zeros((len(examples), len(labels)), np.float32)
    for row, example in zip(rows, examples, strict=True):
        row[index.forbidden(example.labels + example.behind)] = -1.0
        row[[places[label] for label in example.labels if label in places]] = 1.0
    return torch.from_numpy(rows[:, [places[label] for label in asked]])


def measure(mixtures: Tensor, targets: Tensor, asked: Asked, stft: Stft, weights: Tensor) -> Batch:
    """Computes everything that the loss needs of the spectrograms.

    Args:
        mixtures: ``B T``.
        targets: The two sounds of each that may be asked for, ``B 2 T``.
        asked: What is asked for.
        stft: The networks' transform.
        weights: Of its bins in the bands.
    """
    spectra = stft.forward(mixtures)
    power = spectra.abs().square()
    sources = stft.forward(targets)
    aligned = weights @ (spectra[:, None].conj() * sources).real
    energy = sources.abs().square().sum((2, 3))
    there = asked.which >= 0
    which = asked.which.clamp_min(0)
    return Batch(
        energies=weights @ power * stft.power_scale(),
        square=weights.square() @ power,
        cross=(weights[:-1] * weights[1:]) @ power,
        total=power.sum((1, 2)),
        aligned=aligned[asked.index, which] * there[:, None, None],
        target=energy[asked.index, which] * there,
        index=asked.index,
        queries=asked.queries,
        present=asked.present,
        tokens=asked.tokens,
    )
