"""Reading: whatever people have, and a clear word about what cannot be read."""

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from soundlasso.audio import open_audio, read_audio
from soundlasso.audio.info import Samples
from soundlasso.audio.reader import check_finite, iterate_blocks
from soundlasso.errors import AudioError, MissingDependencyError
from tests.audio.making import make_video
from tests.conftest import noise


@pytest.mark.parametrize(
    ("name", "subtype", "bits"),
    [
        ("a.wav", "PCM_U8", 16),
        ("a.wav", "PCM_16", 16),
        ("a.wav", "PCM_24", 24),
        ("a.wav", "PCM_32", 32),
        ("a.wav", "FLOAT", 32),
        ("a.wav", "DOUBLE", 32),
        ("a.wav", "ULAW", 16),
        ("a.flac", "PCM_16", 16),
        ("a.flac", "PCM_24", 24),
        ("a.aiff", "PCM_24", 24),
        ("a.ogg", "VORBIS", 16),
        ("a.opus", "OPUS", 16),
        ("a.mp3", "MPEG_LAYER_III", 16),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_sound_files_of_every_kind(
    tmp_path: Path, name: str, subtype: str, bits: int, channels: int
) -> None:
    samples = noise(channels, 24_000)
    form = {"opus": "OGG"}.get(name.rsplit(".")[-1])
    soundfile.write(tmp_path / name, samples.T, 48_000, subtype=subtype, format=form)
    with open_audio(tmp_path / name) as reader:
        assert (reader.info.sample_rate, reader.info.channels) == (48_000, channels)
        assert reader.info.bits == bits
    read, rate = read_audio(tmp_path / name)
    assert rate == 48_000
    assert read.shape[0] == channels
    assert read.shape[1] == pytest.approx(24_000, abs=0 if subtype != "MPEG_LAYER_III" else 2400)
    if subtype not in {"MPEG_LAYER_III", "OPUS", "VORBIS"}:
        assert np.abs(read - samples).max() < (0.02 if bits == 16 else 1e-6)


@pytest.mark.parametrize("rate", [8000, 11_025, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 6])
def test_any_rate_and_number_of_channels(tmp_path: Path, rate: int, channels: int) -> None:
    soundfile.write(tmp_path / "a.wav", noise(channels, rate // 10).T, rate)
    samples, read_rate = read_audio(tmp_path / "a.wav")
    assert (samples.shape, read_rate) == ((channels, rate // 10), rate)


def write_media(path: Path, codec: str, *, rate: int = 44_100, seconds: float = 2.0) -> None:
    """Encodes a stereo tone, into a video where the format is one."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        time = np.arange(round(rate * seconds)) / rate
        tone = np.stack([np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 660 * time)]) * 0.4
        for start in range(0, tone.shape[1], 960):
            block = np.ascontiguousarray(tone[:, start : start + 960].astype(np.float32))
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = rate, start
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.m4a", "aac", 44_100),
        ("a.mp4", "aac", 48_000),
        ("a.mkv", "aac", 44_100),
        ("a.webm", "libopus", 48_000),
    ],
)
def test_media_through_ffmpeg(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    write_media(tmp_path / name, codec, rate=rate)
    samples, read_rate = read_audio(tmp_path / name)
    assert read_rate == rate
    assert samples.shape[0] == 2
    # An m4a says its length, which corrects the padding of the last frame.
    slack = 0 if name.endswith(("m4a", "mp4")) else 3000
    assert samples.shape[1] == pytest.approx(2 * rate, abs=slack)
    spectrum = np.abs(np.fft.rfft(samples[:, :rate]))
    assert spectrum.argmax(axis=1).tolist() == [440, 660]


@pytest.mark.parametrize("name", ["a.wav", "a.m4a", "a.mkv"])
def test_start_and_duration(tmp_path: Path, name: str) -> None:
    if name == "a.wav":
        soundfile.write(tmp_path / name, noise(2, 88_200).T, 44_100)
    else:
        write_media(tmp_path / name, "aac")
    whole, _ = read_audio(tmp_path / name)
    part, _ = read_audio(tmp_path / name, start=0.5, duration=0.75)
    assert part.shape[1] == round(0.75 * 44_100)
    assert np.array_equal(part, whole[:, 22_050 : 22_050 + part.shape[1]])
    rest, _ = read_audio(tmp_path / name, start=0.5)
    assert rest.shape[1] == whole.shape[1] - 22_050
    with pytest.raises(AudioError, match="ends before 7 s"):
        read_audio(tmp_path / name, start=7.0)


def test_blocks_add_up_to_the_whole(tmp_path: Path) -> None:
    write_media(tmp_path / "a.m4a", "aac")
    whole, _ = read_audio(tmp_path / "a.m4a")
    with open_audio(tmp_path / "a.m4a") as reader:
        blocks = []
        while (block := reader.read(777)).shape[1]:
            blocks.append(block)
    assert np.array_equal(np.concatenate(blocks, axis=1), whole)


def test_the_content_counts_not_the_ending(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", noise(1, 800).T, 8000)
    (tmp_path / "a.flac").rename(tmp_path / "a.mp3")
    assert read_audio(tmp_path / "a.mp3")[0].shape == (1, 800)


def refused(path: Path) -> str:
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.wav")


def test_directory(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert "file is empty" in refused(tmp_path / "a.wav")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    path = write_wav()
    path.chmod(0)
    assert "no permission" in refused(path)


def test_unreadable_file_as_the_system_says(
    write_wav: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wav()

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert "no permission" in refused(path)


def test_text_file_called_wav(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("This is not sound at all. " * 100)
    assert "not a sound or video file" in refused(tmp_path / "a.wav")


def test_no_samples(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((0, 1)), 8000)
    assert "holds no samples" in refused(tmp_path / "a.wav")


def test_one_sample(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([[0.5]]), 8000)
    assert read_audio(tmp_path / "a.wav")[0].tolist() == [[0.5]]


def test_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=24)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    assert "has no sound" in refused(path)


def test_a_truncated_wav_is_read_as_far_as_it_goes(write_wav: Callable[..., Path]) -> None:
    path = write_wav(seconds=2.0)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with open_audio(path) as reader:
        assert len(reader.warnings) == 1
        assert "cut off (50% is missing)" in reader.warnings[0]
    samples, rate = read_audio(path)
    assert samples.shape[1] / rate == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.mkv"])
@pytest.mark.parametrize("frames", [1000, 10_000, 1_000_000])
def test_a_truncated_compressed_file_is_read_as_far_as_it_goes(
    tmp_path: Path, name: str, frames: int
) -> None:
    path = tmp_path / name
    if name == "a.mkv":
        write_media(path, "aac", rate=16_000, seconds=10.0)
    else:
        soundfile.write(path, noise(1, 160_000).T, 16_000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with open_audio(path) as reader:
        count = 0
        while (block := reader.read(frames)).shape[1]:
            count += block.shape[1]
        assert 60_000 < count < 100_000
        if name in {"a.flac", "a.mkv"}:
            assert "reading what is there" in reader.warnings[0]


def write_damaged_flac(path: Path, *damage: tuple[float, bytes | int]) -> Samples:
    """Ten seconds with other bytes, or some that are lost, at these parts of the file."""
    soundfile.write(path, noise(2, 160_000).T, 16_000)
    whole: Samples = soundfile.read(path, dtype="float32")[0].T
    content = bytearray(path.read_bytes())
    for place, change in sorted(damage, reverse=True):
        at = int(place * len(content))
        lost = change if isinstance(change, int) else len(change)
        content[at : at + lost] = b"" if isinstance(change, int) else change
    path.write_bytes(content)
    return whole


@pytest.mark.parametrize("change", [b"x", bytes(5000), 5000])
@pytest.mark.parametrize("frames", [1000, 160_000])
def test_what_follows_damage_in_a_flac_file_stays_in_its_place(
    tmp_path: Path, change: bytes | int, frames: int
) -> None:
    path = tmp_path / "a.flac"
    whole = write_damaged_flac(path, (0.3, change), (0.7, change))
    with open_audio(path) as reader:
        read = np.concatenate(list(iterate_blocks(reader, frames=frames, name="a")), axis=1)
        (warning,) = reader.warnings
    assert read.shape == whole.shape
    other = np.flatnonzero((read != whole).any(axis=0))
    assert not read[:, other].any()
    for first, last in ((40_000, 60_000), (105_000, 125_000)):
        inside = other[(first < other) & (other < last)]
        assert 4000 < len(inside) < 16_000
        other = np.setdiff1d(other, inside)
    assert not len(other)
    found = re.fullmatch(
        r".*a\.flac: (.*) s cannot be decoded and are left silent \((.*)\)", warning
    )
    assert found is not None
    assert 0.5 < float(found[1]) < 2.0
    assert re.fullmatch(r"at [23]\.\d\d s, [67]\.\d\d s", found[2])


def test_a_start_within_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    whole = write_damaged_flac(path, (0.2, bytes(60_000)))
    with open_audio(path, start=2.5, duration=4.0) as reader:
        read = reader.read(100_000)
        assert "are left silent (at 2.50 s)" in reader.warnings[0]
    assert read.shape == (2, 64_000)
    assert not read[:, :4096].any()
    assert np.array_equal(read[:, -32_000:], whole[:, 72_000:104_000])


def test_many_damages_are_one_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    write_damaged_flac(path, *((place / 10, b"\0\0\0\0") for place in range(1, 9)))
    with open_audio(path) as reader:
        assert reader.read(200_000).shape == (2, 160_000)
        assert len(reader.warnings) == 1
    assert re.search(r"\(at ([\d.]+ s, ){2}[\d.]+ s and 5 more\)$", reader.warnings[0])


def test_damage_from_the_middle_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    write_damaged_flac(path, (0.5, bytes(1_000_000)))
    with open_audio(path) as reader:
        count = reader.read(200_000).shape[1]
        assert 60_000 < count < 81_000
        assert "the last" in reader.warnings[0]


def test_a_start_that_a_damaged_file_cannot_reach(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, noise(1, 160_000).T, 16_000)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(AudioError, match=r"cannot be read at 9 s|no samples could be decoded"):
        read_audio(path, start=9.0)


def test_names_say_nothing_about_content(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(1, 800).T, 8000)
    content = (tmp_path / "a.wav").read_bytes()
    for name in (b"a.raw", b"caf\xe9.wav", b"12:30.wav", b"a b'c\".mp4"):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path.write_bytes(content)
        assert read_audio(path)[0].shape == (1, 800)


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_media(tmp_path / "a.m4a", "aac")
    (tmp_path / "a.m4a").rename(tmp_path / "12:30.m4a")
    monkeypatch.chdir(tmp_path)
    assert read_audio("12:30.m4a")[1] == 44_100


def test_a_coding_that_nobody_knows(write_wav: Callable[..., Path]) -> None:
    path = write_wav()
    content = bytearray(path.read_bytes())
    # The number of the coding, in the chunk "fmt ".
    content[20:22] = b"\x77\x77"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="its sound cannot be decoded"):
        open_audio(path)


def test_lists_of_other_files_are_not_followed(tmp_path: Path) -> None:
    write_media(tmp_path / "part.ts", "aac", seconds=1.0)
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\npart.ts\n#EXT-X-ENDLIST\n"
    for name, text in (("a.m3u8", playlist), ("a.txt", "ffconcat version 1.0\nfile part.ts\n")):
        (tmp_path / name).write_text(text)
        with pytest.raises(AudioError, match="not a sound or video file"):
            open_audio(tmp_path / name)


def test_lossless_media_keep_their_bits(tmp_path: Path) -> None:
    write_media(tmp_path / "a.m4a", "alac")
    write_media(tmp_path / "b.m4a", "aac")
    with open_audio(tmp_path / "b.m4a") as reader:
        assert reader.info.bits == 16


def test_a_wav_of_unknown_length_is_no_cut_off_one(write_wav: Callable[..., Path]) -> None:
    path = write_wav()
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(bytes(content))
    with open_audio(path) as reader:
        assert reader.warnings == []
        assert reader.info.frames == 16_000


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (-np.inf, "infinite")])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, value: float, word: str) -> None:
    samples = noise(2, 20_000)
    samples[1, 12_345] = value
    samples[0, 15_000] = value
    soundfile.write(tmp_path / "a.wav", samples.T, 8000, subtype="FLOAT")
    message = refused(tmp_path / "a.wav")
    assert f"sample 12345 of channel 2 (at 1.543 s) is {word}" in message
    with pytest.raises(AudioError, match="sample 12345 of channel 2"):
        read_audio(tmp_path / "a.wav", start=1.0)


def test_both_infinities_together_are_refused() -> None:
    samples = np.zeros((1, 10), np.float32)
    samples[0, 3], samples[0, 5] = np.inf, -np.inf
    with pytest.raises(AudioError, match="sample 3 of channel 1"):
        check_finite(samples, 8000, name="x")


def test_without_pyav_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0 ftypM4A " + bytes(100))
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[media\]"):
        read_audio(tmp_path / "a.m4a")


@pytest.mark.parametrize(
    "options",
    [
        {"start": -1.0},
        {"start": np.inf},
        {"start": np.nan},
        {"duration": 0.0},
        {"duration": np.inf},
        {"duration": np.nan},
    ],
)
def test_times_that_make_no_sense(
    write_wav: Callable[..., Path], options: dict[str, float]
) -> None:
    with pytest.raises(AudioError, match=r"must be .* seconds"):
        read_audio(write_wav(), **options)


def write_video(path: Path, codec: str, pieces: list[tuple[float, float]]) -> None:
    """Four seconds of video, with 440 Hz in mono at these stretches of it, in seconds."""
    rate = 48_000
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=25)
        pictures.width = pictures.height = 32
        pictures.pix_fmt = "yuv420p"
        stream = container.add_stream(codec, rate=rate, layout="mono")
        packets = []
        for number in range(100):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            picture.pts = number
            packets += pictures.encode(picture)
        for begin, end in pieces:
            for at in range(round(begin * rate), round(end * rate), 1024):
                tone = 0.4 * np.sin(2 * np.pi * 440 * (at + np.arange(1024)) / rate)
                kind = "flt" if codec == "pcm_f32le" else "fltp"
                frame = av.AudioFrame.from_ndarray(
                    tone[None].astype(np.float32), format=kind, layout="mono"
                )
                frame.sample_rate, frame.pts = rate, at
                packets += stream.encode(frame)
        packets += [*pictures.encode(None), *stream.encode(None)]
        for packet in sorted(packets, key=lambda one: float((one.pts or 0) * one.time_base)):
            container.mux(packet)


def heard(samples: np.ndarray, rate: int) -> list[bool]:
    """Whether there is sound in each quarter of a second."""
    quarters = samples[0, : len(samples[0]) // (rate // 4) * (rate // 4)].reshape(-1, rate // 4)
    return [bool(level > 0.1) for level in np.abs(quarters).mean(1)]


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mkv", "pcm_f32le"), ("a.mkv", "aac"), ("a.mp4", "aac"), ("a.ts", "aac")],
)
def test_sound_that_begins_after_the_video_lies_where_it_is(
    tmp_path: Path, name: str, codec: str
) -> None:
    write_video(tmp_path / name, codec, [(2.0, 4.0)])
    with open_audio(tmp_path / name) as reader:
        samples = reader.read(1 << 20)
        assert reader.read(1).shape[1] == 0
        assert reader.warnings == []
    assert samples.shape[1] == pytest.approx(4 * 48_000, abs=2500)
    assert heard(samples, 48_000)[:15] == [False] * 8 + [True] * 7
    late = read_audio(tmp_path / name, start=1.0, duration=2.0)[0]
    assert np.array_equal(late, samples[:, 48_000 : 3 * 48_000])


def test_a_gap_in_the_middle_is_silent(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mkv", "pcm_f32le", [(0.0, 1.0), (2.0, 4.0)])
    samples, rate = read_audio(tmp_path / "a.mkv")
    assert heard(samples, rate)[:15] == [True] * 4 + [False] * 4 + [True] * 7


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [
        ("a.m4a", "aac", "7.1"),
        ("a.mkv", "pcm_s16le", "7.1"),
        ("a.mkv", "pcm_s16le", "hexadecagonal"),
    ],
)
def test_many_channels_through_ffmpeg(tmp_path: Path, name: str, codec: str, layout: str) -> None:
    count = 8 if layout == "7.1" else 16
    hertz = 300.0 + 50.0 * np.arange(count)
    tones = 0.3 * np.sin(2 * np.pi * hertz[:, None] * np.arange(48_000) / 48_000)
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream(codec, rate=48_000, layout=layout)
        packed = np.ascontiguousarray(tones.T, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    samples, _ = read_audio(tmp_path / name)
    assert samples.shape[0] == count
    heard = np.abs(np.fft.rfft(samples[:, :48_000])).argmax(axis=1)
    assert np.count_nonzero(heard != hertz) <= (codec == "aac")  # Its bass channel has none.


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_titles_in_old_encodings(tmp_path: Path, name: str) -> None:
    path = make_video(tmp_path / name, ("mpeg4", "mp3"))
    content = path.read_bytes()
    assert content.count(b"a title") == 1
    path.write_bytes(content.replace(b"a title", b"caf\xe9 \xfcb"))
    assert read_audio(path)[0].shape[0] == 2


def test_what_is_damaged_in_a_video_is_silent_and_the_rest_in_its_place(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "a.mp4", ("mpeg4", "aac"), seconds=10.0)
    intact, rate = read_audio(whole)
    with av.open(str(whole)) as container:
        packets = [p for p in container.demux(audio=0) if p.size]
        places = [(p.pos, p.size) for p in packets if 3.0 < p.pts * p.time_base < 3.5]
    content = bytearray(whole.read_bytes())
    for position, size in places:
        content[position : position + size] = b"\xff" * size
    (tmp_path / "b.mp4").write_bytes(content)
    with open_audio(tmp_path / "b.mp4") as reader:
        parts = []
        while (block := reader.read(50_000)).shape[1]:
            parts.append(block)
        (warning,) = reader.warnings
    samples = np.concatenate(parts, axis=1)
    said = r"b\.mp4: some of it cannot be decoded and is left silent \(at 3\.\d\d s,"
    assert re.search(said, warning)
    assert " more)" in warning
    assert samples.shape == intact.shape
    for begin, end in ((0, 2.9), (3.7, 10)):
        part = slice(round(begin * rate), round(end * rate))
        assert np.abs(samples[:, part] - intact[:, part]).max() < 1e-3


def test_sound_that_ends_before_the_picture_is_not_cut_off(tmp_path: Path) -> None:
    for name, codecs in (("a.mkv", ("mpeg4", "aac")), ("a.webm", ("libvpx", "libopus"))):
        with open_audio(make_video(tmp_path / name, codecs, seconds=5.0, early=3.0)) as reader:
            while reader.read(50_000).shape[1]:
                pass
            assert reader.warnings == []


def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is a pipe, which cannot be read twice" in refused(tmp_path / "pipe")


def test_names_that_are_too_long(tmp_path: Path) -> None:
    assert "cannot be read: File name too long" in refused(tmp_path / ("a" * 300))
