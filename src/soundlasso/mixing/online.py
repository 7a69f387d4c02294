"""Mixtures made on the fly, each determined by a seed and its index alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from soundlasso.config import check_ranges, check_shares, check_spans
from soundlasso.corpus.conflicts import ConflictIndex
from soundlasso.errors import CorpusError
from soundlasso.mixing.ambience import Ambience
from soundlasso.mixing.augment import AugmentConfig, apply_filter_and_room, change_speed
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.layout import lay_out, pick

Sound = npt.NDArray[np.float32]

AMBIENCE = "background ambience"
"""The label of a source that nobody may ask for."""

# Labels in a message.
_NAMED = 20
HIGHEST_PEAK = 0.95
"""Where a mixture is turned down, its sources with it."""


@dataclass(frozen=True)
class MixingConfig:
    """How mixtures are made.

    Attributes:
        seconds: Length of a mixture.
        snr: Lowest and highest power of the first source over the second, in dB.
        level: Lowest and highest RMS level of the first source, in dB of full scale.
        third_source_probability: How often a third source is mixed in.
        fourth_source_probability: How often a fourth is, where there is a third.
        third_source_decibels: How much quieter sources past the second are than a second would
            be.
        ambience_probability: How often background ambience lies behind all of them.
        ambience_snr: Lowest and highest power of all sources over it, in dB.
        repeat_probability: How often a short recording is repeated.
        variety_probability: How often repetitions are of other takes of the same label.
        rare_label_power: Labels are drawn in proportion to their number of sessions to this
            power: 0 treats all labels alike, 1 treats all sessions alike.
        category_balance: How far that is corrected for how many labels a category has: 0 not at
            all, 1 until all categories are equally likely.
        augment: How recordings are varied.
    """

    seconds: float = 5.1
    snr: tuple[float, float] = (-10.0, 10.0)
    level: tuple[float, float] = (-35.0, -15.0)
    third_source_probability: float = 0.2
    fourth_source_probability: float = 0.0
    third_source_decibels: float = 6.0
    ambience_probability: float = 0.0
    ambience_snr: tuple[float, float] = (10.0, 25.0)
    repeat_probability: float = 0.5
    variety_probability: float = 0.5
    rare_label_power: float = 0.4
    category_balance: float = 0.0
    augment: AugmentConfig = field(default_factory=AugmentConfig)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, seconds=0.1)
        check_spans(self, "snr", "level", "ambience_snr")
        check_shares(self, "third_source_probability", "fourth_source_probability")
        check_shares(self, "ambience_probability", "repeat_probability", "variety_probability")
        check_shares(self, "category_balance")


@dataclass(frozen=True)
class Mixture:
    """Sounds and what they sum to.

    Attributes:
        sources: ``S T`` float32; the first two may be asked for.
        labels: Of each source; of background ambience it is `AMBIENCE`.
        recordings: Of each source, which recordings of the bank it was made from.
        behind: What a listener might hear in the background ambience: too faint to be asked
            for, too much to be called absent.
    """

    sources: Sound
    labels: tuple[str, ...]
    recordings: tuple[tuple[int, ...], ...]
    behind: tuple[str, ...] = ()

    @property
    def heard(self) -> tuple[str, ...]:
        """All labels that must not be asked for as absent."""
        return self.labels + self.behind

    @property
    def mixture(self) -> Sound:
        """The sum of the sources, ``T``."""
        return self.sources.sum(axis=0)


@dataclass(frozen=True)
class _LabelDraw:
    """Labels, how likely each is, and which of them must not meet."""

    labels: list[str]
    weights: npt.NDArray[np.float64]
    index: ConflictIndex

    def draw(self, rng: np.random.Generator, present: Sequence[str] = ()) -> list[str]:
        """A label that conflicts with none that is present, if there is one."""
        weights = self.weights
        if present:
            weights = ~self.index.forbidden(present) * weights
            if not weights.any():
                return []
            weights = weights / weights.sum()
        # The place, not the label itself: a table of a million labels would be made each time.
        return [self.labels[int(rng.choice(len(self.labels), p=weights))]]


def _weights(
    labels: list[str],
    groups: dict[str, list[list[list[int]]]],
    category: Mapping[str, str],
    config: MixingConfig,
) -> npt.NDArray[np.float64]:
    sessions = [sum(len(package) for package in groups[label]) for label in labels]
    weights = np.power(np.array(sessions, float), config.rare_label_power)
    if config.category_balance:
        of = [category[label] for label in labels]
        whole: Counter[str] = Counter()
        for name, weight in zip(of, weights, strict=True):
            whole[name] += weight
        weights /= np.array([whole[name] for name in of]) ** config.category_balance
    return weights / weights.sum()


class MixtureSampler:
    """Draws mixtures from a bank; the same seed and index give the same mixture for ever."""

    def __init__(
        self,
        bank: SoundBank,
        config: MixingConfig,
        *,
        seed: int,
        labels: list[str] | None = None,
    ) -> None:
        """Prepares the drawing.

        Args:
            bank: Where sounds come from.
            config: How they are mixed.
            seed: Of everything drawn.
            labels: Which labels may be asked for; all of the bank's when ``None``.

        Raises:
            CorpusError: there are no two labels that may be mixed.
        """
        self.bank = bank
        self.config = config
        self.seed = seed
        self.samples = round(config.seconds * bank.sample_rate)
        self.labels = sorted(bank.targets if labels is None else set(labels) & set(bank.targets))
        conflicts = bank.words.conflicts
        index = ConflictIndex(self.labels, conflicts)
        if not index.any_may_meet():
            named = ", ".join(self.labels[:_NAMED]) + (", ..." if self.labels[_NAMED:] else "")
            raise CorpusError(
                "there are too few labels to mix: build more of the corpus "
                f"(there are {named or 'none'})"
            )
        category = {item.label: item.category for item in bank.recordings}
        weights = _weights(self.labels, bank.targets, category, config)
        self._asked = _LabelDraw(self.labels, weights, index)
        others = sorted(bank.all_sounds)
        weights = _weights(others, bank.all_sounds, category, config)
        self._others = _LabelDraw(others, weights, ConflictIndex(others, conflicts))
        self._ambience = Ambience(bank, self.samples) if config.ambience_probability else None

    def __getitem__(self, index: int) -> Mixture:
        """Makes the mixture at ``index``."""
        rng = np.random.default_rng((self.seed, index))
        names = self.draw_labels(rng)
        sources, recordings = [], []
        for place, label in enumerate(names):
            groups = self.bank.targets if place < 2 else self.bank.all_sounds
            sound, used = self._render(rng, groups[label])
            sources.append(sound)
            recordings.append(used)
        mixture = Mixture(self._balance(rng, sources), tuple(names), tuple(recordings))
        # It has draws of its own, so that all else stays what it is without ambience.
        rng = np.random.default_rng((self.seed, index, 3))
        if self._ambience and rng.random() < self.config.ambience_probability:
            return _with_ambience(mixture, self._ambience, rng, self.config.ambience_snr)
        return mixture

    def draw_labels(self, rng: np.random.Generator) -> list[str]:
        """The labels of a mixture's sources, none of which conflict; two of them or more."""
        names: list[str] = []
        while len(names) < 2:
            names = self._asked.draw(rng)
            names += self._asked.draw(rng, names)
        if rng.random() < self.config.third_source_probability:
            names += self._others.draw(rng, names)
            # Nothing is drawn where there are no fourth sources, so that mixtures stay the same.
            more = self.config.fourth_source_probability
            if more and rng.random() < more:
                names += self._others.draw(rng, names)
        return names

    def absent_label(self, rng: np.random.Generator, present: Sequence[str]) -> str:
        """A label of a sound that is not there and could not be mistaken for one that is.

        Raises:
            CorpusError: every label might be there.
        """
        labels = self._asked.draw(rng, present)
        if not labels:
            raise CorpusError("there are too few labels to ask for absent ones: build more")
        return labels[0]

    def _render(
        self, rng: np.random.Generator, packages: list[list[list[int]]]
    ) -> tuple[Sound, tuple[int, ...]]:
        """Lays recordings of one label out over the length of a mixture."""
        config = self.config
        octaves = 0.0
        if rng.random() < config.augment.speed_probability:
            octaves = rng.uniform(-1, 1) * config.augment.speed_octaves
        out = np.zeros(self.samples, np.float32)
        used = []
        for placed in lay_out(
            rng,
            pick(rng, pick(rng, packages)),
            lambda index: self._recording(rng, index, octaves),
            total=self.samples,
            rate=self.bank.sample_rate,
            is_repeated=lambda: rng.random() < config.repeat_probability,
            variety_probability=config.variety_probability,
        ):
            begin = max(placed.offset, 0)
            part = placed.take[begin - placed.offset :][: self.samples - begin]
            out[begin : begin + len(part)] += part * placed.gain
            used.append(placed.index)
        out = apply_filter_and_room(out, rng, config.augment, self.bank.sample_rate)
        return out, tuple(dict.fromkeys(used))

    def _recording(self, rng: np.random.Generator, index: int, octaves: float) -> Sound:
        sound = self.bank.sound(index)
        # More than a mixture's length would not be heard, and music is slow to resample.
        longest = int(self.samples * 2.0**octaves) + 64
        if len(sound) > longest:
            start = int(rng.integers(0, len(sound) - longest + 1))
            sound = sound[start : start + longest]
        return change_speed(sound, octaves) if octaves else sound

    def _balance(self, rng: np.random.Generator, sources: list[Sound]) -> Sound:
        """Gives the sources their levels: the first a drawn one, the others by their SNR."""
        config = self.config
        level = rng.uniform(*config.level)
        stacked = np.stack(sources)
        for place, sound in enumerate(stacked):
            snr = 0.0 if place == 0 else rng.uniform(*config.snr)
            if place > 1:
                snr += config.third_source_decibels
            rms = np.sqrt(np.square(sound).mean()) + 1e-9
            sound *= 10.0 ** ((level - snr) / 20.0) / rms
        return _limited(stacked)


def _limited(sources: Sound) -> Sound:
    """Turns sources down, in place, where their sum would be clipped."""
    peak = np.abs(sources.sum(axis=0)).max()
    if peak > HIGHEST_PEAK:
        sources *= HIGHEST_PEAK / peak
    return sources


def _with_ambience(
    mixture: Mixture, ambience: Ambience, rng: np.random.Generator, snr: tuple[float, float]
) -> Mixture:
    """Puts background ambience behind a mixture, as its last source."""
    bed = ambience.draw(rng, mixture.labels)
    level = np.sqrt(np.square(mixture.mixture).mean()) * 10.0 ** (-rng.uniform(*snr) / 20.0)
    return Mixture(
        _limited(np.vstack([mixture.sources, bed.sound * np.float32(level)])),
        (*mixture.labels, AMBIENCE),
        (*mixture.recordings, bed.recordings),
        bed.labels,
    )
