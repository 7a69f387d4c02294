"""Drawing a query in words for a label."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from soundlasso.corpus.captions import Captions, captions


@dataclass(frozen=True)
class QueryConfig:
    """Which queries are drawn.

    Labels that are a clip's id are always asked for by a sentence.

    Attributes:
        sentence_probability: How often a sentence is drawn instead of a short form.
        label_probability: How often, of the short forms, the bare label is drawn.
    """

    sentence_probability: float = 0.5
    label_probability: float = 0.2


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
    known = (captions() if words is None else words)[label]
    if known.is_of_clip or rng.random() < config.sentence_probability:
        return known.sentences[int(rng.integers(len(known.sentences)))]
    if rng.random() < config.label_probability:
        return label
    phrases = known.phrases()
    return phrases[int(rng.integers(len(phrases)))]


def plain_query(label: str, words: Mapping[str, Captions]) -> str:
    """The label itself, or its first sentence where it is only a clip's id."""
    known = words[label]
    return known.sentences[0] if known.is_of_clip else label
