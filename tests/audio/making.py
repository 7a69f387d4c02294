"""Videos that are made up."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

_RATE = 48_000
_FRAMES_A_SECOND = 25
_WIDTH, _HEIGHT = 64, 48


def make_video(
    path: Path,
    codecs: tuple[str, str],
    *,
    seconds: float = 2.0,
    late: float = 0.0,
    early: float = 0.0,
    layout: str = "stereo",
) -> Path:
    """A picture that grows brighter, and a tone; x264 reorders its frames.

    Args:
        path: Where it goes.
        codecs: Of picture and sound.
        seconds: Of the picture.
        late: How many seconds later the tone begins.
        early: How many seconds earlier it ends.
        layout: Of the tone, which is a little higher in each channel.
    """
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "a title"
        picture = container.add_stream(codecs[0], rate=_FRAMES_A_SECOND)
        picture.width, picture.height, picture.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        voice = container.add_stream(codecs[1], rate=_RATE, layout=layout)
        for number in range(round(seconds * _FRAMES_A_SECOND)):
            image = np.full((_HEIGHT, _WIDTH, 3), 5 * number % 256, np.uint8)
            shown = av.VideoFrame.from_ndarray(image, format="rgb24")
            shown.pts, shown.time_base = number, Fraction(1, _FRAMES_A_SECOND)
            container.mux(picture.encode(shown))
        container.mux(picture.encode(None))
        time = np.arange(round((seconds - late - early) * _RATE)) / _RATE
        hertz = 440.0 + 20.0 * np.arange(voice.codec_context.channels)
        tones = (0.4 * np.sin(2 * np.pi * hertz[:, None] * time)).astype(np.float32)
        for start in range(0, tones.shape[1], 960):
            block = tones[:, start : start + 960].T.reshape(1, -1).copy()
            heard = av.AudioFrame.from_ndarray(block, format="flt", layout=layout)
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
