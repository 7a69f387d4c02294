"""FlowSep's vocoder, from ``CASE.mel`` to ``CASE.output``."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.models.bigvgan import BigVgan, BigVganConfig
from soundlasso.zoo.official.flowsep_vocoder import convert
from tools.conformance.probing import probes, watched

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
    for case in sorted(name.removesuffix(".mel") for name in arrays if name.endswith(".mel")):
        with watched(network, _PLACES) as found:
            waveform = network(torch.from_numpy(arrays[f"{case}.mel"]).float())
        for name, value in ((f"{case}.output", waveform[:, None]), *probes(case, found)):
            if name in arrays:
                yield name, value
