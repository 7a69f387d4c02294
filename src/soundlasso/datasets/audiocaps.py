"""AudioCaps: ten-second clips of AudioSet's videos with captions written by people.

Layout, with the tables of https://github.com/cdjkim/audiocaps (``dataset/`` there, or
``dataset2.0/``, which has the same columns)::

    train.csv, val.csv, test.csv      audiocap_id,youtube_id,start_time,caption
    *.wav                             in any folder below

A row is a caption: one a clip in ``train``, five in ``val`` and ``test``. The sounds are not
part of the data set. A clip is found as ``Y{youtube_id}``, ``{youtube_id}_{start_time}`` or one
of the other names in `soundlasso.datasets.youtube`, or as ``{audiocap_id}``.

Licence: captions free for academic use; the sounds belong to whoever put the videos up.

Citation: C. D. Kim, B. Kim, H. Lee and G. Kim, "AudioCaps: generating captions for audios in the
wild", NAACL-HLT 2019.
"""

from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import finite, read_table, row_text
from soundlasso.datasets.tree import Tree
from soundlasso.datasets.youtube import clip_names

ABOUT = About(
    name="audiocaps",
    title="AudioCaps",
    splits=("train", "val", "test"),
    words="1 caption (train), 5 (val, test)",
    licence="captions for academic use; YouTube audio",
    source="https://github.com/cdjkim/audiocaps",
    layout="{split}.csv and the sounds as Y{youtube_id}.wav or {youtube_id}_{start_time}.wav",
)
_COLUMNS = ("audiocap_id", "youtube_id", "start_time", "caption")
_SECONDS = 10.0


def load(folder: Path, split: str) -> Dataset:
    """Reads a split; captions of the same clip are put together.

    Args:
        folder: Where the tables and the sounds lie, at any depth.
        split: ``train``, ``val`` or ``test``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: the table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, f"{split}.csv")
    captions: dict[tuple[str, float], list[str]] = {}
    numbers: dict[tuple[str, float], list[str]] = {}
    for line, row in read_table(table, _COLUMNS):
        start = finite(row["start_time"], "start_time", f"{table}: line {line}")
        clip = row_text(row, "youtube_id", table, line), start
        captions.setdefault(clip, []).append(row["caption"])
        numbers.setdefault(clip, []).append(row_text(row, "audiocap_id", table, line))
    for (video, start), said in captions.items():
        names = clip_names(video, start, start + _SECONDS) + numbers[video, start]
        gathering.add(
            f"{video}_{start:g}",
            tree.audio(names),
            captions=said,
            start=start,
            duration=_SECONDS,
        )
    return gathering.dataset()
