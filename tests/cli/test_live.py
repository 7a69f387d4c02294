"""``soundlasso live``: pipes, recordings and the sound card."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

import soundlasso
from soundlasso.audio.pcm import read_pcm, to_pcm
from soundlasso.cli import main
from soundlasso.engine.live import Listener, listen
from soundlasso.errors import AudioError
from tests.conftest import noise

Run = Callable[..., Any]


def read(content: bytes, form: Any, channels: int) -> np.ndarray[Any, Any]:
    """Raw samples that end well, ``C T``."""
    blocks = read_pcm(io.BytesIO(content), form, channels, 99, warn=pytest.fail)
    return np.concatenate(list(blocks), axis=1)


@pytest.fixture
def pipe(tiny_live_card: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, bytes]]:
    """Runs ``live`` with bytes on stdin; gives the outcome and the bytes on stdout."""

    def call(content: bytes, *arguments: object) -> tuple[Any, bytes]:
        out = io.BytesIO()
        stdin = SimpleNamespace(buffer=io.BytesIO(content), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, write_through=True))
        monkeypatch.setattr(
            sys, "argv", ["soundlasso", "live", "-m", str(tiny_live_card), *map(str, arguments)]
        )
        try:
            main()
            status = 0
        except SystemExit as exit:
            status = exit.code if isinstance(exit.code, int) else 1
        return status, out.getvalue()

    return call


@pytest.mark.parametrize(
    ("form", "channels", "block"), [("s16le", 1, 20), ("f32le", 2, 7), ("s16le", 2, 500)]
)
def test_a_pipe_gives_what_the_whole_gives(
    pipe: Callable[..., tuple[Any, bytes]],
    tiny_live_card: Path,
    form: str,
    channels: int,
    block: int,
) -> None:
    samples = noise(channels, 20_011)
    content = to_pcm(samples, form)  # type: ignore[arg-type]
    options = ["--rate", 16_000, "--channels", channels, "--format", form, "--block", block]
    outcome, out = pipe(content, "-q", "a dog", *options)
    assert outcome == 0
    heard = read(content, form, channels)
    got = read(out, form, channels)
    whole = soundlasso.load(tiny_live_card).separate(heard, "a dog", sample_rate=16_000)
    assert got.shape == samples.shape
    assert np.abs(whole.target).max() > 1e-3
    assert np.abs(got - whole.target).max() < 1e-4
    _, rest = pipe(content, "-q", "a dog", "--remove", *options)
    left = read(rest, form, channels)
    assert np.abs(left + got - heard).max() < 2e-4


def test_a_recording_as_if_it_came_in(
    run: Run, tiny_live_card: Path, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    source = write_wav("street.wav", channels=2, rate=44_100)
    out = tmp_path / "dog.wav"
    result = run("live", source, "-q", "a dog", "-o", out, "-m", tiny_live_card)
    assert result.status == 0, result.err
    assert result.out.strip() == str(out)
    assert "sound is held back 84 ms (64 by the model, 20 by the block)" in result.err
    assert "real-time factor" in result.err
    given, rate = soundfile.read(source)
    made, made_rate = soundfile.read(out)
    assert (made.shape, made_rate) == (given.shape, rate)


def test_what_comes_out_is_held_back_no_longer_than_promised(tiny_live_card: Path) -> None:
    listener = Listener(soundlasso.load(tiny_live_card), ["rain"], 16_000, 1)
    came, went = 0, 0
    for mixture, targets in listen(listener, np.split(noise(1, 16_000), 125, axis=1)):
        came = min(came + 128, 16_000)
        went += targets.shape[2]
        assert mixture.shape[1] == targets.shape[2]
        assert came - went <= listener.latency * 16_000
    assert went == 16_000
    assert listener.pace.seconds == pytest.approx(1.0)
    assert listener.pace.slowest >= listener.pace.real_time_factor > 0


def test_blocks_of_other_kinds(tiny_live_card: Path) -> None:
    separator = soundlasso.load(tiny_live_card)
    block = noise(1, 16_000)
    expected = Listener(separator, ["rain"], 16_000, 1).push(block)[1]
    listener = Listener(separator, ["rain"], 16_000, 1)
    found = listener.push(block.astype(np.float64))[1]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    for bad, message in (
        (block[0], "a block must be 1 x T, not 16000"),
        (noise(2, 100), "a block must be 1 x T, not 2 x 100"),
        (np.full((1, 10), np.nan), "is NaN"),
    ):
        with pytest.raises(AudioError, match=message):
            listener.push(bad)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-q", " "], "the query is empty"),
        (["-q", "a dog", "-q", "rain"], "live takes one --query"),
        (["-q", "rain", "--format", "mp3"], "--format must be one of s16le, f32le, not 'mp3'"),
        (["-q", "rain", "--rate", "10"], "a --rate of 10 Hz is not one of sound"),
        (["in.wav", "-q", "rain"], "--out is for a recording's result, and a recording needs one"),
        (["-q", "rain", "-o", "x.wav"], "--out is for a recording's result"),
        (["in.wav", "-q", "rain", "-o", "x.wav", "--microphone"], "choose a recording or"),
        (["in.wav", "-q", "a", "-o", "x.wav", "--rate", "8000"], "--rate does not go with a rec"),
        (["in.wav", "-q", "a", "-o", "x.wav", "--channels", "1"], "--channels does not go with"),
        (["-q", "a", "--microphone", "--format", "f32le"], "--format does not go with --microph"),
        (["-q", "a", "--sound-card", "x"], "--sound-card does not go with a pipe"),
    ],
)
def test_mistakes(
    pipe: Callable[..., tuple[Any, bytes]],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    status, out = pipe(b"", *arguments)
    assert status != 0
    assert out == b""
    assert message in capsys.readouterr().err


def test_models_that_look_ahead_are_refused(run: Run, tiny_card: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, noise(1, 4000).T, 8000)
    result = run("live", source, "-q", "rain", "-o", tmp_path / "out.wav", "-m", tiny_card)
    assert result.status == 1
    assert "gainnet.tiny looks ahead and cannot be used live" in result.err
    assert not (tmp_path / "out.wav").exists()
    bad = run("live", source, "-q", "rain", "-o", tmp_path / "out.mp3", "-m", tiny_card)
    assert "must end with .wav" in bad.err


@pytest.mark.parametrize("link", ["", "symlink_to", "hardlink_to"])
def test_a_recording_is_not_replaced_by_its_own_result(
    run: Run, tiny_live_card: Path, write_wav: Callable[..., Path], tmp_path: Path, link: str
) -> None:
    source = write_wav("street.wav")
    out = source
    if link:
        out = tmp_path / "link.wav"
        getattr(out, link)(source)
    before = source.read_bytes()
    result = run("live", source, "-q", "rain", "-o", out, "-m", tiny_live_card)
    assert result.status == 1
    assert f"{out}: would be replaced by a result; choose another --out" in result.err
    assert source.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_the_same_query_twice_is_one(
    run: Run, tiny_live_card: Path, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    options = ["-q", "rain", "-q", " rain", "-o", tmp_path / "out.wav", "-m", tiny_live_card]
    assert run("live", write_wav(), *options).status == 0


def test_what_is_wrong_with_a_recording_is_said(
    run: Run,
    tiny_live_card: Path,
    write_wav: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    push = Listener.push

    def loudly(self: Listener, block: Any) -> tuple[Any, Any]:
        mixture, targets = push(self, block)
        return mixture, targets + 2.0

    monkeypatch.setattr(Listener, "push", loudly)
    source = write_wav("street.wav", seconds=2.0)
    source.write_bytes(source.read_bytes()[:-32_000])
    out = tmp_path / "out.wav"
    result = run("live", source, "-q", "rain", "-o", out, "-m", tiny_live_card)
    assert result.status == 0
    assert f"soundlasso: warning: {source}: the file is cut off (50% is missing)" in result.err
    assert f"soundlasso: warning: {out}: 1" in result.err
    assert "samples were beyond full scale and clipped" in result.err


def test_input_that_is_no_sound(
    pipe: Callable[..., tuple[Any, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    bad = np.array([np.nan], "<f4").tobytes()
    assert pipe(bad, "-q", "rain", "--format", "f32le")[0] == 1
    assert "values that are no numbers" in capsys.readouterr().err


@pytest.mark.parametrize("frames", [0, 1, 640, 5000])
def test_input_that_ends_within_a_sample(
    pipe: Callable[..., tuple[Any, bytes]], capsys: pytest.CaptureFixture[str], frames: int
) -> None:
    content = to_pcm(noise(2, frames), "s16le")
    options = ["-q", "rain", "--rate", 16_000, "--channels", 2]
    whole = pipe(content, *options)
    assert whole[0] == 0
    assert len(whole[1]) == len(content)
    capsys.readouterr()
    assert pipe(content + b"abc", *options) == whole
    said = "the input ends within a sample of 2 x s16le; its last 3 of 4 bytes are left out"
    assert f"soundlasso: warning: {said}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("form", "block"), [("wav", 20), ("rf64", 20), ("aiff", 20), ("flac", 1), ("ogg", 20)]
)
def test_files_are_no_raw_samples(
    pipe: Callable[..., tuple[Any, bytes]],
    capsys: pytest.CaptureFixture[str],
    form: str,
    block: int,
) -> None:
    file = io.BytesIO()
    soundfile.write(file, noise(2, 4000).T, 16_000, format=form.upper())
    # A block may be shorter than what a file is known by.
    options = ["-q", "rain", "--rate", 1000, "--block", block]
    assert pipe(file.getvalue(), *options) == (1, b"")
    said = capsys.readouterr().err
    assert f"{form.upper()} file, not raw samples" in said.replace("Ogg", "OGG")
    assert "give the file by name, or decode it: ffmpeg -i FILE -f s16le -ac 1 -ar RATE -" in said


@pytest.mark.parametrize(
    "beginning",
    [b"ID3\x04\0\0\0\0", b"\0\0\0\x20ftypM4A ", b"\x1a\x45\xdf\xa3\x01\0\0\0"],
)
def test_other_files_are_no_raw_samples(
    pipe: Callable[..., tuple[Any, bytes]],
    capsys: pytest.CaptureFixture[str],
    beginning: bytes,
) -> None:
    assert pipe(beginning + bytes(1000), "-q", "rain") == (1, b"")
    assert "file, not raw samples" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "message"), [("stdin", "there is nothing on stdin"), ("stdout", "stdout is closed")]
)
def test_ends_that_are_closed(
    run: Run, tiny_live_card: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    monkeypatch.setattr(sys, name, None)
    result = run("live", "-q", "rain", "-m", tiny_live_card)
    assert result.status == 1
    assert len(result.said) == 1
    assert message in result.err


def test_samples_do_not_go_to_a_terminal(
    run: Run, tiny_live_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = run("live", "-q", "rain", "-m", tiny_live_card)
    assert result.status == 1
    assert "stdout is a terminal, which cannot play samples" in result.err


def process(tiny_live_card: Path, **options: Any) -> subprocess.Popen[bytes]:
    """``live`` in a pipe."""
    command = [sys.executable, "-m", "soundlasso", "live", "-q", "rain", "--rate", "16000"]
    return subprocess.Popen(
        [*command, "-m", str(tiny_live_card)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        **options,
    )


def test_ctrl_c_is_the_end_of_a_pipe(tiny_live_card: Path) -> None:
    running = process(tiny_live_card, stdout=subprocess.PIPE)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(to_pcm(noise(1, 16_000), "s16le"))
    running.stdin.flush()
    # It works already, and waits for more.
    assert running.stdout.read(2000)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 0
    assert b"real-time factor" in said
    assert b"interrupted" not in said
    assert b"Traceback" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is full")
def test_a_full_disk_behind_a_pipe(tiny_live_card: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        running = process(tiny_live_card, stdout=full)
        _, said = running.communicate(to_pcm(noise(1, 16_000), "s16le"), timeout=60)
    assert running.returncode == 1
    assert b"stdin or stdout cannot be used: No space left on device" in said
    assert b"Exception" not in said


class FakeCard(ModuleType):
    """Stands for sounddevice: plays three blocks, then Ctrl-C comes."""

    class PortAudioError(Exception):
        """Its own."""

    class CallbackAbort(Exception):
        """Its own."""

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.played: list[np.ndarray[Any, Any]] = []
        self.devices: object = None
        card = self

        class Stream:
            active = True

            def __init__(self, **options: Any) -> None:
                if options["samplerate"] == 1234:
                    raise FakeCard.PortAudioError("Invalid sample rate")
                self.options = options
                card.devices = options["device"]

            def __enter__(self) -> "Stream":
                size, channels = self.options["blocksize"], self.options["channels"]
                for index in range(6):
                    heard = noise(channels, size, seed=index).T
                    played = np.full_like(heard, 7.0)
                    slow = SimpleNamespace(input_overflow=index == 2, output_underflow=index == 4)
                    self.options["callback"](heard, played, size, None, slow)
                    card.played.append(played)
                signal.raise_signal(signal.SIGINT)
                return self

            def __exit__(self, *_: object) -> None:
                """Closes."""

        self.Stream = Stream


def test_through_the_sound_card(
    run: Run, tiny_live_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = FakeCard()
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    options = ["-q", "rain", "-m", tiny_live_card, "--microphone", "--rate", 16_000]
    result = run("live", *options, "--sound-card", "mic", "--sound-card", "cable")
    assert result.status == 0, result.err
    assert "real-time factor" in result.err
    assert "interrupted" not in result.err
    played = np.concatenate(card.played)
    # What is said is held back apart from the block, then there is sound without a gap.
    assert len(played) == 6 * 320
    assert np.abs(played).max() <= 1.0
    said = re.search(r"\((\d+) by the model", result.err)
    assert said is not None
    held_back = 16 * int(said[1])
    assert np.abs(played[: held_back - 16]).max() == 0
    assert (np.abs(played[held_back + 16 :]).reshape(-1, 16).max(axis=1) > 0).all()
    assert "sound was lost 2 times" in result.err
    assert card.devices == ("mic", "cable")
    assert "cannot be used: Invalid sample rate" in run("live", *options[:-1], 1234).err
    three = [part for name in "abc" for part in ("--sound-card", name)]
    assert "one --sound-card for the input" in run("live", *options, *three).err
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert "pip install 'soundlasso[live]'" in run("live", *options).err
