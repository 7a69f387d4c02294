"""Watching inner maps: what modules gave, by the names that the published network has for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from torch import Tensor, nn


@contextmanager
def watched(network: nn.Module, places: Mapping[str, str]) -> Iterator[dict[str, Tensor]]:
    """Collects what modules give while the context lasts.

    Args:
        network: Ours.
        places: From a published module's path to the path of ours that has the same output.

    Yields:
        The latest outputs by published path; a module that did not run is missing.
    """
    found: dict[str, Tensor] = {}

    def keep(place: str) -> object:
        def hook(module: nn.Module, inputs: object, output: Tensor) -> None:
            found[place] = output

        return hook

    handles = [
        network.get_submodule(ours).register_forward_hook(keep(theirs))  # type: ignore[arg-type]
        for theirs, ours in places.items()
    ]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def probes(case: str, found: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Pairs of an array's name and our map, for probes."""
    for place, output in found.items():
        yield f"{case}.probe.{place}", output
