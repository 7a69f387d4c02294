"""A server in processes of its own, as people run it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web.conftest import sound

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0


def until(is_so: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Waits until something is so, and gives what it is."""
    end = time.monotonic() + patience
    while not (value := is_so()):
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.05)
    return value


class Running:
    """A server that runs, and its API."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Status and content of an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=data, headers=named)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def get(self, path: str) -> Any:
        status, content = self.ask(path)
        assert status == 200, content
        return json.loads(content)

    def send(self, query: str, content: bytes | None = None) -> str:
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="query"\r\n\r\n{query}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            'filename="street.wav"\r\n\r\n'
        )
        content = sound() if content is None else content
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        status, answer = self.ask("/api/v1/separations", body, Content_Type=kind)
        assert status == 202, answer
        return str(json.loads(answer)["id"])

    def show(self, job: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.get(f"/api/v1/separations/{job}")
        return shown

    def wait(self, job: str, *states: str) -> dict[str, Any]:
        wanted = states or ("done", "failed", "cancelled")

        def reached() -> dict[str, Any] | None:
            shown = self.show(job)
            return shown if shown["state"] in wanted else None

        found: dict[str, Any] = until(reached)
        return found


def children(process: int) -> list[int]:
    """Processes that a process has started, and those that they have."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == process:
            child = int(path.parent.name)
            found += [child, *children(child)]
    return found


@contextmanager
def running(folder: Path, kind: str = "gunicorn", **numbers: int) -> Iterator[Running]:
    """Starts a server on a folder; ends it, however it is, at the end."""
    port_file = folder.with_name(folder.name + ".port")
    port_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.web.served", str(folder), str(port_file), kind]
    command += [f"{name}={number}" for name, number in numbers.items()]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: port_file.exists() or process.poll() is not None)
        assert process.poll() is None
        yield Running(process, int(port_file.read_text()))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
