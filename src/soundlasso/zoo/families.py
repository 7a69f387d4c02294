"""From a card and its weights to a separation model, family by family.

Each family is imported when one of its models is loaded: nobody waits for the others.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from soundlasso.config import build_config
from soundlasso.engine.model import SeparationModel
from soundlasso.errors import WeightsError, in_one_line
from soundlasso.query.encoder import QueryEncoder

Config = TypeVar("Config")
Build = Callable[[dict[str, Any], dict[str, Tensor], QueryEncoder, torch.device], SeparationModel]
BuildAlone = Callable[[dict[str, Any], dict[str, Tensor], torch.device], SeparationModel]


def _gainnet(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.gainnet import GainNet, GainNetConfig
    from soundlasso.zoo.gain_separator import GainSeparator

    network = GainNet(_config(GainNetConfig, config))
    _fill(network, state)
    _check_tokens("GainNet", encoder, network.config.token_size)
    return GainSeparator(network, encoder, device)


def _livenet(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.livenet import LiveNet, LiveNetConfig
    from soundlasso.zoo.live_separator import LiveSeparator

    network = LiveNet(_config(LiveNetConfig, config))
    _fill(network, state)
    _check_tokens("LiveNet", encoder, network.config.token_size)
    return LiveSeparator(network, encoder, device)


def _thesis(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig
    from soundlasso.zoo.thesis_separator import ThesisSeparator

    network = ResUNetPlusPlus(_config(ResUNetPlusPlusConfig, config))
    _fill(network, state)
    _check_tokens("ResUNet++", encoder, network.config.token_size)
    return ThesisSeparator(network, encoder, device)


def _audiosep(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
    from soundlasso.zoo.audiosep_separator import AudioSepSeparator

    network = ResUNet30(_config(AudioSepConfig, config))
    _fill(network, state)
    if encoder.size != network.config.condition:
        raise WeightsError(
            f"AudioSep needs a query encoder with embeddings of {network.config.condition} "
            f"numbers, not {encoder.size}"
        )
    return AudioSepSeparator(network, encoder, device)


def _clapsep(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.clapsep import ClapSep, ClapSepConfig
    from soundlasso.query.embedding import QueryEmbedder
    from soundlasso.zoo.clapsep_separator import ClapSepSeparator

    network = ClapSep(_config(ClapSepConfig, config))
    _fill(network, state)
    if not isinstance(encoder, QueryEmbedder) or encoder.size != network.config.embedding:
        raise WeightsError(
            f"CLAPSep needs a CLAP with embeddings of {network.config.embedding} numbers, or what "
            "makes such vectors of queries as well"
        )
    return ClapSepSeparator(network, encoder, device)


def _flowsep(
    config: dict[str, Any], state: dict[str, Tensor], encoder: QueryEncoder, device: torch.device
) -> SeparationModel:
    from soundlasso.models.flowsep import FlowSep, FlowSepConfig
    from soundlasso.zoo.flowsep_separator import FlowSepSeparator

    # More than a billion bytes: they are taken over, not copied into random weights.
    with torch.device("meta"):
        network = FlowSep(_config(FlowSepConfig, config))
    _fill(network, state, assign=True)
    _check_tokens("FlowSep", encoder, network.config.unet.token_size)
    return FlowSepSeparator(network, encoder, device)


def _lassnet(
    config: dict[str, Any], state: dict[str, Tensor], device: torch.device
) -> SeparationModel:
    from soundlasso.models.lassnet import LassNet, LassNetConfig
    from soundlasso.query.small_minilm import uncased_word_pieces
    from soundlasso.zoo.lassnet_separator import LassNetSeparator

    network = LassNet(_config(LassNetConfig, config))
    _fill(network, state)
    return LassNetSeparator(network, uncased_word_pieces(closed=False), device)


FAMILIES: dict[str, Build] = {
    "audiosep": _audiosep,
    "clapsep": _clapsep,
    "flowsep": _flowsep,
    "gainnet": _gainnet,
    "livenet": _livenet,
    "resunetpp": _thesis,
}
"""How a model of each family is put together from its config, its weights and its encoder."""

FAMILIES_WITH_ENCODER: dict[str, BuildAlone] = {"lassnet": _lassnet}
"""The same for families whose weights hold their query encoder."""


def _config(kind: type[Config], values: dict[str, Any]) -> Config:
    try:
        return build_config(kind, values)
    except ValueError as error:
        raise WeightsError(f"the architecture's numbers do not fit: {error}") from error


def _check_tokens(family: str, encoder: QueryEncoder, size: int) -> None:
    if encoder.size != size:
        raise WeightsError(
            f"{family} needs a query encoder with token states of {size} numbers, "
            f"not {encoder.size}"
        )


def _fill(network: nn.Module, state: dict[str, Tensor], *, assign: bool = False) -> None:
    try:
        network.load_state_dict(state, strict=True, assign=assign)
    except RuntimeError as error:
        reason = in_one_line(error, 300)
        raise WeightsError(f"the weights do not fit the network: {reason}") from error
