"""CLAP: the embeddings, and the maps behind each stage and layer."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.models.clap import Clap, ClapConfig
from soundlasso.zoo.official.clap import convert
from tools.conformance.probes import cases, listen

Arrays = Mapping[str, npt.NDArray[np.generic]]
INPUTS = ({"waveform": 2}, {"input_ids": 2, "attention_mask": 2})


def outputs(state: Mapping[str, Tensor], arrays: Arrays) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = Clap(build_config(ClapConfig, converted.config))
    network.load_state_dict(converted.state, strict=True)
    network.eval()
    heard, read = INPUTS
    for case in cases(arrays, *heard):
        made = _hear(network, torch.from_numpy(arrays[f"{case}.waveform"]).float())
        yield from _of(case, made)
    for case in cases(arrays, *read):
        ids = torch.from_numpy(arrays[f"{case}.input_ids"]).long()
        mask = torch.from_numpy(arrays[f"{case}.attention_mask"]).bool()
        yield from _of(case, _read(network, ids, mask))


def _of(case: str, made: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for name, value in made.items():
        yield f"{case}.{name}", value


def _hear(network: Clap, waveform: Tensor) -> dict[str, Tensor]:
    audio = network.audio
    maps: dict[str, Tensor] = {}
    modules = {**audio_modules(audio), **_projection("audio", network)}
    with listen({**modules, "audio_branch.norm": network.audio_norm}, maps):
        embedding = network.embed_audio(waveform)
    made = {f"probe.{name}": value for name, value in maps.items()}
    padded = network.fill_window(waveform)
    power = audio.power(padded)
    made["probe.padded_waveform"] = padded
    made["probe.audio_branch.spectrogram_extractor"] = power.mT
    made["probe.audio_branch.logmel_extractor"] = audio.levels(power).mT
    made["htsat_embedding"] = maps["audio_branch.norm"].mean((1, 2))
    made["embedding"] = embedding
    return made


def _read(network: Clap, ids: Tensor, mask: Tensor) -> dict[str, Tensor]:
    text = network.text
    modules: dict[str, nn.Module] = {"text_branch.embeddings": text.norm}
    for number, layer in enumerate(text.layers):
        modules[f"text_branch.encoder.layer.{number}"] = layer
    maps: dict[str, Tensor] = {}
    with listen({**modules, "pool": text.pool, **_projection("text", network)}, maps):
        embedding = network.embed_text(ids, mask)
    maps["text_branch.pooler"] = maps.pop("pool").tanh()
    made = {f"probe.{name}": value for name, value in maps.items()}
    made["unnormalised"] = maps["text_projection.2"]
    made["embedding"] = embedding
    return made


def _projection(kind: str, network: Clap) -> dict[str, nn.Module]:
    layers = network.get_submodule(f"{kind}_projection")
    return {f"{kind}_projection.{number}": layers.get_submodule(number) for number in "02"}


def audio_modules(audio: nn.Module) -> dict[str, nn.Module]:
    """HTSAT's modules by the published one that gives the same map."""
    modules = {
        "audio_branch.bn0": audio.get_submodule("band_norm"),
        "audio_branch.patch_embed": audio.get_submodule("patches"),
    }
    for number, stage in enumerate(audio.get_submodule("stages").children()):
        modules[f"audio_branch.layers.{number}"] = stage
    return modules
