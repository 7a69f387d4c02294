"""What lies below a folder: tables by name, sounds by name without extension.

Archives of the same data set unpack into differently nested folders, and those who fetch videos
store them as they like. Looking below the folder, wherever it is, spares everybody moving files.
"""

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from soundlasso.datasets.clip import AbsentError
from soundlasso.errors import CorpusError

# What soundlasso can read, what is read fastest and loses least first.
_SUFFIXES = "wav flac aiff aif ogg opus mp3 m4a aac webm mp4 mkv"
_RANK = {suffix: rank for rank, suffix in enumerate(_SUFFIXES.split())}


class Tree:
    """The files below a folder, looked through once."""

    def __init__(self, folder: Path) -> None:
        """Looks through ``folder``.

        Raises:
            AbsentError: there is no such folder.
            CorpusError: a folder in it cannot be read.
        """
        check_folder(folder)
        self.folder = folder
        self._folders: list[tuple[Path, frozenset[str]]] = []
        self._sounds: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._tables: dict[str, tuple[int, Path]] = {}
        self._look()

    def _look(self) -> None:
        seen: set[tuple[int, int]] = set()
        # Large data sets are often linked into place; links may also lead back up.
        for name, below, files in os.walk(self.folder, onerror=_refuse, followlinks=True):
            status = Path(name).stat()
            if (status.st_dev, status.st_ino) in seen:
                below.clear()
                continue
            seen.add((status.st_dev, status.st_ino))
            below.sort()
            folder = Path(name)
            self._folders.append((folder, frozenset(folder.relative_to(self.folder).parts)))
            for file in sorted(files):
                # "._NAME.wav" is what macOS leaves in archives; it is not a sound.
                if file.startswith("."):
                    continue
                stem, _, suffix = file.rpartition(".")
                if suffix.lower() in _RANK:
                    self._sounds[_plain(stem)].append((len(self._folders) - 1, file))
                elif suffix.lower() in {"csv", "json"}:
                    nested = len(folder.parts)
                    if file not in self._tables or nested < self._tables[file][0]:
                        self._tables[file] = nested, folder / file

    def table(self, name: str) -> Path | None:
        """The CSV or JSON file of that name which is the least nested, or ``None``."""
        return self._tables[name][1] if name in self._tables else None

    def audio(self, stems: Iterable[str], under: Collection[str] = ()) -> Path | None:
        """A sound file that is not empty.

        Args:
            stems: Names without extension, the preferred ones first.
            under: Names of folders, one of which it must lie in, however deep.

        Returns:
            Its path, or ``None`` if there is none.
        """
        for stem in stems:
            found = [
                self._folders[folder][0] / file
                for folder, file in self._sounds.get(_plain(stem), ())
                if not under or not self._folders[folder][1].isdisjoint(under)
            ]
            found.sort(key=lambda path: _RANK[path.suffix[1:].lower()])
            for path in found:
                if is_sound(path):
                    return path
        return None


def check_folder(folder: Path) -> None:
    """Sees to it that a folder is there.

    Raises:
        AbsentError: it is not.
    """
    if not folder.is_dir():
        raise AbsentError(f"{folder}: there is no such folder; say where the data set lies")


def is_sound(path: Path) -> bool:
    """Whether a path is a file that is not empty, as failed downloads leave them."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # Lists by others may hold what no file can be called.
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size > 0


def _plain(stem: str) -> str:
    # macOS decomposes accents in file names, tables do not; unpackers drop outer spaces.
    return unicodedata.normalize("NFC", stem).strip()


def _refuse(error: OSError) -> None:
    raise CorpusError(f"{error.filename}: cannot be read: {error.strerror}") from error
