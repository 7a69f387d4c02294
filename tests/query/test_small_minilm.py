"""MiniLM in four bits: what comes with the program is what it says, and close to the whole."""

import hashlib
import json
from importlib import resources

import pytest
import torch

from soundlasso.corpus.captions import captions
from soundlasso.errors import QueryError, WeightsError
from soundlasso.query import small_minilm
from soundlasso.query.minilm import MiniLm
from soundlasso.query.registry import load_encoder
from soundlasso.query.small_minilm import SmallMiniLm

DATA = resources.files("soundlasso.query") / "data"
HELD_OUT = [one.held_out[0] for one in captions().values()]


@pytest.fixture(scope="module")
def encoder() -> SmallMiniLm:
    return SmallMiniLm()


def test_sentences_that_it_was_not_made_by_are_read_as_the_whole_reads_them(
    encoder: SmallMiniLm,
) -> None:
    whole, small = MiniLm().encode(HELD_OUT), encoder.encode(HELD_OUT)
    assert torch.equal(whole.mask, small.mask)
    apart = (small.states - whole.states).square().sum() / whole.states.square().sum()
    card = json.loads((DATA / "minilm-4bit.json").read_text())
    assert apart < 0.08
    assert apart == pytest.approx(card["moved"]["held-out sentences"], abs=0.01)
    means = whole.states.sum(1), small.states.sum(1)
    assert torch.cosine_similarity(means[0], means[1]).min() > 0.9


def test_what_is_meant_is_nearest(encoder: SmallMiniLm) -> None:
    encoded = encoder.encode(["a dog barking", "puppy yelps", "a violin", "rain on a roof"])
    means = torch.nn.functional.normalize(encoded.states.sum(1))
    near = means[0] @ means[1:].T
    assert near[0] > near[1:].max() + 0.1


def test_it_is_found_by_name_and_needs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = load_encoder("minilm-4bit")
    assert isinstance(found, SmallMiniLm)
    assert found.encode(["a dog"]).states.shape == (1, 4, 384)


def test_long_and_empty_queries(encoder: SmallMiniLm) -> None:
    encoded = encoder.encode(["dog " * 2500, "dog"])
    assert encoded.truncated == (True, False)
    assert encoded.states.shape == (2, 128, 384)
    with pytest.raises(QueryError, match="query is empty"):
        encoder.encode([" "])


def test_its_files_are_small_and_those_of_its_card() -> None:
    content = (DATA / "minilm-4bit.safetensors").read_bytes()
    assert len(content) < 13e6
    card = json.loads((DATA / "minilm-4bit.json").read_text())
    assert card["sha256"] == hashlib.sha256(content).hexdigest()


def test_other_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    read = small_minilm._read
    damaged = bytearray(read("safetensors"))
    damaged[-1] ^= 1
    monkeypatch.setattr(
        small_minilm, "_read", lambda kind: bytes(damaged) if kind == "safetensors" else read(kind)
    )
    with pytest.raises(WeightsError, match="is not the file that its card describes"):
        SmallMiniLm()
