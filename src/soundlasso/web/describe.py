"""A job as the API shows it."""

import datetime
import time
from typing import Any

from soundlasso.web.convert import FORMATS
from soundlasso.web.services import Services
from soundlasso.web.store import Job, Store

SEPARATIONS = "/api/v1/separations"
_TELLING = 0.05
"""From this share of the work on, the time that it took says how long the rest will take."""


def describe(job: Job, services: Services) -> dict[str, Any]:
    """The job as a JSON object; see ``Separation`` in openapi.json."""
    store = services.store
    expires = None
    if job.finished is not None:
        expires = _date(job.finished + services.settings.keep_hours * 3600)
    return {
        "id": str(job.id),
        "state": job.state,
        "created": _date(job.created),
        "finished": None if job.finished is None else _date(job.finished),
        "expires": expires,
        "file": job.sound,
        "queries": job.wish["queries"],
        "not": job.wish["not"],
        "mode": job.wish["mode"],
        "model": job.wish["model"],
        "place": store.waiting_until(job)[0] if job.state == "queued" else None,
        "phase": job.phase if job.state == "running" else None,
        "progress": round(job.fraction, 3),
        "seconds_left": seconds_left(job, store),
        "problem": job.problem,
        "mixture": _links(job, "mixture") if job.state == "done" else None,
        "results": [
            {
                **result,
                "target": _links(job, f"target-{index}"),
                "residual": _links(job, f"residual-{index}"),
            }
            for index, result in enumerate(job.results or [])
        ],
    }


def seconds_left(job: Job, store: Store) -> float | None:
    """About how long until it is done, from how long the last jobs took; ``None`` if unknown."""
    cost = store.cost()
    if job.state == "running":
        left = _remaining(job, cost)
    elif job.state == "queued" and cost is not None:
        running = store.running()
        now = 0.0 if running is None else _remaining(running, cost)
        left = None if now is None else now + cost * store.waiting_until(job)[1]
    else:
        left = None
    return None if left is None else round(left, 1)


def _remaining(job: Job, cost: float | None) -> float | None:
    spent = time.time() - (job.started or time.time())
    if job.fraction >= _TELLING:
        return spent / job.fraction * (1.0 - job.fraction)
    if cost is None:
        return None
    return max(0.0, cost * job.sound["seconds"] - spent)


def _links(job: Job, track: str) -> dict[str, str]:
    base = f"{SEPARATIONS}/{job.id}"
    sounds: dict[str, str] = {form: f"{base}/sounds/{track}.{form}" for form in FORMATS}
    return {"track": track, **sounds, "picture": f"{base}/pictures/{track}"}


def _date(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
