"""From noise to data along a learned velocity (Liu et al. 2023, arXiv 2209.03003)."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor


def euler_path(
    velocity: Callable[[Tensor, Tensor], Tensor], noise: Tensor, steps: int
) -> Iterator[Tensor]:
    """Follows a velocity field from time 0 to time 1 in equal steps by Euler's method.

    Args:
        velocity: From where one is, ``B ...``, and the time, ``B``, to the velocity there.
        noise: Where to begin, ``B ...``.
        steps: How many.

    Yields:
        Where each step led to; the last is the sample.

    Raises:
        ValueError: there is no step.
    """
    if steps < 1:
        raise ValueError(f"a path needs at least 1 step, not {steps}")
    x = noise
    for step in range(steps):
        time = torch.full((x.shape[0],), step / steps, dtype=x.dtype, device=x.device)
        x = x + velocity(x, time) / steps
        yield x
