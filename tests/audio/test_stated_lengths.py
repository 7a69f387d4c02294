"""Files whose headers say less than they hold, or nothing at all."""

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundlasso.audio.reader import open_audio, read_audio, read_rest
from soundlasso.errors import AudioError
from tests.conftest import noise

RATE = 44_100
FRAMES = 3 * RATE
NAMES = ("a.mp3", "a.ogg", "a.opus")


@pytest.fixture
def sound() -> np.ndarray:
    return 0.3 * noise(2, FRAMES).astype(np.float32)


@pytest.fixture
def without_av(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)


def write(path: Path, samples: np.ndarray) -> bytes:
    """Writes a sound as its ending says."""
    kind = {".mp3": "MP3", ".ogg": "OGG", ".opus": "OGG"}[path.suffix]
    opus = path.suffix == ".opus"
    subtype = "OPUS" if opus else None
    soundfile.write(path, samples.T, 48_000 if opus else RATE, format=kind, subtype=subtype)
    return path.read_bytes()


def read(path: Path) -> tuple[np.ndarray, list[str]]:
    with open_audio(path) as reader:
        return read_rest(reader, name=str(path)), reader.warnings


def without_length(content: bytes, tag: bytes) -> bytes:
    """An MP3 file without its first frame, which says how long it is."""
    return content[content.index(b"\xff\xfb", content.index(tag)) :]


@pytest.mark.parametrize("name", NAMES)
def test_several_files_in_a_row(tmp_path: Path, sound: np.ndarray, name: str) -> None:
    pytest.importorskip("av")
    path = tmp_path / name
    content = write(path, sound)
    alone, warnings = read(path)
    assert (alone.shape, warnings) == ((2, FRAMES), [])
    path.write_bytes(content + content)
    both, warnings = read(path)
    # Of the second, what its encoder filled up at the ends is played too.
    assert 2 * FRAMES <= both.shape[1] <= 2 * FRAMES + 4 * 1152
    assert warnings == []
    second = both[:, -FRAMES:]
    assert np.square(second).mean() == pytest.approx(np.square(alone).mean(), rel=0.05)
    later, _ = read_audio(path, start=4.0)
    assert later.shape[1] == both.shape[1] - 4 * (48_000 if name == "a.opus" else RATE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("without_av")
def test_several_files_in_a_row_without_the_media_extra(
    tmp_path: Path, sound: np.ndarray, name: str
) -> None:
    path = tmp_path / name
    content = write(path, sound)
    assert read(path)[1] == []
    path.write_bytes(content + content)
    first, warnings = read(path)
    assert first.shape[1] == FRAMES
    assert len(warnings) == 1
    assert "goes on behind the end that it states" in warnings[0]
    # Whoever wants no more than a part of it has nothing to learn from that.
    with open_audio(path, duration=1.0) as reader:
        assert read_rest(reader, name="").shape[1] > 0
        assert reader.warnings == []


@pytest.mark.usefixtures("without_av")
def test_tags_behind_the_sound_are_no_sound(tmp_path: Path, sound: np.ndarray) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(write(path, sound) + b"APETAGEX" + bytes(100_000))
    assert read(path)[1] == []


@pytest.mark.parametrize("loud_first", [True, False])
def test_mp3_of_varying_rate_that_states_no_length(
    tmp_path: Path, sound: np.ndarray, loud_first: bool
) -> None:
    pytest.importorskip("av")
    loudness = np.where(np.arange(FRAMES) < FRAMES // 2, 1.0, 1e-3).astype(np.float32)
    path = tmp_path / "a.mp3"
    varied = sound * (loudness if loud_first else loudness[::-1])
    soundfile.write(path, varied.T, RATE, format="MP3", bitrate_mode="VARIABLE")
    path.write_bytes(without_length(path.read_bytes(), b"Xing"))
    assert abs(soundfile.info(path).frames - FRAMES) > RATE // 2
    found, warnings = read(path)
    assert FRAMES <= found.shape[1] <= FRAMES + 4 * 1152
    assert warnings == []
    late = 2.9 if loud_first else 2.0
    assert read_audio(path, start=late)[0].shape[1] == found.shape[1] - round(late * RATE)


@pytest.mark.usefixtures("without_av")
def test_mp3_of_one_rate_that_states_no_length(tmp_path: Path, sound: np.ndarray) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, sound.T, RATE, format="MP3", bitrate_mode="CONSTANT")
    assert b"Info" not in path.read_bytes()
    found, warnings = read(path)
    assert abs(found.shape[1] - FRAMES) <= 4 * 1152
    assert warnings == []


def test_an_mp3_that_is_cut_off_says_so(tmp_path: Path, sound: np.ndarray) -> None:
    path = tmp_path / "a.mp3"
    content = write(path, sound)
    path.write_bytes(content[: len(content) // 2])
    found, warnings = read(path)
    assert found.shape[1] < 0.6 * FRAMES
    assert any("cannot be decoded" in warning for warning in warnings)


def endless_flac(path: Path, samples: np.ndarray) -> None:
    """As an encoder leaves it that writes to a pipe."""
    soundfile.write(path, samples.T, RATE, format="FLAC")
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)


def test_flac_that_states_no_length(tmp_path: Path, sound: np.ndarray) -> None:
    pytest.importorskip("av")
    path = tmp_path / "a.flac"
    endless_flac(path, sound)
    found, warnings = read(path)
    np.testing.assert_allclose(found, sound, atol=2.0**-15)
    assert warnings == []


@pytest.mark.usefixtures("without_av")
def test_flac_that_states_no_length_without_the_media_extra(
    tmp_path: Path, sound: np.ndarray
) -> None:
    path = tmp_path / "a.flac"
    endless_flac(path, sound)
    with open_audio(path) as reader:
        assert (reader.info.frames, reader.info.estimate) == (None, None)
        found = read_rest(reader, name=str(path))
        assert reader.warnings == []
    # libsndfile does not give the last sample of such a file.
    assert FRAMES - 1 <= found.shape[1] <= FRAMES
    np.testing.assert_allclose(found, sound[:, : found.shape[1]], atol=2.0**-15)


def wav(path: Path, samples: np.ndarray, states: int, more: int = 0) -> None:
    """A wav file that says that it holds so many bytes, and whose end is a hole of ``more``."""
    soundfile.write(path, samples.T, RATE, format="WAV")
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = struct.pack("<I", states)
    path.write_bytes(content)
    os.truncate(path, len(content) + more)


def test_a_wav_that_was_never_finished(tmp_path: Path, sound: np.ndarray) -> None:
    pytest.importorskip("av")
    wav(tmp_path / "a.wav", sound, states=0)
    np.testing.assert_allclose(read(tmp_path / "a.wav")[0], sound, atol=2.0**-15)


@pytest.mark.usefixtures("without_av")
def test_a_wav_that_was_never_finished_without_the_media_extra(
    tmp_path: Path, sound: np.ndarray
) -> None:
    wav(tmp_path / "a.wav", sound, states=0)
    with pytest.raises(AudioError, match=r"its writer did not finish it.*soundlasso\[media\]"):
        open_audio(tmp_path / "a.wav")


def test_an_empty_wav_is_still_empty(tmp_path: Path) -> None:
    wav(tmp_path / "a.wav", np.zeros((2, 0), np.float32), states=0)
    with pytest.raises(AudioError, match="it holds no samples"):
        open_audio(tmp_path / "a.wav")


def test_a_wav_larger_than_its_header_can_count(tmp_path: Path, sound: np.ndarray) -> None:
    wav(tmp_path / "a.wav", sound, states=4 * FRAMES, more=1 << 32)
    with pytest.raises(AudioError, match="larger than the 4 GB that its header can count"):
        open_audio(tmp_path / "a.wav")


@pytest.mark.parametrize("loud_first", [True, False])
def test_aac_without_a_container(tmp_path: Path, sound: np.ndarray, loud_first: bool) -> None:
    av = pytest.importorskip("av")
    loudness = np.where(np.arange(FRAMES) < FRAMES // 2, 1.0, 1e-3).astype(np.float32)
    samples = np.ascontiguousarray(sound * (loudness if loud_first else loudness[::-1]))
    path = tmp_path / "a.aac"
    with av.open(str(path), "w", format="adts") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    found, warnings = read(path)
    assert FRAMES <= found.shape[1] <= FRAMES + 2048
    assert found.shape[1] % 1024 == 0
    assert warnings == []
