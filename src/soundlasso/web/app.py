"""The Flask application and everything that it needs, put together."""

import mimetypes
from functools import partial
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from soundlasso.web.api import api
from soundlasso.web.guard import protect
from soundlasso.web.jobs import JobQueue
from soundlasso.web.listening import create_listening_app
from soundlasso.web.pages import pages
from soundlasso.web.prober import Prober
from soundlasso.web.problems import answer_with_problems, too_many
from soundlasso.web.services import Services, install
from soundlasso.web.settings import Settings
from soundlasso.web.store import Store
from soundlasso.web.worker import Worker
from soundlasso.zoo.registry import find_card

if TYPE_CHECKING:
    from soundlasso.engine.separator import Separator
    from soundlasso.web.performer import Load

_FORM_BYTES = 100_000
"""What the fields of a form may take together, without the file."""
_FORM_PARTS = 50
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def create_app(settings: Settings, load: "Load | None" = None) -> Flask:
    """Makes the application; `Services.worker` is to be started by who serves it.

    Args:
        settings: Folders and limits.
        load: Loads a model in the worker's process, by what the settings call it; must be
            importable by its name. `soundlasso.load` when ``None``.

    Raises:
        UnknownModelError: there is no such model.
        WeightsError: a model's card cannot be read.
    """
    _name_types()
    if settings.listen_test:
        return create_listening_app(settings)
    load = load or partial(_load, settings.device, settings.threads)
    app = Flask("soundlasso.web")
    app.config["MAX_CONTENT_LENGTH"] = settings.most_bytes + _FORM_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = _FORM_BYTES
    app.config["MAX_FORM_PARTS"] = _FORM_PARTS
    app.json.sort_keys = False  # type: ignore[attr-defined]
    install(app, _services(settings, load))
    answer_with_problems(app)
    protect(app)
    app.register_blueprint(api)
    app.register_blueprint(pages)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        swallow_errors=False,
        on_breach=too_many,
    )
    view: Any = app.view_functions["api.create"]
    app.view_functions["api.create"] = limiter.limit(settings.uploads)(view)
    return app


def _name_types() -> None:
    """Windows asks its registry, where scripts may be plain text, which browsers do not run."""
    for ending, kind in _TYPES.items():
        mimetypes.add_type(kind, ending)


def _services(settings: Settings, load: "Load") -> Services:
    cards = {source: find_card(source)[0] for source in settings.models}
    settings.jobs_folder.mkdir(parents=True, exist_ok=True)
    store = Store(settings.folder / "jobs.sqlite")
    return Services(
        settings=settings,
        store=store,
        queue=JobQueue(settings.folder / "queue.sqlite", store),
        prober=Prober(),
        worker=Worker(settings, load),
        models=cards,
        streams=BoundedSemaphore(settings.most_streams),
    )


def _load(device: str, threads: int | None, name: str) -> "Separator":
    """In the worker's process, which alone may import what computes."""
    from soundlasso import load

    return load(name, device=device, threads=threads)
