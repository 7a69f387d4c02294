"""CLAP as a query encoder: texts and sounds, files of ours and of transformers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from soundlasso.errors import MissingDependencyError, QueryError, WeightsError
from soundlasso.query.clap import ClapEncoder
from soundlasso.query.embedding import SoundEmbedder
from soundlasso.query.registry import load_encoder
from tests.conftest import noise, randomised
from tests.query.tiny_clap import VOCABULARY, tiny_clap, tiny_tokenizer

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def encoder() -> ClapEncoder:
    return tiny_clap()


@pytest.fixture(scope="module")
def transformed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLAP as transformers writes one: narrow, but with the published image and bands."""
    from transformers import ClapConfig, ClapModel

    folder = tmp_path_factory.mktemp("clap-of-transformers")
    config = ClapConfig(
        text_config={
            "vocab_size": len(VOCABULARY),
            "hidden_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "max_position_embeddings": 84,
            "layer_norm_eps": 1e-5,
        },
        audio_config={
            "patch_embeds_hidden_size": 8,
            "hidden_size": 64,
            "depths": [1, 2, 1, 1],
            "num_attention_heads": [1, 2, 2, 4],
        },
        projection_dim=12,
    )
    torch.manual_seed(0)
    network = randomised(ClapModel(config), scale=0.2)
    batch_norm = network.get_submodule("audio_model.audio_encoder.batch_norm")
    batch_norm.get_buffer("running_mean").fill_(-40.0)
    batch_norm.get_buffer("running_var").fill_(100.0)
    network.save_pretrained(folder)  # type: ignore[operator]
    (folder / "vocab.json").write_text(json.dumps(VOCABULARY), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    return folder


def test_queries_become_unit_vectors(encoder: ClapEncoder) -> None:
    embedded = encoder.embed(["a dog barks", "rain"])
    assert embedded.shape == (2, encoder.size) == (2, 12)
    assert torch.allclose(embedded.norm(dim=1), torch.ones(2))
    assert (embedded[0] - embedded[1]).abs().max() > 1e-2
    alone = encoder.embed(["rain"])
    assert torch.allclose(alone[0], embedded[1], atol=1e-6)


def test_as_token_states_a_query_is_one_token(encoder: ClapEncoder) -> None:
    encoded = encoder.encode(["a dog barks", "rain"])
    assert torch.equal(encoded.states[:, 0], encoder.embed(["a dog barks", "rain"]))
    assert encoded.mask.tolist() == [[True], [True]]
    assert encoded.truncated == (False, False)


def test_sounds_lie_in_the_same_space(encoder: ClapEncoder) -> None:
    assert isinstance(encoder, SoundEmbedder)
    embedded = encoder.embed_audio(torch.from_numpy(noise(3, encoder.sample_rate)))
    assert embedded.shape == (3, 12)
    assert torch.allclose(embedded.norm(dim=1), torch.ones(3))


def test_long_and_empty_queries(encoder: ClapEncoder) -> None:
    # Start and end go along: 75 letters are all that fits.
    assert encoder.encode(["x" * 75]).truncated == (False,)
    assert encoder.encode(["x" * 76]).truncated == (True,)
    assert torch.equal(encoder.embed(["x" * 76]), encoder.embed(["x" * 75]))
    with pytest.raises(QueryError):
        encoder.embed(["rain", " "])


def test_saved_and_loaded_it_is_the_same(encoder: ClapEncoder, tmp_path: Path) -> None:
    encoder.save(tmp_path / "deep" / "clap")
    loaded = load_encoder(str(tmp_path / "deep" / "clap"))
    assert isinstance(loaded, ClapEncoder)
    assert torch.equal(loaded.embed(["a dog"]), encoder.embed(["a dog"]))
    assert loaded.sample_rate == encoder.sample_rate == 4800
    waveform = torch.from_numpy(noise(1, 3000))
    assert torch.equal(loaded.embed_audio(waveform), encoder.embed_audio(waveform))


def test_a_transformers_folder_gives_what_transformers_gives(transformed: Path) -> None:
    from transformers import ClapFeatureExtractor, ClapModel

    network = ClapModel.from_pretrained(transformed)
    ours = load_encoder(str(transformed))
    assert isinstance(ours, ClapEncoder)
    ids = torch.tensor([[0, *(VOCABULARY[letter] for letter in "aĠdog"), 2]])
    waveform = torch.from_numpy(noise(1, 100_000))
    hear = ClapFeatureExtractor(
        frequency_min=50, frequency_max=14_000, truncation="rand_trunc", padding="repeatpad"
    )
    features = hear(waveform[0].numpy(), sampling_rate=48_000, return_tensors="pt")
    with torch.inference_mode():
        text = unit(network.get_text_features(ids, torch.ones_like(ids)))
        audio = unit(network.get_audio_features(**features))
    assert torch.allclose(ours.embed(["a dog"]), text, atol=1e-5)
    assert torch.allclose(ours.embed_audio(waveform), audio, atol=1e-4)


def unit(found: Any) -> torch.Tensor:
    """transformers 5 wraps what transformers 4 gives as it is."""
    tensor = found if isinstance(found, torch.Tensor) else found.pooler_output
    assert isinstance(tensor, torch.Tensor)
    return tensor / tensor.norm(dim=1, keepdim=True)


def test_older_folders_hold_a_pickle_of_tensors(transformed: Path, tmp_path: Path) -> None:
    torch.save(load_file(transformed / "model.safetensors"), tmp_path / "pytorch_model.bin")
    (tmp_path / "tokenizer.json").write_bytes(tiny_tokenizer())
    older = ClapEncoder.from_pretrained(str(tmp_path))
    newer = ClapEncoder.from_pretrained(str(transformed))
    assert torch.equal(older.embed(["a dog"]), newer.embed(["a dog"]))


Change = Callable[[dict[str, torch.Tensor]], None]
BLOCK = "audio_model.audio_encoder.layers.0.blocks.0"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("text_projection.linear1.bias"), "text_projection.0.bias"),
        (lambda s: s.pop("text_model.embeddings.word_embeddings.weight"), "lack text.words"),
        (lambda s: s.pop(f"{BLOCK}.attention.self.key.bias"), "query, key and value, one is"),
        (lambda s: s.update(surprise=torch.zeros(1)), "a weight is not known: surprise"),
        (lambda s: s.update({f"{BLOCK}.odd.bias": torch.zeros(1)}), "not known: audio_model"),
        (
            lambda s: s.update({"audio_model.fusion_model.x": torch.zeros(1)}),
            "models with fusion are not supported",
        ),
    ],
)
def test_weights_that_are_not_a_claps(
    transformed: Path, tmp_path: Path, change: Change, message: str
) -> None:
    state = load_file(transformed / "model.safetensors")
    change(state)
    save_file(state, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_bytes(tiny_tokenizer())
    with pytest.raises(WeightsError, match=f"holds no CLAP: .*{message}"):
        ClapEncoder.from_pretrained(str(tmp_path))


def test_folders_that_hold_no_clap(encoder: ClapEncoder, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no CLAP"):
        ClapEncoder.from_pretrained(str(tmp_path))
    encoder.save(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(WeightsError, match="not a tokenizer"):
        ClapEncoder.from_pretrained(str(tmp_path))
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(WeightsError, match=r"neither tokenizer\.json nor vocab\.json"):
        ClapEncoder.from_pretrained(str(tmp_path))
    (tmp_path / "config.json").write_text('{"soundlasso": {"size": "many"}}')
    with pytest.raises(WeightsError, match="size: must be int"):
        ClapEncoder.from_pretrained(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(WeightsError, match="holds no CLAP"):
        ClapEncoder.from_pretrained(str(tmp_path))


def test_folders_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    for content in ("{", '{"model_type": "t5"}'):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(WeightsError, match="holds no T5"):
            load_encoder(str(tmp_path))


def test_names_that_are_not_known_list_the_choices() -> None:
    with pytest.raises(QueryError, match=r"minilm-4bit, minilm, google/flan-t5-\*, laion/\*clap\*"):
        load_encoder("word2vec")


class Hub:
    """A hub that has some files; it remembers what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str, str | None]] = []

    def download(self, name: str, file: str, *, revision: str | None = None) -> str:
        from huggingface_hub.errors import EntryNotFoundError

        self.asked.append((name, file, revision))
        if not (self.folder / file).is_file():
            raise EntryNotFoundError(f"404: {file}")
        return str(self.folder / file)


def test_from_a_hub(monkeypatch: pytest.MonkeyPatch, transformed: Path) -> None:
    import huggingface_hub

    hub = Hub(transformed)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", hub.download)
    loaded = load_encoder("laion/larger_clap_general")
    assert isinstance(loaded, ClapEncoder)
    assert {file for _, file, _ in hub.asked} == {
        "config.json", "model.safetensors", "tokenizer.json", "vocab.json", "merges.txt",
    }  # fmt: skip
    ClapEncoder.from_pretrained("laion/larger_clap_general", revision="abc")
    assert hub.asked[-1] == ("laion/larger_clap_general", "merges.txt", "abc")


def test_out_of_reach_of_a_hub_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def offline(*_: object, **__: object) -> None:
        raise OSError("We couldn't connect to the hub")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", offline)
    with pytest.raises(MissingDependencyError, match="give a folder that holds it"):
        load_encoder("laion/larger_clap_general")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[hub\]"):
        load_encoder("laion/larger_clap_general")


@pytest.mark.network
@pytest.mark.slow
def test_the_real_one() -> None:
    encoder = ClapEncoder.from_pretrained("laion/larger_clap_general")
    dog, rain, dogs = encoder.embed(["a dog barking", "rain on a roof", "barking dogs"])
    assert float(dog @ dogs) > float(dog @ rain)
