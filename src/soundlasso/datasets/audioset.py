"""AudioSet: two million ten-second clips of videos, 527 labels.

Layout, with the tables of https://research.google.com/audioset/download.html::

    balanced_train_segments.csv       # YTID, start_seconds, end_seconds, positive_labels
    unbalanced_train_segments.csv
    eval_segments.csv
    class_labels_indices.csv          index,mid,display_name
    *.wav                             in any folder below

A table begins with three lines of comment (``#``) and has a space after every comma. The labels
are ids such as ``/m/09x0r``, joined by commas in quotes; they become display names, of which some
hold commas. The sounds are not part of the data set; `soundlasso.datasets.youtube` has the names
that they may have.

Licence: tables CC BY 4.0, ontology CC BY-SA 4.0; the sounds belong to whoever put the videos up.

Citation: J. F. Gemmeke et al., "Audio Set: an ontology and human-labeled dataset for audio
events", ICASSP 2017.
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import finite, read_rows, read_table
from soundlasso.datasets.tree import Tree
from soundlasso.datasets.youtube import clip_names
from soundlasso.errors import CorpusError

_NAMES = "class_labels_indices.csv"
_NAME_COLUMNS = ("index", "mid", "display_name")
ABOUT = About(
    name="audioset",
    title="AudioSet",
    splits=("balanced_train", "unbalanced_train", "eval"),
    words="labels (527)",
    licence="CC BY 4.0 (tables); YouTube audio",
    source="https://research.google.com/audioset/download.html",
    layout="{split}_segments.csv, class_labels_indices.csv and the sounds as Y{id}.wav or {id}.wav",
)


def load(folder: Path, split: str) -> Dataset:
    """Reads a split.

    Args:
        folder: Where the tables and the sounds lie, at any depth.
        split: ``balanced_train``, ``unbalanced_train`` or ``eval``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split, or the table of label names, is not there.
        CorpusError: a table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, f"{split}_segments.csv")
    names = gathering.table(tree, _NAMES)
    display = {row["mid"]: row["display_name"] for _, row in read_table(names, _NAME_COLUMNS)}
    for line, row in read_rows(table, comment="#", spaced=True):
        where = f"{table}: line {line}"
        if len(row) != 4 or not row[0]:
            raise CorpusError(f"{where} is not a video, two times and labels; download it again")
        start = finite(row[1], "start_seconds", where)
        end = finite(row[2], "end_seconds", where)
        labels = [label.strip() for label in row[3].split(",")]
        unknown = [label for label in labels if label not in display]
        if unknown:
            raise CorpusError(f"{where} has the label {unknown[0]!r}, which is not in {names}")
        gathering.add(
            row[0],
            tree.audio(clip_names(row[0], start, end)),
            labels=[display[label] for label in labels],
            start=start,
            duration=end - start,
        )
    return gathering.dataset()
