"""Words for what is damaged in a recording."""

from collections.abc import Sequence

_MOST_NAMED = 3


def named_places(seconds: Sequence[float]) -> str:
    """Where something is, such as ``3.01 s, 3.03 s, 3.05 s and 7 more``."""
    named = ", ".join(f"{at:.2f} s" for at in seconds[:_MOST_NAMED])
    more = len(seconds) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
