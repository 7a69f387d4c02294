"""AudioSep-DP: see `tools.conformance.audiosep`."""

from tools.conformance.audiosep import outputs

__all__ = ["outputs"]
