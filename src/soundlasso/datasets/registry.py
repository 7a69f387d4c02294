"""The data sets by name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from soundlasso.datasets import (
    audiocaps,
    audiosep,
    audioset,
    auto_acd,
    clotho,
    dcase2024,
    esc50,
    fsd50k,
    hive,
    vggsound,
    wavcaps,
)
from soundlasso.datasets.about import About
from soundlasso.datasets.clip import AbsentError, Dataset, Record
from soundlasso.datasets.tree import check_folder
from soundlasso.errors import OptionError


class Loader(Protocol):
    """Reads a split of a data set."""

    def __call__(self, folder: Path, split: str) -> Dataset:
        """Reads ``split`` in ``folder``.

        Raises:
            OptionError: the data set has no such split.
            AbsentError: the split is not there.
            CorpusError: a table or JSON is damaged.
        """


@dataclass(frozen=True)
class Entry:
    """A data set that can be read.

    Attributes:
        about: Its description.
        load: Its loader, which takes the splits that ``about`` names.
    """

    about: About
    load: Loader

    def splits_in(self, folder: Path) -> tuple[str, ...]:
        """The splits that there may be in ``folder``."""
        return self.about.splits or tuple(sorted(path.stem for path in folder.glob("*.json")))


DATASETS: dict[str, Entry] = {
    entry.about.name: entry
    for entry in (
        Entry(clotho.ABOUT, clotho.load),
        Entry(audiocaps.ABOUT, audiocaps.load),
        Entry(wavcaps.ABOUT, wavcaps.load),
        Entry(auto_acd.ABOUT, auto_acd.load),
        Entry(audioset.ABOUT, audioset.load),
        Entry(vggsound.ABOUT, vggsound.load),
        Entry(fsd50k.ABOUT, fsd50k.load),
        Entry(esc50.ABOUT, esc50.load),
        Entry(dcase2024.ABOUT, dcase2024.load),
        Entry(audiosep.ABOUT, audiosep.load),
        Entry(hive.ABOUT, hive.load),
    )
}


def find_dataset(name: str) -> Entry:
    """The data set of a name.

    Raises:
        OptionError: there is none; names the choices.
    """
    if name not in DATASETS:
        raise OptionError(f"no data set is called {name!r}; choose one of {', '.join(DATASETS)}")
    return DATASETS[name]


def load_dataset(name: str, folder: Path, split: str) -> Dataset:
    """Reads a split of a data set.

    Args:
        name: A key of `DATASETS`.
        folder: Where the data set lies.
        split: One of the data set's splits.

    Raises:
        OptionError: there is no such data set, or it has no such split.
        AbsentError: the split is not in the folder; the message says what was expected.
        CorpusError: a table or JSON is damaged; the message names file and line.
    """
    return find_dataset(name).load(folder, split)


def load_splits(name: str, folder: Path) -> list[Dataset]:
    """Reads every split of a data set that is in the folder.

    Args:
        name: A key of `DATASETS`.
        folder: Where the data set lies.

    Raises:
        OptionError: there is no such data set.
        AbsentError: none of its splits is in the folder.
        CorpusError: a table or JSON is damaged.
    """
    entry = find_dataset(name)
    check_folder(folder)
    found: list[Dataset] = []
    first: AbsentError | None = None
    for split in entry.splits_in(folder):
        try:
            found.append(entry.load(folder, split))
        except AbsentError as error:
            first = first or error
    if not found:
        raise first or entry.about.absent(folder, "any name", "holds no JSON file")
    return found


def iter_records(name: str, folder: Path, splits: Sequence[str] | None = None) -> Iterator[Record]:
    """The clips and mixtures of a data set, one after the other.

    Args:
        name: A key of `DATASETS`.
        folder: Where the data set lies.
        splits: Which splits; by default all that are in the folder.

    Raises:
        OptionError: there is no such data set, or it has no such split.
        AbsentError: a split that was asked for is not in the folder, or none is.
        CorpusError: a table or JSON is damaged.
    """
    if splits is None:
        datasets = load_splits(name, folder)
    else:
        datasets = [load_dataset(name, folder, split) for split in splits]
    for dataset in datasets:
        yield from dataset
