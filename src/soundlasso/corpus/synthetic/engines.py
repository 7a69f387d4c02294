"""Engines, motors and vehicles: pulses of exhausts, blades and wheels."""

from collections.abc import Callable

from soundlasso.corpus.synthetic.parts import Rng, Sound

SOUNDS: dict[str, Callable[[Rng], Sound]] = {}
