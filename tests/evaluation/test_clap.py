"""CLAP's scores beside the others, on a small CLAP with random weights."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import soundlasso
from soundlasso.evaluation.clap import CLAP_METRICS, ClapMetrics, load_clap_metrics
from soundlasso.evaluation.oracle import oracle_mask
from soundlasso.evaluation.report import markdown, text_table
from soundlasso.evaluation.score import Item, Question, evaluate_items
from soundlasso.metrics import frechet_audio_distance
from soundlasso.metrics.clap import Clap
from tests.conftest import noise
from tests.metrics.tiny_clap import make_tiny_clap

pytestmark = pytest.mark.filterwarnings("ignore")

RATE = 16_000
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def clap(folder: Path) -> Clap:
    return Clap(str(folder))


def tone(hertz: float) -> np.ndarray:
    return (0.2 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE))[None].astype(np.float32)


def items(count: int, *, absent: bool = False) -> list[Item]:
    """Tones in noise, each asked for twice."""
    questions = (Question("a beep"), Question("a high whistle"))
    made = []
    for number in range(count):
        target, other = tone(300.0 * (number + 1)), noise(1, RATE, seed=number)
        made.append(Item(target + other, None if absent else target, RATE, questions))
    return made


def test_rows_hold_the_cosines(tiny_card: Path, clap: Clap) -> None:
    separator = soundlasso.load(tiny_card)
    made = items(2)
    result = evaluate_items(separator, made, extra=ClapMetrics(clap, "tiny"))
    row, item = result["rows"][3], made[1]
    assert row["query"] == "a high whistle"
    assert item.target is not None
    estimate = separator.separate(item.mixture, "a high whistle", sample_rate=RATE).target
    best = oracle_mask(item.target, item.mixture, RATE)
    text = clap.embed_text(["a high whistle"])[0]
    wanted = clap.embed_audio([item.target], RATE)[0]
    for name, sound in (("model", estimate), ("mixture", item.mixture), ("oracle_mask", best)):
        got = clap.embed_audio([sound], RATE)[0]
        assert row[name]["clapscore"] == pytest.approx(text @ got, abs=1e-5)
        assert row[name]["clapscore_a"] == pytest.approx(wanted @ got, abs=1e-5)
        assert "si_sdri" in row[name]
    assert not set(CLAP_METRICS) & set(row["half_mixture"])
    assert row["model"]["clapscore_a"] != pytest.approx(row["mixture"]["clapscore_a"], abs=1e-6)
    mean = result["mean"]["model"]["clapscore"]
    low, high = result["interval"]["model"]["clapscore"]
    assert mean == pytest.approx(np.mean([r["model"]["clapscore"] for r in result["rows"]]))
    assert low <= mean <= high


def test_the_distance_is_that_of_estimates_and_targets(tiny_card: Path, clap: Clap) -> None:
    made = items(4)
    result = evaluate_items(soundlasso.load(tiny_card), made, extra=ClapMetrics(clap, "tiny"))
    assert result["clap"] == "tiny"
    assert set(result["fad"]) == {"model", "mixture", "oracle_mask"}
    # One a query: every item was asked for twice.
    sounds = [sound for item in made for sound in (item.mixture, item.mixture)]
    targets = [item.target for item in made for _ in range(2) if item.target is not None]
    embedded = clap.embed_audio(sounds, RATE), clap.embed_audio(targets, RATE)
    assert result["fad"]["mixture"] == pytest.approx(frechet_audio_distance(*embedded), abs=1e-5)
    assert result["fad"]["oracle_mask"] < result["fad"]["mixture"]


def test_where_nothing_is_to_be_found_there_is_only_the_query(tiny_card: Path, clap: Clap) -> None:
    made = items(2, absent=True)
    result = evaluate_items(soundlasso.load(tiny_card), made, extra=ClapMetrics(clap, "tiny"))
    assert set(result["mean"]["model"]) == {"leak", "clapscore"}
    assert "fad" not in result
    assert "CLAPScoreA" not in text_table(result)


def test_one_target_has_no_distance(tiny_card: Path, clap: Clap) -> None:
    (item,) = items(1)
    alone = Item(item.mixture, item.target, RATE, item.questions[:1])
    result = evaluate_items(soundlasso.load(tiny_card), [alone], extra=ClapMetrics(clap, "tiny"))
    assert "clapscore_a" in result["mean"]["model"]
    assert "fad" not in result


def test_the_tables_show_them(tiny_card: Path, clap: Clap) -> None:
    result = evaluate_items(soundlasso.load(tiny_card), items(2), extra=ClapMetrics(clap, "tiny"))
    result["list"] = "beeps"
    header, model, mixture, half, *_, last = text_table(result).splitlines()
    assert header.split()[-2:] == ["CLAPScore", "CLAPScoreA"]
    value = result["mean"]["mixture"]["clapscore_a"]
    assert mixture.split()[-3] == f"{value:.3f}"
    assert len(model.split()) == len(mixture.split()) - 1
    # "half the mixture" has one word more and two cells less, of three words each.
    assert len(half.split()) == len(mixture.split()) + 1 - 6
    distance = result["fad"]["mixture"]
    assert last.startswith("FAD of CLAP embeddings: gainnet.tiny ")
    assert f"the mixture {distance:.4f}" in last
    text = markdown(result)
    assert "in dB; CLAPScores are cosines, by tiny\n" in text
    low, high = result["interval"]["mixture"]["clapscore_a"]
    assert f"[{low:.3f}, {high:.3f}] |" in text
    assert text.splitlines()[-1] == last
    cells = {line.count("|") for line in text.splitlines() if line.startswith("|")}
    assert len(cells) == 1


def test_without_them_nothing_is_different(tiny_card: Path) -> None:
    result = evaluate_items(soundlasso.load(tiny_card), items(2))
    assert not {"clap", "fad", "published", "missing"} & set(result)
    result["list"] = "beeps"
    for text in (text_table(result), markdown(result)):
        assert "CLAP" not in text
        assert "FAD" not in text
    assert len(text_table(result).splitlines()) == 5
    assert "[95 % confidence of the mean] in dB\n" in markdown(result)


def test_the_revision_goes_into_the_result(monkeypatch: pytest.MonkeyPatch, clap: Clap) -> None:
    asked = []

    def fake(name: str, *, revision: str | None, device: str) -> Clap:
        asked.append((name, revision, device))
        return clap

    monkeypatch.setattr("soundlasso.evaluation.clap.Clap", fake)
    assert load_clap_metrics("some/clap", "v2").summary() == {"clap": "some/clap@v2"}
    assert load_clap_metrics("some/clap").summary() == {"clap": "some/clap"}
    assert asked == [("some/clap", "v2", "cpu"), ("some/clap", None, "cpu")]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    lines = ["mixture,target,query"]
    for index in range(3):
        target, other = tone(400.0 * (index + 1)), noise(1, RATE, seed=index)
        soundfile.write(tmp_path / f"t{index}.wav", target.T, RATE, subtype="FLOAT")
        soundfile.write(tmp_path / f"m{index}.wav", (target + other).T, RATE, subtype="FLOAT")
        lines.append(f"m{index}.wav,t{index}.wav,a beep")
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_command(run: Run, listed: Path, tiny_card: Path, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    result = run("evaluate", listed, "-m", tiny_card, "--clap", folder, "--json", out)
    assert result.status == 0
    assert "CLAPScoreA" in result.out
    assert "FAD of CLAP embeddings" in result.out
    document = json.loads(out.read_text())
    assert document["clap"] == str(folder)
    assert set(document["fad"]) == {"model", "mixture", "oracle_mask"}
    assert all(set(CLAP_METRICS) < set(row["model"]) for row in document["rows"])


def test_a_revision_of_nothing(run: Run, listed: Path) -> None:
    result = run("evaluate", listed, "--clap-revision", "main")
    assert result.status == 1
    assert result.said == ["soundlasso: --clap-revision needs --clap"]


def test_a_folder_without_a_model(run: Run, listed: Path, tmp_path: Path) -> None:
    result = run("evaluate", listed, "--clap", tmp_path)
    assert result.status == 1
    assert len(result.said) == 1
    assert "holds no CLAP model" in result.err
