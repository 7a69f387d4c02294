"""What requests need of the program around them."""

from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import cast

from flask import Flask, current_app

from soundlasso.web.jobs import JobQueue
from soundlasso.web.prober import Prober
from soundlasso.web.settings import Settings
from soundlasso.web.store import Store
from soundlasso.web.worker import Worker
from soundlasso.zoo.card import Card

_KEY = "soundlasso"


@dataclass(frozen=True)
class Site:
    """What every application has.

    Attributes:
        settings: Its limits.
    """

    settings: Settings

    def start(self) -> None:
        """Starts the processes."""

    def close(self) -> None:
        """Ends the processes."""


@dataclass(frozen=True)
class Services(Site):
    """The parts of a running server.

    Attributes:
        store: The jobs.
        queue: Their order.
        prober: Looks at uploads.
        worker: Works on jobs.
        models: The cards of the models that may be chosen, by what `settings` calls them.
        streams: One for each client that may follow a job.
    """

    store: Store
    queue: JobQueue
    prober: Prober
    worker: Worker
    models: dict[str, Card]
    streams: BoundedSemaphore = field(repr=False)

    def start(self) -> None:
        """Starts the process that works on jobs."""
        self.worker.start()

    def close(self) -> None:
        """Ends the processes."""
        if self.worker.stop():
            # It did not end by what it was doing.
            self.store.put_back()
        self.prober.close()


def install(app: Flask, services: Site) -> None:
    """Makes services known to an application."""
    app.extensions[_KEY] = services


def services(app: Flask | None = None) -> Services:
    """The services of an application; of the one that answers the request when ``None``."""
    return cast(Services, (app or current_app).extensions[_KEY])
