"""Queries in words for every label: short forms and sentences, for training and held out."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Ways to ask for a short form. Users type commands as well as descriptions.
_TRAIN_FORMS = (
    "{}",
    "{}",
    "{}",
    "the sound of {}",
    "a recording of {}",
    "{} in the background",
    "{} in the distance",
    "{} nearby",
    "loud {}",
    "keep only {}",
    "extract {}",
    "isolate the sound of {}",
    "remove everything but {}",
    "I want to hear {}",
)
_HELD_OUT_FORMS = ("{}", "the noise of {}", "get me {}", "remove any other sound except {}")


@dataclass(frozen=True)
class Captions:
    """The queries of one label.

    Attributes:
        short: Noun and verb phrases of two to five words, for training.
        sentences: Sentences of 8 to 20 words, for training.
        short_held_out: As ``short``, never trained on.
        held_out: As ``sentences``, never trained on.
    """

    short: tuple[str, ...]
    sentences: tuple[str, ...]
    short_held_out: tuple[str, ...]
    held_out: tuple[str, ...]

    def phrases(self) -> list[str]:
        """All short queries that may be trained on, the carrier phrases included."""
        return [_fill(form, short) for short in self.short for form in _unique(_TRAIN_FORMS)]

    def phrases_held_out(self) -> list[str]:
        """All short queries that are never trained on."""
        return [_fill(form, short) for short in self.short_held_out for form in _HELD_OUT_FORMS]


def _unique(forms: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(forms))


def _fill(form: str, short: str) -> str:
    # "loud a dog barking" is not English.
    if form.startswith("loud "):
        article, _, rest = short.partition(" ")
        if article in {"a", "an", "the"}:
            return f"{article if article == 'the' else 'a'} loud {rest}"
    return form.format(short)


@cache
def captions() -> dict[str, Captions]:
    """The captions of every label of the corpus."""
    source = resources.files("soundlasso.corpus") / "data" / "captions.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        label: Captions(**{kind: tuple(texts) for kind, texts in table.items()})
        for label, table in tables.items()
    }
