"""A server without a server: the application, and a performer to be told when to work."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import soundfile
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from soundlasso.web.app import create_app
from soundlasso.web.jobs import JobQueue
from soundlasso.web.performer import Performer
from soundlasso.web.prober import Prober
from soundlasso.web.services import Services, install, services
from soundlasso.web.settings import Settings
from tests.cli.conftest import run as run
from tests.conftest import noise
from tests.web import fakes


def sound(
    seconds: float = 1.0, rate: int = 16_000, channels: int = 1, form: str = "WAV", seed: int = 0
) -> bytes:
    """A file's content."""
    file = io.BytesIO()
    soundfile.write(file, noise(channels, round(seconds * rate), seed).T, rate, format=form)
    return file.getvalue()


@dataclass
class Site:
    """An application with a client, and a worker in this process."""

    app: Flask
    client: FlaskClient
    own: Services
    queue: JobQueue

    def send(
        self, queries: str | list[str] = "a dog", content: bytes | None = None, **fields: Any
    ) -> TestResponse:
        name = fields.pop("name", "street.wav")
        data: dict[str, Any] = {"query": queries, **fields}
        if not {"sample", "separation"} & fields.keys():
            data["file"] = (io.BytesIO(sound() if content is None else content), name)
        return self.client.post("/api/v1/separations", data=data)

    def sent(self, *arguments: Any, **fields: Any) -> str:
        response = self.send(*arguments, **fields)
        assert response.status_code == 202, response.text
        return str(response.json["id"])  # type: ignore[index]

    def work(self) -> None:
        """Does all that waits."""
        while self.queue.work():
            pass

    def done(self, *arguments: Any, **fields: Any) -> dict[str, Any]:
        job = self.sent(*arguments, **fields)
        self.work()
        return self.show(job)

    def get(self, address: str, **options: Any) -> TestResponse:
        """As the client does it, but reads the whole answer and closes it."""
        return self.client.get(address, buffered=True, **options)

    def show(self, job: str) -> dict[str, Any]:
        response = self.get(f"/api/v1/separations/{job}")
        assert response.status_code == 200
        shown: dict[str, Any] = json.loads(response.data)
        return shown

    def samples(self, address: str) -> tuple[np.ndarray, int]:
        """What a link to a sound leads to, ``T C``."""
        response = self.get(address)
        assert response.status_code == 200, response.text
        return soundfile.read(io.BytesIO(response.data), dtype="float32", always_2d=True)

    def file_name(self, address: str) -> str:
        """What the browser calls what a link to a sound leads to."""
        header = self.get(address).headers["Content-Disposition"]
        return str(parse_options_header(header)[1]["filename"])

    def files(self) -> set[str]:
        """All files of all jobs."""
        folder = self.own.settings.jobs_folder
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def job_folder(self, job: str) -> Path:
        return self.own.settings.jobs_folder / str(UUID(job))


@pytest.fixture(scope="session")
def prober() -> Iterator[Prober]:
    """One process that looks at uploads, for all tests."""
    prober = Prober()
    yield prober
    prober.close()


@pytest.fixture
def make_site(tmp_path: Path, prober: Prober) -> Iterator[Callable[..., Site]]:
    """Makes a site with other settings."""
    made: list[Site] = []

    def make(**values: Any) -> Site:
        folder = values.pop("folder", tmp_path / f"served-{len(made)}")
        settings = Settings(folder=folder, **{"uploads": "10000/minute", **values})
        app = create_app(settings, fakes.load)
        app.testing = True
        own = replace(services(app), prober=prober)
        install(app, own)
        performer = Performer(settings, own.store, fakes.load)
        queue = JobQueue(folder / "queue.sqlite", own.store, performer.perform)
        made.append(Site(app, app.test_client(), own, queue))
        return made[-1]

    yield make
    for site in made:
        site.own.worker.stop()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A site with the usual settings."""
    return make_site()
