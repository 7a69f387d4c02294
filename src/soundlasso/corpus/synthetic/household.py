"""Things in a house and tools in a hand: doors, clicks, paper, cloth, saws."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
