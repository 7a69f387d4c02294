"""FiLM by a query's tokens, in the form of a cross-attention: one can stand for the other."""

from torch import Tensor, nn

from soundlasso.nn.film import Film


class TextFilm(nn.Module):
    """Scales and shifts a map's channels by the mean of a query's tokens, without any attention.

    What LASS-Net and AudioSep do in their ways (arXiv 2203.15147, 2308.05037).
    """

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
        share = mask[..., None] / mask.sum(1).clamp_min(1)[:, None, None]
        return self.film(x, (tokens * share).sum(1))
