"""Evaluating lists of mixtures."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.pairs import pair_items, read_pairs
from soundlasso.evaluation.score import METRICS
from soundlasso.metrics import sdr, si_sdr
from tests.conftest import noise

Run = Callable[..., Any]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    lines = ["\ufeffmixture,target,query,id,category"]
    for index in range(3):
        target, other = noise(1, 16_000, seed=index), noise(1, 16_000, seed=index + 10)
        soundfile.write(tmp_path / f"t{index}.wav", target.T, 16_000, subtype="FLOAT")
        soundfile.write(tmp_path / f"m{index}.wav", (target + other).T, 16_000, subtype="FLOAT")
        lines.append(f'm{index}.wav,t{index}.wav,"rain, heavy",{index},{"ab"[index % 2]}')
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_json_holds_everything(run: Run, listed: Path, tiny_card: Path, tmp_path: Path) -> None:
    out = tmp_path / "results" / "r.json"
    result = run("evaluate", listed, "-m", tiny_card, "--json", out)
    assert result.status == 0
    assert "half the mixture" in result.out
    document = json.loads(out.read_text())
    assert set(document["mean"]) == {"model", "mixture", "half_mixture", "oracle_mask"}
    assert all(set(values) == set(METRICS) for values in document["mean"].values())
    assert len(document["rows"]) == document["count"] == 3
    assert document["by_category"]["a"]["count"] == 2
    row = document["rows"][1]
    assert (row["id"], row["query"], row["category"]) == ("1", "rain, heavy", "b")
    target, _ = soundfile.read(listed.parent / "t1.wav", dtype="float32")
    mixture, _ = soundfile.read(listed.parent / "m1.wav", dtype="float32")
    assert row["mixture"]["sdr"] == pytest.approx(sdr(target, mixture))
    assert row["mixture"]["sdri"] == row["mixture"]["si_sdri"] == 0.0
    assert row["half_mixture"]["si_sdri"] == pytest.approx(0.0, abs=1e-6)
    improvement = row["model"]["si_sdr"] - si_sdr(target, mixture)
    assert row["model"]["si_sdri"] == pytest.approx(improvement)
    means = document["mean"]["model"]
    for metric in METRICS:
        expected = np.mean([row["model"][metric] for row in document["rows"]])
        assert means[metric] == pytest.approx(expected)


def test_a_sample_of_a_list_says_so(
    run: Run, listed: Path, tiny_card: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r.json"
    assert run("evaluate", listed, "-m", tiny_card, "--every", 2, "--json", out).status == 0
    document = json.loads(out.read_text())
    assert document["list"] == "pairs.csv, 1 of 2"
    assert [row["id"] for row in document["rows"]] == ["0", "2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mixture,target\na,b", "has no column query"),
        ("mixture,target,query\n", "lists no mixtures"),
        ("mixture,target,query\na,b,c\na,b\n", "line 3 lacks"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(OptionError, match=message):
        read_pairs(path)


def test_a_missing_list(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", tmp_path / "none.csv")
    assert result.status == 1
    assert "cannot be read" in result.err


def test_results_that_cannot_be_written(run: Run, listed: Path, tiny_card: Path) -> None:
    result = run("evaluate", listed, "-m", tiny_card, "--json", listed.parent)
    assert result.status == 1
    assert "is a folder" in result.err


def test_a_binary_list(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"\xff\xfe\x00\x81" * 20)
    with pytest.raises(OptionError, match="not a CSV file"):
        read_pairs(path)


def test_target_and_mixture_must_fit(listed: Path) -> None:
    soundfile.write(listed.parent / "t2.wav", noise(1, 999).T, 16_000)
    with pytest.raises(AudioError, match="differs from its mixture"):
        list(pair_items(read_pairs(listed)))


def test_neighbours_about_the_same_sound_share_a_pass(listed: Path) -> None:
    lines = listed.read_text(encoding="utf-8").splitlines()
    listed.write_text("\n".join([lines[0], lines[1], lines[1], lines[2]]), encoding="utf-8")
    assert [len(item.questions) for item in pair_items(read_pairs(listed))] == [2, 1]


def test_intervals_are_over_mixtures_wherever_their_targets_stand_in_the_list(
    run: Run, listed: Path, tiny_card: Path, tmp_path: Path
) -> None:
    # Both targets of each mixture: next to each other, and far apart.
    lines = listed.read_text(encoding="utf-8").splitlines()
    others = [line.replace(",t", ",o") for line in lines[1:]]
    for index in range(3):
        other = noise(1, 16_000, seed=index + 10)
        soundfile.write(tmp_path / f"o{index}.wav", other.T, 16_000, subtype="FLOAT")
    mixed = [line for pair in zip(lines[1:], others, strict=True) for line in pair]
    found = []
    for order in ([*lines[1:], *others], mixed):
        listed.write_text("\n".join([lines[0], *order]), encoding="utf-8")
        out = tmp_path / "r.json"
        assert run("evaluate", listed, "-m", tiny_card, "--json", out).status == 0
        document = json.loads(out.read_text())
        rows = document["rows"]
        assert len(rows) == 6
        assert {row["item"] for row in rows} == {0, 1, 2}
        assert len({(row["item"], row["mixture_file"]) for row in rows}) == 3
        found.append(document["interval"]["model"]["si_sdri"])
    assert found[0] == pytest.approx(found[1])


def test_tables_and_picture(run: Run, listed: Path, tiny_card: Path, tmp_path: Path) -> None:
    table, picture = tmp_path / "out" / "t.md", tmp_path / "out" / "p.png"
    result = run("evaluate", listed, "-m", tiny_card, "--markdown", table, "--plot", picture)
    assert result.status == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    text = table.read_text()
    assert "| gainnet.tiny |" in text
    assert "| ideal ratio mask |" in text
    assert "| a | 2 |" in text


def test_a_row_for_each_query(run: Run, listed: Path, tiny_card: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "r.json", tmp_path / "new" / "r.csv"
    result = run("evaluate", listed, "-m", tiny_card, "--json", out, "--csv", table)
    assert result.status == 0
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("id", "mixture", "kind", "label", "category", "query"),
        *METRICS,
    ]
    assert [row["id"] for row in rows] == ["0", "1", "2"]
    assert rows[1]["query"] == "rain, heavy"
    assert rows[1]["mixture"] == str(listed.parent / "m1.wav")
    assert (rows[1]["category"], rows[1]["kind"]) == ("b", "")
    scores = json.loads(out.read_text())["rows"][1]["model"]
    for metric in METRICS:
        assert float(rows[1][metric]) == pytest.approx(scores[metric], abs=1e-4)
    assert table.read_text(encoding="utf-8").count("\n") == 4


def test_results_of_the_same_list_can_be_compared(
    run: Run, listed: Path, tiny_card: Path, tiny_live_card: Path, tmp_path: Path
) -> None:
    out = [tmp_path / "a.json", tmp_path / "b.json"]
    assert run("evaluate", listed, "-m", tiny_card, "--json", out[0]).status == 0
    live = ["-m", tiny_live_card, "--every", 2, "--json", out[1]]
    assert run("evaluate", listed, *live).status == 0
    result = run("compare", *out, "--json", tmp_path / "c.json")
    assert result.status == 0, result.err
    assert "gainnet.tiny 3, livenet.tiny 2 (1 of 2)" in result.out
    second = json.loads((tmp_path / "c.json").read_text())["files"][1]
    scores = [
        {row["id"]: row["model"]["si_sdri"] for row in json.loads(path.read_text())["rows"]}
        for path in out
    ]
    gains = [scores[1][key] - scores[0][key] for key in ("0", "2")]
    assert second["difference"]["si_sdri"] == pytest.approx(np.mean(gains))


@pytest.mark.parametrize("arguments", [[], ["--benchmark", "two-source", "list.csv"]])
def test_a_list_or_a_benchmark(run: Run, arguments: list[str]) -> None:
    result = run("evaluate", *arguments)
    assert result.status == 1
    assert "either a list of pairs or --benchmark" in result.err


def test_unknown_benchmarks_list_the_choices(run: Run) -> None:
    result = run("evaluate", "--benchmark", "imagenet")
    assert result.status == 1
    assert "choose one of two-source, wrong" in result.err
