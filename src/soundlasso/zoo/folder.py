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
    """A query encoder's folder if it was imported, else its name as it is."""
    folder = encoder_folder(name)
    return str(folder) if (folder / "config.json").is_file() else name
