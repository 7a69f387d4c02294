"""The table of all families forgets none, and says what it does not know."""

from dataclasses import replace
from types import ModuleType

import pytest

from soundlasso.evaluation.benchmark import BENCHMARKS
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER
from soundlasso.zoo.registry import find_card
from tests.scripts import benchmark_script

OTHER = {"absent": {"leak": -9.0}, "two-source, 1 of 3": {"si_sdri": 1.0, "sdri": 2.0}}


@pytest.fixture(scope="module")
def bakeoff() -> ModuleType:
    return benchmark_script("bakeoff")


def test_every_family_has_a_row(bakeoff: ModuleType) -> None:
    families = {system.family for system in bakeoff.SYSTEMS.values()}
    assert families == {*FAMILIES, *FAMILIES_WITH_ENCODER}


def test_rows_say_what_was_measured_and_what_was_not(bakeoff: ModuleType) -> None:
    costs = {name: {"parameters": 2.5e6, "gmac": 1.5} for name in bakeoff.SYSTEMS}
    costs["GainNet"] = {
        "parameters": 3e6, "gmac": 0.15, "cpu": 0.01, "memory_10": 300.0, "memory_600": 500.0,
    }  # fmt: skip
    card, _ = find_card("default")
    other = replace(card, name="gainnet.other", metrics=OTHER)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in bakeoff.table(costs, [card, other]).splitlines()
    ]
    assert {len(row) for row in rows} == {7 + len(BENCHMARKS)}
    first, second, third = rows[2:5]
    assert first[:7] == ["GainNet", "3.0 M", "0.15", "0.010", "300 MB", "500 MB", card.name]
    scores = card.metrics["two-source"]
    assert first[7] == f"{scores['si_sdri']:.2f} / {scores['sdri']:.2f}"
    assert second[6:8] == ["gainnet.other", "1.00 / 2.00 (1 of 3)"]
    assert second[8] == "not run"
    assert "leak -9.0" in second
    assert third[:8] == [
        "LiveNet", "2.5 M", "1.50", "not run", "not run", "not run", "random",
        "no trained weights here",
    ]  # fmt: skip


def test_a_small_one_can_be_measured(bakeoff: ModuleType) -> None:
    found = bakeoff.measure_cost("GainNet")
    assert 0.4 < found["gmac"] < 0.6
    assert 0 < found["cpu"] < 1


def test_what_takes_too_long_is_given_up_and_parameters_are_known(bakeoff: ModuleType) -> None:
    (found,) = bakeoff.measure("GainNet", 0.01, 1, {})
    assert found == {"parameters": find_card("default")[0].parameters}


def test_what_is_known_is_not_measured_again(
    bakeoff: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def child(longest: float, threads: int, *what: str) -> dict[str, float]:
        asked.append(what)
        return {"peak": 7.0}

    monkeypatch.setattr(bakeoff, "_child", child)
    known = {"parameters": 1, "gmac": 2.0, "cpu": 3.0, "memory_10": 4.0}
    assert list(bakeoff.measure("FlowSep", 1.0, 1, known)) == [{**known, "memory_600": 7.0}]
    assert asked == [("memory", "FlowSep", "600")]
    assert list(bakeoff.measure("FlowSep", 1.0, 1, {**known, "memory_600": 7.0})) == []
