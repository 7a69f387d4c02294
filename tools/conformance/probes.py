"""Finding the cases of a file, and listening in on a network's modules."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from torch import nn


def cases(arrays: Mapping[str, Any], *inputs: str) -> list[str]:
    """The cases that have all of these inputs, ``CASE.INPUT`` each, in order of their names."""
    found = {name.removesuffix(f".{inputs[0]}") for name in arrays if name.endswith(inputs[0])}
    return sorted(case for case in found if all(f"{case}.{one}" in arrays for one in inputs))


@contextmanager
def listen(modules: Mapping[str, nn.Module], made: dict[str, Any]) -> Iterator[None]:
    """Keeps in ``made`` what modules put out (of tuples the first part), by given names."""

    def keep(name: str) -> Any:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            made[name] = output[0] if isinstance(output, tuple) else output

        return hook

    handles = [module.register_forward_hook(keep(name)) for name, module in modules.items()]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
