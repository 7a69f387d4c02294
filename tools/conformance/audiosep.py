"""AudioSep and AudioSep-DP: the mask, the output, and the map behind each block."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.models.audiosep import AudioSepConfig, PolarMask, ResUNet30
from soundlasso.zoo.official.audiosep import convert
from tools.conformance.probes import cases, listen

Arrays = Mapping[str, npt.NDArray[np.generic]]
INPUTS = ({"mixture": 3, "condition": 2},)


def outputs(state: Mapping[str, Tensor], arrays: Arrays) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = ResUNet30(build_config(AudioSepConfig, converted.config))
    network.load_state_dict(converted.state, strict=True)
    network.eval()
    for case in cases(arrays, *INPUTS[0]):
        mixture = torch.from_numpy(arrays[f"{case}.mixture"])[:, 0].float()
        condition = torch.from_numpy(arrays[f"{case}.condition"]).float()
        for name, value in _run(network, mixture, condition):
            yield f"{case}.{name}", value


def _run(network: ResUNet30, mixture: Tensor, condition: Tensor) -> Iterator[tuple[str, Tensor]]:
    made: dict[str, Any] = {}
    with listen({"": network, **_modules(network)}, made):
        waveform = network.separate(mixture, condition)[:, None]
    yield "output", waveform
    yield "probe.output", waveform
    mask: PolarMask = made.pop("")
    magnitude = network.config.stft.forward(mixture).abs().clamp_min(1e-5)
    for name, value in (
        ("magnitude", magnitude),
        ("mask", mask.gain),
        ("mask_cos", mask.cos),
        ("mask_sin", mask.sin),
    ):
        yield name, value.mT
        yield f"probe.{name}", value.mT
    for name, value in made.items():
        if name.startswith("film."):
            yield name, value
            continue
        # Published maps have frames before bins, and their first norm has bins for channels.
        yield f"probe.{name}", value[..., None] if name == "base.bn0" else value.mT


def _modules(network: ResUNet30) -> dict[str, nn.Module]:
    """Our modules by the published one that gives the same."""
    modules: dict[str, nn.Module] = {
        "base.bn0": network.input_norm,
        "base.pre_conv": network.stem,
        "base.conv_block7a": network.bridge,
        "base.DPRNN": network.dual_path,
        "base.after_conv": network.output,
    }
    units: dict[str, nn.Module] = {"conv_block7a.conv_block1": network.bridge}
    for number, block in enumerate(network.encoder, 1):
        modules[f"base.encoder_block{number}"] = block
        units[f"encoder_block{number}.conv_block1"] = block.get_submodule("unit")
    for number, block in enumerate(network.decoder, 1):
        modules[f"base.decoder_block{number}"] = block
        modules[f"film.decoder_block{number}.beta1"] = block.get_submodule("enter.fuse.shift")
        units[f"decoder_block{number}.conv_block2"] = block.get_submodule("unit")
    for name, unit in units.items():
        modules[f"film.{name}.beta1"] = unit.get_submodule("enter.fuse.shift")
        modules[f"film.{name}.beta2"] = unit.get_submodule("between.fuse.shift")
    return modules
