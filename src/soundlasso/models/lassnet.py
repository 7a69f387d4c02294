"""LASS-Net: a residual U-Net whose channels a BERT's words shift (Liu et al. 2022).

Source: "Separate What You Describe: Language-Queried Audio Source Separation", arXiv 2203.15147,
and the published checkpoint, whose shapes the defaults below are.

A small BERT reads the query; the state of its first token, through one layer, is the query's
vector. A U-Net of six halvings sees the mixture's magnitudes, ``B F N``, and in each of its
convolutions every channel is lifted by what a small network makes of that vector. What comes out
is a mask for the magnitudes; the phase is the mixture's. BERT is trained together with the rest,
so its weights belong to this network.

To compare, any other fusion can stand where channels are lifted (``fusion``). With
cross-attention the states of all tokens go through that one layer, and the maps attend to them.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.dsp.stft import Stft
from soundlasso.nn.bert import Bert, BertConfig
from soundlasso.nn.fusion import Fusion, check_fusion, make_fusion, needs_tokens
from soundlasso.nn.shapes import as_tokens, check_map, check_tokens


@dataclass(frozen=True)
class LassNetConfig:
    """The numbers that make a LASS-Net; the defaults are the published ones.

    Attributes:
        sample_rate: In Hz.
        window: STFT frame in samples.
        hop: STFT hop in samples.
        seconds: Length of the clips that it is trained on.
        channels: Of the encoder at each resolution; each halves bins and frames.
        query_size: Size of the query's vector.
        bert: The text encoder.
        fusion: How the query gets in; published is ``lift``.
        heads: Of an attention.
    """

    sample_rate: int = 32_000
    window: int = 1024
    hop: int = 512
    seconds: float = 10.0
    channels: tuple[int, ...] = (32, 64, 128, 256, 384, 384)
    query_size: int = 256
    bert: BertConfig = field(default_factory=BertConfig)
    fusion: Fusion = "lift"
    heads: int = 4

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        if not self.channels:
            raise ValueError("channels must name at least one number")
        check_fusion(self.fusion, self.heads, self.channels)
        half = self.window // 2
        if self.window % 2 or half % self.stride or half <= self.stride:
            raise ValueError(
                f"half the window must be a multiple of {self.stride}, and more, "
                f"not {self.window / 2:g}"
            )

    @property
    def stride(self) -> int:
        """Frames that one place at the lowest resolution stands for."""
        return int(2 ** len(self.channels))

    @property
    def stft(self) -> Stft:
        """The transform whose magnitudes it sees; the ends are mirrored."""
        return Stft(self.window, self.hop, edges="mirror")

    @property
    def samples(self) -> int:
        """Length of a clip."""
        return round(self.seconds * self.sample_rate)


class LassNet(nn.Module):
    """Magnitudes and a query's tokens in, a mask between 0 and 1 out."""

    def __init__(self, config: LassNetConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.bert = Bert(config.bert)
        self.query = nn.Sequential(nn.Linear(config.bert.size, config.query_size), nn.ReLU())
        widths = (1, *config.channels)
        self.encoder = nn.ModuleList(
            _EncoderBlock(config, before, after) for before, after in pairwise(widths)
        )
        self.bridge = _ConvBlock(config, widths[-1], widths[-1])
        # From the bridge up, each block is as wide as the skip connection that it takes in.
        ups = (widths[-1], *reversed(config.channels))
        self.decoder = nn.ModuleList(
            _DecoderBlock(config, before, after) for before, after in pairwise(ups)
        )
        self.last = _ConvBlock(config, widths[1], widths[1])
        self.output = nn.Conv2d(widths[1], 1, 1)

    def forward(self, magnitude: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """The mask for each clip.

        Args:
            magnitude: Linear magnitudes of ``config.stft``, ``B F N``.
            ids: The query's word pieces, ``B L``; the first is ``[CLS]``.
            mask: True where there is one, ``B L``.

        Returns:
            Values between 0 and 1, ``B F N``, to be multiplied with ``magnitude``.

        Raises:
            ValueError: the shapes do not fit the network or each other.
        """
        return self.separate(magnitude, *self.embed(self.bert(ids, mask), mask))

    def embed(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """What the U-Net knows of a query: tokens, ``B L' K``, and their mask, ``B L'``.

        Published is one, the first. An attention gets them all.

        Args:
            states: BERT's, ``B L D``.
            mask: True where there is a word piece, ``B L``.
        """
        known = slice(None) if needs_tokens(self.config.fusion) else slice(1)
        return self.query(states[:, known]), mask[:, known]

    def separate(self, magnitude: Tensor, query: Tensor, mask: Tensor | None = None) -> Tensor:
        """As `forward`, for queries that have been read.

        Args:
            magnitude: ``B F N``.
            query: What `embed` gives, ``B L K``, or vectors, ``B K``.
            mask: True where there is a token, ``B L``; everywhere if ``None``.
        """
        tokens, mask = as_tokens(query, mask)
        self._check(magnitude, tokens, mask)
        bins, frames = magnitude.shape[1:]
        # Each halving of an odd number of bins loses one and each doubling brings it back: with
        # two bins fewer than there are, all of them are odd. Maps are B C N F.
        x = magnitude.transpose(1, 2)[:, None, :, : bins - 2]
        x = F.pad(x, (0, 0, 0, -frames % self.config.stride))
        skips = []
        for encode in self.encoder:
            x, skip = encode(x, tokens, mask)
            skips.append(skip)
        x = self.bridge(x, tokens, mask)
        for decode, skip in zip(self.decoder, reversed(skips), strict=True):
            x = decode(x, skip, tokens, mask)
        logits = self.output(self.last(x, tokens, mask))[:, 0, :frames]
        # What it has not seen it knows nothing of: the mask there is one half.
        return torch.sigmoid(F.pad(logits, (0, 2))).transpose(1, 2)

    def _check(self, magnitude: Tensor, tokens: Tensor, mask: Tensor) -> None:
        check_map("magnitude", magnitude, self.config.stft.bins)
        check_tokens(tokens, mask, self.config.query_size)
        if len(tokens) != len(magnitude):
            raise ValueError(f"there must be {len(magnitude)} queries, not {len(tokens)}")


class _ConvBlock(nn.Module):
    """Two 3x3 convolutions, the query behind each, beside a shortcut.

    Where the shortcut is a layer, the query is behind it as well.
    """

    def __init__(self, config: LassNetConfig, channels: int, out_channels: int) -> None:
        super().__init__()

        def fuse() -> nn.Module:
            return make_fusion(config.fusion, out_channels, config.query_size, config.heads)

        self.norm1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1, bias=False)
        self.fuse1 = fuse()
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.fuse2 = fuse()
        self.shortcut = None
        if channels != out_channels:
            self.shortcut = nn.Conv2d(channels, out_channels, 1)
            self.shortcut_fuse = fuse()

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        y = self.fuse1(self.conv1(F.leaky_relu(self.norm1(x))), tokens, mask)
        y = self.fuse2(self.conv2(F.leaky_relu(self.norm2(y))), tokens, mask)
        if self.shortcut is not None:
            x = self.shortcut_fuse(self.shortcut(x), tokens, mask)
        return x + y


class _EncoderBlock(nn.Module):
    """Two blocks of convolutions; gives the halved map and, for the skip connection, the whole."""

    def __init__(self, config: LassNetConfig, channels: int, out_channels: int) -> None:
        super().__init__()
        self.first = _ConvBlock(config, channels, out_channels)
        self.second = _ConvBlock(config, out_channels, out_channels)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        x = self.second(self.first(x, tokens, mask), tokens, mask)
        return F.avg_pool2d(x, 2), x


class _DecoderBlock(nn.Module):
    """Doubles the resolution, joins the skip connection, and two blocks of convolutions."""

    def __init__(self, config: LassNetConfig, channels: int, out_channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.upsample = nn.ConvTranspose2d(channels, out_channels, 3, stride=2, bias=False)
        self.first = _ConvBlock(config, 2 * out_channels, out_channels)
        self.second = _ConvBlock(config, out_channels, out_channels)

    def forward(self, x: Tensor, skip: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        # N frames become 2 N + 1, the last of which is dropped; N bins 2 N + 1, all kept.
        x = self.upsample(F.relu(self.norm(x)))[:, :, :-1]
        x = self.first(torch.cat([x, skip], dim=1), tokens, mask)
        return self.second(x, tokens, mask)
