"""FlowSep's autoencoder: log-mel spectrograms to a latent map a quarter as fine, and back.

Source: Yuan et al. 2025 (FlowSep, arXiv 2409.07614); the network is that of latent diffusion
(Rombach et al. 2022, arXiv 2112.10752, appendix G) as AudioLDM (arXiv 2301.12503) uses it.

Shapes: spectrograms ``B 1 N F`` (frames before bands, as published), latents ``B Z N/4 F/4``.
"""

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges
from soundlasso.nn.group_residual import GroupNormResidual
from soundlasso.nn.resampling import Double


@dataclass(frozen=True)
class FlowSepVaeConfig:
    """The numbers that make the autoencoder.

    Attributes:
        channels: Of the finest maps.
        multipliers: Of them, for every level from fine to coarse.
        blocks: Residual blocks of an encoder level; a decoder level has one more.
        latent_channels: ``Z``.
        groups: Of channels that are normalised together.
    """

    channels: int = 128
    multipliers: tuple[int, ...] = (1, 2, 4)
    blocks: int = 2
    latent_channels: int = 8
    groups: int = 32

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, channels=1, blocks=1, latent_channels=1, groups=1)
        if not self.multipliers:
            raise ValueError("multipliers must name at least one level")
        if any(self.channels * times % self.groups for times in self.multipliers):
            raise ValueError(f"channels must be multiples of groups ({self.groups})")

    @property
    def stride(self) -> int:
        """By how much the latent map is coarser, in both directions."""
        return 2 ** (len(self.multipliers) - 1)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of every level, from fine to coarse."""
        return tuple(self.channels * times for times in self.multipliers)


class FlowSepVae(nn.Module):
    """The two halves, each with its 1x1 convolution on the latent side."""

    def __init__(self, config: FlowSepVaeConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        size = config.latent_channels
        self.encoder = _Encoder(config)
        self.to_moments = nn.Conv2d(2 * size, 2 * size, 1)
        self.from_latent = nn.Conv2d(size, size, 1)
        self.decoder = _Decoder(config)

    def encode(self, mel: Tensor) -> Tensor:
        """What the latent map is distributed like.

        Args:
            mel: ``B 1 N F``; both are at least the config's ``stride``. What is left over behind
                whole steps gets no place of its own, as published.

        Returns:
            The means, then the logarithms of the variances, ``B 2Z N/4 F/4``.

        Raises:
            ValueError: the spectrogram has another shape.
        """
        stride = self.config.stride
        if mel.dim() != 4 or mel.shape[1] != 1 or min(mel.shape[2:]) < stride:
            raise ValueError(
                f"mel must be B x 1 x N x F of {stride} or more each, not {tuple(mel.shape)}"
            )
        return self.to_moments(self.encoder(mel))

    def decode(self, latent: Tensor) -> Tensor:
        """The spectrogram, ``B 1 N F``, of a latent map, ``B Z N/4 F/4``.

        Raises:
            ValueError: the latent map has another shape.
        """
        size = self.config.latent_channels
        if latent.dim() != 4 or latent.shape[1] != size or not min(latent.shape[2:]):
            raise ValueError(f"latent must be B x {size} x N x F, not {tuple(latent.shape)}")
        return self.decoder(self.from_latent(latent))


def sample_moments(moments: Tensor, noise: Tensor) -> Tensor:
    """A latent map, ``B Z N F``, drawn with normal noise of its shape from ``B 2Z N F``."""
    mean, log_variance = moments.chunk(2, dim=1)
    return mean + torch.exp(0.5 * log_variance.clamp(-30.0, 20.0)) * noise


class _Encoder(nn.Module):
    def __init__(self, config: FlowSepVaeConfig) -> None:
        super().__init__()
        widths, coarsest = config.widths, config.widths[-1]
        self.enter = nn.Conv2d(1, config.channels, 3, padding=1)
        self.levels = nn.ModuleList(
            _Level(before, after, config.blocks, config.groups)
            for before, after in itertools.pairwise((config.channels, *widths))
        )
        self.halvings = nn.ModuleList(_Halve(width) for width in widths[:-1])
        self.middle = _Middle(coarsest, config.groups)
        self.leave = _Leave(coarsest, 2 * config.latent_channels, config.groups)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.enter(mel)
        for index, level in enumerate(self.levels):
            x = level(x)
            if index < len(self.halvings):
                x = self.halvings[index](x)
        return self.leave(self.middle(x))


class _Decoder(nn.Module):
    def __init__(self, config: FlowSepVaeConfig) -> None:
        super().__init__()
        widths = config.widths[::-1]
        self.enter = nn.Conv2d(config.latent_channels, widths[0], 3, padding=1)
        self.middle = _Middle(widths[0], config.groups)
        self.levels = nn.ModuleList(
            _Level(before, after, config.blocks + 1, config.groups)
            for before, after in itertools.pairwise((widths[0], *widths))
        )
        self.doublings = nn.ModuleList(Double(width) for width in widths[:-1])
        self.leave = _Leave(widths[-1], 1, config.groups)

    def forward(self, latent: Tensor) -> Tensor:
        x = self.middle(self.enter(latent))
        for index, level in enumerate(self.levels):
            x = level(x)
            if index < len(self.doublings):
                x = self.doublings[index](x)
        return self.leave(x)


class _Level(nn.Sequential):
    """Residual blocks of one resolution."""

    def __init__(self, channels: int, out_channels: int, blocks: int, groups: int) -> None:
        super().__init__(
            *(
                GroupNormResidual(
                    channels if not index else out_channels, out_channels, groups=groups
                )
                for index in range(blocks)
            )
        )


class _Middle(nn.Sequential):
    """A look at the whole map between two residual blocks."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__(
            GroupNormResidual(channels, channels, groups=groups),
            _MapAttention(channels, groups),
            GroupNormResidual(channels, channels, groups=groups),
        )


class _Leave(nn.Sequential):
    """Normalises, then the last 3x3 convolution."""

    def __init__(self, channels: int, out_channels: int, groups: int) -> None:
        super().__init__(
            nn.GroupNorm(groups, channels, 1e-6),
            nn.SiLU(),
            nn.Conv2d(channels, out_channels, 3, padding=1),
        )


class _Halve(nn.Module):
    """A strided convolution that sees one more row and column behind, none before."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.convolution(F.pad(x, (0, 1, 0, 1)))


class _MapAttention(nn.Module):
    """All places attend to each other, with one head."""

    def __init__(self, channels: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels, 1e-6)
        self.query = nn.Conv2d(channels, channels, 1)
        self.key = nn.Conv2d(channels, channels, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.mix = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        normal = self.norm(x)
        query, key, value = (
            layer(normal).flatten(2).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        found = F.scaled_dot_product_attention(query, key, value)
        return x + self.mix(found.transpose(1, 2).reshape(x.shape))
