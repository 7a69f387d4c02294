"""Writing: exact, never wrapped, and nothing half done under the final name."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundlasso.audio import AudioWriter, OutputFormat, read_audio, write_audio
from soundlasso.audio.writer import FormatName, commit_together
from soundlasso.errors import AudioError, OptionError
from tests.conftest import noise


@pytest.mark.parametrize(("name", "bits"), [("wav", 16), ("wav", 24), ("flac", 16), ("flac", 24)])
def test_integers_come_back_as_they_were(tmp_path: Path, name: str, bits: int) -> None:
    steps = 1 << (bits - 1)
    integers = np.random.default_rng(0).integers(-steps, steps, (2, 4000))
    samples = (integers / steps).astype(np.float32)
    path = tmp_path / f"a.{name}"
    assert write_audio(path, samples, 44_100, OutputFormat(name, bits)) == 0  # type: ignore[arg-type]
    assert np.array_equal(read_audio(path)[0], samples)
    assert soundfile.info(path).subtype == f"PCM_{bits}"


def test_float_keeps_everything(tmp_path: Path) -> None:
    samples = noise(3, 1000) * 50
    assert write_audio(tmp_path / "a.wav", samples, 96_000) == 0
    assert np.array_equal(read_audio(tmp_path / "a.wav")[0], samples)


def test_full_scale_clips_and_never_wraps(tmp_path: Path) -> None:
    samples = np.array([[0.0, 0.5, 1.0, 1.2, -1.0, -1.2, 3.0, -3.0]], np.float32)
    clipped = write_audio(tmp_path / "a.wav", samples, 8000, OutputFormat("wav", 16))
    assert clipped == 4
    read = soundfile.read(tmp_path / "a.wav", dtype="int16")[0]
    assert read.tolist() == [0, 16384, 32767, 32767, -32768, -32768, 32767, -32768]


@pytest.mark.parametrize("name", ["mp3", "ogg"])
def test_lossy_formats(tmp_path: Path, name: str) -> None:
    time = np.arange(44_100) / 44_100
    samples = np.stack([np.sin(2 * np.pi * f * time) for f in (440, 660)]).astype(np.float32) * 0.5
    write_audio(tmp_path / f"a.{name}", samples, 44_100, OutputFormat(name))  # type: ignore[arg-type]
    read, rate = read_audio(tmp_path / f"a.{name}")
    assert rate == 44_100
    assert np.abs(np.fft.rfft(read[:, :44_100])).argmax(axis=1).tolist() == [440, 660]


@pytest.mark.parametrize(("name", "usual"), [("mp3", 6), ("ogg", 4)])
@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2)])
def test_quality(tmp_path: Path, name: FormatName, usual: int, rate: int, channels: int) -> None:
    samples = noise(channels, 3 * rate)
    sizes = []
    for quality in (0, 2.5, usual, 8, 10, None):
        path = tmp_path / f"{quality}.{name}"
        write_audio(path, samples, rate, OutputFormat(name, quality=quality))
        assert soundfile.info(path).frames == samples.shape[1]
        sizes.append(path.stat().st_size)
    assert sizes[:5] == sorted(set(sizes[:5]))
    assert sizes[4] > 1.5 * sizes[0]
    assert sizes[5] == sizes[2]


@pytest.mark.parametrize(
    ("name", "quality", "message"),
    [
        ("wav", 5, "wav has no --quality; mp3 and ogg have"),
        ("flac", 5, "flac has no --quality"),
        ("ogg", -0.5, "--quality must be between 0 and 10, not -0.5"),
        ("mp3", 11, "--quality must be between 0 and 10, not 11"),
        ("mp3", float("nan"), "between 0 and 10, not nan"),
    ],
)
def test_qualities_that_there_are_not(name: FormatName, quality: float, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        OutputFormat(name, quality=quality)


@pytest.mark.parametrize("name", ["mp3", "ogg"])
def test_a_minute_at_once(tmp_path: Path, name: str) -> None:
    """The Vorbis encoder crashes the whole process when it is given this much in one go."""
    path = tmp_path / f"a.{name}"
    write_audio(path, noise(2, 48_000 * 60), 48_000, OutputFormat(name))  # type: ignore[arg-type]
    assert soundfile.info(path).frames == pytest.approx(48_000 * 60, abs=3000)


@pytest.mark.parametrize(
    ("name", "bits", "message"),
    [
        ("aac", 16, "choose one of wav, flac, mp3, ogg"),
        ("wav", 20, "16, 24 or 32"),
        ("flac", 32, "use --format wav"),
    ],
)
def test_formats_that_there_are_not(name: str, bits: int, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        OutputFormat(name, bits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "rate", "channels", "message"),
    [
        ("mp3", 96_000, 2, "sample rate of 96000"),
        ("mp3", 44_100, 6, "up to 2 channels"),
        ("flac", 44_100, 9, "up to 8 channels"),
        ("flac", 700_000, 1, "sample rate of 700000"),
        ("ogg", 250_000, 1, "sample rate of 250000"),
    ],
)
def test_what_a_format_cannot_hold(
    tmp_path: Path, name: str, rate: int, channels: int, message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        write_audio(tmp_path / "a", noise(channels, 100), rate, OutputFormat(name))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_nothing_appears_before_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    form = OutputFormat("wav", 16)
    with AudioWriter(path, sample_rate=8000, channels=1, form=form) as writer:
        writer.write(noise(1, 100))
        assert not path.exists()
    assert list(tmp_path.iterdir()) == []
    path.write_bytes(b"what was there")
    with (
        pytest.raises(RuntimeError),
        AudioWriter(path, sample_rate=8000, channels=1, form=form) as writer,
    ):
        raise RuntimeError
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be written: No such file or directory"):
        write_audio(tmp_path / "none" / "a.wav", noise(1, 10), 8000)


def test_full_disk() -> None:
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("needs /dev/full")
    from soundlasso.audio.writer import _reason

    # libsndfile hides the system's words; what the disk says is looked up.
    with pytest.raises(OSError, match="No space left") as caught:
        device.write_bytes(b"x" * 100_000)
    assert _reason(caught.value, Path("/tmp/a.wav")) == "No space left on device"


def test_beyond_four_gigabytes_a_wav_counts_in_64_bits(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    form = OutputFormat("wav", 32)
    with AudioWriter(path, sample_rate=8000, channels=2, form=form, frames=1 << 30) as writer:
        writer.write(noise(2, 100))
        writer.commit()
    assert path.read_bytes()[:4] == b"RF64"
    assert read_audio(path)[0].shape == (2, 100)


def test_a_wav_that_becomes_too_large_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soundlasso.audio.writer._LARGEST_WAV", 1000)
    path = tmp_path / "a.wav"
    form = OutputFormat("wav", 16)
    with (
        pytest.raises(AudioError, match="use --format flac"),
        AudioWriter(path, sample_rate=8000, channels=1, form=form) as writer,
    ):
        writer.write(noise(1, 501))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("channels", "form"), [(1, "WAV"), (2, "WAV"), (3, "WAVEX"), (6, "WAVEX")])
@pytest.mark.parametrize("bits", [16, 24, 32])
def test_more_than_two_channels_say_their_speakers(
    tmp_path: Path, channels: int, form: str, bits: int
) -> None:
    path = tmp_path / "a.wav"
    samples = noise(channels, 1000)
    write_audio(path, samples, 48_000, OutputFormat("wav", bits))
    assert soundfile.info(path).format == form
    assert np.abs(read_audio(path)[0] - samples).max() < 1e-4
    if channels == 6:
        content = path.read_bytes()
        at = content.index(b"fmt ") + 8
        assert content[at : at + 2] == b"\xfe\xff"
        assert int.from_bytes(content[at + 20 : at + 24], "little") == 0x3F


def test_files_that_belong_together_appear_together(tmp_path: Path) -> None:
    (tmp_path / "b.wav").mkdir()
    writers = [
        AudioWriter(tmp_path / name, sample_rate=8000, channels=1, form=OutputFormat("wav", 16))
        for name in ("a.wav", "b.wav")
    ]
    with writers[0], writers[1], pytest.raises(AudioError, match=r"b\.wav: cannot be written"):
        commit_together(writers)
    assert [path.name for path in tmp_path.iterdir()] == ["b.wav"]


@pytest.mark.skipif(os.name != "posix", reason="Windows opens no file twice for writing")
def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    path, sound = tmp_path / "a.wav", noise(1, 1000)
    form = OutputFormat("wav", 32)

    def begin() -> AudioWriter:
        return AudioWriter(path, sample_rate=8000, channels=1, form=form)

    with begin() as first:
        first.write(sound)
        with pytest.raises(AudioError, match="is being written by another run just now"):
            begin()
        first.write(sound)
        first.commit()
    with begin() as second:
        # What left its lock when it got its name does not take this one's away.
        first.discard()
        second.write(sound)
        second.commit()
    assert np.array_equal(read_audio(path)[0], sound)
    # What a run that was killed left is written over.
    (tmp_path / "a.wav.part").write_bytes(bytes(100_000))
    with begin() as third:
        third.write(sound)
        third.commit()
    assert np.array_equal(read_audio(path)[0], sound)
    assert [found.name for found in tmp_path.iterdir()] == ["a.wav"]
