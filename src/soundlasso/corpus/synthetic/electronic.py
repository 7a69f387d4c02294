"""What loudspeakers and whistles make: sirens, beeps, horns, sparks, ray guns."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
