"""LASS-Net on real recordings: the published way at its own rate, and every other."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys

import soundlasso
from soundlasso.engine.separator import Separator
from soundlasso.errors import QueryError, WeightsError
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.nn.bert import BertConfig
from soundlasso.query.small_minilm import uncased_word_pieces
from soundlasso.zoo.folder import models_folder
from soundlasso.zoo.lassnet_separator import LassNetSeparator
from soundlasso.zoo.official.importing import import_official
from soundlasso.zoo.official.lassnet import convert
from soundlasso.zoo.official.systems import SYSTEMS
from tests.cards import write_card
from tests.conftest import noise, randomised

CONFIG = LassNetConfig(
    sample_rate=16_000,
    window=128,
    hop=64,
    seconds=1.0,
    channels=(3, 4, 6),
    query_size=10,
    bert=BertConfig(positions=16, size=12, layers=1, heads=3, inner=20),
)


@pytest.fixture(scope="module")
def network() -> LassNet:
    torch.manual_seed(0)
    made = randomised(LassNet(CONFIG), scale=0.2)
    assert isinstance(made, LassNet)
    return made


@pytest.fixture(scope="module")
def card(network: LassNet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-lassnet")
    return write_card(folder, "lassnet", CONFIG, network, query_encoder="own")


@pytest.fixture(scope="module")
def separator(card: Path) -> Separator:
    return soundlasso.load(card, device="cpu")


@torch.inference_mode()
def test_at_its_own_rate_it_is_the_published_system(network: LassNet, separator: Separator) -> None:
    """Magnitudes of the mirrored clip, its mask, the mixture's phase."""
    mixture = torch.from_numpy(noise(1, CONFIG.samples))
    ids = torch.tensor([[101, 1037, 3899]])
    clip = torch.nn.functional.pad(mixture[:, None], (64, 64), mode="reflect")[:, 0]
    window = torch.hann_window(128)
    spectrum = torch.stft(clip, 128, 64, window=window, center=False, return_complex=True)
    mask = network(spectrum.abs(), ids, torch.ones_like(ids, dtype=torch.bool))
    expected = torch.istft(spectrum * mask, 128, 64, window=window, length=CONFIG.samples)
    found = separator.separate(mixture, "a dog", sample_rate=CONFIG.sample_rate).target
    assert np.abs(found - mixture.numpy()).max() > 1e-2
    assert np.abs(found - expected.numpy()).max() < 1e-5


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
@pytest.mark.parametrize("seconds", [0.0, 0.3, 4.1])
def test_any_rate_length_and_number_of_channels(
    separator: Separator, rate: int, seconds: float
) -> None:
    mixture = noise(2, max(1, round(rate * seconds)))
    result = separator.separate(mixture, "rain", sample_rate=rate)
    assert result.target.shape == mixture.shape
    assert np.isfinite(result.target).all()
    assert np.abs(result.target + result.residual - mixture).max() < 1e-6
    assert np.square(result.target).sum() <= np.square(mixture).sum() * 1.01


def test_a_short_recording_is_a_clip_with_silence_behind_it(separator: Separator) -> None:
    short = noise(1, 5000)
    padded = np.concatenate([short, np.zeros((1, CONFIG.samples - 5000), np.float32)], axis=1)
    one, two = (
        separator.separate(sound, "rain", sample_rate=16_000).target for sound in (short, padded)
    )
    assert np.abs(one - two[:, :5000]).max() < 1e-6


def test_silence_stays_silent(separator: Separator) -> None:
    result = separator.separate(np.zeros((1, 30_000), np.float32), "rain", sample_rate=16_000)
    assert not result.target.any()


def test_opposite_phase_does_not_vanish(separator: Separator) -> None:
    one = noise(1, 16_000)
    stereo = separator.separate(np.concatenate([one, -one]), "rain", sample_rate=16_000).target
    mono = separator.separate(one, "rain", sample_rate=16_000).target
    assert np.abs(mono).max() > 1e-3
    assert np.allclose(stereo[0], mono[0], atol=1e-5)


def test_queries_matter_and_are_checked(separator: Separator) -> None:
    mixture = noise(1, 16_000)
    dog, rain = separator.separate_all(mixture, ["a dog", "rain"], sample_rate=16_000)
    assert np.abs(dog.target - rain.target).max() > 1e-5
    assert np.array_equal(
        rain.target, separator.separate(mixture, "rain", sample_rate=16_000).target
    )
    long = separator.separate(mixture, "dog " * 40, sample_rate=16_000)
    assert long.warnings == ("the query is too long; only its first 16 tokens were read",)
    with pytest.raises(QueryError, match="query is empty"):
        separator.separate(mixture, " ", sample_rate=16_000)


def test_removing_leaves_what_separating_leaves(separator: Separator) -> None:
    mixture = noise(2, 40_000)
    removed = separator.remove(mixture, "rain", sample_rate=16_000)
    alone = separator.separate(mixture, "rain", sample_rate=16_000)
    assert np.abs(removed.rest - alone.residual).max() < 1e-5
    both = separator.remove(mixture, ["rain", "a dog"], sample_rate=16_000)
    assert np.square(both.rest).sum() < np.square(removed.rest).sum()


def test_the_published_file_becomes_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its authors store it: a table in a pickle, names behind ``module.``."""
    small = dataclasses.replace(
        LassNetConfig(),
        channels=(2, 3, 4, 5, 6, 6),
        query_size=8,
        bert=BertConfig(size=64, heads=1, inner=8),
    )
    network = randomised(LassNet(small), scale=0.2)
    # Which published name became which of ours.
    markers = {key: torch.empty(e["shape"]) for key, e in official_keys("lassnet").items()}
    renamed = {id(value): name for name, value in convert(markers).state.items()}
    state = network.state_dict()
    published = {f"module.{key}": state[renamed[id(value)]] for key, value in markers.items()}
    published["module.text_embedder.bert_layer.embeddings.position_ids"] = torch.arange(512)[None]
    torch.save({"model": published}, tmp_path / "LASSNet.pt")
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path / "models"))
    import_official(SYSTEMS["lassnet"], [tmp_path / "LASSNet.pt"], models_folder())
    found = soundlasso.load("lassnet", device="cpu")
    expected = LassNetSeparator(
        network,  # type: ignore[arg-type]
        uncased_word_pieces(closed=False),
        torch.device("cpu"),
    )
    mixture = noise(1, 20_000)
    one, other = (
        separator.separate(mixture, "a dog", sample_rate=32_000).target
        for separator in (found, Separator(expected, "lassnet"))
    )
    assert np.abs(one).max() > 1e-3
    assert np.array_equal(one, other)


def test_a_card_that_does_not_fit_its_weights(card: Path, tmp_path: Path) -> None:
    text = card.read_text().replace('"query_size": 10', '"query_size": 11')
    (tmp_path / "tiny.json").write_text(text)
    (tmp_path / "tiny.safetensors").write_bytes(card.with_suffix(".safetensors").read_bytes())
    with pytest.raises(WeightsError, match="weights do not fit the network"):
        soundlasso.load(tmp_path / "tiny.json")
