"""CLAP and CLAPSep so small that tests can afford them; all clips last 0.6 s."""

from soundlasso.models.clap import ClapConfig
from soundlasso.models.clapsep import ClapSepConfig
from soundlasso.models.htsat import Htsat, HtsatConfig
from soundlasso.models.roberta import RobertaConfig


def tiny_htsat(lora_rank: int = 0) -> HtsatConfig:
    """Two stages, with and without shifted windows, at 4.8 kHz."""
    return HtsatConfig(
        sample_rate=4800,
        window=128,
        hop=48,
        bands=16,
        low=50.0,
        high=2000.0,
        side=32,
        channels=8,
        depths=(2, 1),
        heads=(2, 2),
        attention_window=4,
        lora_rank=lora_rank,
    )


TINY_CLAP = ClapConfig(
    audio=tiny_htsat(),
    text=RobertaConfig(vocabulary=64, positions=82, size=16, layers=1, heads=2, inner=32),
    size=12,
    seconds=0.6,
)
TINY_CLAPSEP = ClapSepConfig(
    encoder=tiny_htsat(lora_rank=2),
    sample_rate=3200,
    window=64,
    hop=32,
    seconds=0.6,
    embedding=12,
    depths=(1, 2),
    masker_size=16,
    masker_layers=1,
    masker_heads=2,
    masker_inner=32,
)


def at_usual_levels(network: Htsat) -> None:
    """Levels are in dB; without this they drown in their mean."""
    network.band_norm.get_buffer("running_mean").fill_(-30.0)
    network.band_norm.get_buffer("running_var").fill_(100.0)
