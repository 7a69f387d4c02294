"""Scores, their references and their confidence."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import soundlasso
from soundlasso.evaluation.oracle import oracle_mask
from soundlasso.evaluation.report import text_table
from soundlasso.evaluation.score import (
    LEAK,
    Item,
    Question,
    evaluate_items,
    mean_interval,
    score,
)
from soundlasso.metrics import si_sdr
from tests.conftest import noise


def tone(hertz: float) -> np.ndarray:
    return (0.2 * np.sin(2 * np.pi * hertz * np.arange(32_000) / 32_000))[None].astype(np.float32)


def test_an_ideal_mask_parts_what_does_not_overlap() -> None:
    target, other = tone(440), tone(3000)
    assert si_sdr(target, oracle_mask(target, target + other, 32_000)) > 30


def test_an_ideal_mask_of_silence_is_silent() -> None:
    out = oracle_mask(np.zeros_like(tone(440)), tone(440), 32_000)
    assert out.shape == (1, 32_000)
    assert np.abs(out).max() < 1e-6


def test_the_leak_is_relative_to_the_mixture() -> None:
    mixture = tone(440)
    assert score(None, mixture * np.float32(0.1), mixture)[LEAK] == pytest.approx(-20.0, abs=1e-4)
    assert score(None, mixture, mixture)[LEAK] == 0.0
    assert score(None, mixture * 0, mixture)[LEAK] < -70.0


def items(count: int, absent: bool) -> list[Item]:
    made = []
    for seed in range(count):
        target, other = noise(1, 8000, seed), noise(1, 8000, seed + 50)
        questions = (
            Question("rain", {"kind": "label"}),
            Question("it rains", {"kind": "sentence"}),
        )
        made.append(Item(target + other, None if absent else target, 16_000, questions))
    return made


@pytest.mark.parametrize("absent", [True, False])
def test_results(tiny_card, absent: bool) -> None:  # type: ignore[no-untyped-def]
    done: list[int] = []
    result = evaluate_items(soundlasso.load(tiny_card), items(3, absent), done.append)
    assert done == [2, 4, 6]
    assert result["count"] == 6
    assert result["by_kind"]["sentence"]["count"] == 3
    metric = LEAK if absent else "si_sdri"
    low, high = result["interval"]["model"][metric]
    assert low <= result["mean"]["model"][metric] <= high
    values = [row["model"][metric] for row in result["rows"] if row["kind"] == "label"]
    assert result["by_kind"]["label"][metric] == pytest.approx(np.mean(values))
    if absent:
        assert result["mean"]["half_mixture"][LEAK] == pytest.approx(-6.02, abs=0.01)
    else:
        assert result["mean"]["oracle_mask"]["si_sdri"] > result["mean"]["model"]["si_sdri"]


def test_intervals_know_that_mixtures_share_a_source(tiny_card: Path) -> None:
    separator = soundlasso.load(tiny_card)
    made = items(6, False)
    shared = [replace(item, source=f"{place % 2}") for place, item in enumerate(made)]
    alone, together = (evaluate_items(separator, some) for some in (made, shared))
    assert [row["cluster"] for row in together["rows"]] == [0, 0, 1, 1] * 3
    assert [row["item"] for row in together["rows"]] == [row["item"] for row in alone["rows"]]
    assert together["mean"] == alone["mean"]
    values = [row["model"]["si_sdri"] for row in together["rows"]]
    expected = mean_interval(values, [0, 0, 1, 1] * 3)
    assert together["interval"]["model"]["si_sdri"] == expected
    assert expected != alone["interval"]["model"]["si_sdri"]


def test_silent_answers_are_counted(tiny_card: Path) -> None:
    separator = soundlasso.load(tiny_card)
    assert evaluate_items(separator, items(2, False))["silent"] == 0
    target = noise(1, 8000)
    # Nothing comes out where nothing goes in.
    nothing = Item(np.zeros((1, 8000), np.float32), target, 16_000, (Question("rain"),))
    result = {"list": "x", **evaluate_items(separator, [nothing, *items(1, False)])}
    assert result["silent"] == 0
    quiet = Item(target, target, 16_000, (Question("rain"),))
    mute = SimpleNamespace(
        name="mute",
        separate_all=lambda mixture, queries, sample_rate: [
            SimpleNamespace(target=mixture * np.float32(1e-4)) for _ in queries
        ],
    )
    result = {"list": "x", **evaluate_items(mute, [quiet])}  # type: ignore[arg-type]
    assert result["silent"] == 1
    assert "1 of 1 answers are silence, whose SI-SDR is 0 dB" in text_table(result)
