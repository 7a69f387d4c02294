"""All synthetic sounds, by label."""

from collections.abc import Callable
from functools import cache
from importlib import import_module

import numpy as np
import numpy.typing as npt

from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.synthetic.parts import Rng, Sound
from soundlasso.errors import CorpusError

PACKAGE = "synthetic"
"""What stands for a package of theirs in the catalogue."""

TAKES = 24
"""How many of each label there are."""

_VERSION = "2"
_SIGN = "synthetic#"
_GROUPS = (
    "bells",
    "birds",
    "electronic",
    "engines",
    "farmyard",
    "footsteps",
    "household",
    "impacts",
    "mammals",
    "nature",
    "people",
    "percussion",
    "small_animals",
    "weapons",
)


@cache
def sounds() -> dict[str, Callable[[Rng], Sound]]:
    """What makes a take of each label."""
    tables = [import_module(f"{__package__}.{group}").SOUNDS for group in _GROUPS]
    return {label: make for table in tables for label, make in table.items()}


def synthesise(path: str) -> npt.NDArray[np.float32]:
    """Makes a take.

    Args:
        path: ``synthetic#LABEL/TAKE``; the same gives the same sound.

    Returns:
        ``T 1`` at the corpus's rate.

    Raises:
        CorpusError: there is no such sound.
    """
    label, _, take = path.removeprefix(_SIGN).rpartition("/")
    make = sounds().get(label)
    if make is None or not take.isdecimal() or not path.startswith(_SIGN):
        raise CorpusError(f"{path}: is no synthetic sound")
    made = make(np.random.default_rng(list(path.encode())))
    return made.astype(np.float32)[:, None]


def package() -> Package:
    """What stands for their package: nothing to fetch, for training only."""
    return Package(PACKAGE, _VERSION, "", 0, "", "train")


def entries() -> list[Entry]:
    """All takes of all labels."""
    return [
        Entry(PACKAGE, f"{_SIGN}{label}/{take}", label, "target", "Apache-2.0", "")
        for label in sorted(sounds())
        for take in range(TAKES)
    ]
