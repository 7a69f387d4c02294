"""What people do with their throats, hands and bodies, without words."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
