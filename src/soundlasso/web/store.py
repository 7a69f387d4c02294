"""What is remembered of jobs, in SQLite, so that it survives the program."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from soundlasso.database import Database

State = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: tuple[State, ...] = ("done", "failed", "cancelled")
MOST_ATTEMPTS = 2
"""How often a job is begun; one that ends the worker's process twice is not tried again."""

_TABLE = """
create table if not exists jobs (
    number integer primary key autoincrement,
    id text not null unique,
    state text not null default 'queued',
    created real not null,
    started real,
    finished real,
    wish text not null,
    sound text not null,
    seconds real not null,
    phase text not null default 'waiting',
    fraction real not null default 0,
    attempts integer not null default 0,
    cancel integer not null default 0,
    gone integer not null default 0,
    problem text,
    results text
)
"""
_COLUMNS = (
    "number, id, state, created, started, finished, wish, sound, phase, fraction, attempts, "
    "problem, results"
)


@dataclass(frozen=True)
class Job:
    """A separation that somebody asked for.

    Attributes:
        number: Jobs are done in this order.
        id: Random; who knows it may see the job.
        state: Where it is.
        created: When it was asked for, in seconds since 1970, like the other times.
        started: When work on it began.
        finished: When it came to one of the `FINAL` states.
        wish: What was asked for: ``queries``, ``not`` (what must not remain), ``mode`` (keep or
            remove), ``model``, and ``source``, by which it is loaded.
        sound: What is known of the recording: ``name``, ``seconds``, ``sample_rate``,
            ``channels``.
        phase: What is being done.
        fraction: Of the work that is done, 0 to 1.
        attempts: How often work on it has begun.
        problem: Why it failed.
        results: What came out, one entry for each query.
    """

    number: int
    id: UUID
    state: State
    created: float
    started: float | None
    finished: float | None
    wish: dict[str, Any]
    sound: dict[str, Any]
    phase: str
    fraction: float
    attempts: int
    problem: str | None
    results: list[dict[str, Any]] | None


class FullError(Exception):
    """As many jobs wait as may."""


class Store:
    """The jobs; safe to use from many threads and from two processes."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made if need be."""
        self._database = Database(path, "journal_mode = wal", "synchronous = normal")
        with self._database.write() as connection:
            connection.execute(_TABLE)

    def add(self, job: UUID, wish: dict[str, Any], sound: dict[str, Any], most: int) -> None:
        """Puts a job behind all others.

        Raises:
            FullError: ``most`` jobs wait already.
        """
        with self._database.write() as connection:
            (waiting,) = connection.execute(
                "select count(*) from jobs where state = 'queued' and not gone"
            ).fetchone()
            if waiting >= most:
                raise FullError
            connection.execute(
                "insert into jobs (id, created, wish, sound, seconds) values (?, ?, ?, ?, ?)",
                (str(job), time.time(), json.dumps(wish), json.dumps(sound), sound["seconds"]),
            )

    def get(self, job: UUID) -> Job | None:
        """A job, unless it was deleted or never was."""
        rows = self._read("select {} from jobs where id = ? and not gone", str(job))
        return rows[0] if rows else None

    def unfinished(self) -> list[Job]:
        """Jobs that wait or run, in order."""
        return self._read(
            "select {} from jobs where state in ('queued', 'running') and not gone order by number"
        )

    def running(self) -> Job | None:
        """The job that is being worked on."""
        rows = self._read("select {} from jobs where state = 'running' order by number")
        return rows[0] if rows else None

    def works_for_nobody(self) -> bool:
        """Whether what runs was cancelled or deleted."""
        row = self._database.connection().execute(
            "select count(*) from jobs where state = 'running' and (cancel or gone)"
        )
        (count,) = row.fetchone()
        return bool(count)

    def waiting_until(self, job: Job) -> tuple[int, float]:
        """Waiting jobs up to one, with it: how many, and the seconds of their recordings."""
        row = self._database.connection().execute(
            "select count(*), coalesce(sum(seconds), 0) from jobs "
            "where state = 'queued' and not gone and number <= ?",
            (job.number,),
        )
        count, seconds = row.fetchone()
        return count, seconds

    def finished(self) -> list[Job]:
        """Jobs in a final state, those that ended first in front."""
        return self._read(
            "select {} from jobs where state not in ('queued', 'running') order by finished"
        )

    def known(self) -> set[str]:
        """The ids of all jobs, also of deleted ones that are still being worked on."""
        return {row[0] for row in self._database.connection().execute("select id from jobs")}

    def begin(self, job: UUID) -> Job | None:
        """Marks a waiting job as running; ``None`` where it does not wait any more."""
        with self._database.write() as connection:
            changed = connection.execute(
                "update jobs set state = 'running', started = ?, phase = 'loading', fraction = 0, "
                "attempts = attempts + 1 where id = ? and state = 'queued' and not gone",
                (time.time(), str(job)),
            ).rowcount
        return self.get(job) if changed else None

    def progress(self, job: UUID, phase: str, fraction: float) -> bool:
        """Notes how far a job is; says whether it is still wanted."""
        with self._database.write() as connection:
            connection.execute(
                "update jobs set phase = ?, fraction = ? where id = ?", (phase, fraction, str(job))
            )
        return self.wanted(job)

    def wanted(self, job: UUID) -> bool:
        """Whether nobody cancelled or deleted a job."""
        row = self._database.connection().execute(
            "select cancel or gone from jobs where id = ?", (str(job),)
        )
        found = row.fetchone()
        return found is not None and not found[0]

    def finish(
        self,
        job: UUID,
        state: State,
        *,
        problem: str | None = None,
        results: list[dict[str, Any]] | None = None,
    ) -> None:
        """Notes how a job ended."""
        with self._database.write() as connection:
            connection.execute(
                "update jobs set state = ?, finished = ?, problem = ?, results = ?, "
                "fraction = case ? when 'done' then 1 else fraction end where id = ?",
                (
                    state,
                    time.time(),
                    problem,
                    None if results is None else json.dumps(results),
                    state,
                    str(job),
                ),
            )

    def cancel(self, job: UUID) -> None:
        """Takes a job out of the queue, or asks the worker to stop working on it."""
        with self._database.write() as connection:
            connection.execute("update jobs set cancel = 1 where id = ?", (str(job),))
            connection.execute(
                "update jobs set state = 'cancelled', finished = ? "
                "where id = ? and state = 'queued'",
                (time.time(), str(job)),
            )

    def hide(self, job: UUID) -> bool:
        """Makes a job unknown to everyone but the worker; says whether the worker is at it."""
        with self._database.write() as connection:
            connection.execute("update jobs set gone = 1 where id = ?", (str(job),))
            row = connection.execute(
                "select state = 'running' from jobs where id = ?", (str(job),)
            ).fetchone()
        return bool(row and row[0])

    def remove(self, job: UUID) -> None:
        """Forgets a job."""
        with self._database.write() as connection:
            connection.execute("delete from jobs where id = ?", (str(job),))

    def put_back(self) -> None:
        """Puts what runs back to the front of the queue, as if it had not been begun.

        For a worker that was stopped on purpose: that says nothing against the recording.
        """
        with self._database.write() as connection:
            connection.execute(
                "update jobs set state = 'queued', phase = 'waiting', fraction = 0, "
                "attempts = attempts - 1 where state = 'running' and not (cancel or gone)"
            )

    def end_unwanted(self) -> None:
        """Ends what ran and was cancelled or deleted, once no process works on it any more."""
        with self._database.write() as connection:
            connection.execute(
                "update jobs set state = 'cancelled', finished = ? "
                "where state = 'running' and (cancel or gone)",
                (time.time(),),
            )

    def recover(self) -> list[UUID]:
        """Sets jobs right that a process left running when it ended.

        Returns:
            The jobs that are to be done, in order.
        """
        self.end_unwanted()
        now = time.time()
        with self._database.write() as connection:
            connection.execute(
                "update jobs set state = 'failed', finished = ?, problem = ? "
                "where state = 'running' and attempts >= ?",
                (now, "the program ended twice while it worked on this recording", MOST_ATTEMPTS),
            )
            connection.execute(
                "update jobs set state = 'queued', phase = 'waiting', fraction = 0 "
                "where state = 'running'"
            )
        return [job.id for job in self.unfinished()]

    def cost(self) -> float | None:
        """Seconds of work for a second of recording, of the last jobs; ``None`` before any."""
        row = self._database.connection().execute(
            "select sum(finished - started) / sum(seconds) from (select * from jobs "
            "where state = 'done' order by finished desc limit 8)"
        )
        (cost,) = row.fetchone()
        return cost

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        rows = self._database.connection().execute(
            "select state, count(*) from jobs where not gone group by state"
        )
        return dict(rows.fetchall())

    def _read(self, query: str, *values: object) -> list[Job]:
        rows = self._database.connection().execute(query.format(_COLUMNS), values).fetchall()
        return [_job(row) for row in rows]


def _job(row: tuple[Any, ...]) -> Job:
    number, name, state, created, started, finished, wish, sound, *rest = row
    phase, fraction, attempts, problem, results = rest
    return Job(
        number=number,
        id=UUID(name),
        state=state,
        created=created,
        started=started,
        finished=finished,
        wish=json.loads(wish),
        sound=json.loads(sound),
        phase=phase,
        fraction=fraction,
        attempts=attempts,
        problem=problem,
        results=None if results is None else json.loads(results),
    )
