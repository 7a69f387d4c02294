"""Query encoders by name."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from soundlasso.errors import QueryError
from soundlasso.query.encoder import QueryEncoder

_MEAN = "[mean]"


def load_encoder(name: str) -> QueryEncoder:
    """Loads a query encoder.

    Args:
        name: ``minilm-4bit``, which comes with the program; ``minilm``; an id such as
            ``google/flan-t5-base``, ``prajjwal1/bert-mini`` or ``laion/larger_clap_general``; or
            a folder that holds a T5, a BERT or a CLAP. A T5's may end in a number of tokens, as
            in ``google/flan-t5-large[:50]``: queries are cut to that many. Any encoder of tokens
            with ``[mean]`` behind it, as in ``minilm[mean]``, makes one vector of a query: their
            mean, of length 1.

    Raises:
        QueryError: no encoder has that name.
        MissingDependencyError: what it needs is not installed, or cannot be downloaded.
        WeightsError: its files are damaged.
    """
    if name.endswith(_MEAN):
        from soundlasso.query.mean import MeanEmbedder

        return MeanEmbedder(load_encoder(name.removesuffix(_MEAN)))
    if name == "minilm-4bit":
        from soundlasso.query.small_minilm import SmallMiniLm

        return SmallMiniLm()
    if name == "minilm":
        from soundlasso.query.minilm import MiniLm

        return MiniLm()
    if _is_of(name, "bert", lambda stem: stem.startswith("bert-")):
        from soundlasso.query.bert import load_bert

        return load_bert(name)
    if _is_of(name, "clap", lambda stem: "clap" in stem):
        from soundlasso.query.clap import ClapEncoder

        return ClapEncoder.from_pretrained(name)
    stem, most = _cut(name)
    if "flan-t5" in stem or Path(stem).is_dir():
        from soundlasso.query.flan_t5 import FlanT5

        return FlanT5(stem) if most is None else FlanT5(stem, max_tokens=most)
    raise QueryError(
        f"no query encoder is called {name!r}; there are minilm-4bit, minilm, "
        "google/flan-t5-*, laion/*clap*, and BERTs such as prajjwal1/bert-mini"
    )


def _is_of(name: str, kind: str, is_called: Callable[[str], bool]) -> bool:
    """Whether a folder says that it holds a model of a kind, or an id is of one."""
    folder = Path(name)
    if not folder.is_dir():
        return "/" in name and is_called(folder.name)
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and settings.get("model_type") == kind


def _cut(name: str) -> tuple[str, int | None]:
    """A name without its number of tokens, and that number."""
    match = re.fullmatch(r"(.+)\[:([1-9]\d*)\]", name)
    return (match[1], int(match[2])) if match else (name, None)
