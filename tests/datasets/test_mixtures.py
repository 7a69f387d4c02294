"""Data sets of mixtures: DCASE 2024 Task 9 and Hive."""

import json
from pathlib import Path
from typing import Any

import pytest

from soundlasso.datasets import dcase2024, hive
from soundlasso.datasets.clip import AbsentError, Ingredient, MixtureRecord
from soundlasso.errors import CorpusError, OptionError
from tests.datasets.making import hive_recipe, hive_source, put_json, put_sounds, put_text


def test_the_development_set_has_fsd50k_and_clotho(tmp_path: Path) -> None:
    for part, stem in (("dev", "64760"), ("eval", "37199")):
        entries = [
            {"wav": f"{stem}.wav", "caption": f'A "sound", {part}'},
            {"wav": f"gone {part}.wav", "caption": "a"},
        ]
        put_json(tmp_path / f"fsd50k_{part}_auto_caption.json", {"data": entries})
        put_sounds(tmp_path, f"FSD50K.{part}_audio/{stem}.wav")
    header = "file_name,caption_1,caption_2,caption_3,caption_4,caption_5"
    put_text(tmp_path / "clotho_captions_validation.csv", header, '"a, b.wav",1,2,3,4,5')
    put_sounds(tmp_path, "validation/a, b.wav")
    found = dcase2024.load(tmp_path, "development")
    assert [(clip.id, clip.captions) for clip in found.clips] == [
        ("fsd50k/64760", ('A "sound", dev',)),
        ("fsd50k/37199", ('A "sound", eval',)),
        ("clotho/a, b.wav", ("1", "2", "3", "4", "5")),
    ]
    assert {(clip.dataset, clip.split) for clip in found.clips} == {("dcase2024", "development")}
    assert found.missing == ("fsd50k/gone dev", "fsd50k/gone eval")


def test_clotho_alone_is_a_development_set(tmp_path: Path) -> None:
    header = "file_name,caption_1,caption_2,caption_3,caption_4,caption_5"
    put_text(tmp_path / "clotho_captions_development.csv", header, "a.wav,1,2,3,4,5")
    put_sounds(tmp_path, "development/a.wav")
    assert [c.id for c in dcase2024.load(tmp_path, "development").clips] == ["clotho/a.wav"]


def test_a_development_set_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match=r"holds no fsd50k_dev_auto_caption\.json and no clotho"):
        dcase2024.load(tmp_path, "development")


def test_the_validation_set_has_clips_and_recipes(tmp_path: Path) -> None:
    sounds = tmp_path / "lass_validation"
    put_sounds(sounds, "1.wav", "2.wav")
    put_text(
        tmp_path / "lass_synthetic_validation.csv",
        "source,noise,snr,caption",
        '1,2,-15,"Rain, on a ""tin"" roof"',
        "2,1,7,A dog",
        "2,3,0,A dog",
        encoding="utf-8-sig",
        end="\r\n",
    )
    tags = ["Dog", "Domestic_animals_and_pets"]
    put_json(
        tmp_path / "lass_validation.json",
        [{"Index": 2, "Tags": tags, "Captions": ["a", "b", "c"]}],
    )
    found = dcase2024.load(tmp_path, "validation")
    assert [(clip.id, clip.captions, clip.labels) for clip in found.clips] == [
        ("2", ("a", "b", "c"), ("Dog", "Domestic animals and pets"))
    ]
    assert found.mixtures[0] == MixtureRecord(
        id="0000",
        dataset="dcase2024",
        split="validation",
        query='Rain, on a "tin" roof',
        target=Ingredient(sounds / "1.wav", text='Rain, on a "tin" roof'),
        others=(Ingredient(sounds / "2.wav"),),
        snr=-15.0,
    )
    assert [(mixture.id, mixture.snr) for mixture in found.mixtures] == [("0000", -15), ("0001", 7)]
    assert found.missing == ("3",)


def test_the_validation_set_needs_no_json(tmp_path: Path) -> None:
    put_sounds(tmp_path, "lass_validation/1.wav", "lass_validation/2.wav")
    put_text(tmp_path / "lass_synthetic_validation.csv", "source,noise,snr,caption", "1,2,0,a")
    found = dcase2024.load(tmp_path, "validation")
    assert (len(found.clips), len(found.mixtures), len(found)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("source,noise,snr",), "line 1 should be source,noise,snr,caption"),
        ((), "line 1 should be source,noise,snr,caption"),
        (("source,noise,snr,caption", "1,2,0"), "line 2 is not a source, a noise, an SNR"),
        (("source,noise,snr,caption", "1,2,0,"), "line 2 is not a source, a noise, an SNR"),
        (("source,noise,snr,caption", "1,2,loud,a"), "line 2 has 'loud' for the SNR"),
    ],
)
def test_a_damaged_validation_set(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    put_text(tmp_path / "lass_synthetic_validation.csv", *lines)
    with pytest.raises(CorpusError, match=rf"lass_synthetic_validation\.csv: {message}"):
        dcase2024.load(tmp_path, "validation")


def test_a_validation_set_without_indices(tmp_path: Path) -> None:
    put_text(tmp_path / "lass_synthetic_validation.csv", "source,noise,snr,caption", "1,2,0,a")
    put_json(tmp_path / "lass_validation.json", [{"Captions": ["a"]}])
    with pytest.raises(CorpusError, match=r"lass_validation\.json: entry 1 has no index"):
        dcase2024.load(tmp_path, "validation")


@pytest.mark.parametrize(
    ("split", "table", "folder"),
    [
        ("evaluation-synth", "lass_synthetic_evaluation.csv", "lass_evaluation_synth"),
        ("evaluation-real", "lass_real_evaluation.csv", "lass_evaluation_real"),
    ],
)
def test_the_evaluation_sets_have_mixtures_alone(
    tmp_path: Path, split: str, table: str, folder: str
) -> None:
    put_text(
        tmp_path / table,
        "wav,query",
        '1.wav,"Rain, ""heavy"""',
        "1.wav,A dog",
        "2,A cat",
        "gone.wav,A cat",
    )
    put_sounds(tmp_path, f"{folder}/1.wav", f"{folder}/2.wav", "other/gone.wav")
    found = dcase2024.load(tmp_path, split)
    assert [(m.id, m.mixture, m.query) for m in found.mixtures] == [
        ("0000", tmp_path / folder / "1.wav", 'Rain, "heavy"'),
        ("0001", tmp_path / folder / "1.wav", "A dog"),
        ("0002", tmp_path / folder / "2.wav", "A cat"),
    ]
    assert all(m.target is None and not m.others and m.snr is None for m in found.mixtures)
    assert (found.split, found.missing) == (split, ("gone",))


@pytest.mark.parametrize(("row", "column"), [(",a dog", "wav"), ("1.wav,", "query")])
def test_a_damaged_evaluation_set(tmp_path: Path, row: str, column: str) -> None:
    put_text(tmp_path / "lass_real_evaluation.csv", "wav,query", row)
    put_sounds(tmp_path, "lass_evaluation_real/1.wav")
    with pytest.raises(CorpusError, match=rf"lass_real_evaluation\.csv: line 2 has no {column}"):
        dcase2024.load(tmp_path, "evaluation-real")


def _hive_sounds(folder: Path) -> None:
    put_sounds(folder, "VGGSound/a b,c_000001.wav", "ESC50/audio/1-2-A-3.wav")


def _flat(recipe: dict[str, Any]) -> dict[str, Any]:
    """A recipe as a row of the Parquet files has it."""
    flat = {name: value for name, value in recipe.items() if not isinstance(value, dict)}
    return {**flat, "num_sources": 2, **recipe["dataset_info"], **recipe["mixing_params"]}


@pytest.mark.parametrize("split", ["train", "val", "test"])
@pytest.mark.parametrize("form", ["nested", "flat"])
def test_hive(tmp_path: Path, split: str, form: str) -> None:
    _hive_sounds(tmp_path)
    lost = hive_recipe("lost", sources=[hive_source("AVE/gone.wav", "Bell", "s1")])
    if form == "nested":
        path = tmp_path / "metadata" / split / "2mix" / f"{split}_2mix_metadata_tar0001.json"
        put_json(path, [hive_recipe(), lost])
    else:
        lines = [json.dumps(_flat(recipe)) for recipe in (hive_recipe(), lost)]
        put_text(tmp_path / f"{split}.jsonl", lines[0], "", lines[1])
    found = hive.load(tmp_path, split)
    ocean = Ingredient(
        tmp_path / "VGGSound/a b,c_000001.wav", text="Ocean", start=31.5, duration=4.0, gain=3.5
    )
    dog = Ingredient(
        tmp_path / "ESC50/audio/1-2-A-3.wav", text="Dog", start=31.5, duration=4.0, gain=0.5
    )
    assert found.mixtures == tuple(
        MixtureRecord(
            id=f"sample_00000003/s{index}",
            dataset="hive",
            split=split,
            query=target.text,
            target=target,
            others=(other,),
            gain=0.75,
            rate=44100,
            duration=4.0,
        )
        for index, target, other in ((1, ocean, dog), (2, dog, ocean))
    )
    assert found.missing == ("lost",)


def test_hives_sounds_may_lie_anywhere(tmp_path: Path) -> None:
    put_sounds(tmp_path / "elsewhere", "vgg/a b,c_000001.wav")
    put_sounds(tmp_path / "hive", "ESC50/audio/1-2-A-3.wav")
    put_json(tmp_path / "hive" / "dataset_paths.json", {"VGGSound": "../elsewhere/vgg"})
    put_text(tmp_path / "hive" / "test.jsonl", json.dumps(hive_recipe()))
    first = hive.load(tmp_path / "hive", "test").mixtures[0]
    assert first.target is not None
    assert first.target.audio.resolve() == tmp_path / "elsewhere/vgg/a b,c_000001.wav"


def test_hive_can_be_read_record_by_record(tmp_path: Path) -> None:
    _hive_sounds(tmp_path)
    put_text(tmp_path / "val.jsonl", json.dumps(hive_recipe()), "{ damaged")
    missing: list[str] = []
    records = hive.read_mixtures(tmp_path, "val", missing)
    assert [next(records).query, next(records).query] == ["Ocean", "Dog"]
    with pytest.raises(CorpusError, match=r"val\.jsonl: line 2 is no JSON"):
        next(records)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ([], "line 1 is no object in braces"),
        (hive_recipe(mix_id=None), "line 1 has no mix_id"),
        (hive_recipe(sources=[]), "line 1 has no sources"),
        (hive_recipe(sources=["a"]), "line 1, source 1 is no object in braces"),
        (hive_recipe(sources=[hive_source("", "a", "s1")]), "line 1, source 1 has no path"),
        (hive_recipe(sources=[hive_source("a", "", "s1")]), "line 1, source 1 has no label"),
        (
            hive_recipe(sources=[hive_source("a", "b", "s1", applied_weight=None)]),
            "line 1, source 1 has None for applied_weight",
        ),
        (hive_recipe(mixing_params={}), "has None for global_normalization_factor"),
        (hive_recipe(dataset_info=7), "something else than an object for dataset_info"),
    ],
)
def test_damaged_hive(tmp_path: Path, recipe: object, message: str) -> None:
    _hive_sounds(tmp_path)
    put_text(tmp_path / "test.jsonl", json.dumps(recipe))
    with pytest.raises(CorpusError, match=rf"test\.jsonl: .*{message}"):
        hive.load(tmp_path, "test")


def test_hive_that_is_not_there(tmp_path: Path) -> None:
    for split, table in (("test", "test"), ("val", "validation")):
        nothing = (
            rf"holds no metadata/{split}/.*, no {split}\.jsonl and no {table}/\*\.parquet; Hive"
        )
        with pytest.raises(AbsentError, match=nothing):
            hive.load(tmp_path, split)
    with pytest.raises(AbsentError, match="there is no such folder"):
        hive.load(tmp_path / "none", "test")
    with pytest.raises(OptionError, match="hive has no split 'validation'"):
        hive.load(tmp_path, "validation")


def test_damaged_paths_of_hive(tmp_path: Path) -> None:
    put_text(tmp_path / "test.jsonl", json.dumps(hive_recipe()))
    put_json(tmp_path / "dataset_paths.json", {"VGGSound": 7})
    with pytest.raises(CorpusError, match=r"dataset_paths\.json: should have the form"):
        hive.load(tmp_path, "test")
