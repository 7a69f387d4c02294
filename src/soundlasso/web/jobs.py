"""The order in which jobs are done: a huey queue in SQLite.

The store says what is to be done, the queue hands it out. A job's message is gone once it has
been handed out, so whoever starts working first calls `JobQueue.recover`, which puts all that
is unfinished back into the queue.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from huey.signals import SIGNAL_ERROR

from soundlasso.database import ClosingConnection
from soundlasso.web.store import Store

UNEXPECTED = "something went wrong that should not; the server's log says what"

# Huey speaks of every task; the store knows more.
logging.getLogger("huey").setLevel(logging.ERROR)


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Writes messages as JSON, since what a file can make a program run should be little."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class JobQueue:
    """The queue, from either end."""

    def __init__(
        self, path: Path, store: Store, perform: Callable[[UUID], None] | None = None
    ) -> None:
        """Opens the queue.

        Args:
            path: Its file, made if need be.
            store: Where the jobs are.
            perform: What to do with a job; only the worker has it.
        """
        self._store = store
        self._perform = perform
        self._huey = SqliteHuey(
            "separations",
            filename=str(path),
            results=False,
            strict_fifo=True,
            serializer=JsonSerializer(),
            timeout=30,
            factory=ClosingConnection,
        )
        self._task = self._huey.task(name="separate")(self._run)
        self._huey.signal(SIGNAL_ERROR)(self._failed)

    def add(self, job: UUID) -> None:
        """Appends a job, which must be in the store."""
        self._task(str(job))

    def recover(self) -> None:
        """Fills the queue with all that is unfinished."""
        # Emptied first: what is added meanwhile is in the queue, the store, or both, and a job
        # that is handed out twice is done once.
        self._huey.flush()
        for job in self._store.recover():
            self.add(job)

    def work(self) -> bool:
        """Does the next job; says whether there was one."""
        task = self._huey.dequeue()
        if task is None:
            return False
        self._huey.execute(task)
        return True

    def _run(self, job: str) -> None:
        if self._perform is None:
            raise RuntimeError("only the worker performs jobs")
        self._perform(UUID(job))

    def _failed(self, signal: str, task: Any, error: Exception | None = None) -> None:
        """Huey has logged the error; who waits for the job is told that there was one."""
        self._store.finish(UUID(task.args[0]), "failed", problem=UNEXPECTED)
