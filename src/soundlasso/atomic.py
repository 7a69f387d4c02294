"""Files that are there whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path to write to, which gets its final name when the ``with`` block ends well.

    It is beside the final path, with ``.part`` appended, and is removed if the block fails.
    """
    partial = path.with_name(path.name + ".part")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Writes a whole text file in UTF-8."""
    with written_aside(path) as partial:
        partial.write_text(text, encoding="utf-8")


@contextmanager
def folder_written_aside(path: Path) -> Iterator[Path]:
    """As `written_aside`, for a folder; what is at the final path must be missing or empty.

    What an earlier attempt that was killed left beside it is removed.
    """
    partial = path.with_name(path.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        if path.is_dir():
            # Windows does not rename onto folders, not even empty ones.
            path.rmdir()
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
