"""A FlowSep of half a second at 1 kHz with random weights."""

import torch

from soundlasso.models.bigvgan import BigVganConfig
from soundlasso.models.flowsep import FlowSep, FlowSepConfig
from soundlasso.models.flowsep_unet import FlowSepUNetConfig
from soundlasso.models.flowsep_vae import FlowSepVaeConfig
from tests.conftest import randomised

TINY_FLOWSEP = FlowSepConfig(
    unet=FlowSepUNetConfig(
        latent_channels=2,
        out_channels=4,
        channels=8,
        multipliers=(1, 2),
        attention=(False, True),
        blocks=1,
        head_size=4,
        token_size=8,
        groups=4,
    ),
    vae=FlowSepVaeConfig(channels=8, multipliers=(1, 2), blocks=1, latent_channels=2, groups=4),
    vocoder=BigVganConfig(
        bands=8,
        channels=8,
        rates=(4, 2),
        kernels=(8, 4),
        residual_kernels=(3,),
        dilations=(1,),
    ),
    sample_rate=1000,
    window=64,
    frames=64,
    high=500.0,
    steps=2,
)


def tiny_flowsep(config: FlowSepConfig = TINY_FLOWSEP) -> FlowSep:
    """The network, the same every time."""
    torch.manual_seed(0)
    network = randomised(FlowSep(config), scale=0.1)
    assert isinstance(network, FlowSep)
    network.scale.fill_(0.7)
    return network
