"""Reading through FFmpeg: m4a, mp4, mkv, webm and whatever else libsndfile refuses.

PyAV is an extra, because its wheels carry GPL encoders: sound files of the usual kinds can be
separated without it.
"""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np

from soundlasso.audio.damage import named_places
from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.errors import AudioError, MissingDependencyError

# Encoders of AAC pad the last frame; a longer surplus is real sound.
_LONGEST_PADDING = 4096
# Time stamps are rounded and drift; what is shorter is not a gap, unless something was damaged.
_SHORTEST_GAP_SECONDS = 0.1
_SHORTEST_DAMAGE_SECONDS = 0.002
_SILENCE_AT_ONCE = 1 << 16

# Playlists and lists of parts would make FFmpeg read other files than the one it was given.
_SAFE_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "3g2,3gp,aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,dtshd,dv,eac3,flac,"
    "flv,gsm,iff,loas,m4a,matroska,mj2,mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mpegvideo,mxf,nut,ogg,oma,rm,"
    "sox,tak,truehd,tta,voc,w64,wav,webm,wtv,wv,xwma",
}

# Containers, if they are any, that hold no length: FFmpeg makes one up from the first bits' rate.
_WITHOUT_LENGTH = {"aac", "ac3", "adts", "amr", "dts", "eac3", "loas", "mp3", "truehd"}

# What Matroska's writers say of a stream's length.
_LENGTH = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")

# Of formats that FFmpeg's decoders give; others are lossy or have 16 bits or fewer.
_FLOAT_CODECS = ("pcm_f32", "pcm_f64")
_WHOLE_FORMATS = ("s32", "s32p")


def _bits_of(codec: Any) -> int:
    """The output bits that keep what a stream holds."""
    if codec.name.startswith(_FLOAT_CODECS):
        return 32
    return 24 if codec.format is not None and codec.format.name in _WHOLE_FORMATS else 16


def open_media(path: Path) -> Any:
    """Opens a file with PyAV, which must be installed; its errors are PyAV's own.

    No other file is read than this one, and tags in old encodings do no harm.
    """
    import av

    # The prefix keeps FFmpeg from taking a colon in a name for a protocol.
    return av.open(f"file:{path}", options=_SAFE_OPTIONS, metadata_errors="replace")


def has_av() -> bool:
    """Whether PyAV is installed."""
    return find_spec("av") is not None


def packets_seconds(path: Path) -> float | None:
    """How long a file's sound is by its packets, which are counted and not decoded.

    ``None`` where the file is none that FFmpeg reads. PyAV must be installed.
    """
    import av

    try:
        with open_media(path) as container:
            packets = container.demux(container.streams.audio[0])
            return sum(float((packet.duration or 0) * packet.time_base) for packet in packets)
    except (av.error.FFmpegError, OSError, ValueError, IndexError):
        return None


def origin(container: Any, stream: Any) -> float | None:
    """The time stamp at which a recording begins, in seconds: with its sound or with its video."""
    starts = [
        float(one.start_time * one.time_base)
        for one in (stream, *container.streams.video)
        if one.start_time is not None and one.time_base is not None
    ]
    return min(starts, default=None)


def _planar(frame: Any) -> Samples:
    """The samples of a packed frame, ``C T``."""
    samples: Samples = frame.to_ndarray().reshape(-1, frame.layout.nb_channels).T
    return samples


class MediaReader:
    """The first audio stream of a file that FFmpeg reads, as planar float32.

    It lies as in the file: where the sound begins later than the video, or pauses, is silence.
    """

    def __init__(
        self, path: Path, *, start: float, duration: float | None, states_length: bool = True
    ) -> None:
        """Opens ``path`` at ``start`` seconds for ``duration`` seconds at most.

        Where ``states_length`` is false, what the file says of its length is known to be wrong.
        """
        try:
            import av
        except ImportError:
            raise MissingDependencyError(
                f"{path}: not a sound file that libsndfile knows; "
                "for video and m4a install the media extra: pip install 'soundlasso[media]'"
            ) from None
        self._path = path
        self._av: Any = av
        self.warnings: list[str] = []
        try:
            self._container = open_media(path)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise AudioError(f"{path}: not a sound or video file that can be read") from error
        if not self._container.streams.audio:
            self._container.close()
            raise AudioError(f"{path}: it has no sound")
        stream = self._container.streams.audio[0]
        context = stream.codec_context
        # FFmpeg knows the container, but not everything that may be in it.
        rate, channels = (context.sample_rate, context.channels) if context else (0, 0)
        if not rate or not channels:
            self._container.close()
            raise AudioError(f"{path}: its sound cannot be decoded")
        self._origin = origin(self._container, stream)
        lead = self._lead(stream, rate)
        total = self._declared_frames(stream, rate)
        total = None if total is None else lead + total
        estimate = self._longest_stream(rate) if total is None else total
        self._expected = estimate
        self._promised = self._promise(stream, rate) or total
        names = self._container.format.name.split(",")
        if not states_length or _WITHOUT_LENGTH.intersection(names):
            total = self._promised = self._expected = None
        self._skip = round(start * rate)
        limit = None if duration is None else max(1, round(duration * rate))
        self._limit = limit
        left = None if estimate is None else max(0, estimate - self._skip)
        if limit is not None:
            left = limit if left is None else min(left, limit)
        self.info = AudioInfo(
            sample_rate=rate,
            channels=channels,
            frames=None if total is None else left,
            bits=_bits_of(stream.codec_context),
            estimate=left,
        )
        self._given = 0
        self._total = total
        self._decoded = 0
        self._damaged: list[float] = []
        self._was_damaged = False
        self._blocks = self._decode(lead)
        self._rest: Samples = np.zeros((channels, 0), np.float32)
        self._past_end: Samples = self._rest

    @staticmethod
    def _declared_frames(stream: Any, rate: int) -> int | None:
        if stream.duration is None or stream.time_base is None:
            return None
        return round(float(stream.duration * stream.time_base) * rate)

    def _promise(self, stream: Any, rate: int) -> int | None:
        """The length that an intact file has, where only the container or its tags tell."""
        tags = [text for key, text in stream.metadata.items() if key.startswith("DURATION")]
        if tags and (found := _LENGTH.match(tags[0])):
            hours, minutes, seconds = (float(part) for part in found.groups())
            return round((3600 * hours + 60 * minutes + seconds) * rate)
        # A container is as long as its longest stream.
        return self._longest_stream(rate) if len(self._container.streams) == 1 else None

    def _longest_stream(self, rate: int) -> int | None:
        """The samples that a container says it lasts."""
        if not self._container.duration:
            return None
        return round(self._container.duration / self._av.time_base * rate)

    def _lead(self, stream: Any, rate: int) -> int:
        """The samples of silence before a stream that begins later than its video."""
        if stream.start_time is None or self._origin is None:
            return 0
        return max(0, round((float(stream.start_time * stream.time_base) - self._origin) * rate))

    def _decode(self, lead: int) -> Iterator[Samples]:
        # Packed, since PyAV cannot look at the planes of eight channels or more.
        resampler = self._av.AudioResampler(format="flt", rate=self.info.sample_rate)
        try:
            for frame in self._frames():
                yield from self._silence(self._gap_before(frame) if self._decoded else lead)
                for part in resampler.resample(frame):
                    yield _planar(part)
            for part in resampler.resample(None):
                yield _planar(part)
        except (self._av.error.FFmpegError, ValueError) as error:
            if self._decoded == 0:
                raise AudioError(f"{self._path}: its sound cannot be decoded") from error
            self.warnings.append(
                f"{self._path}: cannot be decoded after "
                f"{self._decoded / self.info.sample_rate:.2f} s; reading what is there"
            )
            return
        if self._damaged and not self._decoded:
            raise AudioError(f"{self._path}: its sound cannot be decoded")
        self._warn_of_damage()
        missing = (self._promised or 0) - self._decoded
        if missing > max(self.info.sample_rate, 0.02 * self._decoded):
            self.warnings.append(
                f"{self._path}: the last {missing / self.info.sample_rate:.2f} s are missing; "
                "reading what is there"
            )

    def _frames(self) -> Iterator[Any]:
        """Decoded frames; packets that are damaged are left out and their times noted."""
        for packet in self._container.demux(self._container.streams.audio[0]):
            try:
                frames = packet.decode()
            except self._av.error.FFmpegError:
                self._was_damaged = True
                at = None if packet.pts is None else float(packet.pts * packet.time_base)
                self._damaged.append((at or 0.0) - (self._origin or 0.0))
                continue
            yield from frames
            self._was_damaged = self._was_damaged and not frames

    def _warn_of_damage(self) -> None:
        if self._damaged:
            self.warnings.append(
                f"{self._path}: some of it cannot be decoded and is left silent "
                f"(at {named_places(self._damaged)})"
            )

    def _gap_before(self, frame: Any) -> int:
        """The samples that are missing between what was decoded and a frame."""
        if frame.time is None or self._origin is None:
            return 0
        rate = self.info.sample_rate
        place = round((frame.time - self._origin) * rate)
        # A stamp from beyond the end is a wrong one; so are all that a format makes up.
        if self._expected is None or place > self._expected:
            return 0
        gap = place - self._decoded
        shortest = _SHORTEST_DAMAGE_SECONDS if self._was_damaged else _SHORTEST_GAP_SECONDS
        return gap if gap >= shortest * rate else 0

    def _silence(self, frames: int) -> Iterator[Samples]:
        for start in range(0, frames, _SILENCE_AT_ONCE):
            yield np.zeros((self.info.channels, min(_SILENCE_AT_ONCE, frames - start)), np.float32)

    def _next_block(self) -> Samples | None:
        block = next(self._blocks, None)
        if block is None:
            return None
        block = np.ascontiguousarray(block, dtype=np.float32)
        self._decoded += block.shape[1]
        if self._total is not None and self._decoded > self._total:
            block = self._hold_back(block)
        if self._skip:
            cut = min(self._skip, block.shape[1])
            self._skip -= cut
            block = block[:, cut:]
        return block

    def _hold_back(self, block: Samples) -> Samples:
        """Keeps back what lies past the declared end, until it proves longer than padding."""
        assert self._total is not None
        inside = max(0, block.shape[1] - (self._decoded - self._total))
        self._past_end = np.concatenate([self._past_end, block[:, inside:]], axis=1)
        block = block[:, :inside]
        if self._past_end.shape[1] > _LONGEST_PADDING:
            # The container's length is wrong: all of it is sound.
            block = np.concatenate([block, self._past_end], axis=1)
            self._total = None
        return block

    def read(self, frames: int) -> Samples:
        """Reads the next samples, ``C x T``; see `AudioReader`."""
        if self._limit is not None:
            frames = min(frames, self._limit - self._given)
        parts, have = [self._rest], self._rest.shape[1]
        while have < frames and (block := self._next_block()) is not None:
            if block.shape[0] != self.info.channels:
                raise AudioError(f"{self._path}: the number of channels changes in the middle")
            parts.append(block)
            have += block.shape[1]
        joined = np.concatenate(parts, axis=1) if len(parts) > 1 else self._rest
        self._rest = joined[:, frames:]
        self._given += min(frames, joined.shape[1])
        return joined[:, :frames]

    def close(self) -> None:
        """Releases the file."""
        self._container.close()

    def __enter__(self) -> Self:
        """Enters a ``with`` block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Closes the file."""
        self.close()
