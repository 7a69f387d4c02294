"""Videos that are made up."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

_RATE = 48_000
_FRAMES_A_SECOND = 25
_WIDTH, _HEIGHT = 64, 48


def make_video(
    path: Path, codecs: tuple[str, str], *, seconds: float = 2.0, late: float = 0.0
) -> Path:
    """A picture that grows brighter, and a tone that may begin later; x264 reorders its frames."""
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "a title"
        picture = container.add_stream(codecs[0], rate=_FRAMES_A_SECOND)
        picture.width, picture.height, picture.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        voice = container.add_stream(codecs[1], rate=_RATE, layout="stereo")
        for number in range(round(seconds * _FRAMES_A_SECOND)):
            image = np.full((_HEIGHT, _WIDTH, 3), 5 * number % 256, np.uint8)
            shown = av.VideoFrame.from_ndarray(image, format="rgb24")
            shown.pts, shown.time_base = number, Fraction(1, _FRAMES_A_SECOND)
            container.mux(picture.encode(shown))
        container.mux(picture.encode(None))
        tone = np.sin(2 * np.pi * 440 / _RATE * np.arange(round((seconds - late) * _RATE))) * 0.4
        for start in range(0, len(tone), 960):
            block = np.tile(tone[start : start + 960].astype(np.float32), (2, 1))
            heard = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            heard.sample_rate, heard.time_base = _RATE, Fraction(1, _RATE)
            heard.pts = start + round(late * _RATE)
            container.mux(voice.encode(heard))
        container.mux(voice.encode(None))
    return path


def pictures(path: Path) -> list[tuple[float, bytes]]:
    """The packets of a video's picture: when each is shown, and what it holds."""
    with av.open(str(path)) as container:
        return [
            (round(float(packet.pts * packet.time_base), 3), bytes(packet))
            for packet in container.demux(video=0)
            if packet.size and packet.pts is not None
        ]
