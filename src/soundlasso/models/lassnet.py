"""LASS-Net: a residual U-Net whose channels a BERT's words shift (Liu et al. 2022).

Source: "Separate What You Describe: Language-Queried Audio Source Separation", arXiv 2203.15147,
and the published checkpoint, whose shapes the defaults below are.

A small BERT reads the query; the state of its first token, through one layer, is the query's
vector. A U-Net of six halvings sees the mixture's magnitudes, ``B F N``, and in each of its
convolutions every channel is lifted by what a small network makes of that vector. What comes out
is a mask for the magnitudes; the phase is the mixture's. BERT is trained together with the rest,
so its weights belong to this network.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.dsp.stft import Stft
from soundlasso.nn.bert import Bert, BertConfig


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
    """

    sample_rate: int = 32_000
    window: int = 1024
    hop: int = 512
    seconds: float = 10.0
    channels: tuple[int, ...] = (32, 64, 128, 256, 384, 384)
    query_size: int = 256
    bert: BertConfig = field(default_factory=BertConfig)

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        if not self.channels:
            raise ValueError("channels must name at least one number")
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
            _EncoderBlock(before, after, config.query_size) for before, after in pairwise(widths)
        )
        self.bridge = _ConvBlock(widths[-1], widths[-1], config.query_size)
        # From the bridge up, each block is as wide as the skip connection that it takes in.
        ups = (widths[-1], *reversed(config.channels))
        self.decoder = nn.ModuleList(
            _DecoderBlock(before, after, config.query_size) for before, after in pairwise(ups)
        )
        self.last = _ConvBlock(widths[1], widths[1], config.query_size)
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
        return self.separate(magnitude, self.embed(self.bert(ids, mask)))

    def embed(self, states: Tensor) -> Tensor:
        """The query's vector, ``B K``, of BERT's token states, ``B L D``."""
        return self.query(states[:, 0])

    def separate(self, magnitude: Tensor, query: Tensor) -> Tensor:
        """As `forward`, for queries that are vectors already, ``B K``."""
        self._check(magnitude, query)
        bins, frames = magnitude.shape[1:]
        # Each halving of an odd number of bins loses one and each doubling brings it back: with
        # two bins fewer than there are, all of them are odd. Maps are B C N F.
        x = magnitude.transpose(1, 2)[:, None, :, : bins - 2]
        x = F.pad(x, (0, 0, 0, -frames % self.config.stride))
        skips = []
        for encode in self.encoder:
            x, skip = encode(x, query)
            skips.append(skip)
        x = self.bridge(x, query)
        for decode, skip in zip(self.decoder, reversed(skips), strict=True):
            x = decode(x, skip, query)
        logits = self.output(self.last(x, query))[:, 0, :frames]
        # What it has not seen it knows nothing of: the mask there is one half.
        return torch.sigmoid(F.pad(logits, (0, 2))).transpose(1, 2)

    def _check(self, magnitude: Tensor, query: Tensor) -> None:
        bins = self.config.stft.bins
        if magnitude.ndim != 3 or magnitude.shape[1] != bins or not magnitude.shape[2]:
            raise ValueError(f"magnitude must be B {bins} N, not {tuple(magnitude.shape)}")
        if query.shape != (magnitude.shape[0], self.config.query_size):
            raise ValueError(
                f"query must be {magnitude.shape[0]} {self.config.query_size}, "
                f"not {tuple(query.shape)}"
            )


class _Lift(nn.Module):
    """FiLM without its scale: adds to every channel what the query says, 0 or more."""

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(condition, 2 * channels),
            nn.ReLU(),
            nn.Linear(2 * channels, channels),
            nn.ReLU(),
        )

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return x + self.layers(condition)[:, :, None, None]


class _ConvBlock(nn.Module):
    """Two lifted 3x3 convolutions beside a shortcut, which is lifted where it is a layer."""

    def __init__(self, channels: int, out_channels: int, condition: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1, bias=False)
        self.lift1 = _Lift(out_channels, condition)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.lift2 = _Lift(out_channels, condition)
        self.shortcut = None
        if channels != out_channels:
            self.shortcut = nn.Conv2d(channels, out_channels, 1)
            self.shortcut_lift = _Lift(out_channels, condition)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        y = self.lift1(self.conv1(F.leaky_relu(self.norm1(x))), query)
        y = self.lift2(self.conv2(F.leaky_relu(self.norm2(y))), query)
        if self.shortcut is not None:
            x = self.shortcut_lift(self.shortcut(x), query)
        return x + y


class _EncoderBlock(nn.Module):
    """Two blocks of convolutions; gives the halved map and, for the skip connection, the whole."""

    def __init__(self, channels: int, out_channels: int, condition: int) -> None:
        super().__init__()
        self.first = _ConvBlock(channels, out_channels, condition)
        self.second = _ConvBlock(out_channels, out_channels, condition)

    def forward(self, x: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
        x = self.second(self.first(x, query), query)
        return F.avg_pool2d(x, 2), x


class _DecoderBlock(nn.Module):
    """Doubles the resolution, joins the skip connection, and two blocks of convolutions."""

    def __init__(self, channels: int, out_channels: int, condition: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.upsample = nn.ConvTranspose2d(channels, out_channels, 3, stride=2, bias=False)
        self.first = _ConvBlock(2 * out_channels, out_channels, condition)
        self.second = _ConvBlock(out_channels, out_channels, condition)

    def forward(self, x: Tensor, skip: Tensor, query: Tensor) -> Tensor:
        # N frames become 2 N + 1, the last of which is dropped; N bins 2 N + 1, all kept.
        x = self.upsample(F.relu(self.norm(x)))[:, :, :-1]
        return self.second(self.first(torch.cat([x, skip], dim=1), query), query)
