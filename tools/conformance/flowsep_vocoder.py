"""FlowSep's vocoder, from ``CASE.mel`` to ``CASE.output``."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.models.bigvgan import BigVgan, BigVganConfig
from soundlasso.zoo.official.flowsep_vocoder import convert
from tools.conformance.probes import cases, listen

INPUTS = ({"mel": 3},)

_STAGES, _STACKS = 5, 3
_PLACES = {
    "conv_pre": "enter",
    **{f"ups.{stage}.0": f"stages.{stage}.stretch" for stage in range(_STAGES)},
    **{
        f"resblocks.{_STACKS * stage + stack}": f"stages.{stage}.stacks.{stack}"
        for stage in range(_STAGES)
        for stack in range(_STACKS)
    },
    "activation_post": "activation",
    "conv_post": "leave",
}


def outputs(
    state: dict[str, Tensor], arrays: Mapping[str, npt.NDArray[np.generic]]
) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = BigVgan(build_config(BigVganConfig, converted.config)).eval()
    network.load_state_dict(converted.state, strict=True)
    modules = {theirs: network.get_submodule(ours) for theirs, ours in _PLACES.items()}
    for case in cases(arrays, *INPUTS[0]):
        found: dict[str, Tensor] = {}
        with listen(modules, found):
            waveform = network(torch.from_numpy(arrays[f"{case}.mel"]).float())
        made = {"output": waveform[:, None], **{f"probe.{at}": x for at, x in found.items()}}
        for name, value in made.items():
            yield f"{case}.{name}", value
