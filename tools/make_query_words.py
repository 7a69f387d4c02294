"""Writes `soundlasso/query/data/words.txt`: the words that people ask for sounds with.

    python tools/make_query_words.py

They come from the captions that the models were taught with and are what misspelt words are
mended to, the frequent ones first. Each line is a word and how often it occurs.
"""

import re
from collections import Counter

from soundlasso.atomic import write_text
from soundlasso.corpus.captions import captions
from soundlasso.query.spelling import WORDS_PATH

_FEWEST = 1


def words() -> dict[str, int]:
    """The words and how often they occur in the captions, sorted."""
    counts: Counter[str] = Counter()
    for label, known in captions().items():
        texts = (label, *known.phrases(), *known.sentences, *known.short_held_out, *known.held_out)
        for text in texts:
            counts.update(re.findall(r"[a-z]{3,}", text.casefold()))
    return {word: count for word, count in sorted(counts.items()) if count >= _FEWEST}


if __name__ == "__main__":
    lines = [f"{word} {count}" for word, count in words().items()]
    write_text(WORDS_PATH, "\n".join(lines) + "\n")
    print(f"{len(lines)} words")
