"""CLAPSep: the mask, the output, and the maps behind each stage."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.models.clapsep import ClapSep, ClapSepConfig
from soundlasso.zoo.official.clapsep import convert
from tools.conformance.clap import audio_modules
from tools.conformance.probes import cases, listen

Arrays = Mapping[str, npt.NDArray[np.generic]]
INPUTS = ({"mixture": 2, "mixture_48k": 2, "positive": 2, "negative": 2},)


def outputs(state: Mapping[str, Tensor], arrays: Arrays) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = ClapSep(build_config(ClapSepConfig, converted.config))
    network.load_state_dict(converted.state, strict=True)
    network.eval()
    for case in cases(arrays, *INPUTS[0]):
        inputs = [torch.from_numpy(arrays[f"{case}.{name}"]).float() for name in INPUTS[0]]
        for name, value in _maps(network, *inputs).items():
            yield f"{case}.{name}", value


def _maps(network: ClapSep, mixture: Tensor, *others: Tensor) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    decoder = network.decoder
    with listen({**_modules(network), "mask": decoder.masker, "bands": decoder.unfold}, maps):
        output = network(mixture, *others)
    mask, bands = maps.pop("mask").mT, maps.pop("bands")
    magnitude = network.config.stft.forward(mixture).abs().mT
    # The image that the bands are unfolded from.
    pieces = bands.reshape(*bands.shape[:2], network.config.encoder.folds, -1)
    maps["decoder_model.inverse_patch_embed"] = pieces.transpose(1, 2)
    made = {f"probe.{name}": value for name, value in maps.items()}
    made |= {"probe.magnitude": magnitude, "probe.mask": mask}
    return {**made, "magnitude": magnitude, "mask": mask, "output": output}


def _modules(network: ClapSep) -> dict[str, nn.Module]:
    """Our modules by the published one that gives the same map."""
    decoder = network.decoder
    modules = audio_modules(network.encoder)
    modules["decoder_model.film"] = decoder.enter
    for number, (stage, skip) in enumerate(zip(decoder.stages, decoder.skips, strict=True)):
        modules[f"decoder_model.layers.{number}"] = stage
        modules[f"decoder_model.skip.{number}"] = skip
    modules["decoder_model.spec_norm"] = decoder.magnitude_norm
    modules["decoder_model.mask_net.1"] = decoder.masker.get_submodule("norm")
    for number, layer in enumerate(decoder.masker.get_submodule("layers").children()):
        modules[f"decoder_model.mask_net.2.layers.{number}"] = layer
    return modules
