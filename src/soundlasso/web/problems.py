"""Errors as RFC 9457 describes them: JSON that says what went wrong, and nothing more."""

import math
import sqlite3
import time
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, request
from flask_limiter import RequestLimit
from werkzeug.exceptions import HTTPException, InternalServerError

from soundlasso.web.jobs import UNEXPECTED
from soundlasso.web.room import is_full

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be answered.

    Attributes:
        status: Of the response.
        detail: What to do about it.
        retry_after: Seconds after which to try again, if it may help.
    """

    def __init__(self, status: int, detail: str, *, retry_after: int | None = None) -> None:
        """Says what is wrong; for titles the names of the status codes are used."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    def response(self) -> Response:
        """What is sent."""
        response = _response(self.status, self.detail)
        if self.retry_after is not None:
            response.headers["Retry-After"] = str(self.retry_after)
        return response


def no_room() -> Problem:
    """What is said while the disk is full, which old results soon leave."""
    return Problem(503, "the server's disk is full; try again later", retry_after=600)


def answer_with_problems(app: Flask) -> None:
    """Makes problems of every error of an application."""

    @app.errorhandler(Problem)
    def told(problem: Problem) -> Response:
        return problem.response()

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if isinstance(error.response, Response):
            return error.response
        response = _response(error.code or 500, str(error.description or error.name))
        # Allow, Retry-After and the like come with the error.
        for name, value in error.get_headers(request.environ):
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
        return response

    @app.errorhandler(OSError)
    @app.errorhandler(sqlite3.Error)
    def without_room(error: OSError | sqlite3.Error) -> Response:
        if not is_full(error):
            raise error
        app.logger.error("the disk is full: %s", error)
        return no_room().response()

    @app.errorhandler(InternalServerError)
    def failed(error: InternalServerError) -> Response:
        # Flask has logged the original with its trace.
        return _response(500, UNEXPECTED)


def too_many(limit: RequestLimit) -> Response:
    """What those get who ask too often."""
    seconds = max(1, math.ceil(limit.reset_at - time.time()))
    detail = f"no more than {limit.limit} are taken; try again in {seconds} seconds"
    return Problem(429, detail, retry_after=seconds).response()


def _response(status: int, detail: str) -> Response:
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
    }
    return Response(json.dumps(content), status=status, content_type=MEDIA_TYPE)


def _title(status: int) -> str:
    return HTTPStatus(status).phrase
