"""CLAPSep: CLAP's audio encoder, adapted, with a decoder that a wanted and an unwanted query steer.

Source: Ma et al. 2024, "CLAPSep: Leveraging Contrastive Pre-trained Model for Multi-modal
Query-Conditioned Target Sound Extraction" (arXiv 2402.17455).

The encoder hears the mixture at 48 kHz; its last map is steered by the query, and a decoder of
Swin blocks brings it back to the resolution of the spectrogram, with a steered map of each of
the encoder's stages added on the way. Beside the mixture's magnitudes at 32 kHz, that goes
through a transformer along frames, which puts out a mask ``B F N`` between 0 and 1. The phase is
the mixture's.

A query is the CLAP embedding of what is wanted and that of what is not wanted, ``B K`` each and
of length 1; zeros where nothing is said. The published training code brings their concatenation
to length 1, its evaluation does not, and this follows the evaluation.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges
from soundlasso.dsp.stft import Stft
from soundlasso.models.htsat import Htsat, HtsatConfig, HtsatMaps
from soundlasso.nn.swin import PatchExpanding, SwinBlock


def _adapted() -> HtsatConfig:
    return HtsatConfig(lora_rank=16)


@dataclass(frozen=True)
class ClapSepConfig:
    """The numbers that make the network; the defaults are those of the published one.

    Attributes:
        encoder: Of the audio encoder; its frames last as long as the mask's.
        sample_rate: Of the spectrogram that is masked, in Hz.
        window: Its window and frame in samples.
        hop: Its hop in samples.
        seconds: How long the clips are that the network is trained on.
        embedding: Size of a query's embedding.
        depths: How many blocks each of the decoder's stages has, the coarsest first.
        masker_size: Size of a frame in the transformer.
        masker_layers: How many layers the transformer has.
        masker_heads: Of its attention.
        masker_inner: Size between the two linear layers behind its attention.
    """

    encoder: HtsatConfig = field(default_factory=_adapted)
    sample_rate: int = 32_000
    window: int = 1024
    hop: int = 320
    seconds: float = 10.0
    embedding: int = 512
    depths: tuple[int, ...] = (1, 1, 1, 1)
    masker_size: int = 640
    masker_layers: int = 3
    masker_heads: int = 8
    masker_inner: int = 2560

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, sample_rate=1, embedding=1, masker_layers=1, masker_inner=1)
        if len(self.depths) != len(self.encoder.depths):
            raise ValueError("the decoder must have as many stages as the encoder")
        if self.masker_size % self.masker_heads:
            raise ValueError(f"masker_size must be a multiple of heads ({self.masker_heads})")
        if self.hop * self.encoder.sample_rate != self.encoder.hop * self.sample_rate:
            raise ValueError("the encoder's frames must last as long as the mask's")
        if self.samples // self.hop >= self.encoder.frames:
            raise ValueError(
                f"{self.seconds:g} seconds do not fit the {self.encoder.frames} frames of the "
                "encoder's image"
            )

    @property
    def stft(self) -> Stft:
        """The transform that is masked, with the signal's mirror image beyond its ends."""
        return Stft(self.window, self.hop, edges="mirror")

    @property
    def samples(self) -> int:
        """Length of a clip at the mask's sample rate."""
        return round(self.seconds * self.sample_rate)


class ClapSep(nn.Module):
    """A mixture at two sample rates and a query in, a mask out."""

    def __init__(self, config: ClapSepConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.encoder = Htsat(config.encoder)
        self.decoder = ClapSepDecoder(config)

    def forward(
        self,
        mixture: Tensor,
        encoder_mixture: Tensor,
        wanted: Tensor,
        unwanted: Tensor,
        index: Tensor | None = None,
    ) -> Tensor:
        """Takes out of mixtures what queries describe.

        Args:
            mixture: ``B T`` at the config's sample rate.
            encoder_mixture: The same ``B T'`` at the encoder's sample rate.
            wanted: Embeddings of what to take out, ``Q K``; zeros where it is not said.
            unwanted: Embeddings of what to leave, ``Q K``; zeros where it is not said.
            index: Which mixture each query is asked of, ``Q``; one of each when ``None``.

        Returns:
            The targets, ``Q T``.

        Raises:
            ValueError: shapes do not fit, or the sounds are longer than the encoder's image.
        """
        spectrum = self.config.stft.forward(mixture)
        maps = self.encode(self.encoder.power(encoder_mixture))
        if index is not None:
            maps, spectrum = maps.select(index), spectrum[index]
        mask = self.decoder(maps, spectrum.abs(), wanted, unwanted)
        return self.config.stft.inverse(spectrum * mask, mixture.shape[-1])

    def encode(self, power: Tensor) -> HtsatMaps:
        """The encoder's maps of power spectrograms ``B F N``, which silence makes up to an image.

        CLAP itself stretches its ten seconds a little, to fill the image; here every frame keeps
        its place, so that the mask's frames are the encoder's.

        Raises:
            ValueError: there are more frames than the image holds.
        """
        missing = self.config.encoder.frames - power.shape[-1]
        if missing < 0:
            raise ValueError(
                f"the encoder hears {self.config.encoder.frames} frames, not {power.shape[-1]}"
            )
        return self.encoder(self.encoder.levels(F.pad(power, (0, missing))))


class ClapSepDecoder(nn.Module):
    """From the encoder's maps and a query to a mask."""

    def __init__(self, config: ClapSepConfig) -> None:
        """Makes a decoder with random weights."""
        super().__init__()
        encoder = config.encoder
        query = 2 * config.embedding
        widths, sides = encoder.widths[::-1], encoder.sides[::-1]
        self.embedding = config.embedding
        self.enter = _Steered(widths[0], query)
        self.stages = nn.ModuleList(
            _Stage(config, stage, widths[stage], sides[stage]) for stage in range(len(widths))
        )
        self.skips = nn.ModuleList(_Steered(width, query) for width in widths)
        self.unfold = _Unfold(encoder)
        self.magnitude_norm = nn.BatchNorm1d(config.stft.bins)
        self.masker = _Masker(config)

    def forward(
        self, maps: HtsatMaps, magnitude: Tensor, wanted: Tensor, unwanted: Tensor
    ) -> Tensor:
        """The mask for each mixture.

        Args:
            maps: The encoder's.
            magnitude: Of the mixture, ``B F N``.
            wanted: Embeddings of what to take out, ``B K``.
            unwanted: Embeddings of what to leave, ``B K``.

        Returns:
            Values between 0 and 1, ``B F N``.

        Raises:
            ValueError: shapes do not fit each other.
        """
        if wanted.shape != unwanted.shape or wanted.shape[1:] != (self.embedding,):
            raise ValueError(
                f"queries must be B x {self.embedding} each, not {tuple(wanted.shape)} "
                f"and {tuple(unwanted.shape)}"
            )
        query = torch.cat([wanted, unwanted], dim=-1)
        x = self.enter(maps.stages[-1], query)
        # The last stage's map is where the decoder starts; those before it come on the way.
        finer = [*maps.stages[-2::-1], maps.patches]
        for stage, skip, beside in zip(self.stages, self.skips, finer, strict=True):
            x = skip(beside, query, stage(x))
        bands = self.unfold(x)
        frames = magnitude.shape[-1]
        if frames > bands.shape[-1]:
            raise ValueError(f"mixtures may have {bands.shape[-1]} frames, not {frames}")
        return self.masker(torch.cat([self.magnitude_norm(magnitude), bands[..., :frames]], dim=1))


class _Steered(nn.Module):
    """A map behind a linear layer, scaled and shifted by the query, added to and normalised."""

    def __init__(self, channels: int, query: int) -> None:
        super().__init__()
        self.project = nn.Linear(channels, channels)
        self.scale = nn.Linear(query, channels)
        self.shift = nn.Linear(query, channels)
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor, query: Tensor, beside: Tensor | float = 0.0) -> Tensor:
        scale, shift = (layer(query)[:, None, None] for layer in (self.scale, self.shift))
        return self.norm(self.project(x) * scale + shift + beside)


class _Stage(nn.Module):
    """All but the first double the map's height and width; then some blocks."""

    def __init__(self, config: ClapSepConfig, stage: int, channels: int, side: int) -> None:
        super().__init__()
        self.expand: nn.Module = PatchExpanding(2 * channels) if stage else nn.Identity()
        self.blocks = nn.ModuleList(
            SwinBlock(
                channels,
                config.encoder.heads[-1 - stage],
                side,
                window=config.encoder.attention_window,
                shifted=block % 2 == 1,
            )
            for block in range(config.depths[stage])
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.expand(x)
        for block in self.blocks:
            x = block(x)
        return x


class _Unfold(nn.Module):
    """From places ``B H W C`` to an image, and from that to bands and frames, ``B M N``."""

    def __init__(self, encoder: HtsatConfig) -> None:
        super().__init__()
        self.folds = encoder.folds
        self.norm = nn.LayerNorm(encoder.channels)
        self.project = nn.ConvTranspose2d(encoder.channels, 1, encoder.patch, encoder.patch)

    def forward(self, x: Tensor) -> Tensor:
        image = self.project(self.norm(x).permute(0, 3, 1, 2))[:, 0]
        return image.unflatten(1, (self.folds, -1)).transpose(1, 2).flatten(2)


class _Masker(nn.Module):
    """A transformer along frames: ``B F+M N`` to a mask ``B F N``."""

    def __init__(self, config: ClapSepConfig) -> None:
        super().__init__()
        bins, size = config.stft.bins, config.masker_size
        self.enter = nn.Linear(bins + config.encoder.bands, size)
        self.norm = nn.LayerNorm(size)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                size, config.masker_heads, config.masker_inner, dropout=0.1, batch_first=True
            )
            for _ in range(config.masker_layers)
        )
        self.leave = nn.Linear(size, bins)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.enter(x.mT))
        for layer in self.layers:
            x = layer(x)
        return torch.sigmoid(self.leave(x)).mT
