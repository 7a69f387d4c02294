"""Training LASS-Net as it was published: the distance of magnitudes (Liu et al. 2022).

Where it differs: mixtures keep the level that all examples have (the published ones are scaled
to a peak of 1), and have the SNRs and third sources of all examples instead of 0 dB.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.config import as_table
from soundlasso.errors import MissingDependencyError, RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.lassnet import LassNet, LassNetConfig
from soundlasso.query.bert import BertEncoder
from soundlasso.query.encoder import QueryEncoder
from soundlasso.query.small_minilm import uncased_word_pieces
from soundlasso.training.waveform_task import (
    Answering,
    WaveformBatch,
    WaveformTask,
    WaveformTaskConfig,
    device_of,
)
from soundlasso.zoo.lassnet_separator import LassNetSeparator
from soundlasso.zoo.query_encoders import load_query_encoder


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

    def __post_init__(self) -> None:
        """Refuses mixtures that are longer than the network's clips."""
        super().__post_init__()
        if self.mixing.seconds > self.model.seconds:
            raise ValueError(f"mixing.seconds must be at most {self.model.seconds:g}, a clip's")


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
            RecipeError: the BERT that it begins with is none, or has other numbers; names them.
            MissingDependencyError: it cannot be had; says what can.
        """
        network = LassNet(self.config.model)
        if self.config.bert:
            encoder = self._load()
            if not isinstance(encoder, BertEncoder):
                raise RecipeError(f"bert: {self.config.bert} is no BERT")
            self._check_numbers(encoder)
            network.bert.load_state_dict(encoder.network.state_dict(), strict=True)
        return network

    def _load(self) -> QueryEncoder:
        try:
            return load_query_encoder(self.config.bert)
        except MissingDependencyError as error:
            raise MissingDependencyError(
                f"bert: {error}. Without a model hub, begin with minilm-4bit, as the first lines "
                "of `soundlasso recipes lassnet` say, or with random weights (--set bert=)"
            ) from error

    def _check_numbers(self, encoder: BertEncoder) -> None:
        """Refuses a BERT that differs from the network's in more than what training drops."""
        theirs, ours = as_table(encoder.network.config), as_table(self.config.model.bert)
        differing = [name for name in ours if name != "dropout" and theirs[name] != ours[name]]
        if differing:
            wanted = " ".join(f"--set model.bert.{name}={theirs[name]}" for name in differing)
            found = ", ".join(f"model.bert.{name} = {ours[name]}" for name in differing)
            raise RecipeError(f"bert: {self.config.bert} does not fit {found}; it needs {wanted}")

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
