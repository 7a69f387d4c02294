"""What a page draws of a sound: its outline and its mel spectrogram, small for any length."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import open_audio
from soundlasso.plotting import Spectrogram

_COLUMNS = 4000
_BANDS = 96
_LOWEST, _HIGHEST = 40.0, 16_000.0
_MOST_FRAMES = 2000
_LOUDEST = 200.0
FLOOR, CEILING = -120.0, 0.0
"""The levels in dB that the spectrogram's 0 and 255 stand for."""


def draw(path: Path) -> tuple[dict[str, Any], float]:
    """Reads a sound file block by block.

    Returns:
        A JSON object: ``seconds``; ``peaks``, lowest and highest sample in turn, in
        hundredths, of equal stretches; ``mel``, with ``bands``, ``frames``, the range of
        levels, and ``data``, one byte a band, frame by frame, lowest band first, in base64.
        And the sound's energy, the sum of its squared samples.

    Raises:
        AudioError: the file cannot be read.
    """
    energy = 0.0
    outline: list[npt.NDArray[np.int8]] = []
    with open_audio(path) as reader:
        info = reader.info
        width = max(1, -(-(info.frames or 1) // _COLUMNS))
        picture = Spectrogram(info.sample_rate)
        seconds = 0.0
        # A whole number of columns at once, about a quarter of a million samples.
        frames = width * max(1, (1 << 18) // width)
        while (block := reader.read(frames)).shape[1]:
            seconds += block.shape[1] / info.sample_rate
            energy += float(np.square(block, dtype=np.float64).sum())
            outline.append(_outline(block, width))
            picture.add(block)
    peaks = np.concatenate(outline)
    return {
        "seconds": seconds,
        "peaks": peaks.reshape(-1).tolist(),
        "mel": _mel(picture),
    }, energy


def _outline(block: Samples, width: int) -> npt.NDArray[np.int8]:
    """Lowest and highest sample of each ``width`` samples of all channels."""
    columns = -(-block.shape[1] // width)
    padded = np.pad(block, ((0, 0), (0, columns * width - block.shape[1])))
    cut = padded.reshape(block.shape[0], columns, width)
    pairs = np.stack([cut.min(axis=(0, 2)), cut.max(axis=(0, 2))], axis=1)
    # Of samples far beyond full scale, models may make what is not a number.
    return np.rint(np.clip(np.nan_to_num(pairs), -1.0, 1.0) * 100).astype(np.int8)


def _mel(picture: Spectrogram) -> dict[str, Any]:
    power = np.power(10.0, np.minimum(np.nan_to_num(picture.levels()), _LOUDEST) / 10.0)
    step = -(-power.shape[1] // _MOST_FRAMES)
    power = np.add.reduceat(power, np.arange(0, power.shape[1], step), axis=1) / step
    # A full-scale sine is at about 0 dB under a Hann window.
    window = 2 * (power.shape[0] - 1)
    levels = 10.0 * np.log10(_bands(power, picture.sample_rate) / (window / 4) ** 2 + 1e-14)
    scaled = np.rint((np.clip(levels, FLOOR, CEILING) - FLOOR) / (CEILING - FLOOR) * 255)
    return {
        "bands": _BANDS,
        "frames": int(scaled.shape[1]),
        "low": FLOOR,
        "high": CEILING,
        "data": base64.b64encode(scaled.T.astype(np.uint8).tobytes()).decode("ascii"),
    }


def _bands(power: npt.NDArray[np.float32], sample_rate: int) -> npt.NDArray[np.float64]:
    """The mean power between edges that are equally far apart on the mel scale."""
    highest = min(_HIGHEST, sample_rate / 2)
    low, high = 2595.0 * np.log10(1.0 + np.array([_LOWEST, highest]) / 700.0)
    mels = np.linspace(low, high, _BANDS + 1)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    # In bins, of which each reaches half way to its neighbours; bands may be narrower.
    edges = np.clip(edges / (sample_rate / 2) * (power.shape[0] - 1) + 0.5, 0, power.shape[0])
    sums = np.concatenate([np.zeros((1, power.shape[1])), np.cumsum(power, axis=0, dtype=float)])
    below = np.minimum(edges.astype(int), power.shape[0] - 1)
    share = (edges - below)[:, None]
    at_edges = sums[below] * (1.0 - share) + sums[below + 1] * share
    return np.maximum(np.diff(at_edges, axis=0), 0.0) / np.diff(edges)[:, None]
