"""FiLM by the mean of a query's tokens, whole or in part (Perez et al. 2018, arXiv 1709.07871).

All have the form of a cross-attention, so that one can stand for the other; `soundlasso.nn.fusion`
names them. A query that is one vector is one token.
"""

from torch import Tensor, nn

from soundlasso.nn.film import Film
from soundlasso.nn.pooling import mean_token


class TextFilm(nn.Module):
    """Scales and shifts a map's channels."""

    def __init__(self, channels: int, token_size: int, heads: int) -> None:
        """Makes the layer; arguments as `soundlasso.nn.cross_attention.MapAttendsText`.

        Args:
            channels: Of the map.
            token_size: Size of a token's state.
            heads: Of no use here.
        """
        super().__init__()
        self.film = Film(channels, token_size)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Modulates ``B C F N`` by ``B L D`` under a mask ``B L``."""
        return self.film(x, mean_token(tokens, mask))


class TextShift(nn.Module):
    """Shifts a map's channels and scales none, as AudioSep does (arXiv 2308.05037)."""

    def __init__(self, channels: int, token_size: int, heads: int) -> None:
        """Makes the layer; arguments as `TextFilm`."""
        super().__init__()
        self.shift = nn.Linear(token_size, channels)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Modulates ``B C F N`` by ``B L D`` under a mask ``B L``."""
        return x + self.shift(mean_token(tokens, mask))[:, :, None, None]


class TextLift(nn.Module):
    """Adds 0 or more to a map's channels, as LASS-Net does (arXiv 2203.15147)."""

    def __init__(self, channels: int, token_size: int, heads: int) -> None:
        """Makes the layer; arguments as `TextFilm`."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(token_size, 2 * channels),
            nn.ReLU(),
            nn.Linear(2 * channels, channels),
            nn.ReLU(),
        )

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """Modulates ``B C F N`` by ``B L D`` under a mask ``B L``."""
        return x + self.layers(mean_token(tokens, mask))[:, :, None, None]
