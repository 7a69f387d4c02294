"""AudioSep-DP_6x256: see `tools.conformance.audiosep`."""

from tools.conformance.audiosep import INPUTS, outputs

__all__ = ["INPUTS", "outputs"]
