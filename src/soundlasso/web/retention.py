"""Removing what has been kept long enough, and what takes too much room."""

import shutil
import time
from pathlib import Path
from uuid import UUID

from soundlasso.web.settings import Settings
from soundlasso.web.store import Store

_SECONDS_OF_ARRIVAL = 3600.0


def remove(settings: Settings, store: Store, job: UUID) -> None:
    """Removes a job with all its files."""
    shutil.rmtree(settings.jobs_folder / str(job), ignore_errors=True)
    store.remove(job)


def remove_old(settings: Settings, store: Store) -> None:
    """Removes finished jobs that are too old, then the oldest until the rest has room.

    Folders that belong to no job are removed as well, once they are too old to be an upload
    that is still coming in.
    """
    now = time.time()
    left = []
    for job in store.finished():
        age = now - (job.finished if job.finished is not None else now)
        if age > settings.keep_hours * 3600 or store.get(job.id) is None:
            remove(settings, store, job.id)
        else:
            left.append(job)
    taken = sum(job.bytes for job in left)
    for job in left:
        if taken <= settings.keep_bytes:
            break
        remove(settings, store, job.id)
        taken -= job.bytes
    _remove_strays(settings.jobs_folder, store, now)


def _remove_strays(folder: Path, store: Store, now: float) -> None:
    # Looked at before the store is, so that a job that arrives in between is not a stray.
    found = list(folder.iterdir()) if folder.is_dir() else []
    known = store.known()
    for path in found:
        if path.name in known:
            continue
        try:
            age = now - path.stat().st_mtime
        except FileNotFoundError:
            continue
        if age > _SECONDS_OF_ARRIVAL:
            shutil.rmtree(path, ignore_errors=True)
