"""FlowSep: separation by generating the target's mel spectrogram from noise.

Source: Yuan et al. 2025, "FlowSep: language-queried sound separation with rectified flow
matching" (ICASSP, arXiv 2409.07614); front end, scaling and number of steps as the authors'
inference code has them.

The mixture's log-mel spectrogram becomes a latent map; a path from noise to the target's latent
map is followed by Euler's method, its velocity given by the U-Net; the target's latent map
becomes a spectrogram, and that a waveform.

Shapes: waveforms ``B T``, spectrograms ``B 1 N F`` (frames before bands, as published).
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import check_ranges
from soundlasso.dsp.mel import mel_filters
from soundlasso.models.bigvgan import BigVgan, BigVganConfig
from soundlasso.models.flowsep_unet import FlowSepUNet, FlowSepUNetConfig
from soundlasso.models.flowsep_vae import FlowSepVae, FlowSepVaeConfig, sample_moments
from soundlasso.nn.rectified_flow import euler_path

_QUIETEST = 1e-5
"""Mel magnitudes below this count as this, so that silence has a logarithm."""


@dataclass(frozen=True)
class FlowSepConfig:
    """The numbers that make the system.

    Attributes:
        unet: Of the velocity field.
        vae: Of the autoencoder.
        vocoder: Of what makes waveforms.
        sample_rate: In Hz.
        window: STFT frame in samples.
        frames: Of every clip, which is this many hops long; the hop is the vocoder's.
        low: Where the lowest mel band begins, in Hz.
        high: Where the highest mel band ends, in Hz.
        steps: Of the path from noise to the target; more are slower and follow it closer.
        seed: Of the noise; the same seed gives the same answer.
    """

    unet: FlowSepUNetConfig = field(default_factory=FlowSepUNetConfig)
    vae: FlowSepVaeConfig = field(default_factory=FlowSepVaeConfig)
    vocoder: BigVganConfig = field(default_factory=BigVganConfig)
    sample_rate: int = 16_000
    window: int = 1024
    frames: int = 1024
    low: float = 0.0
    high: float = 8000.0
    steps: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, sample_rate=1, window=2, frames=1, low=0, steps=1, seed=0)
        if not self.low < self.high <= self.sample_rate / 2:
            raise ValueError(f"high must lie between low and {self.sample_rate / 2:g} Hz")
        if self.unet.latent_channels != self.vae.latent_channels:
            raise ValueError("unet and vae must have equally many latent_channels")
        stride = self.vae.stride * self.unet.stride
        if self.frames % stride or self.vocoder.bands % stride:
            raise ValueError(f"frames and the vocoder's bands must be multiples of {stride}")
        if self.samples <= self.window // 2:
            raise ValueError(f"frames must be more than half a window ({self.window} samples)")

    @property
    def hop(self) -> int:
        """Samples between frames."""
        hop = 1
        for rate in self.vocoder.rates:
            hop *= rate
        return hop

    @property
    def samples(self) -> int:
        """Length of a clip."""
        return self.frames * self.hop

    @property
    def seconds(self) -> float:
        """Length of a clip."""
        return self.samples / self.sample_rate

    @property
    def latent_shape(self) -> tuple[int, int, int]:
        """Of a clip's latent map."""
        stride = self.vae.stride
        return self.vae.latent_channels, self.frames // stride, self.vocoder.bands // stride


class FlowSep(nn.Module):
    """The three networks and what joins them."""

    scale: Tensor

    def __init__(self, config: FlowSepConfig) -> None:
        """Makes networks with random weights."""
        super().__init__()
        self.config = config
        self.unet = FlowSepUNet(config.unet)
        self.vae = FlowSepVae(config.vae)
        self.vocoder = BigVgan(config.vocoder)
        # Found in training: what brings latent maps to a standard deviation of one.
        self.register_buffer("scale", torch.ones(()))

    def forward(
        self, noisy: Tensor, mixture: Tensor, time: Tensor, tokens: Tensor, mask: Tensor
    ) -> Tensor:
        """The velocity of noisy latent maps, which is what is trained; see `FlowSepUNet`.

        Args:
            noisy: ``B Z N F``.
            mixture: The mixture's, of the same shape.
            time: From 0 to 1, ``B``.
            tokens: The query's token states, ``B L D``.
            mask: True where there is a token, ``B L``.

        Returns:
            ``B Z N F``.
        """
        velocity: Tensor = self.unet(noisy, mixture, time, tokens, mask)
        return velocity[:, : self.config.unet.latent_channels]

    def log_mel(self, waveform: Tensor) -> Tensor:
        """The spectrogram of clips, ``B T``, as ``B 1 N F``: logarithms of mel magnitudes.

        Raises:
            ValueError: a clip has another length.
        """
        config = self.config
        if waveform.dim() != 2 or waveform.shape[1] != config.samples:
            raise ValueError(f"waveform must be B x {config.samples}, not {tuple(waveform.shape)}")
        window = torch.hann_window(config.window, device=waveform.device)
        spectrum = torch.stft(
            waveform.clamp(-1.0, 1.0),
            config.window,
            config.hop,
            window=window,
            center=True,
            pad_mode="reflect",
            return_complex=True,
        )
        filters = mel_filters(
            config.sample_rate, config.window, config.vocoder.bands, config.low, config.high
        )
        # One frame more than hops: the last one is centred on the end.
        mel = filters.to(waveform) @ spectrum.abs()[..., : config.frames]
        return mel.clamp_min(_QUIETEST).log().transpose(1, 2)[:, None]

    def encode(self, mel: Tensor, noise: Tensor) -> Tensor:
        """The scaled latent map of ``B 1 N F``, drawn with normal noise of its shape."""
        return self.scale * sample_moments(self.vae.encode(mel), noise)

    def sample(self, mixture: Tensor, tokens: Tensor, mask: Tensor, noise: Tensor) -> Tensor:
        """The target's latent map.

        Args:
            mixture: The mixture's, ``B Z N F``.
            tokens: The query's token states, ``B L D``.
            mask: True where there is a token, ``B L``.
            noise: Where the path begins, ``B Z N F``.

        Returns:
            ``B Z N F``.
        """

        def velocity(x: Tensor, time: Tensor) -> Tensor:
            return self(x, mixture, time, tokens, mask)

        *_, latent = euler_path(velocity, noise, self.config.steps)
        return latent

    def decode(self, latent: Tensor) -> Tensor:
        """The waveform, ``B T``, of a scaled latent map."""
        mel = self.vae.decode(latent / self.scale)
        waveform = self.vocoder(mel[:, 0].transpose(1, 2))[:, : self.config.samples]
        return F.pad(waveform, (0, self.config.samples - waveform.shape[1]))
