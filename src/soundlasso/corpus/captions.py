"""Queries in words for every label: short forms and sentences, for training and held out."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path

from soundlasso.atomic import write_text
from soundlasso.errors import CorpusError

CAPTIONS_NAME = "captions.json"

# Ways to ask for a short form. Users type commands as well as descriptions.
_TRAIN_FORMS = (
    "{}",
    "the sound of {}",
    "sounds of {}",
    "a recording of {}",
    "audio of {}",
    "there is {}",
    "I can hear {}",
    "{} can be heard",
    "keep only {}",
    "only {}",
    "just {}, please",
    "extract {}",
    "find {}",
    "give me {}",
    "isolate the sound of {}",
    "separate {} from the rest",
    "remove everything but {}",
    "remove everything except {}",
    "I want to hear {}",
)
# Forms that say how it sounds, for short forms that do not say so themselves.
_ATTRIBUTED_FORMS = (
    "{} in the background",
    "{} in the distance",
    "{} nearby",
    "loud {}",
    "{}, again and again",
)
_ATTRIBUTES = frozenset(
    {"loud", "loudly", "quiet", "quietly", "soft", "softly", "faint", "faintly", "muffled"}
    | {"distant", "far", "near", "nearby", "close", "background"}
    | {"single", "repeated", "repeatedly", "slow", "slowly", "fast", "quick", "rapid"}
)
_HELD_OUT_FORMS = ("{}", "the noise of {}", "get me {}", "remove any other sound except {}")


@dataclass(frozen=True)
class Captions:
    """The queries of one label.

    In the built corpus what is held out is never trained on. Data sets that were imported do not
    always have enough words for that (`soundlasso.datasets.describe` says what it does then).

    Attributes:
        short: Noun and verb phrases of up to six words, for training. A label without any is
            no word but the id of a single clip, which nobody would ask for.
        sentences: Sentences of 6 to 20 words, for training; at least one.
        short_held_out: As ``short``, never trained on.
        held_out: As ``sentences``, never trained on; at least one.
    """

    short: tuple[str, ...]
    sentences: tuple[str, ...]
    short_held_out: tuple[str, ...]
    held_out: tuple[str, ...]

    @property
    def is_of_clip(self) -> bool:
        """Whether the label is a clip's id; only its sentences are to be asked then."""
        return not self.short

    @property
    def words(self) -> list[str]:
        """The short forms of a single word: what people type first."""
        return [short for short in self.short if " " not in short]

    def phrases(self) -> list[str]:
        """All short queries that may be trained on, the carrier phrases included."""
        return [_fill(form, short) for short in self.short for form in _forms(short)]

    def phrases_held_out(self) -> list[str]:
        """All short queries that are never trained on."""
        return [_fill(form, short) for short in self.short_held_out for form in _HELD_OUT_FORMS]


def _forms(short: str) -> list[str]:
    """The forms that fit a short form."""
    plain = _ATTRIBUTES.isdisjoint(short.lower().split())
    return [*_TRAIN_FORMS, *(_ATTRIBUTED_FORMS if plain else ())]


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


def write_captions_file(folder: Path, known: Mapping[str, Captions]) -> None:
    """Writes ``captions.json``: the queries of every label of the corpus in ``folder``."""
    document = {label: asdict(texts) for label, texts in sorted(known.items())}
    write_text(folder / CAPTIONS_NAME, json.dumps(document, indent=1) + "\n")


def read_captions(folder: Path) -> dict[str, Captions]:
    """Reads ``captions.json`` of the corpus in ``folder``.

    Raises:
        CorpusError: it is missing or damaged; the message names it.
    """
    path = folder / CAPTIONS_NAME
    if not path.is_file():
        raise CorpusError(f"{path}: is missing; build or import the corpus again")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(path, f"is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise _damaged(path, "is no object in braces")
    return {label: _captions(path, label, texts) for label, texts in document.items()}


def _captions(path: Path, label: str, texts: object) -> Captions:
    # Field by field and not by `build_config`: there may be hundreds of thousands of labels.
    kinds = [kind.name for kind in fields(Captions)]
    if not isinstance(texts, dict) or texts.keys() != set(kinds):
        raise _damaged(path, f"{label!r} should have {', '.join(kinds)}")
    for kind in kinds:
        said = texts[kind]
        if not isinstance(said, list) or any(not isinstance(t, str) or not t.strip() for t in said):
            raise _damaged(path, f"{kind} of {label!r} should be a list of texts")
    found = Captions(**{kind: tuple(texts[kind]) for kind in kinds})
    if not found.sentences or not found.held_out:
        raise _damaged(path, f"{label!r} has no sentences or none held out")
    return found


def _damaged(path: Path, what: str) -> CorpusError:
    return CorpusError(f"{path}: is damaged ({what}); build or import the corpus again")
