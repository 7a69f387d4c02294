"""Which sounds may meet in a mixture: a small ontology of the corpus's labels."""

import tomllib
from collections import defaultdict
from functools import cache
from importlib import resources


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    source = resources.files("soundlasso.corpus") / "data" / "labels.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _siblings() -> dict[str, frozenset[str]]:
    siblings: defaultdict[str, set[str]] = defaultdict(set)
    for group in _tables()["conflicts"].values():
        for label in group:
            siblings[label].update(group)
    for wide, narrow in _tables()["contains"].items():
        siblings[wide].update(narrow)
        for label in narrow:
            siblings[label].add(wide)
    return {label: frozenset(others | {label}) for label, others in siblings.items()}


def conflicting(label: str) -> frozenset[str]:
    """All labels that must not be mixed with ``label``, itself included."""
    return _siblings().get(label, frozenset({label}))


def conflict(first: str, second: str) -> bool:
    """Whether a query for one sound could rightly be answered with the other."""
    return second in conflicting(first)


@cache
def _wider() -> dict[str, str]:
    return {label: wide for wide, labels in _tables()["wider"].items() for label in labels}


def wider_label(label: str) -> str | None:
    """What a sound is one of, if that is a label as well: of a doorbell, ``bell ringing``."""
    return _wider().get(label)


def categories() -> dict[str, str]:
    """The category of each label, such as ``animal`` for ``dog barking``."""
    return {
        label: category for category, labels in _tables()["categories"].items() for label in labels
    }


def ambience() -> tuple[str, ...]:
    """The labels of what is heard from afar in many places."""
    return tuple(_tables()["ambience"]["labels"])
