"""The process that works on jobs, and the thread that starts it again should it end.

It is a process of its own, so that the page stays quick while a model computes, and so that a
recording which brings a decoder down takes no more than its own job with it.
"""

import logging
import multiprocessing
import threading
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from soundlasso.processes import end_with_parent, leave_signals_to_parent
from soundlasso.web.jobs import JobQueue
from soundlasso.web.retention import remove_inputs, remove_old
from soundlasso.web.settings import Settings
from soundlasso.web.store import Store

if TYPE_CHECKING:
    from soundlasso.web.performer import Load

_IDLE_SECONDS = 0.1
_SECONDS_BETWEEN_REMOVALS = 60.0
_SECONDS_BEFORE_RESTART = 1.0
_SECONDS_BETWEEN_LOOKS = 1.0
_MOST_SECONDS_UNHEARD = 60.0
"""How long the worker may go on with what nobody wants before it is taken to hang."""

log = logging.getLogger(__name__)


def work(settings: Settings, load: "Load") -> None:
    """The process: does jobs until it is ended."""
    leave_signals_to_parent()
    end_with_parent()
    # Imported here, since the server's own process needs nothing that computes.
    from soundlasso.web.performer import Performer

    store = Store(settings.folder / "jobs.sqlite")
    performer = Performer(settings, store, load)
    queue = JobQueue(settings.folder / "queue.sqlite", store, performer.perform)
    queue.recover()
    remove_inputs(settings, store)
    removed = 0.0
    while True:
        if time.monotonic() - removed > _SECONDS_BETWEEN_REMOVALS:
            remove_inputs(settings, store)
            remove_old(settings, store)
            removed = time.monotonic()
        if not queue.work():
            time.sleep(_IDLE_SECONDS)


class Worker:
    """Keeps a worker's process running."""

    def __init__(self, settings: Settings, load: "Load") -> None:
        """Starts nothing yet.

        Args:
            settings: For the process.
            load: Loads a model by name; must be importable by its name.
        """
        self._arguments = (settings, load)
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._stop = threading.Event()
        self._interrupted = False
        self._thread = threading.Thread(target=self._keep, name="worker", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether there is a process now."""
        process = self._process
        return process is not None and process.is_alive()

    def start(self) -> None:
        """Starts the process, and starts it again whenever it ends."""
        self._thread.start()

    def stop(self) -> bool:
        """Ends the process; says whether there was one to end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10.0)
        return self._interrupted

    def _keep(self) -> None:
        store = Store(self._arguments[0].folder / "jobs.sqlite")
        while not self._stop.is_set():
            try:
                process = self._context.Process(target=work, args=self._arguments, daemon=True)
                process.start()
            except OSError:
                # Short of memory, or of processes, which may pass.
                log.exception("the worker cannot be started")
                self._stop.wait(_SECONDS_BEFORE_RESTART)
                continue
            self._process = process
            self._watch(process, store)
            if self._stop.is_set():
                alive = process.is_alive()
                process.kill()
                process.join()
                self._interrupted = alive
            else:
                log.error("the worker ended with status %s", process.exitcode)
                self._stop.wait(_SECONDS_BEFORE_RESTART)

    def _watch(self, process: multiprocessing.process.BaseProcess, store: Store) -> None:
        """Waits until the process ends or is to; ends one that hears of nothing any more."""
        heard = looked = time.monotonic()
        while not self._stop.is_set() and process.is_alive():
            wait([process.sentinel], timeout=0.2)
            now = time.monotonic()
            if now - looked < _SECONDS_BETWEEN_LOOKS:
                continue
            looked = now
            if not store.works_for_nobody():
                heard = now
            elif now - heard > _MOST_SECONDS_UNHEARD:
                log.error("the worker hangs in a job that was cancelled, and is ended")
                process.kill()
                process.join()
                # The next one would be taken to hang before it could do that.
                store.end_unwanted()
