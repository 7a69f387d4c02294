"""``soundlasso separate`` as people use it, and as they misuse it."""

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from soundlasso.audio import read_audio
from tests.audio.making import make_video, pictures
from tests.conftest import noise

Run = Callable[..., Any]


@pytest.fixture
def separate(run: Run, tiny_card: Path, tmp_path: Path) -> Run:
    """Runs ``separate`` with the small model, writing into ``tmp_path/out``."""

    def call(*arguments: object) -> Any:
        return run("separate", *arguments, "-m", tiny_card, "-o", tmp_path / "out")

    return call


def written(tmp_path: Path) -> list[str]:
    folder = tmp_path / "out"
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_files_and_queries(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    street = write_wav("street.wav", channels=2, rate=44_100)
    interview = write_wav("interview.flac", rate=8000)
    result = separate(street, interview, "-q", "a dog barking", "-q", "rain")
    assert result.status == 0
    names = ["a-dog-barking.residual.wav", "a-dog-barking.wav", "rain.residual.wav", "rain.wav"]
    assert written(tmp_path) == [f"{t}/{n}" for t in ("interview", "street") for n in names]
    assert result.out.splitlines() == [
        str(tmp_path / "out" / track / f"{query}{kind}.wav")
        for track in ("street", "interview")
        for query in ("a-dog-barking", "rain")
        for kind in ("", ".residual")
    ]
    mixture, rate = read_audio(street)
    for query in ("a-dog-barking", "rain"):
        target, target_rate = read_audio(tmp_path / "out" / "street" / f"{query}.wav")
        residual, _ = read_audio(tmp_path / "out" / "street" / f"{query}.residual.wav")
        assert (target.shape, target_rate) == (mixture.shape, rate)
        assert np.abs(target + residual - mixture).max() < 1e-4


@pytest.mark.parametrize(
    ("subtype", "options", "expected"),
    [
        ("PCM_U8", [], "PCM_16"),
        ("PCM_16", [], "PCM_16"),
        ("PCM_24", [], "PCM_24"),
        ("FLOAT", [], "FLOAT"),
        ("PCM_16", ["--bits", 24], "PCM_24"),
        ("PCM_16", ["--bits", 32], "FLOAT"),
        ("FLOAT", ["--format", "flac"], "PCM_24"),
        ("PCM_16", ["--format", "ogg"], "VORBIS"),
        ("PCM_16", ["--format", "mp3"], "MPEG_LAYER_III"),
    ],
)
def test_bits_and_formats(
    separate: Run,
    write_wav: Callable[..., Path],
    tmp_path: Path,
    subtype: str,
    options: list[object],
    expected: str,
) -> None:
    assert separate(write_wav(subtype=subtype), "-q", "rain", *options).status == 0
    files = written(tmp_path)
    assert len(files) == 2
    assert {soundfile.info(tmp_path / "out" / name).subtype for name in files} == {expected}


@pytest.mark.parametrize("options", [[], ["--remove"]])
def test_quality(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path, options: list[str]
) -> None:
    path = write_wav(seconds=3.0)
    sizes = []
    for quality in (1, 9):
        command = (path, "-q", "rain", "--format", "ogg", "--quality", quality, *options)
        assert separate(*command).status == 0
        sizes.append([(tmp_path / "out" / name).stat().st_size for name in written(tmp_path)])
    assert all(small < large for small, large in zip(*sizes, strict=True))


def test_start_and_duration(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    path = write_wav(seconds=3.0)
    assert separate(path, "-q", "rain", "--start", 1, "--duration", 0.5).status == 0
    parts = [read_audio(tmp_path / "out" / name)[0] for name in written(tmp_path)]
    assert np.abs(np.sum(parts, axis=0) - read_audio(path)[0][:, 16_000:24_000]).max() < 1e-4


def test_json(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    good, bad = write_wav("a.wav", channels=2), tmp_path / "none.wav"
    result = separate(good, bad, "-q", "rain", "--json")
    assert result.status == 1
    document = json.loads(result.out)
    assert document["model"] == "gainnet.tiny"
    assert document["errors"] == [{"input": str(bad), "error": f"{bad}: no such file"}]
    (row,) = document["results"]
    assert row["input"] == str(good)
    assert row["query"] == "rain"
    assert (row["sample_rate"], row["channels"], row["seconds"]) == (16_000, 2, 1.0)
    assert Path(row["target"]).is_file()
    assert Path(row["residual"]).is_file()


def test_plot(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    assert separate(write_wav(), "-q", "rain $5 🐶", "--plot").status == 0
    (png,) = (name for name in written(tmp_path) if name.endswith(".png"))
    assert (tmp_path / "out" / png).read_bytes()[:4] == b"\x89PNG"


def test_plots_are_named_as_other_files_are(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    picture = str(tmp_path / "out" / "sound" / "rain.png")
    assert separate(write_wav(), "-q", "rain", "--plot").out.splitlines()[2:] == [picture]
    for options, expected in (["--plot"], picture), ([], None):
        result = separate(write_wav(), "-q", "rain", "--json", *options)
        (row,) = json.loads(result.out)["results"]
        assert row["plot"] == expected


def test_videos_keep_their_picture(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", ("libx264", "aac"))
    result = separate(clip, write_wav(), "-q", "rain", "--video")
    assert result.status == 0
    names = ["rain.mp4", "rain.residual.mp4", "rain.residual.wav", "rain.wav"]
    assert written(tmp_path) == [
        *(f"clip/{name}" for name in names),
        *(f"sound/{name}" for name in names[2:]),
    ]
    said = f"soundlasso: {tmp_path / 'sound.wav'}: has no picture, so there is no video of it"
    assert said in result.said
    for video in (tmp_path / "out" / "clip").glob("*.mp4"):
        assert pictures(video) == pictures(clip)
        sound, _ = read_audio(video)
        wanted, _ = read_audio(video.with_suffix(".wav"))
        assert np.sqrt(np.square(sound - wanted[:, : sound.shape[1]]).mean()) < 0.01


def test_videos_in_json(separate: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    clip = make_video(tmp_path / "clip.mkv", ("libx264", "aac"))
    folder = tmp_path / "out" / "clip"
    result = separate(clip, write_wav(), "-q", "rain", "--remove", "--video", "--json")
    videos = [row["videos"] for row in json.loads(result.out)["results"]]
    names = ("without-rain.mkv", "without-rain.removed.mkv")
    assert videos == [[str(folder / name) for name in names], []]
    assert all((folder / name).is_file() for name in names)


def test_videos_are_whole(separate: Run, tmp_path: Path) -> None:
    for part in ("--start", "--duration"):
        result = separate(tmp_path / "clip.mp4", "-q", "rain", "--video", part, 1)
        assert result.status == 1
        assert "--video copies whole pictures; it goes without" in result.err


def test_sounds_whose_video_cannot_be_written_are_named(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    clip = make_video(tmp_path / "clip.mp4", ("libx264", "aac"))
    (tmp_path / "out" / "clip" / "rain.mp4").mkdir(parents=True)
    result = separate(clip, write_wav(), "-q", "rain", "--video", "--json")
    assert result.status == 1
    document = json.loads(result.out)
    assert [row["videos"] for row in document["results"]] == [[], []]
    assert all(Path(row["target"]).is_file() for row in document["results"])
    (error,) = document["errors"]
    assert error["input"] == str(clip)
    assert "rain.mp4: this video cannot be written: " in error["error"]


def test_a_video_does_not_replace_what_it_is_made_of(separate: Run, tmp_path: Path) -> None:
    (tmp_path / "out" / "rain").mkdir(parents=True)
    clip = make_video(tmp_path / "out" / "rain" / "rain.mp4", ("libx264", "aac"))
    before = clip.read_bytes()
    assert separate(clip, "-q", "rain").status == 0
    assert separate(clip, "-q", "rain", "--video").status == 1
    assert clip.read_bytes() == before


def test_a_plot_that_cannot_be_written_does_not_stop_the_others(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "out" / "a" / "rain.png").mkdir(parents=True)
    result = separate(write_wav("a.wav"), write_wav("b.wav"), "-q", "rain", "--plot", "--json")
    assert result.status == 1
    document = json.loads(result.out)
    assert [bool(row["plot"]) for row in document["results"]] == [False, True]
    assert "rain.png: cannot be written: Is a directory" in document["errors"][0]["error"]


def test_videos_that_cannot_be_made_are_refused_before_the_work(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    old = make_video(tmp_path / "old.avi", ("wmv2", "mp3"))
    result = separate(old, write_wav(), "-q", "rain", "--video")
    assert result.status == 1
    assert "old.avi: its picture cannot be put into a .mkv" in result.err
    assert written(tmp_path) == ["sound/rain.residual.wav", "sound/rain.wav"]


def test_a_sentence_in_the_place_of_a_file(
    separate: Run, run: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    result = separate("the rain " * 40, write_wav(), "-q", "rain")
    assert result.status == 1
    assert "cannot be read: File name too long" in result.err
    assert written(tmp_path) == ["sound/rain.residual.wav", "sound/rain.wav"]
    result = run("separate", write_wav(), "-q", "rain", "-o", tmp_path / ("a" * 300))
    assert result.status == 1
    assert "cannot be made: File name too long" in result.err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_not_text(
    tiny_card: Path, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.wav"
    os.rename(write_wav(), name)  # noqa: PTH104
    done = subprocess.run(
        [sys.executable, "-m", "soundlasso", "separate", name, "-q", "rain", "-m", str(tiny_card),
         "-o", str(tmp_path / "out")],
        capture_output=True, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    target, residual = done.stdout.splitlines()
    assert target == os.fsencode(tmp_path) + b"/out/caf\xe9/rain.wav"
    assert Path(os.fsdecode(target)).is_file()
    assert Path(os.fsdecode(residual)).is_file()


def test_tracks_of_one_name_do_not_overwrite_each_other(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = write_wav("one/a.wav"), write_wav("two/a.wav", seconds=2.0)
    assert separate(first, second, "-q", "rain").status == 0
    assert {name.split("/")[0] for name in written(tmp_path)} == {"a", "a-2"}


def test_one_bad_file_does_not_stop_the_others(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("no sound")
    result = separate(write_wav("a.wav"), bad, write_wav("b.wav"), "-q", "rain")
    assert result.status == 1
    assert result.said == [f"soundlasso: {bad}: not a sound or video file that can be read"]
    assert len(written(tmp_path)) == 4


def refused(result: Any, message: str) -> None:
    assert result.status == 1
    assert result.out == ""
    (line,) = result.said
    assert line.startswith("soundlasso: ")
    assert message in line


def test_missing_file(separate: Run, tmp_path: Path) -> None:
    refused(separate(tmp_path / "none.wav", "-q", "rain"), "no such file")


def test_directory(separate: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    refused(separate(tmp_path, "-q", "rain"), "is a folder without sound files")


def test_a_folder_stands_for_the_sound_files_in_it(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    for name in ("b.wav", "a.FLAC", "deeper/c.wav", ".hidden.wav"):
        write_wav(f"in/{name}")
    (tmp_path / "in" / "notes.txt").touch()
    result = separate(tmp_path / "in", "-q", "rain")
    assert result.status == 0
    assert [Path(line).parent.name for line in result.out.splitlines()] == ["a", "a", "b", "b"]


def test_addresses_are_not_fetched(separate: Run) -> None:
    refused(
        separate("https://example.org/a.wav", "-q", "rain"),
        "https://example.org/a.wav: addresses are not fetched",
    )


def test_no_job_replaces_what_another_is_to_read(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = write_wav("a.wav"), write_wav("out/a/dog.wav", seed=1)
    before = second.read_bytes()
    refused(separate(first, second, "-q", "dog"), "would be replaced")
    assert second.read_bytes() == before
    assert written(tmp_path) == ["a/dog.wav"]


def test_empty_file(separate: Run, tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    refused(separate(tmp_path / "a.wav", "-q", "rain"), "the file is empty")


def test_no_samples(separate: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((0, 2)), 8000)
    refused(separate(tmp_path / "a.wav", "-q", "rain"), "holds no samples")


def test_one_sample_is_no_error(separate: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.5]), 8000)
    assert separate(tmp_path / "a.wav", "-q", "rain").status == 0
    parts = [read_audio(tmp_path / "out" / name)[0] for name in written(tmp_path)]
    assert np.sum(parts, axis=0).tolist() == [[0.5]]


def test_a_truncated_file_is_separated_with_a_warning(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_wav(seconds=2.0)
    path.write_bytes(path.read_bytes()[:30_000])
    result = separate(path, "-q", "rain")
    assert result.status == 0
    (line,) = result.said
    assert "warning" in line
    assert "cut off" in line
    assert soundfile.info(tmp_path / "out" / written(tmp_path)[0]).frames == 14_978


def test_samples_that_are_no_numbers(separate: Run, tmp_path: Path) -> None:
    samples = noise(1, 400_000)
    samples[0, 350_000] = np.nan
    soundfile.write(tmp_path / "a.wav", samples.T, 8000, subtype="FLOAT")
    refused(separate(tmp_path / "a.wav", "-q", "rain"), "sample 350000 of channel 1 (at 43.750 s)")
    assert not (tmp_path / "out").exists()


def test_silence(separate: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((8000, 2)), 8000)
    assert separate(tmp_path / "a.wav", "-q", "rain").status == 0
    assert all(not read_audio(tmp_path / "out" / name)[0].any() for name in written(tmp_path))


@pytest.mark.parametrize("query", ["", "   "])
def test_empty_query(separate: Run, write_wav: Callable[..., Path], query: str) -> None:
    refused(separate(write_wav(), "-q", query), "the query is empty")


def test_a_query_that_is_no_text(separate: Run, write_wav: Callable[..., Path]) -> None:
    refused(separate(write_wav(), "-q", "caf\udce9 noise"), "is not valid text")


def test_lossy_formats_have_no_bits(separate: Run, write_wav: Callable[..., Path]) -> None:
    result = separate(write_wav(), "-q", "rain", "--format", "mp3", "--bits", 24)
    refused(result, "mp3 has no --bits; wav and flac have")


def test_going_on_with_what_is_left(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    done, left = write_wav("done.wav"), write_wav("left.wav")
    assert separate(done, "-q", "rain").status == 0
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in written(tmp_path)}
    result = separate(done, left, "-q", "rain", "--skip-existing", "--json")
    assert result.status == 0
    assert f"{done}: left out, as its results are there" in result.err
    document = json.loads(result.out)
    assert [found["input"] for found in document["results"]] == [str(left)]
    assert document["skipped"] == [str(done)]
    for name, changed in before.items():
        assert (tmp_path / "out" / name).stat().st_mtime_ns == changed
    # Half of a pair is no result.
    (tmp_path / "out" / "done" / "rain.residual.wav").unlink()
    again = separate(done, left, "-q", "rain", "--skip-existing")
    assert sorted(again.out.split()) == [str(tmp_path / "out" / name) for name in before]
    assert len(written(tmp_path)) == 4


def test_what_is_said_of_a_query_is_said_once(
    separate: Run, write_wav: Callable[..., Path]
) -> None:
    files = [write_wav(f"{name}.wav") for name in "abc"]
    result = separate(*files, "-q", "a dog or " * 1112)
    assert result.status == 0
    assert result.err.count("the query is too long") == 1


def test_a_query_of_ten_thousand_letters(separate: Run, write_wav: Callable[..., Path]) -> None:
    result = separate(write_wav(), "-q", "a dog or " * 1112)
    assert result.status == 0
    assert result.said == [
        "soundlasso: warning: the query is too long; only its first 128 tokens were read"
    ]


@pytest.mark.parametrize("query", ["ein bellender Hund", "犬が吠える", "808"])
def test_queries_in_other_languages_and_signs(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path, query: str
) -> None:
    result = separate(write_wav(), "-q", query)
    assert result.status == 0
    assert len(written(tmp_path)) == 2


def test_unknown_model(run: Run, write_wav: Callable[..., Path], tmp_path: Path) -> None:
    refused(
        run("separate", write_wav(), "-q", "rain", "-m", "none", "-o", tmp_path / "out"),
        "choose one of default",
    )


def test_unknown_device(separate: Run, write_wav: Callable[..., Path]) -> None:
    refused(separate(write_wav(), "-q", "rain", "-d", "abacus"), "choose auto, cpu, cuda or mps")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "aac"], "choose one of wav, flac, mp3, ogg"),
        (["--bits", "12"], "--bits must be 16, 24 or 32"),
        (["--format", "flac", "--bits", "32"], "use --format wav"),
        (["--quality", "5"], "wav has no --quality; mp3 and ogg have"),
        (["--format", "mp3", "--quality", "11"], "--quality must be between 0 and 10, not 11"),
        (["-d", "cpu:x"], "unknown --device"),
        (["--bits", "0"], "--bits must be 16, 24 or 32"),
        (["--duration", "0"], "--duration must be a positive number"),
        (["--duration", "inf"], "--duration must be a positive number"),
        (["--start", "100"], "ends before 100 s"),
    ],
)
def test_options_that_cannot_work(
    separate: Run, write_wav: Callable[..., Path], options: list[str], message: str
) -> None:
    refused(separate(write_wav(), "-q", "rain", *options), message)


def test_a_format_that_cannot_hold_the_recording(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_wav(rate=96_000, seconds=0.1)
    message = f"{path}: mp3 cannot hold a sample rate of 96000 Hz"
    refused(separate(path, "-q", "rain", "--format", "mp3"), message)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("query", ["...", "🐶🐶"])
def test_queries_without_letters(separate: Run, write_wav: Callable[..., Path], query: str) -> None:
    refused(separate(write_wav(), "-q", query), "has no letter or digit")


def test_standard_output_is_no_folder(
    run: Run,
    write_wav: Callable[..., Path],
    tiny_card: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = write_wav()
    monkeypatch.chdir(tmp_path)
    refused(run("separate", path, "-q", "rain", "-m", tiny_card, "-o", "-"), "standard output")
    assert not Path("-").exists()


def test_both_files_of_a_pair_appear_or_none(
    separate: Run, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "out" / "sound" / "rain.residual.wav").mkdir(parents=True)
    refused(separate(write_wav(), "-q", "rain"), "cannot be written")
    assert written(tmp_path) == []


def test_help_is_short_too(run: Run) -> None:
    assert run("separate", "-h").out == run("separate", "--help").out


def test_an_output_folder_that_is_a_file(
    run: Run, write_wav: Callable[..., Path], tiny_card: Path
) -> None:
    path = write_wav()
    refused(run("separate", path, "-q", "rain", "-m", tiny_card, "-o", path), "not a folder")


def test_an_output_folder_that_cannot_be_made(
    run: Run, write_wav: Callable[..., Path], tiny_card: Path
) -> None:
    out = Path("/proc/none/out")
    refused(run("separate", write_wav(), "-q", "x", "-m", tiny_card, "-o", out), "cannot be made")


def test_clipping_is_said(separate: Run, tmp_path: Path) -> None:
    samples = noise(1, 8000) * 0
    samples[0, 4000:4100] = 2.5
    soundfile.write(tmp_path / "a.wav", samples.T, 8000, subtype="FLOAT")
    result = separate(tmp_path / "a.wav", "-q", "rain", "--bits", 16)
    assert result.status == 0
    (line,) = result.said
    # The model lets the silence around it through, too: only what is left is that loud.
    assert "beyond full scale and clipped; --format wav --bits 32 keeps them" in line
    name = line.split(": ")[2]
    loud = {
        str(path)
        for path in (tmp_path / "out" / "a").iterdir()
        if np.abs(read_audio(path)[0]).max() > 0.99
    }
    assert loud == {name}


def test_no_query_is_a_usage_error(run: Run, write_wav: Callable[..., Path]) -> None:
    result = run("separate", write_wav())
    assert result.status == 2
    assert "--query" in result.err


def process(
    tiny_card: Path, tmp_path: Path, *arguments: object, **options: Any
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "soundlasso", "separate", *arguments, "-q", "rain"]
    return subprocess.Popen(
        [*map(str, command), "-m", str(tiny_card), "-o", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        **options,
    )


def test_json_tells_of_what_was_done_before_the_end(
    tiny_card: Path, tmp_path: Path, write_wav: Callable[..., Path]
) -> None:
    done = write_wav("done.wav")
    path = write_wav("long.wav", seconds=600.0, rate=48_000, channels=2)
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    files = [done, path, "--json"]
    running = process(tiny_card, tmp_path, *files, stdout=subprocess.PIPE, preexec_fn=heed)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/long/*.part")) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert [result["input"] for result in json.loads(out)["results"]] == [str(done)]


@pytest.mark.parametrize(("closed", "status"), [("2>&-", 0), ("1>&-", 0)])
def test_streams_that_are_closed(
    tiny_card: Path, tmp_path: Path, write_wav: Callable[..., Path], closed: str, status: int
) -> None:
    command = [sys.executable, "-m", "soundlasso", "separate", str(write_wav()), "-q", "rain"]
    command += ["-m", str(tiny_card), "-o", str(tmp_path / "out")]
    shell = ["sh", "-c", f"exec {shlex.join(command)} {closed}"]
    assert subprocess.run(shell, timeout=60, check=False).returncode == status
    assert len(written(tmp_path)) == 2


def test_names_that_the_output_cannot_hold(
    tiny_card: Path, tmp_path: Path, write_wav: Callable[..., Path]
) -> None:
    command = [sys.executable, "-m", "soundlasso", "separate", write_wav("木.wav"), "-q", "rain"]
    command += ["-m", tiny_card, "-o", tmp_path / "out"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(
        list(map(str, command)), env=environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert rb"\u6728" in done.stdout


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_file(
    tiny_card: Path, tmp_path: Path, write_wav: Callable[..., Path], stop: signal.Signals
) -> None:
    # Ten minutes of stereo take long enough to be interrupted in the middle.
    path = write_wav(seconds=600.0, rate=48_000, channels=2)
    # Whoever runs the tests may ignore it, as nohup does.
    heed = partial(signal.signal, stop, signal.SIG_DFL)
    running = process(tiny_card, tmp_path, path, preexec_fn=heed)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/**/*.part")) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(stop)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_no_file(
    tiny_card: Path, tmp_path: Path, write_wav: Callable[..., Path]
) -> None:
    path = write_wav(seconds=20.0)

    def limit() -> None:
        # A file may not grow: to the program it is as if the disk were full.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    running = process(tiny_card, tmp_path, path, preexec_fn=limit)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "cannot be written" in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()
