"""The curated list of packages and of the recordings in them, shipped as two CSV files."""

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Literal, cast

Split = Literal["train", "valid", "test"]
Use = Literal["target", "background"]


@dataclass(frozen=True)
class Package:
    """A Debian package that holds recordings.

    Attributes:
        name: The package's name.
        version: The version that the manifest was made from.
        pool: Its path below a mirror's root.
        size: In bytes.
        sha256: Of the package file, as Debian publishes it.
        split: Which split all of its recordings belong to: packages are never divided.
    """

    name: str
    version: str
    pool: str
    size: int
    sha256: str
    split: Split


@dataclass(frozen=True)
class Entry:
    """A recording in a package.

    Attributes:
        package: The package's name.
        path: Inside the package, without a leading slash; ``ARCHIVE!MEMBER`` where it lies in
            an archive in the package, ``SOUNDFONT#PROGRAM/TAKE`` where it is played with one,
            ``VOICES#VOICE/TAKE`` where it is spoken.
        label: What it is a recording of.
        use: ``target`` where the label is to be trusted; ``background`` where the sound may
            only be mixed in.
        licence: As debian/copyright states it.
        sha256: The first 16 hexadecimal digits of the file's hash; of the soundfont or voices
            with what follows the ``#`` appended where the recording is generated.
    """

    package: str
    path: str
    label: str
    use: Use
    licence: str
    sha256: str


def packages() -> list[Package]:
    """All packages of the corpus, in the manifest's order."""
    return [
        Package(
            name=row["package"],
            version=row["version"],
            pool=row["pool"],
            size=int(row["size"]),
            sha256=row["sha256"],
            split=cast(Split, row["split"]),
        )
        for row in _rows("packages.csv")
    ]


def entries() -> list[Entry]:
    """All recordings of the corpus, in the manifest's order."""
    return [
        Entry(
            package=row["package"],
            path=row["path"],
            label=row["label"],
            use=cast(Use, row["use"]),
            licence=row["licence"],
            sha256=row["sha256"],
        )
        for row in _rows("recordings.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    source = resources.files("soundlasso.corpus") / "data" / name
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
