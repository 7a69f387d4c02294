"""SQLite files that many threads, and more than one process, read and write."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE_SECONDS = 30.0


class ClosingConnection(sqlite3.Connection):
    """Closes itself when its thread ends, or whoever opened the file is done with it."""

    def __del__(self) -> None:
        """Closes the file, which the interpreter would do as well, but with a warning."""
        self.close()


class Database:
    """A file with a connection for each thread.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, *pragmas: str) -> None:
        """Prepares; the file is made when it is first used.

        Args:
            path: The file.
            pragmas: Set on every connection, as ``name = value``.
        """
        self.path = path
        self._pragmas = pragmas
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, on which every statement stands alone.

        Raises:
            sqlite3.Error: the file cannot be opened, or is no database.
        """
        connection: sqlite3.Connection | None = self._local.__dict__.get("connection")
        if connection is None:
            # Only its own thread uses a connection; but whichever comes last may close it.
            connection = sqlite3.connect(
                self.path,
                timeout=_PATIENCE_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                factory=ClosingConnection,
            )
            for pragma in self._pragmas:
                connection.execute(f"pragma {pragma}")
            self._local.connection = connection
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, on which all statements count or none.

        Others who want to write wait until the ``with`` block ends.

        Raises:
            sqlite3.Error: as for `connection`, or others kept the file for half a minute.
        """
        connection = self.connection()
        connection.execute("begin immediate")
        try:
            yield connection
            connection.execute("commit")
        except BaseException:
            # SQLite itself ends a transaction where the disk is full or fails.
            if connection.in_transaction:
                connection.execute("rollback")
            raise
