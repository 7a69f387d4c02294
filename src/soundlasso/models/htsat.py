"""HTSAT, the hierarchical token-semantic audio transformer, as CLAP's audio encoder.

Sources: Chen et al. 2022 (arXiv 2202.00874) for HTSAT; Wu et al. 2023 (arXiv 2211.06687) for its
use in CLAP; Ma et al. 2024 (arXiv 2402.17455) for its adaptation by low ranks in CLAPSep.

A log-mel spectrogram ``B F N`` of ten seconds is cut into pieces along time that are put on top
of each other, so that a square image comes of it; a Swin transformer works on that. Its maps are
``B H W C`` here, each stage but the last with half the height and width of the one before.

The published network's classifier, dropout and stochastic depth are not here: CLAP does not use
the first, and keeps the others for training from scratch.
"""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges
from soundlasso.dsp.mel import mel_filters
from soundlasso.dsp.stft import Stft
from soundlasso.nn.swin import PatchMerging, SwinBlock

_QUIETEST = 1e-10
"""Powers below this (-100 dB) count as this, so that silence has a logarithm."""


@dataclass(frozen=True)
class HtsatConfig:
    """The numbers that make the network; the defaults are those of CLAP's HTSAT-base.

    Attributes:
        sample_rate: In Hz.
        window: STFT window and frame in samples.
        hop: STFT hop in samples.
        bands: How many mel bands.
        low: Lower edge of the lowest band in Hz.
        high: Upper edge of the highest band in Hz.
        side: Height and width of the image; a multiple of ``bands``.
        patch: Side of the squares of the image that become one place each.
        channels: Of the first stage; each further one has twice as many.
        depths: How many blocks each stage has.
        heads: Of the attention in each stage.
        attention_window: Side of the attention's windows in places.
        lora_rank: Of the attention's adaptation; none where 0.
    """

    sample_rate: int = 48_000
    window: int = 1024
    hop: int = 480
    bands: int = 64
    low: float = 50.0
    high: float = 14_000.0
    side: int = 256
    patch: int = 4
    channels: int = 128
    depths: tuple[int, ...] = (2, 2, 12, 2)
    heads: tuple[int, ...] = (4, 8, 16, 32)
    attention_window: int = 8
    lora_rank: int = 0

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, sample_rate=1, bands=1, patch=1, attention_window=1, lora_rank=0)
        if not self.depths or len(self.depths) != len(self.heads):
            raise ValueError("depths and heads must name one number for each stage")
        if self.side % self.bands:
            raise ValueError(f"side must be a multiple of bands ({self.bands}), not {self.side}")
        for channels, side, heads in zip(self.widths, self.sides, self.heads, strict=True):
            if channels % heads:
                raise ValueError(f"{channels} channels cannot be divided among {heads} heads")
            if side < 1 or (side > self.attention_window and side % self.attention_window):
                raise ValueError(
                    f"a map of {side} places a side has no windows of {self.attention_window}"
                )

    @property
    def stft(self) -> Stft:
        """The transform, with the signal's mirror image beyond its ends."""
        return Stft(self.window, self.hop, edges="mirror")

    @property
    def folds(self) -> int:
        """How many pieces of the spectrogram lie on top of each other in the image."""
        return self.side // self.bands

    @property
    def frames(self) -> int:
        """How many frames the image holds."""
        return self.side * self.folds

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of the stages' blocks."""
        return tuple(self.channels * 2**stage for stage in range(len(self.depths)))

    @property
    def sides(self) -> tuple[int, ...]:
        """Sides of the stages' maps in places."""
        return tuple(self.side // self.patch // 2**stage for stage in range(len(self.depths)))


@dataclass(frozen=True)
class HtsatMaps:
    """What the network makes of a sound.

    Attributes:
        patches: The image's places before the first stage, ``B H W C``.
        stages: What each stage puts out; all but the last at half the height and width that
            it works on.
    """

    patches: Tensor
    stages: tuple[Tensor, ...]

    def select(self, index: Tensor) -> "HtsatMaps":
        """Those of the sounds at ``index``, ``Q``."""
        return HtsatMaps(self.patches[index], tuple(stage[index] for stage in self.stages))


class Htsat(nn.Module):
    """A log-mel spectrogram in, a pyramid of maps out."""

    def __init__(self, config: HtsatConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.band_norm = nn.BatchNorm1d(config.bands)
        self.patches = _Patches(config)
        self.stages = nn.ModuleList(_Stage(config, stage) for stage in range(len(config.depths)))
        filters = mel_filters(
            config.sample_rate, config.window, config.bands, config.low, config.high
        )
        self.register_buffer("_filters", filters, persistent=False)
        self._filters: Tensor

    def power(self, waveform: Tensor) -> Tensor:
        """The power spectrogram ``B F N`` of sounds ``B T`` at the network's sample rate."""
        return self.config.stft.forward(waveform).abs().square()

    def levels(self, power: Tensor) -> Tensor:
        """Mel levels in dB, ``B M N``, of a power spectrogram ``B F N``."""
        return 10.0 * (self._filters @ power).clamp_min(_QUIETEST).log10()

    def forward(self, levels: Tensor) -> HtsatMaps:
        """The maps of each stage.

        Args:
            levels: Mel levels in dB, ``B M N`` with as many frames as the image holds, or
                fewer, which are then stretched to that.

        Raises:
            ValueError: there are other bands or more frames than the image holds.
        """
        config = self.config
        bands, frames = levels.shape[1:]
        if bands != config.bands or not 0 < frames <= config.frames:
            raise ValueError(
                f"levels must have {config.bands} bands and 1 to {config.frames} frames, "
                f"not {bands} and {frames}"
            )
        x = self.band_norm(levels)
        if frames < config.frames:
            x = F.interpolate(
                x.mT[:, None], (config.frames, bands), mode="bicubic", align_corners=True
            )[:, 0].mT
        x = patches = self.patches(x)
        stages = []
        for stage in self.stages:
            x = stage(x)
            stages.append(x)
        return HtsatMaps(patches, tuple(stages))


class _Patches(nn.Module):
    """Folds a spectrogram ``B F N`` into an image and cuts that into places ``B H W C``."""

    def __init__(self, config: HtsatConfig) -> None:
        super().__init__()
        self.folds = config.folds
        self.project = nn.Conv2d(1, config.channels, config.patch, config.patch)
        self.norm = nn.LayerNorm(config.channels)

    def forward(self, x: Tensor) -> Tensor:
        batch, bands, frames = x.shape
        pieces = x.reshape(batch, bands, self.folds, frames // self.folds)
        image = pieces.transpose(1, 2).flatten(1, 2)
        return self.norm(self.project(image[:, None]).permute(0, 2, 3, 1))


class _Stage(nn.Module):
    """Some blocks, every other one with shifted windows; then, but for the last, a merging."""

    def __init__(self, config: HtsatConfig, stage: int) -> None:
        super().__init__()
        channels = config.widths[stage]
        self.blocks = nn.ModuleList(
            SwinBlock(
                channels,
                config.heads[stage],
                config.sides[stage],
                window=config.attention_window,
                shifted=block % 2 == 1,
                lora_rank=config.lora_rank,
            )
            for block in range(config.depths[stage])
        )
        is_last = stage == len(config.depths) - 1
        self.merge: nn.Module = nn.Identity() if is_last else PatchMerging(channels)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return self.merge(x)
