"""AudioSep on real recordings: its own output to the letter, and what lies around it."""

import numpy as np
import pytest
import torch

from soundlasso.dsp.stft import Stft
from soundlasso.engine.separator import Separator
from soundlasso.errors import QueryError
from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from soundlasso.query.encoder import TokenStates
from soundlasso.zoo.audiosep_separator import AudioSepSeparator
from tests.conftest import noise, randomised

CONFIG = AudioSepConfig(sample_rate=2000, window=128, hop=20, condition=6, channels=(4, 6, 8))


class Embedder:
    """An encoder that knows nothing but lengths."""

    size, max_tokens = 6, 16

    def __init__(self, tokens: int = 1) -> None:
        self._tokens = tokens

    def encode(self, queries: list[str]) -> TokenStates:
        made = [torch.sin(torch.arange(6.0) * len(query)) for query in queries]
        states = torch.nn.functional.normalize(torch.stack(made), dim=1)[:, None]
        states = states.expand(-1, self._tokens, -1)
        mask = torch.ones(states.shape[:2], dtype=torch.bool)
        return TokenStates(states, mask, tuple(len(query) > 20 for query in queries))


@pytest.fixture(scope="module")
def network() -> ResUNet30:
    torch.manual_seed(0)
    made = randomised(ResUNet30(CONFIG), scale=0.1)
    assert isinstance(made, ResUNet30)
    return made


def separator(network: ResUNet30, tokens: int = 1) -> Separator:
    model = AudioSepSeparator(network, Embedder(tokens), torch.device("cpu"))
    return Separator(model, "audiosep")


@torch.inference_mode()
def test_at_its_own_rate_in_mono_it_is_the_published_system(network: ResUNet30) -> None:
    mixture = noise(1, 2500)
    condition = Embedder().encode(["rain"]).states[:, 0]
    expected = network.separate(torch.from_numpy(mixture), condition).numpy()
    found = separator(network).separate(mixture, "rain", sample_rate=2000).target
    assert np.abs(expected).max() > 1e-3
    assert np.abs(found - expected).max() < 1e-6


@pytest.mark.parametrize("rate", [1000, 1999, 2000, 4410, 6000, 48_000])
@pytest.mark.parametrize("samples", [1, 2, 37, 3001])
def test_any_rate_length_and_number_of_channels(
    network: ResUNet30, rate: int, samples: int
) -> None:
    mixture = noise(2, samples)
    dog, rain = separator(network).separate_all(mixture, ["dog", "rain"], sample_rate=rate)
    assert dog.target.shape == rain.target.shape == mixture.shape
    assert np.isfinite(dog.target).all()
    assert np.abs(dog.target + dog.residual - mixture).max() < 1e-6
    if samples > 2:
        assert np.abs(dog.target - rain.target).max() > 1e-5


@torch.inference_mode()
def test_long_recordings_are_as_if_worked_on_whole(network: ResUNet30) -> None:
    seconds = 8
    mixture = noise(1, 2000 * seconds)
    model = separator(network)
    stretch = model.model.stretch(2000, 1)
    assert stretch.core + 2 * stretch.context < 2000 * seconds / 4
    condition = Embedder().encode(["rain"]).states[:, 0]
    whole = network.separate(torch.from_numpy(mixture), condition).numpy()
    found = model.separate(mixture, "rain", sample_rate=2000).target
    error = np.square(found - whole).mean() / np.square(whole).mean()
    assert 10 * np.log10(error + 1e-20) < -60


def test_a_recording_at_another_rate_sounds_alike(network: ResUNet30) -> None:
    import soxr

    # Nothing near the last bin, which the network silences and which passes at other rates.
    mixture = soxr.resample(noise(1, 4500)[0], 1500, 2000)[None]
    doubled = soxr.resample(mixture[0], 2000, 4000)[None]
    target = separator(network).separate(mixture, "rain", sample_rate=2000).target[0]
    found = separator(network).separate(doubled, "rain", sample_rate=4000).target[0]
    found = soxr.resample(found, 4000, 2000)
    error = np.square(found - target)[200:-200].mean() / np.square(target)[200:-200].mean()
    assert error < 1e-3


def test_above_the_range_it_follows_the_top_of_it(network: ResUNet30) -> None:
    rng = np.random.default_rng(0)
    mixture = (rng.standard_normal((1, 24_000)) * 0.1).astype(np.float32)
    result = separator(network).separate(mixture, "rain", sample_rate=8000)
    stft = Stft(512, 128)
    levels = [
        stft.forward(torch.from_numpy(x)).abs().square().mean((0, 2))
        for x in (result.target, mixture)
    ]
    gains = (levels[0] / levels[1]).sqrt()
    # Bins are 15.6 Hz wide; the range ends at 1000 Hz.
    assert gains[80:].std() < 0.1 * gains[80:].mean()
    assert 0.02 < gains[80:].mean() < 1


def test_opposite_phase_does_not_vanish(network: ResUNet30) -> None:
    one = noise(1, 3000)
    stereo = separator(network).separate(np.concatenate([one, -one]), "rain", sample_rate=2000)
    mono = separator(network).separate(one, "rain", sample_rate=2000).target
    assert np.abs(mono).max() > 1e-3
    assert np.allclose(stereo.target[0], mono[0], atol=1e-6)
    assert np.allclose(stereo.target[1], -mono[0], atol=1e-6)


def test_silence_stays_silent(network: ResUNet30) -> None:
    silence = np.zeros((1, 3000), np.float32)
    for rate in (2000, 4410):
        assert not separator(network).separate(silence, "rain", sample_rate=rate).target.any()


def test_a_query_that_is_too_long_is_told(network: ResUNet30) -> None:
    result = separator(network).separate(noise(1, 300), "rain " * 9, sample_rate=2000)
    assert "too long" in result.warnings[0]


def test_an_encoder_of_tokens_is_refused(network: ResUNet30) -> None:
    with pytest.raises(QueryError, match="one vector of a query"):
        separator(network, tokens=3).separate(noise(1, 300), "rain", sample_rate=2000)
