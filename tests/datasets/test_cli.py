"""``soundlasso datasets``."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from soundlasso.datasets.registry import DATASETS
from tests.cli.conftest import Outcome
from tests.datasets.making import hive_recipe, put_json, put_sounds, put_text

Run = Callable[..., Outcome]


def _vggsound(folder: Path) -> None:
    lost = [f"lost{index},1,cat,test" for index in range(7)]
    put_text(folder / "vggsound.csv", "a,1,dog,train", "b,1,cat,test", *lost)
    put_sounds(folder, "a_000001.wav", "b_000001.wav")


def test_list_names_every_data_set(run: Run) -> None:
    result = run("datasets", "list")
    assert result.status == 0
    for entry in DATASETS.values():
        about = entry.about
        paragraph = (
            f"{about.name}: {about.title}",
            f"  splits   {', '.join(about.splits) or 'any JSON file'}",
            f"  words    {about.words}",
            f"  licence  {about.licence}",
            f"  source   {about.source}",
        )
        assert "\n".join(paragraph) + "\n" in result.out


def test_check_reports_each_split(run: Run, tmp_path: Path) -> None:
    _vggsound(tmp_path)
    result = run("datasets", "check", "vggsound", tmp_path)
    assert result.status == 0
    assert result.out.splitlines() == [
        "vggsound train",
        "  1 clips, 0.0 hours, 0 captions, 1 labels",
        "vggsound test",
        "  1 clips, 0.0 hours, 0 captions, 1 labels",
        "  7 missing: lost0_1, lost1_1, lost2_1, lost3_1, lost4_1, ...",
    ]


def test_check_of_one_split(run: Run, tmp_path: Path) -> None:
    _vggsound(tmp_path)
    result = run("datasets", "check", "vggsound", tmp_path, "--split", "train")
    assert result.status == 0
    assert "vggsound train" in result.out
    assert "test" not in result.out


def test_check_as_json(run: Run, tmp_path: Path) -> None:
    _vggsound(tmp_path)
    result = run("datasets", "check", "vggsound", tmp_path, "--json", "--split", "test")
    assert json.loads(result.out) == [
        {
            "name": "vggsound",
            "split": "test",
            "clips": 1,
            "hours": 10 / 3600,
            "unknown_durations": 0,
            "captions": 0,
            "labels": 1,
            "wordless": 0,
            "mixtures": 0,
            "missing": 7,
            "missing_first": [f"lost{index}_1" for index in range(5)],
        }
    ]


def test_check_says_what_is_unknown(run: Run, tmp_path: Path) -> None:
    put_json(tmp_path / "a.json", {"data": [{"wav": "x.wav"}]})
    put_sounds(tmp_path, "x.wav")
    result = run("datasets", "check", "audiosep", tmp_path)
    assert result.out.splitlines() == [
        "audiosep a",
        "  1 clips, hours unknown, 0 captions, 0 labels",
        "  1 clips have neither caption nor label",
    ]
    entries = [{"id": "1", "caption": "a", "duration": 7200}, {"id": "2", "caption": "b"}]
    put_json(tmp_path / "sb_final.json", {"data": entries})
    put_sounds(tmp_path, "SoundBible_flac/1.flac", "SoundBible_flac/2.flac")
    result = run("datasets", "check", "wavcaps", tmp_path)
    assert "  2 clips, at least 2.0 hours, 2 captions, 0 labels" in result.out


def test_check_counts_mixtures(run: Run, tmp_path: Path) -> None:
    put_text(tmp_path / "test.jsonl", json.dumps(hive_recipe()))
    put_sounds(tmp_path, "VGGSound/a b,c_000001.wav", "ESC50/audio/1-2-A-3.wav")
    result = run("datasets", "check", "hive", tmp_path)
    assert result.out.splitlines() == [
        "hive test",
        "  2 mixtures",
        "not there: train, val; --split says what each needs",
    ]


def test_errors_are_one_line(run: Run, tmp_path: Path) -> None:
    for arguments, message in (
        (("imagenet", tmp_path), "no data set is called 'imagenet'; choose one of clotho"),
        (("clotho", tmp_path, "--split", "dev"), "clotho has no split 'dev'; choose one of"),
        (("clotho", tmp_path), "holds no clotho_captions_development.csv; Clotho v2"),
        (("clotho", tmp_path / "none"), "there is no such folder"),
        (("audiosep", tmp_path / "none"), "there is no such folder"),
    ):
        result = run("datasets", "check", *arguments)
        assert result.status == 1
        (line,) = result.said
        assert line.startswith("soundlasso: ")
        assert message in line


def test_loaders_need_no_heavy_packages() -> None:
    code = "import sys, soundlasso.datasets.registry; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    loaded = set(printed.decode().split())
    assert "soundlasso.datasets.hive" in loaded
    assert not {"torch", "numpy", "soundfile", "pandas"} & loaded
