"""From words to the word pieces that BERTs read (Wu et al. 2016, arXiv 1609.08144)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from soundlasso.query.encoder import check_query


@dataclass(frozen=True)
class Tokens:
    """Queries cut into word pieces.

    Attributes:
        ids: ``B L``; 0 where ``mask`` is false.
        mask: True where there is a token, ``B L``.
        truncated: Of each query, whether its end was cut off because it was too long.
    """

    ids: Tensor
    mask: Tensor
    truncated: tuple[bool, ...]


class WordPieces:
    """Cuts queries into word pieces, ``[CLS]`` before the first."""

    def __init__(self, content: bytes, *, closed: bool = True) -> None:
        """Reads a vocabulary.

        Args:
            content: A ``tokenizer.json``.
            closed: Whether ``[SEP]`` follows the last piece.

        Raises:
            ValueError: it is not a tokenizer.
        """
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(content.decode("utf-8"))
        # The library raises nothing more particular.
        except Exception as error:
            raise ValueError(f"not a tokenizer: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._closed = closed

    def cut(self, queries: list[str], most: int) -> Tokens:
        """Cuts queries.

        Args:
            queries: In words.
            most: How many tokens a query may have, the added ones counted.

        Raises:
            QueryError: a query is empty.
        """
        ids, truncated = [], []
        for encoding in self._tokenizer.encode_batch([check_query(query) for query in queries]):
            tokens = encoding.ids if self._closed else encoding.ids[:-1]
            truncated.append(len(tokens) > most)
            if truncated[-1]:
                # The token that closes the sequence stays.
                tokens = [*tokens[: most - 1], tokens[-1]] if self._closed else tokens[:most]
            ids.append(torch.tensor(tokens))
        batch = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
        lengths = torch.tensor([len(tokens) for tokens in ids])
        mask = torch.arange(batch.shape[1]) < lengths[:, None]
        return Tokens(batch, mask, tuple(truncated))
