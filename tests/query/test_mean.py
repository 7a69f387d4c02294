"""One vector a query, of an encoder of tokens."""

import pytest
import torch

from soundlasso.errors import QueryError
from soundlasso.query.embedding import QueryEmbedder, SoundEmbedder
from soundlasso.query.encoder import TokenStates
from soundlasso.query.mean import MeanEmbedder
from soundlasso.query.registry import load_encoder


class Two:
    """One token, and two."""

    size, max_tokens = 2, 3

    def encode(self, queries: list[str]) -> TokenStates:
        states = torch.tensor([[[3.0, 4.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]])
        mask = torch.tensor([[True, False], [True, True]])
        return TokenStates(states, mask, (False, True))


def test_the_mean_of_the_tokens_at_length_one() -> None:
    encoder = MeanEmbedder(Two())
    found = encoder.encode(["a", "b c"])
    half = 0.5**0.5
    assert torch.allclose(found.states, torch.tensor([[[0.6, 0.8]], [[half, half]]]))
    assert found.mask.tolist() == [[True], [True]]
    assert found.truncated == (False, True)
    assert torch.equal(encoder.embed(["a", "b c"]), found.states[:, 0])
    assert (encoder.size, encoder.max_tokens) == (2, 3)


def test_by_name() -> None:
    encoder = load_encoder("minilm[mean]")
    assert isinstance(encoder, QueryEmbedder)
    assert not isinstance(encoder, SoundEmbedder)
    dog, puppy, train = encoder.embed(["a dog barks", "a barking puppy", "a train passes by"])
    assert dog.norm().item() == pytest.approx(1.0)
    assert dog @ puppy > dog @ train + 0.3
    with pytest.raises(QueryError, match="query is empty"):
        encoder.embed([" "])
    with pytest.raises(QueryError, match="no query encoder is called 'foo'"):
        load_encoder("foo[mean]")
