"""Residual blocks with group normalisation, as latent diffusion has them.

Source: Ho et al. 2020 (arXiv 2006.11239), appendix B; Rombach et al. 2022 (arXiv 2112.10752).
"""

from torch import Tensor, nn


class GroupNormResidual(nn.Module):
    """Two 3x3 convolutions beside a shortcut, with a condition added in between if wanted."""

    def __init__(
        self,
        channels: int,
        out_channels: int,
        *,
        groups: int = 32,
        epsilon: float = 1e-6,
        condition: int | None = None,
    ) -> None:
        """Makes the block.

        Args:
            channels: Of the input; a multiple of ``groups``.
            out_channels: Of the output; a multiple of ``groups``.
            groups: Of channels that are normalised together.
            epsilon: Added to the variance.
            condition: Size of the vector that the block is told, if any.
        """
        super().__init__()
        self.first = nn.Sequential(
            nn.GroupNorm(groups, channels, epsilon),
            nn.SiLU(),
            nn.Conv2d(channels, out_channels, 3, padding=1),
        )
        self.condition = (
            None
            if condition is None
            else nn.Sequential(nn.SiLU(), nn.Linear(condition, out_channels))
        )
        self.second = nn.Sequential(
            nn.GroupNorm(groups, out_channels, epsilon),
            nn.SiLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1),
        )
        self.shortcut: nn.Module = (
            nn.Identity() if channels == out_channels else nn.Conv2d(channels, out_channels, 1)
        )

    def forward(self, x: Tensor, condition: Tensor | None = None) -> Tensor:
        """Maps ``B C H W`` to ``B C' H W``, told ``B K`` where it was made for that."""
        inner = self.first(x)
        if self.condition is not None:
            inner = inner + self.condition(condition)[:, :, None, None]
        return self.shortcut(x) + self.second(inner)
