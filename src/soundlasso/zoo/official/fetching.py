"""Fetching published checkpoints from the hub."""

import hashlib
import re
from pathlib import Path

from soundlasso.errors import MissingDependencyError, WeightsError, hub_errors, in_one_line
from soundlasso.zoo.official.systems import HubFile, OfficialSystem, how_to_import

_SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch_official(system: OfficialSystem) -> list[Path]:
    """Brings a system's published files into the hub's cache, unless they are there.

    Downloads that break off are gone on with the next time; what has arrived is verified by
    the hub's hash and the published size.

    Returns:
        The files, in the order of ``system.files``.

    Raises:
        MissingDependencyError: they are not on the hub, the hub is out of reach, or what reaches
            it is not installed; says what to do instead.
        WeightsError: what came is not what was published.
    """
    missing = f"{system.name} is not on this machine"
    hub_files = [file.hub for file in system.files if file.hub is not None]
    if len(hub_files) < len(system.files):
        raise MissingDependencyError(f"{missing}; {how_to_import(system)}")
    try:
        from huggingface_hub import hf_hub_download
    except ImportError:
        raise MissingDependencyError(
            f"{missing}; let it be fetched (pip install 'soundlasso[hub]'), or "
            f"{how_to_import(system)}"
        ) from None
    paths = []
    for file in hub_files:
        try:
            fetched = hf_hub_download(file.repo, file.path, repo_type=file.kind)
        except hub_errors() as error:
            reason = in_one_line(error)
            raise MissingDependencyError(
                f"{missing} and cannot be fetched: {reason}; {how_to_import(system)}"
            ) from error
        paths.append(_verified(Path(fetched), file))
    return paths


def _verified(path: Path, file: HubFile) -> Path:
    """The file, if it has the size that was published and the hash that the hub gives it."""
    size = path.stat().st_size
    if file.size is not None and size != file.size:
        raise WeightsError(f"{path}: has {size} bytes, but {file.size} were published")
    # The cache calls large files by their hash.
    named = path.resolve().name
    if _SHA256.fullmatch(named):
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != named:
            raise WeightsError(f"{path}: arrived damaged; delete it and try again")
    return path
