"""AudioSep-DP_6x256: see `tools.conformance.audiosep`."""

from tools.conformance.audiosep import outputs

__all__ = ["outputs"]
