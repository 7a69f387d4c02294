"""Listeners come, go on, and are refused what cannot be."""

import math
import sqlite3
from collections.abc import Callable
from threading import Thread

import pytest

from soundlasso.errors import OptionError
from soundlasso.listening.manifest import MIXTURE, ListeningTest
from soundlasso.listening.order import balanced_order
from soundlasso.listening.render import Plan
from soundlasso.listening.results import Listener, Reason, RefusedError, Results
from tests.listening.conftest import SECONDS, Clock, play_page, rate_all

Make = Callable[..., ListeningTest]
GOOD = {"a": (3, 4), "b": (1, 5), "c": (5, 5), "d": (2, 2)}


@pytest.fixture
def results(make_test: Make, clock: Clock) -> Results:
    return Results(make_test(), clock)


@pytest.fixture
def listener(results: Results) -> Listener:
    return results.enrol()


def refused(reason: Reason, call: Callable[[], None]) -> str:
    with pytest.raises(RefusedError) as caught:
        call()
    assert caught.value.reason == reason
    return str(caught.value)


def test_a_whole_test(results: Results, listener: Listener, clock: Clock) -> None:
    for number in (1, 2, 3):
        assert results.progress(listener).page == number
        assert play_page(results, listener, clock) == number
        results.rate(listener, number, GOOD, f"comment {number}")
    assert results.progress(listener).page is None
    ratings = results.ratings()
    assert len(ratings) == 12
    first = ratings[0]
    assert (first.listener, first.page, first.sound) == (1, 1, "a")
    assert (first.overall, first.fit, first.comment) == (3, 4, "comment 1")
    assert first.item == listener.pages[0].item.id
    assert first.condition == listener.pages[0].sounds["a"]
    assert results.counts() == (1, 1)


def test_orders_are_the_balanced_ones_of_the_listeners_number(results: Results) -> None:
    for number in range(1, 9):
        listener = results.enrol()
        assert listener.number == number
        order = tuple(page.item.id for page in listener.pages)
        assert order == balanced_order(["1", "2", "3"], 0, "items", number)
        for page in listener.pages:
            keys = ["c1", "c2", "c3", "c4"]
            wanted = balanced_order(keys, 0, f"sounds of {page.item.id}", number)
            assert tuple(page.sounds) == ("a", "b", "c", "d")
            assert tuple(page.sounds.values()) == wanted


def test_a_listener_goes_on_where_they_stopped(
    results: Results, make_test: Make, clock: Clock
) -> None:
    listener = results.enrol()
    play_page(results, listener, clock)
    results.rate(listener, 1, GOOD)
    results.progress(listener)
    clock.now += SECONDS
    results.play(listener, 2, "b", SECONDS)
    again = Results(results._test, clock)
    found = again.find(listener.id)
    assert found == listener
    assert again.progress(listener).page == 2
    assert again.progress(listener).played == {"b"}
    assert again.find("somebody") is None


def test_ratings_out_of_range(results: Results, listener: Listener, clock: Clock) -> None:
    page = play_page(results, listener, clock)
    for value in (0, 6, -1, 2.5, 3.0, "3", None, True):
        for pair in ((value, 3), (3, value)):
            message = refused(
                "value",
                lambda pair=pair: results.rate(listener, page, {**GOOD, "b": pair}),  # type: ignore[misc]
            )
            assert "1 to 5" in message
    refused("value", lambda: results.rate(listener, page, GOOD, 1001 * "x"))
    assert results.ratings() == []
    results.rate(listener, page, GOOD, 1000 * "x")


def test_sounds_that_are_missing_or_unknown(
    results: Results, listener: Listener, clock: Clock
) -> None:
    page = play_page(results, listener, clock)
    three = {name: GOOD[name] for name in "abd"}
    assert "rate sound C" in refused("value", lambda: results.rate(listener, page, three))
    refused("unknown", lambda: results.rate(listener, page, {**GOOD, "e": (1, 1)}))
    refused("unknown", lambda: results.rate(listener, page, {**GOOD, MIXTURE: (1, 1)}))
    refused("unknown", lambda: results.play(listener, page, "e", SECONDS))


def test_pages_come_in_order_and_once(results: Results, listener: Listener, clock: Clock) -> None:
    play_page(results, listener, clock)
    for page in (0, 4, -1):
        refused("unknown", lambda page=page: results.rate(listener, page, GOOD))  # type: ignore[misc]
    refused("order", lambda: results.rate(listener, 2, GOOD))
    refused("order", lambda: results.play(listener, 2, "a", SECONDS))
    results.rate(listener, 1, GOOD)
    refused("twice", lambda: results.rate(listener, 1, GOOD))
    refused("twice", lambda: results.play(listener, 1, "a", SECONDS))
    # The next page has not been shown yet.
    refused("order", lambda: results.rate(listener, 2, GOOD))
    rate_all(results, listener, clock, lambda item, key: (1, 1), pages=2)
    refused("twice", lambda: results.rate(listener, 3, GOOD))
    assert len(results.ratings()) == 12


def test_nothing_is_rated_that_was_not_played(
    results: Results, listener: Listener, clock: Clock
) -> None:
    results.progress(listener)
    for sound in (MIXTURE, "a", "b", "c", "d"):
        refused("unheard", lambda: results.rate(listener, 1, GOOD))
        clock.now += SECONDS
        results.play(listener, 1, sound, 0.96 * SECONDS)
    results.rate(listener, 1, GOOD)


def test_a_part_of_a_sound_is_not_enough(
    results: Results, listener: Listener, clock: Clock
) -> None:
    results.progress(listener)
    clock.now += 100
    for seconds in (0.0, 0.9 * SECONDS, -5.0, math.nan):
        refused("unheard", lambda s=seconds: results.play(listener, 1, "a", s))  # type: ignore[misc]
    results.play(listener, 1, "a", math.inf)
    assert results.progress(listener).played == {"a"}


def test_sounds_cannot_be_played_faster_than_they_last(
    results: Results, listener: Listener, clock: Clock
) -> None:
    results.progress(listener)
    clock.now += 0.9 * SECONDS
    refused("unheard", lambda: results.play(listener, 1, "a", SECONDS))
    clock.now += 0.1 * SECONDS
    results.play(listener, 1, "a", SECONDS)
    # The same sound again costs no more; another one does.
    results.play(listener, 1, "a", SECONDS)
    refused("unheard", lambda: results.play(listener, 1, "b", SECONDS))
    clock.now += SECONDS
    results.play(listener, 1, "b", SECONDS)
    assert results.progress(listener).played == {"a", "b"}


def test_only_those_who_finished(results: Results, clock: Clock) -> None:
    rate_all(results, results.enrol(), clock, lambda item, key: (1, 1))
    rate_all(results, results.enrol(), clock, lambda item, key: (5, 5), pages=2)
    results.enrol()
    assert results.counts() == (3, 1)
    assert len(results.ratings()) == 20
    assert {rating.overall for rating in results.ratings(finished=True)} == {1}


def test_many_listeners_at_once(results: Results, clock: Clock) -> None:
    found: list[Listener] = []
    threads = [Thread(target=lambda: found.append(results.enrol())) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(listener.number for listener in found) == list(range(1, 13))
    assert len({listener.id for listener in found}) == 12


def test_results_of_another_test(make_test: Make, clock: Clock) -> None:
    first = make_test("one")
    Results(first, clock).enrol()
    other = make_test("two", plan=Plan("Another"))
    (first.folder / "results.sqlite").rename(other.folder / "results.sqlite")
    with pytest.raises(OptionError, match="results of another test"):
        Results(other)
    (other.folder / "results.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(OptionError, match="cannot be used"):
        Results(other)


def test_nothing_else_is_kept_of_a_listener(results: Results, listener: Listener) -> None:
    connection = sqlite3.connect(results._database.path)
    columns = [row[1] for row in connection.execute("pragma table_info(listeners)")]
    connection.close()
    assert columns == ["number", "id", "started", "pages"]
