"""AudioSep and AudioSep-DP give the published networks' numbers, and convert strictly."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys, official_state
from tools.parity import compare

from soundlasso.config import build_config
from soundlasso.errors import WeightsError
from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from soundlasso.zoo.official.audiosep import convert

VECTORS = Path(__file__).parent / "vectors"
NETWORKS = {
    "audiosep": AudioSepConfig(),
    "audiosep_dp": AudioSepConfig(dual_path_layers=2),
    "audiosep_dp_16k": AudioSepConfig(16_000, 1024, 160, dual_path_layers=2),
    "audiosep_dp_6x256": AudioSepConfig(dual_path_layers=6, dual_path_hidden=256),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_are_the_published_ones(name: str) -> None:
    with np.load(VECTORS / f"{name}.npz", allow_pickle=False) as file:
        arrays = {key: file[key] for key in file.files}
    compared = {key: (error, allowed) for key, error, allowed in compare(name, arrays)}
    # All but the inputs.
    assert compared.keys() == arrays.keys() - {"short.mixture", "short.condition"}
    assert {key: values for key, values in compared.items() if not values[0] <= values[1]} == {}


def blank(name: str) -> dict[str, torch.Tensor]:
    """All published keys of a network with tensors that take no memory."""
    kinds = {"float32": torch.float32, "int64": torch.int64}
    return {
        key: torch.zeros((), dtype=kinds[entry["dtype"]]).expand(entry["shape"])
        for key, entry in official_keys(name).items()
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_every_published_key_is_used_or_named(name: str) -> None:
    entries = official_keys(name)
    converted = convert(blank(name))
    assert build_config(AudioSepConfig, converted.config) == NETWORKS[name]
    assert set(converted.ignored) == {
        key for key, entry in entries.items() if entry["fixed"] or entry.get("unused")
    }
    with torch.device("meta"):
        network = ResUNet30(NETWORKS[name])
    wanted = {key: value.shape for key, value in network.state_dict().items()}
    assert {key: value.shape for key, value in converted.state.items()} == wanted


def test_computed_tables_may_be_missing() -> None:
    published = blank("audiosep")
    without = {key: value for key, value in published.items() if "stft." not in key}
    assert len(without) == len(published) - 5
    assert convert(without).state.keys() == convert(published).state.keys()


@pytest.mark.parametrize("key", ["base.bn0.weight", "base.encoder_block2.conv_block1.conv2.weight"])
def test_a_checkpoint_without_a_key_that_tells_a_number(key: str) -> None:
    published = blank("audiosep")
    del published[key]
    with pytest.raises(WeightsError, match=f"it lacks {key}"):
        convert(published)


@pytest.mark.parametrize(
    "key",
    [
        "surprise",
        "base.surprise.weight",
        "base.encoder_block1.conv_block1.bn3.weight",
        "base.decoder_block1.bn3.weight",
        "base.DPRNN.0.row_rnn.0.surprise.weight",
        "film.encoder_block1->conv_block1->beta3.weight",
        "query_encoder.model.logit_scale_a",
    ],
)
def test_a_key_that_is_not_known_is_refused(key: str) -> None:
    with pytest.raises(WeightsError, match=f"a key that its architecture has not: {key}"):
        convert({**blank("audiosep"), key: torch.zeros(1)})


def test_the_rule_draws_what_was_published() -> None:
    entries = official_keys("audiosep_dp_16k")
    for key, value in official_state("audiosep_dp_16k").items():
        if key.startswith("base.encoder"):
            assert float(value.double().sum()) == pytest.approx(entries[key]["sum"], abs=1e-5)
