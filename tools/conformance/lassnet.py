"""LASS-Net: query vector, mask, waveform, and the maps behind every block."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.zoo.official.lassnet import blocks, convert
from tools.conformance.probes import cases, listen

Arrays = Mapping[str, npt.NDArray[np.generic]]
INPUTS = ({"mixture": 2, "input_ids": 2, "attention_mask": 2},)


def outputs(state: Mapping[str, Tensor], arrays: Arrays) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = LassNet(build_config(LassNetConfig, converted.config))
    network.load_state_dict(converted.state, strict=True)
    network.eval()
    for case in cases(arrays, *INPUTS[0]):
        mixture, ids, mask = (torch.from_numpy(arrays[f"{case}.{name}"]) for name in INPUTS[0])
        for name, value in _run(network, mixture.float(), ids.long(), mask.bool()).items():
            yield f"{case}.{name}", value


def _run(network: LassNet, mixture: Tensor, ids: Tensor, mask: Tensor) -> dict[str, Tensor]:
    maps: dict[str, Tensor] = {}
    with listen(_modules(network), maps):
        spectrum = network.config.stft.forward(mixture)
        tokens, there = network.embed(network.bert(ids, mask), mask)
        gains = network.separate(spectrum.abs(), tokens, there)
    # The published transform gives whole hops only.
    samples = network.config.hop * (spectrum.shape[-1] - 1)
    made = {f"probe.{name}": value for name, value in maps.items()}
    # The only token, without its axis.
    made["text_embedding"] = made["probe.text_embedder.linear_layer"] = tokens[:, 0]
    made["output"] = network.config.stft.inverse(spectrum * gains, samples)
    # Frames come before bins there.
    for name, value in (("magnitude", spectrum.abs()), ("mask", gains)):
        made[name] = made[f"probe.{name}"] = value.mT
    return made


def _modules(network: LassNet) -> dict[str, nn.Module]:
    """Our modules by the published one that gives the same map."""
    bert = "text_embedder.bert_layer"
    modules: dict[str, nn.Module] = {
        f"{bert}.embeddings": network.bert.embed,
        "UNet.after_conv2": network.output,
        "text_embedder.linear_layer": network.query,
    }
    for number, layer in enumerate(network.bert.layers):
        modules[f"{bert}.encoder.layer.{number}"] = layer
    for number, encode in enumerate(network.encoder):
        modules[f"UNet.encoder_block{number + 1}"] = encode
    for number, decode in enumerate(network.decoder):
        modules[f"UNet.decoder_block{number + 1}"] = decode
    for theirs, ours in blocks(len(network.encoder)).items():
        modules[theirs] = network.get_submodule(ours)
    return modules
