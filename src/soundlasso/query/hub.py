"""Query encoders' files from a hub, by way of its cache."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from soundlasso.errors import DownloadError, hub_errors, in_one_line


def fetch_files(
    name: str,
    files: Sequence[str],
    instead: Mapping[str, tuple[str, ...]],
    *,
    revision: str | None = None,
) -> Path:
    """Brings files of a repository into the hub's cache, unless they are there.

    The hub's client writes them aside and renames what has arrived whole.

    Args:
        name: The repository's id.
        files: What is needed.
        instead: What older repositories have in place of a file that they lack.
        revision: A branch, tag or commit.

    Returns:
        The folder of the first file, in which all of them are.

    Raises:
        DownloadError: a file is not there, the hub is out of reach, or what reaches it is not
            installed.
    """
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError
    except ImportError:
        raise DownloadError(
            f"{name} comes from a hub, which needs the hub extra: pip install 'soundlasso[hub]'"
        ) from None
    fetched = []
    try:
        for file in files:
            try:
                fetched.append(hf_hub_download(name, file, revision=revision))
            except EntryNotFoundError:
                if file not in instead:
                    raise
                fetched += [hf_hub_download(name, one, revision=revision) for one in instead[file]]
    except hub_errors() as error:
        reason = in_one_line(error)
        raise DownloadError(
            f"{name} cannot be downloaded: {reason}; give a folder that holds it instead"
        ) from error
    return Path(fetched[0]).parent
