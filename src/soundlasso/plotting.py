"""Spectrograms side by side on one colour scale (the ``plot`` extra)."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from soundlasso.atomic import written_aside
from soundlasso.audio.info import Samples
from soundlasso.errors import AudioError, MissingDependencyError

_WINDOW_SECONDS = 0.046
_FLOOR_DECIBELS = -80.0
_MOST_FRAMES = 2000

Levels = npt.NDArray[np.float32]


class Spectrogram:
    """A picture of a sound of any length, made while the sound goes by.

    Channels are averaged in power. A long sound is drawn from every second, fourth ... frame,
    so that no more than some thousands are kept.
    """

    def __init__(self, sample_rate: int) -> None:
        """Starts an empty picture of a sound at ``sample_rate`` Hz."""
        self.sample_rate = sample_rate
        self.seconds = 0.0
        self._window = max(16, round(_WINDOW_SECONDS * sample_rate / 2) * 2)
        self._shape = np.hanning(self._window).astype(np.float32)
        self._hop = self._window // 4
        self._frames: list[Levels] = []
        self._rest: Samples | None = None
        self._skip = 0

    def add(self, block: Samples) -> None:
        """Takes in the next samples, ``C T``."""
        self.seconds += block.shape[1] / self.sample_rate
        joined = block if self._rest is None else np.concatenate([self._rest, block], axis=1)
        start = self._skip
        while start + self._window <= joined.shape[1]:
            spectrum = np.fft.rfft(joined[:, start : start + self._window] * self._shape)
            self._frames.append(np.square(np.abs(spectrum)).mean(axis=0).astype(np.float32))
            start += self._hop
            if len(self._frames) >= 2 * _MOST_FRAMES:
                self._frames = self._frames[::2]
                self._hop *= 2
        kept = min(start, joined.shape[1])
        self._rest = joined[:, kept:]
        self._skip = start - kept

    def levels(self) -> Levels:
        """Levels in dB, ``F N``."""
        frames = self._frames
        if not frames and self._rest is not None:
            # Shorter than one window.
            padded = np.pad(self._rest, ((0, 0), (0, self._window - self._rest.shape[1])))
            frames = [np.square(np.abs(np.fft.rfft(padded * self._shape))).mean(axis=0)]
        return (10.0 * np.log10(np.stack(frames, axis=1) + 1e-14)).astype(np.float32)


def save_spectrograms(path: Path, sounds: dict[str, Samples], sample_rate: int) -> None:
    """Draws the spectrogram of each of several sounds; see `draw`.

    Args:
        path: Where the PNG goes.
        sounds: By title, each ``C T``, of one length.
        sample_rate: In Hz.
    """
    pictures = {}
    for title, samples in sounds.items():
        pictures[title] = Spectrogram(sample_rate)
        pictures[title].add(samples)
    draw(path, pictures)


def require_matplotlib() -> None:
    """Refuses to go on where matplotlib is missing.

    Raises:
        MissingDependencyError: says what to install.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingDependencyError(
            "drawing needs matplotlib; install the plot extra: pip install 'soundlasso[plot]'"
        ) from None


def draw(path: Path, pictures: dict[str, Spectrogram]) -> None:
    """Draws spectrograms one below the other into a PNG.

    Levels are in dB under the loudest place of all of them, down to -80 dB, so that what is
    quiet in one panel looks quiet beside the others.

    Args:
        path: Where the PNG goes; it appears there only when it is complete.
        pictures: By title, of sounds of one length and sample rate.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        AudioError: the PNG cannot be written.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    levels = {title: picture.levels() for title, picture in pictures.items()}
    loudest = max(float(level.max()) for level in levels.values())
    figure = Figure(figsize=(10, 0.6 + 1.9 * len(pictures)), layout="constrained")
    axes = figure.subplots(len(pictures), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (title, level) in zip(axes, levels.items(), strict=True):
        picture = pictures[title]
        image = axis.imshow(
            np.maximum(level - loudest, _FLOOR_DECIBELS),
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=_FLOOR_DECIBELS,
            vmax=0.0,
            extent=(0.0, picture.seconds, 0.0, picture.sample_rate / 2000.0),
        )
        axis.set_title(_printable(title), loc="left", fontsize=10)
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("seconds")
    figure.colorbar(image, ax=list(axes), label="dB", shrink=0.8)
    try:
        with written_aside(path) as partial:
            figure.savefig(partial, dpi=110, format="png")
    except OSError as error:
        raise AudioError(f"{path}: cannot be written: {error.strerror}") from error


def _printable(title: str) -> str:
    """A title without signs that matplotlib's font lacks or takes for formulas."""
    # Latin, Greek and Cyrillic end below U+0530; the font has little beyond.
    shown = "".join(sign if sign.isprintable() and ord(sign) < 0x530 else "?" for sign in title)
    return shown.replace("$", r"\$")[:120]
