"""BigVGAN: from a log-mel spectrogram to the waveform.

Source: Lee et al. 2023 (arXiv 2206.04658), the generator of section 3 with SnakeBeta
activations; the sizes of FlowSep's vocoder (arXiv 2409.07614): 16 kHz, 64 bands, hop 160.

Shapes: mel ``B F N`` in, waveform ``B T`` in -1..1 out.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from soundlasso.config import check_ranges
from soundlasso.nn.alias_free import AliasFree
from soundlasso.nn.snake import SnakeBeta

_ENDS = 7
"""Kernel of the first and the last convolution."""


@dataclass(frozen=True)
class BigVganConfig:
    """The numbers that make a vocoder.

    Attributes:
        bands: Of the mel spectrogram.
        channels: Before the first upsampling; each halves them.
        rates: By how much each upsampling stretches; together, the hop.
        kernels: Of the upsampling convolutions.
        residual_kernels: Of the parallel stacks behind each upsampling.
        dilations: Of the steps of each stack.
    """

    bands: int = 64
    channels: int = 512
    rates: tuple[int, ...] = (5, 4, 2, 2, 2)
    kernels: tuple[int, ...] = (16, 16, 8, 4, 4)
    residual_kernels: tuple[int, ...] = (3, 7, 11)
    dilations: tuple[int, ...] = (1, 3, 5)

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, bands=1, channels=1)
        if len(self.rates) != len(self.kernels) or not self.rates:
            raise ValueError("rates and kernels must be equally many, and at least one")
        if any(kernel < rate for rate, kernel in zip(self.rates, self.kernels, strict=True)):
            raise ValueError(f"kernels {self.kernels} leave gaps at rates {self.rates}")
        if self.channels % 2 ** len(self.rates):
            raise ValueError(f"channels must be a multiple of {2 ** len(self.rates)}")
        if not self.residual_kernels or any(kernel % 2 == 0 for kernel in self.residual_kernels):
            raise ValueError("residual_kernels must be odd, and at least one")

    def samples(self, frames: int) -> int:
        """How many samples come of a number of frames; about a hop each."""
        samples = frames
        for rate, kernel in zip(self.rates, self.kernels, strict=True):
            samples = (samples - 1) * rate + kernel - 2 * ((kernel - rate) // 2)
        return samples


class BigVgan(nn.Module):
    """The generator."""

    def __init__(self, config: BigVganConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        channels = config.channels
        self.enter = nn.Conv1d(config.bands, channels, _ENDS, padding=_ENDS // 2)
        self.stages = nn.ModuleList()
        for rate, kernel in zip(config.rates, config.kernels, strict=True):
            self.stages.append(_Stage(channels, rate, kernel, config))
            channels //= 2
        self.activation = AliasFree(SnakeBeta(channels))
        self.leave = nn.Conv1d(channels, 1, _ENDS, padding=_ENDS // 2)

    def forward(self, mel: Tensor) -> Tensor:
        """The waveform of a log-mel spectrogram.

        Args:
            mel: ``B F N`` with any ``N`` from 1 on; natural logarithms.

        Returns:
            ``B T`` in -1..1, ``T`` as `BigVganConfig.samples` says.

        Raises:
            ValueError: the spectrogram has another shape.
        """
        if mel.dim() != 3 or mel.shape[1] != self.config.bands or not mel.shape[2]:
            raise ValueError(
                f"mel must be B x {self.config.bands} x N and not empty, not {tuple(mel.shape)}"
            )
        x = self.enter(mel)
        for stage in self.stages:
            x = stage(x)
        return torch.tanh(self.leave(self.activation(x)))[:, 0]


class _Stage(nn.Module):
    """Stretches the signal, then the mean of what parallel stacks make of it."""

    def __init__(self, channels: int, rate: int, kernel: int, config: BigVganConfig) -> None:
        super().__init__()
        self.stretch = nn.ConvTranspose1d(
            channels, channels // 2, kernel, stride=rate, padding=(kernel - rate) // 2
        )
        self.stacks = nn.ModuleList(
            nn.Sequential(*(_Step(channels // 2, size, dilation) for dilation in config.dilations))
            for size in config.residual_kernels
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.stretch(x)
        total = self.stacks[0](x)
        for stack in self.stacks[1:]:
            total = total + stack(x)
        return total / len(self.stacks)


class _Step(nn.Module):
    """A dilated convolution and a plain one, each behind its activation, added to the input."""

    def __init__(self, channels: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            AliasFree(SnakeBeta(channels)),
            nn.Conv1d(
                channels, channels, kernel, dilation=dilation, padding=dilation * (kernel // 2)
            ),
            AliasFree(SnakeBeta(channels)),
            nn.Conv1d(channels, channels, kernel, padding=kernel // 2),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)
