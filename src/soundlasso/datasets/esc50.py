"""ESC-50: 2,000 clips of five seconds, 50 labels, five folds.

Layout, as https://github.com/karolpiczak/ESC-50 has it::

    meta/esc50.csv                    filename,fold,target,category,esc10,src_file,take
    audio/{fold}-{src_file}-{take}-{target}.wav   44.1 kHz

The folds stand in for splits: ``fold1`` to ``fold5``. Clips of one recording share a fold. The
category's underscores become spaces.

Licence: CC BY-NC 3.0; the clips of ESC-10 (``esc10`` is True) CC BY.

Citation: K. J. Piczak, "ESC: dataset for environmental sound classification", ACM Multimedia
2015.
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import read_table, row_text
from soundlasso.datasets.tree import Tree
from soundlasso.errors import CorpusError

_TABLE = "esc50.csv"
_SECONDS = 5.0
_COLUMNS = ("filename", "fold", "target", "category", "esc10")
ABOUT = About(
    name="esc50",
    title="ESC-50",
    splits=("fold1", "fold2", "fold3", "fold4", "fold5"),
    words="1 label of 50",
    licence="CC BY-NC 3.0; ESC-10 CC BY",
    source="https://github.com/karolpiczak/ESC-50",
    layout="meta/esc50.csv and audio/*.wav",
)


def load(folder: Path, split: str) -> Dataset:
    """Reads a fold.

    Args:
        folder: Where ``meta`` and ``audio`` lie, at any depth.
        split: ``fold1`` to ``fold5``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the data set is not there.
        CorpusError: the table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, _TABLE)
    for line, row in read_table(table, _COLUMNS):
        name = row_text(row, "filename", table, line)
        fold = f"fold{row['fold'].strip()}"
        if fold not in ABOUT.splits:
            raise CorpusError(f"{table}: line {line} has {row['fold']!r} for its fold, not 1 to 5")
        if fold != split:
            continue
        gathering.add(
            name,
            tree.audio([Path(name).stem]),
            labels=[row["category"].replace("_", " ")],
            licence="CC BY" if row["esc10"].strip() == "True" else "CC BY-NC 3.0",
            duration=_SECONDS,
        )
    return gathering.dataset()
