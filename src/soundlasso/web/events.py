"""A job's course as server-sent events."""

import json
import time
from collections.abc import Iterator
from uuid import UUID

from flask import Response

from soundlasso.web.describe import describe
from soundlasso.web.problems import Problem
from soundlasso.web.services import Services
from soundlasso.web.store import FINAL

_SECONDS_BETWEEN_LOOKS = 0.25
_SECONDS_BETWEEN_SIGNS = 10.0
_LONGEST = 600.0
"""Seconds after which a client has to connect again, as browsers do by themselves."""


def follow(services: Services, job: UUID) -> Response:
    """Sends a job's description whenever it changes, until it is in a final state.

    Raises:
        Problem: as many clients follow jobs as may.
    """
    if not services.streams.acquire(blocking=False):
        raise Problem(503, "too many are following jobs; ask for its state", retry_after=5)
    response = Response(_events(services, job), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(services.streams.release)
    return response


def _events(services: Services, job: UUID) -> Iterator[str]:
    started = spoken = time.monotonic()
    last = ""
    yield "retry: 1000\n\n"
    while time.monotonic() - started < _LONGEST:
        found = services.store.get(job)
        if found is None:
            yield "event: deleted\ndata: {}\n\n"
            return
        text = json.dumps(describe(found, services))
        if text != last:
            yield f"data: {text}\n\n"
            last, spoken = text, time.monotonic()
        elif time.monotonic() - spoken > _SECONDS_BETWEEN_SIGNS:
            # So that a client which has gone is noticed.
            yield ":\n\n"
            spoken = time.monotonic()
        if found.state in FINAL:
            return
        time.sleep(_SECONDS_BETWEEN_LOOKS)
