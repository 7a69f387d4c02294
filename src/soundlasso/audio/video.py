"""Videos with another sound: the picture as it is, the sound encoded anew."""

import heapq
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from soundlasso.atomic import written_aside
from soundlasso.audio._ffmpeg import open_media, origin
from soundlasso.audio.reader import AudioReader, open_audio
from soundlasso.errors import AudioError, MissingDependencyError, OptionError

_MATROSKA = ".mkv"
# Of each file ending: FFmpeg's name of the container, and of what encodes sound for it.
_CONTAINERS = {
    ".mp4": ("mp4", "aac"),
    ".m4v": ("mp4", "aac"),
    ".mov": ("mov", "aac"),
    ".webm": ("webm", "libopus"),
    _MATROSKA: ("matroska", "aac"),
}
# Where an encoder does not know the rate of the sound.
_OTHER_RATE = 48_000
_LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
# High for either encoder: this is not the place to save.
_BITS_PER_CHANNEL = 128_000
_BLOCK_SECONDS = 1.0


def require_av() -> None:
    """Makes sure that videos can be written.

    Raises:
        MissingDependencyError: PyAV is not installed.
    """
    try:
        import av  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            "videos need the media extra: pip install 'soundlasso[media]'"
        ) from None


def video_suffix(path: Path) -> str:
    """The ending of a video that has the picture of ``path``: the same, or that of Matroska."""
    suffix = path.suffix.lower()
    return suffix if suffix in _CONTAINERS else _MATROSKA


def has_picture(path: Path) -> bool:
    """Whether a file is a video; covers of albums do not count.

    Raises:
        MissingDependencyError: PyAV is not installed.
    """
    require_av()
    import av

    try:
        with open_media(path) as container:
            return _picture(container) is not None
    except (av.error.FFmpegError, OSError, ValueError):
        return False  # Not everything that libsndfile reads is known to FFmpeg.


def check_video(path: Path) -> None:
    """Makes sure, before any work is done, that a video's picture can be put into another.

    Raises:
        AudioError: it cannot.
        OptionError: the container cannot hold as many channels as it has.
        MissingDependencyError: PyAV is not installed.
    """
    require_av()
    import av

    suffix = video_suffix(path)
    try:
        with (
            open_media(path) as source,
            av.open(io.BytesIO(), "w", format=_CONTAINERS[suffix][0]) as out,
        ):
            _copy_of(_picture(source), source, out)
            for sound in source.streams.audio[:1]:
                _voice(out, sound.codec_context.sample_rate, sound.codec_context.channels, suffix)
            out.start_encoding()
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"{path}: its picture cannot be put into a {suffix}: {error}") from error


def write_video(picture: Path, sound: Path, path: Path) -> None:
    """Writes a video that has the picture of one file and the sound of another.

    The picture is copied as it is. The sound becomes AAC, or Opus in WebM, at 128 kbit/s a
    channel.

    Args:
        picture: A video.
        sound: A sound file, which begins where `open_audio` lets the video's own sound begin.
        path: What to write; its ending, one that `video_suffix` gives, says which container.

    Raises:
        AudioError: a file cannot be read or written, or the container cannot hold the picture.
        OptionError: the container cannot hold as many channels, or the ending is none of those.
        MissingDependencyError: PyAV is not installed.
    """
    require_av()
    import av

    picture, sound, path = Path(picture), Path(sound), Path(path)
    if path.suffix not in _CONTAINERS:
        raise OptionError(f"{path}: videos end in one of {', '.join(_CONTAINERS)}")
    name, _ = _CONTAINERS[path.suffix]
    try:
        with (
            open_audio(sound) as reader,
            open_media(picture) as source,
            written_aside(path) as partial,
            av.open(f"file:{partial}", "w", format=name) as out,
        ):
            _copy(source, reader, out, path)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"{path}: this video cannot be written: {error}") from error


def _picture(container: Any) -> Any:
    """The first video stream that is no album's cover; ``None`` without one."""
    import av

    cover = av.stream.Disposition.attached_pic
    return next((one for one in container.streams.video if not one.disposition & cover), None)


def _copy(source: Any, reader: AudioReader, out: Any, path: Path) -> None:
    """Puts picture and sound into a container in the order of their times."""
    picture = _picture(source)
    copy = _copy_of(picture, source, out)
    voice = _voice(out, reader.info.sample_rate, reader.info.channels, path.suffix)
    out.metadata.update(source.metadata)
    began = origin(source, next(iter(source.streams.audio), picture)) or 0.0
    both = (_moved(source.demux(picture), copy, began), _encoded(reader, voice))
    for packet in heapq.merge(*both, key=lambda packet: packet.dts * packet.time_base):
        out.mux(packet)


def _copy_of(picture: Any, source: Any, out: Any) -> Any:
    """The stream that takes up a picture."""
    if picture is None:
        raise ValueError("it has no picture")
    same = {"mp4", "mov"} & set(source.format.name.split(",")) and out.format.name in {"mp4", "mov"}
    if same and picture.codec_context.name == "hevc":
        # FFmpeg would choose the other tag, whose pictures Apple's players do not show.
        tag = picture.codec_context.codec_tag
        return out.add_stream_from_template(picture, codec_tag=tag)
    return out.add_stream_from_template(picture)


def _moved(packets: Iterable[Any], copy: Any, began: float) -> Iterator[Any]:
    """Packets of a picture on the clock of the sound."""
    for packet in _timed(packets):
        shift = round(began / packet.time_base)
        packet.dts -= shift
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.stream = copy
        yield packet


def _timed(packets: Iterable[Any]) -> Iterator[Any]:
    """Packets that all have a decoding time.

    Matroska stores none, and FFmpeg knows it only behind the frames that reordering delays.
    """
    waiting: list[Any] = []
    for packet in packets:
        if packet.size and packet.dts is None:
            waiting.append(packet)
        elif packet.size:
            for place, early in enumerate(waiting):
                early.dts = packet.dts - (len(waiting) - place) * max(1, early.duration or 0)
            yield from waiting
            waiting = []
            yield packet
    for packet in waiting:
        packet.dts = packet.pts or 0
    yield from waiting


def _voice(out: Any, rate: int, channels: int, suffix: str) -> Any:
    """The stream of the sound."""
    if channels > len(_LAYOUTS):
        raise OptionError(f"{suffix} holds up to {len(_LAYOUTS)} channels, not {channels}")
    _, encoder = _CONTAINERS[suffix]
    voice = out.add_stream(encoder, rate=rate, layout=_LAYOUTS[channels - 1])
    known = voice.codec_context.codec.audio_rates
    if known is not None and rate not in known:
        voice.rate = _OTHER_RATE
    voice.bit_rate = channels * _BITS_PER_CHANNEL
    return voice


def _encoded(reader: AudioReader, voice: Any) -> Iterator[Any]:
    """Packets of the sound."""
    import av

    rate, done = reader.info.sample_rate, 0
    while (block := reader.read(round(_BLOCK_SECONDS * rate))).shape[1]:
        # Packed, since PyAV cannot fill the planes of eight channels.
        packed = np.ascontiguousarray(block.T, dtype=np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=_LAYOUTS[len(block) - 1])
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), done
        done += block.shape[1]
        yield from voice.encode(frame)
    yield from voice.encode(None)
