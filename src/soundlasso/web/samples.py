"""The recordings that come with the page, to try it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """A recording that comes with the page.

    Attributes:
        name: Its file's name without the ending.
        title: For people.
        queries: What it is worth asking for.
        seconds: How long it is.
        file: Its file's name.
        credit: Who made it, and its licence.
    """

    name: str
    title: str
    queries: tuple[str, ...]
    seconds: float
    file: str
    credit: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.file


@cache
def samples() -> dict[str, Sample]:
    """All of them, by name."""
    listed = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))
    made = [Sample(**{**item, "queries": tuple(item["queries"])}) for item in listed]
    return {sample.name: sample for sample in made}
