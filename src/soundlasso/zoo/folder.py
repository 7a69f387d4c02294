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
