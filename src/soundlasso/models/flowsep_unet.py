"""FlowSep's U-Net: which way a noisy latent map should move, given the mixture's and the words.

Source: Yuan et al. 2025 (FlowSep, arXiv 2409.07614), section 2.2; the network is latent
diffusion's (Rombach et al. 2022, arXiv 2112.10752) with AudioLDM 2's (arXiv 2308.05734) second
transformer at every step, which reads no text.

Shapes: latents ``B Z N F`` (frames before bands, as published), text ``B L D``, time ``B``.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from soundlasso.config import check_ranges
from soundlasso.nn.group_residual import GroupNormResidual
from soundlasso.nn.resampling import Double
from soundlasso.nn.spatial_transformer import SpatialTransformer
from soundlasso.nn.time_embedding import time_embedding

_EPSILON = 1e-5


@dataclass(frozen=True)
class FlowSepUNetConfig:
    """The numbers that make the U-Net.

    Attributes:
        latent_channels: ``Z`` of the noisy map and of the mixture's.
        out_channels: Of the output; the first ``Z`` are the velocity, what follows is not used.
        channels: Of the finest maps.
        multipliers: Of them, for every level from fine to coarse.
        attention: For every level whether there are transformers.
        blocks: Residual blocks of an encoder level; a decoder level has one more.
        head_size: Of every attention.
        token_size: Size ``D`` of the text's token states.
        groups: Of channels that are normalised together.
    """

    latent_channels: int = 8
    out_channels: int = 16
    channels: int = 128
    multipliers: tuple[int, ...] = (1, 2, 3, 5)
    attention: tuple[bool, ...] = (False, True, True, True)
    blocks: int = 2
    head_size: int = 32
    token_size: int = 1024
    groups: int = 32

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(
            self, latent_channels=1, channels=2, blocks=1, head_size=1, token_size=1, groups=1
        )
        check_ranges(self, out_channels=self.latent_channels)
        if len(self.multipliers) != len(self.attention) or not self.multipliers:
            raise ValueError("multipliers and attention must be equally many, and at least one")
        if self.channels % 2:
            raise ValueError("channels must be even")
        if any(width % size for width in self.widths for size in (self.groups, self.head_size)):
            raise ValueError(
                f"channels must be multiples of groups ({self.groups}) "
                f"and of head_size ({self.head_size})"
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of every level, from fine to coarse."""
        return tuple(self.channels * times for times in self.multipliers)

    @property
    def stride(self) -> int:
        """What both axes of a latent map must be multiples of."""
        return 2 ** (len(self.multipliers) - 1)


class FlowSepUNet(nn.Module):
    """The velocity field."""

    def __init__(self, config: FlowSepUNetConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        size, widths = config.channels, config.widths
        self.time = nn.Sequential(
            nn.Linear(size, 4 * size), nn.SiLU(), nn.Linear(4 * size, 4 * size)
        )
        self.enter = nn.Conv2d(2 * config.latent_channels, size, 3, padding=1)
        self.encoder = nn.ModuleList()
        channels, skips = size, [size]
        for level, width in enumerate(widths):
            for _ in range(config.blocks):
                self.encoder.append(
                    _Stage(channels, width, config, attends=config.attention[level])
                )
                channels = width
                skips.append(channels)
            if level < len(widths) - 1:
                self.encoder.append(_Halve(channels))
                skips.append(channels)
        self.middle = _Stage(channels, channels, config, attends=True)
        self.middle_end = _residual(channels, channels, config)
        self.decoder = nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            for block in range(config.blocks + 1):
                self.decoder.append(
                    _Stage(
                        channels + skips.pop(),
                        width,
                        config,
                        attends=config.attention[level],
                        doubles=level > 0 and block == config.blocks,
                    )
                )
                channels = width
        self.leave = nn.Sequential(
            nn.GroupNorm(config.groups, channels, _EPSILON),
            nn.SiLU(),
            nn.Conv2d(channels, config.out_channels, 3, padding=1),
        )

    def forward(
        self, noisy: Tensor, mixture: Tensor, time: Tensor, tokens: Tensor, mask: Tensor
    ) -> Tensor:
        """The velocity of a noisy latent map.

        Args:
            noisy: ``B Z N F``; both are multiples of the config's ``stride``.
            mixture: The mixture's latent map, of the same shape.
            time: From 0, where there is only noise, to 1, ``B``.
            tokens: The query's token states, ``B L D``.
            mask: True where there is a token, ``B L``.

        Returns:
            ``B out_channels N F``, of which the first ``Z`` channels are meant.

        Raises:
            ValueError: a shape is another.
        """
        self._check(noisy, mixture, time, tokens, mask)
        moment = self.time(time_embedding(time, self.config.channels))
        x = self.enter(torch.cat([noisy, mixture], dim=1))
        skips = [x]
        for stage in self.encoder:
            x = stage(x, moment, tokens, mask)
            skips.append(x)
        x = self.middle_end(self.middle(x, moment, tokens, mask), moment)
        for stage in self.decoder:
            x = stage(torch.cat([x, skips.pop()], dim=1), moment, tokens, mask)
        return self.leave(x)

    def _check(
        self, noisy: Tensor, mixture: Tensor, time: Tensor, tokens: Tensor, mask: Tensor
    ) -> None:
        size, stride = self.config.latent_channels, self.config.stride
        fits = noisy.dim() == 4 and noisy.shape[1] == size
        if not fits or any(length < 1 or length % stride for length in noisy.shape[2:]):
            raise ValueError(
                f"noisy must be B x {size} x N x F with multiples of {stride}, "
                f"not {tuple(noisy.shape)}"
            )
        if mixture.shape != noisy.shape:
            raise ValueError(
                f"mixture must be like noisy, {tuple(noisy.shape)}, not {tuple(mixture.shape)}"
            )
        batch, token_size = noisy.shape[0], self.config.token_size
        if time.shape != (batch,):
            raise ValueError(f"time must hold {batch} values, not {tuple(time.shape)}")
        if tokens.dim() != 3 or tokens.shape[::2] != (batch, token_size):
            raise ValueError(
                f"tokens must be {batch} x L x {token_size}, not {tuple(tokens.shape)}"
            )
        if mask.shape != tokens.shape[:2] or mask.dtype != torch.bool:
            raise ValueError(
                f"mask must be boolean, {tuple(tokens.shape[:2])}, "
                f"not {mask.dtype}, {tuple(mask.shape)}"
            )


def _residual(channels: int, out_channels: int, config: FlowSepUNetConfig) -> GroupNormResidual:
    return GroupNormResidual(
        channels,
        out_channels,
        groups=config.groups,
        epsilon=_EPSILON,
        condition=4 * config.channels,
    )


class _Stage(nn.Module):
    """A residual block told the time; then a look around, and one at the words; then finer."""

    def __init__(
        self,
        channels: int,
        out_channels: int,
        config: FlowSepUNetConfig,
        *,
        attends: bool,
        doubles: bool = False,
    ) -> None:
        super().__init__()
        heads, groups = out_channels // config.head_size, config.groups
        self.residual = _residual(channels, out_channels, config)
        self.look: nn.Module | None = None
        self.read: nn.Module | None = None
        if attends:
            self.look = SpatialTransformer(out_channels, heads, groups=groups)
            self.read = SpatialTransformer(
                out_channels, heads, token_size=config.token_size, groups=groups
            )
        self.finer = Double(out_channels) if doubles else None

    def forward(self, x: Tensor, moment: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        x = self.residual(x, moment)
        if self.look is not None and self.read is not None:
            x = self.read(self.look(x), tokens, mask)
        return x if self.finer is None else self.finer(x)


class _Halve(nn.Module):
    """A strided convolution; time and words are none of its business."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor, moment: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        return self.convolution(x)
