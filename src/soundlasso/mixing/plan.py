"""Mixtures that are decided upon but not made yet, for devices that make many at once.

A plan says which part of which recording lies where, at which speed. It is determined by a seed
and an index, as a mixture is, and takes a tenth of a millisecond; `soundlasso.mixing.device` makes
the sounds of a batch of plans, and draws what varies them.
"""

from collections.abc import Sequence, Sized
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.mixing.ambience import Ambience, BedPlan
from soundlasso.mixing.layout import lay_out, pick
from soundlasso.mixing.online import AMBIENCE, MixtureSampler


@dataclass(frozen=True)
class Part(Sized):
    """A part of a recording, played at some speed.

    Attributes:
        start: Its first sample in the bank.
        length: How many samples it is when played.
        step: Samples of the bank for each sample that is played.
    """

    start: int
    length: int
    step: float

    def __len__(self) -> int:
        """How many samples it is when played."""
        return self.length


@dataclass(frozen=True)
class SourcePlan:
    """One sound of a mixture: parts that do not overlap.

    Attributes:
        start: Of each part, its first sample in the bank that is heard, ``P``.
        offset: Where in the mixture it begins, ``P``.
        length: How many samples of it are heard, ``P``.
        gain: A factor of its amplitude, ``P``.
        step: Samples of the bank for each sample of the mixture.
    """

    start: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    gain: npt.NDArray[np.float32]
    step: float


@dataclass(frozen=True)
class MixturePlan:
    """What a mixture is made of.

    Attributes:
        sources: The first two may be asked for.
        labels: Of each source, and `AMBIENCE` if there is any.
        bed: Background ambience, if there is any.
    """

    sources: tuple[SourcePlan, ...]
    labels: tuple[str, ...]
    bed: BedPlan | None = None

    @property
    def behind(self) -> tuple[str, ...]:
        """What a listener might hear in the background ambience."""
        return self.bed.labels if self.bed else ()

    @property
    def heard(self) -> tuple[str, ...]:
        """All labels that must not be asked for as absent."""
        return self.labels + self.behind


class MixturePlanner:
    """Plans the mixtures of a sampler: as likely to be of any kind, though not the same ones."""

    def __init__(self, sampler: MixtureSampler) -> None:
        """Plans with a sampler's bank, labels and numbers."""
        self.sampler = sampler
        self._ambience = (
            Ambience(sampler.bank, sampler.samples) if sampler.config.ambience_probability else None
        )

    def __getitem__(self, index: int) -> MixturePlan:
        """Plans the mixture at ``index``."""
        sampler, config = self.sampler, self.sampler.config
        rng = np.random.default_rng((sampler.seed, index, 5))
        names = sampler.draw_labels(rng)
        sources = []
        for place, label in enumerate(names):
            groups = sampler.bank.targets if place < 2 else sampler.bank.all_sounds
            sources.append(self._source(rng, groups[label]))
        plan = MixturePlan(tuple(sources), tuple(names))
        if self._ambience and rng.random() < config.ambience_probability:
            bed = self._ambience.choose(rng, names)
            return replace(plan, labels=(*names, AMBIENCE), bed=bed)
        return plan

    def _source(self, rng: np.random.Generator, packages: list[list[list[int]]]) -> SourcePlan:
        config, bank = self.sampler.config, self.sampler.bank
        total, octaves = self.sampler.samples, 0.0
        if rng.random() < config.augment.speed_probability:
            octaves = rng.uniform(-1, 1) * config.augment.speed_octaves
        step = 2.0**octaves

        def part(index: int) -> Part:
            start, end = int(bank.offsets[index]), int(bank.offsets[index + 1])
            longest = int(total * step) + 64
            if end - start > longest:
                start += int(rng.integers(0, end - start - longest + 1))
                end = start + longest
            return Part(start, max(1, int((end - start - 1) / step)), step)

        placed = lay_out(
            rng,
            pick(rng, pick(rng, packages)),
            part,
            total=total,
            rate=bank.sample_rate,
            is_repeated=lambda: rng.random() < config.repeat_probability,
            variety_probability=config.variety_probability,
        )
        rows = []
        for one in placed:
            # What began before the mixture is heard from where it has come to.
            skipped = max(0, -one.offset)
            offset = max(0, one.offset)
            length = min(one.take.length - skipped, total - offset)
            if length > 0:
                rows.append((one.take.start + round(skipped * step), offset, length, one.gain))
        starts, offsets, lengths, gains = zip(*rows, strict=True)
        return SourcePlan(
            start=np.array(starts),
            offset=np.array(offsets),
            length=np.array(lengths),
            gain=np.array(gains, np.float32),
            step=step,
        )


@dataclass(frozen=True)
class PlanBatch:
    """Plans of ``B`` mixtures with ``S`` sources and ``P`` parts in all.

    Attributes:
        start: Of each part, its first sample in the bank, ``P``.
        offset: Where in its source it begins, ``P``.
        length: In samples, ``P``.
        gain: A factor of amplitude, ``P``.
        step: Samples of the bank for each sample, ``P``.
        source: Which source it is of, ``P``.
        mixture: Which mixture each source is of, ``S``.
        slot: Of each source: 0 and 1 may be asked for, 2 may not, ``S``.
        place: Of each source, its number in its mixture, ``S``.
        distant: Recordings that are heard from afar, ``B 3``; -1 for none.
        noise: Whether there is noise behind a mixture, ``B``.
        hum: Whether there is hum, ``B``.
        total: Samples of all parts.
    """

    start: Tensor
    offset: Tensor
    length: Tensor
    gain: Tensor
    step: Tensor
    source: Tensor
    mixture: Tensor
    slot: Tensor
    place: Tensor
    distant: Tensor
    noise: Tensor
    hum: Tensor
    total: int

    def to(self, device: torch.device) -> "PlanBatch":
        """The same on another device."""
        moved: dict[str, Any] = {
            name: value.to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)


_SLOTS = 3
_LAYERS = 3


def batch_plans(plans: Sequence[MixturePlan]) -> PlanBatch:
    """Puts plans together."""
    sources = [source for plan in plans for source in plan.sources]
    counts = [len(source.start) for source in sources]
    mixture = [number for number, plan in enumerate(plans) for _ in plan.sources]
    place = [number for plan in plans for number in range(len(plan.sources))]
    distant = np.full((len(plans), _LAYERS), -1, np.int64)
    for number, plan in enumerate(plans):
        if plan.bed:
            distant[number, : len(plan.bed.recordings)] = plan.bed.recordings

    def joined(name: str) -> Tensor:
        return torch.from_numpy(np.concatenate([getattr(source, name) for source in sources]))

    return PlanBatch(
        start=joined("start"),
        offset=joined("offset"),
        length=joined("length"),
        gain=joined("gain"),
        step=torch.tensor([x.step for x in sources], dtype=torch.float64).repeat_interleave(
            torch.tensor(counts)
        ),
        source=torch.arange(len(sources)).repeat_interleave(torch.tensor(counts)),
        mixture=torch.tensor(mixture),
        slot=torch.tensor(place).clamp_max(_SLOTS - 1),
        place=torch.tensor(place),
        distant=torch.from_numpy(distant),
        noise=torch.tensor([bool(plan.bed and plan.bed.noise) for plan in plans]),
        hum=torch.tensor([bool(plan.bed and plan.bed.hum) for plan in plans]),
        total=sum(int(source.length.sum()) for source in sources),
    )
