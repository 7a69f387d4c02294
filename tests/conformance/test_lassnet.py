"""LASS-Net gives the numbers of the published network, from the published names."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys
from tools.parity import compare
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.errors import WeightsError
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.zoo.official.lassnet import convert

VECTORS = Path(__file__).with_name("vectors") / "lassnet.npz"
INPUTS = {"short.mixture", "short.input_ids", "short.attention_mask"}
POSITIONS = "text_embedder.bert_layer.embeddings.position_ids"


def test_every_stored_array_comes_out_the_same() -> None:
    with np.load(VECTORS) as file:
        arrays = {name: file[name] for name in file.files}
    compared = {name: (error, allowed) for name, error, allowed in compare("lassnet", arrays)}
    assert compared.keys() == arrays.keys() - INPUTS
    assert "short.output" in compared
    assert len(compared) > 20
    assert {name for name, (error, allowed) in compared.items() if not error <= allowed} == set()


@pytest.fixture(scope="module")
def published() -> dict[str, Tensor]:
    """The published shapes, without numbers."""
    return {
        key: torch.empty(()).expand(entry["shape"])
        for key, entry in official_keys("lassnet").items()
    }


def test_the_published_shapes_are_the_defaults(published: dict[str, Tensor]) -> None:
    converted = convert(published)
    config = build_config(LassNetConfig, converted.config)
    assert config == LassNetConfig()
    expected = {key: value.shape for key, value in LassNet(config).state_dict().items()}
    assert {key: value.shape for key, value in converted.state.items()} == expected
    assert converted.ignored == ()


def test_what_older_files_hold_besides_is_named(published: dict[str, Tensor]) -> None:
    older = {**published, POSITIONS: torch.empty(1, 512)}
    converted = convert(older)
    assert converted.ignored == (POSITIONS,)
    assert converted.state.keys() == convert(published).state.keys()


@pytest.mark.parametrize(
    "key", ["UNet.encoder_block9.conv_block1.conv1.weight", "UNet.bn0.weight", "optimizer"]
)
def test_keys_that_it_has_not_are_refused(published: dict[str, Tensor], key: str) -> None:
    with pytest.raises(WeightsError, match=f"its architecture has not: {key}"):
        convert({**published, key: torch.empty(1)})


@pytest.mark.parametrize(
    "key",
    [
        "text_embedder.bert_layer.embeddings.word_embeddings.weight",
        "text_embedder.linear_layer.0.weight",
        "UNet.encoder_block1.conv_block1.conv1.weight",
    ],
)
def test_a_file_without_what_tells_its_numbers_is_refused(
    published: dict[str, Tensor], key: str
) -> None:
    with pytest.raises(WeightsError, match=f"not LASS-Net's: it lacks '{key}'"):
        convert({name: value for name, value in published.items() if name != key})
