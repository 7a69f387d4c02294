"""How near an estimate is to the truth, as the field measures it."""

from soundlasso.metrics.sdr import sdr, si_sdr

__all__ = ["sdr", "si_sdr"]
