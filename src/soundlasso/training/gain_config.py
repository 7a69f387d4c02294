"""What the training of networks that give gains for bands can be told."""

from dataclasses import dataclass, field
from typing import ClassVar

from soundlasso.config import check_ranges, check_shares
from soundlasso.mixing.online import MixingConfig
from soundlasso.mixing.queries import QueryConfig
from soundlasso.mixing.stream import ReservoirConfig
from soundlasso.models.gainnet import GainNetConfig
from soundlasso.models.livenet import LiveNetConfig
from soundlasso.nn.anchors import AnchorsConfig


@dataclass(frozen=True)
class BandTaskConfig:
    """What networks that give gains for bands learn from, and what counts.

    Attributes:
        batch_size: Mixtures a step; each is asked for both of its sources.
        wordings: By how many queries each source is asked for. The network hears a mixture once
            for all of them, which is most of the work.
        absent_share: Share of mixtures that are also asked for a sound that is not there.
        absent_weight: Of the loss on those.
        presence_weight: Of the loss on saying which sounds are there.
        snr_ceiling: Separation better than this many dB gains nothing more.
        si_sdr_share: How much of the loss is SI-SDR, the rest being SNR. SNR alone is content
            with silence where the network is unsure; SI-SDR makes it hedge.
        query_noise: Standard deviation of noise on token states, relative to theirs.
        validation_mixtures: How many mixtures a validation takes.
        on_device: Whether mixtures and spectrograms are made, and queries read, where the network
            is. On an accelerator it learns twenty times as fast for it; on a CPU it is slower.
        mixing: How mixtures are made.
        queries: Which queries are drawn.
        reservoir: What is kept in memory of shards; it matters to no other corpus.
    """

    size_of_states: ClassVar[str] = "token_size"

    batch_size: int = 16
    wordings: int = 1
    absent_share: float = 0.25
    absent_weight: float = 0.1
    presence_weight: float = 1.0
    snr_ceiling: float = 30.0
    si_sdr_share: float = 0.5
    query_noise: float = 0.1
    validation_mixtures: int = 240
    on_device: bool = False
    mixing: MixingConfig = field(default_factory=MixingConfig)
    queries: QueryConfig = field(default_factory=QueryConfig)
    # Not a part of what tells recipes apart: runs that do not stream are the same without it.
    reservoir: ReservoirConfig = field(default_factory=ReservoirConfig, repr=False)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, batch_size=1, wordings=1, validation_mixtures=1)
        check_ranges(self, query_noise=0, absent_weight=0, presence_weight=0)
        check_shares(self, "absent_share", "si_sdr_share")


@dataclass(frozen=True)
class GainTaskConfig(BandTaskConfig):
    """The training of a GainNet.

    Attributes:
        model: The network.
    """

    model: GainNetConfig = field(default_factory=GainNetConfig)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work, and anchors, which nothing would fill."""
        super().__post_init__()
        _refuse_anchors(self.model.anchors)


@dataclass(frozen=True)
class LiveTaskConfig(BandTaskConfig):
    """The training of a LiveNet.

    Attributes:
        model: The network.
    """

    model: LiveNetConfig = field(default_factory=LiveNetConfig)

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work, and anchors, which nothing would fill."""
        super().__post_init__()
        _refuse_anchors(self.model.anchors)


def _refuse_anchors(anchors: AnchorsConfig) -> None:
    if anchors.keys:
        raise ValueError("model.anchors are put in when training is over (benchmarks/anchor.py)")
