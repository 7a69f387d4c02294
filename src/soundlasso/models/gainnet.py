"""GainNet: a small U-Net that answers a query with one gain a band and frame.

The network never sees a waveform. It reads the mixture's energy in some sixty bands, fifty
times a second, and gives for each query the share of every band and frame that belongs to it.
That is little to compute, works at any sample rate and for any number of channels, and leaves
the reconstruction to the mixture's own spectrogram.

The encoder knows nothing of the query, so it runs once however many queries there are; a thin
decoder is conditioned twice over: by FiLM, and by maps of how well each place matches the query
(scaled dot products of audio and query embeddings, the scores of cross-attention without its
values). The same scores, pooled over the clip, say whether the sound is there at all, and are
trained to (multiple-instance learning), which teaches the encoder to tell sounds apart.

Everything has a finite reach in time and no statistics over the whole clip, so a long recording
can be worked on in stretches with exactly the result of working on it whole.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.dsp.bands import BandLayout
from soundlasso.dsp.stft import Stft
from soundlasso.nn.anchors import AnchoredPooling, AnchorsConfig
from soundlasso.nn.film import Film
from soundlasso.nn.match import QueryMatch
from soundlasso.nn.residual import ResidualBlock
from soundlasso.nn.shapes import check_map, check_tokens


@dataclass(frozen=True)
class GainNetConfig:
    """The numbers that make a GainNet.

    Attributes:
        bands: How many bands.
        low: Centre of the lowest band in Hz.
        high: Centre of the highest band in Hz.
        window: STFT window in seconds.
        hop: Seconds between frames.
        level_seconds: Length of the stretch around a frame whose level counts as 0 dB.
        channels: Of the encoder at each resolution; each halves bands and frames.
        decoder_channels: Of the decoder at each resolution but the lowest.
        dilations: Of the blocks at the lowest resolution.
        token_size: Size of the query encoder's token states.
        query_size: Size of the query vector.
        match_size: Size of the embeddings whose dot products say what matches, per head.
        match_heads: How many such products.
        dropout: On pooled tokens and at the lowest resolution, in training.
        anchors: Known sounds that draw a query's vector; put in when training is over.
    """

    bands: int = 64
    low: float = 30.0
    high: float = 15_000.0
    window: float = 0.064
    hop: float = 0.02
    level_seconds: float = 6.0
    channels: tuple[int, ...] = (24, 48, 96, 144, 192)
    decoder_channels: tuple[int, ...] = (16, 32, 48, 64)
    dilations: tuple[int, ...] = (1, 2, 3)
    token_size: int = 384
    query_size: int = 256
    match_size: int = 32
    match_heads: int = 4
    dropout: float = 0.1
    anchors: AnchorsConfig = field(default_factory=AnchorsConfig)
    layout: BandLayout = field(init=False)

    def __post_init__(self) -> None:
        """Derives the band layout and refuses numbers that do not fit each other."""
        if len(self.decoder_channels) != len(self.channels) - 1:
            raise ValueError("decoder_channels must name one number fewer than channels")
        if self.bands % self.stride:
            raise ValueError(f"bands must be a multiple of {self.stride}, not {self.bands}")
        object.__setattr__(self, "layout", BandLayout(self.bands, self.low, self.high))

    @property
    def stride(self) -> int:
        """Frames (and bands) that one place at the lowest resolution stands for."""
        return int(2 ** (len(self.channels) - 1))

    @property
    def context_frames(self) -> int:
        """How far a gain can depend on frames before or after its own, at most."""
        reach, step = 0, 1
        for _ in self.channels[:-1]:
            # Two convolutions in the encoder, one in the decoder, and the pooling.
            reach += 3 * step + step
            step *= 2
        reach += step * sum(1 + dilation for dilation in self.dilations) + step
        return reach + round(self.level_seconds / self.hop / 2) + 1

    def stft(self, sample_rate: int) -> Stft:
        """The transform that gives this network's frames at a sample rate."""
        return Stft.of_seconds(self.window, self.hop, sample_rate)


def band_energies(spectrum: Tensor, stft: Stft, weights: Tensor) -> Tensor:
    """The mean power of a recording in each band and frame.

    Channels are averaged in power, so that sound in opposite phase does not vanish.

    Args:
        spectrum: Complex ``... C F N``.
        stft: The transform that made it.
        weights: ``bands F``, of `BandLayout.weights`.

    Returns:
        ``... bands N``.
    """
    power = spectrum.abs().square().mean(dim=-3)
    return torch.matmul(weights.to(power), power) * stft.power_scale()


class GainNet(nn.Module):
    """Band energies and a query's tokens in, gains between 0 and 1 out."""

    def __init__(self, config: GainNetConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.level_frames = round(config.level_seconds / config.hop / 2) * 2 + 1
        self.encoder = _Encoder(config)
        self.query = AnchoredPooling(
            config.token_size, 4, config.query_size, config.anchors, dropout=config.dropout
        )
        self.match = QueryMatch(
            config.channels[-1],
            config.query_size,
            heads=config.match_heads,
            size=config.match_size,
        )
        self.presence_scale = nn.Parameter(torch.tensor(1.0))
        self.presence_bias = nn.Parameter(torch.tensor(-1.0))
        self.decoder = _Decoder(config)

    def features(self, energies: Tensor) -> Tensor:
        """What the encoder sees: levels relative to their surroundings, scale-free.

        Args:
            energies: Band energies, ``B F N``.

        Returns:
            ``B 2 F N``: the level in each band relative to the recording's level around it in
            time, and relative to the band's own level there, both in units of 20 dB.
        """
        total = _sliding_mean(energies.sum(1, keepdim=True), self.level_frames)
        # 80 dB under the surrounding level counts as silence, and so does -130 dB of full scale.
        floor = total * 1e-8 + 1e-13
        level = torch.log10((energies + floor) / (total + 1e-13))
        own = torch.log10((_sliding_mean(energies, self.level_frames) + floor) / (total + 1e-13))
        return torch.stack([level / 2.0 + 1.0, (level - own) / 2.0], dim=1)

    def encode(self, energies: Tensor) -> "Encoded":
        """Reads recordings once for any number of queries.

        Args:
            energies: Band energies, ``B F N`` with any ``N``.

        Raises:
            ValueError: they have another shape.
        """
        check_map("energies", energies, self.config.bands)
        frames = energies.shape[-1]
        padded = F.pad(self.features(energies), (0, -frames % self.config.stride))
        maps = self.encoder(padded)
        return Encoded(self.match.audio(maps[-1]), self.decoder.prepare(maps), frames)

    def decode(self, encoded: "Encoded", query: Tensor) -> Tensor:
        """Answers one query for each recording.

        Args:
            encoded: ``B`` recordings; see `Encoded.select` for several queries on one.
            query: Query vectors, ``B K``.

        Returns:
            Gains, ``B F N``.
        """
        match = self.match(encoded.places, query)
        logits: Tensor = self.decoder(encoded.maps, query, match)
        return torch.sigmoid(logits[..., : encoded.frames])

    def presence(self, encoded: "Encoded", query: Tensor) -> Tensor:
        """How sure the network is that each recording holds each query's sound, as logits.

        Args:
            encoded: ``B`` recordings.
            query: Query vectors, ``Q K``.

        Returns:
            ``B Q``.
        """
        scores = self.match.pairs(encoded.places, query)
        return self.presence_scale.exp() * scores + self.presence_bias

    def matches(self, encoded: "Encoded", query: Tensor) -> Tensor:
        """What `presence` is made of, before it is pooled over time.

        Args:
            encoded: ``B`` recordings.
            query: Query vectors, ``Q K``.

        Returns:
            ``B Q N'`` with one number for each `GainNetConfig.stride` frames; see
            `QueryMatch.over_time`.
        """
        return self.match.over_time(encoded.places, query)

    def forward(
        self, energies: Tensor, tokens: Tensor, mask: Tensor, index: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Answers queries, each asked of one of the recordings.

        Args:
            energies: Band energies of the recordings, ``B F N``.
            tokens: The queries' token states, ``Q L D``.
            mask: True where there is a token, ``Q L``.
            index: Which recording each query is asked of, ``Q``.

        Returns:
            Gains, ``Q F N``, and presence logits of every query in every recording, ``B Q``.

        Raises:
            ValueError: the shapes do not fit the network or each other.
        """
        check_tokens(tokens, mask, self.config.token_size)
        if index.shape != (len(tokens),):
            raise ValueError(f"index must be {len(tokens)} numbers, not {tuple(index.shape)}")
        encoded = self.encode(energies)
        query = self.query(tokens, mask)
        return self.decode(encoded.select(index), query), self.presence(encoded, query)


@dataclass(frozen=True)
class Encoded:
    """Recordings that the encoder has read.

    Attributes:
        places: Embeddings of the places at the lowest resolution, ``B C F N``.
        maps: Thinned maps from the finest resolution to the coarsest, each ``B C F N``.
        frames: How many frames the recordings have.
    """

    places: Tensor
    maps: list[Tensor]
    frames: int

    def select(self, index: Tensor) -> "Encoded":
        """The recordings at ``index``, ``Q``, so that each can be asked several queries."""
        return Encoded(self.places[index], [x[index] for x in self.maps], self.frames)


def _sliding_mean(x: Tensor, frames: int) -> Tensor:
    """The mean over ``frames`` frames around each, of those that exist: ``B F N``."""
    return F.avg_pool1d(x, frames, stride=1, padding=frames // 2, count_include_pad=False)


class _Encoder(nn.Module):
    """Halves bands and frames again and again, each time with a residual block."""

    def __init__(self, config: GainNetConfig) -> None:
        super().__init__()
        first = config.channels[0]
        self.stem = nn.Conv2d(2, first, 3, padding=1, bias=False)
        # Convolutions do not know where in frequency they are; what a sound is depends on it.
        self.place = nn.Parameter(torch.zeros(1, first, config.bands, 1))
        self.blocks = nn.ModuleList(
            ResidualBlock(before, after)
            for before, after in zip(
                (first, *config.channels[:-2]), config.channels[:-1], strict=True
            )
        )
        last, before = config.channels[-1], config.channels[-2]
        self.bottleneck = nn.Sequential(
            *(
                ResidualBlock(before if i == 0 else last, last, dilation=dilation)
                for i, dilation in enumerate(config.dilations)
            ),
            nn.BatchNorm2d(last),
            nn.ReLU(),
            nn.Dropout2d(config.dropout),
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.stem(x) + self.place
        maps = []
        for block in self.blocks:
            x = block(x)
            maps.append(x)
            x = F.avg_pool2d(x, 2)
        return [*maps, self.bottleneck(x)]


class _Decoder(nn.Module):
    """From the coarsest map up to one logit a band and frame, conditioned at every step.

    The finest resolution is where most of the work would be, so there the query's map only
    weighs features that the encoder made for all queries (a dot product a band and frame, as
    mask transformers do; Cheng et al. 2021, arXiv 2107.06278).
    """

    def __init__(self, config: GainNetConfig) -> None:
        super().__init__()
        coarsest = config.decoder_channels[-1]
        self.enter = nn.Conv2d(config.channels[-1], coarsest, 1, bias=False)
        self.enter_match = nn.Conv2d(config.match_heads, coarsest, 1)
        self.enter_film = Film(coarsest, config.query_size)
        self.skips = nn.ModuleList(
            nn.Conv2d(channels, thin, 1, bias=False)
            for channels, thin in zip(config.channels[:-1], config.decoder_channels, strict=True)
        )
        self.stages = nn.ModuleList(
            _DecoderStage(below, channels, config.query_size)
            for below, channels in zip(
                (coarsest, *reversed(config.decoder_channels[2:])),
                reversed(config.decoder_channels[1:]),
                strict=True,
            )
        )
        self.weigh = nn.Conv2d(config.decoder_channels[1], config.decoder_channels[0] + 1, 1)

    def prepare(self, maps: list[Tensor]) -> list[Tensor]:
        """Thins the encoder's maps; no query is needed for it."""
        thin = [skip(x) for skip, x in zip(self.skips, maps[:-1], strict=True)]
        return [*thin, self.enter(maps[-1])]

    def forward(self, maps: list[Tensor], query: Tensor, match: Tensor) -> Tensor:
        x = F.relu(self.enter_film(maps[-1] + self.enter_match(match), query))
        for stage, skip in zip(self.stages, reversed(maps[1:-1]), strict=True):
            x = stage(x, skip, query)
        x = F.interpolate(self.weigh(x), scale_factor=2.0, mode="nearest")
        return (x[:, 1:] * maps[0]).sum(1) + x[:, 0]


class _DecoderStage(nn.Module):
    """Doubles the resolution, adds what the encoder saw there, and asks the query again."""

    def __init__(self, below: int, channels: int, query_size: int) -> None:
        super().__init__()
        self.up = nn.Conv2d(below, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.film = Film(channels, query_size)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv_norm = nn.BatchNorm2d(channels, affine=False)
        self.conv_film = Film(channels, query_size)

    def forward(self, x: Tensor, skip: Tensor, query: Tensor) -> Tensor:
        x = F.interpolate(self.up(x), scale_factor=2.0, mode="nearest") + skip
        x = F.relu(self.film(self.norm(x), query))
        return F.relu(x + self.conv_film(self.conv_norm(self.conv(x)), query))
