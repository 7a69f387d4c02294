"""Validation mixtures and what they are asked, the same for all networks that are compared."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np
import torch

from soundlasso.mixing.augment import NO_AUGMENTATION
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import MixingConfig, Mixture, MixtureSampler
from soundlasso.mixing.queries import plain_query
from soundlasso.training.gain_examples import Example, kinds_of

_REMEMBERED = 32


class ValidationExamples:
    """Two sounds, -5 to 5 dB, of labels that were trained on; by index, the same for ever.

    Attributes:
        labels: That may be asked for.
    """

    def __init__(
        self, valid: SoundBank, mixing: MixingConfig, trained: Collection[str] | None
    ) -> None:
        """Draws from the validation split.

        Args:
            valid: The split.
            mixing: As in training; what makes mixtures hard is left out.
            trained: Labels of the training split; all when ``None``.

        Raises:
            CorpusError: there are too few labels to mix.
        """
        plain = replace(
            mixing,
            snr=(-5.0, 5.0),
            third_source_probability=0.0,
            ambience_probability=0.0,
            category_balance=0.0,
            augment=NO_AUGMENTATION,
        )
        # A clip of its own is described, so that it can be asked for though it is new.
        self._known = valid.words.captions
        seen = [
            label
            for label in valid.targets
            if trained is None or label in trained or self._known[label].is_of_clip
        ]
        self._mixtures = MixtureSampler(valid, plain, seed=7, labels=seen)
        self.labels = self._mixtures.labels
        # Each is asked for in several ways, one after the other.
        self._recent: dict[int, Mixture] = {}

    def _mixture(self, number: int) -> Mixture:
        """One that may have been made lately. No cache around a method: workers get copies."""
        if number not in self._recent:
            if len(self._recent) == _REMEMBERED:
                del self._recent[next(iter(self._recent))]
            self._recent[number] = self._mixtures[number]
        return self._recent[number]

    def examples(self, numbers: Iterable[int], kind: str) -> list[Example]:
        """Several; see `example`."""
        return [self.example(number, kind) for number in numbers]

    def example(self, number: int, kind: str) -> Example:
        """A mixture, asked for both of its sounds.

        Args:
            number: Which one.
            kind: In what words: ``label``; ``sentence``, one that was never trained on; or
                ``wrong``, the label of another sound that is not there.
        """
        mixture = self._mixture(number)
        rng = np.random.default_rng((7, number, 2))
        asked = list(mixture.labels[:2])
        if kind == "wrong":
            asked = [self._mixtures.absent_label(rng, mixture.labels) for _ in asked]
        known = [self._known[label].held_out for label in asked]
        queries = (
            [held_out[int(rng.integers(len(held_out)))] for held_out in known]
            if kind == "sentence"
            else [plain_query(label, self._known) for label in asked]
        )
        return Example(
            torch.from_numpy(mixture.sources),
            mixture.labels,
            tuple(queries),
            tuple(asked),
            (0, 1),
            kinds_of(self._mixtures.bank.words.conflicts, {*mixture.labels, *asked}),
        )
