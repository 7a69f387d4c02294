"""BERT's encoder (Devlin et al. 2019, arXiv 1810.04805), without its pooler.

It is written out here, since importing a library that can build it takes longer than separating
a short file does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_EPSILON = 1e-12


@dataclass(frozen=True)
class BertConfig:
    """The numbers that make a BERT; the defaults are bert-mini's (Turc et al. 2019).

    Attributes:
        vocabulary: How many word pieces.
        positions: How long a text may be, in word pieces.
        size: Of a token's state.
        layers: How many.
        heads: Of every self-attention.
        inner: Width of the network behind every self-attention.
        dropout: Share of attention weights and of the values behind every layer that is left
            out in training.
    """

    vocabulary: int = 30_522
    positions: int = 512
    size: int = 256
    layers: int = 4
    heads: int = 4
    inner: int = 1024
    dropout: float = 0.1

    def __post_init__(self) -> None:
        """Refuses numbers that do not fit each other."""
        if self.size % self.heads:
            raise ValueError(f"size ({self.size}) must be a multiple of heads ({self.heads})")


class Bert(nn.Module):
    """Token ids in, a state for every token out.

    Attributes:
        config: The numbers that make it.
    """

    def __init__(self, config: BertConfig) -> None:
        """Makes a network with random weights."""
        super().__init__()
        self.config = config
        self.embed = _Embeddings(config)
        self.layers = nn.ModuleList(
            BertLayer(
                config.size, config.heads, config.inner, epsilon=_EPSILON, dropout=config.dropout
            )
            for _ in range(config.layers)
        )

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The last hidden states.

        Args:
            ids: Of word pieces, ``B L``.
            mask: True where there is one, ``B L``; the others are not attended to.

        Returns:
            ``B L D``, of no meaning where the mask is false.

        Raises:
            ValueError: the shapes differ, or the texts are longer than there are positions.
        """
        if ids.ndim != 2 or ids.shape != mask.shape:
            raise ValueError(
                f"ids and mask must both be B L, not {tuple(ids.shape)} and {tuple(mask.shape)}"
            )
        if ids.shape[1] > self.config.positions:
            raise ValueError(
                f"a text may have {self.config.positions} word pieces, not {ids.shape[1]}"
            )
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class _Embeddings(nn.Module):
    """Words, their positions and the first of the two types of text, added and normalised."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.words = nn.Embedding(config.vocabulary, config.size)
        self.positions = nn.Embedding(config.positions, config.size)
        self.types = nn.Embedding(2, config.size)
        self.norm = nn.LayerNorm(config.size, _EPSILON)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, ids: Tensor) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(positions) + self.types.weight[0]
        return self.dropout(self.norm(x))


class BertLayer(nn.Module):
    """Self-attention and a two-layer network, each added to its input and normalised."""

    def __init__(
        self, size: int, heads: int, inner: int, *, epsilon: float, dropout: float = 0.0
    ) -> None:
        """Makes a layer with random weights.

        Args:
            size: Of a token's state.
            heads: Of the attention; they divide ``size``.
            inner: Size between the two linear layers behind the attention.
            epsilon: Of the norms.
            dropout: Share of attention weights and of what is added that is left out in training.
        """
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(size, size)
        self.key = nn.Linear(size, size)
        self.value = nn.Linear(size, size)
        self.mix = nn.Linear(size, size)
        self.mix_norm = nn.LayerNorm(size, epsilon)
        self.expand = nn.Linear(size, inner)
        self.contract = nn.Linear(inner, size)
        self.contract_norm = nn.LayerNorm(size, epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """New states ``B L D``; tokens where the mask ``B L`` is false are not attended to."""
        query, key, value = (
            layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        dropout = self.dropout.p if self.training else 0.0
        attended = F.scaled_dot_product_attention(
            query, key, value, mask[:, None, None], dropout_p=dropout
        )
        attended = self.mix(attended.transpose(1, 2).flatten(2))
        x = self.mix_norm(x + self.dropout(attended))
        contracted = self.contract(F.gelu(self.expand(x)))
        return self.contract_norm(x + self.dropout(contracted))


_NAMES = (
    ("embeddings.word_embeddings", "embed.words"),
    ("embeddings.position_embeddings", "embed.positions"),
    ("embeddings.token_type_embeddings", "embed.types"),
    ("embeddings.LayerNorm", "embed.norm"),
    ("encoder.layer.", "layers."),
    ("attention.self.", ""),
    ("attention.output.dense", "mix"),
    ("attention.output.LayerNorm", "mix_norm"),
    ("intermediate.dense", "expand"),
    ("output.dense", "contract"),
    ("output.LayerNorm", "contract_norm"),
)


def bert_name(name: str) -> str | None:
    """From the name that a weight of BERTs is published under to this file's.

    ``None`` for the pooler, which is not used here, and for the table of positions that older
    versions of the common library wrote.
    """
    if name.startswith("pooler.") or name.endswith("position_ids"):
        return None
    for published, ours in _NAMES:
        name = name.replace(published, ours)
    return name


def rename_bert(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A published BERT's weights under this file's names, without those that are not used."""
    named = ((bert_name(name), value) for name, value in state.items())
    return {name: value for name, value in named if name is not None}
