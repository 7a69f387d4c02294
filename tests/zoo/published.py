"""Small checkpoints that look like published ones."""

import torch
from tools.conformance.rule import official_keys
from torch import Tensor

from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from soundlasso.models.clap import Clap
from soundlasso.query.encoder import TokenStates, check_query
from soundlasso.zoo.official.audiosep import _IGNORED, _rename
from soundlasso.zoo.official.clap import _rename as rename_clap
from tests.conftest import randomised

TINY = AudioSepConfig(sample_rate=1000, window=64, hop=10, condition=6, channels=(4, 6, 8))
TINY_DUAL_PATH = AudioSepConfig(
    sample_rate=1000,
    window=64,
    hop=10,
    condition=6,
    channels=(4, 6, 8),
    dual_path_layers=2,
    dual_path_hidden=5,
)


def tiny_network(config: AudioSepConfig = TINY) -> ResUNet30:
    """With random weights that matter."""
    torch.manual_seed(0)
    made = randomised(ResUNet30(config), scale=0.1)
    assert isinstance(made, ResUNet30)
    return made


def published_state(network: ResUNet30) -> dict[str, Tensor]:
    """A network's weights as its authors name and turn them, with what they store beside."""
    name = "audiosep_dp" if network.config.dual_path_layers else "audiosep"
    state, ours = network.state_dict(), set()
    published: dict[str, Tensor] = {}
    for key in official_keys(name):
        if _IGNORED.fullmatch(key):
            published[key] = torch.ones(3)
        elif (own := _rename(key)) in state:
            assert own is not None
            value = state[own]
            published[key] = value.mT.contiguous() if value.ndim == 4 else value
            ours.add(own)
    assert ours == state.keys()
    return published


def published_clap(network: Clap) -> dict[str, Tensor]:
    """A CLAP's weights as its authors name them, with some of what they store beside."""
    state, ours = network.state_dict(), set()
    published: dict[str, Tensor] = {"module.logit_scale_a": torch.ones(())}
    for key in official_keys("clap"):
        if (own := rename_clap(key)) in state:
            assert own is not None
            published[f"module.{key}"] = state[own]
            ours.add(own)
    assert ours == state.keys()
    return published


class Embedder:
    """A query encoder that knows nothing but lengths."""

    size, max_tokens = 6, 16

    def encode(self, queries: list[str]) -> TokenStates:
        made = [torch.sin(torch.arange(6.0) * len(check_query(query))) for query in queries]
        states = torch.nn.functional.normalize(torch.stack(made), dim=1)[:, None]
        return TokenStates(states, torch.ones(len(queries), 1, dtype=torch.bool), (False,))
