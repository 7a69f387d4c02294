"""Sets that others published, laid out as their releases are, with made-up sounds."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.published import PROTOCOLS, PublishedSet, mix_at, open_published
from soundlasso.evaluation.report import markdown, text_table
from soundlasso.evaluation.score import Item
from tests.conftest import noise

Run = Callable[..., Any]


def sound(
    path: Path, seed: int, *, rate: int = 32_000, seconds: float = 0.5, channels: int = 1
) -> np.ndarray:
    """Writes noise that no other seed makes, and gives it, ``C T``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = noise(channels, round(seconds * rate), seed)
    soundfile.write(path, samples.T, rate, subtype="FLOAT")
    return samples


def table(path: Path, *rows: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def power(samples: np.ndarray) -> float:
    return 10 * float(np.log10(np.square(samples, dtype=np.float64).mean()))


CLOTHO = (
    ("idx", "caption", "src_wav", "noise_wav1", "noise_wav1"),
    ("0", 'A machine whines, and "squeals".', "Santa Motor.wav", "09-07, river.wav", "air.wav"),
    ("1", "Someone trims the bushes.", "Santa Motor.wav", "Room 'tone' .wav", "sand, paper.wav"),
)


@pytest.fixture
def clotho(tmp_path: Path) -> Path:
    table(tmp_path / "metadata" / "clotho_eval.csv", *CLOTHO)
    for number in (0, 1):
        sound(tmp_path / "data" / "clotho" / f"segment-{number}.wav", number)
        sound(tmp_path / "data" / "clotho" / f"mixture-{number}.wav", 10 + number)
    return tmp_path


def test_audiosep_by_number(clotho: Path) -> None:
    found = open_published("audiosep-clotho", clotho)
    assert found.missing_queries == 0
    first, second = found.items()
    (question,) = first.questions
    assert question.query == 'A machine whines, and "squeals".'
    assert question.notes["id"] == "0"
    assert (first.source, second.source) == ("Santa Motor.wav", "Santa Motor.wav")
    assert question.notes["mixture_file"] == str(clotho / "data" / "clotho" / "mixture-0.wav")
    assert second.sample_rate == 32_000
    assert second.target is not None
    np.testing.assert_array_equal(second.target, noise(1, 16_000, 1))
    np.testing.assert_array_equal(second.mixture, noise(1, 16_000, 11))


@pytest.mark.parametrize("inside", ["evaluation", "."])
def test_audiosep_in_the_repository_or_its_folder(tmp_path: Path, inside: str) -> None:
    table(tmp_path / inside / "metadata" / "audiocaps_eval.csv", *CLOTHO)
    for name in ("segment-0.wav", "mixture-0.wav"):
        sound(tmp_path / inside / "data" / "audiocaps" / name, 1)
    assert len(open_published("audiosep-audiocaps", tmp_path).entries) == 1


def test_audiosep_is_mono_at_32_khz(clotho: Path) -> None:
    folder = clotho / "data" / "clotho"
    both = sound(folder / "mixture-0.wav", 3, rate=44_100, channels=2)
    one = sound(folder / "segment-0.wav", 4, rate=44_100)
    item = next(iter(open_published("audiosep-clotho", clotho).items()))
    assert item.target is not None
    expected = soxr.resample(both.mean(axis=0), 44_100, 32_000)
    np.testing.assert_allclose(item.mixture[0, : len(expected)], expected, atol=1e-6)
    expected = soxr.resample(one[0], 44_100, 32_000)
    np.testing.assert_allclose(item.target[0, : len(expected)], expected, atol=1e-6)
    # 22,050 samples at 44.1 kHz are exactly half a second.
    assert item.mixture.shape == (1, 16_000)


def test_lengths_are_rounded_up_as_librosa_does(clotho: Path) -> None:
    for name in ("mixture-0.wav", "segment-0.wav"):
        sound(clotho / "data" / "clotho" / name, 3, rate=44_100, seconds=22_051 / 44_100)
    item = next(iter(open_published("audiosep-clotho", clotho).items()))
    assert item.mixture.shape == (1, 16_001)


def test_audiosep_vggsound_names_its_files(tmp_path: Path) -> None:
    pair = "-JUBdOr8Hes_000030+++37Vxf0Wz-3o_000001"
    table(
        tmp_path / "metadata" / "vggsound_eval.csv",
        ("file_id", "mix_wav", "s0_wav", "s0_text", "s1_wav", "s1_text"),
        (
            pair,
            f"data/mix_wav/{pair}.wav",
            f"data/s0_wav/{pair}.wav",
            "race car, auto racing",
            f"data/s1_wav/{pair}.wav",
            "sea lion barking",
        ),
    )
    folder = tmp_path / "data" / "vggsound" / "data"
    mixture = sound(folder / "mix_wav" / f"{pair}.wav", 1)
    target = sound(folder / "s0_wav" / f"{pair}.wav", 2)
    (item,) = open_published("audiosep-vggsound", tmp_path).items()
    np.testing.assert_array_equal(item.mixture, mixture)
    np.testing.assert_array_equal(item.target, target)
    assert item.questions[0].query == "race car, auto racing"


def audioset_row(number: int, label: str, index: int) -> tuple[str, ...]:
    stem = f"evaluation/data/audioset/class_id={number}/class_id={number},index={index:03d}"
    return str(number), label, f"{stem},source.wav", f"{stem},mixture.wav"


def test_audiosep_audioset_has_a_folder_a_class(tmp_path: Path) -> None:
    header = ("idx", "caption", "src_wav", "noise_wav")
    label = "Male speech, man speaking"
    table(
        tmp_path / "metadata" / "audioset_eval.csv",
        header,
        audioset_row(0, "Speech", 0),
        audioset_row(1, label, 4),
    )
    for number, index in ((0, 0), (1, 4)):
        stem = f"class_id={number},index={index:03d}"
        folder = tmp_path / "data" / "audioset" / f"class_id={number}"
        sound(folder / f"{stem},source.wav", number)
        sound(folder / f"{stem},mixture.wav", 10 + number)
    _, item = open_published("audiosep-audioset", tmp_path).items()
    assert item.questions[0].query == label
    assert item.questions[0].notes["id"] == "class_id=1,index=004"
    np.testing.assert_array_equal(item.target, noise(1, 16_000, 1))
    np.testing.assert_array_equal(item.mixture, noise(1, 16_000, 11))


CLAPSEP = (
    ("source_file", "positive_caption", "noise_file", "negative_caption"),
    ("Y7fmOlUlwoNg.wav", "Food is frying, and a woman talks", "-8AgRz5Jdrw_10.wav", "Rain"),
)


@pytest.mark.parametrize(
    ("where", "place"),
    [("metadata/evaluation", "audiocap/test"), (".", "."), (".", "audiocaps")],
)
def test_clapsep_mixes_at_zero_decibels(tmp_path: Path, where: str, place: str) -> None:
    table(tmp_path / where / "audiocaps_eval.csv", *CLAPSEP)
    target = sound(tmp_path / place / "Y7fmOlUlwoNg.wav", 1, seconds=12.0)[0, :320_000]
    other = sound(tmp_path / place / "-8AgRz5Jdrw_10.wav", 2, seconds=3.0)[0]
    (item,) = open_published("clapsep-audiocaps", tmp_path).items()
    assert item.sample_rate == 32_000
    assert item.mixture.shape == (1, 320_000)
    assert item.target is not None
    rest = item.mixture - item.target
    np.testing.assert_allclose(item.target[0], target, atol=1e-6)
    # The silence that fills up the short one counts for its power.
    assert power(rest) == pytest.approx(power(target), abs=1e-3)
    assert np.corrcoef(rest[0, :96_000], other)[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert not rest[0, 96_000:].any()
    assert item.questions[0].query == "Food is frying, and a woman talks"
    assert item.questions[0].notes["negative"] == "Rain"


def test_dcase_mixes_at_the_snr_of_its_list(tmp_path: Path) -> None:
    table(
        tmp_path / "lass_synthetic_validation.csv",
        ("source", "noise", "snr", "caption"),
        ("a, b", "c", "-3", "A dog barks, twice."),
    )
    target = sound(tmp_path / "lass_validation" / "a, b.wav", 1, rate=16_000)
    other = sound(tmp_path / "lass_validation" / "c.wav", 2, rate=16_000)
    (item,) = open_published("dcase2024-validation", tmp_path).items()
    assert item.sample_rate == 16_000
    assert item.target is not None
    np.testing.assert_allclose(item.target, target, atol=1e-6)
    rest = item.mixture - item.target
    assert power(item.target) - power(rest) == pytest.approx(-3.0, abs=1e-3)
    assert np.corrcoef(rest, other)[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert item.questions[0].query == "A dog barks, twice."
    assert item.questions[0].notes["snr"] == "-3"


def test_dcase_has_spaces_after_commas_and_a_mark_at_its_beginning(tmp_path: Path) -> None:
    text = '\ufeffsource, noise, snr, caption\na, b, 3, "A dog, barking"\n\n'
    (tmp_path / "lass_synthetic_validation.csv").write_text(text, encoding="utf-8")
    for name in "ab":
        sound(tmp_path / f"{name}.wav", ord(name), rate=16_000)
    (item,) = open_published("dcase2024-validation", tmp_path).items()
    assert item.questions[0].query == "A dog, barking"


@pytest.mark.parametrize("peak", [1.01, 8.0])
def test_loud_mixtures_are_turned_down_with_their_target(peak: float) -> None:
    target, other = noise(1, 8000, 1)[0], noise(1, 8000, 2)[0]
    target *= np.float32(peak / np.abs(mix_at(target, other, 0.0)[1]).max())
    mixed, mixture = mix_at(target, other, 0.0)
    assert np.abs(mixture).max() == pytest.approx(0.9, abs=1e-6)
    assert power(mixed) == pytest.approx(power(mixture - mixed), abs=1e-3)
    assert np.corrcoef(mixed, target)[0, 1] == pytest.approx(1.0, abs=1e-6)


def test_mixtures_that_do_not_clip_stay_as_they_are() -> None:
    target, other = noise(1, 8000, 1)[0], noise(1, 8000, 2)[0]
    target *= np.float32(0.99 / np.abs(mix_at(target, other, 0.0)[1]).max())
    mixed, mixture = mix_at(target, other, 0.0)
    assert np.abs(mixture).max() == pytest.approx(0.99, abs=1e-4)
    np.testing.assert_array_equal(mixed, target)


def test_silence_stays_silence() -> None:
    target, silence = noise(1, 800, 1)[0], np.zeros(800, np.float32)
    np.testing.assert_array_equal(mix_at(target, silence, 0.0)[1], target)
    np.testing.assert_array_equal(mix_at(silence, target, 0.0)[1], silence)


def test_missing_clips_are_left_out_and_named(clotho: Path) -> None:
    folder = clotho / "data" / "clotho"
    (folder / "mixture-1.wav").unlink()
    (folder / "segment-1.wav").unlink()
    found = open_published("audiosep-clotho", clotho)
    assert [entry.notes["id"] for entry, _, _ in found.entries] == ["0"]
    assert found.missing_queries == 1
    assert found.missing_clips == ("segment-1.wav", "mixture-1.wav")


def test_a_clip_that_many_mixtures_lack_is_named_once(tmp_path: Path) -> None:
    rows = [("a.wav", "x", "gone.wav", "y"), ("b.wav", "x", "gone.wav", "y")]
    table(tmp_path / "esc_eval.csv", CLAPSEP[0], *rows, ("a.wav", "x", "b.wav", "y"))
    for name in "ab":
        sound(tmp_path / "esc" / f"{name}.wav", ord(name))
    found = open_published("clapsep-esc", tmp_path)
    assert (len(found.entries), found.missing_queries) == (1, 2)
    assert found.missing_clips == ("gone.wav",)


def test_nothing_found_is_an_error(clotho: Path) -> None:
    for path in (clotho / "data" / "clotho").iterdir():
        path.unlink()
    with pytest.raises(OptionError) as caught:
        open_published("audiosep-clotho", clotho)
    assert str(caught.value) == (
        f"{clotho}: holds no mixture of audiosep-clotho: segment-0.wav should be in "
        f"{clotho / 'data' / 'clotho'}; 4 sound files are missing"
    )


def test_folders_and_lists_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="no published set is called 'x'; choose one of audios"):
        open_published("x", tmp_path)
    with pytest.raises(OptionError, match="none: is no folder"):
        open_published("clapsep-fsd", tmp_path / "none")
    message = "there is no fsd_eval.csv in .*metadata/evaluation or "
    with pytest.raises(OptionError, match=message):
        open_published("clapsep-fsd", tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"source,noise,snr,caption\n", "lists no mixtures"),
        (b"source,noise,snr,caption\na,b,1,c\na,b,1\n", "row 3 lacks one of 4 values"),
        (b"source,noise,snr,caption\na,b,1,\n", "row 2 lacks one of 4 values"),
        (b"source,noise,snr,caption\na,b,loud,c\n", "row 2 has an SNR that is no number"),
        (b"\xff\xfe\x00\x81", "is not a CSV file in UTF-8"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "lass_synthetic_validation.csv").write_bytes(text)
    with pytest.raises(OptionError, match=message):
        open_published("dcase2024-validation", tmp_path)


def test_a_list_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, clotho: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OptionError, match=r"clotho_eval\.csv: cannot be read: Permission denied"):
        open_published("audiosep-clotho", clotho)


def test_sounds_of_a_mixture_must_fit(clotho: Path) -> None:
    sound(clotho / "data" / "clotho" / "mixture-0.wav", 1, seconds=0.4)
    items = open_published("audiosep-clotho", clotho).items()
    with pytest.raises(AudioError, match=r"mixture-0\.wav: differs in length from .*segment-0"):
        next(items)


def rows(**values: list[float]) -> dict[str, Any]:
    """Results of queries by label."""
    return {
        "rows": [
            {"label": label, "model": {"sdri": value, "si_sdr": -value}}
            for label, group in values.items()
            for value in group
        ]
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("audiosep-esc50", (0.0 + 1.0 + 8.0 + 7.0) / 4),
        ("audiosep-music", (3.0 + 7.0) / 2),
        ("audiosep-audioset", (1.0 + 7.0) / 2),
    ],
)
def test_figures_are_averaged_as_their_authors_do(clotho: Path, name: str, expected: float) -> None:
    found = open_published("audiosep-clotho", clotho)
    found = PublishedSet(PROTOCOLS[name], found.entries, 0, ())
    findings = found.findings(rows(erhu=[0.0, 1.0, 8.0], tuba=[7.0]))
    assert findings == {
        "published": {
            "average": PROTOCOLS[name].average,
            "figures": {"sdri": pytest.approx(expected), "si_sdr": pytest.approx(-expected)},
        }
    }


def test_labels_are_the_groups_where_queries_are_labels(tmp_path: Path) -> None:
    table(
        tmp_path / "metadata" / "music_eval.csv",
        ("idx", "caption", "src_wav", "noise_wav"),
        ("0", "acoustic guitar", "Y1mCi6eWXVbg_0.wav", "YX4UWEifacwI_6.wav"),
    )
    for name in ("segment-0.wav", "mixture-0.wav"):
        sound(tmp_path / "data" / "music" / name, 1)
    (item,) = open_published("audiosep-music", tmp_path).items()
    notes = item.questions[0].notes
    assert (notes["label"], notes["category"]) == ("acoustic guitar", "acoustic guitar")


def test_every_set_has_a_rate_and_figures_that_are_measured() -> None:
    from soundlasso.evaluation.published import AVERAGES
    from soundlasso.evaluation.score import METRICS

    assert len(PROTOCOLS) == 12
    for protocol in PROTOCOLS.values():
        assert protocol.average in AVERAGES
        assert set(protocol.figures) <= set(METRICS)
    assert {p.sample_rate for n, p in PROTOCOLS.items() if n.startswith("dcase")} == {16_000}


def test_the_command(run: Run, clotho: Path, tiny_card: Path, tmp_path: Path) -> None:
    (clotho / "data" / "clotho" / "segment-1.wav").unlink()
    out, table_file = tmp_path / "r.json", tmp_path / "r.md"
    arguments = ["--benchmark", "audiosep-clotho", "--data", clotho, "-m", tiny_card]
    result = run("evaluate", *arguments, "--json", out, "--markdown", table_file)
    assert result.status == 0
    document = json.loads(out.read_text())
    assert document["list"] == "audiosep-clotho"
    assert document["count"] == 1
    assert document["missing"] == {"queries": 1, "clips": ["segment-1.wav"]}
    mean = document["mean"]["model"]
    assert document["published"]["figures"] == {
        "sdri": pytest.approx(mean["sdri"]),
        "si_sdr": pytest.approx(mean["si_sdr"]),
    }
    assert document["rows"][0]["id"] == "0"
    said = (
        f"as published, mean: SDRi {mean['sdri']:.3f}, SI-SDR {mean['si_sdr']:.3f}",
        "left out 1 of 2 queries: there is no segment-1.wav",
    )
    for line in said:
        assert line in result.out.splitlines()
        assert line in table_file.read_text().splitlines()


def test_the_tables_count_what_is_missing(clotho: Path, tiny_card: Path) -> None:
    import soundlasso
    from soundlasso.evaluation.score import evaluate_items

    result = evaluate_items(
        soundlasso.load(tiny_card), open_published("audiosep-clotho", clotho).items()
    )
    result |= {"list": "x", "missing": {"queries": 5, "clips": ["a.wav", "b.wav", "c.wav"]}}
    line = "left out 5 of 7 queries: there is no a.wav and 2 more"
    assert text_table(result).splitlines()[-1] == line
    assert markdown(result).splitlines()[-1] == line


def test_options_that_do_not_go_together(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", "--benchmark", "clapsep-fsd")
    assert result.status == 1
    assert "--benchmark clapsep-fsd needs --data, the folder that holds" in result.err
    for arguments in (["--benchmark", "two-source"], ["pairs.csv"]):
        result = run("evaluate", *arguments, "--data", tmp_path)
        assert result.status == 1
        assert "--data is for --benchmark audiosep-audiocaps, " in result.err


def test_a_list_and_a_published_benchmark(run: Run, clotho: Path) -> None:
    result = run("evaluate", "pairs.csv", "-b", "audiosep-clotho", "--data", clotho)
    assert result.status == 1
    assert "either a list of pairs or --benchmark" in result.err


def test_unknown_benchmarks_list_the_published_ones(run: Run) -> None:
    result = run("evaluate", "--benchmark", "audiosep")
    assert result.status == 1
    assert "no benchmark is called 'audiosep'; choose one of two-source, " in result.err
    assert "or with --data one of audiosep-audiocaps, " in result.err
    assert "dcase2024-validation" in result.err


def test_the_help_names_every_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = " ".join(run("evaluate", "--help").out.split())
    for name in PROTOCOLS:
        family, _, last = name.partition("-")
        assert family in shown
        assert last in shown


def test_items_are_read_one_after_the_other(clotho: Path) -> None:
    """A set need not fit into memory."""
    items = open_published("audiosep-clotho", clotho).items()
    assert isinstance(next(items), Item)
    (clotho / "data" / "clotho" / "mixture-1.wav").unlink()
    with pytest.raises(AudioError, match="no such file"):
        next(items)
