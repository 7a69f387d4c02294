"""A disk that fills up: while a recording comes in, while it is noted, while it is worked on."""

import errno
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from soundlasso.web.retention import remove_old
from soundlasso.web.room import is_full
from tests.web.conftest import Site, sound
from tests.web.test_safety import problem


def no_room() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


def sqlite_without_room() -> sqlite3.Error:
    """SQLite's own error, of a database that may not grow."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (x)")
        connection.execute("pragma max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("insert into t values (zeroblob(100000))")
    connection.close()
    return caught.value


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_what_says_that_there_is_no_room() -> None:
    assert is_full(no_room())
    assert is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert is_full(sqlite_without_room())
    assert not is_full(OSError(errno.EACCES, "Permission denied"))
    assert not is_full(sqlite3.ProgrammingError("closed"))
    assert not is_full(ValueError("no"))


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("werkzeug.datastructures.FileStorage.save", no_room),
        ("pathlib.Path.mkdir", no_room),
        ("soundlasso.web.store.Store.add", sqlite_without_room),
        ("soundlasso.web.jobs.JobQueue.add", sqlite_without_room),
    ],
)
def test_no_room_for_a_job(
    site: Site, monkeypatch: pytest.MonkeyPatch, place: str, error: Callable[[], Exception]
) -> None:
    # As on a server, where errors do not reach whoever asks.
    site.app.testing = False
    with monkeypatch.context() as patch:
        patch.setattr(place, failing(error()))
        response = site.send()
    assert "disk is full" in problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
    assert not list(site.own.settings.jobs_folder.iterdir())
    assert site.own.store.known() == set()
    assert site.done()["state"] == "done"


def test_other_errors_are_no_full_disk(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.app.testing = False
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr("werkzeug.datastructures.FileStorage.save", failing(denied))
    assert "should not" in problem(site.send(), 500)
    assert "Permission denied" in caplog.text


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("soundlasso.web.performer.write_text", no_room),
        ("soundlasso.web.store.Store.progress", sqlite_without_room),
    ],
)
def test_no_room_for_results(
    site: Site, monkeypatch: pytest.MonkeyPatch, place: str, error: Callable[[], Exception]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(place, failing(error()))
        done = site.done()
    assert done["state"] == "failed"
    assert done["problem"] == "the server's disk is full; try again later"
    assert site.files() == set()


def test_no_room_for_sound(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    content = sound()
    done = site.done(content=content)
    monkeypatch.setattr("soundfile.SoundFile.write", failing(no_room()))
    response = site.get(done["mixture"]["mp3"])
    assert "mp3 cannot be made now: No space left on device" in problem(response, 503)
    assert int(response.headers["Retry-After"]) > 0
    failed = site.done(content=content)
    assert failed["state"] == "failed"
    assert failed["problem"].endswith("cannot be written: No space left on device")
    assert str(site.own.settings.folder) not in failed["problem"]
    assert {path.split("/")[0] for path in site.files()} == {done["id"]}


def test_uploads_and_conversions_take_room_as_well(site: Site) -> None:
    folder = site.own.settings.jobs_folder

    def taken() -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def kept(room: int) -> list[bool]:
        remove_old(replace(site.own.settings, keep_bytes=room), site.own.store)
        return [site.job_folder(one["id"]).exists() for one in jobs]

    jobs = [site.done() for _ in range(3)]
    room = taken()
    assert kept(room) == [True, True, True]
    # What waits takes room, and is not removed for it.
    waiting = site.sent()
    assert kept(room) == [False, True, True]
    room = taken()
    assert kept(room) == [False, True, True]
    site.samples(jobs[2]["mixture"]["flac"])
    assert kept(room) == [False, False, True]
    assert kept(0) == [False, False, False]
    assert site.show(waiting)["state"] == "queued"
