"""Data sets of labels: AudioSet, VGGSound, FSD50K and ESC-50."""

from pathlib import Path

import pytest

from soundlasso.datasets import audioset, esc50, fsd50k, vggsound
from soundlasso.datasets.clip import AbsentError, Clip
from soundlasso.errors import CorpusError
from tests.datasets.making import put_json, put_sounds, put_text

AUDIOSET_COMMENTS = (
    "# Segments csv created Sun Mar  5 10:54:31 2017",
    "# num_ytids=2, num_segs=2, num_unique_labels=2, num_positive_labels=3",
    "# YTID, start_seconds, end_seconds, positive_labels",
)
AUDIOSET_NAMES = (
    "index,mid,display_name",
    "0,/m/09x0r,Speech",
    '1,/m/0ytgt,"Child speech, kid speaking"',
)


@pytest.mark.parametrize("split", audioset.ABOUT.splits)
@pytest.mark.parametrize("name", ["Y-1ab_cDEF-g", "-1ab_cDEF-g", "-1ab_cDEF-g_30000_39500"])
def test_audioset(tmp_path: Path, split: str, name: str) -> None:
    put_text(
        tmp_path / f"{split}_segments.csv",
        *AUDIOSET_COMMENTS,
        '-1ab_cDEF-g, 30.000, 39.500, "/m/09x0r,/m/0ytgt"',
        'gone0000000, 0.000, 10.000, "/m/09x0r"',
    )
    put_text(tmp_path / "class_labels_indices.csv", *AUDIOSET_NAMES)
    put_sounds(tmp_path, f"somewhere/{name}.wav")
    found = audioset.load(tmp_path, split)
    assert found.clips == (
        Clip(
            id="-1ab_cDEF-g",
            dataset="audioset",
            split=split,
            audio=tmp_path / f"somewhere/{name}.wav",
            labels=("Speech", "Child speech, kid speaking"),
            start=30.0,
            duration=9.5,
        ),
    )
    assert found.missing == ("gone0000000",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('abcdefghijk, 0.0, 10.0, "/m/other"', r"line 4 has the label '/m/other', which is not in"),
        ("abcdefghijk, 0.0, 10.0", "line 4 is not a video, two times and labels"),
        (', 0.0, 10.0, "/m/09x0r"', "line 4 is not a video, two times and labels"),
        ('abcdefghijk, x, 10.0, "/m/09x0r"', "line 4 has 'x' for start_seconds"),
        ('abcdefghijk, 0.0, x, "/m/09x0r"', "line 4 has 'x' for end_seconds"),
    ],
)
def test_damaged_audioset(tmp_path: Path, row: str, message: str) -> None:
    put_text(tmp_path / "eval_segments.csv", *AUDIOSET_COMMENTS, row)
    put_text(tmp_path / "class_labels_indices.csv", *AUDIOSET_NAMES)
    with pytest.raises(CorpusError, match=rf"eval_segments\.csv: {message}"):
        audioset.load(tmp_path, "eval")


def test_audioset_needs_the_names_of_its_labels(tmp_path: Path) -> None:
    put_text(tmp_path / "eval_segments.csv", *AUDIOSET_COMMENTS, 'a, 0, 1, "/m/09x0r"')
    with pytest.raises(AbsentError, match=r"holds no class_labels_indices\.csv"):
        audioset.load(tmp_path, "eval")


@pytest.mark.parametrize(("split", "index"), [("train", 0), ("test", 1)])
def test_vggsound(tmp_path: Path, split: str, index: int) -> None:
    put_text(
        tmp_path / "vggsound.csv",
        '---g-f_I2yQ,1,"bird chirping, tweeting",train',
        "--i-y1v8Hy8,0,people marching,test",
        "gone0000000,7,people marching,train",
        "gone0000001,7,people marching,test",
        end="\r\n",
    )
    put_sounds(tmp_path, "video/---g-f_I2yQ_000001.wav", "video/--i-y1v8Hy8_000000.wav")
    found = vggsound.load(tmp_path, split)
    (clip,) = found.clips
    assert clip.id == ("---g-f_I2yQ_1", "--i-y1v8Hy8_0")[index]
    assert clip.labels == (("bird chirping, tweeting",), ("people marching",))[index]
    assert (clip.start, clip.duration) == (1.0 - index, 10.0)
    assert clip.audio.stem == ("---g-f_I2yQ_000001", "--i-y1v8Hy8_000000")[index]
    assert found.missing == (f"gone000000{index}_7",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,1,bird chirping, tweeting,train", "line 2 is not a video, a time, a label"),
        ("a,1,dog,valid", "line 2 is not a video, a time, a label and train or test"),
        (",1,dog,train", "line 2 is not a video"),
        ("a,one,dog,train", "line 2 has 'one' for its start"),
    ],
)
def test_damaged_vggsound(tmp_path: Path, row: str, message: str) -> None:
    put_text(tmp_path / "vggsound.csv", "a,1,dog,train", row)
    with pytest.raises(CorpusError, match=rf"vggsound\.csv: {message}"):
        vggsound.load(tmp_path, "train")


def test_a_table_without_the_split(tmp_path: Path) -> None:
    put_text(tmp_path / "vggsound.csv", "a,1,dog,train")
    with pytest.raises(AbsentError, match="its table lists nothing for this split"):
        vggsound.load(tmp_path, "test")


def _fsd50k(folder: Path) -> None:
    truth = folder / "FSD50K.ground_truth"
    put_text(
        truth / "dev.csv",
        "fname,labels,mids,split",
        '64760,"Electric_guitar,Guitar,Music","/m/02sgy,/m/0342h,/m/04rlf",train',
        "16399,Bark,/m/05tny_,val",
        "1,Bark,/m/05tny_,train",
        "2,Bark,/m/05tny_,val",
    )
    put_text(truth / "eval.csv", "fname,labels,mids", "16399,Bark,/m/05tny_", "3,Bark,/m/05tny_")
    put_json(
        folder / "FSD50K.metadata" / "dev_clips_info_FSD50K.json",
        {"64760": {"title": "a", "license": "http://zero/1.0/"}, "16399": {"license": None}},
    )
    put_sounds(folder, "FSD50K.dev_audio/64760.wav", "FSD50K.dev_audio/16399.wav")
    put_sounds(folder, "FSD50K.eval_audio/16399.wav")


@pytest.mark.parametrize(
    ("split", "file", "labels", "licence", "missing"),
    [
        ("train", "dev_audio/64760", ("Electric guitar", "Guitar", "Music"), "http://zero/1.0/", 1),
        ("val", "dev_audio/16399", ("Bark",), None, 2),
        ("eval", "eval_audio/16399", ("Bark",), None, 3),
    ],
)
def test_fsd50k(
    tmp_path: Path,
    split: str,
    file: str,
    labels: tuple[str, ...],
    licence: str | None,
    missing: int,
) -> None:
    _fsd50k(tmp_path)
    found = fsd50k.load(tmp_path, split)
    assert found.clips == (
        Clip(
            id=file.rpartition("/")[2],
            dataset="fsd50k",
            split=split,
            audio=tmp_path / f"FSD50K.{file}.wav",
            labels=labels,
            licence=licence,
        ),
    )
    assert found.missing == (str(missing),)


def test_damaged_fsd50k(tmp_path: Path) -> None:
    _fsd50k(tmp_path)
    put_json(tmp_path / "FSD50K.metadata" / "dev_clips_info_FSD50K.json", ["a"])
    with pytest.raises(CorpusError, match=r"dev_clips_info_FSD50K\.json: should have the form"):
        fsd50k.load(tmp_path, "train")
    table = tmp_path / "FSD50K.ground_truth" / "eval.csv"
    put_text(table, "fname,labels,mids", ",Bark,/m/05tny_")
    with pytest.raises(CorpusError, match=r"eval\.csv: line 2 has no fname"):
        fsd50k.load(tmp_path, "eval")
    (tmp_path / "FSD50K.metadata" / "dev_clips_info_FSD50K.json").unlink()
    put_text(table.with_name("dev.csv"), "fname,labels,mids,split", "1,Bark,/m/05tny_,dev")
    with pytest.raises(CorpusError, match=r"dev\.csv: line 2 has neither train nor val"):
        fsd50k.load(tmp_path, "val")


ESC50_HEADER = "filename,fold,target,category,esc10,src_file,take"


@pytest.mark.parametrize("fold", [1, 2, 3, 4, 5])
def test_esc50(tmp_path: Path, fold: int) -> None:
    rows = [
        f"{f}-100032-A-0.wav,{f},0,dog,True,100032,A\n"
        f"{f}-100038-A-14.wav,{f},14,chirping_birds,False,100038,A\n"
        f"{f}-7-A-14.wav,{f},14,chirping_birds,False,7,A"
        for f in range(1, 6)
    ]
    put_text(tmp_path / "ESC-50-master" / "meta" / "esc50.csv", ESC50_HEADER, *rows)
    audio = tmp_path / "ESC-50-master" / "audio"
    put_sounds(audio, f"{fold}-100032-A-0.wav", f"{fold}-100038-A-14.wav")
    found = esc50.load(tmp_path, f"fold{fold}")
    assert [(clip.id, clip.labels, clip.licence) for clip in found.clips] == [
        (f"{fold}-100032-A-0.wav", ("dog",), "CC BY"),
        (f"{fold}-100038-A-14.wav", ("chirping birds",), "CC BY-NC 3.0"),
    ]
    assert {clip.duration for clip in found.clips} == {5.0}
    assert {clip.audio.parent for clip in found.clips} == {audio}
    assert found.missing == (f"{fold}-7-A-14.wav",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",1,0,dog,True,1,A", "line 2 has no filename"),
        ("a.wav,6,0,dog,True,1,A", "line 2 has '6' for its fold, not 1 to 5"),
    ],
)
def test_damaged_esc50(tmp_path: Path, row: str, message: str) -> None:
    put_text(tmp_path / "meta" / "esc50.csv", ESC50_HEADER, row)
    with pytest.raises(CorpusError, match=rf"esc50\.csv: {message}"):
        esc50.load(tmp_path, "fold1")
