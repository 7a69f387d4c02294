"""LiveNet: GainNet's idea without a look ahead, for sound that is still being made.

It reads band energies and answers with gains, as GainNet does, but every frame's gains depend
on that frame and those before it alone. So nothing is ever halved in time: the encoder halves
bands only, and what was heard in the last seconds reaches the present by dilated convolutions
over frames at the coarsest resolution (a temporal convolutional network; Bai et al. 2018,
arXiv 1803.01271). With a window of 64 ms, a sample can be let go 64 ms after it came in.

All layers can go on frame by frame from a `Memory` with exactly the results of seeing a whole
recording.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.dsp.bands import BandLayout
from soundlasso.dsp.stft import Stft
from soundlasso.nn.anchors import AnchoredPooling, AnchorsConfig
from soundlasso.nn.causal import CausalConv1d, CausalConv2d, CausalMean, Memory
from soundlasso.nn.film import Film
from soundlasso.nn.match import QueryMatch
from soundlasso.nn.shapes import check_map, check_tokens


@dataclass(frozen=True)
class LiveNetConfig:
    """The numbers that make a LiveNet.

    Attributes:
        bands: How many bands.
        low: Centre of the lowest band in Hz.
        high: Centre of the highest band in Hz.
        window: STFT window in seconds; also how long a sample is held back.
        hop: Seconds between frames.
        level_seconds: Length of the past whose level counts as 0 dB.
        channels: Of the encoder at each resolution; each but the first halves the bands.
        decoder_channels: Of the decoder at each resolution.
        memory_channels: Of the convolutions over frames.
        dilations: Of the convolutions over frames; each sees twice its dilation further back.
        place_channels: Of each coarse band's map after them.
        token_size: Size of the query encoder's token states.
        query_size: Size of the query vector.
        match_size: Size of the embeddings whose dot products say what matches, per head.
        match_heads: How many such products.
        dropout: On pooled tokens and on the coarsest maps, in training.
        anchors: Known sounds that draw a query's vector; put in when training is over.
    """

    bands: int = 64
    low: float = 30.0
    high: float = 15_000.0
    window: float = 0.064
    hop: float = 0.02
    level_seconds: float = 3.0
    channels: tuple[int, ...] = (20, 32, 48, 64)
    decoder_channels: tuple[int, ...] = (16, 24, 32, 48)
    memory_channels: int = 192
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    place_channels: int = 64
    token_size: int = 384
    query_size: int = 256
    match_size: int = 32
    match_heads: int = 4
    dropout: float = 0.1
    anchors: AnchorsConfig = field(default_factory=AnchorsConfig)
    layout: BandLayout = field(init=False)

    def __post_init__(self) -> None:
        """Derives the band layout and refuses numbers that do not fit each other."""
        if len(self.decoder_channels) != len(self.channels):
            raise ValueError("decoder_channels must name as many numbers as channels")
        if self.bands % self.coarsening:
            raise ValueError(f"bands must be a multiple of {self.coarsening}, not {self.bands}")
        object.__setattr__(self, "layout", BandLayout(self.bands, self.low, self.high))

    @property
    def coarsening(self) -> int:
        """How many bands one at the lowest resolution stands for."""
        return int(2 ** (len(self.channels) - 1))

    @property
    def stride(self) -> int:
        """Frames that one place at the lowest resolution stands for."""
        return 1

    @property
    def level_frames(self) -> int:
        """How many frames the level is measured over."""
        return max(1, round(self.level_seconds / self.hop))

    @property
    def context_frames(self) -> int:
        """How far a gain can depend on frames before its own; it depends on none behind it."""
        reach = 2 + 2 * len(self.channels) + 2 * sum(self.dilations)
        reach += 2 * len(self.decoder_channels)
        return reach + self.level_frames

    def stft(self, sample_rate: int) -> Stft:
        """The transform that gives this network's frames at a sample rate."""
        return Stft.of_seconds(self.window, self.hop, sample_rate)


@dataclass(frozen=True)
class LiveEncoded:
    """Frames that the encoder has read.

    Attributes:
        places: Embeddings of the coarse bands, ``B C F N``.
        maps: Thinned maps from the finest resolution to the coarsest, each ``B C F N``.
    """

    places: Tensor
    maps: list[Tensor]

    def select(self, index: Tensor) -> "LiveEncoded":
        """The recordings at ``index``, ``Q``, so that each can be asked several queries."""
        return LiveEncoded(self.places[index], [x[index] for x in self.maps])


class LiveNet(nn.Module):
    """Band energies and a query's tokens in, gains between 0 and 1 out, without a look ahead."""

    def __init__(self, config: LiveNetConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.level = CausalMean(config.level_frames)
        self.encoder = _Encoder(config)
        self.memory = _FrameMemory(config)
        self.query = AnchoredPooling(
            config.token_size, 4, config.query_size, config.anchors, dropout=config.dropout
        )
        self.match = QueryMatch(
            config.place_channels,
            config.query_size,
            heads=config.match_heads,
            size=config.match_size,
        )
        self.presence_scale = nn.Parameter(torch.tensor(1.0))
        self.presence_bias = nn.Parameter(torch.tensor(-1.0))
        self.decoder = _Decoder(config)

    def features(self, energies: Tensor, memory: Memory | None = None) -> Tensor:
        """What the encoder sees: levels relative to those of the last seconds, scale-free.

        Args:
            energies: Band energies, ``B F N``.
            memory: Of the frames before.

        Returns:
            ``B 2 F N``: the level in each band relative to the recording's recent level, and
            relative to the band's own, both in units of 20 dB.
        """
        recent = self.level(energies, memory)
        total = recent.sum(1, keepdim=True)
        # 80 dB under the recent level counts as silence, and so does -130 dB of full scale.
        floor = total * 1e-8 + 1e-13
        level = torch.log10((energies + floor) / (total + 1e-13))
        own = torch.log10((recent + floor) / (total + 1e-13))
        return torch.stack([level / 2.0 + 1.0, (level - own) / 2.0], dim=1)

    def encode(self, energies: Tensor, memory: Memory | None = None) -> LiveEncoded:
        """Reads frames once for any number of queries.

        Args:
            energies: Band energies, ``B F N`` with any ``N``.
            memory: Of the frames before; all are new when ``None``.

        Raises:
            ValueError: they have another shape.
        """
        check_map("energies", energies, self.config.bands)
        maps = self.encoder(self.features(energies, memory), memory)
        places = self.memory(maps[-1], memory)
        return LiveEncoded(self.match.audio(places), self.decoder.prepare(maps, places))

    def decode(self, encoded: LiveEncoded, query: Tensor, memory: Memory | None = None) -> Tensor:
        """Answers one query for each recording.

        Args:
            encoded: ``B`` recordings; see `LiveEncoded.select` for several queries on one.
            query: Query vectors, ``B K``.
            memory: Of the frames before, with these queries.

        Returns:
            Gains, ``B F N``.
        """
        match = self.match(encoded.places, query)
        return torch.sigmoid(self.decoder(encoded.maps, query, match, memory))

    def presence(self, encoded: LiveEncoded, query: Tensor) -> Tensor:
        """How sure the network is that each recording holds each query's sound, as logits.

        Args:
            encoded: ``B`` recordings.
            query: Query vectors, ``Q K``.

        Returns:
            ``B Q``.
        """
        scores = self.match.pairs(encoded.places, query)
        return self.presence_scale.exp() * scores + self.presence_bias

    def matches(self, encoded: LiveEncoded, query: Tensor) -> Tensor:
        """What `presence` is made of, before it is pooled over time.

        Args:
            encoded: ``B`` recordings.
            query: Query vectors, ``Q K``.

        Returns:
            ``B Q N``; see `QueryMatch.over_time`.
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


class _Encoder(nn.Module):
    """Halves bands again and again, each time with a residual block, and never frames."""

    def __init__(self, config: LiveNetConfig) -> None:
        super().__init__()
        first = config.channels[0]
        self.stem = CausalConv2d(2, first)
        # Convolutions do not know where in frequency they are; what a sound is depends on it.
        self.place = nn.Parameter(torch.zeros(1, first, config.bands, 1))
        self.blocks = nn.ModuleList(
            _Block(before, after)
            for before, after in zip((first, *config.channels[:-1]), config.channels, strict=True)
        )

    def forward(self, x: Tensor, memory: Memory | None) -> list[Tensor]:
        x = self.stem(x, memory) + self.place
        maps: list[Tensor] = []
        for block in self.blocks:
            if maps:
                x = F.avg_pool2d(x, (2, 1))
            x = block(x, memory)
            maps.append(x)
        return maps


class _Block(nn.Module):
    """A convolution over bands and frames and one over bands, beside a shortcut."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels)
        self.conv = CausalConv2d(channels, out_channels)
        self.across_norm = nn.BatchNorm2d(out_channels)
        self.across = CausalConv2d(out_channels, out_channels, frames=1)
        self.shortcut: nn.Module = (
            nn.Identity()
            if channels == out_channels
            else nn.Conv2d(channels, out_channels, 1, bias=False)
        )

    def forward(self, x: Tensor, memory: Memory | None) -> Tensor:
        y = self.conv(F.relu(self.norm(x)), memory)
        shortcut: Tensor = self.shortcut(x)
        return shortcut + self.across(F.relu(self.across_norm(y)), memory)


class _FrameMemory(nn.Module):
    """Brings what was heard in the last seconds to the present: ``B C F N`` to ``B C' F N``."""

    def __init__(self, config: LiveNetConfig) -> None:
        super().__init__()
        self.bands = config.bands // config.coarsening
        width = config.memory_channels
        self.enter = nn.Conv1d(config.channels[-1] * self.bands, width, 1, bias=False)
        self.layers = nn.ModuleList(_FrameBlock(width, dilation) for dilation in config.dilations)
        self.leave = nn.Conv1d(width, config.place_channels * self.bands, 1, bias=False)
        self.beside = nn.Conv2d(config.channels[-1], config.place_channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(config.place_channels)
        self.dropout = nn.Dropout2d(config.dropout)

    def forward(self, x: Tensor, memory: Memory | None) -> Tensor:
        y = self.enter(x.flatten(1, 2))
        for layer in self.layers:
            y = layer(y, memory)
        y = self.leave(y).unflatten(1, (-1, self.bands)) + self.beside(x)
        out: Tensor = self.dropout(F.relu(self.norm(y)))
        return out


class _FrameBlock(nn.Module):
    """A dilated convolution over frames beside a shortcut."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)
        self.conv = CausalConv1d(channels, channels, dilation=dilation)
        self.mix_norm = nn.BatchNorm1d(channels)
        self.mix = nn.Conv1d(channels, channels, 1, bias=False)

    def forward(self, x: Tensor, memory: Memory | None) -> Tensor:
        y = self.conv(F.relu(self.norm(x)), memory)
        mixed: Tensor = self.mix(F.relu(self.mix_norm(y)))
        return x + mixed


class _Decoder(nn.Module):
    """From the coarse bands up to one logit a band and frame, conditioned at every step.

    As in GainNet, the query's map only weighs the encoder's features at the finest resolution.
    """

    def __init__(self, config: LiveNetConfig) -> None:
        super().__init__()
        coarsest = config.decoder_channels[-1]
        self.enter = nn.Conv2d(config.place_channels, coarsest, 1, bias=False)
        self.enter_match = nn.Conv2d(config.match_heads, coarsest, 1)
        self.enter_film = Film(coarsest, config.query_size)
        self.skips = nn.ModuleList(
            nn.Conv2d(channels, thin, 1, bias=False)
            for channels, thin in zip(
                config.channels[:-1], config.decoder_channels[:-1], strict=True
            )
        )
        self.stages = nn.ModuleList(
            _DecoderStage(below, channels, config.query_size)
            for below, channels in zip(
                reversed(config.decoder_channels[2:]),
                reversed(config.decoder_channels[1:-1]),
                strict=True,
            )
        )
        self.weigh = nn.Conv2d(config.decoder_channels[1], config.decoder_channels[0] + 1, 1)

    def prepare(self, maps: list[Tensor], places: Tensor) -> list[Tensor]:
        """Thins the maps; no query is needed for it."""
        thin = [skip(x) for skip, x in zip(self.skips, maps[:-1], strict=True)]
        return [*thin, self.enter(places)]

    def forward(
        self, maps: list[Tensor], query: Tensor, match: Tensor, memory: Memory | None
    ) -> Tensor:
        x = F.relu(self.enter_film(maps[-1] + self.enter_match(match), query))
        for stage, skip in zip(self.stages, reversed(maps[1:-1]), strict=True):
            x = stage(x, skip, query, memory)
        x = F.interpolate(self.weigh(x), scale_factor=(2.0, 1.0), mode="nearest")
        return (x[:, 1:] * maps[0]).sum(1) + x[:, 0]


class _DecoderStage(nn.Module):
    """Doubles the bands, adds what the encoder saw there, and asks the query again."""

    def __init__(self, below: int, channels: int, query_size: int) -> None:
        super().__init__()
        self.up = nn.Conv2d(below, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.film = Film(channels, query_size)
        self.conv = CausalConv2d(channels, channels)
        self.conv_norm = nn.BatchNorm2d(channels, affine=False)
        self.conv_film = Film(channels, query_size)

    def forward(self, x: Tensor, skip: Tensor, query: Tensor, memory: Memory | None) -> Tensor:
        x = F.interpolate(self.up(x), scale_factor=(2.0, 1.0), mode="nearest") + skip
        x = F.relu(self.film(self.norm(x), query))
        return F.relu(x + self.conv_film(self.conv_norm(self.conv(x, memory)), query))
