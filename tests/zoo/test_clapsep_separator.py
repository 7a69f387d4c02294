"""CLAPSep on real recordings: any rate, stereo, sounds and unwanted sounds as queries."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import soundlasso
from soundlasso.engine.model import Wish, WishingModel
from soundlasso.engine.separator import Separator
from soundlasso.errors import AudioError, OptionError, QueryError, WeightsError
from soundlasso.models.clapsep import ClapSep
from soundlasso.query.encoder import TokenStates, check_query
from soundlasso.zoo.clapsep_separator import ClapSepSeparator
from tests.cards import write_card
from tests.conftest import noise, randomised
from tests.models.tiny_clap import TINY_CLAPSEP, at_usual_levels
from tests.query.tiny_clap import tiny_clap

CPU = torch.device("cpu")
RATE, HEARD_RATE = TINY_CLAPSEP.sample_rate, TINY_CLAPSEP.encoder.sample_rate


class Vectors:
    """A CLAP that knows nothing but lengths."""

    size, max_tokens, sample_rate = TINY_CLAPSEP.embedding, 16, HEARD_RATE

    def encode(self, queries: list[str]) -> TokenStates:
        lengths = [len(check_query(query)) for query in queries]
        states = torch.stack([self._vector(length) for length in lengths])[:, None]
        truncated = tuple(length > self.max_tokens for length in lengths)
        return TokenStates(states, torch.ones(len(queries), 1, dtype=torch.bool), truncated)

    def embed(self, queries: list[str]) -> Tensor:
        return self.encode(queries).states[:, 0]

    def embed_audio(self, waveform: Tensor) -> Tensor:
        return torch.stack([self._vector(one.shape[0]) for one in waveform])

    def _vector(self, seed: int) -> Tensor:
        drawn = torch.randn(self.size, generator=torch.Generator().manual_seed(seed))
        return drawn / drawn.norm()


@pytest.fixture(scope="module")
def network() -> ClapSep:
    torch.manual_seed(0)
    made = randomised(ClapSep(TINY_CLAPSEP), scale=0.2)
    assert isinstance(made, ClapSep)
    at_usual_levels(made.encoder)
    return made


@pytest.fixture
def model(network: ClapSep) -> ClapSepSeparator:
    return ClapSepSeparator(network, Vectors(), CPU)


@torch.inference_mode()
def test_at_its_own_rate_it_is_the_network_to_the_letter(
    network: ClapSep, model: ClapSepSeparator
) -> None:
    import soxr

    mixture = noise(1, TINY_CLAPSEP.samples)
    heard = torch.from_numpy(soxr.resample(mixture[0], RATE, HEARD_RATE))[None]
    wanted = Vectors().embed(["rain"])
    expected = network(torch.from_numpy(mixture), heard, wanted, torch.zeros_like(wanted))
    found = Separator(model, "clapsep").separate(mixture, "rain", sample_rate=RATE).target
    assert np.abs(found - mixture).max() > 1e-3
    assert np.abs(found - expected.numpy()).max() < 1e-6


@pytest.mark.parametrize("rate", [2000, 3200, 4410, 8000])
@pytest.mark.parametrize("seconds", [0.002, 0.3, 1.9])
def test_any_rate_length_and_number_of_channels(
    model: ClapSepSeparator, rate: int, seconds: float
) -> None:
    mixture = noise(2, round(rate * seconds))
    result = Separator(model, "clapsep").separate(mixture, "rain", sample_rate=rate)
    assert result.target.shape == mixture.shape
    assert np.isfinite(result.target).all()
    assert np.abs(result.target + result.residual - mixture).max() < 1e-6
    # The mask never exceeds one.
    assert np.square(result.target).sum() <= np.square(mixture).sum() * 1.01


def test_opposite_phase_does_not_vanish(model: ClapSepSeparator) -> None:
    separator = Separator(model, "clapsep")
    one = noise(1, 2000)
    stereo = separator.separate(np.concatenate([one, -one]), "rain", sample_rate=RATE).target
    mono = separator.separate(one, "rain", sample_rate=RATE).target
    assert np.abs(mono).max() > 1e-4
    assert np.allclose(stereo[0], mono[0], atol=1e-5)


def test_silence_stays_silent(model: ClapSepSeparator) -> None:
    silence = np.zeros((1, 3000), np.float32)
    result = Separator(model, "clapsep").separate(silence, "rain", sample_rate=RATE)
    assert not result.target.any()


def test_a_long_query_is_warned_of(model: ClapSepSeparator) -> None:
    assert model.condition("rain")[1] == []
    _, warnings = model.condition("rain that falls and falls")
    assert warnings == ["the query is too long; only its first 16 tokens were read"]


@torch.inference_mode()
def test_what_is_not_wanted_is_the_networks_second_side(
    network: ClapSep, model: ClapSepSeparator
) -> None:
    mixture = torch.from_numpy(noise(1, TINY_CLAPSEP.samples))
    rain, wind, dog = conditions = [model.condition(one)[0] for one in ("rain", "windy", "doggie")]
    wishes = [Wish(0), Wish(0, (1,)), Wish(0, (1, 2)), Wish(None, (0,))]
    assert isinstance(model, WishingModel)
    answer = model.answer(mixture, RATE, conditions, wishes)
    assert answer.matches is None
    found = answer.targets
    assert torch.equal(found[:1], model.separate(mixture, RATE, [rain]))
    both = (wind + dog) / (wind + dog).norm()
    none = torch.zeros_like(rain)
    for target, (wanted, unwanted) in zip(
        found, [(rain, none), (rain, wind), (rain, both), (none, rain)], strict=True
    ):
        gains = decoded(network, mixture, wanted, unwanted)
        spectrum = TINY_CLAPSEP.stft.forward(mixture)
        expected = TINY_CLAPSEP.stft.inverse(spectrum * gains, mixture.shape[-1])
        assert torch.allclose(target, expected, atol=1e-6)
    assert (found[0] - found[1]).abs().max() > 1e-4
    assert (found[1] - found[2]).abs().max() > 1e-4


def test_exclude_and_remove_reach_the_network(model: ClapSepSeparator) -> None:
    separator = Separator(model, "clapsep")
    mixture = noise(2, 3000)
    alone = separator.separate(mixture, "rain", sample_rate=RATE).target
    without = separator.separate(mixture, "rain", exclude=["windy"], sample_rate=RATE).target
    assert without.shape == alone.shape
    assert np.abs(alone - without).max() > 1e-4


def decoded(network: ClapSep, mixture: Tensor, wanted: Tensor, unwanted: Tensor) -> Tensor:
    import soxr

    heard = torch.from_numpy(soxr.resample(mixture[0].numpy(), RATE, HEARD_RATE))[None]
    maps = network.encode(network.encoder.power(heard))
    magnitude = TINY_CLAPSEP.stft.forward(mixture).abs()
    return network.decoder(maps, magnitude, wanted, unwanted)


def test_a_sound_can_be_asked_for_by_its_name(
    model: ClapSepSeparator, write_wav: Callable[..., Path]
) -> None:
    path = write_wav("bark.wav", seconds=0.5, rate=9600, channels=2)
    condition = model.remember_sound("that bark", path)
    # Half a second at the rate that the encoder hears at.
    assert torch.equal(condition, Vectors().embed_audio(torch.zeros(1, HEARD_RATE // 2)))
    found, warnings = model.condition(" that bark ")
    assert found is condition
    assert warnings == []
    separator = Separator(model, "clapsep")
    mixture = noise(1, 3000)
    named = separator.separate(mixture, "that bark", sample_rate=RATE).target
    assert np.abs(named - separator.separate(mixture, "rain", sample_rate=RATE).target).max() > 1e-4
    again = model.remember_sound("that bark", noise(1, 700), HEARD_RATE)
    assert model.condition("that bark")[0] is again
    assert not torch.equal(again, condition)


def test_sounds_that_cannot_be_remembered(model: ClapSepSeparator, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        model.remember_sound(" ", noise(1, 100), RATE)
    with pytest.raises(OptionError, match="give the sample_rate"):
        model.remember_sound("rain", noise(1, 100))
    with pytest.raises(AudioError, match=r"nowhere\.wav"):
        model.remember_sound("rain", tmp_path / "nowhere.wav")
    with pytest.raises(AudioError, match="rain: the sound is too short"):
        model.remember_sound("rain", noise(1, 1), 768_000)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory, network: ClapSep) -> Path:
    """A tiny CLAPSep as it lies in a folder, with its CLAP beside it."""
    folder = tmp_path_factory.mktemp("clapsep")
    tiny_clap().save(folder / "clap")
    clap = str(folder / "clap")
    return write_card(folder, "clapsep", TINY_CLAPSEP, network, query_encoder=clap)


def test_from_a_card(card: Path, write_wav: Callable[..., Path]) -> None:
    separator = soundlasso.load(card, device="cpu")
    separation = separator.separate(write_wav(rate=8000, channels=2), "a dog barking")
    assert separation.target.shape == (2, 8000)
    assert np.abs(separation.target).max() > 1e-4
    model: Any = separator.model
    condition = model.remember_sound("it", noise(1, 8000), 8000)
    assert condition.shape == (1, TINY_CLAPSEP.embedding)


def test_a_card_with_another_encoder_is_refused(card: Path) -> None:
    other = card.with_name("other.json")
    other.write_text(card.read_text().replace(str(card.parent / "clap"), "minilm"))
    with pytest.raises(WeightsError, match="CLAPSep needs a CLAP with embeddings of 12 numbers"):
        soundlasso.load(other, device="cpu")


def test_a_query_encoder_that_hears_nothing_reads_words(network: ClapSep) -> None:
    class Deaf:
        size, max_tokens = Vectors.size, Vectors.max_tokens

        def encode(self, queries: list[str]) -> TokenStates:
            return Vectors().encode(queries)

    model = ClapSepSeparator(network, Deaf(), CPU)
    assert torch.equal(model.condition("rain")[0], Vectors().embed(["rain"]))
    with pytest.raises(QueryError, match="reads words only"):
        model.remember_sound("it", noise(1, 8000), 8000)
