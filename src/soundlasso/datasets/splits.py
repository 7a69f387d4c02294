"""Which split of a corpus the splits of each data set become."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast, get_args

from soundlasso.corpus.manifest import Split
from soundlasso.datasets.clip import AbsentError, Clip, Dataset
from soundlasso.datasets.registry import DATASETS, Entry
from soundlasso.datasets.tree import check_folder
from soundlasso.errors import OptionError

VALID_SHARE = 0.05
"""Of what would be trained on goes to valid where a data set has nothing for it."""

_SPLITS: dict[str, dict[str, Split]] = {
    "clotho": {"development": "train", "validation": "valid", "evaluation": "test"},
    "audiocaps": {"train": "train", "val": "valid", "test": "test"},
    # Four places, none of which is there to test on.
    "wavcaps": {
        "AudioSet_SL": "train",
        "BBC_Sound_Effects": "train",
        "FreeSound": "train",
        "SoundBible": "train",
    },
    "auto-acd": {"train": "train", "test": "test"},
    "audioset": {"balanced_train": "train", "unbalanced_train": "train", "eval": "test"},
    "vggsound": {"train": "train", "test": "test"},
    "fsd50k": {"train": "train", "val": "valid", "eval": "test"},
    "esc50": {
        "fold1": "train",
        "fold2": "train",
        "fold3": "train",
        "fold4": "valid",
        "fold5": "test",
    },
    "dcase2024": {"development": "train"},
}
# Splits that are the user's own are told by their names; any other name is trained on.
_BY_NAME: dict[str, Split] = {
    **dict.fromkeys(("val", "valid", "validation"), "valid"),
    **dict.fromkeys(("test", "eval", "evaluation"), "test"),
}
_MIXTURES: dict[str, tuple[str, ...]] = {
    "hive": DATASETS["hive"].about.splits,
    "dcase2024": ("validation", "evaluation-synth", "evaluation-real"),
}


def default_splits(entry: Entry, folder: Path) -> dict[str, Split]:
    """Where the splits of a data set go unless somebody says otherwise.

    Raises:
        OptionError: the data set has nothing but mixtures.
    """
    name = entry.about.name
    if set(_MIXTURES.get(name, ())) >= set(entry.about.splits) != set():
        raise _only_mixtures(name, name)
    if name in _SPLITS:
        return _SPLITS[name]
    return {split: _BY_NAME.get(split.lower(), "train") for split in entry.splits_in(folder)}


def parse_splits(entry: Entry, asked: Sequence[str]) -> dict[str, Split]:
    """What ``SPLIT=train`` and the like say.

    Args:
        entry: The data set.
        asked: One text a split.

    Raises:
        OptionError: a text has another form, there is no such split, or it is of mixtures.
    """
    found: dict[str, Split] = {}
    for text in asked:
        # Lists of one's own may be called anything.
        split, equals, target = text.rpartition("=")
        if not equals or target not in get_args(Split):
            raise OptionError(f"--split {text!r}: write it as SPLIT=train, SPLIT=valid or =test")
        entry.about.check_split(split)
        if split in _MIXTURES.get(entry.about.name, ()):
            raise _only_mixtures(entry.about.name, f"{entry.about.name} {split}")
        found[split] = cast(Split, target)
    return found


def _only_mixtures(name: str, what: str) -> OptionError:
    return OptionError(
        f"{what} is made of mixtures to be separated, not of clips to mix, and cannot be trained "
        f"on; soundlasso datasets check {name} FOLDER counts what there is"
    )


def load_clips(
    entry: Entry, folder: Path, asked: Mapping[str, Split] | None
) -> list[tuple[Dataset, Split]]:
    """Reads splits of a data set.

    Args:
        entry: The data set.
        folder: Where it lies.
        asked: The splits that must be there and what they become; when ``None``, all by default
            that are there.

    Raises:
        OptionError: it has nothing but mixtures.
        AbsentError: a split that was asked for is not there, or none is.
        CorpusError: a table or JSON is damaged.
    """
    check_folder(folder)
    wanted = default_splits(entry, folder) if asked is None else asked
    found: list[tuple[Dataset, Split]] = []
    first: AbsentError | None = None
    for split, target in wanted.items():
        try:
            found.append((entry.load(folder, split), target))
        except AbsentError as error:
            if asked is not None:
                raise
            first = first or error
    if not found:
        raise first or entry.about.absent(folder, "any name", "holds no JSON file")
    return found


def divide(found: list[tuple[Dataset, Split]], share: float) -> list[tuple[Clip, Split]]:
    """Clips with their splits; where nothing is for valid, a share of train goes there.

    Which clips that are is decided by a hash of each one's id, so that it stays the same when
    others come or go.

    Args:
        found: Splits of a data set, and what they become.
        share: How much of train goes to valid, 0 to 1.
    """
    has_valid = any(target == "valid" for _, target in found)

    def split_of(clip: Clip, target: Split) -> Split:
        if has_valid or target != "train":
            return target
        digest = hashlib.sha256(f"{clip.dataset}/{clip.id}".encode()).hexdigest()
        return "valid" if int(digest[:8], 16) < share * 16**8 else "train"

    return [(clip, split_of(clip, target)) for dataset, target in found for clip in dataset.clips]
