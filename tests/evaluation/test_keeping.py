"""Sounds that an evaluation keeps, to listen to."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.keeping import kept_sounds
from soundlasso.evaluation.score import Item, Question
from soundlasso.metrics import si_sdr
from tests.conftest import noise

Run = Callable[..., Any]
RATE = 16_000


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Two mixtures; the first is asked twice."""
    folder = tmp_path / "pairs"
    folder.mkdir()
    lines = ["mixture,target,query,id,kind"]
    for index, queries in enumerate((("rain", "it rains"), ("a dog",))):
        target, other = noise(1, RATE, seed=index), noise(1, RATE, seed=index + 10)
        soundfile.write(folder / f"t{index}.wav", target.T, RATE, subtype="FLOAT")
        soundfile.write(folder / f"m{index}.wav", (target + other).T, RATE, subtype="FLOAT")
        for number, query in enumerate(queries):
            lines.append(f"m{index}.wav,t{index}.wav,{query},Two {index}/{number},label")
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def read_list(folder: Path) -> list[dict[str, str]]:
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def item(*ids: str, target: bool = True, seed: int = 0) -> Item:
    mixture = noise(1, 800, seed)
    questions = tuple(Question("rain", {"id": name} if name else {}) for name in ids)
    return Item(mixture, mixture * np.float32(0.5) if target else None, RATE, questions)


def test_what_is_kept_is_what_was_scored(
    run: Run, listed: Path, tiny_card: Path, tmp_path: Path
) -> None:
    out, folder = tmp_path / "r.json", tmp_path / "new" / "sounds"
    result = run("evaluate", listed, "-m", tiny_card, "--json", out, "--save", folder)
    assert result.status == 0, result.err
    assert sorted(path.name for path in folder.iterdir()) == [
        "list.csv",
        "two-0-0.mixture.wav",
        "two-0-0.target.wav",
        "two-0-0.wav",
        "two-0-1.wav",
        "two-1-0.mixture.wav",
        "two-1-0.target.wav",
        "two-1-0.wav",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["sounds"]
    rows = json.loads(out.read_text())["rows"]
    for row, kept in zip(rows, read_list(folder), strict=True):
        assert (kept["id"], kept["query"], kept["kind"]) == (row["id"], row["query"], "label")
        sounds = {}
        for name in ("mixture", "target", "estimate"):
            sounds[name], rate = soundfile.read(folder / kept[name], dtype="float32")
            assert rate == RATE
            assert soundfile.info(folder / kept[name]).subtype == "FLOAT"
        assert si_sdr(sounds["target"], sounds["estimate"]) == row["model"]["si_sdr"]
        assert si_sdr(sounds["target"], sounds["mixture"]) == row["mixture"]["si_sdr"]


def test_the_list_can_be_evaluated(run: Run, listed: Path, tiny_card: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    results = []
    for source, more in ((listed, ["--save", folder]), (folder / "list.csv", [])):
        results.append(run("evaluate", source, "-m", tiny_card, *more))
        assert results[-1].status == 0, results[-1].err
    assert results[0].out == results[1].out


def test_samples_keep_what_they_take(
    run: Run, listed: Path, tiny_card: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sounds"
    assert run("evaluate", listed, "-m", tiny_card, "--every", 2, "--save", folder).status == 0
    assert [row["id"] for row in read_list(folder)] == ["Two 0/0", "Two 0/1"]


def test_folders_that_hold_something_are_refused(
    run: Run, listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (listed.parent, listed, "."):
        outcome = run("evaluate", listed, "-m", "no-such-model", "--save", folder)
        assert outcome.status == 1
        assert outcome.said == [f"soundlasso: {folder}: is there already; name a new folder"]
    assert len(list(listed.parent.iterdir())) == 5
    assert "no model is called" in run("evaluate", listed, "-m", "nobody", "--save", empty).err


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    with kept_sounds(tmp_path) as keep:
        keep(item("a"), [noise(1, 800, 1)])
    assert (tmp_path / "a.wav").is_file()


def test_a_failure_leaves_nothing(run: Run, listed: Path, tiny_card: Path, tmp_path: Path) -> None:
    (listed.parent / "t1.wav").unlink()
    folder = tmp_path / "sounds"
    outcome = run("evaluate", listed, "-m", tiny_card, "--save", folder)
    assert outcome.status == 1
    assert "t1.wav" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["pairs"]


def test_a_list_that_cannot_be_written(tmp_path: Path) -> None:
    with (
        pytest.raises(OptionError, match=r"list\.csv: cannot be written"),
        kept_sounds(tmp_path / "sounds"),
    ):
        (tmp_path / "sounds.part" / "list.csv").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(AudioError, match="is a file, not a folder"),
        kept_sounds(tmp_path / "file" / "sounds"),
    ):
        pass


def test_where_nothing_is_to_be_found_there_is_no_target(tmp_path: Path) -> None:
    folder = tmp_path / "sounds"
    with kept_sounds(folder) as keep:
        keep(item("absent-000-label", target=False), [noise(1, 800, 1)])
    (row,) = read_list(folder)
    assert row["target"] == ""
    assert sorted(path.name for path in folder.iterdir()) == [
        "absent-000-label.mixture.wav",
        "absent-000-label.wav",
        "list.csv",
    ]


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (("a", "b", "c"), ["a", "b", "c"]),
        (("", "", ""), ["0001", "0002", "0003"]),
        (("a", "A", "a"), ["a", "a-2", "a-3"]),
        (("../x", "x.mixture", "con"), ["x", "x-mixture", "query-con"]),
        (("0002", "", "0002"), ["0002", "0002-2", "0002-3"]),
    ],
)
def test_names(tmp_path: Path, ids: tuple[str, ...], names: list[str]) -> None:
    folder = tmp_path / "sounds"
    with kept_sounds(folder) as keep:
        keep(item(*ids[:2]), [noise(1, 800, 1), noise(1, 800, 2)])
        keep(item(ids[2], seed=3), [noise(1, 800, 4)])
    rows = read_list(folder)
    assert [row["estimate"] for row in rows] == [f"{name}.wav" for name in names]
    assert [row["mixture"] for row in rows] == [
        f"{name}.mixture.wav" for name in (names[0], names[0], names[2])
    ]
    assert len(list(folder.iterdir())) == 1 + 3 + 4
