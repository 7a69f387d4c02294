"""``soundlasso corpus build``, ``shards`` and ``pack``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.sources import all_packages
from tests.mixing.making import write_corpus

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_shards(corpus: Path, tmp_path: Path, run: Run) -> None:
    outcome = run("corpus", "shards", corpus, tmp_path, "--size-mb", "0.3", "--seed", 2)
    assert outcome.status == 0
    count = len(list(tmp_path.glob("train-*.tar")))
    train, valid = outcome.out.splitlines()
    assert train == f"train: 36 recordings, 0.0 hours, 1 MB in {count} tar files"
    assert valid.startswith("valid: 36 recordings")


def test_shards_of_one_split(corpus: Path, tmp_path: Path, run: Run) -> None:
    arguments = ("--split", "valid", "--format", "opus")
    assert run("corpus", "shards", corpus, tmp_path, *arguments).status == 0
    assert _names(tmp_path) == {"valid.json", "valid-000000.tar"}


def test_pack(corpus: Path, tmp_path: Path, run: Run) -> None:
    outcome = run("corpus", "pack", corpus, tmp_path)
    assert outcome.status == 0
    train, valid = outcome.out.splitlines()
    assert train == "train: 36 recordings, 1 MB in 1 pieces"
    assert valid.startswith("valid: 36 recordings")
    assert _names(tmp_path) == {
        "captions.json",
        *(f"pack-{split}{end}" for split in ("train", "valid") for end in (".json", "-000.npz")),
    }


def test_pack_of_one_split_in_small_pieces(corpus: Path, tmp_path: Path, run: Run) -> None:
    arguments = ("--split", "valid", "--split", "valid", "--piece-mb", "0.2")
    outcome = run("corpus", "pack", corpus, tmp_path, *arguments)
    assert outcome.status == 0
    (line,) = outcome.out.splitlines()
    pieces = list(tmp_path.glob("pack-valid-*.npz"))
    assert line.endswith(f"in {len(pieces)} pieces")
    assert len(pieces) > 2
    assert not list(tmp_path.glob("pack-train*"))


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("shards", ("--split", "dev"), "--split must be train, valid or test, not 'dev'"),
        ("pack", ("--split", "dev"), "--split must be train, valid or test, not 'dev'"),
        ("shards", ("--format", "mp3"), "--format must be flac or opus, not 'mp3'"),
        ("shards", ("--size-mb", "0"), "--size-mb must be more than 0"),
        ("pack", ("--piece-mb", "-1"), "--piece-mb must be more than 0"),
        ("shards", ("--split", "test"), "the corpus has no recordings in its split 'test'"),
        ("pack", ("--split", "test"), "the corpus has no recordings in its split 'test'"),
        ("pack", ("--piece-mb", "0.001"), "bytes, and a piece may have 1,000; allow larger ones"),
    ],
)
def test_mistakes_are_named_in_one_line(
    corpus: Path, tmp_path: Path, run: Run, command: str, arguments: tuple[str, ...], message: str
) -> None:
    outcome = run("corpus", command, corpus, tmp_path / "out", *arguments)
    assert outcome.status != 0
    (line,) = outcome.said
    assert message in line


def test_no_corpus(tmp_path: Path, run: Run) -> None:
    for command in ("shards", "pack"):
        outcome = run("corpus", command, tmp_path, tmp_path / "out")
        assert outcome.status != 0
        (line,) = outcome.said
        assert "holds no corpus; build it with" in line


def test_a_build_without_some_packages(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def build_corpus(
        folder: Path, packages: list[Package], entries: list[Entry], **_: Any
    ) -> object:
        asked.append([package.name for package in packages])
        assert {entry.package for entry in entries} == set(asked[-1])
        return []

    monkeypatch.setattr("soundlasso.corpus.build.build_corpus", build_corpus)
    everything = [package.name for package in all_packages()]
    left_out = ("--without", "libflite1", "--without", "espeak-ng-data")
    assert run("corpus", "build", tmp_path, "-y", *left_out).status == 0
    assert asked.pop() == [x for x in everything if x not in {"libflite1", "espeak-ng-data"}]
    both = ("--package", "libflite1", "--package", "xboard", "--without", "libflite1")
    assert run("corpus", "build", tmp_path, "-y", *both).status == 0
    assert asked.pop() == ["xboard"]
    outcome = run("corpus", "build", tmp_path, "-y", "--without", "libflite")
    assert outcome.status != 0
    assert "the corpus has no package called libflite" in outcome.err
    assert asked == []
