"""Places at which a query could name one sound after another: "a dog barking and rain".

By its words alone: whether it does name several, or goes on about one ("a dog barking loudly and
angrily"), is for a model to judge.
"""

import re
from dataclasses import dataclass

_WORDS = (
    r"as well as|together with|along with|accompanied by|followed by|and|or|plus|while|whilst"
    r"|as(?!\s+(?:if|though)\b)|with|then|before|after|over|alongside|amid"
)
_SIGNS = r"[,;&+]"
# Between words, or after a sign, or before one: "rain, and then thunder", "rain&thunder".
_JOINT = re.compile(rf"(?:\s*{_SIGNS}|\s+(?:{_WORDS})(?=\s))+\s*", re.IGNORECASE)
_SAYINGS = re.compile(
    r"\b(?:(\w+) and \1|back and forth|up and down|on and off|in and out|to and fro|now and then"
    r"|over and out|rock and roll|drum and bass)\b",
    re.IGNORECASE,
)
_SIGNS_ONLY = re.compile(rf"(?:\s|{_SIGNS})*")


@dataclass(frozen=True)
class Cut:
    """A place where a query can be taken apart.

    Attributes:
        left: What stands before it.
        right: What stands behind it.
        by_sign: Whether there is only a sign, such as a comma, and no word between them.
    """

    left: str
    right: str
    by_sign: bool

    @property
    def fewest_words(self) -> int:
        """How many words the shorter side has."""
        return min(len(side.split()) for side in (self.left, self.right))


def cuts(query: str) -> list[Cut]:
    """All places where a query can be taken apart, from its beginning to its end.

    Not within sayings, such as "over and over".
    """
    found = []
    for joint in _JOINT.finditer(_SAYINGS.sub(lambda saying: "x" * len(saying[0]), query)):
        left, right = query[: joint.start()].strip(), query[joint.end() :].strip()
        if all(any(sign.isalnum() for sign in side) for side in (left, right)):
            by_sign = _SIGNS_ONLY.fullmatch(joint.group()) is not None
            found.append(Cut(left, right, by_sign))
    return found
