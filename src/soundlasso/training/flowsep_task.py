"""Training FlowSep's flow stage (Yuan et al. 2025): the velocity from noise to the target.

The autoencoder and the vocoder are another model's and frozen. A latent map on the straight way
from noise to the target's, at a time drawn evenly, is shown to the U-Net beside the mixture's; the
loss is the mean square of what its velocity is off (Liu et al. 2023, arXiv 2209.03003). Clips are
brought to the level that the separator brings them to: the mixture's peak is one half.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.errors import RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.flowsep import FlowSep, FlowSepConfig
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.waveform_task import (
    Answering,
    WaveformBatch,
    WaveformTask,
    WaveformTaskConfig,
    device_of,
    own,
)
from soundlasso.zoo.flowsep_separator import FlowSepSeparator, level_factor
from soundlasso.zoo.registry import find_card
from soundlasso.zoo.state import read_state

_FROZEN = ("vae.", "vocoder.", "scale")


@dataclass(frozen=True)
class FlowSepTaskConfig(WaveformTaskConfig):
    """The training of a FlowSep's U-Net.

    Attributes:
        model: The network.
        frozen_from: The model whose autoencoder, vocoder and scale are used, a name or a card.
            They stay random if empty, and then nothing that is heard means anything.
    """

    size_of_states: ClassVar[str] = "unet.token_size"

    model: FlowSepConfig = field(default_factory=FlowSepConfig)
    frozen_from: str = ""

    def __post_init__(self) -> None:
        """Refuses mixtures that are longer than the network's clips."""
        super().__post_init__()
        if self.mixing.seconds > self.model.seconds:
            raise ValueError(f"mixing.seconds must be at most {self.model.seconds:g}, a clip's")


class FlowSepTask(WaveformTask):
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: FlowSepTaskConfig,
        encoder: QueryEncoder,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
    ) -> None:
        """Prepares training and validation examples; see `WaveformTask`."""
        super().__init__(config, config.model.sample_rate, train, valid, seed=seed)
        self.config = config
        self._encoder = encoder

    def build_model(self) -> nn.Module:
        """A FlowSep whose U-Net has random weights, and all else is frozen.

        Raises:
            UnknownModelError: there is no model of the name that the frozen parts have.
            WeightsError: its files are damaged.
            RecipeError: it is no FlowSep, or its parts have other numbers.
        """
        network = FlowSep(self.config.model)
        if self.config.frozen_from:
            _take_frozen(network, self.config.frozen_from)
        network.vae.requires_grad_(False)
        network.vocoder.requires_grad_(False)
        return network

    def loss(self, model: nn.Module, batch: WaveformBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean square of the velocity's error."""
        device = device_of(model)
        noise = [self._noise(len(sounds)) for sounds in (batch.mixture, batch.target, batch.target)]
        time = torch.rand(len(batch.target))
        batch = batch.to(device)
        network = own(model)
        assert isinstance(network, FlowSep)
        of_mixture, of_target, start = (drawn.to(device) for drawn in noise)
        mixture, target = self._levelled(batch)
        with torch.no_grad():
            heard = network.encode(network.log_mel(mixture), of_mixture)[batch.index]
            end = network.encode(network.log_mel(target), of_target)
        time = time.to(device)
        share = time[:, None, None, None]
        encoded = self._encoder.encode(list(batch.queries)).to(device)
        between = (1.0 - share) * start + share * end
        velocity = model(between, heard, time, encoded.states, encoded.mask)
        loss = F.mse_loss(velocity, end - start)
        return loss, {"loss": loss.detach()}

    def _noise(self, count: int) -> Tensor:
        """Drawn where all devices draw alike."""
        return torch.randn(count, *self.config.model.latent_shape)

    def _levelled(self, batch: WaveformBatch) -> tuple[Tensor, Tensor]:
        """Mixtures and targets without their means, as loud as the separator makes clips."""
        mixture, target = (x - x.mean(-1, keepdim=True) for x in (batch.mixture, batch.target))
        factor = level_factor(mixture.abs().amax(-1, keepdim=True))
        missing = self.config.model.samples - mixture.shape[-1]
        return (
            F.pad(mixture * factor, (0, missing)),
            F.pad(target * factor[batch.index], (0, missing)),
        )

    def separator(self, model: nn.Module) -> Answering:
        """The family's separator; see `WaveformTask`."""
        assert isinstance(model, FlowSep)
        return FlowSepSeparator(model, self._encoder, device_of(model))


def _take_frozen(network: FlowSep, name: str) -> None:
    card, folder = find_card(name)
    if card.family != "flowsep":
        raise RecipeError(f"frozen_from: {name} is a {card.family}, not a flowsep")
    state = {key: x for key, x in read_state(card, folder).items() if key.startswith(_FROZEN)}
    there = network.state_dict()
    wanted = {key: x.shape for key, x in there.items() if key.startswith(_FROZEN)}
    if {key: x.shape for key, x in state.items()} != wanted:
        raise RecipeError(
            f"frozen_from: the parts of {name} have other numbers than model.vae and model.vocoder"
        )
    network.load_state_dict({**there, **state}, strict=True)
