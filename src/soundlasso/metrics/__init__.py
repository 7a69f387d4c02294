"""How near an estimate is to the truth, as the field measures it."""

from soundlasso.metrics.clap import Clap, clap_score, clap_score_a
from soundlasso.metrics.fad import Gaussian, frechet_audio_distance, frechet_distance
from soundlasso.metrics.sdr import sdr, si_sdr

__all__ = [
    "Clap",
    "Gaussian",
    "clap_score",
    "clap_score_a",
    "frechet_audio_distance",
    "frechet_distance",
    "sdr",
    "si_sdr",
]
