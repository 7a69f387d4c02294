"""Queries that say what is not wanted, and those that only look like it."""

import pytest

from soundlasso.corpus.captions import captions
from soundlasso.query.negation import is_negated


@pytest.mark.parametrize(
    "query",
    [
        "everything except the dog",
        "Everything but the sound of a dog barking in the distance!",
        "all sounds other than the dog",
        "all but the dog",
        "keep everything but the dog",
        "not a dog",
        "no dog",
        "without the dog",
        "remove the dog",
        "please get rid of the dog",
        "mute the trumpet",
        "don't want the dog",
        "I don’t want the dog",
    ],
)
def test_negated(query: str) -> None:
    assert is_negated(query)


@pytest.mark.parametrize(
    "query",
    [
        "remove everything but the dog",
        "please remove everything except rain",
        "remove any other sound except a dog",
        "mute all sounds but the dog",
        "nothing but the dog",
        "remove the rest, keep the dog",
        "mute trumpet",
        "a drop of water",
        "a man saying no",
        "a train passes without stopping",
        "notes of a piano",
    ],
)
def test_not_negated(query: str) -> None:
    assert not is_negated(query)


def test_hardly_a_query_that_models_were_taught_with_is_negated() -> None:
    texts = [
        query
        for known in captions().values()
        for query in (*known.phrases(), *known.sentences, *known.held_out)
    ]
    assert sum(map(is_negated, texts)) < 0.0005 * len(texts)
