"""Folders that recordings come from and results go to."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from soundlasso.errors import AudioError, OptionError

_SOUND_ENDINGS = (
    ".3g2 .3gp .aac .ac3 .aif .aifc .aiff .alac .amr .ape .asf .au .avi .caf .f4v .flac .flv .m2ts "
    ".m4a .m4v .mka .mkv .mov .mp3 .mp4 .mpeg .mpg .mts .oga .ogg .ogv .opus .rf64 .ts .vob .w64 "
    ".wav .weba .webm .wma .wmv .wv"
)


def sound_files(folder: Path) -> list[Path]:
    """The sound files and videos in a folder, by their endings and in the order of their names.

    Not those in folders within it, and no hidden ones.

    Raises:
        AudioError: there are none, or the folder cannot be read.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise AudioError(f"{folder}: cannot be read: {error.strerror}") from error
    files = [
        path
        for path in found
        if path.suffix.lower() in _SOUND_ENDINGS.split()
        and not path.name.startswith(".")
        and _is(Path.is_file, path)
    ]
    if not files:
        raise AudioError(f"{folder}: is a folder without sound files in it")
    return files


def check_new_folder(folder: Path) -> None:
    """Refuses what is there already, unless it is an empty folder.

    Raises:
        OptionError: it is.
    """
    # Nothing can be put in the place of ".", which has no name.
    if not folder.name or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise OptionError(f"{folder}: is there already; name a new folder")


def refuse_to_replace(
    outputs: Iterable[Path], inputs: Iterable[Path], advice: str = "choose another folder"
) -> None:
    """Makes sure that nothing that is read is replaced by a result, by whatever names and links.

    What is missing or hidden is told when it is opened.

    Args:
        outputs: What is to be written.
        inputs: What is to be read.
        advice: What to do about it, for the message.

    Raises:
        OptionError: one is the other.
    """
    read = {_identity(path) for path in inputs} - {None}
    for path in outputs:
        if _identity(path) in read:
            raise OptionError(f"{path}: would be replaced by a result; {advice}")


def _identity(path: Path) -> tuple[int, int] | None:
    """What all names of a file have in common; ``None`` where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def output_folder(folder: Path) -> Iterator[Path]:
    """Makes a folder for output; if the ``with`` block fails, what was made for nothing goes.

    Raises:
        AudioError: as `make_folder`.
    """
    missing = missing_folders(folder)
    try:
        yield make_folder(folder)
    except BaseException:
        remove_empty(missing)
        raise


def is_folder(path: Path) -> bool:
    """Whether it is a folder, as far as one may know."""
    return _is(Path.is_dir, path)


def missing_folders(folder: Path) -> list[Path]:
    """Those that would have to be made to make one, the innermost first."""
    return [one for one in (folder, *folder.parents) if not _is(Path.exists, one)]


def _is(what: Callable[[Path], bool], path: Path) -> bool:
    """What must not be looked at, or has too long a name, is nothing."""
    try:
        return what(path)
    except OSError:
        return False


def remove_empty(folders: Iterable[Path]) -> None:
    """Removes those folders that are there and empty; give the innermost first."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()


def make_folder(folder: Path) -> Path:
    """Makes a folder for output, if need be.

    Raises:
        AudioError: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise AudioError(f"{folder}: is a file, not a folder for output") from None
    except OSError as error:
        raise AudioError(f"{folder}: cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise AudioError(f"{folder}: no permission to write there")
    return folder
