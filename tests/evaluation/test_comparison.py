"""Comparing results: what the numbers mean."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soundlasso.errors import OptionError
from soundlasso.evaluation.comparison import compare_results
from soundlasso.evaluation.results import Result, read_result, sample_name
from soundlasso.evaluation.score import mean_interval
from tests.evaluation.making import made_gains, made_leaks, made_result, write_result

gain = st.floats(-40, 40, allow_nan=False)
pairs = st.lists(st.tuples(gain, gain), min_size=3, max_size=12)


def result(tmp_path: Path, name: str, gains: list[float], every: int = 1) -> Result:
    return read_result(write_result(tmp_path / f"{name}.json", made_result(name, gains, every)))


def compared(tmp_path: Path, *results: tuple[list[float], int]) -> dict[str, Any]:
    return compare_results(
        [result(tmp_path, f"m{n}", gains, every) for n, (gains, every) in enumerate(results)]
    )


@given(pairs)
@settings(max_examples=25, deadline=None)
def test_differences_are_paired(
    tmp_path_factory: pytest.TempPathFactory, gains: list[tuple[float, float]]
) -> None:
    before, after = ([gain for pair in gains for gain in pair[::step]] for step in (1, -1))
    after = [value + 1.0 for value in after]
    folder = tmp_path_factory.mktemp("results")
    comparison = compared(folder, (before, 1), (after, 1))
    first, second = comparison["files"]
    assert comparison["count"] == 2 * len(gains)
    assert comparison["mixtures"] == len(gains)
    assert "difference" not in first
    difference = np.subtract(after, before)
    assert second["difference"]["sdri"] == pytest.approx(difference.mean())
    means = second["mean"]["sdri"] - first["mean"]["sdri"]
    assert second["difference"]["sdri"] == pytest.approx(means, abs=1e-9)
    assert second["better"]["si_sdri"] == np.mean(np.array(after) / 2 > np.array(before) / 2)
    # The two queries of a mixture swap their scores: its sum gains 2 dB, whatever it was.
    assert second["interval"]["sdri"] == pytest.approx([1.0, 1.0], abs=1e-9)


def test_the_other_way_round_is_the_opposite(tmp_path: Path) -> None:
    one, other = made_gains(40, seed=0), made_gains(40, seed=1)
    there = compared(tmp_path, (one, 1), (other, 1))["files"][1]
    back = compared(tmp_path, (other, 1), (one, 1))["files"][1]
    assert there["difference"]["sdri"] == pytest.approx(-back["difference"]["sdri"])
    assert there["better"]["sdri"] == pytest.approx(1.0 - back["better"]["sdri"])
    low, high = there["interval"]["sdri"]
    assert [-high, -low] == pytest.approx(back["interval"]["sdri"])
    assert low < there["difference"]["sdri"] < high


def test_nothing_differs_from_itself(tmp_path: Path) -> None:
    gains = made_gains(20, seed=0)
    second = compared(tmp_path, (gains, 1), (gains, 1))["files"][1]
    assert second["difference"] == {"sdri": 0.0, "si_sdri": 0.0}
    assert second["interval"]["sdri"] == [0.0, 0.0]
    assert second["better"]["sdri"] == 0.0


def test_kinds_and_categories(tmp_path: Path) -> None:
    one, other = made_gains(12, seed=0), made_gains(12, seed=1)
    second = compared(tmp_path, (one, 1), (other, 1))["files"][1]
    labels = np.subtract(other, one)[::2]
    assert second["by_kind"]["label"]["count"] == 6
    assert second["by_kind"]["label"]["difference"]["sdri"] == pytest.approx(labels.mean())
    assert second["by_kind"]["label"]["better"]["sdri"] == pytest.approx(np.mean(labels > 0))
    assert {name: part["count"] for name, part in second["by_category"].items()} == {
        "animal": 8,
        "bell": 4,
    }


def test_one_mixture_says_nothing_of_others(tmp_path: Path) -> None:
    second = compared(tmp_path, ([1.0, 2.0], 1), ([2.0, 4.0], 1))["files"][1]
    assert second["difference"]["sdri"] == 1.5
    assert second["interval"] == {"sdri": None, "si_sdri": None}


def test_intervals_know_that_queries_share_their_mixture() -> None:
    values = made_gains(30, seed=2)
    items = list(range(30))
    assert mean_interval(values * 3, items * 3) == pytest.approx(mean_interval(values, items))
    low, high = mean_interval(values * 3, list(range(90)))
    whole_low, whole_high = mean_interval(values, items)
    assert high - low < whole_high - whole_low


def test_intervals_do_not_depend_on_how_mixtures_are_numbered() -> None:
    values = made_gains(30, seed=2)
    numbered = [item * 7 + 3 for item in range(30)]
    assert mean_interval(values, numbered) == mean_interval(values, list(range(30)))


@pytest.mark.parametrize(("first", "second", "mixtures"), [(1, 3, 4), (3, 1, 4), (2, 3, 2)])
def test_a_list_and_its_samples(tmp_path: Path, first: int, second: int, mixtures: int) -> None:
    one, other = made_gains(24, seed=0), made_gains(24, seed=1)
    comparison = compared(tmp_path, (one, first), (other, second))
    assert comparison["list"] == "two-source"
    assert comparison["mixtures"] == mixtures
    assert comparison["count"] == 2 * mixtures
    assert [part["sample"] for part in comparison["files"]] == [first, second]
    common = [place for place in range(24) if not (place // 2) % max(first * second, 3)]
    expected = np.subtract(other, one)[common].mean()
    assert comparison["files"][1]["difference"]["sdri"] == pytest.approx(expected)


def test_two_samples_alike_are_a_list_of_their_own(tmp_path: Path) -> None:
    comparison = compared(tmp_path, (made_gains(24, 0), 3), (made_gains(24, 1), 3))
    assert comparison["list"] == "two-source, 1 of 3" == sample_name("two-source", 3)


def test_queries_may_come_in_any_order(tmp_path: Path) -> None:
    one, other = made_gains(12, seed=0), made_gains(12, seed=1)
    turned = made_result("turned", other)
    turned["rows"].reverse()
    results = [result(tmp_path, "a", one), result(tmp_path, "b", other)]
    results.append(read_result(write_result(tmp_path / "turned.json", turned)))
    _, second, third = compare_results(results)["files"]
    assert {**second, "file": "", "name": ""} == {**third, "file": "", "name": ""}


def test_less_leak_is_better(tmp_path: Path) -> None:
    one, other = made_gains(12, seed=0), made_gains(12, seed=1)
    files = [
        read_result(write_result(tmp_path / f"{name}.json", made_leaks(name, leaks)))
        for name, leaks in (("a", one), ("b", other))
    ]
    comparison = compare_results(files)
    assert comparison["metrics"] == ["leak"]
    gains = np.subtract(other, one)
    second = comparison["files"][1]
    assert second["difference"]["leak"] == pytest.approx(gains.mean())
    assert second["better"]["leak"] == np.mean(gains < 0)
    low, high = second["interval"]["leak"]
    assert low < gains.mean() < high


def test_answers_to_what_is_not_meant_are_better_where_they_score_lower(tmp_path: Path) -> None:
    one, other = made_gains(12, seed=0), made_gains(12, seed=1)
    files = []
    for name, gains in (("a", one), ("b", other)):
        document = {**made_result(name, gains), "list": "wrong"}
        files.append(read_result(write_result(tmp_path / f"{name}.json", document)))
    second = compare_results(files)["files"][1]
    assert second["better"]["si_sdri"] == np.mean(np.subtract(other, one) < 0)


def test_clap_scores_are_compared_where_one_model_gave_all(tmp_path: Path) -> None:
    results = []
    for name, clap in (("a", "one"), ("b", "one"), ("c", "another")):
        document = {**made_result(name, made_gains(8, 0)), "clap": clap}
        for row in document["rows"]:
            row["model"]["clapscore"] = 0.5
        results.append(read_result(write_result(tmp_path / f"{name}.json", document)))
    assert compare_results(results[:2])["metrics"] == ["sdri", "si_sdri", "clapscore"]
    assert compare_results(results)["metrics"] == ["sdri", "si_sdri"]


def test_lists_without_ids_are_paired_by_files_and_query(tmp_path: Path) -> None:
    results = []
    for name, gains in (("a", made_gains(8, 0)), ("b", made_gains(8, 1))):
        document = made_result(name, gains)
        for row in document["rows"]:
            row["mixture_file"] = f"{row.pop('of')}.wav"
            del row["id"]
        results.append(read_result(write_result(tmp_path / f"{name}.json", document)))
    assert compare_results(results)["count"] == 8
    results[1].rows.popitem()
    with pytest.raises(OptionError, match=r"has no row two-003\.wav \('A dog barks\.'\), which"):
        compare_results(results)
