"""Listeners, what they have heard and how they rate it, in SQLite beside the test.

Nothing is kept of a listener but a random id, their number and order, what they played, their
ratings and comments, and when they opened and rated each page. The rules are here as well: pages
come in the listener's order, each once, and nothing is rated that was not played to its end.
"""

import json
import secrets
import sqlite3
import string
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from soundlasso.database import Database
from soundlasso.errors import OptionError
from soundlasso.listening.manifest import MIXTURE, Item, ListeningTest
from soundlasso.listening.order import balanced_order

RESULTS = "results.sqlite"
SCALE = range(1, 6)
"""From "unsuccessful separation" to "perfect separation"."""
HEARD = 0.95
"""The part of a sound that must have been played: players stop a little early."""
MOST_COMMENT_LETTERS = 1000
MOST_SOUNDS = len(string.ascii_lowercase)

Reason = Literal["unknown", "order", "twice", "unheard", "value"]

_TABLES = """
create table if not exists test (sha256 text not null);
create table if not exists listeners (
    number integer primary key autoincrement,
    id text not null unique,
    started integer not null,
    pages text not null
);
create table if not exists pages (
    listener integer not null references listeners (number),
    page integer not null,
    opened real not null,
    rated real,
    comment text not null default '',
    primary key (listener, page)
);
create table if not exists plays (
    listener integer not null references listeners (number),
    page integer not null,
    sound text not null,
    seconds real not null,
    primary key (listener, page, sound)
);
create table if not exists ratings (
    listener integer not null references listeners (number),
    page integer not null,
    sound text not null,
    item text not null,
    condition text not null,
    overall integer not null check (overall between 1 and 5),
    fit integer not null check (fit between 1 and 5),
    primary key (listener, item, condition)
);
"""


class RefusedError(Exception):
    """Something that a listener's browser sent cannot be taken.

    Attributes:
        reason: There is no such thing; it is not its turn; it was rated before; something was
            not played to its end; or it makes no sense.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        """Says why."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Page:
    """What a listener hears at a time.

    Attributes:
        item: The item.
        sounds: The condition that each letter stands for, ``a`` first.
    """

    item: Item
    sounds: dict[str, str]


@dataclass(frozen=True)
class Listener:
    """Somebody who takes part.

    Attributes:
        id: Random; who knows it may go on.
        number: From 1.
        pages: In their order.
    """

    id: str
    number: int
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Progress:
    """How far a listener is.

    Attributes:
        page: The number of the page to be rated, from 1; ``None`` after the last.
        played: The sounds of it that were played to the end.
    """

    page: int | None
    played: frozenset[str]


@dataclass(frozen=True)
class Rating:
    """What a listener thinks of a sound.

    Attributes:
        listener: Their number.
        page: Where it came, from 1.
        sound: Its letter there.
        item: The item's id.
        condition: The condition's key.
        overall: The quality of the separation, 1 to 5.
        fit: How well it fits the query, 1 to 5.
        comment: On the page.
    """

    listener: int
    page: int
    sound: str
    item: str
    condition: str
    overall: int
    fit: int
    comment: str


class Results:
    """The results of a test; safe to use from many threads."""

    def __init__(self, test: ListeningTest, clock: Callable[[], float] = time.time) -> None:
        """Opens the results, made if need be.

        Raises:
            OptionError: they are those of another test, or cannot be read.
        """
        self._test = test
        self._clock = clock
        self._database = Database(test.folder / RESULTS, "foreign_keys = on")
        if len(test.manifest.conditions) > MOST_SOUNDS:
            raise OptionError(f"{test.folder}: has more than {MOST_SOUNDS} sounds an item")
        try:
            self._database.connection().executescript(_TABLES)
            with self._database.write() as connection:
                known = connection.execute("select sha256 from test").fetchone()
                if known is None:
                    connection.execute("insert into test values (?)", (test.sha256,))
        except sqlite3.Error as error:
            raise OptionError(f"{self._database.path}: cannot be used: {error}") from error
        if known is not None and known[0] != test.sha256:
            raise OptionError(f"{self._database.path}: these are the results of another test")

    def enrol(self) -> Listener:
        """Takes in a new listener."""
        manifest = self._test.manifest
        name = secrets.token_urlsafe(16)
        with self._database.write() as connection:
            number = connection.execute(
                "insert into listeners (id, started, pages) values (?, ?, '')",
                (name, int(self._clock())),
            ).lastrowid
            assert number is not None
            keys = [condition.key for condition in manifest.conditions]
            ids = [item.id for item in manifest.items]
            pages = [
                (item, balanced_order(keys, manifest.seed, f"sounds of {item}", number))
                for item in balanced_order(ids, manifest.seed, "items", number)
            ]
            connection.execute(
                "update listeners set pages = ? where number = ?", (json.dumps(pages), number)
            )
        listener = self.find(name)
        assert listener is not None
        return listener

    def find(self, name: str) -> Listener | None:
        """A listener by their id."""
        row = self._database.connection().execute(
            "select number, pages from listeners where id = ?", (name,)
        )
        found = row.fetchone()
        if found is None:
            return None
        pages = tuple(
            Page(self._test.item(item), dict(zip(string.ascii_lowercase, keys, strict=False)))
            for item, keys in json.loads(found[1])
        )
        return Listener(name, found[0], pages)

    def progress(self, listener: Listener) -> Progress:
        """How far a listener is; from the first time on, the page counts as opened."""
        connection = self._database.connection()
        page = self._current(connection, listener)
        if page is None:
            return Progress(None, frozenset())
        key = listener.number, page
        found = connection.execute("select 1 from pages where listener = ? and page = ?", key)
        if found.fetchone() is None:
            with self._database.write():
                connection.execute(
                    "insert or ignore into pages (listener, page, opened) values (?, ?, ?)",
                    (*key, self._clock()),
                )
        return Progress(page, self._played(connection, listener, page))

    def play(self, listener: Listener, page: int, sound: str, seconds: float) -> None:
        """Notes that a sound was played.

        Raises:
            RefusedError: it is not on the listener's page, was not played to its end, or was so
                sooner than can be, given when the page was opened and what was played before.
        """
        with self._database.write() as connection:
            opened = self._open(connection, listener, page)
            item = listener.pages[page - 1].item
            if sound != MIXTURE and sound not in listener.pages[page - 1].sounds:
                raise RefusedError("unknown", "there is no such sound on this page")
            # Not a number compares as false.
            if not seconds >= HEARD * item.seconds:
                raise RefusedError("unheard", "listen to the sound to its end")
            played = self._played(connection, listener, page) | {sound}
            if self._clock() - opened < HEARD * item.seconds * len(played):
                raise RefusedError("unheard", "the sounds take longer than that to listen to")
            connection.execute(
                "insert or replace into plays values (?, ?, ?, ?)",
                (listener.number, page, sound, min(seconds, item.seconds)),
            )

    def rate(
        self,
        listener: Listener,
        page: int,
        ratings: Mapping[str, tuple[int, int]],
        comment: str = "",
    ) -> None:
        """Notes the ratings of a page, overall and fit, by letter.

        Raises:
            RefusedError: it is not the listener's page, was rated before, has other sounds, or
                was not played to the end; or a rating is not 1 to 5.
        """
        with self._database.write() as connection:
            self._open(connection, listener, page)
            shown = listener.pages[page - 1]
            if strange := ratings.keys() - shown.sounds.keys():
                raise RefusedError("unknown", f"there is no sound {min(strange)!r} on this page")
            if missing := shown.sounds.keys() - ratings.keys():
                raise RefusedError("value", f"rate sound {min(missing).upper()} as well")
            values = [value for pair in ratings.values() for value in pair]
            if any(type(value) is not int or value not in SCALE for value in values):
                raise RefusedError("value", "ratings are whole numbers from 1 to 5")
            if len(comment) > MOST_COMMENT_LETTERS:
                raise RefusedError(
                    "value", f"a comment may have up to {MOST_COMMENT_LETTERS} letters"
                )
            if {MIXTURE, *shown.sounds} - self._played(connection, listener, page):
                raise RefusedError("unheard", "listen to every sound to its end first")
            connection.execute(
                "update pages set rated = ?, comment = ? where listener = ? and page = ?",
                (self._clock(), comment, listener.number, page),
            )
            connection.executemany(
                "insert into ratings values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (listener.number, page, letter, shown.item.id, shown.sounds[letter], *pair)
                    for letter, pair in sorted(ratings.items())
                ],
            )

    def ratings(self, *, finished: bool = False) -> list[Rating]:
        """All ratings, by listener and page; only of those who rated every page if wanted."""
        rows = self._database.connection().execute(
            "select r.listener, r.page, r.sound, r.item, r.condition, r.overall, r.fit, p.comment "
            "from ratings r join pages p on p.listener = r.listener and p.page = r.page "
            "order by r.listener, r.page, r.sound"
        )
        ratings = [Rating(*row) for row in rows]
        if finished:
            done = self._finished()
            ratings = [rating for rating in ratings if rating.listener in done]
        return ratings

    def counts(self) -> tuple[int, int]:
        """How many listeners began, and how many of them rated every page."""
        (began,) = self._database.connection().execute("select count(*) from listeners").fetchone()
        return began, len(self._finished())

    def _finished(self) -> set[int]:
        rows = self._database.connection().execute(
            "select listener from pages where rated is not null group by listener "
            "having count(*) = ?",
            (len(self._test.manifest.items),),
        )
        return {row[0] for row in rows}

    def _current(self, connection: sqlite3.Connection, listener: Listener) -> int | None:
        (rated,) = connection.execute(
            "select count(*) from pages where listener = ? and rated is not null",
            (listener.number,),
        ).fetchone()
        return rated + 1 if rated < len(listener.pages) else None

    def _open(self, connection: sqlite3.Connection, listener: Listener, page: int) -> float:
        """When a page was opened, which must be the listener's current one."""
        if not 1 <= page <= len(listener.pages):
            raise RefusedError("unknown", "there is no such page")
        current = self._current(connection, listener)
        if current is None or page < current:
            raise RefusedError("twice", "this page has been rated")
        row = connection.execute(
            "select opened from pages where listener = ? and page = ?", (listener.number, page)
        ).fetchone()
        if page > current or row is None:
            raise RefusedError("order", "this page has not been reached yet")
        return float(row[0])

    def _played(
        self, connection: sqlite3.Connection, listener: Listener, page: int
    ) -> frozenset[str]:
        rows = connection.execute(
            "select sound from plays where listener = ? and page = ?", (listener.number, page)
        )
        return frozenset(row[0] for row in rows)


def has_results(folder: Path) -> bool:
    """Whether anybody has taken part."""
    return (folder / RESULTS).is_file()
