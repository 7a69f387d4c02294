"""What a listening test consists of, as the JSON file in its folder says it."""

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from soundlasso.atomic import write_text
from soundlasso.config import build_config
from soundlasso.errors import OptionError

MANIFEST = "test.json"
AUDIO = "audio"
FORMAT = 1
MIXTURE = "mixture"
"""What stands for the mixture where a condition's key would stand."""

Kind = Literal["model", "reference", "anchor"]


@dataclass(frozen=True)
class Condition:
    """One of the things that are compared.

    Attributes:
        key: What files and results call it: ``c1``, ``c2`` ...
        kind: A model's separation; the target itself, as a hidden reference; or the untouched
            mixture, as an anchor.
        name: For the report.
        sha256: Of a model's weights; empty for the others.
    """

    key: str
    kind: Kind
    name: str
    sha256: str


@dataclass(frozen=True)
class Sound:
    """A sound file of the test.

    Attributes:
        condition: Its `Condition.key`; `MIXTURE` for what all of them come from.
        file: Its path in the test's folder.
        sha256: Of the file.
        loudness: Before it was brought to the item's loudness, in LUFS; ``None`` for silence.
        gain: By how much it was raised, in dB.
    """

    condition: str
    file: str
    sha256: str
    loudness: float | None
    gain: float

    def __post_init__(self) -> None:
        """Refuses files elsewhere: the page serves them."""
        if not re.fullmatch(rf"{AUDIO}/[0-9a-z-]+\.flac", self.file):
            raise ValueError(f"{self.file!r} is not a file of a listening test")


@dataclass(frozen=True)
class Item:
    """A mixture, a query, and what is to be rated.

    Attributes:
        id: The list's ``id`` of it, or its number.
        query: In words.
        seconds: How long each of its sounds is.
        sample_rate: In Hz.
        channels: How many.
        loudness: Of its sounds, in LUFS.
        mixture: What the separations come from; heard, not rated.
        sounds: One for each condition.
    """

    id: str
    query: str
    seconds: float
    sample_rate: int
    channels: int
    loudness: float
    mixture: Sound
    sounds: tuple[Sound, ...]

    def sound(self, condition: str) -> Sound:
        """The sound of a condition, or the mixture."""
        return next(s for s in (self.mixture, *self.sounds) if s.condition == condition)


@dataclass(frozen=True)
class Manifest:
    """A listening test.

    Attributes:
        format: Of this file.
        program: What made it, with its version.
        title: What listeners see.
        seed: Of the orders.
        pairs: The list's SHA-256.
        conditions: What is compared.
        items: What is rated.
    """

    format: int
    program: str
    title: str
    seed: int
    pairs: str
    conditions: tuple[Condition, ...]
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        """Refuses what does not hang together."""
        keys = [condition.key for condition in self.conditions]
        ids = [item.id for item in self.items]
        if not keys or not ids or len(set(keys)) < len(keys) or len(set(ids)) < len(ids):
            raise ValueError("needs conditions and items, each with a key of its own")
        for item in self.items:
            if sorted(sound.condition for sound in item.sounds) != sorted(keys):
                raise ValueError(f"item {item.id!r} must have one sound for each condition")

    def text(self) -> str:
        """The JSON file."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class ListeningTest:
    """A test in its folder.

    Attributes:
        folder: Where it lies.
        manifest: What it consists of.
        sha256: Of the manifest, and by that of everything in it.
    """

    folder: Path
    manifest: Manifest
    sha256: str

    def item(self, name: str) -> Item:
        """An item by its id."""
        return next(item for item in self.manifest.items if item.id == name)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes a test's manifest into its folder."""
    write_text(folder / MANIFEST, manifest.text())


def read_test(folder: Path) -> ListeningTest:
    """Reads a test; `check_files` looks at its sounds.

    Raises:
        OptionError: the folder holds no listening test, or its manifest is damaged.
    """
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OptionError(
            f"{folder}: is not a listening test: {MANIFEST}: {error.strerror}; "
            "see: soundlasso listen-test create"
        ) from error
    try:
        values = json.loads(content)
        if isinstance(values, dict) and values.get("format") != FORMAT:
            raise ValueError(f"has the format {values.get('format')!r}, not {FORMAT}")
        manifest = build_config(Manifest, values, "test")
    except ValueError as error:
        raise OptionError(f"{path}: cannot be used: {error}") from error
    return ListeningTest(folder, manifest, hashlib.sha256(content).hexdigest())


def check_files(test: ListeningTest) -> None:
    """Refuses a test whose sounds are not those that its manifest describes.

    Raises:
        OptionError: names the first file that is missing or has changed.
    """
    for item in test.manifest.items:
        for sound in (item.mixture, *item.sounds):
            path = test.folder / sound.file
            try:
                found = file_sha256(path)
            except OSError as error:
                raise OptionError(f"{path}: cannot be read: {error.strerror}") from error
            if found != sound.sha256:
                raise OptionError(f"{path}: is not the file that {MANIFEST} describes")


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
