"""Folders for output."""

import os
from pathlib import Path

from soundlasso.errors import AudioError


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
