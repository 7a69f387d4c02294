"""The model that people get: on a real recording, in stretches, in bounded memory."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import soundlasso
from soundlasso import Separator
from soundlasso.audio import read_audio
from soundlasso.evaluation.score import score
from tests.conftest import noise

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "station"


@pytest.fixture(scope="module")
def separator() -> Separator:
    return soundlasso.load("default")


def test_it_takes_the_sounds_of_the_example_out(separator: Separator) -> None:
    mixture, rate = read_audio(EXAMPLE / "mixture.flac")
    with (EXAMPLE / "queries.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    for row, other in zip(rows, reversed(rows), strict=True):
        reference, _ = read_audio(EXAMPLE / row["target"])
        right = separator.separate(mixture, row["query"], sample_rate=rate).target
        wrong = separator.separate(mixture, other["query"], sample_rate=rate).target
        gain = score(reference, right, mixture)["si_sdri"]
        assert gain > 3.0
        assert gain > score(reference, wrong, mixture)["si_sdri"] + 3.0


def test_it_says_what_the_example_holds_and_where(separator: Separator) -> None:
    mixture, rate = read_audio(EXAMPLE / "mixture.flac")
    queries = ["a dog barking", "a train slowing down", "church bells", "a violin"]
    dog, train, *absent = separator.separate_all(mixture, queries, sample_rate=rate)
    for there in (dog, train):
        assert there.heard
        assert there.presence is not None
        for other in absent:
            assert other.presence is not None
            assert other.presence < there.presence
    alone, _ = read_audio(EXAMPLE / "dog.flac")
    barking = np.zeros(alone.shape[1], bool)
    for span in dog.spans:
        barking[round(span.start * rate) : round(span.end * rate)] = True
    assert np.square(alone[:, barking]).sum() > 0.9 * np.square(alone).sum()
    assert barking.mean() < 0.6


def test_the_examples_parts_are_its_sounds() -> None:
    mixture, _ = read_audio(EXAMPLE / "mixture.flac")
    with (EXAMPLE / "queries.csv").open(newline="") as file:
        parts = [read_audio(EXAMPLE / row["target"])[0] for row in csv.DictReader(file)]
    assert np.abs(np.sum(parts, axis=0) - mixture).max() < 1e-3


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_in_stretches_it_gives_what_it_gives_on_the_whole(
    separator: Separator, rate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture, own_rate = read_audio(EXAMPLE / "mixture.flac")
    long = np.tile(mixture, (1, 1 + round(60 * own_rate / mixture.shape[1])))
    long = long * np.linspace(0.2, 1.0, long.shape[1], dtype=np.float32)
    assert separator.model.stretch(rate, 2).core == pytest.approx(40 * rate, rel=0.01)
    chunked = separator.separate(long, "a dog barking", sample_rate=rate).target
    monkeypatch.setattr("soundlasso.zoo.gain_separator._CORE_SECONDS", 1000.0)
    whole = separator.separate(long, "a dog barking", sample_rate=rate).target
    assert np.abs(whole).max() > 0.01
    assert np.abs(chunked - whole).max() < 1e-4


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    """Five minutes need as much as an hour: several stretches are all that is ever there."""
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 48_000, 2, subtype="PCM_16") as file:
        for seed in range(30):
            file.write(noise(2, 480_000, seed).T)
    command = [sys.executable, "-m", "soundlasso", "separate", str(path), "-q", "a dog barking"]
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *command, "-o", str(tmp_path / "out")],
        capture_output=True,
        check=True,
        text=True,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(result.stdout) * unit < 1.2e9


def test_no_temporary_file_is_larger_than_the_output(
    separator: Separator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from soundlasso.audio.writer import AudioWriter

    path = tmp_path / "a.wav"
    soundfile.write(path, noise(2, 480_000).T, 48_000)
    largest: list[int] = []
    give_name = AudioWriter._give_name

    def measure(writer: AudioWriter) -> None:
        # Complete, and not yet under their names.
        largest.extend(p.stat().st_size for p in tmp_path.rglob("*.part"))
        give_name(writer)

    monkeypatch.setattr(AudioWriter, "_give_name", measure)
    soundlasso.separate_file(separator, path, ["rain"], folder=tmp_path / "out")
    out = [p.stat().st_size for p in (tmp_path / "out").iterdir()]
    assert len(out) == 2
    assert max(largest) <= max(out)
