"""Feature-wise linear modulation by a query (Perez et al. 2018, arXiv 1709.07871)."""

from torch import Tensor, nn


class Film(nn.Module):
    """Scales and shifts each channel of a map by what a condition says."""

    def __init__(self, channels: int, condition: int) -> None:
        """Makes the layer.

        Args:
            channels: Of the map.
            condition: Size of the condition vector.
        """
        super().__init__()
        self.project = nn.Linear(condition, 2 * channels)
        # Starts as the identity.
        nn.init.zeros_(self.project.weight)
        nn.init.zeros_(self.project.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Modulates ``B C F N`` by ``B K``."""
        scale, shift = self.project(condition)[:, :, None, None].chunk(2, dim=1)
        return x * (1.0 + scale) + shift
