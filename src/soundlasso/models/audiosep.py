"""AudioSep's separator, ResUNet30, and AudioSep-DP's, which adds recurrence at the bottleneck.

Sources: Liu et al. 2024, "Separate Anything You Describe" (arXiv 2308.05037) for AudioSep; Kong
et al. 2021 (arXiv 2109.05418) for the mask of magnitudes and phases; Yin et al. 2024 (arXiv
2409.13292) for AudioSep-DP. The baseline of DCASE 2024 Task 9 is AudioSep at 16 kHz.

A residual U-Net reads the mixture's magnitudes, ``B F N``, and the query's embedding, ``B K``,
and says for each bin and frame how much of it belongs to the target and by what angle its phase
is turned. The query shifts the channels in front of every convolution and scales none of them;
to compare, any other fusion can stand there (``fusion``), cross-attention to tokens among them.

The published implementations hold their maps with frames before bins; here they are ``B C F N``
like all others, and the kernels are turned accordingly. They also learn a second normalisation
and shift in each block of the decoder that they never apply; those are left out.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges
from soundlasso.dsp.stft import Stft
from soundlasso.nn.dual_path import DualPathGru
from soundlasso.nn.fused_norm import FusedNorm
from soundlasso.nn.fusion import Fusion, check_fusion
from soundlasso.nn.shapes import as_tokens, check_tokens

_QUIETEST = 1e-5
"""The network hears magnitudes below this as this."""

_MOMENTUM = 0.01


@dataclass(frozen=True)
class AudioSepConfig:
    """The numbers that make the network; the defaults are those of the published AudioSep.

    Attributes:
        sample_rate: In Hz.
        window: STFT window and frame in samples.
        hop: STFT hop in samples.
        condition: Size of the query's embedding, or of its tokens' states.
        channels: Of the encoder's blocks. All of them halve the bins, all but the last the
            frames; the decoder mirrors them.
        dual_path_layers: How often AudioSep-DP's bottleneck runs along both axes; none in
            AudioSep.
        dual_path_hidden: Size of its GRUs' states in each direction.
        dual_path_depth: How many GRUs lie on each other in each run.
        fusion: How the query gets in; published is ``shift``. Those that attend need tokens.
        heads: Of an attention.
    """

    sample_rate: int = 32_000
    window: int = 2048
    hop: int = 320
    condition: int = 512
    channels: tuple[int, ...] = (32, 64, 128, 256, 384, 384)
    dual_path_layers: int = 0
    dual_path_hidden: int = 128
    dual_path_depth: int = 2
    fusion: Fusion = "shift"
    heads: int = 4

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(
            self,
            sample_rate=1,
            hop=1,
            condition=1,
            dual_path_layers=0,
            dual_path_hidden=1,
            dual_path_depth=1,
        )
        if not self.channels or min(self.channels) < 1:
            raise ValueError("channels must name one positive number a block")
        check_fusion(self.fusion, self.heads, self.channels)
        if self.window < 2 or self.window % (2 ** (len(self.channels) + 1)):
            raise ValueError(
                f"a window of {self.window} cannot be halved by {len(self.channels)} blocks"
            )
        _ = self.stft

    @property
    def stft(self) -> Stft:
        """The transform that the network was trained on."""
        return Stft(self.window, self.hop, edges="mirror")

    @property
    def frame_multiple(self) -> int:
        """The encoder makes one frame of so many."""
        return int(2 ** (len(self.channels) - 1))


@dataclass(frozen=True)
class PolarMask:
    """What becomes of each bin and frame: a gain, and a turn of the phase.

    Attributes:
        gain: Between 0 and 1, ``B F N``.
        cos: Cosine of the angle, ``B F N``.
        sin: Sine of the angle. Both are 0 in the last bin, which the network does not see and
            which is thereby silenced.
    """

    gain: Tensor
    cos: Tensor
    sin: Tensor

    def factors(self) -> Tensor:
        """The same as complex factors, ``B F N``."""
        return torch.complex(self.gain * self.cos, self.gain * self.sin)


class ResUNet30(nn.Module):
    """Magnitudes and a query's embedding in, a mask out."""

    def __init__(self, config: AudioSepConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        channels = config.channels
        downs = [(2, 2)] * (len(channels) - 1) + [(2, 1)]
        self.input_norm = nn.BatchNorm1d(config.stft.bins, momentum=_MOMENTUM)
        self.stem = nn.Conv2d(1, channels[0], 1)
        self.encoder = nn.ModuleList(
            _EncoderBlock(config, before, after, down)
            for before, after, down in zip(
                (channels[0], *channels[:-1]), channels, downs, strict=True
            )
        )
        self.bridge = _ResidualUnit(config, channels[-1], channels[-1])
        self.dual_path: nn.Module = (
            DualPathGru(
                channels[-1],
                config.dual_path_hidden,
                config.dual_path_layers,
                depth=config.dual_path_depth,
                dropout=0.1,
            )
            if config.dual_path_layers
            else nn.Identity()
        )
        self.decoder = nn.ModuleList(
            _DecoderBlock(config, before, after, up)
            for before, after, up in zip(
                (channels[-1], *channels[:0:-1]), reversed(channels), reversed(downs), strict=True
            )
        )
        self.output = nn.Conv2d(channels[0], 3, 1)

    def forward(
        self, magnitude: Tensor, condition: Tensor, mask: Tensor | None = None
    ) -> PolarMask:
        """The mask for each clip.

        Args:
            magnitude: Of the mixture, linear, ``B F N`` with ``config.stft.bins`` bins.
            condition: The query's embedding, of length 1, ``B K``, or its token states,
                ``B L K``.
            mask: True where there is a token, ``B L``; everywhere if ``None``.

        Raises:
            ValueError: the shapes do not fit the config or each other.
        """
        tokens, mask = as_tokens(condition, mask)
        self._check(magnitude, tokens, mask)
        frames = magnitude.shape[-1]
        x = self.input_norm(magnitude.clamp_min(_QUIETEST))
        # The last bin goes, so that bins can be halved; frames are filled up to be.
        x = F.pad(x[:, None, :-1], (0, -frames % self.config.frame_multiple))
        x = self.stem(x)
        skips = []
        for encoder in self.encoder:
            x, skip = encoder(x, tokens, mask)
            skips.append(skip)
        x = self.dual_path(self.bridge(x, tokens, mask))
        for decoder in self.decoder:
            x = decoder(x, skips.pop(), tokens, mask)
        return _as_mask(self.output(x)[..., :frames])

    def separate(self, waveform: Tensor, condition: Tensor, mask: Tensor | None = None) -> Tensor:
        """The published system as a whole: the target in a mixture at the network's own rate.

        Args:
            waveform: ``B T``, mono.
            condition: As in `forward`.
            mask: As in `forward`.

        Returns:
            ``B T``.
        """
        stft = self.config.stft
        spectrum = stft.forward(waveform)
        polar: PolarMask = self(spectrum.abs(), condition, mask)
        return stft.inverse(spectrum * polar.factors(), waveform.shape[-1])

    def _check(self, magnitude: Tensor, tokens: Tensor, mask: Tensor) -> None:
        bins, size = self.config.stft.bins, self.config.condition
        if magnitude.ndim != 3 or magnitude.shape[1] != bins or not magnitude.shape[2]:
            raise ValueError(f"magnitudes must be B {bins} N, not {tuple(magnitude.shape)}")
        check_tokens(tokens, mask, size)
        if len(tokens) != len(magnitude):
            raise ValueError(f"there must be {len(magnitude)} queries, not {len(tokens)}")


def _as_mask(maps: Tensor) -> PolarMask:
    """The network's three maps, ``B 3 F N``, as a mask with one bin more."""
    gain = F.pad(maps[:, 0].sigmoid(), (0, 0, 0, 1), value=0.5)
    turn = F.pad(F.normalize(maps[:, 1:].tanh(), dim=1, eps=1e-10), (0, 0, 0, 1))
    return PolarMask(gain, turn[:, 0], turn[:, 1])


def _fused_norm(config: AudioSepConfig, channels: int) -> FusedNorm:
    return FusedNorm(channels, config.condition, config.fusion, config.heads, momentum=_MOMENTUM)


class _ResidualUnit(nn.Module):
    """Two 3x3 convolutions, the query in front of each, beside a shortcut."""

    def __init__(self, config: AudioSepConfig, channels: int, out_channels: int) -> None:
        super().__init__()
        self.enter = _fused_norm(config, channels)
        self.first = nn.Conv2d(channels, out_channels, 3, padding=1, bias=False)
        self.between = _fused_norm(config, out_channels)
        self.second = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.shortcut: nn.Module = (
            nn.Identity() if channels == out_channels else nn.Conv2d(channels, out_channels, 1)
        )

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        inner = self.first(self.enter(x, tokens, mask))
        return self.second(self.between(inner, tokens, mask)).add_(self.shortcut(x))


class _EncoderBlock(nn.Module):
    """A residual unit; what it made goes on averaged, and whole to the decoder."""

    def __init__(
        self, config: AudioSepConfig, channels: int, out_channels: int, down: tuple[int, int]
    ) -> None:
        super().__init__()
        self.unit = _ResidualUnit(config, channels, out_channels)
        self.pool = nn.AvgPool2d(down)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        x = self.unit(x, tokens, mask)
        return self.pool(x), x


class _DecoderBlock(nn.Module):
    """Becomes as fine as the encoder's map, joins it, and a residual unit."""

    def __init__(
        self, config: AudioSepConfig, channels: int, out_channels: int, up: tuple[int, int]
    ) -> None:
        super().__init__()
        self.enter = _fused_norm(config, channels)
        self.refine = nn.ConvTranspose2d(channels, out_channels, up, stride=up, bias=False)
        self.unit = _ResidualUnit(config, 2 * out_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        x = self.refine(self.enter(x, tokens, mask))
        return self.unit(torch.cat([x, skip], dim=1), tokens, mask)
