"""Encoders that make one vector of a query, whatever it consists of."""

from typing import Protocol, runtime_checkable

from torch import Tensor

from soundlasso.query.encoder import QueryEncoder


@runtime_checkable
class QueryEmbedder(QueryEncoder, Protocol):
    """An encoder of texts into vectors of length 1.

    It is a `QueryEncoder` as well: a query's vector is the state of its only token.
    """

    def embed(self, queries: list[str]) -> Tensor:
        """Embeds queries.

        Returns:
            ``B D``, each of length 1.

        Raises:
            QueryError: a query is empty.
        """
        ...


@runtime_checkable
class SoundEmbedder(QueryEmbedder, Protocol):
    """An encoder that puts sounds into the same space.

    Attributes:
        sample_rate: That it hears sounds at, in Hz.
    """

    sample_rate: int

    def embed_audio(self, waveform: Tensor) -> Tensor:
        """Embeds sounds ``B T`` of any length: ``B D``, each of length 1.

        Raises:
            ValueError: there are no samples, or the shape is another.
        """
        ...
