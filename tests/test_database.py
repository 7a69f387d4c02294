"""A file of SQLite in many hands: own connections, all or nothing, pragmas everywhere."""

import gc
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from soundlasso.database import Database


def made(path: Path) -> Database:
    database = Database(path, "foreign_keys = on", "journal_mode = wal")
    with database.write() as connection:
        connection.execute("create table words (word text primary key)")
        connection.execute(
            "create table uses (word text references words deferrable initially deferred)"
        )
    return database


def words(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("select word from words order by word")]


def test_nothing_is_written_before_it_is_used(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.sqlite")
    assert database.path == tmp_path / "file.sqlite"
    assert not database.path.exists()
    database.connection()
    assert database.path.is_file()


def test_each_thread_has_a_connection_and_every_one_has_the_pragmas(tmp_path: Path) -> None:
    database = made(tmp_path / "file.sqlite")
    together = Barrier(3)

    def look(_: int) -> tuple[int, tuple[int, str]]:
        connection = database.connection()
        assert database.connection() is connection
        # All are open at the same time: no two can be the same object.
        together.wait(timeout=30)
        (keys,) = connection.execute("pragma foreign_keys").fetchone()
        (journal,) = connection.execute("pragma journal_mode").fetchone()
        return id(connection), (keys, journal)

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(look, range(3)))
    assert len({one for one, _ in found} | {id(database.connection())}) == 4
    assert {pragmas for _, pragmas in found} == {(1, "wal")}


def test_without_pragmas_sqlites_own_hold(tmp_path: Path) -> None:
    connection = Database(tmp_path / "file.sqlite").connection()
    assert connection.execute("pragma foreign_keys").fetchone() == (0,)
    assert connection.execute("pragma journal_mode").fetchone() == ("delete",)


def write(database: Database, *steps: str | BaseException) -> None:
    with database.write() as connection:
        for step in steps:
            if isinstance(step, BaseException):
                raise step
            connection.execute(step)


DOG = "insert into words values ('dog')"


@pytest.mark.parametrize(
    ("last", "error", "message"),
    [
        (ValueError("no"), ValueError, "no"),
        (KeyboardInterrupt("stop"), KeyboardInterrupt, "stop"),
        (DOG, sqlite3.IntegrityError, "UNIQUE"),
        # At its end.
        ("insert into uses values ('cat')", sqlite3.IntegrityError, "FOREIGN KEY"),
        # SQLite itself takes everything back.
        (DOG.replace("insert", "insert or rollback"), sqlite3.IntegrityError, "UNIQUE"),
    ],
)
def test_a_write_that_fails_leaves_nothing_and_the_next_one_counts(
    tmp_path: Path, last: str | BaseException, error: type[BaseException], message: str
) -> None:
    database = made(tmp_path / "file.sqlite")
    with pytest.raises(error, match=message):
        write(database, DOG, last)
    assert words(database.connection()) == []
    assert database.connection().execute("select * from uses").fetchall() == []
    write(database, DOG)
    assert words(database.connection()) == ["dog"]


def test_threads_write_one_after_the_other(tmp_path: Path) -> None:
    database = made(tmp_path / "file.sqlite")

    def count(_: int) -> None:
        with database.write() as connection:
            (many,) = connection.execute("select count(*) from words").fetchone()
            connection.execute("insert into words values (?)", (f"{many:02}",))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(20)))
    assert words(database.connection()) == [f"{number:02}" for number in range(20)]


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what is open")
def test_connections_are_closed_with_their_thread_and_with_the_database(tmp_path: Path) -> None:
    database = made(tmp_path / "file.sqlite")

    def open_here() -> int:
        return sum(
            str(tmp_path) in str(link.readlink())
            for link in Path("/proc/self/fd").iterdir()
            if link.is_symlink()
        )

    with ThreadPoolExecutor(1) as pool:
        pool.submit(database.connection).result()
    assert open_here() > 0
    with ThreadPoolExecutor(1) as pool:
        # Its connection is closed by this thread. From Python 3.13 on, leaving that to the
        # interpreter is a warning, and so an error here.
        pool.submit(database.connection).result()
        del database
        gc.collect()
        assert open_here() == 0
