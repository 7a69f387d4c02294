"""Training CLAPSep as published (Ma et al. 2024): its decoder, and CLAP's encoder by LoRA.

The loss is ``-0.9 SNR - 0.1 SI-SNR`` in dB. A query says what is wanted, what is not, or both; what
is not is the mixture's other query. Where it differs: queries are words alone (the published
training mixes in embeddings of sounds), and are not brought to length 1 once more when joined,
which the published evaluation does not do either.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from soundlasso.config import check_shares
from soundlasso.errors import RecipeError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.opening import ShardSet
from soundlasso.models.clapsep import ClapSep, ClapSepConfig
from soundlasso.models.htsat import Htsat
from soundlasso.nn.lora import LoraLinear
from soundlasso.query.encoder import QueryEncoder
from soundlasso.training.gain_examples import Example
from soundlasso.training.losses import si_snr, snr
from soundlasso.training.waveform_task import (
    Answering,
    WaveformBatch,
    WaveformTask,
    WaveformTaskConfig,
    device_of,
    one_vector,
    own,
)
from soundlasso.zoo.clapsep_separator import ClapSepSeparator


@dataclass(frozen=True)
class ClapSepTaskConfig(WaveformTaskConfig):
    """The training of a CLAPSep.

    Attributes:
        model: The network.
        learn_encoder: Whether the audio encoder starts from random weights and is learned whole.
            As published it is the query encoder's, which must be a CLAP, and all of it but its
            adaptation is frozen.
        one_sided_share: Share of queries that say only what is wanted, and as many that say only
            what is not.
        si_snr_share: How much of the loss is SI-SNR, the rest being SNR.
    """

    size_of_states: ClassVar[str] = "embedding"

    model: ClapSepConfig = field(default_factory=ClapSepConfig)
    learn_encoder: bool = False
    one_sided_share: float = 0.25
    si_snr_share: float = 0.1

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work, and mixtures longer than the network's clips."""
        super().__post_init__()
        check_shares(self, "si_snr_share")
        if not 0 <= self.one_sided_share <= 0.5:
            raise ValueError(
                f"one_sided_share must be between 0 and 0.5, not {self.one_sided_share}"
            )
        if self.mixing.seconds > self.model.seconds:
            raise ValueError("mixing.seconds must be at most model.seconds")


@dataclass(frozen=True)
class ClapSepBatch(WaveformBatch):
    """What CLAPSep learns from.

    Attributes:
        heard: The mixtures at the audio encoder's sample rate, ``B T'``.
    """

    heard: Tensor


class ClapSepTask(WaveformTask):
    """See `soundlasso.training.task.Task`."""

    def __init__(
        self,
        config: ClapSepTaskConfig,
        encoder: QueryEncoder,
        train: SoundBank | ShardSet,
        valid: SoundBank,
        *,
        seed: int,
        tower: Htsat | None = None,
    ) -> None:
        """Prepares training and validation examples; see `WaveformTask`.

        Args:
            config: What is learned.
            encoder: Of queries.
            train: The training split.
            valid: The validation split.
            seed: Of everything drawn.
            tower: The query encoder's own audio encoder, where it is a CLAP.

        Raises:
            RecipeError: the query encoder makes several vectors of a query, or cannot hear, or
                its audio encoder is another than the network's.
        """
        super().__init__(config, config.model.sample_rate, train, valid, seed=seed)
        self.config = config
        self._encoder = encoder
        one_vector(encoder, ("two words",))
        if config.learn_encoder:
            tower = None
        elif tower is None:
            raise RecipeError(
                "query_encoder must be a CLAP, whose audio encoder is adapted; with another one, "
                "set learn_encoder = true"
            )
        elif (
            replace(tower.config, lora_rank=config.model.encoder.lora_rank) != config.model.encoder
        ):
            raise RecipeError(
                f"model.encoder: the query encoder's audio encoder is {tower.config}, the "
                f"network's is {config.model.encoder}"
            )
        self._tower = tower

    def build_model(self) -> nn.Module:
        """A network whose decoder has random weights, with CLAP's encoder frozen in it.

        Raises:
            RecipeError: the query encoder's audio encoder has other weights than the network's.
        """
        network = ClapSep(self.config.model)
        if self._tower is not None:
            _take_all_but_adaptation(network.encoder, self._tower)
            _freeze_all_but_adaptation(network.encoder)
        return network

    def collate(self, examples: list[Example]) -> ClapSepBatch:
        """Mixes and resamples, once more for the audio encoder."""
        heard = self.mixtures(examples, self.config.model.encoder.sample_rate)
        return ClapSepBatch(**vars(super().collate(examples)), heard=heard)

    def loss(self, model: nn.Module, batch: ClapSepBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """SNR and SI-SNR, in the published proportion."""
        if not self.config.learn_encoder:
            inner = own(model)
            assert isinstance(inner, ClapSep)
            # Its statistics are frozen as well.
            inner.encoder.eval()
        device = device_of(model)
        vectors = one_vector(self._encoder, batch.queries)
        # The two queries of a mixture follow each other.
        others = vectors.reshape(-1, 2, vectors.shape[1]).flip(1).flatten(0, 1)
        drawn, share = torch.rand(len(vectors), 1), self.config.one_sided_share
        wanted = vectors * (drawn >= share)
        unwanted = others * ((drawn < share) | (drawn >= 2 * share))
        batch_there = batch.to(device)
        estimate = model(
            batch_there.mixture,
            batch.heard.to(device),
            wanted.to(device),
            unwanted.to(device),
            batch_there.index,
        )
        plain, invariant = snr(estimate, batch_there.target), si_snr(estimate, batch_there.target)
        share = self.config.si_snr_share
        loss = -(1.0 - share) * plain - share * invariant
        return loss, {"loss": loss.detach(), "snr": plain.detach(), "si_snr": invariant.detach()}

    def separator(self, model: nn.Module) -> Answering:
        """The family's separator, which is only told what is wanted; see `WaveformTask`."""
        assert isinstance(model, ClapSep)
        return ClapSepSeparator(model, self._encoder, device_of(model))


def _take_all_but_adaptation(encoder: Htsat, tower: Htsat) -> None:
    """Gives an encoder the weights of another, which may lack the adaptation: it begins as none.

    Raises:
        RecipeError: another weight is missing, has another shape, or is one too many; names some.
    """
    there, state = encoder.state_dict(), tower.state_dict()
    wanted = {key: value.shape for key, value in there.items()}
    found = {key: value.shape for key, value in state.items()}
    adaptation = {
        f"{name}.{part}"
        for name, module in encoder.named_modules()
        if isinstance(module, LoraLinear)
        for part in ("narrow", "widen")
    }
    odd = sorted(
        key
        for key in (wanted.keys() | found.keys()) - (adaptation - found.keys())
        if wanted.get(key) != found.get(key)
    )
    if odd:
        more = f" and {len(odd) - 3} more" if len(odd) > 3 else ""
        raise RecipeError(
            "model.encoder: the query encoder's audio encoder has other weights than the "
            f"network's: {', '.join(odd[:3])}{more}"
        )
    encoder.load_state_dict({**there, **state}, strict=True)


def _freeze_all_but_adaptation(encoder: Htsat) -> None:
    """Leaves the adaptation to be learned, and the biases of the layers that it is beside."""
    encoder.requires_grad_(False)
    for module in encoder.modules():
        if isinstance(module, LoraLinear):
            for value in (module.narrow, module.widen, module.bias):
                value.requires_grad_(True)
