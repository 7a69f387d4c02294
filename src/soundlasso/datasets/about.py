"""What there is to know about a data set before it is read, and gathering what is found of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from soundlasso.datasets.clip import AbsentError, Clip, Dataset, MixtureRecord
from soundlasso.datasets.tree import Tree
from soundlasso.errors import OptionError


@dataclass(frozen=True)
class About:
    """A data set's description.

    Attributes:
        name: What it is called on the command line.
        title: What its authors call it.
        splits: In the data set's own words; empty where any JSON file in the folder is one.
        words: What describes its sounds: captions, labels, mixtures.
        licence: Of the data set, in short.
        source: Where it can be had.
        layout: The files that are expected in its folder; ``{split}`` stands for the split.
        layouts: Those of single splits that differ from it.
    """

    name: str
    title: str
    splits: tuple[str, ...]
    words: str
    licence: str
    source: str
    layout: str
    layouts: Mapping[str, str] = field(default_factory=dict)

    def check_split(self, split: str) -> None:
        """Sees to it that there is such a split.

        Raises:
            OptionError: there is none; names the choices.
        """
        if self.splits and split not in self.splits:
            raise OptionError(
                f"{self.name} has no split {split!r}; choose one of {', '.join(self.splits)}"
            )

    def absent(self, folder: Path, split: str, what: str) -> AbsentError:
        """The error for a split that is not there.

        Args:
            folder: Where it was looked for.
            split: The split.
            what: What is wrong, such as ``has no train.csv``.
        """
        layout = self.layouts.get(split, self.layout).replace("{split}", split)
        return AbsentError(
            f"{folder}: {what}; {self.title} ({split}) needs in that folder: {layout}; "
            f"get it from {self.source} (docs/datasets/{self.name}.md says how)"
        )


class Gathering:
    """Collects the records of a split; those without a sound are only named."""

    def __init__(self, about: About, split: str, folder: Path) -> None:
        """Starts with nothing.

        Args:
            about: The data set.
            split: The split.
            folder: Where it lies, for the message if nothing of it is found.

        Raises:
            OptionError: the data set has no such split.
        """
        about.check_split(split)
        self.about, self.split, self.folder = about, split, folder
        self._clips: list[Clip] = []
        self._mixtures: list[MixtureRecord] = []
        self._missing: list[str] = []

    def table(self, tree: Tree, name: str) -> Path:
        """The path of a table that cannot be done without.

        Raises:
            AbsentError: it is not there.
        """
        path = tree.table(name)
        if path is None:
            raise self.about.absent(self.folder, self.split, f"holds no {name}")
        return path

    def add(
        self,
        id: str,
        audio: Path | None,
        *,
        captions: Iterable[str] = (),
        labels: Iterable[str] = (),
        licence: str | None = None,
        start: float | None = None,
        duration: float | None = None,
    ) -> None:
        """Adds a clip, or names it as missing if it has no ``audio``; see `Clip` for the rest.

        Captions and labels that are blank or repeated are left out: tables have some.
        """
        if audio is None:
            self._missing.append(id)
            return
        self._clips.append(
            Clip(
                id=id,
                dataset=self.about.name,
                split=self.split,
                audio=audio,
                captions=_told(captions),
                labels=_told(labels),
                licence=licence or None,
                start=start,
                duration=duration,
            )
        )

    def add_mixture(self, mixture: MixtureRecord) -> None:
        """Adds a mixture of which every sound is there."""
        self._mixtures.append(mixture)

    def add_missing(self, *names: str) -> None:
        """Names what is listed but not there."""
        self._missing.extend(names)

    def dataset(self) -> Dataset:
        """All that was added.

        Raises:
            AbsentError: not a single sound is there.
        """
        missing = tuple(dict.fromkeys(self._missing))
        if not self._clips and not self._mixtures:
            what = "its table lists nothing for this split"
            if missing:
                what = f"holds none of the {len(missing)} sounds that are listed"
                what += f" (the first is {missing[0]})"
            raise self.about.absent(self.folder, self.split, what)
        return Dataset(
            name=self.about.name,
            split=self.split,
            clips=tuple(self._clips),
            mixtures=tuple(self._mixtures),
            missing=missing,
        )


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (text.strip() for text in texts) if text))
