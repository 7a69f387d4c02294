"""FlowSep's autoencoder: ``CASE.mel`` to ``CASE.moments``, ``CASE.latent`` to ``CASE.mel``."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.config import build_config
from soundlasso.models.flowsep_vae import FlowSepVae, FlowSepVaeConfig
from soundlasso.zoo.official.flowsep_vae import convert
from tools.conformance.probes import listen

# The first that fits counts: a case that is decoded has the spectrogram for its output.
INPUTS = ({"latent": 4}, {"mel": 4})

_LEVELS, _BLOCKS = 3, 2
_MIDDLE = ("block_1", "attn_1", "block_2")
_PLACES = {
    "quant_conv": "to_moments",
    "post_quant_conv": "from_latent",
    **{
        f"{half}.{theirs}": f"{half}.{ours}"
        for half in ("encoder", "decoder")
        for theirs, ours in (
            ("conv_in", "enter"),
            ("norm_out", "leave.0"),
            ("conv_out", "leave.2"),
            *((f"mid.{name}", f"middle.{index}") for index, name in enumerate(_MIDDLE)),
        )
    },
    **{
        f"encoder.down.{level}.block.{block}": f"encoder.levels.{level}.{block}"
        for level in range(_LEVELS)
        for block in range(_BLOCKS)
    },
    **{
        f"decoder.up.{_LEVELS - 1 - level}.block.{block}": f"decoder.levels.{level}.{block}"
        for level in range(_LEVELS)
        for block in range(_BLOCKS + 1)
    },
}


def outputs(
    state: dict[str, Tensor], arrays: Mapping[str, npt.NDArray[np.generic]]
) -> Iterator[tuple[str, Tensor]]:
    """See the package."""
    converted = convert(state)
    network = FlowSepVae(build_config(FlowSepVaeConfig, converted.config)).eval()
    network.load_state_dict(converted.state, strict=True)
    modules = {theirs: network.get_submodule(ours) for theirs, ours in _PLACES.items()}
    for case in sorted({name.partition(".")[0] for name in arrays if "." in name}):
        found: dict[str, Tensor] = {}
        with listen(modules, found):
            if f"{case}.latent" in arrays:
                mel = network.decode(torch.from_numpy(arrays[f"{case}.latent"]).float())
                made = {"mel": mel}
            else:
                moments = network.encode(torch.from_numpy(arrays[f"{case}.mel"]).float())
                made = {"moments": moments}
        made |= {f"probe.{at}": x for at, x in found.items()}
        for name, value in made.items():
            yield f"{case}.{name}", value
