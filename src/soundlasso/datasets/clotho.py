"""Clotho v2.1: 15 to 30 s of Freesound recordings, five captions each.

Layout, as https://zenodo.org/records/4783391 unpacks (``clotho_audio_development.7z`` ...)::

    clotho_captions_development.csv   file_name,caption_1,caption_2,caption_3,caption_4,caption_5
    clotho_metadata_development.csv   file_name,keywords,sound_id,sound_link,start_end_samples,
                                      manufacturer,license
    development/*.wav                 44.1 kHz; clotho_audio_development/ will do as well

and the same for ``validation`` and ``evaluation``. Captions hold commas and quotes, file names
hold commas and spaces, keywords are joined by ``;``. Some lines of the tables are not UTF-8. The
metadata can be left away; then labels, licences and durations are unknown.

Licence: each recording has its Freesound licence (the ``license`` column); the captions are
Tampere University's, for research that is not commercial.

Citation: K. Drossos, S. Lipping and T. Virtanen, "Clotho: an audio captioning dataset",
ICASSP 2020.
"""

import re
from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import read_table, row_text
from soundlasso.datasets.tree import Tree

ABOUT = About(
    name="clotho",
    title="Clotho v2",
    splits=("development", "validation", "evaluation"),
    words="5 captions, keywords",
    licence="Freesound's, by clip; captions for research only",
    source="https://zenodo.org/records/4783391",
    layout="clotho_captions_{split}.csv and {split}/*.wav",
)
_CAPTIONS = tuple(f"caption_{index}" for index in range(1, 6))
_RATE = 44100
# What pandas calls latin-1, which is how everybody else reads these tables.
_FALLBACK = "iso-8859-1"


def load(folder: Path, split: str) -> Dataset:
    """Reads a split.

    Args:
        folder: Where the tables and the folders of sounds lie, at any depth.
        split: ``development``, ``validation`` or ``evaluation``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: a table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    add_clips(gathering, tree, gathering.table(tree, captions_table(split)), split)
    return gathering.dataset()


def captions_table(split: str) -> str:
    """The name of the table that has a split's captions."""
    return f"clotho_captions_{split}.csv"


def add_clips(gathering: Gathering, tree: Tree, table: Path, split: str, prefix: str = "") -> None:
    """Adds the clips of a split to what has been gathered.

    Args:
        gathering: Where they go, also for a data set that takes Clotho in.
        tree: What lies in the folder.
        table: The split's captions.
        split: Clotho's split.
        prefix: What ids begin with.

    Raises:
        CorpusError: a table is damaged.
    """
    notes = _notes(tree.table(f"clotho_metadata_{split}.csv"))
    for line, row in read_table(table, ("file_name", *_CAPTIONS), fallback=_FALLBACK):
        name = row_text(row, "file_name", table, line)
        note = notes.get(name, {})
        start, duration = _stretch(note.get("start_end_samples", ""))
        gathering.add(
            prefix + name,
            tree.audio([Path(name).stem], under=(split, f"clotho_audio_{split}")),
            captions=[row[column] for column in _CAPTIONS],
            labels=note.get("keywords", "").split(";"),
            licence=note.get("license"),
            start=start,
            duration=duration,
        )


def _notes(table: Path | None) -> dict[str, dict[str, str]]:
    if table is None:
        return {}
    rows = read_table(table, ("file_name", "keywords", "license"), fallback=_FALLBACK)
    return {row["file_name"].strip(): row for _, row in rows}


def _stretch(samples: str) -> tuple[float | None, float | None]:
    """Start and duration in seconds of ``[START, END]``; the column is empty for some clips."""
    found = re.fullmatch(r"\[(\d+), *(\d+)\]", samples.strip())
    if found is None:
        return None, None
    start, end = int(found[1]), int(found[2])
    return start / _RATE, (end - start) / _RATE
