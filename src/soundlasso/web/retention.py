"""Removing what has been kept long enough, and what takes too much room."""

import contextlib
import os
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


def remove_inputs(settings: Settings, store: Store) -> None:
    """Removes the files of jobs that ended without results, should the worker have left them."""
    for job in store.finished():
        if job.state != "done":
            shutil.rmtree(settings.jobs_folder / str(job.id), ignore_errors=True)


def remove_old(settings: Settings, store: Store) -> None:
    """Removes finished jobs that are too old, then the oldest until the rest has room.

    Whatever lies in the folder of jobs takes room, uploads and conversions as well. Folders that
    belong to no job are removed too, once they are too old to be an upload that is still coming
    in.
    """
    now = time.time()
    left = []
    for job in store.finished():
        age = now - (job.finished if job.finished is not None else now)
        if age > settings.keep_hours * 3600 or store.get(job.id) is None:
            remove(settings, store, job.id)
        else:
            left.append(job)
    _remove_strays(settings.jobs_folder, store, now)
    taken = _size(settings.jobs_folder)
    for job in left:
        if taken <= settings.keep_bytes:
            break
        taken -= _size(settings.jobs_folder / str(job.id))
        remove(settings, store, job.id)


def _size(folder: Path) -> int:
    """What the files in a folder take, and in the folders in it."""
    total = 0
    # Requests go on meanwhile: what is gone is passed over, folders by `os.walk` itself.
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += (Path(parent) / name).lstat().st_size
    return total


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
