"""RoBERTa (Liu et al. 2019, arXiv 1907.11692) with its pooler, as CLAP's text encoder."""

import re
from dataclasses import dataclass

from torch import Tensor, nn

from soundlasso.config import check_ranges
from soundlasso.nn.bert import BertLayer


@dataclass(frozen=True)
class RobertaConfig:
    """The numbers that make the network; the defaults are those of ``roberta-base``.

    Attributes:
        vocabulary: How many tokens there are.
        positions: How many rows the table of positions has: two more than the longest text
            has tokens, since the first stand for padding.
        size: Of a token's state.
        layers: How many.
        heads: Of the attention.
        inner: Size between the two linear layers behind the attention.
        padding: The token that fills up short texts.
        epsilon: Of the norms.
    """

    vocabulary: int = 50_265
    positions: int = 514
    size: int = 768
    layers: int = 12
    heads: int = 12
    inner: int = 3072
    padding: int = 1
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        check_ranges(self, vocabulary=2, positions=3, layers=1, heads=1, inner=1, padding=0)
        if self.size % self.heads:
            raise ValueError(f"size must be a multiple of heads ({self.heads}), not {self.size}")

    @property
    def max_tokens(self) -> int:
        """How many tokens the longest text has."""
        return self.positions - self.padding - 1


class Roberta(nn.Module):
    """Token ids in, one vector a text out."""

    def __init__(self, config: RobertaConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.size, config.padding)
        self.positions = nn.Embedding(config.positions, config.size, config.padding)
        # BERT's kinds of text, of which there is one here.
        self.types = nn.Embedding(1, config.size)
        self.norm = nn.LayerNorm(config.size, config.epsilon)
        self.layers = nn.ModuleList(
            BertLayer(config.size, config.heads, config.inner, epsilon=config.epsilon)
            for _ in range(config.layers)
        )
        self.pool = nn.Linear(config.size, config.size)

    def embed(self, ids: Tensor) -> Tensor:
        """What the first layer sees of tokens ``B L``: ``B L D``.

        Positions count the tokens that are no padding, from behind padding's own row on.
        """
        present = (ids != self.config.padding).long()
        positions = present.cumsum(1) * present + self.config.padding
        return self.norm(self.words(ids) + self.positions(positions) + self.types.weight[0])

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Pools texts.

        Args:
            ids: Token ids ``B L``; the first of each is the start token.
            mask: True where there is a token, ``B L``.

        Returns:
            ``B D``: of each text, the start token's last state behind a linear layer and tanh.

        Raises:
            ValueError: the texts have more tokens than there are positions.
        """
        if ids.shape[1] > self.config.max_tokens:
            raise ValueError(
                f"texts may have {self.config.max_tokens} tokens at most, not {ids.shape[1]}"
            )
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return self.pool(x[:, 0]).tanh()


_EMBEDDINGS = {
    "word_embeddings": "words",
    "position_embeddings": "positions",
    "token_type_embeddings": "types",
    "LayerNorm": "norm",
}
_IN_LAYER = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mix",
    "attention.output.LayerNorm": "mix_norm",
    "intermediate.dense": "expand",
    "output.dense": "contract",
    "output.LayerNorm": "contract_norm",
}


def roberta_name(name: str) -> str | None:
    """Ours for the name that a weight of RoBERTa is published under; ``None`` if not known."""
    layer, _, value = name.rpartition(".")
    if layer == "pooler.dense":
        return f"pool.{value}"
    if found := re.fullmatch(r"encoder\.layer\.(\d+)\.(.+)", layer):
        number, part = found.groups()
        return f"layers.{number}.{_IN_LAYER[part]}.{value}" if part in _IN_LAYER else None
    part = layer.removeprefix("embeddings.")
    return f"{_EMBEDDINGS[part]}.{value}" if part in _EMBEDDINGS else None
