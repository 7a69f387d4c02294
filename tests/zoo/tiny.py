"""A small network of every family, what it is called with, and a card with its weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from soundlasso.models.audiosep import AudioSepConfig, PolarMask, ResUNet30
from soundlasso.models.clapsep import ClapSep
from soundlasso.models.flowsep import FlowSep
from soundlasso.models.gainnet import GainNet
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.models.livenet import LiveNet
from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig
from soundlasso.nn.bert import BertConfig
from soundlasso.query.encoder import TokenStates, check_query
from tests.cards import sample_rate_of, write_card
from tests.conftest import TINY_GAINNET, TINY_LIVENET, randomised
from tests.models.tiny_clap import TINY_CLAPSEP, at_usual_levels
from tests.models.tiny_flowsep import TINY_FLOWSEP

TINY_AUDIOSEP = AudioSepConfig(
    sample_rate=2000, window=128, hop=20, condition=6, channels=(4, 6, 8), dual_path_layers=1
)
TINY_LASSNET = LassNetConfig(
    sample_rate=8000,
    window=128,
    hop=64,
    seconds=1.0,
    channels=(3, 4, 6),
    query_size=10,
    bert=BertConfig(positions=16, size=12, layers=1, heads=3, inner=20),
)
TINY_RESUNETPP = ResUNetPlusPlusConfig(
    sample_rate=8000,
    window=128,
    hop=64,
    seconds=1.0,
    # Wide enough that the narrow layers of squeeze and excitation do not all rest at zero.
    filters=(48, 48, 96, 96, 144),
    output_filters=4,
    token_size=16,
    heads=2,
)


class Words:
    """An encoder that knows nothing but queries' lengths; in one vector where ``tokens`` is 1."""

    max_tokens, sample_rate = 16, 4800

    def __init__(self, size: int, tokens: int) -> None:
        self.size = size
        self._tokens = tokens

    def encode(self, queries: list[str]) -> TokenStates:
        states = torch.stack([self._states(len(check_query(query))) for query in queries])
        mask = torch.ones(states.shape[:2], dtype=torch.bool)
        return TokenStates(states, mask, (False,) * len(queries))

    def embed(self, queries: list[str]) -> Tensor:
        return self.encode(queries).states[:, 0]

    def embed_audio(self, waveform: Tensor) -> Tensor:
        return torch.stack([self._states(one.shape[0])[0] for one in waveform])

    def _states(self, seed: int) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randn(self._tokens, self.size, generator=generator)
        return drawn / drawn.norm(dim=1, keepdim=True)


@dataclass(frozen=True)
class Tiny:
    """A family at a size that tests can afford.

    Attributes:
        config: The network's numbers.
        network: Its class.
        size: Of the query encoder's states; 0 where the network reads words itself.
        tokens: How many of them a query becomes.
        inputs: What the network is called with for two recordings.
        run: Calls it and gives one tensor that depends on all of its weights.
        scale: Of the noise on its random weights.
    """

    config: Any
    network: Callable[[Any], nn.Module]
    size: int
    tokens: int
    inputs: Callable[[], tuple[Tensor, ...]]
    run: Callable[..., Tensor]
    scale: float = 0.1

    def make(self) -> nn.Module:
        """The network, the same every time."""
        torch.manual_seed(0)
        made = randomised(self.network(self.config), scale=self.scale)
        if isinstance(made, ClapSep):
            at_usual_levels(made.encoder)
        return made

    @property
    def sample_rate(self) -> int:
        """The network's, in Hz."""
        return sample_rate_of(self.config)

    def write(self, family: str, folder: Path) -> Path:
        """Saves the network; gives the card."""
        return write_card(folder, family, self.config, self.make(), query_encoder="words")


def _drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def _there(*shape: int) -> Tensor:
    return torch.ones(shape, dtype=torch.bool)


def _run_gains(network: nn.Module, *inputs: Tensor) -> Tensor:
    gains, presence = network(*inputs)
    return torch.cat([gains.flatten(), presence.flatten()])


def _run_polar(network: nn.Module, magnitude: Tensor, condition: Tensor) -> Tensor:
    mask = network(magnitude, condition)
    assert isinstance(mask, PolarMask)
    return torch.cat([mask.gain, mask.cos, mask.sin], dim=1)


def _run_flow(network: nn.Module, waveform: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    assert isinstance(network, FlowSep)
    noise = _drawn(len(waveform), *network.config.latent_shape)
    latent = network.encode(network.log_mel(waveform), noise)
    return network.decode(network.sample(latent, tokens, mask, noise))


def _run(network: nn.Module, *inputs: Tensor) -> Tensor:
    made = network(*inputs)
    assert isinstance(made, Tensor)
    return made


def _gain_inputs() -> tuple[Tensor, ...]:
    return 1e-3 * _drawn(2, 64, 32) ** 4, _drawn(2, 4, 384), _there(2, 4), torch.arange(2)


TINY: dict[str, Tiny] = {
    "audiosep": Tiny(
        TINY_AUDIOSEP,
        ResUNet30,
        size=6,
        tokens=1,
        inputs=lambda: (_drawn(2, 65, 30).abs(), _drawn(2, 6)),
        run=_run_polar,
    ),
    "clapsep": Tiny(
        TINY_CLAPSEP,
        ClapSep,
        size=12,
        tokens=1,
        inputs=lambda: (
            0.1 * _drawn(2, 1920),
            0.1 * _drawn(2, 2880),
            _drawn(2, 12),
            _drawn(2, 12),
        ),
        run=_run,
        scale=0.2,
    ),
    "flowsep": Tiny(
        TINY_FLOWSEP,
        FlowSep,
        size=8,
        tokens=3,
        inputs=lambda: (0.1 * _drawn(2, 512), _drawn(2, 3, 8), _there(2, 3)),
        run=_run_flow,
    ),
    "gainnet": Tiny(TINY_GAINNET, GainNet, 384, tokens=4, inputs=_gain_inputs, run=_run_gains),
    "lassnet": Tiny(
        TINY_LASSNET,
        LassNet,
        size=0,
        tokens=0,
        inputs=lambda: (
            _drawn(2, 65, 24).abs(),
            torch.tensor([[101, 2, 3], [101, 4, 5]]),
            _there(2, 3),
        ),
        run=_run,
        scale=0.2,
    ),
    "livenet": Tiny(TINY_LIVENET, LiveNet, 384, tokens=4, inputs=_gain_inputs, run=_run_gains),
    "resunetpp": Tiny(
        TINY_RESUNETPP,
        ResUNetPlusPlus,
        size=16,
        tokens=4,
        inputs=lambda: (_drawn(2, 65, 16).abs(), _drawn(2, 4, 16), _there(2, 4)),
        run=_run,
        scale=0.02,
    ),
}
"""All of them; a test holds it against the registry."""
