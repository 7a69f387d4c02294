"""Serving the application: gunicorn where it runs, waitress on Windows.

One process answers requests, with a thread for each; most of them only follow a job. It starts
the worker and ends it.
"""

import contextlib
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from flask import Flask

from soundlasso.database import Database
from soundlasso.errors import MissingDependencyError, OptionError
from soundlasso.web.app import create_app
from soundlasso.web.services import services
from soundlasso.web.settings import Settings

if TYPE_CHECKING:
    from soundlasso.web.performer import Load

SERVERS = ("auto", "gunicorn", "waitress")
_SPARE_THREADS = 32
_GRACE_SECONDS = 2
_BACKLOG = 1024


def open_socket(host: str, port: int) -> socket.socket:
    """Takes an address before anything else is done.

    Raises:
        OptionError: it cannot be had.
    """
    taken = None
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind)
        # A server that just ended leaves its address half open; on Windows this means more.
        if sys.platform != "win32":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(_BACKLOG)
    except OSError as error:
        if taken is not None:
            taken.close()
        reason = error.strerror or str(error)
        raise OptionError(
            f"cannot listen at {host}, port {port}: {reason}; choose another --port"
        ) from error
    return taken


@contextlib.contextmanager
def own_folder(settings: Settings) -> Iterator[None]:
    """Keeps other servers out of the folder of jobs, in which every database must be readable.

    Raises:
        OptionError: another server has it, it cannot be used, or a database in it is damaged.
    """
    lock = FileLock(settings.folder / "lock", timeout=0)
    try:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout:
        raise OptionError(
            f"{settings.folder}: another server keeps its jobs there; choose another --data"
        ) from None
    except OSError as error:
        raise OptionError(f"{settings.folder}: cannot be used: {error.strerror}") from error
    with lock:
        for path in sorted(settings.folder.glob("*.sqlite")):
            _check_database(path)
        yield


def _check_database(path: Path) -> None:
    """Now, since gunicorn opens them in a process whose end it tells in its own words."""
    try:
        (found,) = Database(path).connection().execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        reason = " ".join(found.split())
        raise OptionError(f"{path}: cannot be used: {reason}; put back a copy, or move it away")


def check_server(kind: str) -> None:
    """Finds out whether there is such a server before anything is announced.

    Raises:
        OptionError: there is no such server here.
        MissingDependencyError: waitress is wanted and not installed.
    """
    if kind not in SERVERS or (kind == "gunicorn" and sys.platform == "win32"):
        raise OptionError(f"there is no server called {kind!r} here; choose auto or waitress")
    if _is_waitress(kind):
        try:
            import waitress  # noqa: F401
        except ImportError:
            raise MissingDependencyError(
                "waitress is not installed; pip install waitress"
            ) from None


def _is_waitress(kind: str) -> bool:
    return kind == "waitress" or sys.platform == "win32"


def serve(
    settings: Settings,
    taken: socket.socket,
    *,
    kind: str = "auto",
    load: "Load | None" = None,
) -> None:
    """Serves the page until the process is told to end.

    Args:
        settings: Folders and limits.
        taken: Listens already.
        kind: gunicorn, waitress, or auto.
        load: As `create_app` has it.

    Raises:
        OptionError, MissingDependencyError: as `check_server`.
    """
    check_server(kind)
    if _is_waitress(kind):
        _serve_with_waitress(create_app(settings, load), taken)
    else:
        _serve_with_gunicorn(settings, load, taken)


def _serve_with_waitress(app: Flask, taken: socket.socket) -> None:
    from waitress import create_server

    own = services(app)
    server = create_server(
        app,
        sockets=[taken],
        threads=own.settings.most_streams + _SPARE_THREADS,
        # The application refuses what is too large, with a word of why.
        max_request_body_size=2 * own.settings.most_bytes,
        ident=None,
    )
    own.start()
    try:
        server.run()
    finally:
        server.close()
        own.close()


def _serve_with_gunicorn(settings: Settings, load: "Load | None", taken: socket.socket) -> None:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in _gunicorn_options(settings, taken).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            # Called in the process that serves, which starts the worker once it is up.
            self.app = create_app(settings, load)
            services(self.app).start()
            return self.app

    Server().run()


def _gunicorn_options(settings: Settings, taken: socket.socket) -> dict[str, Any]:
    def end(arbiter: Any, worker: Any) -> None:
        if isinstance(getattr(worker, "wsgi", None), Flask):
            services(worker.wsgi).close()
            # Threads that still answer would keep the process until gunicorn kills it.
            os._exit(0)

    return {
        # A number of its own, which it closes.
        "bind": f"fd://{os.dup(taken.fileno())}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.most_streams + _SPARE_THREADS,
        "graceful_timeout": _GRACE_SECONDS,
        "timeout": 120,
        "loglevel": "warning",
        "worker_exit": end,
        "control_socket_disable": True,
        "proc_name": "soundlasso",
    }
