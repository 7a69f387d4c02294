"""Refusing inputs that do not fit a network, in words."""

import torch
from torch import Tensor


def check_map(name: str, values: Tensor, bins: int) -> None:
    """Refuses anything but a map ``B F N`` with a given number of bins and at least one frame.

    Args:
        name: What it is called in the message.
        values: The map.
        bins: How many it must have.

    Raises:
        ValueError: says what it must be.
    """
    if values.ndim != 3 or values.shape[1] != bins or not values.shape[2]:
        raise ValueError(f"{name} must be B {bins} N, not {tuple(values.shape)}")


def as_tokens(condition: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """A query's tokens and their mask; a query that is one vector is one token.

    Args:
        condition: Vectors, ``B K``, or token states, ``B L K``.
        mask: True where there is a token, ``B L``; everywhere if ``None``.
    """
    tokens = condition[:, None] if condition.ndim == 2 else condition
    if mask is None:
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
    return tokens, mask


def check_tokens(tokens: Tensor, mask: Tensor, size: int) -> None:
    """Refuses anything but token states ``B L D`` of a given size with a boolean mask ``B L``.

    Raises:
        ValueError: says what they must be.
    """
    if tokens.ndim != 3 or tokens.shape[2] != size:
        raise ValueError(f"tokens must be B L {size}, not {tuple(tokens.shape)}")
    if mask.shape != tokens.shape[:2] or mask.dtype != torch.bool:
        raise ValueError(
            f"mask must be boolean, {tuple(tokens.shape[:2])}, not {mask.dtype}, "
            f"{tuple(mask.shape)}"
        )
