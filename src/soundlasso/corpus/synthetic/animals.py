"""Animals' voices: pulses of a throat behind moving resonances."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
