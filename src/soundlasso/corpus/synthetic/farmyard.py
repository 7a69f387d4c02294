"""A farmyard, where mammals and birds are heard together."""

from collections.abc import Callable

import numpy as np

from soundlasso.corpus.synthetic.birds import (
    chicken_clucking,
    duck_quacking,
    goose_honking,
    rooster_crowing,
)
from soundlasso.corpus.synthetic.mammals import (
    cow_mooing,
    goat_bleating,
    pig_grunting,
    sheep_bleating,
)
from soundlasso.corpus.synthetic.parts import (
    Rng,
    Sound,
    add,
    between,
    count,
    echo,
    ends,
    level,
    noise,
    peak,
)


def farm_animals(rng: Rng) -> Sound:
    """A yard: two or three kinds of animals, near and far, at the same time."""
    kinds = (
        cow_mooing,
        sheep_bleating,
        goat_bleating,
        pig_grunting,
        chicken_clucking,
        rooster_crowing,
        duck_quacking,
        goose_honking,
    )
    out = np.zeros(count(rng.uniform(3.5, 6.0)))
    chosen = rng.choice(len(kinds), 3, replace=False)
    for kind in (*chosen[:2], *rng.choice(chosen, rng.integers(0, 3))):
        add(out, peak(kinds[kind](rng)), rng.uniform(0.0, 3.0), between(rng, 0.15, 1.0))
    out = ends(out, 0.05, 0.3)
    out += level(noise(rng, len(out), 1.0)) * between(rng, 0.0005, 0.01)
    return echo(rng, out, between(rng, 0.2, 1.0), between(rng, 0.02, 0.3))


SOUNDS: dict[str, Callable[[Rng], Sound]] = {"farm animals": farm_animals}
