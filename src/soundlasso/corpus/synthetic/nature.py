"""Water, wind, weather and fire: noise that flows, bubbles that ring, crackling."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
