"""Reports, checked by hand on small results."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soundlasso.errors import OptionError
from soundlasso.listening.manifest import ListeningTest
from soundlasso.listening.plot import draw_distribution
from soundlasso.listening.report import (
    bootstrap_interval,
    items_csv,
    markdown,
    ratings_csv,
    report_json,
    summarise,
    text_table,
)
from soundlasso.listening.results import Results
from tests.listening.conftest import Clock, Run, play_page, rate_all

Make = Callable[..., ListeningTest]

# By listener, of item 1, 2, 3: how the first model is rated overall; it fits one less, but for 1s.
OPINIONS = [(5, 3, 1), (4, 3, 5), (4, 5, 5), (3, 5, 1)]


@pytest.fixture
def test(make_test: Make) -> ListeningTest:
    return make_test()


@pytest.fixture
def results(test: ListeningTest, clock: Clock) -> Results:
    results = Results(test, clock)
    for given in OPINIONS:

        def opinion(item: str, key: str, given: tuple[int, ...] = given) -> tuple[int, int]:
            if key != "c1":
                return {"c2": (2, 2), "c3": (5, 5), "c4": (1, 1)}[key]
            overall = given[int(item) - 1]
            return overall, max(1, overall - 1)

        rate_all(results, results.enrol(), clock, opinion)
    return results


def row(report: dict[str, Any], item: str, condition: str = "loud-model") -> dict[str, Any]:
    (found,) = [r for r in report["items"] if (r["item"], r["condition"]) == (item, condition)]
    return dict(found)


def test_the_table_by_hand(test: ListeningTest, results: Results) -> None:
    report = summarise(test, results)
    assert report["ratings"] == 48
    assert report["listeners"] == {"began": 4, "finished": 4, "counted": 4}
    first = row(report, "1")
    assert first["query"] == "query 0"
    assert first["ratings"] == 4
    assert first["overall"] == {
        "mean": 4.0,
        "most_frequent": [4],
        "share": 0.5,
        "counts": [0, 0, 1, 2, 1],
    }
    assert first["fit"]["mean"] == 3.0
    # 3 3 5 5: two ratings tie, as 3 and 5 do in the thesis's third sample.
    assert row(report, "2")["overall"]["mean"] == 4.0
    assert row(report, "2")["overall"]["most_frequent"] == [3, 5]
    assert row(report, "2")["overall"]["share"] == 0.5
    # 1 5 5 1, and 1 4 4 1.
    assert row(report, "3")["overall"]["counts"] == [2, 0, 0, 0, 2]
    assert row(report, "3")["fit"]["counts"] == [2, 0, 0, 2, 0]
    assert row(report, "3", "hidden reference")["overall"]["most_frequent"] == [5]
    assert row(report, "3", "hidden reference")["overall"]["share"] == 1.0


def test_means_of_models_by_hand(test: ListeningTest, results: Results) -> None:
    first, second, reference, anchor = summarise(test, results)["conditions"]
    assert (first["condition"], first["kind"], first["ratings"]) == ("loud-model", "model", 12)
    assert first["overall"]["mean"] == pytest.approx((9 + 12 + 14 + 9) / 12)
    assert first["overall"]["counts"] == [2, 0, 3, 2, 5]
    assert first["overall"]["most_frequent"] == [5]
    assert first["overall"]["share"] == pytest.approx(5 / 12)
    low, high = first["overall"]["interval"]
    # Means of listeners are 3, 4, 14/3 and 3: so are the outermost means of a draw.
    assert 3.0 <= low < 44 / 12 < high <= 14 / 3
    assert second["overall"]["interval"] == (2.0, 2.0)
    assert (reference["overall"]["mean"], anchor["fit"]["mean"]) == (5.0, 1.0)


def test_intervals_are_those_of_the_bootstrap() -> None:
    # Two units with means 1 and 3: half of the draws mix them, a quarter each is of one only.
    assert bootstrap_interval([1, 1, 3, 3], ["x", "x", "y", "y"]) == (1.0, 3.0)
    # Many independent ratings: close to the normal approximation, 1.96 standard errors.
    rng = np.random.default_rng(1)
    values = rng.integers(1, 6, size=400)
    low, high = bootstrap_interval(values.tolist(), list(range(400))) or (0, 0)
    error = values.std() / 20
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)
    # Ratings that one listener gives alike tell less than as many listeners do.
    alike = bootstrap_interval(
        np.repeat(values[:40], 10).tolist(), np.repeat(range(40), 10).tolist()
    )
    assert alike is not None
    assert alike[1] - alike[0] > 2 * (high - low)
    assert bootstrap_interval([3, 4], ["x", "x"]) is None


def test_intervals_over_items(test: ListeningTest, results: Results) -> None:
    report = summarise(test, results, over="items")
    assert report["interval"] == "95 % by bootstrap over items"
    assert report["conditions"][0]["overall"]["interval"] == (3.0, 4.0)


def test_only_those_who_finished(test: ListeningTest, results: Results, clock: Clock) -> None:
    rate_all(results, results.enrol(), clock, lambda item, key: (1, 1), pages=1)
    everyone, finished = summarise(test, results), summarise(test, results, finished=True)
    assert everyone["listeners"] == {"began": 5, "finished": 4, "counted": 5}
    assert (everyone["ratings"], finished["ratings"]) == (52, 48)
    assert finished["conditions"][2]["overall"]["mean"] == 5.0
    assert everyone["conditions"][2]["overall"]["mean"] == pytest.approx(61 / 13)


def test_a_single_listener_has_no_interval(test: ListeningTest, clock: Clock) -> None:
    results = Results(test, clock)
    with pytest.raises(OptionError, match="nobody has rated"):
        summarise(test, results)
    rate_all(results, results.enrol(), clock, lambda item, key: (4, 4))
    report = summarise(test, results)
    assert report["conditions"][0]["overall"]["interval"] is None
    assert "4.00 |" in markdown(report)
    assert "nan" not in text_table(report)


def test_the_tables_as_text(test: ListeningTest, results: Results) -> None:
    report = summarise(test, results)
    text = text_table(report)
    assert "48 ratings by 4 listeners (4 began, 4 finished)" in text
    assert "4.00    4 (50.0 %)" in text
    assert "3, 5 (50.0 %)" in text
    marked = markdown(report)
    assert "| 2 | query 1 | 4 | 4.00 | 3, 5 (50.0 %) | 3.00 | 2, 4 (50.0 %) |" in marked
    for line in marked.splitlines():
        if line.startswith("| "):
            assert line.count("|") in {5, 8}
    assert json.loads(report_json(report))["ratings"] == 48


def test_the_items_as_csv(test: ListeningTest, results: Results) -> None:
    rows = list(csv.DictReader(io.StringIO(items_csv(summarise(test, results)))))
    assert len(rows) == 12
    assert rows[1]["overall_most_frequent"] == "3 5"
    assert rows[1]["overall_mean"] == "4.0000"
    assert [rows[1][f"overall_{step}"] for step in range(1, 6)] == ["0", "0", "2", "0", "2"]


def test_every_rating_as_csv(test: ListeningTest, results: Results, clock: Clock) -> None:
    listener = results.enrol()
    page = play_page(results, listener, clock)
    given = dict.fromkeys(listener.pages[0].sounds, (2, 3))
    results.rate(listener, page, given, '=HYPERLINK("http://x"), said "she"')
    rows = list(csv.DictReader(io.StringIO(ratings_csv(test, results.ratings()))))
    assert len(rows) == 52
    last = rows[-1]
    assert (last["listener"], last["overall"], last["fit"]) == ("5", "2", "3")
    # Not a formula any more.
    assert last["comment"] == '\'=HYPERLINK("http://x"), said "she"'
    sums: dict[str, int] = {}
    for one in rows[:48]:
        sums[one["condition"]] = sums.get(one["condition"], 0) + int(one["overall"])
    assert sums["loud-model"] == 44


def test_the_picture(test: ListeningTest, results: Results, tmp_path: Path) -> None:
    draw_distribution(tmp_path / "x.png", summarise(test, results))
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OptionError, match="cannot be written"):
        draw_distribution(tmp_path / "none" / "x.png", summarise(test, results))


def test_the_command(run: Run, test: ListeningTest, results: Results, tmp_path: Path) -> None:
    names = {"--json": "r.json", "--markdown": "r.md", "--csv": "r.csv", "--ratings": "all.csv",
             "--plot": "r.png"}  # fmt: skip
    options = [word for option, name in names.items() for word in (option, tmp_path / name)]
    result = run("listen-test", "report", test.folder, *options)
    assert result.status == 0, result.err
    assert "3, 5 (50.0 %)" in result.out
    assert all((tmp_path / name).stat().st_size > 200 for name in names.values())


def test_the_command_without_results(run: Run, make_test: Make, tmp_path: Path) -> None:
    result = run("listen-test", "report", make_test("empty").folder)
    assert result.status == 1
    assert "nobody has taken part yet" in result.err
    result = run("listen-test", "report", tmp_path)
    assert "is not a listening test" in result.err
