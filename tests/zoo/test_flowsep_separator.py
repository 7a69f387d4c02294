"""FlowSep on real recordings' rates, lengths and channels."""

import dataclasses
import json

import numpy as np
import pytest
import torch

from soundlasso.engine.separator import Separator
from soundlasso.errors import WeightsError
from soundlasso.models.flowsep import FlowSep
from soundlasso.query.encoder import TokenStates
from soundlasso.zoo.families import FAMILIES
from soundlasso.zoo.flowsep_separator import FlowSepSeparator
from tests.conftest import noise
from tests.models.tiny_flowsep import TINY_FLOWSEP, tiny_flowsep

CPU = torch.device("cpu")


class Words:
    """An encoder that knows nothing but lengths."""

    size, max_tokens = 8, 50

    def encode(self, queries: list[str]) -> TokenStates:
        states = torch.full((len(queries), 3, self.size), float(len(queries[0])) / 10)
        return TokenStates(states, torch.ones(len(queries), 3, dtype=torch.bool), (False,))


@pytest.fixture(scope="module")
def network() -> FlowSep:
    return tiny_flowsep()


@pytest.fixture(scope="module")
def separator(network: FlowSep) -> Separator:
    return Separator(FlowSepSeparator(network, Words(), CPU), "flowsep")


@torch.inference_mode()
def test_at_its_own_rate_it_is_the_published_order_of_steps(
    network: FlowSep, separator: Separator
) -> None:
    mixture = noise(1, 400) + 0.05
    centred = torch.from_numpy(mixture - mixture.mean())
    factor = 0.5 / (centred.abs().max() + 1e-8)
    clip = torch.nn.functional.pad(centred * factor, (0, TINY_FLOWSEP.samples - 400))
    draw = torch.Generator().manual_seed(0)
    shape = (1, *TINY_FLOWSEP.latent_shape)
    latent = network.encode(network.log_mel(clip), torch.randn(shape, generator=draw))
    encoded = Words().encode(["rain"])
    sampled = network.sample(
        latent, encoded.states, encoded.mask, torch.randn(shape, generator=draw)
    )
    expected = network.decode(sampled)[:, :400] / factor
    found = separator.separate(mixture, "rain", sample_rate=1000).target
    assert np.abs(found).max() > 1e-3
    assert np.abs(found - expected.numpy()).max() < 1e-6


@pytest.mark.parametrize("rate", [1000, 1500, 44_100])
@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.512, 2.1])
def test_any_rate_length_and_number_of_channels(
    separator: Separator, rate: int, seconds: float
) -> None:
    mixture = noise(2, max(1, round(rate * seconds)))
    result = separator.separate(mixture, "rain", sample_rate=rate)
    assert result.target.shape == mixture.shape
    assert np.isfinite(result.target).all()
    assert np.abs(result.target + result.residual - mixture).max() < 1e-5


def test_the_same_question_has_the_same_answer(separator: Separator) -> None:
    mixture = noise(1, 1300)
    first = separator.separate(mixture, "rain", sample_rate=1000).target
    others = separator.separate_all(mixture, ["a dog barks", "rain"], sample_rate=1000)
    assert np.array_equal(first, others[1].target)
    assert np.abs(first - others[0].target).max() > 1e-4


def test_another_seed_is_another_answer() -> None:
    mixture = noise(1, 500)
    answers = [
        Separator(
            FlowSepSeparator(
                tiny_flowsep(dataclasses.replace(TINY_FLOWSEP, seed=seed)), Words(), CPU
            ),
            "flowsep",
        )
        .separate(mixture, "rain", sample_rate=1000)
        .target
        for seed in (0, 1)
    ]
    assert np.abs(answers[0] - answers[1]).max() > 1e-4


def test_the_answer_is_as_loud_as_the_recording(separator: Separator) -> None:
    mixture = noise(1, 500)
    loud = separator.separate(mixture, "rain", sample_rate=1000).target
    quiet = separator.separate(mixture / 64, "rain", sample_rate=1000).target
    assert np.abs(quiet * 64 - loud).max() < 1e-3 * np.abs(loud).max()


def test_equal_channels_stay_equal_and_a_side_is_as_if_alone(separator: Separator) -> None:
    one, two = noise(1, 500, seed=1), noise(1, 500, seed=2)
    alone = separator.separate(one, "rain", sample_rate=1000).target
    both = separator.separate(np.concatenate([one, one]), "rain", sample_rate=1000).target
    assert np.array_equal(both, np.concatenate([alone, alone]))
    stereo = separator.separate(np.concatenate([two, one]), "rain", sample_rate=1000).target
    assert np.array_equal(stereo[1:], alone)
    assert np.abs(stereo[0] - stereo[1]).max() > 1e-4


@pytest.mark.parametrize("rate", [1000, 1500])
def test_of_nothing_comes_nothing(separator: Separator, rate: int) -> None:
    mixture = np.concatenate([noise(1, 700), np.zeros((1, 700), np.float32)])
    target = separator.separate(mixture, "rain", sample_rate=rate).target
    assert target[0].any()
    assert not target[1].any()


def test_a_constant_is_no_sound(separator: Separator) -> None:
    constant = np.full((1, 700), 0.25, np.float32)
    target = separator.separate(constant, "rain", sample_rate=1000).target
    assert np.abs(target).max() < 1e-6


def test_stretches_overlap_and_fit_a_clip(network: FlowSep) -> None:
    model = FlowSepSeparator(network, Words(), CPU)
    for rate in (1000, 1500, 44_100):
        plan = model.stretch(rate, 2)
        assert plan.core + 2 * plan.context == int(0.512 * rate)
        assert plan.fade > 0
    with pytest.raises(ValueError, match="at most 512 samples"):
        model.separate(torch.zeros(1, 513), 1000, [])


def test_long_queries_are_told_of(network: FlowSep) -> None:
    class Cutting(Words):
        def encode(self, queries: list[str]) -> TokenStates:
            encoded = super().encode(queries)
            return TokenStates(encoded.states, encoded.mask, (True,))

    _, warnings = FlowSepSeparator(network, Cutting(), CPU).condition("rain")
    assert warnings == ["the query is too long; only its first 50 tokens were read"]


def test_from_a_card_it_is_the_same(network: FlowSep, separator: Separator) -> None:
    config = json.loads(json.dumps(dataclasses.asdict(TINY_FLOWSEP)))
    model = FAMILIES["flowsep"](config, dict(network.state_dict()), Words(), CPU)
    mixture = noise(1, 600)
    loaded = Separator(model, "flowsep").separate(mixture, "rain", sample_rate=1000).target
    assert np.array_equal(loaded, separator.separate(mixture, "rain", sample_rate=1000).target)


def test_weights_that_do_not_fit_are_refused(network: FlowSep) -> None:
    state = dict(network.state_dict())
    del state["scale"]
    with pytest.raises(WeightsError, match="do not fit the network"):
        FAMILIES["flowsep"](dataclasses.asdict(TINY_FLOWSEP), state, Words(), CPU)
    with pytest.raises(WeightsError, match="numbers do not fit"):
        FAMILIES["flowsep"]({"frames": 1}, state, Words(), CPU)


def test_an_encoder_of_another_size_is_refused(network: FlowSep) -> None:
    class Wide(Words):
        size = 9

    config, state = dataclasses.asdict(TINY_FLOWSEP), dict(network.state_dict())
    with pytest.raises(WeightsError, match="token states of 8 numbers, not 9"):
        FAMILIES["flowsep"](config, state, Wide(), CPU)
