"""Spectrograms side by side on one colour scale (the ``plot`` extra)."""

from pathlib import Path

import numpy as np
import torch

from soundlasso.audio.info import Samples
from soundlasso.dsp.stft import Stft
from soundlasso.errors import MissingDependencyError

_WINDOW_SECONDS = 0.046
_FLOOR_DECIBELS = -80.0
_MOST_FRAMES = 1600


def save_spectrograms(path: Path, sounds: dict[str, Samples], sample_rate: int) -> None:
    """Draws the spectrogram of each sound, one below the other, into a PNG.

    Levels are in dB under the loudest place of all of them, down to -80 dB, so that what is
    quiet in one panel looks quiet beside the others.

    Args:
        path: Where the PNG goes; it appears there only when it is complete.
        sounds: By title, each ``C T``, of one length.
        sample_rate: In Hz.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingDependencyError(
            "drawing needs matplotlib; install the plot extra: pip install 'soundlasso[plot]'"
        ) from None
    levels = {title: _level(sound, sample_rate) for title, sound in sounds.items()}
    loudest = max(float(level.max()) for level in levels.values())
    seconds = max(sound.shape[1] for sound in sounds.values()) / sample_rate
    figure = Figure(figsize=(10, 0.6 + 1.9 * len(sounds)), layout="constrained")
    axes = figure.subplots(len(sounds), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (title, level) in zip(axes, levels.items(), strict=True):
        image = axis.imshow(
            np.maximum(level - loudest, _FLOOR_DECIBELS),
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=_FLOOR_DECIBELS,
            vmax=0.0,
            extent=(0.0, seconds, 0.0, sample_rate / 2000.0),
            interpolation="nearest",
        )
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_ylabel("kHz")
    axes[-1].set_xlabel("seconds")
    figure.colorbar(image, ax=list(axes), label="dB", shrink=0.8)
    partial = path.with_name(path.name + ".part")
    figure.savefig(partial, dpi=110, format="png")
    partial.replace(path)


def _level(sound: Samples, sample_rate: int) -> Samples:
    """Levels in dB, ``F N``, of the channels' mean power."""
    stft = Stft.of_seconds(_WINDOW_SECONDS, _WINDOW_SECONDS / 4, sample_rate)
    # A long recording is drawn from as many frames as there is room for.
    hop = max(stft.hop, sound.shape[1] // _MOST_FRAMES)
    window = stft.window
    starts = np.arange(0, max(1, sound.shape[1] - window + 1), hop)
    padded = np.pad(sound, ((0, 0), (0, max(0, window - sound.shape[1]))))
    frames = torch.from_numpy(
        np.stack([padded[:, start : start + window] for start in starts], axis=1)
    )
    spectrum = torch.fft.rfft(frames * torch.hann_window(window))
    power = spectrum.abs().square().mean(0).T / window
    level: Samples = (10.0 * torch.log10(power + 1e-14)).numpy()
    return level
