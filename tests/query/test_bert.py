"""BERTs from a folder, as a hub gives them, on small ones made here."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from soundlasso.errors import MissingDependencyError, QueryError, WeightsError
from soundlasso.query.bert import load_bert
from soundlasso.query.minilm import find_files
from soundlasso.query.registry import load_encoder
from soundlasso.query.small_minilm import uncased_word_pieces
from soundlasso.query.word_pieces import WordPieces

pytestmark = pytest.mark.filterwarnings("ignore")

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES += ["a", "dog", "bark", "##s", "##ing", "rain", "cafe", "the", "in"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("bert-tiny")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(PIECES),
        max_position_embeddings=10,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
    )
    BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n")
    return folder


def test_states_are_those_of_transformers(folder: Path) -> None:
    from transformers import BertModel

    encoded = load_encoder(str(folder)).encode(["A dog barks", "the rain"])
    ids = torch.tensor([[2, 5, 6, 7, 8, 3], [2, 12, 10, 3, 0, 0]])
    mask = ids != 0
    theirs = BertModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        expected = theirs(input_ids=ids, attention_mask=mask.long()).last_hidden_state
    assert torch.equal(encoded.mask, mask)
    assert (encoded.states - expected * mask[..., None]).abs().max() < 1e-5
    assert encoded.truncated == (False, False)


def test_older_weights_with_more_on_top(folder: Path, tmp_path: Path) -> None:
    """As the first BERTs were published: a pickle, a prefix, heads for other tasks."""
    state = load_file(folder / "model.safetensors")
    older = {f"bert.{name}": value for name, value in state.items()}
    older |= {"cls.predictions.bias": torch.zeros(3), "bert.embeddings.position_ids": torch.ones(1)}
    torch.save(older, tmp_path / "pytorch_model.bin")
    for name in ("config.json", "vocab.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    found, expected = (load_bert(str(one)).encode(["a dog"]) for one in (tmp_path, folder))
    assert torch.equal(found.states, expected.states)


def test_long_queries_are_cut_and_empty_ones_refused(folder: Path) -> None:
    encoder = load_bert(str(folder))
    encoded = encoder.encode(["dog " * 30, "dog"])
    assert encoded.truncated == (True, False)
    assert encoded.states.shape == (2, encoder.max_tokens, encoder.size) == (2, 10, 16)
    with pytest.raises(QueryError, match="query is empty"):
        encoder.encode([" "])


def test_folders_without_a_bert_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"holds no BERT: .*No such file"):
        load_bert(str(tmp_path))
    settings = json.loads((folder / "config.json").read_text())
    for change, message in (
        ({"model_type": "t5"}, "it is a t5"),
        ({"hidden_size": 15}, "must be a multiple of heads"),
        ({"hidden_size": 32}, "size mismatch"),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**settings, **change}))
        (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
        with pytest.raises(WeightsError, match=message):
            load_bert(str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps(settings))
    with pytest.raises(WeightsError, match="holds no BERT"):
        load_bert(str(tmp_path))
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x02cos\nsystem\nq\x00.")
    with pytest.raises(WeightsError, match="holds no BERT"):
        load_bert(str(tmp_path))


def test_out_of_reach_of_a_hub_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def offline(*_: object, **__: object) -> None:
        raise OSError("We couldn't connect to the hub")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", offline)
    with pytest.raises(MissingDependencyError, match="give a folder that holds it"):
        load_encoder("prajjwal1/bert-mini")
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[hub\]"):
        load_encoder("prajjwal1/bert-mini")


def test_a_hub_gives_older_files_where_it_has_no_newer_ones(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    import huggingface_hub
    from huggingface_hub.errors import EntryNotFoundError

    def fetch(repository: str, name: str, *, revision: str | None = None) -> str:
        assert (repository, revision) == ("somebody/bert-tiny", None)
        if not (folder / name).is_file():
            raise EntryNotFoundError(name)
        return str(folder / name)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", fetch)
    assert load_encoder("somebody/bert-tiny").size == 16


def test_word_pieces_open_and_closed() -> None:
    content = (find_files() / "tokenizer.json").read_bytes()
    closed, opened = WordPieces(content), WordPieces(content, closed=False)
    queries = ["A dog barking", "the café"]
    shut, bare = closed.cut(queries, 512), opened.cut(queries, 512)
    assert shut.ids.tolist() == [[101, 1037, 3899, 19372, 102], [101, 1996, 7668, 102, 0]]
    assert shut.mask.tolist() == [[True] * 5, [True] * 4 + [False]]
    assert bare.ids.tolist() == [[101, 1037, 3899, 19372], [101, 1996, 7668, 0]]
    assert closed.cut(queries, 4).ids[0].tolist() == [101, 1037, 3899, 102]
    assert opened.cut(queries, 3).ids[0].tolist() == [101, 1037, 3899]
    assert opened.cut(queries, 3).truncated == (True, False)


def test_the_offline_pieces_are_those_of_all_uncased_berts() -> None:
    import hashlib

    vocabulary = json.loads((find_files() / "tokenizer.json").read_bytes())["model"]["vocab"]
    listed = "".join(f"{piece}\n" for piece in sorted(vocabulary, key=vocabulary.__getitem__))
    # Of bert-base-uncased's vocab.txt.
    expected = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
    assert hashlib.sha256(listed.encode()).hexdigest() == expected
    assert uncased_word_pieces(closed=False).cut(["a dog"], 9).ids.tolist() == [[101, 1037, 3899]]


def test_what_is_no_tokenizer_is_refused() -> None:
    with pytest.raises(ValueError, match="not a tokenizer"):
        WordPieces(b"{}")


@pytest.mark.network
def test_the_real_one() -> None:
    assert load_encoder("prajjwal1/bert-mini").encode(["a dog"]).states.shape == (1, 4, 256)
