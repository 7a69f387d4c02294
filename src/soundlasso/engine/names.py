"""Names of output files."""

import hashlib
import re
import unicodedata

_LONGEST = 60
# Windows keeps these names for devices.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def slug(query: str) -> str:
    """A query as a file name: lower case, words joined by hyphens, letters of any script.

    Queries without a letter or digit (an emoji, say) are named by their hash.
    """
    normal = unicodedata.normalize("NFKC", query).lower()
    # Letters, the marks on them, and numbers.
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in normal)
    words = re.sub("-+", "-", kept).strip("-")[:_LONGEST].strip("-")
    if words in _RESERVED:
        words = f"query-{words}"
    # File systems count bytes, and most allow 255 of them.
    while len(words.encode()) > 3 * _LONGEST:
        words = words[:-1]
    return words or "query-" + hashlib.sha256(query.encode()).hexdigest()[:8]


def removal_name(queries: list[str]) -> str:
    """The name of a recording without some sounds."""
    return slug("without " + " and ".join(queries))


def distinct(names: list[str]) -> list[str]:
    """The names, with a number behind those that came before."""
    seen: set[str] = set()
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
