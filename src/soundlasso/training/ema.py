"""A running average of a network's weights, which generalises better than the last ones."""

import copy

import torch
from torch import nn


class Ema:
    """Keeps an exponential moving average of a network's parameters.

    Buffers (the statistics of batch normalisation, which are averages already) are copied.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Starts from the model's present weights."""
        self.decay = decay
        self.model = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Takes in the weights after ``step``; early on the average is short."""
        decay = min(self.decay, (1 + step) / (10 + step))
        # All at once: one by one, small networks would wait for it.
        averages: list[torch.Tensor] = list(self.model.parameters())
        weights: list[torch.Tensor] = list(model.parameters())
        torch._foreach_lerp_(averages, weights, 1 - decay)
        kept, buffers = list(self.model.buffers()), list(model.buffers())
        if buffers:
            torch._foreach_copy_(kept, buffers)
