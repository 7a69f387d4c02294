"""Blasts, shots, and what flies: noise that begins all at once."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
