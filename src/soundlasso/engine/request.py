"""What is asked of a model for one recording: queries it has read, and what is wished of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soundlasso.engine.model import SeparationModel, Wish
from soundlasso.engine.wishes import to_hear, to_remove
from soundlasso.engine.wording import check_wanted
from soundlasso.query.negation import is_negated
from soundlasso.query.spelling import Reading, read_query

_LONGEST_SHOWN = 60
_NOT_UNDERSTOOD = (
    "{!r} was not understood: no word of it is known; queries are English, and what others "
    "give is arbitrary"
)
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


def ask_for(
    model: SeparationModel, queries: Sequence[str], exclude: Sequence[str], *, mend: bool = False
) -> Request:
    """To hear each query's sound without those of ``exclude``.

    Args:
        model: Who is asked.
        queries: What is to be heard, in words.
        exclude: What must not remain in it, in words.
        mend: Read misspelt words as what they are likely to be, and warn of it, and of queries
            that have no word that is known.

    Raises:
        QueryError: a query is no text, or has no letter or digit.
        OptionError: there is none, a single string was given instead of several, or a sound is
            both wanted and unwanted.
    """
    check_wanted(queries, exclude, mend=mend)
    wanted, unwanted = (
        [_prepare(model, query, mend=mend) for query in some] for some in (queries, exclude)
    )
    for query in wanted:
        if is_negated(query.text):
            query.warnings.append(_NEGATED.format(_shown(query.text)))
    return Request(wanted, unwanted, to_hear(len(wanted), len(unwanted)))


def ask_without(model: SeparationModel, queries: Sequence[str], *, mend: bool = False) -> Request:
    """To hear everything but the queries' sounds: the last wish; those before are the sounds.

    Args:
        model: Who is asked.
        queries: What is not to be heard, in words.
        mend: As `ask_for` has it.

    Raises:
        QueryError: as `ask_for`.
        OptionError: there is none, or a single string was given instead of several.
    """
    check_wanted(queries, ())
    asked = [_prepare(model, query, mend=mend) for query in queries]
    return Request(asked, [], to_remove(len(asked)))


def _prepare(model: SeparationModel, query: str, *, mend: bool) -> PreparedQuery:
    reading = read_query(query) if mend else Reading(query)
    condition, warnings = model.condition(reading.text)
    notes = [*reading.notes, *warnings]
    if not reading.understood:
        notes.append(_NOT_UNDERSTOOD.format(_shown(query)))
    return PreparedQuery(query, condition, notes)


def _shown(query: str) -> str:
    return query if len(query) <= _LONGEST_SHOWN else f"{query[:_LONGEST_SHOWN]}..."
