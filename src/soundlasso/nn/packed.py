"""Matrices in four bits a number.

Numbers of a row are taken in groups; a group is divided by its RMS value, and each number is
replaced by the nearest of 16 levels, which are the best for this matrix (Lloyd 1982; Max 1960).
"""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

GROUP = 64
"""Numbers of a row that share a scale."""

_CODES, _SCALES, _LEVELS = ".codes", ".scales", ".levels"


def grouped(rows: Tensor) -> Tensor:
    """The groups of each row: ``R C`` in, ``R C/GROUP GROUP`` out."""
    return rows.reshape(len(rows), -1, GROUP)


def scales_of(rows: Tensor) -> Tensor:
    """The RMS value of each group, as half precision has it: ``R C`` in, ``R C/GROUP`` out."""
    return grouped(rows).square().mean(2).sqrt().clamp_min(1e-7).half().float()


def best_levels(matrix: Tensor, rounds: int = 40) -> Tensor:
    """The 16 levels, rising, whose mean squared error is smallest (a local optimum).

    Args:
        matrix: ``R C``, with ``C`` a multiple of `GROUP`.
        rounds: Of improvement.
    """
    numbers = (grouped(matrix) / scales_of(matrix)[..., None]).flatten()
    # More would not change them.
    numbers = numbers[:: max(1, len(numbers) // 500_000)].sort().values
    places = torch.linspace(0, len(numbers) - 1, 18)[1:-1].long()
    levels = numbers[places].clone()
    for _ in range(rounds):
        nearest = nearest_level(numbers, levels)
        sums = torch.zeros(16).scatter_add_(0, nearest, numbers)
        counts = torch.bincount(nearest, minlength=16)
        levels = torch.where(counts > 0, sums / counts.clamp_min(1), levels)
    return levels


def nearest_level(numbers: Tensor, levels: Tensor) -> Tensor:
    """Which level is nearest to each number."""
    return torch.bucketize(numbers, (levels[1:] + levels[:-1]) / 2)


def rounded(name: str, matrix: Tensor) -> dict[str, Tensor]:
    """A matrix ``R C`` as it is stored, each number rounded for itself."""
    levels, scales = best_levels(matrix), scales_of(matrix)
    codes = nearest_level(grouped(matrix) / scales[..., None], levels).flatten(1)
    return packed(name, codes, scales, levels)


def packed(name: str, codes: Tensor, scales: Tensor, levels: Tensor) -> dict[str, Tensor]:
    """A matrix as it is stored: two codes a byte.

    Args:
        name: Of the matrix.
        codes: Which level each number is, ``R C``.
        scales: Of each group, ``R C/GROUP``.
        levels: 16 of them.
    """
    pairs = codes.to(torch.uint8).view(len(codes), -1, 2)
    return {
        name + _CODES: pairs[..., 0] | (pairs[..., 1] << 4),
        name + _SCALES: scales.half(),
        name + _LEVELS: levels.float(),
    }


def unpacked(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All matrices of a state as float32, the others' values as well.

    Raises:
        KeyError: a part of a matrix is missing.
    """
    made = {}
    for name, value in state.items():
        stem, dot, kind = name.rpartition(".")
        if dot + kind == _CODES:
            levels, scales = state[stem + _LEVELS], state[stem + _SCALES].float()
            # Of each byte the two numbers, the lower four bits' first.
            pairs = torch.cartesian_prod(levels, levels).flip(1)
            numbers = grouped(F.embedding(value.int(), pairs).flatten(1))
            made[stem] = numbers.mul_(scales[..., None]).flatten(1)
        elif dot + kind not in (_SCALES, _LEVELS):
            made[name] = value.float()
    return made
