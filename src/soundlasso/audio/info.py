"""What is known of a sound file before it is read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Sound, ``C x T`` float32, nominal range -1 to 1."""


@dataclass(frozen=True)
class AudioInfo:
    """What a sound file says about itself.

    Attributes:
        sample_rate: In Hz.
        channels: How many channels.
        frames: Samples per channel that will be read, where the file states it exactly.
        bits: Bits per sample to keep the file's precision: 16, 24 or 32 (32 is float).
        estimate: About how many samples per channel there are, where that is known.
    """

    sample_rate: int
    channels: int
    frames: int | None
    bits: int
    estimate: int | None = None
