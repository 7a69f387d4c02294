"""Dual-path recurrence: along one axis of a map, then along the other, again and again.

Luo et al. 2020 (arXiv 1910.06379) for the idea; residual sums, normalisation over a whole clip
and the layers' order are those of the two-dimensional form in Luo et al. 2020 (arXiv 1910.14104).
"""

from torch import Tensor, nn


class DualPathGru(nn.Module):
    """Bidirectional GRUs along frames and along bins in turn, each beside a shortcut."""

    def __init__(
        self, channels: int, hidden: int, layers: int, *, depth: int = 2, dropout: float = 0.0
    ) -> None:
        """Makes the layers.

        Args:
            channels: Of the map.
            hidden: Size of a GRU's state in each direction.
            layers: How many times both axes are run along.
            depth: How many GRUs lie on each other in one run.
            dropout: Share of the values left out between those in training.
        """
        super().__init__()

        def sweeps() -> nn.ModuleList:
            return nn.ModuleList(
                _Sweep(channels, hidden, depth=depth, dropout=dropout) for _ in range(layers)
            )

        self.along_frames = sweeps()
        self.along_bins = sweeps()
        self.leave = nn.Sequential(nn.PReLU(), nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Maps ``B C F N`` to ``B C F N``."""
        for along_frames, along_bins in zip(self.along_frames, self.along_bins, strict=True):
            x = x + along_frames(x)
            x = x + along_bins(x.mT).mT
        return self.leave(x)


class _Sweep(nn.Module):
    """One run along the last axis; the other one is part of the batch."""

    def __init__(self, channels: int, hidden: int, *, depth: int, dropout: float) -> None:
        super().__init__()
        self.gru = nn.GRU(
            channels, hidden, depth, batch_first=True, dropout=dropout, bidirectional=True
        )
        self.project = nn.Linear(2 * hidden, channels)
        self.norm = nn.GroupNorm(1, channels, eps=1e-8)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, rows, steps = x.shape
        sequences = x.permute(0, 2, 3, 1).reshape(batch * rows, steps, channels)
        swept = self.project(self.gru(sequences)[0])
        return self.norm(swept.reshape(batch, rows, steps, channels).permute(0, 3, 1, 2))
