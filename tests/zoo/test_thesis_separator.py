"""The thesis's reconstruction, and what makes it work on real recordings."""

import dataclasses

import numpy as np
import pytest
import torch

from soundlasso.engine.separator import Separator
from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig, normalise
from soundlasso.query.encoder import TokenStates
from soundlasso.zoo.thesis_separator import ThesisSeparator
from tests.conftest import noise, randomised

CONFIG = ResUNetPlusPlusConfig(
    filters=(4, 4, 8, 8, 12), output_filters=4, token_size=8, heads=2, seconds=2.0
)


class Words:
    """An encoder that knows nothing but lengths."""

    name, size, max_tokens = "words", 8, 16

    def encode(self, queries: list[str]) -> TokenStates:
        states = torch.full((len(queries), 3, self.size), float(len(queries[0])) / 10)
        return TokenStates(states, torch.ones(len(queries), 3, dtype=torch.bool), (False,))


@pytest.fixture(scope="module")
def network() -> ResUNetPlusPlus:
    torch.manual_seed(0)
    made = randomised(ResUNetPlusPlus(CONFIG), scale=0.05)
    assert isinstance(made, ResUNetPlusPlus)
    return made


@torch.inference_mode()
def test_at_its_own_rate_it_is_the_thesis_to_the_letter(network: ResUNetPlusPlus) -> None:
    """Mask times normalised dB, denormalised by the clip's extremes, the mixture's phase."""
    mixture = torch.from_numpy(noise(1, CONFIG.samples))
    encoded = Words().encode(["rain"])
    spectrum = CONFIG.stft.forward(mixture)
    clip = normalise(spectrum.abs())
    magnitude = clip.magnitude(network(clip.values, encoded.states, encoded.mask) * clip.values)
    # Below -100 dB the thesis's logarithm knows no magnitudes; a gain keeps those quieter.
    magnitude = torch.where(spectrum.abs() > 1e-5, magnitude, 0.0)
    expected = CONFIG.stft.inverse(torch.polar(magnitude, spectrum.angle()), CONFIG.samples)
    separator = Separator(ThesisSeparator(network, Words(), torch.device("cpu")), "thesis")
    found = separator.separate(mixture, "rain", sample_rate=CONFIG.sample_rate).target
    assert np.abs(found - mixture.numpy()).max() > 1e-3
    assert np.abs(found - expected.numpy()).max() < 1e-5


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.01, 1.3, 7.1])
def test_any_rate_length_and_number_of_channels(
    network: ResUNetPlusPlus, rate: int, seconds: float
) -> None:
    separator = Separator(ThesisSeparator(network, Words(), torch.device("cpu")), "thesis")
    mixture = noise(2, round(rate * seconds))
    result = separator.separate(mixture, "rain", sample_rate=rate)
    assert result.target.shape == mixture.shape
    assert np.isfinite(result.target).all()
    assert np.abs(result.target + result.residual - mixture).max() < 1e-6
    # Gains never exceed one: the mask lowers levels in dB.
    assert np.square(result.target).sum() <= np.square(mixture).sum() * 1.01


def test_opposite_phase_does_not_vanish(network: ResUNetPlusPlus) -> None:
    separator = Separator(ThesisSeparator(network, Words(), torch.device("cpu")), "thesis")
    one = noise(1, 22_050)
    stereo = separator.separate(np.concatenate([one, -one]), "rain", sample_rate=22_050).target
    mono = separator.separate(one, "rain", sample_rate=22_050).target
    assert np.abs(mono).max() > 1e-4
    assert np.allclose(stereo[0], mono[0], atol=1e-5)


@torch.inference_mode()
def test_griffin_lim_estimates_the_phases_instead(network: ResUNetPlusPlus) -> None:
    other = ResUNetPlusPlus(dataclasses.replace(CONFIG, reconstruction="griffin_lim"))
    other.load_state_dict(network.state_dict(), strict=True)
    mixture = noise(2, CONFIG.samples)
    phase, estimated = (
        Separator(ThesisSeparator(one, Words(), torch.device("cpu")), "thesis")
        .separate(mixture, "rain", sample_rate=CONFIG.sample_rate)
        .target
        for one in (network, other)
    )
    assert estimated.shape == mixture.shape
    assert np.corrcoef(estimated.ravel(), phase.ravel())[0, 1] < 0.9
    levels = [CONFIG.stft.forward(torch.from_numpy(x)).abs() for x in (phase, estimated)]
    assert float((levels[0] - levels[1]).norm() / levels[0].norm()) < 0.5
