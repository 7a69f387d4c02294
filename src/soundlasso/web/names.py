"""What downloads are called: by the recording and what was asked of it, as on the command line."""

import re

from soundlasso.engine.names import distinct, removal_name, slug
from soundlasso.web.store import Job

# An ending, also where the name goes on with what was taken out of the file.
_ENDING = re.compile(r"\.[a-z0-9]{1,5}(?= without |$)", re.IGNORECASE)
# Most file systems allow 255 bytes; a query's name may take 180, and 15 are for what is behind it.
_MOST_BYTES = 60


def download_name(job: Job, track: str) -> str:
    """The name, without an ending, of one of a job's sounds.

    Args:
        job: With results.
        track: ``mixture``, ``target-0``, ``residual-0`` and so on, one that there is.
    """
    return f"{_recording(job.sound['name'])}-{_track(job, track)}"


def _recording(name: str) -> str:
    stem = _ENDING.sub("", name)
    if not any(sign.isalnum() for sign in stem):
        return "recording"
    short = slug(stem).encode()[:_MOST_BYTES].decode(errors="ignore")
    return short.strip("-")


def _track(job: Job, track: str) -> str:
    kind, _, index = track.partition("-")
    if kind == "mixture":
        return "mixture"
    queries = job.wish["queries"]
    if job.wish["mode"] == "remove":
        rest = removal_name(queries)
        return f"{rest}.removed" if kind == "target" else rest
    name = distinct([slug(query) for query in queries])[int(index)]
    return name if kind == "target" else f"{name}.residual"
