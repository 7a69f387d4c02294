"""What people see: one page, which asks the API for everything else."""

from flask import Blueprint, g, render_template

from soundlasso._version import __version__
from soundlasso.web.api import MOST_QUERY_LETTERS
from soundlasso.web.samples import samples
from soundlasso.web.services import services

pages = Blueprint("pages", __name__)

EXAMPLE_QUERIES = (
    "a dog barking",
    "footsteps",
    "people talking",
    "rain",
    "birds chirping",
    "a train passing by",
    "water running",
    "a piano",
)
"""Of kinds that the default model answers well."""

_UNITS = {"hours": 3600, "minutes": 60, "seconds": 1}


@pages.get("/")
def index() -> str:
    """The page."""
    own = services()
    settings = own.settings
    limits = {
        "bytes": settings.most_bytes,
        "seconds": settings.most_seconds,
        "longest": in_words(settings.most_seconds, "minutes"),
        "queries": settings.most_queries,
        "letters": MOST_QUERY_LETTERS,
        "kept": in_words(settings.keep_hours * 3600, "hours"),
    }
    return render_template(
        "index.html",
        nonce=g.nonce,
        version=__version__,
        limits=limits,
        models=list(own.models.values()),
        samples=list(samples().values()),
        example_queries=EXAMPLE_QUERIES,
    )


def in_words(seconds: float, largest: str) -> str:
    """A time in the largest unit of which there is one, up to ``largest``: 20 minutes."""
    units = list(_UNITS)[list(_UNITS).index(largest) :]
    unit = next((unit for unit in units if seconds >= _UNITS[unit]), units[-1])
    count = f"{seconds / _UNITS[unit]:.1f}".removesuffix(".0")
    return f"{count} {unit.removesuffix('s') if count == '1' else unit}"
