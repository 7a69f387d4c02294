"""What a corpus says of its sounds in words: queries for its labels, and which labels may meet."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from soundlasso.corpus.captions import CAPTIONS_NAME, Captions, captions, read_captions
from soundlasso.corpus.catalogue import Recording
from soundlasso.corpus.conflicts import CONFLICTS_NAME, Conflicts, read_conflicts
from soundlasso.errors import CorpusError


@dataclass(frozen=True)
class Words:
    """The words of a corpus; by default those of the corpus that is built from packages.

    Attributes:
        captions: The queries of each label that may be asked for.
        conflicts: Which labels must not be mixed.
        key: Changes when the words do; empty for a corpus that nothing was imported into.
    """

    captions: Mapping[str, Captions] = field(default_factory=captions)
    conflicts: Conflicts = field(default_factory=Conflicts)
    key: str = ""


def read_words(folder: Path, recordings: Iterable[Recording]) -> Words:
    """Reads the words of the corpus in ``folder``.

    Args:
        folder: Where the corpus lies.
        recordings: Those whose labels may be asked for, and backgrounds, which need no words.

    Raises:
        CorpusError: a file is missing or damaged, or has no queries for a label; names it.
    """
    known = corpus_captions(folder, recordings)
    conflicts = read_conflicts(folder)
    key = ""
    if (folder / CONFLICTS_NAME).is_file():
        digest = hashlib.sha256()
        for name in (CAPTIONS_NAME, CONFLICTS_NAME):
            digest.update((folder / name).read_bytes())
        key = digest.hexdigest()[:12]
    return Words(known, conflicts, key)


def corpus_captions(folder: Path, recordings: Iterable[Recording]) -> Mapping[str, Captions]:
    """The queries of a corpus, or of some of its recordings, from its ``captions.json``.

    The file may be absent where every label is one of the built corpus's: their queries are part
    of this package.

    Raises:
        CorpusError: the file is missing or damaged, or has no queries for a label; names it.
    """
    labels = {item.label for item in recordings if item.use == "target"}
    is_built = labels <= captions().keys() and not (folder / CONFLICTS_NAME).is_file()
    if is_built and not (folder / CAPTIONS_NAME).is_file():
        return captions()
    known = read_captions(folder)
    lost = labels - known.keys()
    if lost:
        raise CorpusError(
            f"{folder / CAPTIONS_NAME}: has no queries for {min(lost)!r}, which is in the "
            "catalogue; build or import the corpus again"
        )
    return known
