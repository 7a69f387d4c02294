"""FlowSep's U-Net: single evaluations, and paths of several steps from noise to a latent map."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.models.flowsep_unet import FlowSepUNet, FlowSepUNetConfig
from soundlasso.nn.rectified_flow import euler_path
from soundlasso.zoo.official.flowsep_unet import convert
from tools.conformance.probes import cases, listen

_GIVEN = {"mixture_latent": 4, "context": 3, "context_mask": 2}
INPUTS: tuple[dict[str, int | None], ...] = (
    {"noisy_latent": 4, "t": None, **_GIVEN},
    {"noise": 4, "steps": 0, **_GIVEN},
)

_BLOCKS = 12
_PLACES = {
    "time_embed": "time",
    "input_blocks.0": "enter",
    **{f"input_blocks.{index}": f"encoder.{index - 1}" for index in range(1, _BLOCKS)},
    "middle_block": "middle_end",
    **{f"output_blocks.{index}": f"decoder.{index}" for index in range(_BLOCKS)},
    "out": "leave",
}


def outputs(
    state: dict[str, Tensor], arrays: Mapping[str, npt.NDArray[np.generic]]
) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    # A billion bytes: they are taken over, not copied.
    with torch.device("meta"):
        network = FlowSepUNet(build_config(FlowSepUNetConfig, converted.config)).eval()
    network.load_state_dict(converted.state, strict=True, assign=True)
    for case in cases(arrays, *_GIVEN):
        yield from _run(network, case, arrays)


def _run(
    network: FlowSepUNet, case: str, arrays: Mapping[str, npt.NDArray[np.generic]]
) -> Iterator[tuple[str, Tensor]]:
    def given(name: str) -> Tensor:
        return torch.from_numpy(np.asarray(arrays[f"{case}.{name}"])).float()

    mixture, tokens, mask = given("mixture_latent"), given("context"), given("context_mask") > 0
    if f"{case}.noisy_latent" in arrays:
        noisy = given("noisy_latent")
        modules = {theirs: network.get_submodule(ours) for theirs, ours in _PLACES.items()}
        found: dict[str, Tensor] = {}
        with listen(modules, found):
            velocity = network(noisy, mixture, given("t").expand(noisy.shape[0]), tokens, mask)
        yield f"{case}.velocity", velocity
        for at, value in found.items():
            yield f"{case}.probe.{at}", value
    else:
        path = euler_path(
            lambda x, time: network(x, mixture, time, tokens, mask)[:, : x.shape[1]],
            given("noise"),
            int(arrays[f"{case}.steps"]),
        )
        latent = given("noise")
        for step, latent in enumerate(path, 1):
            yield f"{case}.probe.latent_after_step{step}", latent
        yield f"{case}.latent", latent
