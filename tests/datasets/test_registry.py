"""The data sets by name, and their pages."""

import re
from pathlib import Path

import pytest

from soundlasso.datasets.clip import AbsentError, Clip, Dataset, MixtureRecord
from soundlasso.datasets.registry import DATASETS, iter_records, load_dataset, load_splits
from soundlasso.datasets.report import report_on
from soundlasso.errors import CorpusError, OptionError
from tests.datasets.making import put_json, put_sounds, put_text

DOCS = Path(__file__).parents[2] / "docs" / "datasets"


def _vggsound(folder: Path) -> None:
    put_text(folder / "vggsound.csv", "a,1,dog,train", "b,1,cat,test", "c,1,cat,test")
    put_sounds(folder, "a_000001.wav", "b_000001.wav")


def test_names_are_those_that_the_loaders_give() -> None:
    assert set(DATASETS) == {
        "clotho",
        "audiocaps",
        "wavcaps",
        "auto-acd",
        "audioset",
        "vggsound",
        "fsd50k",
        "esc50",
        "dcase2024",
        "audiosep",
        "hive",
    }
    assert all(entry.about.name == name for name, entry in DATASETS.items())


@pytest.mark.parametrize("name", DATASETS)
def test_an_empty_folder_says_what_was_expected(tmp_path: Path, name: str) -> None:
    about = DATASETS[name].about
    for split in about.splits or ("mine",):
        with pytest.raises(AbsentError) as caught:
            load_dataset(name, tmp_path, split)
        message = str(caught.value)
        assert message.startswith(f"{tmp_path}: holds no ")
        assert f"{about.title} ({split}) needs in that folder: " in message
        assert about.source in message
        assert f"docs/datasets/{name}.md" in message
        assert "{split}" not in message
    with pytest.raises(AbsentError, match="holds no "):
        load_splits(name, tmp_path)


def test_unknown_names_and_splits_list_the_choices(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="no data set is called 'imagenet'; choose one of clotho"):
        load_dataset("imagenet", tmp_path, "train")
    with pytest.raises(OptionError, match="vggsound has no split 'val'; choose one of train, test"):
        load_dataset("vggsound", tmp_path, "val")


def test_sounds_that_are_all_missing(tmp_path: Path) -> None:
    put_text(tmp_path / "vggsound.csv", "a,1,dog,train", "b,1,dog,train")
    with pytest.raises(
        AbsentError, match=r"none of the 2 sounds that are listed \(the first is a_1"
    ):
        load_dataset("vggsound", tmp_path, "train")


def test_all_splits_that_are_there(tmp_path: Path) -> None:
    _vggsound(tmp_path)
    assert [(d.split, len(d)) for d in load_splits("vggsound", tmp_path)] == [
        ("train", 1),
        ("test", 1),
    ]
    (tmp_path / "a_000001.wav").unlink()
    assert [d.split for d in load_splits("vggsound", tmp_path)] == ["test"]


def test_damage_is_not_taken_for_absence(tmp_path: Path) -> None:
    _vggsound(tmp_path)
    put_text(tmp_path / "vggsound.csv", "a,1,dog")
    with pytest.raises(CorpusError, match="line 1 is not a video") as caught:
        load_splits("vggsound", tmp_path)
    assert not isinstance(caught.value, AbsentError)


def test_any_json_file_is_a_split_of_audiosep(tmp_path: Path) -> None:
    for name in ("b", "a"):
        put_json(tmp_path / f"{name}.json", {"data": [{"wav": "x.wav", "caption": name}]})
    put_sounds(tmp_path, "x.wav")
    assert [d.split for d in load_splits("audiosep", tmp_path)] == ["a", "b"]


def test_records_one_after_the_other(tmp_path: Path) -> None:
    _vggsound(tmp_path)
    assert [record.id for record in iter_records("vggsound", tmp_path)] == ["a_1", "b_1"]
    chosen = list(iter_records("vggsound", tmp_path, ["test"]))
    assert [(record.id, record.split) for record in chosen] == [("b_1", "test")]
    with pytest.raises(OptionError, match="has no split 'val'"):
        list(iter_records("vggsound", tmp_path, ["test", "val"]))


def test_clips_come_before_mixtures() -> None:
    clip = Clip("a", "x", "train", Path("a.wav"))
    mixture = MixtureRecord("b", "x", "train", "rain")
    assert list(Dataset("x", "train", clips=(clip,), mixtures=(mixture,))) == [clip, mixture]


def test_reports_count() -> None:
    def clip(id: str, duration: float | None, *words: str) -> Clip:
        return Clip(id, "x", "y", Path(id), captions=words[:1], labels=words[1:], duration=duration)

    clips = (clip("a", 1800.0, "one", "dog"), clip("b", None, "two", "dog"), clip("c", 900.0))
    missing = tuple("defghij")
    report = report_on(Dataset("x", "y", clips=clips, missing=missing))
    assert (report.clips, report.mixtures, report.captions, report.labels) == (3, 0, 2, 1)
    assert (report.hours, report.unknown_durations, report.wordless) == (0.75, 1, 1)
    assert (report.missing, report.missing_first) == (7, tuple("defgh"))
    assert report_on(Dataset("x", "y", clips=clips[1:2])).hours is None


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_has_a_page(name: str) -> None:
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    entry = DATASETS[name]
    assert f"soundlasso datasets check {name} " in page
    assert "## Licence" in page
    for address in re.findall(r"https://\S+", entry.about.source):
        assert address in page
    for split in entry.about.splits:
        assert f"`{split}`" in page
    table = (DOCS / "README.md").read_text(encoding="utf-8")
    assert f"]({name}.md)" in table
