"""Auto-ACD: captions for AudioSet and VGGSound, made by models that see the video as well.

Layout, with the tables of https://huggingface.co/datasets/Loie/Auto-ACD::

    train.csv, test.csv               with youtube_id and caption among the columns
    *.flac                            in any folder below

There are no sounds in it: they are those of AudioSet and VGGSound. An id of a VGGSound clip ends
in where it begins, as in ``oPRC3zComfA_000117`` (117 s); one of an AudioSet clip does not say.
Some ids are preceded by ``Y``, and some have lost the dashes that they begin with; both are
looked for.

Licence: none is stated for the captions; the sounds belong to whoever put the videos up.

Citation: L. Sun, X. Xu, M. Wu and W. Xie, "Auto-ACD: a large-scale dataset for audio-language
representation learning", ACM Multimedia 2024 (arXiv 2309.11500).
"""

import re
from pathlib import Path

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset
from soundlasso.datasets.tables import read_table, row_text
from soundlasso.datasets.tree import Tree
from soundlasso.datasets.youtube import clip_names

ABOUT = About(
    name="auto-acd",
    title="Auto-ACD",
    splits=("train", "test"),
    words="1 caption",
    licence="not stated; YouTube audio",
    source="https://huggingface.co/datasets/Loie/Auto-ACD",
    layout="{split}.csv and the sounds of AudioSet and VGGSound as Y{youtube_id}.wav or "
    "{youtube_id}.wav",
)
_SECONDS = 10.0
_ID_LENGTH = 11


def load(folder: Path, split: str) -> Dataset:
    """Reads a split; captions of the same clip are put together.

    Args:
        folder: Where the table and the sounds lie, at any depth.
        split: ``train`` or ``test``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: the table is damaged.
    """
    gathering = Gathering(ABOUT, split, folder)
    tree = Tree(folder)
    table = gathering.table(tree, f"{split}.csv")
    captions: dict[str, list[str]] = {}
    for line, row in read_table(table, ("youtube_id", "caption")):
        id = row_text(row, "youtube_id", table, line)
        captions.setdefault(id, []).append(row["caption"])
    for id, said in captions.items():
        video, start = _parts(id)
        gathering.add(
            id,
            tree.audio([id, *clip_names(video, start, None if start is None else start + 10)]),
            captions=said,
            start=start,
            duration=_SECONDS,
        )
    return gathering.dataset()


def _parts(id: str) -> tuple[str, float | None]:
    """The video of an id, and where the clip begins in it."""
    # An id of 11 characters may itself end in an underscore and digits.
    found = re.fullmatch(rf"(.{{1,{_ID_LENGTH + 1}}})_(\d{{6}})", id)
    found = found if len(id) > _ID_LENGTH + 1 else None
    video, start = (found[1], float(found[2])) if found else (id, None)
    if len(video) == _ID_LENGTH + 1:
        video = video.removeprefix("Y")
    return video.rjust(_ID_LENGTH, "-"), start
