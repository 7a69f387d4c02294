"""What comes of a published checkpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from soundlasso.errors import WeightsError


@dataclass(frozen=True)
class Converted:
    """A published state dict in this project's terms.

    Attributes:
        config: The architecture's numbers, read from the shapes where the file does not say.
        state: The weights under this project's names.
        ignored: Keys of the published file that nothing needs, each on purpose.
    """

    config: dict[str, Any]
    state: dict[str, Tensor]
    ignored: tuple[str, ...]


def rename_strictly(
    published: Mapping[str, Tensor],
    rename: Callable[[str], str | None],
    *,
    ignored: Callable[[str], bool],
) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """Renames every key, or names it as one to ignore.

    Args:
        published: The state dict, without the prefix of its file.
        rename: From a published key to ours; ``None`` for a key that it does not know.
        ignored: Whether a key is one that nothing needs.

    Returns:
        The renamed state dict, and the keys that were ignored.

    Raises:
        WeightsError: a key is neither known nor to be ignored, or two become one; names it.
    """
    state: dict[str, Tensor] = {}
    dropped: list[str] = []
    for key, value in published.items():
        if ignored(key):
            dropped.append(key)
            continue
        name = rename(key)
        if name is None:
            raise WeightsError(f"the checkpoint has a key that its architecture has not: {key}")
        if name in state:
            raise WeightsError(f"two keys of the checkpoint would become {name}; one is {key}")
        state[name] = value
    return state, tuple(dropped)
