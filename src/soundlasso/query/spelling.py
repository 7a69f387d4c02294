"""Mending slips of the fingers in queries.

A text encoder takes a misspelt word apart into pieces that mean nothing, and a separator then
looks for another sound (benchmarks/queries.py says what that costs). So a word that no dictionary
knows is read as the word that it is likely to be, provided that sounds are commonly asked for with
that word. All other words are left alone: a name or a rare instrument is not a mistake. Nor is a
word of another language, of which a query of one or two words gives little sign: where none of its
words is one that sounds are asked for with, only slips of the commonest kinds are mended, and not
if German, Spanish, French or Italian has the word.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORDS_PATH = Path(__file__).parent / "data" / "words.txt"
"""The words that sounds are asked for with and how often: ``tools/make_query_words.py``."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 3
_SENTENCE = 3
# One letter for another makes too many words of shorter ones.
_SHORTEST_CHANGED = 5
# With two mistakes in them, shorter words could be nearly anything.
_SHORTEST_TWICE = 8
_OTHER_LANGUAGES = ("de", "es", "fr", "it")


@dataclass(frozen=True)
class Reading:
    """How a query is read.

    Attributes:
        text: The query with its misspelt words mended.
        mended: Those words as they were typed and as they are read.
        understood: Whether a word of it is known.
    """

    text: str
    mended: tuple[tuple[str, str], ...] = ()
    understood: bool = True

    @property
    def notes(self) -> list[str]:
        """What the user should know of what was mended."""
        return [f"{typed!r} was read as {word!r}" for typed, word in self.mended]


def read_query(query: str) -> Reading:
    """Mends the misspelt words of a query; one that has none is read as it is."""
    words = [word for word in _WORD.findall(query.lower()) if len(word) >= _SHORTEST]
    # Several words and none that sounds are asked for with: another language.
    foreign = bool(words) and not any(word in _asked() for word in words)
    if foreign and len(words) >= _SENTENCE:
        return Reading(query, understood=_is_understood(query))
    mended: dict[str, str] = {}

    def mend(match: re.Match[str]) -> str:
        typed = match.group()
        # Capitals among small letters are a name or an acronym.
        if len(typed) < _SHORTEST or (typed[1:] != typed[1:].lower() and not query.isupper()):
            return typed
        word = _mend(typed.lower())
        if word is None or (foreign and not _is_sure(typed.lower(), word)):
            return typed
        mended[typed] = word
        return word

    text = _WORD.sub(mend, query)
    return Reading(text, tuple(mended.items()), _is_understood(text))


def _is_understood(query: str) -> bool:
    """Whether a dictionary knows a word of a query, or it has none but numbers."""
    words = _WORD.findall(query.lower().replace("’", "'"))
    # Articles and the like say nothing, and other languages have the same.
    words = [word for word in words if len(word) >= _SHORTEST] or words
    return (
        not words
        or any(word in _asked() for word in words)
        or any(part in _english() for word in words for part in (word, *re.split("['-]", word)))
    )


def _is_sure(typed: str, word: str) -> bool:
    """Whether a word that stands alone is a slip rather than one of another language."""
    left_out = len(word) == len(typed) + 1 and any(
        word[:at] + word[at + 1 :] == typed for at in range(1, len(word))
    )
    if not left_out and not _is_slip(typed, word):
        return False
    return not any(typed in _dictionary(language) for language in _OTHER_LANGUAGES)


@cache
def _mend(typed: str) -> str | None:
    """The word that was meant, if it is another one."""
    asked = _asked()
    if not typed.isascii() or not typed.isalpha() or typed in asked or typed in _english():
        return None
    likely = asked.known(asked.edit_distance_1(typed))
    if not likely and len(typed) >= _SHORTEST_TWICE:
        likely = asked.known(asked.edit_distance_2(typed))
    # Hardly anybody gets the first letter wrong, but its neighbour may come before it.
    likely = {word for word in likely if word[0] == typed[0] or _is_slip(typed, word)}
    if len(typed) < _SHORTEST_CHANGED:
        likely = {word for word in likely if len(word) > len(typed) or _is_slip(typed, word)}
    return max(sorted(likely), key=lambda word: (_is_slip(typed, word), asked[word]), default=None)


def _is_slip(typed: str, word: str) -> bool:
    """Whether letters changed places, or one was struck once instead of twice or the reverse."""
    return sorted(typed) == sorted(word) or _singly(typed) == _singly(word)


def _singly(word: str) -> list[str]:
    return [letter for letter, _ in groupby(word)]


@cache
def _asked() -> "SpellChecker":
    from spellchecker import SpellChecker

    checker = SpellChecker(language=None)
    lines = WORDS_PATH.read_text(encoding="utf-8").splitlines()
    counts = (line.split() for line in lines)
    checker.word_frequency.load_json({word: int(count) for word, count in counts})
    return checker


def _english() -> "SpellChecker":
    return _dictionary("en")


@cache
def _dictionary(language: str) -> "SpellChecker":
    from spellchecker import SpellChecker

    return SpellChecker(language=language)
