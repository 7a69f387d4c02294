"""More than one wish at once: to hear a sound, but not another; to hear all but some.

Sounds are kept out in one pass with hearing the others. A model with gains does it itself; for
any other model, what it gives for the unwanted sounds tells how much of each bin and frame of
the mixture they hold, and that much is taken away by the same rule.
"""

from typing import Any

import torch
from torch import Tensor

from soundlasso.dsp.masks import keep_out
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Answer, SeparationModel, Wish, WishingModel

_WINDOW_SECONDS = 0.064
_OVERLAP = 4
_SILENT = 1e-9


def to_hear(wanted: int, unwanted: int) -> list[Wish]:
    """To hear the first queries one by one, and nothing of those behind them."""
    others = tuple(range(wanted, wanted + unwanted))
    return [Wish(index, others) for index in range(wanted)]


def to_remove(count: int) -> list[Wish]:
    """To hear each query, and at last everything but all of them."""
    return [*to_hear(count, 0), Wish(None, tuple(range(count)))]


def wished_gains(gains: list[Tensor], wish: Wish) -> Tensor:
    """The gains that a wish comes to, of those of all queries alone, of any one shape."""
    wanted = torch.ones_like(gains[0]) if wish.wanted is None else gains[wish.wanted]
    return keep_out(wanted, [gains[index] for index in wish.unwanted], wish.share)


def grant(
    model: SeparationModel,
    mixture: Tensor,
    sample_rate: int,
    conditions: list[Any],
    wishes: list[Wish],
) -> Answer:
    """A model's answer to wishes, or the best that can be made of its targets.

    Args:
        model: Who separates.
        mixture: ``C T``.
        sample_rate: In Hz.
        conditions: Of the queries that the wishes speak of.
        wishes: At least one.
    """
    if isinstance(model, WishingModel):
        return model.answer(mixture, sample_rate, conditions, wishes)
    targets = model.separate(mixture, sample_rate, conditions)
    stft = Stft.of_seconds(_WINDOW_SECONDS, _WINDOW_SECONDS / _OVERLAP, sample_rate)
    return Answer(torch.stack([_made(mixture, targets, wish, stft) for wish in wishes]), None)


def _made(mixture: Tensor, targets: Tensor, wish: Wish, stft: Stft) -> Tensor:
    """What a wish comes to, of the targets of all queries alone: ``C T``."""
    if wish.wanted is None and len(wish.unwanted) == 1:
        return mixture - targets[wish.unwanted[0]]
    wanted = mixture if wish.wanted is None else targets[wish.wanted]
    if not wish.unwanted:
        return wanted
    whole = _magnitude(stft.forward(mixture)).clamp_min(_SILENT)
    shares = [
        (_magnitude(stft.forward(targets[index])) / whole).clamp_max(1.0) for index in wish.unwanted
    ]
    gains = keep_out(torch.ones_like(whole), shares, wish.share)
    return stft.inverse(stft.forward(wanted) * gains, mixture.shape[-1])


def _magnitude(spectrum: Tensor) -> Tensor:
    """Of all channels together, so that they share one set of gains: ``F N``."""
    return spectrum.abs().square().mean(0).sqrt()
