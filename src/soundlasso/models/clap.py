"""LAION's CLAP: texts and sounds as points of one space.

Source: Wu et al. 2023, "Large-scale Contrastive Language-Audio Pretraining with Feature Fusion
and Keyword-to-Caption Augmentation" (arXiv 2211.06687), in its larger form without fusion:
HTSAT-base for sounds, RoBERTa-base for texts, each with two linear layers behind it that lead to
512 numbers, which are brought to length 1.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.models.htsat import Htsat, HtsatConfig
from soundlasso.models.roberta import Roberta, RobertaConfig


@dataclass(frozen=True)
class ClapConfig:
    """The numbers that make the network; the defaults are those of the published ones.

    Attributes:
        audio: Of the audio encoder.
        text: Of the text encoder.
        size: Of an embedding.
        seconds: How much the audio encoder hears at once.
    """

    audio: HtsatConfig = field(default_factory=HtsatConfig)
    text: RobertaConfig = field(default_factory=RobertaConfig)
    size: int = 512
    seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        if self.size < 1:
            raise ValueError(f"size must be at least 1, not {self.size}")
        if not 0 < self.samples // self.audio.hop < self.audio.frames:
            raise ValueError(
                f"{self.seconds:g} seconds do not fit the {self.audio.frames} frames of the "
                "audio encoder's image"
            )

    @property
    def samples(self) -> int:
        """How many samples the audio encoder hears at once."""
        return round(self.seconds * self.audio.sample_rate)


class Clap(nn.Module):
    """Token ids or sounds in, embeddings ``B K`` out."""

    def __init__(self, config: ClapConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.audio = Htsat(config.audio)
        self.audio_norm = nn.LayerNorm(config.audio.widths[-1])
        self.audio_projection = _projection(config.audio.widths[-1], config.size)
        self.text = Roberta(config.text)
        self.text_projection = _projection(config.text.size, config.size)

    def embed_text(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Embeds texts.

        Args:
            ids: Token ids ``B L``.
            mask: True where there is a token, ``B L``.

        Returns:
            ``B K``, each of length 1.
        """
        return F.normalize(self.text_projection(self.text(ids, mask)), dim=-1)

    def embed_audio(self, waveform: Tensor) -> Tensor:
        """Embeds sounds.

        What is shorter than ten seconds is repeated as often as it fits whole, and silence
        follows. What is longer is heard in windows side by side, the last of which ends where the
        sound ends, and the mean of their embeddings is brought to length 1; the published code
        draws one window at random instead, which gives another result every time.

        Args:
            waveform: ``B T`` at the audio encoder's sample rate.

        Returns:
            ``B K``, each of length 1.

        Raises:
            ValueError: there are no samples, or the shape is another.
        """
        if waveform.ndim != 2 or not waveform.shape[1]:
            raise ValueError(f"sounds must be B x T and not empty, not {tuple(waveform.shape)}")
        samples, length = self.config.samples, waveform.shape[1]
        if length <= samples:
            return self._embed_window(waveform)
        starts = [*range(0, length - samples, samples), length - samples]
        windows = [self._embed_window(waveform[:, start : start + samples]) for start in starts]
        return F.normalize(torch.stack(windows).mean(0), dim=-1)

    def fill_window(self, waveform: Tensor) -> Tensor:
        """Repeats sounds ``B T`` as often as they fit into a window whole, then adds silence."""
        repeated = waveform.repeat(1, self.config.samples // waveform.shape[1])
        return F.pad(repeated, (0, self.config.samples - repeated.shape[1]))

    def _embed_window(self, waveform: Tensor) -> Tensor:
        power = self.audio.power(self.fill_window(waveform))
        maps = self.audio(self.audio.levels(power))
        pooled = self.audio_norm(maps.stages[-1]).mean((1, 2))
        return F.normalize(self.audio_projection(pooled), dim=-1)


def _projection(size: int, joint_size: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, joint_size), nn.ReLU(), nn.Linear(joint_size, joint_size))
