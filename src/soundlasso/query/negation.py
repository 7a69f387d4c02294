"""Queries that say what is not wanted.

A separator takes out the sound that a query names: of "everything except the dog", the dog. Whoever
asks like that wants another option, and should hear of it.
"""

import re

_ALL = (
    r"(?:everything|anything|all|all (?:of )?(?:the )?(?:other )?(?:sounds?|noises?)"
    r"|(?:every|any) (?:other )?(?:sound|noise))(?: else)?"
)
_BUT = r"(?:but|except|excluding|without|minus|besides|other than|apart from|aside from)"
_AWAY = (
    r"(?:remove|delete|erase|eliminate|exclude|suppress|discard|omit|ignore|filter out|cut out"
    r"|get rid of)"
)
# These are also what sounds are called, as "a mute trumpet".
_AWAY_BEFORE_ARTICLE = r"(?:mute|silence|kill) (?:the|a|an|all|any|this|that|my)"
_POLITELY = r"(?:please |can you |could you |i want to |i want you to |i would like to )?"

_ALL_BUT = re.compile(rf"\b{_ALL} {_BUT}\b")
_TAKEN_AWAY = re.compile(rf"\b(?:{_AWAY}|{_AWAY_BEFORE_ARTICLE}|mute|silence|without|no)\b")
# "nothing but the dog" and "remove the rest, keep the dog" name what is wanted.
_NAMED = re.compile(
    rf"\b(?:nothing|none|no (?:other )?(?:sounds?|noises?)) {_BUT}\b|\b(?:keep|leave|only|just)\b"
)
_AWAY_WITH = re.compile(
    rf"^{_POLITELY}(?:{_AWAY}|{_AWAY_BEFORE_ARTICLE})\b"
    r"|^(?:i )?(?:do not|don't|dont) (?:want|keep|include)\b"
)
# Only at the beginning: "a train passes without stopping" describes, and so does "no-signal hiss".
_NOT = re.compile(r"^(?:no(?! signal| reception)|not|without|except|excluding)\b")
# Longer ones are descriptions that begin in a roundabout way.
_MOST_WORDS_BEHIND_NOT = 6


def is_negated(query: str) -> bool:
    """Whether a query names a sound in order not to hear it."""
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", query.lower().replace("’", "'"))
    text = " ".join(words)
    if (all_but := _ALL_BUT.search(text)) is not None:
        return _TAKEN_AWAY.search(text[: all_but.start()]) is None
    if _NAMED.search(text) is not None:
        return False
    return bool(
        _AWAY_WITH.search(text) or (len(words) <= _MOST_WORDS_BEHIND_NOT and _NOT.search(text))
    )
