"""Drawing a query in words for a label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from soundlasso.config import check_shares
from soundlasso.corpus.captions import Captions, captions


@dataclass(frozen=True)
class QueryConfig:
    """Which queries are drawn.

    Labels that are a clip's id are always asked for by a sentence.

    Attributes:
        sentence_probability: How often a sentence is drawn instead of a short form.
        label_probability: How often, of the short forms, the bare label is drawn.
        word_probability: How often, of the other short forms, one of a single word is drawn, if
            there is any.
        plain_probability: How often, of those that remain, one is drawn without a carrier
            phrase ("keep only ...", "... in the distance") around it.
        typo_probability: How often a word is mistyped.
        wider_probability: How often a sound is asked for as what it is one of: a doorbell as a
            bell.
    """

    sentence_probability: float = 0.5
    label_probability: float = 0.2
    word_probability: float = 0.15
    plain_probability: float = 0.4
    typo_probability: float = 0.05
    wider_probability: float = 0.0

    def __post_init__(self) -> None:
        """Refuses what is no probability."""
        check_shares(self, "sentence_probability", "label_probability", "word_probability")
        check_shares(self, "plain_probability", "typo_probability", "wider_probability")


def draw_query(
    rng: np.random.Generator,
    label: str,
    config: QueryConfig,
    words: Mapping[str, Captions] | None = None,
) -> str:
    """A query for a label that may be trained on.

    Args:
        rng: Draws it.
        label: What is asked for.
        config: Which queries are drawn.
        words: The queries of every label; those of the built corpus when ``None``.
    """
    query = _draw(rng, label, config, (captions() if words is None else words)[label])
    return mistype(rng, query) if rng.random() < config.typo_probability else query


def _draw(rng: np.random.Generator, label: str, config: QueryConfig, known: Captions) -> str:
    if known.is_of_clip or rng.random() < config.sentence_probability:
        return _pick(rng, known.sentences)
    if rng.random() < config.label_probability:
        return label
    if known.words and rng.random() < config.word_probability:
        return _pick(rng, known.words)
    if rng.random() < config.plain_probability:
        return _pick(rng, known.short)
    return _pick(rng, known.phrases())


def mistype(rng: np.random.Generator, query: str) -> str:
    """A query with one slip of the fingers in one of its longer words.

    Two neighbouring letters change places, or a letter is left out or typed twice; the first
    letter is nearly always right. A query without a word of four letters comes back as it is.
    """
    words = query.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return query
    place = long[int(rng.integers(len(long)))]
    word = words[place]
    at = int(rng.integers(1, len(word) - 1))
    middle = (word[at + 1] + word[at], word[at + 1], word[at] * 2 + word[at + 1])
    words[place] = word[:at] + middle[int(rng.integers(3))] + word[at + 2 :]
    return " ".join(words)


def _pick(rng: np.random.Generator, texts: Sequence[str]) -> str:
    return texts[int(rng.integers(len(texts)))]


def plain_query(label: str, words: Mapping[str, Captions]) -> str:
    """The label itself, or its first sentence where it is only a clip's id."""
    known = words[label]
    return known.sentences[0] if known.is_of_clip else label
