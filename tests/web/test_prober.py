"""The process that looks at uploads: where it cannot be limited, and where it cannot be."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from soundlasso.web import prober
from soundlasso.web.prober import Look, NotReadyError, Prober
from tests.web.conftest import Site, sound
from tests.web.test_safety import problem

UNLIMITED = -1
WANTED = 4 << 30


def limits(
    monkeypatch: pytest.MonkeyPatch, before: tuple[int, int], refuse: Exception | None = None
) -> list[tuple[int, int]]:
    """What this process would be limited to, were its limits so before."""
    made: list[tuple[int, int]] = []

    def set_limit(_: int, values: tuple[int, int]) -> None:
        if refuse is not None:
            raise refuse
        made.append(values)

    module = SimpleNamespace(
        RLIMIT_AS=9,
        RLIM_INFINITY=UNLIMITED,
        getrlimit=lambda _: before,
        setrlimit=set_limit,
    )
    monkeypatch.setitem(sys.modules, "resource", module)
    prober._limit_memory()
    return made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((UNLIMITED, UNLIMITED), (WANTED, WANTED)),
        ((UNLIMITED, 1 << 30), (WANTED, 1 << 30)),
        ((1 << 29, 1 << 30), (1 << 29, 1 << 30)),
        ((1 << 40, 1 << 41), (WANTED, WANTED)),
    ],
)
def test_memory_is_limited_and_no_limit_is_raised(
    monkeypatch: pytest.MonkeyPatch, before: tuple[int, int], after: tuple[int, int]
) -> None:
    assert limits(monkeypatch, before) == [after]


def test_systems_that_refuse_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # As macOS does.
    refusal = ValueError("current limit exceeds maximum limit")
    assert limits(monkeypatch, (UNLIMITED, UNLIMITED), refusal) == []
    assert limits(monkeypatch, (UNLIMITED, UNLIMITED), OSError("no")) == []
    monkeypatch.setitem(sys.modules, "resource", None)
    prober._limit_memory()


@pytest.fixture
def own() -> Any:
    made = Prober()
    yield made
    made.close()


def test_a_process_that_ends_at_once(
    own: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(sound())
    with monkeypatch.context() as patch:
        # Returns without a word, whatever it is given.
        patch.setattr(prober, "_answer", bool)
        with pytest.raises(NotReadyError, match="cannot look at files now"):
            own.look(path)
    # The next file is looked at by a process that works.
    assert own.look(path) == Look(16_000, 1, 1.0)


def test_a_process_that_cannot_be_started(
    own: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError("too many processes")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    with pytest.raises(NotReadyError, match="cannot look at files now"):
        own.look(tmp_path / "a.wav")


def test_a_process_that_takes_too_long(
    own: Prober, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prober, "_STARTING", 0.0)
    with pytest.raises(NotReadyError, match="too busy"):
        own.look(tmp_path / "a.wav")


def test_the_file_is_not_blamed_for_it(
    make_site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site()

    def refuse(_: Path) -> Look:
        raise NotReadyError("the server is too busy to look at the file; try again later")

    monkeypatch.setattr(site.own.prober, "look", refuse)
    response = site.send()
    assert "too busy" in problem(response, 503)
    assert int(response.headers["Retry-After"]) >= 1
    assert site.files() == set()
