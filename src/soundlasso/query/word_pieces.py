"""From words to the word pieces that BERTs read (Wu et al. 2016, arXiv 1609.08144)."""

from soundlasso.query.encoder import check_query
from soundlasso.query.tokens import Tokens, batch_tokens, parse_tokenizer


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
        self._tokenizer = parse_tokenizer(content)
        self._closed = closed

    def cut(self, queries: list[str], most: int) -> Tokens:
        """Cuts queries.

        Args:
            queries: In words.
            most: How many tokens a query may have, the added ones counted.

        Raises:
            QueryError: a query is empty.
        """
        encodings = self._tokenizer.encode_batch([check_query(query) for query in queries])
        texts = [one.ids if self._closed else one.ids[:-1] for one in encodings]
        return batch_tokens(texts, most, closed=self._closed)
