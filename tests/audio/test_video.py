"""Videos with another sound: the picture untouched, both in time."""

import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from soundlasso.audio import read_audio
from soundlasso.audio.video import check_video, has_picture, require_av, video_suffix, write_video
from soundlasso.errors import AudioError, MissingDependencyError, OptionError
from tests.audio.making import make_video, pictures
from tests.conftest import noise

X264 = ("libx264", "aac")


@pytest.mark.parametrize("late", [0.0, 0.5])
@pytest.mark.parametrize(
    ("name", "codecs", "written"),
    [
        ("a.mp4", X264, "b.mp4"),
        ("a.M4V", X264, "b.m4v"),
        ("a.mov", ("mpeg4", "aac"), "b.mov"),
        ("a.mkv", X264, "b.mkv"),
        ("a.webm", ("libvpx", "libopus"), "b.webm"),
        ("a.avi", ("mpeg4", "mp3"), "b.mkv"),
    ],
)
def test_the_picture_stays_and_the_sound_is_in_time(
    tmp_path: Path, name: str, codecs: tuple[str, str], written: str, late: float
) -> None:
    # FFmpeg takes .m4v for a bare stream when it writes one.
    made = tmp_path / name.replace("M4V", "mp4")
    video = make_video(made, codecs, late=late).rename(tmp_path / name)
    sound, rate = read_audio(video)
    quieter = sound * np.float32(0.5)
    soundfile.write(tmp_path / "a.wav", quieter.T, rate)
    out = tmp_path / written
    assert out.suffix == video_suffix(video)
    write_video(video, tmp_path / "a.wav", out)
    assert pictures(out) == pictures(video)
    found, found_rate = read_audio(out)
    assert found_rate == rate
    length = min(found.shape[1], sound.shape[1])
    assert length > sound.shape[1] - 2048
    # The tone moved by one sample would differ by 0.008.
    error = found[:, :length] - quieter[:, :length]
    assert np.sqrt(np.square(error).mean()) < 0.003
    with av.open(str(out)) as container:
        assert container.metadata.get("title", container.metadata.get("TITLE")) == "a title"
    assert not out.with_name(out.name + ".part").exists()


@pytest.mark.parametrize(
    ("name", "rate", "kept"),
    [("a.mp4", 22_050, 22_050), ("a.mp4", 192_000, 48_000), ("a.mkv", 11_127, 48_000)],
)
def test_rates_that_the_encoder_does_not_know(
    tmp_path: Path, name: str, rate: int, kept: int
) -> None:
    video = make_video(tmp_path / name, X264)
    soundfile.write(tmp_path / "a.wav", noise(6, 2 * rate).T, rate)
    write_video(video, tmp_path / "a.wav", tmp_path / f"b{video.suffix}")
    with av.open(str(tmp_path / f"b{video.suffix}")) as container:
        (voice,) = container.streams.audio
        assert (voice.codec_context.sample_rate, voice.codec_context.layout.name) == (kept, "5.1")
        assert float(container.duration or 0) / av.time_base == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(("channels", "layout"), [(1, "mono"), (3, "3.0"), (4, "quad"), (8, "7.1")])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_channels(tmp_path: Path, name: str, channels: int, layout: str) -> None:
    video = make_video(tmp_path / name, X264 if name == "a.mp4" else ("libvpx", "libopus"))
    time = np.arange(96_000) / 48_000
    hertz = 300.0 + 100.0 * np.arange(channels)
    tones = (0.3 * np.sin(2 * np.pi * hertz[:, None] * time)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", tones.T, 48_000)
    out = tmp_path / f"b{video.suffix}"
    write_video(video, tmp_path / "a.wav", out)
    with av.open(str(out)) as container:
        assert container.streams.audio[0].layout.name == layout
    found, _ = read_audio(out)
    heard = np.abs(np.fft.rfft(found[:, 24_000:72_000])).argmax(axis=1)
    # Where low frequencies have a speaker of their own, the encoder takes the others out.
    assert [a == b for a, b in zip(heard, hertz, strict=True)].count(False) <= (channels > 5)


def test_a_picture_without_sound_gets_some(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    video, silent = make_video(tmp_path / "a.mp4", X264), tmp_path / "silent.mp4"
    with av.open(str(video)) as source, av.open(str(silent), "w") as out:
        copy = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
    write_video(silent, write_wav(rate=48_000, seconds=2.0), tmp_path / "b.mp4")
    assert pictures(tmp_path / "b.mp4") == pictures(video)
    assert read_audio(tmp_path / "b.mp4")[0].shape[1] == pytest.approx(96_000, abs=2048)


def test_apples_tag_for_hevc_is_kept(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    made, video = make_video(tmp_path / "made.mov", ("libx265", "aac")), tmp_path / "a.mov"
    with av.open(str(made)) as source, av.open(str(video), "w") as out:
        copy = out.add_stream_from_template(source.streams.video[0], codec_tag="hvc1")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
    write_video(video, write_wav(), tmp_path / "b.mov")
    with av.open(str(tmp_path / "b.mov")) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"


def test_what_cannot_become_a_video_is_known_beforehand(tmp_path: Path) -> None:
    check_video(make_video(tmp_path / "a.mp4", X264))
    check_video(make_video(tmp_path / "a.avi", ("mpeg4", "mp3")))
    old = make_video(tmp_path / "b.avi", ("wmv2", "mp3"))
    with pytest.raises(AudioError, match=r"b\.avi: its picture cannot be put into a \.mkv: "):
        check_video(old)


def test_what_is_a_video(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    assert has_picture(make_video(tmp_path / "a.mp4", X264))
    assert not has_picture(write_wav())
    assert not has_picture(tmp_path / "missing.mp4")
    song = with_cover(tmp_path / "song.m4a")
    with av.open(str(song)) as container:
        assert len(container.streams.video) == 1
    assert not has_picture(song)


def with_cover(path: Path) -> Path:
    """A song with a picture of its album."""
    with av.open(str(path), "w", format="mp4") as container:
        voice = container.add_stream("aac", rate=48_000, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        image = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        container.mux(cover.encode(image))
        container.mux(cover.encode(None))
        frame = av.AudioFrame.from_ndarray(noise(1, 48_000), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux(voice.encode(frame))
        container.mux(voice.encode(None))
    return path


def test_more_channels_than_a_video_can_have(tmp_path: Path) -> None:
    video = make_video(tmp_path / "a.mp4", X264)
    soundfile.write(tmp_path / "a.wav", noise(9, 48_000).T, 48_000)
    with pytest.raises(OptionError, match=r"\.mp4 holds up to 8 channels, not 9"):
        write_video(video, tmp_path / "a.wav", tmp_path / "b.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "a.wav"]


def test_what_has_no_picture(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    sound = write_wav()
    with pytest.raises(AudioError, match=r"this video cannot be written: it has no picture"):
        write_video(sound, sound, tmp_path / "b.mkv")


def test_a_picture_that_its_container_cannot_hold(
    tmp_path: Path, write_wav: Callable[..., Path]
) -> None:
    video = make_video(tmp_path / "a.mkv", X264)
    with pytest.raises(AudioError, match=r"b\.webm: this video cannot be written: "):
        write_video(video, write_wav(), tmp_path / "b.webm")
    assert not list(tmp_path.glob("b.*"))


def test_endings_that_are_no_videos(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    video = make_video(tmp_path / "a.mp4", X264)
    with pytest.raises(OptionError, match=r"b\.MP4: videos end in one of \.mp4, \.m4v, "):
        write_video(video, write_wav(), tmp_path / "b.MP4")


def test_a_folder_that_cannot_be_written(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    video = make_video(tmp_path / "a.mp4", X264)
    with pytest.raises(AudioError, match=r"this video cannot be written: .*No such file"):
        write_video(video, write_wav(), tmp_path / "none" / "b.mp4")


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[media\]"):
        require_av()
