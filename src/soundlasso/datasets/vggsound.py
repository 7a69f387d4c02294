"""VGGSound: ten-second clips of videos in which the sound's source is seen, 309 labels.

Layout, with the table of https://www.robots.ox.ac.uk/~vgg/data/vggsound/::

    vggsound.csv                      no header: video, start in seconds, label, train or test
    *.wav                             in any folder below

Labels may hold commas ("bird chirping, tweeting" is one). The sounds can be had from
https://huggingface.co/datasets/Loie/VGGSound; a clip is found as ``{video}_{start}``, the start
with six digits, or as one of the other names in `soundlasso.datasets.youtube`.

Licence: CC BY 4.0, also for commercial use; the sounds belong to whoever put the videos up.

Citation: H. Chen, W. Xie, A. Vedaldi and A. Zisserman, "VGGSound: a large-scale audio-visual
dataset", ICASSP 2020.
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import finite, read_rows
from soundlasso.datasets.tree import Tree
from soundlasso.datasets.youtube import clip_names
from soundlasso.errors import CorpusError

_TABLE = "vggsound.csv"
_SECONDS = 10.0
ABOUT = About(
    name="vggsound",
    title="VGGSound",
    splits=("train", "test"),
    words="1 label of 309",
    licence="CC BY 4.0; YouTube audio",
    source="https://www.robots.ox.ac.uk/~vgg/data/vggsound/",
    layout="vggsound.csv and the sounds as {video}_{start, six digits}.wav",
)


def load(folder: Path, split: str) -> Dataset:
    """Reads a split.

    Args:
        folder: Where the table and the sounds lie, at any depth.
        split: ``train`` or ``test``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the data set is not there.
        CorpusError: the table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, _TABLE)
    for line, row in read_rows(table):
        where = f"{table}: line {line}"
        if len(row) != 4 or not row[0] or row[3] not in ABOUT.splits:
            raise CorpusError(
                f"{where} is not a video, a time, a label and train or test; download it again"
            )
        if row[3] != split:
            continue
        start = finite(row[1], "its start", where)
        gathering.add(
            f"{row[0]}_{start:g}",
            tree.audio(clip_names(row[0], start, start + _SECONDS)),
            labels=[row[2]],
            start=start,
            duration=_SECONDS,
        )
    return gathering.dataset()
