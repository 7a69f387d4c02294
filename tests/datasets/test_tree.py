"""Finding tables and sounds wherever they lie."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from soundlasso.datasets.clip import AbsentError
from soundlasso.datasets.tree import Tree, is_sound
from soundlasso.datasets.youtube import clip_names
from soundlasso.errors import CorpusError
from tests.datasets.making import put_sounds, put_text


def test_tables_and_sounds_at_any_depth(tmp_path: Path) -> None:
    put_sounds(tmp_path, "x/y/a.wav", "b.FLAC")
    put_text(tmp_path / "x" / "train.csv", "a")
    tree = Tree(tmp_path)
    assert tree.audio(["a"]) == tmp_path / "x/y/a.wav"
    assert tree.audio(["none", "b"]) == tmp_path / "b.FLAC"
    assert tree.audio(["none"]) is None
    assert tree.table("train.csv") == tmp_path / "x/train.csv"
    assert tree.table("b.FLAC") is None


def test_the_least_nested_table_wins(tmp_path: Path) -> None:
    put_text(tmp_path / "a" / "b" / "train.csv", "deep")
    put_text(tmp_path / "z" / "train.csv", "less deep")
    assert Tree(tmp_path).table("train.csv") == tmp_path / "z/train.csv"


def test_of_equally_nested_tables_the_first_by_name_wins(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        put_text(tmp_path / name / "train.csv", name)
    assert Tree(tmp_path).table("train.csv") == tmp_path / "a/train.csv"


def test_folders_tell_equal_names_apart(tmp_path: Path) -> None:
    put_sounds(tmp_path, "one/deep/7.wav", "two/7.wav")
    tree = Tree(tmp_path)
    assert tree.audio(["7"], under=("two",)) == tmp_path / "two/7.wav"
    assert tree.audio(["7"], under=("one", "other")) == tmp_path / "one/deep/7.wav"
    assert tree.audio(["7"], under=("three",)) is None


def test_the_first_name_wins_then_the_better_format(tmp_path: Path) -> None:
    put_sounds(tmp_path, "b.flac", "b.wav", "c.wav")
    (tmp_path / "b.mp3").write_bytes(b"x")
    tree = Tree(tmp_path)
    assert tree.audio(["b", "c"]) == tmp_path / "b.wav"
    assert tree.audio(["c", "b"]) == tmp_path / "c.wav"


def test_empty_and_hidden_files_are_no_sounds(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "._b.wav").write_bytes(b"Mac OS X")
    assert Tree(tmp_path).audio(["a", "._b"]) is None
    put_sounds(tmp_path, "a.flac")
    assert Tree(tmp_path).audio(["a"]) == tmp_path / "a.flac"


def test_accents_match_however_they_are_written(tmp_path: Path) -> None:
    put_sounds(tmp_path, unicodedata.normalize("NFD", "vögel.wav"))
    assert Tree(tmp_path).audio([unicodedata.normalize("NFC", "vögel")]) is not None


def test_outer_spaces_do_not_matter(tmp_path: Path) -> None:
    put_sounds(tmp_path, " rain .wav")
    assert Tree(tmp_path).audio(["rain"]) == tmp_path / " rain .wav"


def test_links_are_followed_once(tmp_path: Path) -> None:
    put_sounds(tmp_path / "elsewhere", "a.wav")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "audio").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "up").symlink_to(tmp_path / "here")
    assert Tree(tmp_path / "here").audio(["a"]) == tmp_path / "here/audio/a.wav"


def test_folders_that_are_not_there_or_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AbsentError, match="none: there is no such folder"):
        Tree(tmp_path / "none")
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refuse(path: Any) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CorpusError, match="closed: cannot be read: Permission denied"):
        Tree(tmp_path)


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    assert not is_sound(tmp_path / ("a" * 1000))
    assert not is_sound(tmp_path / "a\0b")
    assert not is_sound(tmp_path)


def test_names_of_clips_of_videos() -> None:
    names = clip_names("-0PQM4-hqg_", 30.0, 40.0)
    for name in (
        "-0PQM4-hqg_",
        "Y-0PQM4-hqg_",
        "-0PQM4-hqg__000030",
        "-0PQM4-hqg__30",
        "-0PQM4-hqg__30.000",
        "-0PQM4-hqg__30_40",
        "-0PQM4-hqg__30000_40000",
    ):
        assert name in names
    # Another clip of the same video must not be taken for this one.
    assert names.index("-0PQM4-hqg__000030") < names.index("Y-0PQM4-hqg_")
    assert clip_names("-0PQM4-hqg_") == ["Y-0PQM4-hqg_", "-0PQM4-hqg_"]
