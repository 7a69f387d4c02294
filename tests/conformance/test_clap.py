"""CLAP and CLAPSep give the published networks' numbers, from the published names."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys
from tools.parity import compare
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.errors import WeightsError
from soundlasso.models.clap import Clap, ClapConfig
from soundlasso.models.clapsep import ClapSep, ClapSepConfig
from soundlasso.zoo.official import clap, clapsep
from soundlasso.zoo.official.converted import Converted

VECTORS = Path(__file__).with_name("vectors")
INPUTS = {
    "clap": {"audio.waveform", "text.input_ids", "text.attention_mask"},
    "clapsep": {f"short.{name}" for name in ("mixture", "mixture_48k", "positive", "negative")},
}
CONVERT = {"clap": clap.convert, "clapsep": clapsep.convert}


@pytest.mark.parametrize("name", ["clap", "clapsep"])
def test_every_stored_array_comes_out_the_same(name: str) -> None:
    with np.load(VECTORS / f"{name}.npz") as file:
        arrays = {key: file[key] for key in file.files}
    compared = {key: error for key, error, _ in compare(name, arrays)}
    assert compared.keys() == arrays.keys() - INPUTS[name]
    assert {key for key, error in compared.items() if not error < 1e-5} == set()


def published(name: str, *, fixed: bool = True) -> dict[str, Tensor]:
    """A network's keys and shapes without numbers."""
    return {
        key: torch.empty(entry["shape"], device="meta")
        for key, entry in official_keys(name).items()
        if fixed or not entry["fixed"]
    }


def built(name: str, converted: Converted) -> nn.Module:
    with torch.device("meta"):
        if name == "clap":
            return Clap(build_config(ClapConfig, converted.config))
        return ClapSep(build_config(ClapSepConfig, converted.config))


@pytest.mark.parametrize("name", ["clap", "clapsep"])
@pytest.mark.parametrize("fixed", [True, False])
def test_each_published_key_is_loaded_or_named_as_ignored(name: str, fixed: bool) -> None:
    state = published(name, fixed=fixed)
    converted = CONVERT[name](state)
    built(name, converted).load_state_dict(converted.state, strict=True, assign=True)
    assert len(converted.state) + len(converted.ignored) == len(state)
    expected = {
        key for key, entry in official_keys(name).items() if entry["fixed"] or entry.get("unused")
    }
    assert set(converted.ignored) == expected & state.keys()


def test_the_numbers_are_those_of_the_papers() -> None:
    assert build_config(ClapConfig, clap.convert(published("clap")).config) == ClapConfig()
    read = build_config(ClapSepConfig, clapsep.convert(published("clapsep")).config)
    assert read == ClapSepConfig()


def test_older_files_have_a_table_more() -> None:
    state = published("clap")
    state["text_branch.embeddings.position_ids"] = torch.empty(1, 514, device="meta")
    assert "text_branch.embeddings.position_ids" in clap.convert(state).ignored


def test_clapseps_own_file_is_completed_by_claps() -> None:
    whole = published("clapsep", fixed=False)
    words = ("lora", "attn.qkv.bias", "attn.proj.bias", "decoder_model")
    tuned = {key: value for key, value in whole.items() if any(word in key for word in words)}
    joined = clapsep.complete(tuned, published("clap"))
    converted = clapsep.convert(joined)
    built("clapsep", converted).load_state_dict(converted.state, strict=True, assign=True)
    for key, value in tuned.items():
        assert joined[key] is value
    with pytest.raises(WeightsError, match="weights lack encoder"):
        clapsep.convert(tuned)


@pytest.mark.parametrize("name", ["clap", "clapsep"])
@pytest.mark.parametrize(
    "key",
    [
        "surprise",
        "audio_branch.surprise.weight",
        "audio_branch.layers.0.blocks.0.surprise.weight",
        "audio_branch.layers.0.downsample.surprise.weight",
        "decoder_model.film.surprise.weight",
        "text_branch.encoder.layer.0.surprise.weight",
    ],
)
def test_keys_that_are_not_known_are_refused(name: str, key: str) -> None:
    state = published(name)
    state[key] = torch.empty(1, device="meta")
    with pytest.raises(WeightsError, match="has a key that its architecture has not"):
        CONVERT[name](state)


@pytest.mark.parametrize(
    ("name", "key", "named"),
    [
        ("clap", "audio_branch.bn0.weight", "audio.band_norm.weight"),
        ("clap", "text_branch.embeddings.word_embeddings.weight", "text.words.weight"),
        ("clapsep", "decoder_model.spec_norm.weight", "decoder.magnitude_norm.weight"),
    ],
)
def test_keys_that_are_missing_are_named(name: str, key: str, named: str) -> None:
    state = published(name)
    del state[key]
    with pytest.raises(WeightsError, match=f"lack {named}"):
        CONVERT[name](state)
