"""Training AudioSep and AudioSep-DP as published: the distance of waveforms (Liu et al. 2024)."""

from dataclasses import dataclass, field
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from soundlasso.nn.fusion import needs_tokens
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.waveform_task import (
    Answering,
    WaveformBatch,
    WaveformTask,
    WaveformTaskConfig,
    device_of,
    one_vector,
)
from soundlasso.zoo.audiosep_separator import AudioSepSeparator


@dataclass(frozen=True)
class AudioSepTaskConfig(WaveformTaskConfig):
    """The training of an AudioSep or AudioSep-DP.

    Attributes:
        model: The network.
    """

    size_of_states: ClassVar[str] = "condition"

    model: AudioSepConfig = field(default_factory=AudioSepConfig)


class AudioSepTask(WaveformTask):
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: AudioSepTaskConfig,
        encoder: QueryEncoder,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples; see `WaveformTask`.

        Raises:
            RecipeError: the encoder makes several vectors of a query, and the network's fusion
                is not made for that.
        """
        super().__init__(config, config.model.sample_rate, train, valid, seed=seed)
        self.config = config
        self._encoder = encoder
        if not needs_tokens(config.model.fusion):
            one_vector(encoder, ("two words",))

    def build_model(self) -> nn.Module:
        """A network with random weights."""
        return ResUNet30(self.config.model)

    def loss(self, model: nn.Module, batch: WaveformBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean absolute difference of waveforms."""
        batch = batch.to(device_of(model))
        stft = self.config.model.stft
        spectrum = stft.forward(batch.mixture)[batch.index]
        tokens = self._encoder.encode(list(batch.queries)).to(spectrum.device)
        mask = model(spectrum.abs(), tokens.states, tokens.mask)
        estimate = stft.inverse(spectrum * mask.factors(), batch.target.shape[-1])
        loss = F.l1_loss(estimate, batch.target)
        return loss, {"loss": loss.detach()}

    def separator(self, model: nn.Module) -> Answering:
        """The family's separator; see `WaveformTask`."""
        assert isinstance(model, ResUNet30)
        return AudioSepSeparator(model, self._encoder, device_of(model))
