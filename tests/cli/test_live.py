"""``soundlasso live``: pipes, recordings and the sound card."""

import io
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
from tests.conftest import noise

Run = Callable[..., Any]


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
    heard = np.concatenate(list(read_pcm(io.BytesIO(content), form, channels, 99)), axis=1)  # type: ignore[arg-type]
    got = np.concatenate(list(read_pcm(io.BytesIO(out), form, channels, 99)), axis=1)  # type: ignore[arg-type]
    whole = soundlasso.load(tiny_live_card).separate(heard, "a dog", sample_rate=16_000)
    assert got.shape == samples.shape
    assert np.abs(whole.target).max() > 1e-3
    assert np.abs(got - whole.target).max() < 1e-4
    _, rest = pipe(content, "-q", "a dog", "--remove", *options)
    left = np.concatenate(list(read_pcm(io.BytesIO(rest), form, channels, 99)), axis=1)  # type: ignore[arg-type]
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-q", " "], "the query is empty"),
        (["-q", "rain", "--format", "mp3"], "--format must be one of s16le, f32le, not 'mp3'"),
        (["-q", "rain", "--rate", "10"], "a --rate of 10 Hz is not one of sound"),
        (["in.wav", "-q", "rain"], "--out is for a recording's result, and a recording needs one"),
        (["-q", "rain", "-o", "x.wav"], "--out is for a recording's result"),
        (["in.wav", "-q", "rain", "-o", "x.wav", "--microphone"], "choose a recording or"),
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


def test_input_that_is_no_sound(
    pipe: Callable[..., tuple[Any, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert pipe(b"abc", "-q", "rain")[0] == 1
    assert "ends within a sample of 1 x s16le" in capsys.readouterr().err
    bad = np.array([np.nan], "<f4").tobytes()
    assert pipe(bad, "-q", "rain", "--format", "f32le")[0] == 1
    assert "values that are no numbers" in capsys.readouterr().err


class FakeCard(ModuleType):
    """Stands for sounddevice: plays three blocks, then Ctrl-C comes."""

    class PortAudioError(Exception):
        """Its own."""

    class CallbackAbort(Exception):
        """Its own."""

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.played: list[np.ndarray[Any, Any]] = []
        card = self

        class Stream:
            active = True

            def __init__(self, **options: Any) -> None:
                if options["samplerate"] == 1234:
                    raise FakeCard.PortAudioError("Invalid sample rate")
                self.options = options

            def __enter__(self) -> "Stream":
                size, channels = self.options["blocksize"], self.options["channels"]
                for index in range(6):
                    heard = noise(channels, size, seed=index).T
                    played = np.full_like(heard, 7.0)
                    self.options["callback"](heard, played, size, None, None)
                    card.played.append(played)
                raise KeyboardInterrupt

            def __exit__(self, *_: object) -> None:
                """Closes."""

        self.Stream = Stream


def test_through_the_sound_card(
    run: Run, tiny_live_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = FakeCard()
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    options = ["-q", "rain", "-m", tiny_live_card, "--microphone", "--rate", 16_000]
    result = run("live", *options)
    assert result.status == 0, result.err
    played = np.concatenate(card.played)
    # The model and the cushion hold back five blocks of 20 ms at most; then there is sound.
    assert len(played) == 6 * 320
    assert np.abs(played).max() <= 1.0
    assert np.abs(played[5 * 320 :]).max() > 0
    assert "cannot be used: Invalid sample rate" in run("live", *options[:-1], 1234).err
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert "pip install 'soundlasso[live]'" in run("live", *options).err
