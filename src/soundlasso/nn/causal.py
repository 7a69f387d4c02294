"""Layers that look only at the present and the past, and can go on frame by frame.

In training and on files they see all frames at once, with zeros before the first. In live use a
`Memory` keeps for each layer the last frames that it saw, and whatever way the frames are cut,
the results are those of seeing all at once.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Memory:
    """What causal layers keep of the frames before, one recording's at a time."""

    def __init__(self) -> None:
        """Begins before the first frame."""
        self._kept: dict[object, Tensor] = {}

    def extend(self, owner: object, x: Tensor, frames: int) -> Tensor:
        """Puts the ``frames`` frames before ``x`` in front of it and keeps the last ones.

        Args:
            owner: Whose frames they are, such as a layer.
            x: ``... N``.
            frames: How many are needed.

        Returns:
            ``... frames + N``.
        """
        before = self._kept.get(owner)
        if before is None:
            before = x.new_zeros(*x.shape[:-1], frames)
        joined = torch.cat([before, x], dim=-1)
        self._kept[owner] = joined[..., joined.shape[-1] - frames :]
        return joined


def with_past(owner: object, x: Tensor, frames: int, memory: Memory | None) -> Tensor:
    """``x``, ``... N``, with ``frames`` frames before it: from ``memory``, or zeros."""
    if memory is None:
        return F.pad(x, (frames, 0))
    return memory.extend(owner, x, frames)


class CausalConv2d(nn.Module):
    """A convolution over bands and frames, ``B C F N`` to ``B C' F N``, that sees no future."""

    def __init__(
        self, channels: int, out_channels: int, *, frames: int = 3, dilation: int = 1
    ) -> None:
        """Makes the layer.

        Args:
            channels: Of the input.
            out_channels: Of the output.
            frames: Length of the kernel; it spans three bands.
            dilation: Along frames.
        """
        super().__init__()
        self.past = (frames - 1) * dilation
        self.conv = nn.Conv2d(
            channels,
            out_channels,
            (3, frames),
            padding=(1, 0),
            dilation=(1, dilation),
            bias=False,
        )

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        """Applies the convolution."""
        out: Tensor = self.conv(with_past(self, x, self.past, memory))
        return out


class CausalConv1d(nn.Module):
    """A convolution over frames, ``B C N`` to ``B C' N``, that sees no future."""

    def __init__(
        self, channels: int, out_channels: int, *, frames: int = 3, dilation: int = 1
    ) -> None:
        """Makes the layer; see `CausalConv2d`."""
        super().__init__()
        self.past = (frames - 1) * dilation
        self.conv = nn.Conv1d(channels, out_channels, frames, dilation=dilation, bias=False)

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        """Applies the convolution."""
        out: Tensor = self.conv(with_past(self, x, self.past, memory))
        return out


class CausalMean(nn.Module):
    """The mean of the last frames that there are, the present one among them: ``B F N``."""

    def __init__(self, frames: int) -> None:
        """Makes the layer; ``frames`` is how many are averaged at most."""
        super().__init__()
        self.past = frames - 1

    def forward(self, x: Tensor, memory: Memory | None = None) -> Tensor:
        """Averages."""
        # A row of ones is averaged with them: it counts the frames that there are.
        counted = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        extended = with_past(self, counted, self.past, memory)
        means = F.avg_pool1d(extended, self.past + 1, stride=1)
        return means[:, :-1] / means[:, -1:]
