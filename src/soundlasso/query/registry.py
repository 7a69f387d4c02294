"""Query encoders by name."""

from pathlib import Path

from soundlasso.errors import QueryError
from soundlasso.query.encoder import QueryEncoder


def load_encoder(name: str) -> QueryEncoder:
    """Loads a query encoder.

    Args:
        name: ``minilm``, an id such as ``google/flan-t5-base``, or a folder that holds a T5.

    Raises:
        QueryError: no encoder has that name.
        MissingDependencyError: what it needs is not installed, or cannot be downloaded.
        WeightsError: its files are damaged.
    """
    if name == "minilm":
        from soundlasso.query.minilm import MiniLm

        return MiniLm()
    if "flan-t5" in name or Path(name).is_dir():
        from soundlasso.query.flan_t5 import FlanT5

        return FlanT5(name)
    raise QueryError(f"no query encoder is called {name!r}; there are minilm and google/flan-t5-*")
