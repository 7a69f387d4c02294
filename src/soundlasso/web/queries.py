"""What the engine would say of queries, known before there is a job.

The same as `soundlasso.engine.request` says of queries as they are typed, which cannot be imported
where nothing may load torch; a test holds the two together. Misspelt words are left to the worker.
"""

import re
from collections.abc import Sequence

_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


def has_words(query: str) -> bool:
    """Whether a query has a letter or digit, of any script."""
    return any(sign.isalnum() for sign in query)


def alike(query: str, other: str) -> bool:
    """Whether two queries differ in nothing but capitals, white space and signs around them."""
    return _plain(query) == _plain(other)


def without_repetition(queries: Sequence[str]) -> list[str]:
    """Queries, and of those that are alike the first."""
    first: dict[str, str] = {}
    for query in queries:
        first.setdefault(_plain(query), query)
    return list(first.values())


def _plain(query: str) -> str:
    return _AROUND.sub("", " ".join(query.casefold().split()))
