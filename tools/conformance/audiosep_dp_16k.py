"""AudioSep-DP_16k: see `tools.conformance.audiosep`."""

from tools.conformance.audiosep import INPUTS, outputs

__all__ = ["INPUTS", "outputs"]
