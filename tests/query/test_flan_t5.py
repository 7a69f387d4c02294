"""The thesis's query encoder, on a small T5 with a real SentencePiece model made here."""

from pathlib import Path

import pytest
import torch

from soundlasso.errors import MissingDependencyError, QueryError, WeightsError
from soundlasso.query.flan_t5 import FlanT5
from soundlasso.query.registry import load_encoder

pytestmark = pytest.mark.filterwarnings("ignore")

SENTENCES = [
    "a dog barks in the street",
    "rain falls on a tin roof",
    "a violin plays a slow melody",
    "somebody walks over dry leaves",
    "the birds sing louder and louder in nature",
] * 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import sentencepiece
    from transformers import T5Config, T5EncoderModel

    folder = tmp_path_factory.mktemp("flan-t5-tiny")
    text = folder / "sentences.txt"
    text.write_text("\n".join(SENTENCES))
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "spiece"),
        vocab_size=40,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=40,
        d_model=24,
        d_kv=6,
        d_ff=48,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
    )
    T5EncoderModel(config).save_pretrained(folder)
    return folder


def test_states_and_mask(folder: Path) -> None:
    encoder = load_encoder(str(folder))
    encoded = encoder.encode(["a dog barks", "the birds sing louder and louder in nature"])
    assert encoder.size == 24
    assert encoded.states.shape[::2] == (2, 24)
    lengths = encoded.mask.sum(1)
    assert lengths[0] < lengths[1] == encoded.states.shape[1]
    assert not encoded.states[0, lengths[0] :].any()
    assert encoded.states[1].abs().sum(1).all()


def test_padding_does_not_change_a_query(folder: Path) -> None:
    encoder = FlanT5(str(folder))
    alone = encoder.encode(["a dog barks"])
    beside = encoder.encode(["a dog barks", SENTENCES[4]])
    length = alone.states.shape[1]
    assert torch.allclose(alone.states[0], beside.states[0, :length], atol=1e-5)


def test_words_in_another_order_differ(folder: Path) -> None:
    encoded = FlanT5(str(folder)).encode(["a dog barks", "barks a dog"])
    assert (encoded.states[0] - encoded.states[1]).abs().max() > 1e-3


def test_long_and_empty_queries(folder: Path) -> None:
    encoder = FlanT5(str(folder))
    encoded = encoder.encode(["dog " * 2500])
    assert encoded.truncated == (True,)
    assert encoded.states.shape[1] == encoder.max_tokens
    with pytest.raises(QueryError):
        encoder.encode([" "])


def test_a_name_may_say_how_many_tokens(folder: Path) -> None:
    encoder = load_encoder(f"{folder}[:6]")
    encoded = encoder.encode(["dog " * 20])
    assert encoder.max_tokens == encoded.states.shape[1] == 6
    assert encoded.truncated == (True,)
    # What is cut off is not read: the end token closes what is left.
    assert encoder.encode(["a dog"]).mask.sum() <= 6
    whole = load_encoder(str(folder)).encode(["dog " * 20])
    assert whole.truncated == (False,)
    assert (whole.states[0, :5] - encoded.states[0, :5]).abs().max() > 1e-3


def test_a_folder_without_a_t5_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no T5 encoder"):
        FlanT5(str(tmp_path))


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentencepiece", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[t5\]"):
        FlanT5(str(folder))


def test_out_of_reach_of_a_hub_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def offline(*_: object, **__: object) -> None:
        raise OSError("We couldn't connect to the hub")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", offline)
    with pytest.raises(MissingDependencyError, match="give a folder that holds it"):
        FlanT5("google/flan-t5-base")


@pytest.mark.network
@pytest.mark.slow
def test_the_real_one() -> None:
    encoder = FlanT5("google/flan-t5-small")
    encoded = encoder.encode(["a dog barking", "a violin"])
    assert encoded.states.shape[::2] == (2, 512)
