"""``soundlasso separate`` where there is more than one wish, or nothing to be heard."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soundlasso.audio import read_audio
from soundlasso.zoo.card import read_card
from tests.cli.test_separate import refused, written

Run = Callable[..., Any]
CALIBRATION = {"seconds": 1.28, "match": 0.0, "level": 0.0, "threshold": 0.5}


def calibrated(tiny_card: Path, name: str, offset: float) -> Path:
    """The small model with a calibration by which everything is heard, or nothing."""
    path = tiny_card.with_name(f"{name}.json")
    replace(read_card(tiny_card), presence={**CALIBRATION, "offset": offset}).write(path)
    return path


@pytest.fixture
def separate(run: Run, tiny_card: Path, tmp_path: Path) -> Run:
    """Runs ``separate`` with a model that hears everything, nothing, or does not say."""
    cards = {
        "everything": calibrated(tiny_card, "eager", 3.0),
        "nothing": calibrated(tiny_card, "deaf", -3.0),
        "unknown": tiny_card,
    }

    def call(*arguments: object, hears: str = "everything") -> Any:
        return run("separate", *arguments, "-m", cards[hears], "-o", tmp_path / "out")

    return call


def test_what_is_not_heard_is_said(separate: Run, write_wav: Callable[..., Path]) -> None:
    path = write_wav()
    result = separate(path, "-q", "rain", "-q", "a dog", hears="nothing")
    assert result.status == 0
    assert result.said == [
        f"soundlasso: {path}: not heard: {query} (presence 0.05)" for query in ("rain", "a dog")
    ]
    assert len(result.out.splitlines()) == 4


@pytest.mark.parametrize("hears", ["everything", "unknown"])
def test_nothing_is_said_of_what_is_heard_or_not_known(
    separate: Run, write_wav: Callable[..., Path], hears: str
) -> None:
    assert separate(write_wav(), "-q", "rain", hears=hears).err == ""


def test_json_says_whether_and_where(separate: Run, write_wav: Callable[..., Path]) -> None:
    path = write_wav(seconds=2.0)
    rows = {
        hears: json.loads(separate(path, "-q", "rain", "--json", hears=hears).out)["results"][0]
        for hears in ("everything", "nothing", "unknown")
    }
    assert rows["everything"]["presence"] == pytest.approx(0.953, abs=1e-3)
    assert rows["everything"]["heard"] is True
    for span in rows["everything"]["spans"]:
        assert 0 <= span["start"] < span["end"] <= 2.0
        assert span["score"] == pytest.approx(0.953, abs=1e-3)
    assert rows["everything"]["spans"]
    assert rows["nothing"]["presence"] == pytest.approx(0.047, abs=1e-3)
    assert rows["nothing"]["heard"] is False
    assert rows["nothing"]["spans"] == []
    assert rows["unknown"]["presence"] is None
    assert rows["unknown"]["heard"] is None
    assert {span["score"] for span in rows["unknown"]["spans"]} == {None}


def test_labels(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    path = write_wav(seconds=2.0)
    result = separate(path, "-q", "rain", "--labels", "--json")
    assert written(tmp_path) == [
        "sound/rain.labels.txt",
        "sound/rain.residual.wav",
        "sound/rain.wav",
    ]
    (row,) = json.loads(result.out)["results"]
    assert row["labels"] == str(tmp_path / "out" / "sound" / "rain.labels.txt")
    assert Path(row["labels"]).read_text() == "".join(
        f"{span['start']:.6f}\t{span['end']:.6f}\train\n" for span in row["spans"]
    )
    assert separate(path, "-q", "rain", "--labels").out.splitlines()[2] == row["labels"]


def test_times_are_those_of_the_input_file(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    result = separate(
        write_wav(seconds=3.0), "-q", "rain", "--start", 2, "--duration", 0.5, "--labels", "--json"
    )
    (row,) = json.loads(result.out)["results"]
    assert all(2.0 <= span["start"] < span["end"] <= 2.5 for span in row["spans"])
    assert Path(row["labels"]).read_text().startswith(f"{row['spans'][0]['start']:.6f}\t")


def test_labels_of_a_model_that_does_not_say(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    result = separate(write_wav(), "-q", "rain", "-q", "a dog", "--labels", hears="unknown")
    assert result.status == 0
    assert result.said == [
        "soundlasso: warning: this model does not say what it hears; labels mark where its "
        "output is loud"
    ]
    assert (tmp_path / "out" / "sound" / "rain.labels.txt").is_file()


def test_not(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    path = write_wav(seconds=2.0)
    sounds = []
    for options in ([], ["--not", "wind", "--not", "a car"]):
        assert separate(path, "-q", "rain", *options).status == 0
        assert written(tmp_path) == ["sound/rain.residual.wav", "sound/rain.wav"]
        sounds.append(read_audio(tmp_path / "out" / "sound" / "rain.wav")[0])
    without, excluded = sounds
    assert np.square(excluded).sum() < 0.99 * np.square(without).sum()
    residual = read_audio(tmp_path / "out" / "sound" / "rain.residual.wav")[0]
    assert np.abs(excluded + residual - read_audio(path)[0]).max() < 1e-4


def test_remove(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    path = write_wav(channels=2)
    result = separate(path, "-q", "rain", "-q", "a dog", "--remove", "--labels", "--plot")
    assert result.status == 0
    folder = tmp_path / "out" / "sound"
    names = ["without-rain-and-a-dog.wav", "without-rain-and-a-dog.removed.wav"]
    labels = ["rain.labels.txt", "a-dog.labels.txt"]
    everything = [*names, *labels, "without-rain-and-a-dog.png"]
    assert result.out.splitlines() == [str(folder / name) for name in everything]
    assert written(tmp_path) == sorted(f"sound/{name}" for name in everything)
    rest, removed = (read_audio(folder / name)[0] for name in names)
    assert np.abs(rest + removed - read_audio(path)[0]).max() < 1e-4


def test_remove_as_json(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    path = write_wav()
    result = separate(path, "-q", "rain", "-q", "a dog", "--remove", "--json", hears="nothing")
    (row,) = json.loads(result.out)["results"]
    assert row["input"] == str(path)
    assert Path(row["rest"]).is_file()
    assert Path(row["removed"]).is_file()
    assert [query["query"] for query in row["queries"]] == ["rain", "a dog"]
    assert [query["heard"] for query in row["queries"]] == [False, False]
    assert (row["sample_rate"], row["channels"], row["seconds"]) == (16_000, 1, 1.0)
    assert [line.split(": ")[2] for line in result.said] == ["not heard"] * 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--not", "rain"], "cannot be both asked for and kept out"),
        (["--not", "RAIN."], "cannot be both asked for and kept out"),
        (["--not", "rian"], "cannot be both asked for and kept out"),
        (["--not", ""], "the query is empty; say what must not remain"),
        (["--remove", "--not", "wind"], "it goes without --not"),
    ],
)
def test_wishes_that_contradict_each_other(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path, options: list[str], message: str
) -> None:
    refused(separate(write_wav(), "-q", "Rain", *options), message)
    assert written(tmp_path) == []


def test_queries_that_read_alike_are_one(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    result = separate(write_wav(), "-q", "dog", "-q", "Dog.", "-q", "dgo", "--json")
    (row,) = json.loads(result.out)["results"]
    assert row["query"] == "dog"


def test_who_says_what_is_not_wanted_is_told_how(
    separate: Run, write_wav: Callable[..., Path]
) -> None:
    path = write_wav()
    (line,) = separate(path, "-q", "everything except the dog").said
    assert "warning" in line
    assert "--remove" in line
    assert "--not" in line
    assert separate(path, "-q", "remove everything but the dog").said == []
    assert separate(path, "-q", "the dog", "--remove").said == []


@pytest.mark.parametrize("query", ["asdfghjkl", "собака лает", "犬が吠える"])
def test_what_is_not_understood_is_said(
    separate: Run, write_wav: Callable[..., Path], query: str
) -> None:
    (line,) = separate(write_wav(), "-q", query).said
    assert "was not understood" in line
