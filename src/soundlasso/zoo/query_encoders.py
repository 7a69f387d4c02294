"""Query encoders by name, as a user imported them or as they come from their hub."""

import re
from pathlib import Path

from soundlasso.errors import DownloadError
from soundlasso.query.encoder import QueryEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.zoo.folder import models_folder


def encoder_folder(name: str) -> Path:
    """Where the query encoder of a hub id lies once it is imported."""
    return models_folder() / "encoders" / name.replace("/", "--")


def load_query_encoder(name: str) -> QueryEncoder:
    """Loads a query encoder, an imported one if there is one of that name.

    Args:
        name: As `load_encoder` reads it.

    Raises:
        QueryError: no encoder has that name.
        MissingDependencyError: what it needs is not installed, or cannot be downloaded; says where
            its files may be put by hand.
        WeightsError: its files are damaged.
    """
    own, brackets = split_brackets(name)
    folder = encoder_folder(own)
    try:
        return load_encoder(f"{folder}{brackets}" if (folder / "config.json").is_file() else name)
    except DownloadError as error:
        raise DownloadError(
            f"{error}, or put the files of https://huggingface.co/{own} into {folder}"
        ) from error


def split_brackets(name: str) -> tuple[str, str]:
    """A query encoder's own name and the brackets behind it, as ``[:50][mean]`` of a T5."""
    match = re.fullmatch(r"(.+?)((?:\[[^\[\]]*\])*)", name)
    return (match[1], match[2]) if match else (name, "")
