"""Names of output files."""

import hashlib
import re
import unicodedata

_LONGEST = 60
# File systems count bytes, and most allow 255 of them.
_MOST_BYTES = 180
_HASH_LETTERS = 6
# Windows keeps these names for devices.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def slug(query: str) -> str:
    """A query as a file name: lower case, words joined by hyphens, letters of any script.

    Queries without a letter or digit (an emoji, say) are named by their hash, and what is too
    long is cut and ends with the hash of the whole.
    """
    normal = unicodedata.normalize("NFKC", query).lower()
    # Letters, the marks on them, and numbers.
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in normal)
    words = re.sub("-+", "-", kept).strip("-")
    if words in _RESERVED:
        words = f"query-{words}"
    if not words:
        return f"query-{_hash(query)[:8]}"
    if len(words) <= _LONGEST and len(words.encode()) <= _MOST_BYTES:
        return words
    end = f"-{_hash(words)[:_HASH_LETTERS]}"
    words = words[: _LONGEST - len(end)]
    while len(words.encode()) > _MOST_BYTES - len(end):
        words = words[:-1]
    return words.strip("-") + end


def _hash(text: str) -> str:
    # What a shell passes on need not be valid text.
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def removal_name(queries: list[str]) -> str:
    """The name of a recording without some sounds."""
    return slug("without " + " and ".join(queries))


def result_names(queries: list[str], *, remove: bool = False) -> list[tuple[str, str]]:
    """The names of the two files of each query, or of the recording without all of them."""
    if remove:
        name = removal_name(queries)
        return [(name, f"{name}.removed")]
    return [(name, f"{name}.residual") for name in distinct([slug(query) for query in queries])]


def distinct(names: list[str], taken: set[str] | None = None) -> list[str]:
    """The names, with a number behind those that came before.

    Args:
        names: Any.
        taken: What came before these; they are added to it, without their cases.
    """
    seen = set() if taken is None else taken
    result = []
    for name in names:
        candidate, number = name, 1
        # Some file systems do not tell cases apart.
        while candidate.casefold() in seen:
            number += 1
            candidate = f"{name}-{number}"
        seen.add(candidate.casefold())
        result.append(candidate)
    return result
