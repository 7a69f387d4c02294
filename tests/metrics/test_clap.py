"""CLAPScore and CLAPScoreA, on a small CLAP with random weights made here."""

import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soxr
import torch

from soundlasso.errors import MissingDependencyError, OptionError, WeightsError
from soundlasso.metrics.clap import DEFAULT_CLAP, Clap, clap_score, clap_score_a
from tests.conftest import noise
from tests.metrics.tiny_clap import SAMPLE_RATE, SIZE, make_tiny_clap

pytestmark = pytest.mark.filterwarnings("ignore")

Samples = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def clap(folder: Path) -> Clap:
    return Clap(str(folder))


def tone(hertz: float, seconds: float = 1.0, rate: int = SAMPLE_RATE) -> Samples:
    times = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def test_embeddings_have_length_one(clap: Clap) -> None:
    sounds = clap.embed_audio([tone(500), noise(2, 12_000)], SAMPLE_RATE)
    texts = clap.embed_text(["a dog barks", "rain"])
    for rows in (sounds, texts):
        assert rows.shape == (2, SIZE)
        assert rows.dtype == np.float64
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0)
    assert sounds[0] @ sounds[1] < 0.99
    assert texts[0] @ texts[1] < 0.99


def test_are_those_of_the_model(clap: Clap, folder: Path) -> None:
    """A sound and a text, through transformers' own processor and forward pass."""
    from transformers import ClapModel, ClapProcessor

    processor, network = ClapProcessor.from_pretrained(folder), ClapModel.from_pretrained(folder)
    tokens = processor.tokenizer(["a dog barks"], return_tensors="pt")
    heard = processor.feature_extractor([tone(500)], sampling_rate=SAMPLE_RATE, return_tensors="pt")
    with torch.no_grad():
        out = network.eval()(**tokens, **heard)
    np.testing.assert_allclose(clap.embed_text(["a dog barks"]), out.text_embeds.numpy(), atol=1e-5)
    np.testing.assert_allclose(
        clap.embed_audio([tone(500)], SAMPLE_RATE), out.audio_embeds.numpy(), atol=1e-5
    )


def test_the_scores_are_cosines(clap: Clap) -> None:
    estimate, target = tone(500), noise(1, SAMPLE_RATE)[0]
    text, wanted = clap.embed_text(["rain"])[0], clap.embed_audio([target], SAMPLE_RATE)[0]
    got = clap.embed_audio([estimate], SAMPLE_RATE)[0]
    assert clap_score(clap, "rain", estimate, SAMPLE_RATE) == pytest.approx(text @ got)
    assert clap_score_a(clap, target, estimate, SAMPLE_RATE) == pytest.approx(wanted @ got)
    assert clap_score_a(clap, target, target, SAMPLE_RATE) == pytest.approx(1.0)
    assert clap_score_a(clap, target, estimate, SAMPLE_RATE) < 0.999


def test_what_else_is_in_the_batch_does_not_matter(clap: Clap) -> None:
    """Also where there are more texts and windows than one batch holds."""
    sounds = [tone(100.0 * (n + 1), 0.2 + 0.1 * n) for n in range(20)]
    together = clap.embed_audio(sounds, SAMPLE_RATE)
    assert len(together) == 20
    for index in (0, 9, 19):
        alone = clap.embed_audio([sounds[index]], SAMPLE_RATE)
        np.testing.assert_allclose(together[index], alone[0], atol=1e-4)
    texts = ["dog " * (n + 1) for n in range(20)]
    np.testing.assert_allclose(
        clap.embed_text(texts)[17], clap.embed_text([texts[17]])[0], atol=1e-4
    )


def test_channels_are_averaged(clap: Clap) -> None:
    left, right = tone(500), tone(1500)
    both = clap.embed_audio([np.stack([left, right])], SAMPLE_RATE)
    np.testing.assert_allclose(both, clap.embed_audio([(left + right) / 2], SAMPLE_RATE), atol=1e-6)
    assert both[0] @ clap.embed_audio([left], SAMPLE_RATE)[0] < 1 - 1e-4


def test_sounds_are_resampled(clap: Clap) -> None:
    high = tone(500, rate=32_000)
    expected = clap.embed_audio([soxr.resample(high, 32_000, SAMPLE_RATE)], SAMPLE_RATE)
    np.testing.assert_allclose(clap.embed_audio([high], 32_000), expected, atol=1e-6)
    # Not resampled, it would be heard as four seconds of 125 Hz.
    assert expected[0] @ clap.embed_audio([high], SAMPLE_RATE)[0] < 1 - 1e-4


def test_long_sounds_are_heard_whole(clap: Clap) -> None:
    """2.5 windows: 0 to 1, 1 to 2, and 1.5 to 2.5, always the same."""
    long = np.concatenate([tone(300), tone(900), tone(2000, 0.5)])
    second = SAMPLE_RATE
    parts = [long[:second], long[second : 2 * second], long[-second:]]
    mean = clap.embed_audio(parts, second).mean(axis=0)
    embedded = clap.embed_audio([long], second)[0]
    np.testing.assert_allclose(embedded, mean / np.linalg.norm(mean), atol=1e-5)
    np.testing.assert_array_equal(embedded, clap.embed_audio([long], second)[0])


def test_a_sound_that_just_fits_is_one_window(clap: Clap) -> None:
    sound = noise(1, 2 * SAMPLE_RATE, seed=3)[0]
    halves = clap.embed_audio(np.split(sound, 2), SAMPLE_RATE).mean(axis=0)
    embedded = clap.embed_audio([sound], SAMPLE_RATE)[0]
    np.testing.assert_allclose(embedded, halves / np.linalg.norm(halves), atol=1e-5)


def test_fusion_models_give_the_same_every_time(tmp_path: Path) -> None:
    """Their processor marks a sound as long at random, which changes how all are heard."""
    clap = Clap(str(make_tiny_clap(tmp_path / "fused", fusion=True)))
    sounds = [tone(300), tone(900), noise(1, 20_000)]
    first = clap.embed_audio(sounds, SAMPLE_RATE)
    for seed in range(4):
        np.random.seed(seed)  # noqa: NPY002  what transformers draws from
        np.testing.assert_array_equal(clap.embed_audio(sounds, SAMPLE_RATE), first)


def test_long_texts_are_cut(clap: Clap) -> None:
    assert np.isfinite(clap.embed_text(["dog " * 500])).all()


def test_silence_has_an_embedding(clap: Clap) -> None:
    assert np.isfinite(clap.embed_audio([np.zeros(SAMPLE_RATE, np.float32)], SAMPLE_RATE)).all()


def test_no_samples_are_refused(clap: Clap) -> None:
    with pytest.raises(ValueError, match="holds no samples"):
        clap.embed_audio([np.zeros((1, 0), np.float32)], SAMPLE_RATE)


def test_nothing_can_be_trained(clap: Clap) -> None:
    network = clap._network
    assert not network.training
    assert not any(value.requires_grad for value in network.parameters())


def test_folders_without_a_clap(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="holds no CLAP model"):
        Clap(str(tmp_path))


def test_weights_that_are_missing_are_not_made_up(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(tmp_path / "model.safetensors")
    del weights["text_projection.linear1.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    message = "1 of its weights are missing, such as text_projection.linear1.weight"
    with pytest.raises(WeightsError, match=message):
        Clap(str(tmp_path))


def test_other_models_are_refused(folder: Path, tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    BertModel(
        BertConfig(vocab_size=8, hidden_size=8, num_hidden_layers=1, num_attention_heads=1)
    ).save_pretrained(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "bert"
    with pytest.raises(WeightsError, match="holds no CLAP model"):
        Clap(str(tmp_path))


def test_folders_have_no_revisions(folder: Path) -> None:
    with pytest.raises(OptionError, match="is a folder and has no revision main"):
        Clap(str(folder), revision="main")


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[clap\]"):
        Clap(str(folder))


def test_out_of_reach_of_a_hub_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    asked = []

    def offline(name: str, *, revision: str | None) -> None:
        asked.append((name, revision))
        raise OSError("We couldn't connect\nto the hub. If you were trying to")

    monkeypatch.setattr(transformers.ClapProcessor, "from_pretrained", offline)
    with pytest.raises(MissingDependencyError) as caught:
        Clap(revision="v1")
    assert asked == [(DEFAULT_CLAP, "v1")]
    assert str(caught.value) == (
        f"{DEFAULT_CLAP} cannot be downloaded: We couldn't connect to the hub; "
        "give a folder that holds it instead"
    )


def test_importing_it_does_not_import_transformers() -> None:
    import subprocess

    code = "import sys, soundlasso.metrics.clap; print('transformers' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert result.stdout.strip() == b"False"


@pytest.mark.network
@pytest.mark.slow
def test_the_real_one() -> None:
    clap = Clap()
    assert (clap.sample_rate, clap.window) == (48_000, 480_000)
    whistle = tone(3000, 5.0, 48_000)
    scores = [clap_score(clap, text, whistle, 48_000) for text in ("a high beep", "an explosion")]
    assert scores[0] > scores[1]
