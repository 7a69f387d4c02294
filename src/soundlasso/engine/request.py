"""What is asked of a model for one recording: queries it has read, and what is wished of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soundlasso.engine.model import SeparationModel, Wish
from soundlasso.engine.wishes import to_hear, to_remove
from soundlasso.errors import OptionError
from soundlasso.query.spelling import Reading, read_query


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
        mend: Read misspelt words as what they are likely to be, and warn of it.

    Raises:
        QueryError: a query is empty.
        OptionError: there is none, a single string was given instead of several, or a sound is
            both wanted and unwanted.
    """
    check_wanted(queries, exclude)
    wanted, unwanted = (
        [_prepare(model, query, mend=mend) for query in some] for some in (queries, exclude)
    )
    return Request(wanted, unwanted, to_hear(len(wanted), len(unwanted)))


def ask_without(model: SeparationModel, queries: Sequence[str], *, mend: bool = False) -> Request:
    """To hear everything but the queries' sounds: the last wish; those before are the sounds.

    Args:
        model: Who is asked.
        queries: What is not to be heard, in words.
        mend: As `ask_for` has it.

    Raises:
        QueryError: a query is empty.
        OptionError: there is none, or a single string was given instead of several.
    """
    asked = ask_for(model, queries, (), mend=mend)
    return Request(asked.queries, [], to_remove(len(asked.queries)))


def _prepare(model: SeparationModel, query: str, *, mend: bool) -> PreparedQuery:
    reading = read_query(query) if mend else Reading(query)
    condition, warnings = model.condition(reading.text)
    return PreparedQuery(query, condition, [*reading.notes, *warnings])


def check_wanted(queries: Sequence[str], exclude: Sequence[str]) -> None:
    """Refuses what no model could answer.

    Raises:
        OptionError: as `ask_for`.
    """
    if isinstance(queries, str) or isinstance(exclude, str):
        raise OptionError("give the queries as a list, such as ['a dog barking']")
    if not queries:
        raise OptionError("no query was given")
    for other in exclude:
        if _plain(other) in map(_plain, queries):
            raise OptionError(f"{other!r} cannot be both asked for and kept out")


def _plain(query: str) -> str:
    return " ".join(query.casefold().split())
