"""Texts as tokens: what cuts them, and batches of what is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tokens:
    """Queries cut into tokens.

    Attributes:
        ids: ``B L``; of padding where ``mask`` is false.
        mask: True where there is a token, ``B L``.
        truncated: Of each query, whether its end was cut off because it was too long.
    """

    ids: Tensor
    mask: Tensor
    truncated: tuple[bool, ...]


def parse_tokenizer(content: bytes) -> Any:
    """A ``tokenizers.Tokenizer`` that neither cuts off nor fills up.

    Args:
        content: A ``tokenizer.json``.

    Raises:
        ValueError: it is not a tokenizer.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    # The library raises nothing more particular.
    except Exception as error:
        raise ValueError(f"not a tokenizer: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def batch_tokens(
    texts: Sequence[list[int]], most: int, *, closed: bool = True, padding: int = 0
) -> Tokens:
    """Cuts off what is too long and fills up to the longest text.

    Args:
        texts: The ids of each; none is empty.
        most: How many ids a text may have.
        closed: Whether the last id of each closes it, and stays where others are cut off.
        padding: The id to fill up with.
    """
    kept = [_cut(text, most, closed) if len(text) > most else text for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(text) for text in kept], batch_first=True, padding_value=padding
    )
    lengths = torch.tensor([len(text) for text in kept])
    mask = torch.arange(ids.shape[1]) < lengths[:, None]
    return Tokens(ids, mask, tuple(len(text) > most for text in texts))


def _cut(text: list[int], most: int, closed: bool) -> list[int]:
    return [*text[: most - 1], text[-1]] if closed else text[:most]
