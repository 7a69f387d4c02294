"""Which labels of a corpus may meet in a mixture, also those that the ontology does not know.

The built corpus has its ontology (`labels`). For what was imported from data sets,
``conflicts.json`` says of each label

* ``names``: what the sound might be called, the label itself unless it says otherwise;
* ``wider``: kinds of sound that it is one of.

Two labels never meet if they share a name, or if a name of the one is a wider kind of the other.
Two that have no more than a wider kind in common (a dog and a cat, both animals) may.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from soundlasso.atomic import write_text
from soundlasso.corpus import labels
from soundlasso.errors import CorpusError

CONFLICTS_NAME = "conflicts.json"

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kinds:
    """What a label's sound might be called, and what it is one of."""

    names: frozenset[str]
    wider: frozenset[str] = _NOTHING

    def as_lists(self) -> dict[str, list[str]]:
        """The same for JSON."""
        return {"names": sorted(self.names), "wider": sorted(self.wider)}

    @classmethod
    def of_lists(cls, entry: object) -> "Kinds":
        """Takes `as_lists` back.

        Raises:
            ValueError: it is something else.
        """
        if isinstance(entry, dict) and entry.keys() == {"names", "wider"}:
            names, wider = entry["names"], entry["wider"]
            if _are_texts(names) and _are_texts(wider) and names:
                return cls(frozenset(names), frozenset(wider))
        raise ValueError("should have lists of texts called names and wider")

    def joined(self, other: "Kinds") -> "Kinds":
        """What either says."""
        return Kinds(self.names | other.names, self.wider | other.wider)


@dataclass(frozen=True)
class Conflicts:
    """Says which labels must not be mixed.

    Attributes:
        kinds: Of labels; those that are not in it are called what they are and nothing else.
    """

    kinds: Mapping[str, Kinds] = field(default_factory=dict)

    def of(self, label: str) -> Kinds:
        """What is known of a label."""
        return self.kinds.get(label) or Kinds(frozenset({label}))

    def conflict(self, first: str, second: str) -> bool:
        """Whether a query for one sound could rightly be answered with the other."""
        if labels.conflict(first, second):
            return True
        one, other = self.of(first), self.of(second)
        return not (
            one.names.isdisjoint(other.names)
            and one.names.isdisjoint(other.wider)
            and one.wider.isdisjoint(other.names)
        )


class ConflictIndex:
    """Finds the labels, among many, that must not meet some others.

    It holds which labels have a name or a wider kind, not which pairs of labels conflict: there
    may be as many labels as a data set has clips.
    """

    def __init__(self, among: Sequence[str], conflicts: Conflicts) -> None:
        """Prepares the finding among different labels."""
        self._among = among
        self._conflicts = conflicts
        self._places = {label: place for place, label in enumerate(among)}
        kinds = [conflicts.of(label) for label in among]
        self._named = _inverted(kind.names for kind in kinds)
        self._within = _inverted(kind.wider for kind in kinds)

    def forbidden(self, present: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which of the labels conflict with any that is present."""
        mask = np.zeros(len(self._among), bool)
        for label in present:
            known = [self._places.get(other) for other in labels.conflicting(label)]
            mask[[place for place in known if place is not None]] = True
            kind = self._conflicts.of(label)
            for table, words in (
                (self._named, kind.names | kind.wider),
                (self._within, kind.names),
            ):
                for word in words:
                    if word in table:
                        mask[table[word]] = True
        return mask

    def any_may_meet(self) -> bool:
        """Whether there are two labels that may be mixed."""
        return any(not self.forbidden([label]).all() for label in self._among)


def _inverted(sets: Iterable[frozenset[str]]) -> dict[str, npt.NDArray[np.int64]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(sets):
        for word in words:
            places[word].append(place)
    return {word: np.array(found, np.int64) for word, found in places.items()}


def write_conflicts(folder: Path, kinds: Mapping[str, Kinds]) -> None:
    """Writes ``conflicts.json``; labels that are only called what they are need not be in it."""
    document = {
        label: kind.as_lists()
        for label, kind in sorted(kinds.items())
        if kind != Kinds(frozenset({label}))
    }
    write_text(folder / CONFLICTS_NAME, json.dumps(document, indent=1) + "\n")


def read_conflicts(folder: Path) -> Conflicts:
    """Reads ``conflicts.json``; a corpus that nothing was imported into has none.

    Raises:
        CorpusError: the file is damaged; the message names it.
    """
    path = folder / CONFLICTS_NAME
    if not path.is_file():
        return Conflicts()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(path, f"is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise _damaged(path, "is no object in braces")
    return Conflicts({label: _kinds(path, label, entry) for label, entry in document.items()})


def _kinds(path: Path, label: str, entry: object) -> Kinds:
    try:
        return Kinds.of_lists(entry)
    except ValueError as error:
        raise _damaged(path, f"{label!r} {error}") from error


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _damaged(path: Path, what: str) -> CorpusError:
    return CorpusError(f"{path}: is damaged ({what}); import the data sets again")
