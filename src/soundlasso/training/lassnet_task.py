"""Training LASS-Net as it was published: the distance of magnitudes (Liu et al. 2022).

Where it differs: mixtures keep the level that all examples have (the published ones are scaled
to a peak of 1), and have the SNRs and third sources of all examples instead of 0 dB.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.errors import RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.query.bert import BertEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.query.small_minilm import uncased_word_pieces
from soundlasso.training.waveform_task import (
    Answering,
    WaveformBatch,
    WaveformTask,
    WaveformTaskConfig,
    device_of,
)
from soundlasso.zoo.lassnet_separator import LassNetSeparator


@dataclass(frozen=True)
class LassNetTaskConfig(WaveformTaskConfig):
    """The training of a LASS-Net.

    Attributes:
        model: The network, with its BERT.
        bert: The query encoder whose weights its BERT begins with; random ones if empty.
    """

    size_of_states: ClassVar[str] = ""

    model: LassNetConfig = field(default_factory=LassNetConfig)
    bert: str = ""


class LassNetTask(WaveformTask):
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: LassNetTaskConfig,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples; see `WaveformTask`."""
        super().__init__(config, config.model.sample_rate, train, valid, seed=seed)
        self.config = config
        self._pieces = uncased_word_pieces(closed=False)

    def build_model(self) -> nn.Module:
        """A LASS-Net with random weights but for its BERT.

        Raises:
            RecipeError: the BERT that it begins with is none, or has another size.
        """
        network = LassNet(self.config.model)
        if self.config.bert:
            encoder = load_encoder(self.config.bert)
            if not isinstance(encoder, BertEncoder):
                raise RecipeError(f"bert: {self.config.bert} is no BERT")
            try:
                network.bert.load_state_dict(encoder.network.state_dict(), strict=True)
            except RuntimeError as error:
                raise RecipeError(
                    f"bert: {self.config.bert} is {encoder.network.config}, "
                    f"the network's is {self.config.model.bert}"
                ) from error
        return network

    def loss(self, model: nn.Module, batch: WaveformBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean absolute difference of magnitudes."""
        batch = batch.to(device_of(model))
        stft, most = self.config.model.stft, self.config.model.bert.positions
        tokens = self._pieces.cut(list(batch.queries), most)
        magnitude = stft.forward(batch.mixture).abs()[batch.index]
        device = magnitude.device
        mask = model(magnitude, tokens.ids.to(device), tokens.mask.to(device))
        loss = F.l1_loss(mask * magnitude, stft.forward(batch.target).abs())
        return loss, {"loss": loss.detach()}

    def separator(self, model: nn.Module) -> Answering:
        """The family's separator; see `WaveformTask`."""
        assert isinstance(model, LassNet)
        return LassNetSeparator(model, self._pieces, device_of(model))
