"""Cross-attention between a feature map and a query's tokens, in either direction."""

from torch import Tensor, nn

from soundlasso.nn.pooling import mean_token


class MapAttendsText(nn.Module):
    """Every place of a map looks the words up: map as queries, tokens as keys and values.

    The usual direction. What each place found is added to it.
    """

    def __init__(self, channels: int, token_size: int, heads: int) -> None:
        """Makes the layer.

        Args:
            channels: Of the map; a multiple of ``heads``.
            token_size: Size of a token's state.
            heads: How many heads.
        """
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.attention = nn.MultiheadAttention(
            channels, heads, kdim=token_size, vdim=token_size, batch_first=True
        )

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Adds to ``B C F N`` what it finds in ``B L D`` under a mask ``B L``."""
        places = x.flatten(2).transpose(1, 2)
        found, _ = self.attention(
            self.norm(places), tokens, tokens, key_padding_mask=~mask, need_weights=False
        )
        return x + found.transpose(1, 2).unflatten(2, x.shape[2:])


class TextAttendsMap(nn.Module):
    """The words look the map over: tokens as queries, map as keys and values.

    The direction that the thesis's section 2.6 states. It yields one vector a token, and their
    mean is the "feature vector that acts as a conditioning signal": it scales and shifts the
    map's channels, since a vector cannot say where.
    """

    def __init__(self, channels: int, token_size: int, heads: int) -> None:
        """Makes the layer; arguments as `MapAttendsText`."""
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.enter = nn.Linear(token_size, channels)
        self.attention = nn.MultiheadAttention(channels, heads, batch_first=True)
        self.leave = nn.Linear(channels, 2 * channels)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Modulates ``B C F N`` by what ``B L D`` under a mask ``B L`` finds in it."""
        places = self.norm(x.flatten(2).transpose(1, 2))
        words = self.enter(tokens)
        found, _ = self.attention(words, places, places, need_weights=False)
        # The words themselves go along: what they found says little without what they are.
        signal = mean_token(found + words, mask)
        scale, shift = self.leave(signal)[:, :, None, None].chunk(2, dim=1)
        return x * (1.0 + scale) + shift
