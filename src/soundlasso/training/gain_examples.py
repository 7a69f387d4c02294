"""Mixtures with queries, for networks that are asked for one sound of a mixture at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from soundlasso.corpus.conflicts import Conflicts, Kinds
from soundlasso.corpus.labels import wider_label
from soundlasso.corpus.words import Words
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import SoundBank, data_identity
from soundlasso.mixing.online import MixingConfig, Mixture, MixtureSampler
from soundlasso.mixing.opening import ShardSet
from soundlasso.mixing.plan import MixturePlan, MixturePlanner
from soundlasso.mixing.queries import QueryConfig, draw_query
from soundlasso.mixing.stream import ReservoirConfig, StreamedMixtures
from soundlasso.training.task import ExampleStream


@dataclass(frozen=True)
class Example:
    """One mixture and what it is asked for.

    Attributes:
        sources: ``S T`` float32; those past the first two are never asked for.
        labels: Of each source.
        queries: In words; the first two are for the first two sources.
        query_labels: The label behind each query.
        which: The source that each query is for, -1 for none of them.
        kinds: Of all these labels, what tells which of them conflict.
        behind: What one might hear in the background, or not.
    """

    sources: Tensor
    labels: tuple[str, ...]
    queries: tuple[str, ...]
    query_labels: tuple[str, ...]
    which: tuple[int, ...]
    kinds: Mapping[str, Kinds]
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedExample:
    """A mixture that is not made yet, and what it is asked for; see `Example`.

    Attributes:
        plan: What the mixture is made of.
        queries: In words.
        query_labels: The label behind each query.
        which: The source that each query is for, -1 for none of them.
        kinds: Of all labels, what tells which of them conflict.
    """

    plan: MixturePlan
    queries: tuple[str, ...]
    query_labels: tuple[str, ...]
    which: tuple[int, ...]
    kinds: Mapping[str, Kinds]

    @property
    def labels(self) -> tuple[str, ...]:
        """Of each source."""
        return self.plan.labels

    @property
    def behind(self) -> tuple[str, ...]:
        """What one might hear in the background, or not."""
        return self.plan.behind


class Asking(Protocol):
    """What a task's config says of its examples."""

    @property
    def wordings(self) -> int:
        """By how many queries each of the two sources is asked for."""
        ...

    @property
    def absent_share(self) -> float:
        """Share of mixtures that are also asked for a sound that is not there."""
        ...

    @property
    def mixing(self) -> MixingConfig:
        """How mixtures are made."""
        ...

    @property
    def queries(self) -> QueryConfig:
        """Which queries are drawn."""
        ...

    @property
    def reservoir(self) -> ReservoirConfig:
        """What is kept in memory of shards."""
        ...


class GainExamples(Dataset[Example]):
    """Mixtures with queries, by index."""

    def __init__(self, sampler: MixtureSampler, config: Asking) -> None:
        """Draws from ``sampler``."""
        self._sampler = sampler
        self._config = config

    def __getitem__(self, index: int) -> Example:
        """The example at ``index``, whatever the index is."""
        return _example(self._sampler, index, self._config)


class PlannedExamples(Dataset[PlannedExample]):
    """Mixtures that are not made yet, with queries, by index."""

    def __init__(self, sampler: MixtureSampler, config: Asking) -> None:
        """Plans with what ``sampler`` draws from."""
        self._planner = MixturePlanner(sampler)
        self._config = config

    def __getitem__(self, index: int) -> PlannedExample:
        """The example at ``index``, whatever the index is."""
        plan = self._planner[index]
        asked = _asked(self._planner.sampler, index, plan, self._config)
        return PlannedExample(plan, *asked)


class GainStream(ExampleStream):
    """Mixtures with queries from shards; see `StreamedMixtures` for what is kept of them."""

    def __init__(self, shards: ShardSet, config: Asking, *, seed: int, step: int = 0) -> None:
        """Prepares the reading; nothing is opened yet.

        Raises:
            MissingDependencyError: webdataset is not installed.
        """
        self._shards = shards
        self._config = config
        self._seed = seed
        own = int(np.random.SeedSequence((seed, step)).generate_state(1)[0])
        self._mixtures = StreamedMixtures(
            list(shards.urls), config.mixing, seed=own, reservoir=config.reservoir
        )

    def starting_at(self, step: int) -> "GainStream":
        """The stream for a run that begins or goes on at a step."""
        return GainStream(self._shards, self._config, seed=self._seed, step=step)

    def __iter__(self) -> Iterator[Example]:
        """Examples without end.

        Raises:
            CorpusError: a shard cannot be read, or a worker has none; or there is too little in
                memory to mix.
        """
        for sampler, index in self._mixtures.draws():
            yield _example(sampler, index, self._config, by_chance=True)


def open_examples(
    train: SoundBank | ShardSet,
    valid: SoundBank,
    config: Asking,
    *,
    seed: int,
    planned: bool = False,
) -> tuple[Dataset[Any], str, Collection[str] | None]:
    """The training examples of a corpus.

    Args:
        train: Where they come from.
        valid: What belongs to it.
        config: What is asked.
        seed: Of everything drawn.

    Returns:
        The examples; a text that changes when they do (see `soundlasso.training.task.Task`);
        and the labels that there are, ``None`` where nobody knows.

    Raises:
        MissingDependencyError: shards are to be read and webdataset is not installed.
        CorpusError: there are too few labels to mix.
    """
    if isinstance(train, ShardSet):
        stream = GainStream(train, config, seed=seed)
        return stream, f"{train.key} {valid.key} {config.reservoir}", train.labels
    sampler = MixtureSampler(train, config.mixing, seed=seed)
    examples: Dataset[Any] = (
        PlannedExamples(sampler, config) if planned else GainExamples(sampler, config)
    )
    return examples, data_identity(train, valid), train.targets


def _example(
    sampler: MixtureSampler, index: int, config: Asking, *, by_chance: bool = False
) -> Example:
    """A mixture and what it is asked for.

    Args:
        sampler: Makes the mixture.
        index: Which one.
        config: What is asked.
        by_chance: Whether the bank holds no more than some of the corpus. If there is nothing in
            it that might be asked for in vain, nothing is.
    """
    mixture = sampler[index]
    asked = _asked(sampler, index, mixture, config, by_chance=by_chance)
    sources = torch.from_numpy(mixture.sources)
    return Example(sources, mixture.labels, *asked, mixture.behind)


def _asked(
    sampler: MixtureSampler,
    index: int,
    mixture: Mixture | MixturePlan,
    config: Asking,
    *,
    by_chance: bool = False,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...], dict[str, Kinds]]:
    """Queries, their labels, what they are for, and what tells which labels conflict."""
    rng = np.random.default_rng((sampler.seed, index, 1))
    labels, which = list(mixture.labels[:2]), [0, 1]
    if rng.random() < config.absent_share:
        try:
            labels.append(sampler.absent_label(rng, mixture.heard))
            which.append(-1)
        except CorpusError:
            if not by_chance:
                raise
    words = sampler.bank.words
    for _ in range(config.wordings - 1):
        labels += mixture.labels[:2]
        which += [0, 1]
    # Nothing is drawn where labels are asked for as they are, so that queries stay the same.
    if config.queries.wider_probability:
        labels = [
            label if place < 0 else _widened(rng, place, mixture.heard, config.queries, words)
            for label, place in zip(labels, which, strict=True)
        ]
    queries = tuple(draw_query(rng, label, config.queries, words.captions) for label in labels)
    kinds = kinds_of(words.conflicts, {*mixture.heard, *labels})
    return queries, tuple(labels), tuple(which), kinds


def _widened(
    rng: np.random.Generator, place: int, heard: Sequence[str], config: QueryConfig, words: Words
) -> str:
    """A source's label, or now and then what it is one of, if nothing else there is one as well."""
    label, others = heard[place], [*heard[:place], *heard[place + 1 :]]
    wide = wider_label(label)
    if wide is None or wide not in words.captions or rng.random() >= config.wider_probability:
        return label
    if any(words.conflicts.conflict(wide, other) for other in others):
        return label
    return wide


def kinds_of(conflicts: Conflicts, labels: Collection[str]) -> dict[str, Kinds]:
    """What tells which of some labels conflict."""
    return {label: conflicts.of(label) for label in labels}
