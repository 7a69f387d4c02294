"""How a query gets into a U-Net's maps: layers that can stand in each other's place.

Each is made of channels, the size of a token's state and a number of heads, and makes of a map,
``B C F N``, tokens, ``B L D``, and their mask, ``B L``, another map of the same shape.
"""

from collections.abc import Callable, Iterable
from typing import Literal

from torch import nn

from soundlasso.nn.cross_attention import MapAttendsText, TextAttendsMap
from soundlasso.nn.text_film import TextFilm, TextLift, TextShift

Fusion = Literal["shift", "lift", "film", "map_attends_text", "text_attends_map"]

_LAYERS: dict[str, Callable[[int, int, int], nn.Module]] = {
    "shift": TextShift,
    "lift": TextLift,
    "film": TextFilm,
    "map_attends_text": MapAttendsText,
    "text_attends_map": TextAttendsMap,
}
_ATTENTIONS = frozenset({"map_attends_text", "text_attends_map"})


def make_fusion(fusion: Fusion, channels: int, token_size: int, heads: int) -> nn.Module:
    """A layer with random weights.

    Args:
        fusion: Which.
        channels: Of the map; a multiple of ``heads`` for an attention.
        token_size: Size of a token's state.
        heads: Of an attention.
    """
    return _LAYERS[fusion](channels, token_size, heads)


def needs_tokens(fusion: Fusion) -> bool:
    """Whether it tells a query's words apart; to the others one vector says it all."""
    return fusion in _ATTENTIONS


def check_fusion(fusion: str, heads: int, channels: Iterable[int]) -> None:
    """Refuses a fusion that there is not, and one that does not fit a network's channels.

    Args:
        fusion: Its name.
        heads: Of an attention.
        channels: Of the maps; others may have multiples of them.

    Raises:
        ValueError: says what must change.
    """
    if fusion not in _LAYERS:
        raise ValueError(f"fusion must be one of {', '.join(_LAYERS)}")
    if heads < 1:
        raise ValueError(f"heads must be at least 1, not {heads}")
    if fusion in _ATTENTIONS and any(count % heads for count in channels):
        raise ValueError(f"channels must be multiples of heads ({heads})")
