"""The thesis's separator: a ResUNet++ with cross-attention to the query at every step.

Source: the thesis "language-queried audio source separation" with FLAN-T5, chapters 4 and 5,
for the whole; Jha et al. 2019 (arXiv 1911.07067) for what ResUNet++'s blocks are made of.

Where the thesis leaves a number open or contradicts itself:

* Filters, squeeze ratio and dilations are ResUNet++'s own.
* Section 2.6 lets the text attend to the map; the common direction is the other one. Both are
  here (``fusion``), see ``docs/thesis.md`` for which is the default and why.
* The text says that the mask is concatenated to the mixture's spectrogram. A mask multiplies,
  and that is what happens here: it multiplies the normalised spectrogram.
* The sample rate is not stated. 22,050 Hz is what librosa, which the thesis loads sound with,
  resamples to unless told otherwise.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.dsp.reconstruction import RECONSTRUCTIONS, Reconstruction
from soundlasso.dsp.stft import Stft
from soundlasso.nn.aspp import Aspp
from soundlasso.nn.attention_gate import AttentionGate
from soundlasso.nn.fusion import Fusion, check_fusion, make_fusion
from soundlasso.nn.shapes import check_map, check_tokens
from soundlasso.nn.squeeze_excitation import SqueezeExcitation

_QUIETEST = 1e-5
"""Magnitudes below this (-100 dB) count as this, so that silence has a logarithm."""


@dataclass(frozen=True)
class ResUNetPlusPlusConfig:
    """The numbers that make the thesis's network.

    Attributes:
        sample_rate: In Hz.
        window: STFT frame in samples.
        hop: STFT hop in samples.
        seconds: Every clip is cut or padded to this.
        filters: Of the stem, the three encoder blocks and the bottleneck.
        output_filters: Of the ASPP before the mask.
        token_size: Size of the query encoder's token states.
        heads: Of every cross-attention.
        fusion: Which of words and map attends to the other, or another way for the query to
            get in (`soundlasso.nn.fusion`).
        reconstruction: Where the phase comes from; the thesis compares both and takes the
            mixture's (4.2.3).
    """

    sample_rate: int = 22_050
    window: int = 512
    hop: int = 256
    seconds: float = 15.0
    filters: tuple[int, ...] = (16, 32, 64, 128, 256)
    output_filters: int = 16
    token_size: int = 768
    heads: int = 4
    fusion: Fusion = "text_attends_map"
    reconstruction: Reconstruction = "mixture_phase"

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        if len(self.filters) != 5:
            raise ValueError("filters must name five numbers: stem, three blocks, bottleneck")
        check_fusion(self.fusion, self.heads, self.filters[1:])
        if self.reconstruction not in RECONSTRUCTIONS:
            raise ValueError(f"reconstruction must be one of {', '.join(RECONSTRUCTIONS)}")

    @property
    def stft(self) -> Stft:
        """The thesis's transform: frame 512, hop 256."""
        return Stft(self.window, self.hop)

    @property
    def samples(self) -> int:
        """Length of a clip."""
        return round(self.seconds * self.sample_rate)


@dataclass(frozen=True)
class Normalised:
    """A spectrogram in dB, scaled to 0..1 by its own extremes, which are kept.

    Attributes:
        values: ``B F N``.
        low: The quietest level of each clip in dB, ``B 1 1``.
        high: The loudest.
    """

    values: Tensor
    low: Tensor
    high: Tensor

    def magnitude(self, values: Tensor) -> Tensor:
        """Turns normalised values, ``B F N``, back into linear magnitudes."""
        return torch.pow(10.0, (values * (self.high - self.low) + self.low) / 20.0)


def normalise(magnitude: Tensor) -> Normalised:
    """Brings magnitudes, ``B F N``, into the form that the network reads (thesis, 5.3.3)."""
    decibels = 20.0 * torch.log10(magnitude.clamp_min(_QUIETEST))
    low, high = decibels.amin((1, 2), keepdim=True), decibels.amax((1, 2), keepdim=True)
    # Digital silence has no range at all.
    values = (decibels - low) / (high - low).clamp_min(1e-3)
    return Normalised(values, low, high)


class ResUNetPlusPlus(nn.Module):
    """A normalised spectrogram and a query's tokens in, a mask for it out."""

    def __init__(self, config: ResUNetPlusPlusConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        stem, first, second, third, bridge = config.filters

        def attend(channels: int) -> nn.Module:
            return make_fusion(config.fusion, channels, config.token_size, config.heads)

        self.stem = _Stem(stem)
        self.encoder = nn.ModuleList(
            _EncoderBlock(before, after)
            for before, after in ((stem, first), (first, second), (second, third))
        )
        self.encoder_attention = nn.ModuleList(attend(c) for c in (first, second, third))
        self.bridge = Aspp(third, bridge)
        self.bridge_attention = attend(bridge)
        self.decoder = nn.ModuleList(
            _DecoderBlock(skip, before, after)
            for skip, before, after in (
                (second, bridge, third),
                (first, third, second),
                (stem, second, first),
            )
        )
        self.decoder_attention = nn.ModuleList(attend(c) for c in (third, second, first))
        self.decoder_excitation = nn.ModuleList(
            SqueezeExcitation(c) for c in (third, second, first)
        )
        self.output_attention = attend(first)
        self.output_aspp = Aspp(first, config.output_filters)
        self.output = nn.Conv2d(config.output_filters, 1, 1)

    def forward(self, values: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """The mask for each clip.

        Args:
            values: Normalised spectrograms, ``B F N``.
            tokens: The query's token states, ``B L D``.
            mask: True where there is a token, ``B L``.

        Returns:
            Values between 0 and 1, ``B F N``, to be multiplied with ``values``.

        Raises:
            ValueError: the shapes do not fit the network or each other.
        """
        check_map("values", values, self.config.stft.bins)
        check_tokens(tokens, mask, self.config.token_size)
        if len(tokens) != len(values):
            raise ValueError(f"there must be {len(values)} queries, not {len(tokens)}")
        bins, frames = values.shape[1:]
        # Three halvings: the bins lose their last one, the frames are padded; both come back.
        x = values[:, None, : bins // 8 * 8]
        x = self.stem(F.pad(x, (0, -frames % 8)))
        skips = []
        for block, attention in zip(self.encoder, self.encoder_attention, strict=True):
            skips.append(x)
            x = attention(block(x), tokens, mask)
        x = self.bridge_attention(self.bridge(x), tokens, mask)
        stages = zip(
            self.decoder,
            self.decoder_attention,
            self.decoder_excitation,
            reversed(skips),
            strict=True,
        )
        for block, attention, excitation, skip in stages:
            x = excitation(attention(block(skip, x), tokens, mask))
        x = self.output_aspp(self.output_attention(x, tokens, mask))
        logits = self.output(x)[:, 0, :, :frames]
        logits = torch.cat([logits, logits[:, -1:].expand(-1, bins - logits.shape[1], -1)], dim=1)
        return torch.sigmoid(logits)


class _Stem(nn.Module):
    """Two convolutions beside a shortcut, then channel attention."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(1, channels, 1, bias=False), nn.BatchNorm2d(channels)
        )
        self.excitation = SqueezeExcitation(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.excitation(self.layers(x) + self.shortcut(x))


class _ResidualUnit(nn.Module):
    """Pre-activation, two convolutions, a projected shortcut."""

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, out_channels, 3, padding=1, stride=stride, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(channels, out_channels, 1, stride=stride, bias=False),
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x) + self.shortcut(x)


class _EncoderBlock(nn.Module):
    """Halves the resolution with a residual unit, then weighs the channels."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.unit = _ResidualUnit(channels, out_channels, stride=2)
        self.excitation = SqueezeExcitation(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.excitation(self.unit(x))


class _DecoderBlock(nn.Module):
    """Gates, doubles the resolution, joins the skip connection, and a residual unit."""

    def __init__(self, skip: int, channels: int, out_channels: int) -> None:
        super().__init__()
        self.gate = AttentionGate(skip, channels)
        self.unit = _ResidualUnit(channels + skip, out_channels, stride=1)

    def forward(self, skip: Tensor, x: Tensor) -> Tensor:
        x = F.interpolate(self.gate(skip, x), scale_factor=2.0, mode="nearest")
        return self.unit(torch.cat([x, skip], dim=1))
