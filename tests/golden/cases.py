"""What the golden numbers are taken of: fixed weights and inputs, made by formula.

No random generator is involved, so that the numbers hold on any machine and any torch.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from soundlasso.metrics.sdr import sdr, si_sdr
from soundlasso.mixing.online import MixingConfig, MixtureSampler
from soundlasso.models.gainnet import GainNet, GainNetConfig
from soundlasso.models.resunetpp import ResUNetPlusPlus, ResUNetPlusPlusConfig, normalise
from soundlasso.nn.fusion import Fusion
from soundlasso.query.registry import load_encoder
from soundlasso.training.losses import log_magnitude, spectral_convergence
from tests.mixing.making import bank

Numbers = dict[str, list[float]]

_MOMENTS = 4
"""How many values of a tensor are kept beside its mean and its spread."""


def wave(*shape: int, pace: float = 0.37) -> Tensor:
    """Values from -1 to 1 that are all different."""
    count = int(np.prod(shape))
    return torch.cos(torch.arange(count, dtype=torch.float64) * pace).float().reshape(shape)


def filled(network: nn.Module) -> nn.Module:
    """Gives every weight a value by its place."""
    with torch.no_grad():
        for place, (name, value) in enumerate(sorted(network.named_parameters())):
            start = 1.0 if name.endswith("weight") and value.dim() == 1 else 0.0
            fan = max(1, value[0].numel()) if value.dim() > 1 else 25
            value.copy_(start + wave(*value.shape, pace=0.37 + 0.01 * place) / fan**0.5)
    return network.eval()


def summary(values: Tensor) -> list[float]:
    """Mean, spread and some values, from which any change shows."""
    flat = values.detach().double().flatten()
    places = torch.linspace(0, len(flat) - 1, _MOMENTS).long()
    return [float(flat.mean()), float(flat.std(correction=0)), *map(float, flat[places])]


@torch.inference_mode()
def gainnet() -> Numbers:
    """The default architecture at its full size."""
    model = filled(GainNet(GainNetConfig()))
    power = wave(1, 64, 80).square() * 10 ** (4 * wave(1, 64, 80, pace=0.011) - 4)
    tokens = torch.stack([wave(6, 384), 3 * wave(6, 384, pace=0.001)])
    gains, presence = model(power, tokens, torch.ones(2, 6, dtype=torch.bool), torch.tensor([0, 0]))
    return {"gains": summary(gains), "presence": summary(presence)}


@torch.inference_mode()
def thesis() -> Numbers:
    """The thesis's architecture in both directions, at a quarter of its filters."""
    numbers: Numbers = {}
    normal = normalise(wave(1, 257, 48).square())
    numbers["normalised"] = summary(normal.values)
    directions: tuple[Fusion, ...] = ("map_attends_text", "text_attends_map")
    for direction in directions:
        config = ResUNetPlusPlusConfig(
            filters=(4, 8, 16, 32, 64), output_filters=4, token_size=32, fusion=direction
        )
        model = filled(ResUNetPlusPlus(config))
        mask = model(normal.values, wave(1, 5, 32), torch.ones(1, 5, dtype=torch.bool))
        numbers[direction] = summary(mask)
    return numbers


def minilm() -> Numbers:
    """Token states of the offline query encoder."""
    states = load_encoder("minilm").encode(["a dog barking", "the rain, without the wind"])
    return {"states": summary(states.states[states.mask])}


def losses_and_metrics() -> Numbers:
    """The thesis's losses and the metrics."""
    target, predicted = wave(2, 4000), wave(2, 4000) + 0.3 * wave(2, 4000, pace=0.9)
    return {
        "spectral convergence": summary(spectral_convergence(predicted.abs(), target.abs())),
        "log magnitude": summary(log_magnitude(predicted.abs(), target.abs())),
        "sdr": [float(sdr(target[:1].numpy(), predicted[:1].numpy()))],
        "si-sdr": [float(si_sdr(target[:1].numpy(), predicted[:1].numpy()))],
    }


def mixtures() -> Numbers:
    """What a seed and an index stand for: changed, old runs could not be resumed."""
    sampler = MixtureSampler(bank(), MixingConfig(seconds=1.5), seed=5)
    return {str(index): summary(torch.from_numpy(sampler[index].sources)) for index in (0, 1, 99)}


CASES: dict[str, Callable[[], Numbers]] = {
    "gainnet": gainnet,
    "thesis": thesis,
    "minilm": minilm,
    "losses and metrics": losses_and_metrics,
    "mixtures": mixtures,
}
