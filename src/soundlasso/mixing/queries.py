"""Drawing a query in words for a label."""

from dataclasses import dataclass

import numpy as np

from soundlasso.corpus.captions import captions


@dataclass(frozen=True)
class QueryConfig:
    """Which queries are drawn.

    Attributes:
        sentence_probability: How often a sentence is drawn instead of a short form.
        label_probability: How often, of the short forms, the bare label is drawn.
    """

    sentence_probability: float = 0.5
    label_probability: float = 0.2


def draw_query(rng: np.random.Generator, label: str, config: QueryConfig) -> str:
    """A query for a label that may be trained on."""
    known = captions()[label]
    if rng.random() < config.sentence_probability:
        return known.sentences[int(rng.integers(len(known.sentences)))]
    if rng.random() < config.label_probability:
        return label
    phrases = known.phrases()
    return phrases[int(rng.integers(len(phrases)))]
