"""Which queries can be asked, and which are the same: by their words alone, without a model.

Nothing here loads torch, so that a server can refuse a query before there is a job.
"""

import re
from collections.abc import Sequence

from soundlasso.errors import OptionError, QueryError
from soundlasso.query.spelling import read_query

_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


def check_wanted(queries: Sequence[str], exclude: Sequence[str], *, mend: bool = False) -> None:
    """Refuses what no model could answer.

    Args:
        queries: What is to be heard, in words.
        exclude: What must not remain in it, in words.
        mend: Read misspelt words as what they are likely to be.

    Raises:
        QueryError: a query is no text, or has no letter or digit.
        OptionError: there is none, a single string was given instead of several, or a sound is
            both wanted and unwanted.
    """
    if isinstance(queries, str) or isinstance(exclude, str):
        raise OptionError("give the queries as a list, such as ['a dog barking']")
    if not queries:
        raise OptionError("no query was given")
    for query in queries:
        _check_words(query, "say what you want to hear, such as 'a dog barking'")
    for query in exclude:
        _check_words(query, "say what must not remain, such as 'rain'")
    wanted = {_plain(query, mend=mend) for query in queries}
    for other in exclude:
        if _plain(other, mend=mend) in wanted:
            raise OptionError(f"{other!r} cannot be both asked for and kept out")


def without_repetition(queries: Sequence[str], *, mend: bool = False) -> list[str]:
    """Queries without the white space around them, and of those that read alike the first."""
    first: dict[str, str] = {}
    for query in queries:
        first.setdefault(_plain(query, mend=mend), query.strip())
    return list(first.values())


def alike(query: str, other: str) -> bool:
    """Whether two queries differ in nothing but capitals, white space and signs around them."""
    return _plain(query) == _plain(other)


def has_words(query: str) -> bool:
    """Whether a query has a letter or digit, of any script."""
    return any(sign.isalnum() for sign in query)


def _check_words(query: object, advice: str) -> None:
    if not isinstance(query, str):
        raise QueryError(f"a query must be a text, not {query!r} (separate_all takes several)")
    if not query.strip():
        raise QueryError(f"the query is empty; {advice}")
    if not has_words(query):
        raise QueryError(f"the query {query!r} has no letter or digit; {advice}")
    try:
        query.encode()
    except UnicodeEncodeError:
        raise QueryError(f"the query {query!r} is not valid text; write it in UTF-8") from None


def _plain(query: str, *, mend: bool = False) -> str:
    """What a query comes to: mended, without regard to capitals and to signs around it."""
    text = read_query(query).text if mend else query
    return _AROUND.sub("", " ".join(text.casefold().split()))
