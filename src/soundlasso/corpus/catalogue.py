"""The table of a built corpus: one row a recording."""

import csv
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TextIO, cast

from soundlasso.atomic import written_aside
from soundlasso.corpus.manifest import Split, Use
from soundlasso.errors import CorpusError

DECODED = "bank-*.npz"
"""The files that keep samples beside a corpus; see `soundlasso.mixing.bank`."""
CATALOGUE_NAME = "catalogue.csv"

IMPORTED_FOLDER = "audio/datasets"
"""Below it is what was imported from data sets, each in a folder of its name."""

SAMPLE_RATE = 32_000
"""The sample rate of every prepared recording, in Hz."""


@dataclass(frozen=True)
class Recording:
    """A recording of a built corpus.

    Attributes:
        file: The prepared sound, relative to the corpus's folder.
        label: What it is a recording of.
        category: The label's category.
        split: train, valid or test.
        use: Whether it may be asked for (``target``) or only be mixed in (``background``).
        package: The Debian package, or the data set, that it comes from.
        path: Where it lies in that package; split, id and file name in a data set.
        licence: As debian/copyright or the data set states it.
        seconds: Length after trimming.
        rate: The sample rate that the original had, in Hz.
        clipped: The share of the original's samples that were cut off at its peak.
        bandwidth: The highest frequency that it has, in Hz, up to half the corpus's rate.
    """

    file: str
    label: str
    category: str
    split: Split
    use: Use
    package: str
    path: str
    licence: str
    seconds: float
    rate: int
    clipped: float = 0.0
    bandwidth: int = 0

    @property
    def is_imported(self) -> bool:
        """Whether it is of a data set, not of a Debian package."""
        return self.file.startswith(f"{IMPORTED_FOLDER}/")

    @property
    def take_group(self) -> str:
        """What the takes of one session share: package, folder and name without numbers."""
        folder, _, name = self.path.rpartition("/")
        stem = re.sub(r"[\d_\-. ]+", "", name.rsplit(".", 1)[0].lower())
        return f"{self.package}:{folder}:{stem}"


def write_rows(file: TextIO, recordings: list[Recording]) -> None:
    """Writes recordings as CSV with a header."""
    writer = csv.DictWriter(file, [field.name for field in fields(Recording)])
    writer.writeheader()
    writer.writerows(asdict(recording) for recording in recordings)


def read_rows(file: TextIO) -> list[Recording]:
    """Reads what `write_rows` wrote.

    Raises:
        CorpusError: it was written by another version of this program, or is damaged.
    """
    try:
        return [_row(row) for row in csv.DictReader(file)]
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise CorpusError(
            "its table is damaged or was written by another version; build the corpus again"
        ) from error


def _row(row: dict[str, str]) -> Recording:
    return Recording(
        file=row["file"],
        label=row["label"],
        category=row["category"],
        split=cast(Split, row["split"]),
        use=cast(Use, row["use"]),
        package=row["package"],
        path=row["path"],
        licence=row["licence"],
        seconds=float(row["seconds"]),
        rate=int(row["rate"]),
        # Tables of before these were measured lack them.
        clipped=float(row.get("clipped") or 0.0),
        bandwidth=int(row.get("bandwidth") or 0),
    )


def write_catalogue(path: Path, recordings: list[Recording]) -> None:
    """Writes the table."""
    with written_aside(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        write_rows(file, recordings)


def forget_decoded(folder: Path) -> None:
    """Removes what was kept of the recordings' samples, as they may be others now."""
    for path in folder.glob(DECODED):
        path.unlink(missing_ok=True)


def read_catalogue(folder: Path) -> list[Recording]:
    """Reads the table of the corpus in ``folder``.

    Raises:
        CorpusError: there is none, or it is damaged; the message says what to do.
    """
    path = folder / CATALOGUE_NAME
    if not path.is_file():
        raise CorpusError(
            f"{folder}: holds no corpus; build it with: soundlasso corpus build {folder}"
        )
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return read_rows(file)
    except CorpusError as error:
        raise CorpusError(f"{path}: {error}") from error
