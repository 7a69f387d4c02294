"""What is asked of a model for one recording: queries it has read, and what is wished of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soundlasso.engine.model import PartingModel, SeparationModel, Wish
from soundlasso.engine.wishes import to_hear, to_remove
from soundlasso.engine.wording import check_wanted
from soundlasso.query.negation import is_negated
from soundlasso.query.spelling import Reading, read_query

_LONGEST_SHOWN = 60
_NOT_UNDERSTOOD = (
    "{!r} was not understood: no word of it is known; queries are English, and what others "
    "give is arbitrary"
)
_SEVERAL = "{!r} is heard as {} sounds: {}"
_NEGATED = (
    "{!r} asks for the sound that it names; to be rid of a sound, name it alone with --remove, or "
    "with --not beside -q (in Python: remove and exclude)"
)


@dataclass(frozen=True)
class PreparedQuery:
    """A query that a model has read.

    Attributes:
        text: The query in words.
        condition: What the model wants to know of it.
        warnings: What the user should know.
    """

    text: str
    condition: Any
    warnings: list[str]


@dataclass(frozen=True)
class Request:
    """Queries for one recording.

    Attributes:
        queries: Whose sounds are asked for, or are to be removed.
        unwanted: Whose sounds must not remain in those.
        wishes: What is to be made of them; the first are for ``queries``, one each.
    """

    queries: list[PreparedQuery]
    unwanted: list[PreparedQuery]
    wishes: list[Wish]

    @property
    def conditions(self) -> list[Any]:
        """What the model wants to know of the queries that the wishes speak of."""
        return [query.condition for query in (*self.queries, *self.unwanted)]

    def warnings(self, query: PreparedQuery) -> list[str]:
        """What the user should know of one query's answer."""
        return [*query.warnings, *(note for other in self.unwanted for note in other.warnings)]


@dataclass(frozen=True)
class Manner:
    """How queries are read.

    Attributes:
        mend: Whether misspelt words are read as what they are likely to be, with a warning.
        part: Whether a query that names several sounds stands for all of them, with a warning,
            if the model can tell.
    """

    mend: bool = False
    part: bool = False


LITERAL = Manner()
"""As they are typed, each as one sound."""


def ask_for(
    model: SeparationModel,
    queries: Sequence[str],
    exclude: Sequence[str],
    manner: Manner = LITERAL,
) -> Request:
    """To hear each query's sound without those of ``exclude``.

    Args:
        model: Who is asked.
        queries: What is to be heard, in words.
        exclude: What must not remain in it, in words.
        manner: How both are read. If words are mended, there are also warnings of queries that
            have no word that is known.

    Raises:
        QueryError: a query is no text, or has no letter or digit.
        OptionError: there is none, a single string was given instead of several, or a sound is
            both wanted and unwanted.
    """
    check_wanted(queries, exclude, mend=manner.mend)
    wanted, unwanted = (
        [_prepare(model, query, manner) for query in some] for some in (queries, exclude)
    )
    for query in wanted:
        if is_negated(query.text):
            query.warnings.append(_NEGATED.format(_shown(query.text)))
    return Request(wanted, unwanted, to_hear(len(wanted), len(unwanted)))


def ask_without(
    model: SeparationModel, queries: Sequence[str], manner: Manner = LITERAL
) -> Request:
    """To hear everything but the queries' sounds: the last wish; those before are the sounds.

    Args:
        model: Who is asked.
        queries: What is not to be heard, in words.
        manner: As `ask_for` has it.

    Raises:
        QueryError: as `ask_for`.
        OptionError: there is none, or a single string was given instead of several.
    """
    check_wanted(queries, ())
    asked = [_prepare(model, query, manner) for query in queries]
    return Request(asked, [], to_remove(len(asked)))


def _prepare(model: SeparationModel, query: str, manner: Manner) -> PreparedQuery:
    reading = read_query(query) if manner.mend else Reading(query)
    notes = list(reading.notes)
    if not reading.understood:
        notes.append(_NOT_UNDERSTOOD.format(_shown(query)))
    if manner.part and isinstance(model, PartingModel):
        parts = model.parts(reading.text)
        # "a dog and no rain" is to hear the dog, not both.
        if len(parts) > 1 and not any(is_negated(part) for part in parts):
            read = [model.condition(part) for part in parts]
            notes.append(_SEVERAL.format(_shown(query), len(parts), "; ".join(parts)))
            notes.extend(note for _, warnings in read for note in warnings)
            return PreparedQuery(query, model.join([condition for condition, _ in read]), notes)
    condition, warnings = model.condition(reading.text)
    return PreparedQuery(query, condition, [*notes, *warnings])


def _shown(query: str) -> str:
    return query if len(query) <= _LONGEST_SHOWN else f"{query[:_LONGEST_SHOWN]}..."
