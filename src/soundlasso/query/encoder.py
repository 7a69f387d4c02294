"""What a query encoder is, and what it gives."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from soundlasso.errors import QueryError
from soundlasso.query.tokens import Tokens


@dataclass(frozen=True)
class TokenStates:
    """Encoded queries.

    Attributes:
        states: The encoder's last hidden states, ``B L D`` float32; zero where ``mask`` is false.
        mask: True where there is a token, ``B L``.
        truncated: Of each query, whether its end was cut off because it was too long.
    """

    states: Tensor
    mask: Tensor
    truncated: tuple[bool, ...]

    def to(self, device: torch.device | str) -> "TokenStates":
        """The same on another device."""
        return TokenStates(self.states.to(device), self.mask.to(device), self.truncated)


class QueryEncoder(Protocol):
    """A frozen text encoder.

    Attributes:
        size: Size ``D`` of a token's state.
        max_tokens: Longer queries are cut to this many tokens.
    """

    size: int
    max_tokens: int

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries.

        Raises:
            QueryError: a query is empty.
        """
        ...


@runtime_checkable
class MovableEncoder(QueryEncoder, Protocol):
    """A query encoder that can work on another device."""

    def to(self, device: torch.device) -> "MovableEncoder":
        """Moves it there; states are given there from then on."""
        ...


@runtime_checkable
class CuttingEncoder(QueryEncoder, Protocol):
    """A query encoder whose work can be divided: into tokens here, into states elsewhere."""

    def cut(self, queries: list[str]) -> Tokens:
        """Cuts queries into tokens.

        Raises:
            QueryError: a query is empty.
        """
        ...

    def states(self, tokens: Tokens) -> TokenStates:
        """Encodes what `cut` gave."""
        ...


def check_query(query: str) -> str:
    """A query without the white space around it.

    Raises:
        QueryError: nothing is left.
    """
    stripped = query.strip()
    if not stripped:
        raise QueryError("the query is empty; say what you want to hear, such as 'a dog barking'")
    return stripped


class CachedEncoder:
    """Remembers the states of the queries that it has seen."""

    def __init__(self, encoder: QueryEncoder, *, most: int | None = None) -> None:
        """Wraps an encoder.

        Args:
            encoder: Who encodes what is new.
            most: How many queries to remember; the oldest are forgotten first. All when
                ``None``.
        """
        self._encoder = encoder
        self._most = most
        self._seen: dict[str, TokenStates] = {}
        self.size = encoder.size
        self.max_tokens = encoder.max_tokens

    def encode(self, queries: list[str]) -> TokenStates:
        """Encodes queries, those it has not seen one by one.

        What a query's states are, to the last bit, must not depend on what it was encoded
        together with: a training run that is resumed would take another course.
        """
        return pad_together([self._encode(check_query(query)) for query in queries])

    def _encode(self, query: str) -> TokenStates:
        if (known := self._seen.get(query)) is not None:
            return known
        alone = self._encoder.encode([query])
        states = TokenStates(alone.states[0], alone.mask[0], alone.truncated)
        if self._most is not None and len(self._seen) >= self._most:
            del self._seen[next(iter(self._seen))]
        self._seen[query] = states
        return states


def pad_together(encoded: list[TokenStates]) -> TokenStates:
    """Batches single queries, ``L D`` each, into ``B L D``."""
    states = [item.states for item in encoded]
    mask = [item.mask for item in encoded]
    return TokenStates(
        torch.nn.utils.rnn.pad_sequence(states, batch_first=True),
        torch.nn.utils.rnn.pad_sequence(mask, batch_first=True),
        tuple(item.truncated[0] for item in encoded),
    )
