"""Known sounds draw a query's vector: how far, towards which, and what they leave alone."""

import pytest
import torch

from soundlasso.nn.anchors import AnchoredPooling, Anchors, AnchorsConfig
from soundlasso.nn.pooling import TokenPooling

CONFIG = AnchorsConfig(keys=5, sounds=3, nearest=2, temperature=0.05, share=0.25)


def filled(config: AnchorsConfig = CONFIG) -> Anchors:
    anchors = Anchors(config, token_size=8, size=4)
    generator = torch.Generator().manual_seed(1)
    anchors.centre.copy_(0.1 * torch.randn(8, generator=generator))
    keys = torch.randn(5, 8, generator=generator)
    anchors.keys.copy_(torch.nn.functional.normalize(keys, dim=1))
    anchors.sounds.copy_(torch.tensor([0, 0, 1, 2, 2]))
    anchors.vectors.copy_(torch.randn(3, 4, generator=generator))
    return anchors


def tokens_at(anchors: Anchors, key: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A query of two tokens whose place is that of a key, and one that is none."""
    direction = anchors.keys[key]
    # A vector of length 1 behind the centre, seen in the key's direction.
    along = (anchors.centre * direction).sum()
    far = -along + (along.square() + 1 - anchors.centre.square().sum()).sqrt()
    place = anchors.centre + far * direction
    aside = torch.linspace(-1, 1, 8)
    states = torch.stack([3 * place + aside, 3 * place - aside, torch.full((8,), 9.0)])
    return states[None], torch.tensor([[True, True, False]])


@pytest.mark.parametrize("key", range(5))
def test_a_known_query_means_its_sound(key: int) -> None:
    anchors = filled()
    tokens, mask = tokens_at(anchors, key)
    assert torch.allclose(anchors.place(tokens, mask)[0], anchors.keys[key], atol=1e-5)
    meant = anchors.weights(tokens, mask)
    assert meant.shape == (1, 3)
    assert meant.sum().item() == pytest.approx(1.0)
    assert meant.argmax().item() == anchors.sounds[key]
    assert int((meant > 0).sum()) <= 2


def test_the_vector_is_drawn_by_its_share() -> None:
    anchors = filled()
    tokens, mask = tokens_at(anchors, 2)
    vector = torch.tensor([[1.0, -2.0, 0.5, 0.0]])
    known = anchors.weights(tokens, mask) @ anchors.vectors
    expected = 0.75 * vector + 0.25 * known
    assert torch.allclose(anchors(vector, tokens, mask), expected, atol=1e-6)


def test_two_queries_of_one_sound_add_up() -> None:
    anchors = filled(AnchorsConfig(keys=5, sounds=3, nearest=50, temperature=100.0))
    meant = anchors.weights(*tokens_at(anchors, 0))
    # So warm that all keys count alike, and there are two, one and two of them.
    assert torch.allclose(meant, torch.tensor([[0.4, 0.2, 0.4]]), atol=0.01)


def test_without_anchors_it_is_plain_pooling() -> None:
    torch.manual_seed(0)
    plain = TokenPooling(8, 2, 4).eval()
    anchored = AnchoredPooling(8, 2, 4, AnchorsConfig()).eval()
    anchored.load_state_dict(plain.state_dict(), strict=True)
    tokens, mask = torch.randn(3, 5, 8), torch.ones(3, 5, dtype=torch.bool)
    assert torch.equal(anchored(tokens, mask), plain(tokens, mask))


def test_anchors_are_saved_with_the_rest() -> None:
    first = AnchoredPooling(8, 2, 4, CONFIG).eval()
    assert first.anchors is not None
    first.anchors.load_state_dict(filled().state_dict())
    again = AnchoredPooling(8, 2, 4, CONFIG).eval()
    again.load_state_dict(first.state_dict(), strict=True)
    tokens, mask = tokens_at(filled(), 4)
    assert torch.allclose(again(tokens, mask), first(tokens, mask), atol=1e-6)
    assert not torch.allclose(again(tokens, mask), TokenPooling.forward(first, tokens, mask))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"keys": 3}, "keys and sounds must both be there or both be 0"),
        ({"share": 1.5}, "share must be between 0 and 1, not 1.5"),
        ({"share": -0.1}, "share must be between 0 and 1, not -0.1"),
        ({"temperature": 0.0}, "temperature must be at least 0.001"),
        ({"nearest": 0}, "nearest must be at least 1"),
    ],
)
def test_numbers_that_cannot_work_are_refused(numbers: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AnchorsConfig(**numbers)  # type: ignore[arg-type]
