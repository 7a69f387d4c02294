"""Where models that the user imported lie."""

import os
from pathlib import Path

FOLDER_VARIABLE = "SOUNDLASSO_MODELS"
"""An environment variable that names another folder than the usual one."""


def models_folder() -> Path:
    """The folder of imported models; it need not exist.

    Under the system's place for a user's data: ``~/.local/share/soundlasso/models`` on Linux.
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("soundlasso", appauthor=False) / "models"


def encoder_folder(name: str) -> Path:
    """Where the query encoder of a hub id lies once it is imported."""
    return models_folder() / "encoders" / name.replace("/", "--")


def imported_encoder(name: str) -> str:
    """A query encoder's folder if it was imported, else its name as it is.

    What stands behind the name of an encoder in brackets, such as ``[:50]``, stays there.
    """
    own, bracket, rest = name.partition("[")
    folder = encoder_folder(own)
    return f"{folder}{bracket}{rest}" if (folder / "config.json").is_file() else name


def how_to_bring(name: str) -> str:
    """Where the files of a query encoder are, and where they are looked for first."""
    own = name.partition("[")[0]
    return f"put the files of https://huggingface.co/{own} into {encoder_folder(own)}"
