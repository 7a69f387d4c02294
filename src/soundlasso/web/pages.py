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


@pages.get("/")
def index() -> str:
    """The page."""
    own = services()
    settings = own.settings
    limits = {
        "bytes": settings.most_bytes,
        "seconds": settings.most_seconds,
        "queries": settings.most_queries,
        "letters": MOST_QUERY_LETTERS,
        "hours": settings.keep_hours,
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
