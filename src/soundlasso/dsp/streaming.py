"""The STFT and its inverse on sound that is still coming in.

Block by block they give what `Stft` gives on the whole: frames are centred on multiples of the
hop, with silence before the first sample and behind the last.
"""

import torch
from torch import Tensor

from soundlasso.dsp.stft import Stft


class StreamingStft:
    """Turns blocks of a waveform into the frames that they complete."""

    def __init__(self, stft: Stft, channels: int) -> None:
        """Begins before the first sample."""
        self._stft = stft
        self._window = torch.hann_window(stft.window)
        self._waiting = torch.zeros(channels, stft.window // 2)
        self._samples = 0

    def push(self, block: Tensor) -> Tensor:
        """Takes in ``C T`` and gives the frames that are complete now, complex ``C F n``."""
        self._samples += block.shape[-1]
        return self._take(block)

    def finish(self) -> Tensor:
        """The frames that only silence behind the end completes, complex ``C F n``."""
        missing = -self._samples % self._stft.hop + self._stft.window // 2
        return self._take(self._waiting.new_zeros(self._waiting.shape[0], missing))

    def _take(self, block: Tensor) -> Tensor:
        stft = self._stft
        joined = torch.cat([self._waiting, block], dim=-1)
        count = max(0, (joined.shape[-1] - stft.window) // stft.hop + 1)
        self._waiting = joined[:, count * stft.hop :]
        if not count:
            return torch.zeros(joined.shape[0], stft.bins, 0, dtype=torch.complex64)
        frames = joined.unfold(-1, stft.window, stft.hop)
        return torch.fft.rfft(frames * self._window, dim=-1).transpose(-1, -2)


class StreamingInverse:
    """Turns frames back into the samples that no later frame will change."""

    def __init__(self, stft: Stft, *leading: int) -> None:
        """Begins before the first frame; ``leading`` are the axes before bins and frames."""
        self._stft = stft
        self._window = torch.hann_window(stft.window)
        # What has been added up so far, and the windows' own sum of squares, from where the
        # next frame begins.
        self._sum = torch.zeros(*leading, 0)
        self._weight = torch.zeros(0)
        # The first half window lies before the beginning.
        self._ahead = stft.window // 2

    def push(self, spectrum: Tensor) -> Tensor:
        """Takes in complex ``... F n`` and gives the samples that are certain now, ``... T``."""
        hop, count = self._stft.hop, spectrum.shape[-1]
        if not count:
            return self._release(0)
        waves = torch.fft.irfft(spectrum.transpose(-1, -2), n=self._stft.window) * self._window
        grow = max(0, self._stft.window + (count - 1) * hop - self._weight.shape[0])
        self._sum = torch.nn.functional.pad(self._sum, (0, grow))
        self._weight = torch.nn.functional.pad(self._weight, (0, grow))
        squares = self._window.square()
        for index in range(count):
            place = slice(index * hop, index * hop + self._stft.window)
            self._sum[..., place] += waves[..., index, :]
            self._weight[place] += squares
        return self._release(count * hop)

    def finish(self) -> Tensor:
        """What is left behind the last frame's beginning, ``... T``; cut it where sound ends."""
        return self._release(self._weight.shape[0])

    def _release(self, samples: int) -> Tensor:
        certain = self._sum[..., :samples] / self._weight[:samples].clamp_min(1e-11)
        self._sum, self._weight = self._sum[..., samples:], self._weight[samples:]
        skipped = min(self._ahead, certain.shape[-1])
        self._ahead -= skipped
        return certain[..., skipped:]
