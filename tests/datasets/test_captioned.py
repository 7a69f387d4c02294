"""Data sets of captions: Clotho, AudioCaps, WavCaps, Auto-ACD and AudioSep's JSON."""

from pathlib import Path
from typing import Any

import pytest

from soundlasso.datasets import audiocaps, audiosep, auto_acd, clotho, wavcaps
from soundlasso.datasets.clip import AbsentError, Clip
from soundlasso.errors import CorpusError, OptionError
from tests.datasets.making import put_json, put_sounds, put_text

CLOTHO_HEADER = "file_name,caption_1,caption_2,caption_3,caption_4,caption_5"
CLOTHO_NOTES = (
    "file_name,keywords,sound_id,sound_link,start_end_samples,manufacturer,license",
    '"Rain, ""heavy"", roof.wav",rain;roof;water,1,https://x/1,"[44100, 926100]",me,http://by/3.0/',
    "plain.wav,rain; ;rain,Not found,,,me,",
)
AUDIOCAPS_HEADER = "audiocap_id,youtube_id,start_time,caption"


def _clotho(folder: Path, split: str = "development") -> None:
    put_text(
        folder / f"clotho_captions_{split}.csv",
        CLOTHO_HEADER,
        '"Rain, ""heavy"", roof.wav","It rains, hard.",b,c,d,e',
        "plain.wav,a,b,c,d,",
        "lost one.wav,a,b,c,d,e",
        end="\r\n",
    )
    put_sounds(folder, f'{split}/Rain, "heavy", roof.wav', f"{split}/plain.wav")


@pytest.mark.parametrize("split", clotho.ABOUT.splits)
def test_clotho(tmp_path: Path, split: str) -> None:
    _clotho(tmp_path, split)
    put_text(tmp_path / f"clotho_metadata_{split}.csv", *CLOTHO_NOTES)
    found = clotho.load(tmp_path, split)
    assert (found.name, found.split, found.missing) == ("clotho", split, ("lost one.wav",))
    assert found.clips == (
        Clip(
            id='Rain, "heavy", roof.wav',
            dataset="clotho",
            split=split,
            audio=tmp_path / split / 'Rain, "heavy", roof.wav',
            captions=("It rains, hard.", "b", "c", "d", "e"),
            labels=("rain", "roof", "water"),
            licence="http://by/3.0/",
            start=1.0,
            duration=20.0,
        ),
        Clip(
            id="plain.wav",
            dataset="clotho",
            split=split,
            audio=tmp_path / split / "plain.wav",
            captions=("a", "b", "c", "d"),
            labels=("rain",),
        ),
    )


def test_clotho_without_metadata(tmp_path: Path) -> None:
    _clotho(tmp_path)
    clip = clotho.load(tmp_path, "development").clips[0]
    assert (clip.labels, clip.licence, clip.start, clip.duration) == ((), None, None, None)


def test_clothos_splits_do_not_share_sounds(tmp_path: Path) -> None:
    _clotho(tmp_path, "development")
    put_text(tmp_path / "clotho_captions_validation.csv", CLOTHO_HEADER, "plain.wav,a,b,c,d,e")
    with pytest.raises(AbsentError, match="holds none of the 1 sounds"):
        clotho.load(tmp_path, "validation")
    put_sounds(tmp_path, "clotho_audio_validation/plain.wav")
    clips = clotho.load(tmp_path, "validation").clips
    assert [clip.audio.parent.name for clip in clips] == ["clotho_audio_validation"]


def test_clothos_tables_are_not_all_utf_8(tmp_path: Path) -> None:
    put_sounds(tmp_path, "evaluation/a.wav")
    put_text(
        tmp_path / "clotho_captions_evaluation.csv",
        CLOTHO_HEADER,
        "a.wav,Voilà,b,c,d,e",
        encoding="latin-1",
    )
    assert clotho.load(tmp_path, "evaluation").clips[0].captions[0] == "Voilà"


def test_a_clotho_table_that_was_cut_off(tmp_path: Path) -> None:
    path = put_text(tmp_path / "clotho_captions_development.csv", CLOTHO_HEADER, "a.wav,b,c")
    with pytest.raises(CorpusError, match=r"development\.csv: line 2 has 3 fields instead of 6"):
        clotho.load(tmp_path, "development")
    put_text(path, CLOTHO_HEADER, ",a,b,c,d,e")
    with pytest.raises(CorpusError, match=r"development\.csv: line 2 has no file_name"):
        clotho.load(tmp_path, "development")


@pytest.mark.parametrize("name", ["Yabc-_123456", "abc-_123456_30", "91139", "abc-_123456_000030"])
def test_audiocaps_finds_clips_by_any_name(tmp_path: Path, name: str) -> None:
    put_text(
        tmp_path / "dataset" / "train.csv",
        AUDIOCAPS_HEADER,
        '91139,abc-_123456,30,"Rapping, ""doors"""',
        "2,gone0000000,0,A man talks",
        encoding="utf-8-sig",
    )
    put_sounds(tmp_path, f"audio/{name}.wav")
    found = audiocaps.load(tmp_path, "train")
    assert found.clips == (
        Clip(
            id="abc-_123456_30",
            dataset="audiocaps",
            split="train",
            audio=tmp_path / f"audio/{name}.wav",
            captions=('Rapping, "doors"',),
            start=30.0,
            duration=10.0,
        ),
    )
    assert found.missing == ("gone0000000_0",)


@pytest.mark.parametrize("split", ["val", "test"])
def test_audiocaps_puts_the_captions_of_a_clip_together(tmp_path: Path, split: str) -> None:
    rows = [f"{index},abcdefghijk,10,caption {index}" for index in range(5)]
    rows.insert(2, "9,abcdefghijk,90,of another clip")
    put_text(tmp_path / f"{split}.csv", AUDIOCAPS_HEADER, *rows)
    put_sounds(tmp_path, "abcdefghijk_10.wav", "abcdefghijk_90.wav")
    found = audiocaps.load(tmp_path, split)
    assert [clip.id for clip in found.clips] == ["abcdefghijk_10", "abcdefghijk_90"]
    assert found.clips[0].captions == tuple(f"caption {index}" for index in range(5))
    assert found.clips[1].captions == ("of another clip",)
    assert found.clips[1].audio.name == "abcdefghijk_90.wav"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1,abcdefghijk,soon,a", "line 2 has 'soon' for start_time"),
        ("1,,10,a", "line 2 has no youtube_id"),
        (",abcdefghijk,10,a", "line 2 has no audiocap_id"),
        ("1,abcdefghijk,10", "line 2 has 3 fields"),
    ],
)
def test_damaged_audiocaps(tmp_path: Path, row: str, message: str) -> None:
    put_text(tmp_path / "train.csv", AUDIOCAPS_HEADER, row)
    with pytest.raises(CorpusError, match=message):
        audiocaps.load(tmp_path, "train")


WAVCAPS: dict[str, tuple[str, dict[str, Any], str]] = {
    "AudioSet_SL": ("as_final.json", {"id": "Yabcdefghijk.wav", "audio": "wav"}, "Yabcdefghijk"),
    "BBC_Sound_Effects": ("bbc_final.json", {"id": "NHU1", "category": "Nature"}, "NHU1"),
    "FreeSound": ("fsd_final.json", {"id": "7", "tags": ["rain", "été"]}, "7"),
    "SoundBible": ("sb_final.json", {"id": 7, "title": "Rain"}, "7"),
}


def _wavcaps(folder: Path, split: str) -> None:
    name, entry, stem = WAVCAPS[split]
    entries = [
        {"caption": 'Rain, "heavy".', "duration": 9.5, **entry},
        {"caption": "Gone.", "duration": 1, "id": "8"},
    ]
    put_json(folder / "json_files" / split / name, {"num_captions_per_audio": 1, "data": entries})
    put_sounds(folder, f"unpacked/mnt/{split}_flac/{stem}.flac")


@pytest.mark.parametrize("split", wavcaps.ABOUT.splits)
def test_wavcaps(tmp_path: Path, split: str) -> None:
    for other in WAVCAPS:
        _wavcaps(tmp_path, other)
    found = wavcaps.load(tmp_path, split)
    (clip,) = found.clips
    assert clip.id == str(WAVCAPS[split][1]["id"])
    assert clip.audio == tmp_path / "unpacked/mnt" / f"{split}_flac" / f"{WAVCAPS[split][2]}.flac"
    assert (clip.captions, clip.duration) == (('Rain, "heavy".',), 9.5)
    labels = {"FreeSound": ("rain", "été"), "BBC_Sound_Effects": ("Nature",)}
    assert clip.labels == labels.get(split, ())
    assert found.missing == ("8",)


def test_damaged_wavcaps(tmp_path: Path) -> None:
    path = put_json(tmp_path / "sb_final.json", {"data": [{"id": "1"}, {"caption": "a"}]})
    with pytest.raises(CorpusError, match=r"sb_final\.json: entry 2 has no id"):
        wavcaps.load(tmp_path, "SoundBible")
    put_json(path, {"data": [{"id": "1", "duration": "long"}]})
    with pytest.raises(CorpusError, match=r"entry 1 has 'long' for duration"):
        wavcaps.load(tmp_path, "SoundBible")
    put_text(path, '{"data": [', '{"id": "1", ')
    with pytest.raises(CorpusError, match=r"sb_final\.json: line 3 is no JSON"):
        wavcaps.load(tmp_path, "SoundBible")


@pytest.mark.parametrize("split", ["train", "test"])
def test_auto_acd(tmp_path: Path, split: str) -> None:
    put_text(
        tmp_path / f"{split}.csv",
        "youtube_id,caption",
        'oPRC3zComfA_000117,"Wind, then a ""thud""."',
        "oPRC3zComfA_000117,Wind blows.",
        "abcd_123456,Of AudioSet.",
        "Ybcdefghij_1,Marked.",
        "cB2ZVjpnA,Its dashes are lost.",
        "gone0000000,Gone.",
    )
    names = ("oPRC3zComfA_000117", "abcd_123456", "Ybcdefghij_1", "Y--cB2ZVjpnA")
    put_sounds(tmp_path, *(f"audio/{name}.flac" for name in names))
    found = auto_acd.load(tmp_path, split)
    assert [clip.audio.stem for clip in found.clips] == list(names)
    assert found.clips[0].captions == ('Wind, then a "thud".', "Wind blows.")
    assert [clip.start for clip in found.clips] == [117.0, None, None, None]
    assert found.missing == ("gone0000000",)
    assert {clip.split for clip in found.clips} == {split}


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("Yabcdefghijk", "abcdefghijk"),
        ("abcdefghijk", "Yabcdefghijk"),
        ("abcdefghijk_000005", "abcdefghijk_5"),
        ("Yabcdefghijk_000005", "abcdefghijk"),
    ],
)
def test_auto_acd_ids_and_files_need_not_agree(tmp_path: Path, id: str, name: str) -> None:
    put_text(tmp_path / "train.csv", "youtube_id,caption", f"{id},a")
    put_sounds(tmp_path, f"{name}.wav")
    assert auto_acd.load(tmp_path, "train").clips[0].audio.stem == name


def test_damaged_auto_acd(tmp_path: Path) -> None:
    path = put_text(tmp_path / "train.csv", "youtube_id,caption", ",a")
    with pytest.raises(CorpusError, match=r"train\.csv: line 2 has no youtube_id"):
        auto_acd.load(tmp_path, "train")
    # AudioCaps' table has the same name.
    put_text(path, "audiocap_id,id,start_time,caption", "1,a,2,b")
    with pytest.raises(CorpusError, match="line 1 names no column youtube_id"):
        auto_acd.load(tmp_path, "train")


def test_audiosep(tmp_path: Path) -> None:
    put_sounds(tmp_path, "lists/x/a, b.wav", "elsewhere/é.wav")
    entries = [
        {"wav": "x/a, b.wav", "caption": 'Rain, "heavy"'},
        {"wav": str(tmp_path / "elsewhere/é.wav"), "caption": "b"},
        {"wav": "x/a, b.wav", "caption": "It rains"},
        {"wav": "x/gone.wav", "caption": "c"},
    ]
    put_json(tmp_path / "lists" / "my list.json", {"data": entries})
    found = audiosep.load(tmp_path / "lists", "my list")
    assert [clip.audio for clip in found.clips] == [
        tmp_path / "lists/x/a, b.wav",
        tmp_path / "elsewhere/é.wav",
    ]
    assert found.clips[0].captions == ('Rain, "heavy"', "It rains")
    assert (found.split, found.missing) == ("my list", ("x/gone.wav",))


def test_damaged_audiosep(tmp_path: Path) -> None:
    put_json(tmp_path / "a.json", [{"wav": "a"}])
    with pytest.raises(CorpusError, match=r'a\.json: should have the form \{"data"'):
        audiosep.load(tmp_path, "a")
    put_json(tmp_path / "a.json", {"data": [{"audio": "a"}]})
    with pytest.raises(CorpusError, match=r"a\.json: entry 1 has no wav"):
        audiosep.load(tmp_path, "a")
    put_json(tmp_path / "a.json", {"data": [{"wav": "a", "caption": 7}]})
    with pytest.raises(CorpusError, match="entry 1 has something else than text for caption"):
        audiosep.load(tmp_path, "a")
    with pytest.raises(AbsentError, match=r"holds no b\.json"):
        audiosep.load(tmp_path, "b")


def test_loaders_know_their_splits(tmp_path: Path) -> None:
    for module in (clotho, audiocaps, wavcaps, auto_acd):
        with pytest.raises(OptionError, match=r"has no split 'dev'; choose one of"):
            module.load(tmp_path, "dev")
