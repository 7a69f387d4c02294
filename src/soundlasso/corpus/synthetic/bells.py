"""Bells and what rings like them: struck metal whose modes are not harmonic.

Ratios of partials are those of Fletcher and Rossing (1998), "The Physics of Musical Instruments",
chapters 19 to 21, spread a little for each bell.
"""

from collections.abc import Callable

import numpy as np

from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    band,
    between,
    count,
    fade,
    modes,
    noise,
    peak,
    repeat,
)

_HAND_BELL = (1.0, 3.0, 4.2, 5.4, 6.8, 9.1)
_HEMISPHERE = (1.0, 2.6, 4.6, 6.9, 9.6, 12.5)


def _ding(rng: Rng, ratios: tuple[float, ...], hertz: float, ringing: float) -> Callable[[], Sound]:
    """A bell, struck as often as one asks; each stroke is a little different."""
    partials = hertz * np.array(ratios) * rng.uniform(0.97, 1.03, len(ratios))
    # Bells are not quite round: every mode is two that beat.
    split = partials * (1.0 + rng.uniform(0.0, 0.004, len(ratios)))
    decay = ringing * np.array([1.0 / (1.0 + 0.6 * i) for i in range(len(ratios))])
    gains = rng.uniform(0.3, 1.0, len(ratios)) / np.arange(1, len(ratios) + 1) ** rng.uniform(0, 1)
    clapper = between(rng, 0.05, 0.5)

    def strike() -> Sound:
        samples = count(ringing)
        hard = rng.uniform(0.6, 1.0, len(ratios))
        body = modes(samples, partials, decay, gains * hard)
        body += modes(samples, split, decay, 0.6 * gains * hard)
        click = band(noise(rng, count(0.01)), 1500.0, 9000.0) * fade(count(0.01), 0.0003, 0.006)
        add(body, click, 0.0, clapper)
        return body

    return strike


def bell_ringing(rng: Rng) -> Sound:
    """A hand bell, a counter bell, a bicycle's, or an electric one."""
    kind = rng.integers(4)
    if kind == 0:
        strike = _ding(rng, _HAND_BELL, between(rng, 500, 2500), between(rng, 0.8, 3.0))
        return repeat(rng, rng.uniform(0, 3.0), between(rng, 0.2, 0.9), strike, jitter=0.1)
    if kind == 1:
        strike = _ding(rng, _HEMISPHERE, between(rng, 1500, 4000), between(rng, 0.7, 2.0))
        return repeat(rng, rng.choice([0.0, 0.0, 0.6]), between(rng, 0.15, 0.5), strike)
    ring = between(rng, 0.3, 1.2)
    strike = _ding(rng, _HEMISPHERE, between(rng, 900, 3500), ring)
    if kind == 2:
        return repeat(rng, rng.uniform(0.15, 0.6), 1 / rng.uniform(8, 16), strike, jitter=0.15)
    return peak(repeat(rng, rng.uniform(0.8, 4.0), 1 / rng.uniform(10, 30), strike, jitter=0.02))


SOUNDS = {"bell ringing": bell_ringing}
