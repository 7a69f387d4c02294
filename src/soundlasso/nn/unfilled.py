"""Making networks whose weights are read at once, without drawing random ones first."""

from collections.abc import Callable, Iterable
from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

_DRAWING = (nn.init.kaiming_uniform_, nn.init.normal_, nn.init.uniform_)
"""What linear layers, convolutions and embeddings begin with."""


class Unfilled(TorchFunctionMode):
    """Within ``with Unfilled():``, weights of new layers hold whatever lies in memory.

    Torch's ``meta`` device does the same, but its first use imports for seconds. Fill all of them,
    best by ``load_state_dict(..., strict=True, assign=True)``, which copies nothing.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Leaves a tensor as it is where it was to be filled with random numbers."""
        given = kwargs or {}
        if func in _DRAWING:
            return given["tensor"] if "tensor" in given else args[0]
        return func(*args, **given)
