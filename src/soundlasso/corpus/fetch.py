"""Downloading packages from a Debian mirror: resumed where cut off, verified, then renamed."""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from soundlasso.corpus.manifest import Package
from soundlasso.errors import CorpusError

DEFAULT_MIRRORS = (
    "http://deb.debian.org/debian",
    # Keeps every version for ever, for the day when the mirrors have moved on.
    "https://snapshot.debian.org/archive/debian/20261101T000000Z",
)
_BLOCK_BYTES = 1 << 18
_TIMEOUT_SECONDS = 60

Progress = Callable[[int], None]


def mirrors() -> tuple[str, ...]:
    """Where packages are looked for: ``SOUNDLASSO_DEBIAN_MIRROR`` first, if it is set."""
    own = os.environ.get("SOUNDLASSO_DEBIAN_MIRROR")
    return (own.rstrip("/"), *DEFAULT_MIRRORS) if own else DEFAULT_MIRRORS


def package_path(package: Package, folder: Path) -> Path:
    """Where a package lies once it is fetched."""
    return folder / package.pool.rsplit("/", 1)[-1]


def fetch(package: Package, folder: Path, progress: Progress = lambda _: None) -> Path:
    """Brings a package into ``folder``, unless it is there.

    Args:
        package: What to fetch.
        folder: Where it is kept; made if need be.
        progress: Called with the number of bytes that each block added.

    Returns:
        The package file, whose hash was verified when it arrived.

    Raises:
        CorpusError: no mirror has it, or what came is not what the manifest says.
    """
    path = package_path(package, folder)
    if path.exists() and path.stat().st_size == package.size:
        progress(package.size)
        return path
    folder.mkdir(parents=True, exist_ok=True)
    # Kept when a download breaks off: the next one goes on from there.
    partial = path.with_name(path.name + ".part")
    failures = []
    for mirror in mirrors():
        url = f"{mirror}/{package.pool}"
        try:
            _download(url, partial, package.size, progress)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            failures.append(f"{url}: {error}")
            if isinstance(error, urllib.error.HTTPError):
                # It is the server's answer as well, which is still open.
                error.close()
            continue
        if _sha256(partial) == package.sha256:
            partial.replace(path)
            return path
        failures.append(f"{url}: the hash is wrong")
        partial.unlink()
    raise CorpusError(f"{package.name} cannot be fetched: " + "; ".join(failures))


def _download(url: str, partial: Path, size: int, progress: Progress) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    if have >= size:
        progress(have)
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
        resumed = answer.status == http.client.PARTIAL_CONTENT
        arrived = have if resumed else 0
        progress(arrived)
        with partial.open("ab" if resumed else "wb") as file:
            while block := answer.read(_BLOCK_BYTES):
                file.write(block)
                arrived += len(block)
                progress(len(block))
    if arrived < size:
        raise http.client.IncompleteRead(b"", size - arrived)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
