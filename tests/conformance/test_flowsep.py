"""FlowSep's networks give the published networks' numbers, from the published names."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys, official_state
from tools.parity import compare
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.errors import WeightsError
from soundlasso.models.flowsep import FlowSep, FlowSepConfig
from soundlasso.zoo.official import flowsep, flowsep_unet, flowsep_vae, flowsep_vocoder

VECTORS = Path(__file__).with_name("vectors")
NETWORKS = {"unet": flowsep_unet, "vae": flowsep_vae, "vocoder": flowsep_vocoder}
PREFIXES = {
    "unet": "model.diffusion_model.",
    "vae": "first_stage_model.",
    "vocoder": "first_stage_model.vocoder.",
}
INPUTS = {
    "flowsep_vocoder": {"short.mel"},
    "flowsep_vae": {"encode.mel", "decode.latent"},
    "flowsep_unet": {
        f"step.{name}"
        for name in ("noisy_latent", "mixture_latent", "t", "context", "context_mask")
    },
}


@pytest.mark.parametrize(
    "name",
    ["flowsep_vocoder", "flowsep_vae", pytest.param("flowsep_unet", marks=pytest.mark.slow)],
)
def test_every_stored_array_comes_out_the_same(name: str) -> None:
    with np.load(VECTORS / f"{name}.npz") as file:
        arrays = {key: file[key] for key in file.files}
    compared = {key: error for key, error, _ in compare(name, arrays)}
    assert compared.keys() == arrays.keys() - INPUTS[name]
    assert {key for key, error in compared.items() if not error < 2e-5} == set()


def published(name: str) -> dict[str, Tensor]:
    """A network's keys and shapes without numbers."""
    keys = official_keys(f"flowsep_{name}")
    return {key: torch.empty(entry["shape"], device="meta") for key, entry in keys.items()}


def folded(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The vocoder as the whole checkpoint holds it; by PyTorch's own weight normalisation."""
    result = {}
    for key, value in state.items():
        stem, _, kind = key.rpartition(".")
        if kind == "weight_v":
            result[f"{stem}.weight"] = torch._weight_norm(value, state[f"{stem}.weight_g"], 0)
        elif kind != "weight_g":
            result[key] = value
    return result


@pytest.fixture
def checkpoint() -> dict[str, Tensor]:
    """The whole published checkpoint's keys and shapes, and what else lies in it."""
    state = {
        PREFIXES[name] + key: value
        for name in ("unet", "vae")
        for key, value in published(name).items()
    }
    state |= {PREFIXES["vocoder"] + key: x for key, x in folded(published("vocoder")).items()}
    for key in ("betas", "logvar", "cond_stage_models.0.model.shared.weight", "clap.model.x"):
        state[key] = torch.zeros(2)
    state["first_stage_model.loss.logvar"] = torch.zeros(())
    return {**state, "scale_factor": torch.tensor(0.31)}


def test_the_published_shapes_are_the_defaults(checkpoint: dict[str, Tensor]) -> None:
    converted = flowsep.convert(checkpoint)
    config = build_config(FlowSepConfig, converted.config)
    assert config == FlowSepConfig()
    with torch.device("meta"):
        expected = {key: value.shape for key, value in FlowSep(config).state_dict().items()}
    assert {key: value.shape for key, value in converted.state.items()} == expected
    assert float(converted.state["scale"]) == pytest.approx(0.31)
    filters = {key for key in checkpoint if key.endswith(".filter")}
    assert set(converted.ignored) == filters | {
        "betas",
        "logvar",
        "cond_stage_models.0.model.shared.weight",
        "clap.model.x",
        "first_stage_model.loss.logvar",
    }


def test_fixed_filters_may_be_missing(checkpoint: dict[str, Tensor]) -> None:
    less = {key: value for key, value in checkpoint.items() if not key.endswith(".filter")}
    assert len(less) < len(checkpoint)
    assert flowsep.convert(less).state.keys() == flowsep.convert(checkpoint).state.keys()


def test_without_a_scale_it_is_one(checkpoint: dict[str, Tensor]) -> None:
    del checkpoint["scale_factor"]
    assert float(flowsep.convert(checkpoint).state["scale"]) == 1.0


def test_running_averages_are_taken_where_there_are_some(checkpoint: dict[str, Tensor]) -> None:
    prefix = PREFIXES["unet"]
    averages = {
        "model_ema." + key.removeprefix("model.").replace(".", ""): torch.empty_like(value)
        for key, value in checkpoint.items()
        if key.startswith(prefix)
    }
    counters = {"model_ema.decay": torch.tensor(0.9999), "model_ema.num_updates": torch.tensor(7)}
    converted = flowsep.convert({**checkpoint, **averages, **counters})
    ours = {id(value) for key, value in converted.state.items() if key.startswith("unet.")}
    assert ours == {id(value) for value in averages.values()}
    weights = {key for key in checkpoint if key.startswith(prefix)}
    assert weights | counters.keys() <= set(converted.ignored)
    assert flowsep.convert({**checkpoint, **counters}).state.keys() == converted.state.keys()
    first, *_ = averages
    with pytest.raises(WeightsError, match="running averages, but none for model"):
        flowsep.convert({**checkpoint, **{key: averages[key] for key in [*averages][1:]}})
    with pytest.raises(WeightsError, match="of nothing that it holds: model_ema"):
        flowsep.convert({**checkpoint, **averages, "model_ema.x": averages[first]})


@pytest.mark.parametrize(
    "key",
    [
        "surprise",
        "model.other.weight",
        "model.diffusion_model.input_blocks.4.3.norm.weight",
        "model.diffusion_model.input_blocks.4.1.transformer_blocks.1.norm1.weight",
        "model.diffusion_model.middle_block.3.norm.weight",
        "model.diffusion_model.time_embed.4.weight",
        "model.diffusion_model.label_emb.weight",
        "first_stage_model.encoder.mid.attn_2.q.weight",
        "first_stage_model.encoder.down.0.attn.0.q.weight",
        "first_stage_model.middle.mid.attn_1.q.weight",
        "first_stage_model.encoder.mid.attn_1.q.gain",
        "first_stage_model.vocoder.resblocks.0.convs3.0.weight",
        "first_stage_model.vocoder.surprise",
    ],
)
def test_unknown_keys_are_named(checkpoint: dict[str, Tensor], key: str) -> None:
    checkpoint[key] = torch.zeros(1)
    named = key.removeprefix(PREFIXES["vocoder"]).removeprefix(PREFIXES["vae"])
    with pytest.raises(
        WeightsError, match=named.removeprefix(PREFIXES["unet"]).replace(".", r"\.")
    ):
        flowsep.convert(checkpoint)


@pytest.mark.parametrize("part", NETWORKS)
def test_a_checkpoint_without_one_of_the_networks(checkpoint: dict[str, Tensor], part: str) -> None:
    prefix = PREFIXES[part]
    others = {
        key: value
        for key, value in checkpoint.items()
        if not key.startswith(prefix) or (part == "vae" and key.startswith(PREFIXES["vocoder"]))
    }
    with pytest.raises(WeightsError, match=f"no key begins {prefix}"):
        flowsep.convert(others)


@pytest.mark.parametrize("part", NETWORKS)
def test_something_else_is_refused(part: str) -> None:
    with pytest.raises(WeightsError, match="the checkpoint is not"):
        NETWORKS[part].convert({"a.weight": torch.zeros(1)})


def test_a_vocoder_of_other_rates_is_refused() -> None:
    state = folded(published("vocoder"))
    state["ups.0.0.weight"] = torch.empty(512, 256, 8, device="meta")
    with pytest.raises(WeightsError, match=r"kernels \(8, 16, 8, 4, 4\)"):
        flowsep_vocoder.convert(state)


@pytest.mark.parametrize(("lost", "left"), [("weight_v", "weight_g"), ("weight_g", "weight_v")])
def test_half_a_weight_is_refused(lost: str, left: str) -> None:
    state = published("vocoder")
    del state[f"ups.1.0.{lost}"]
    with pytest.raises(WeightsError, match=rf"has ups.1.0.{left}, but no ups.1.0.{lost}"):
        flowsep_vocoder.convert(state)


def test_both_published_forms_of_the_vocoder_are_the_same() -> None:
    state = official_state("flowsep_vocoder")
    one, other = (flowsep_vocoder.convert(form).state for form in (state, folded(state)))
    assert one.keys() == other.keys()
    for key, value in one.items():
        assert torch.allclose(value, other[key], rtol=1e-5, atol=1e-8), key
