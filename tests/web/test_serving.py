"""The server in its own processes: both kinds, restarts, crashes, its end."""

import contextlib
import json
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import soundfile

from soundlasso.errors import MissingDependencyError, OptionError
from soundlasso.web import worker
from soundlasso.web.retention import remove_inputs
from soundlasso.web.server import SERVERS, open_socket, own_folder, serve
from soundlasso.web.settings import Settings
from soundlasso.web.store import MOST_ATTEMPTS, Store
from soundlasso.zoo.registry import ALIASES
from tests.web import fakes
from tests.web.conftest import Site, sound
from tests.web.running import ROOT, children, running, until

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_proc
@pytest.mark.parametrize("kind", [kind for kind in SERVERS if kind != "auto"])
def test_a_job_from_upload_to_end(tmp_path: Path, kind: str) -> None:
    with running(tmp_path / "data", kind) as server:
        job = server.send("slowly", sound(2.0))
        seen = []
        with urllib.request.urlopen(f"{server.url}/api/v1/separations/{job}/events") as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    seen.append(json.loads(line[6:]))
        states = [one["state"] for one in seen]
        assert states[-1] == "done"
        assert "running" in states
        progress = [one["progress"] for one in seen]
        assert progress == sorted(progress)
        assert len(set(progress)) > 3
        status, content = server.ask(seen[-1]["results"][0]["target"]["flac"])
        assert (status, content[:4]) == (200, b"fLaC")
        assert server.get("/api/v1/health")["status"] == "ok"
        processes = children(server.process.pid)
        assert processes
    assert server.process.returncode in {0, 130, -signal.SIGTERM}
    until(lambda: not any(map(alive, processes)), 10)


@needs_proc
def test_ctrl_c_ends_it_without_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path / "data") as server:
        server.wait(server.send("a dog"))
        processes = children(server.process.pid)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(30) == 0
    until(lambda: not any(map(alive, processes)), 10)
    assert "ERROR" not in capfd.readouterr().err


def test_the_process_that_serves_computes_nothing() -> None:
    code = "import sys, soundlasso.web.server; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_waitress_that_is_missing(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "waitress", None)
    outcome = run("serve", "--port", "0", "--data", tmp_path, "--server", "waitress")
    assert outcome.said == ["soundlasso: waitress is not installed; pip install waitress"]
    with (
        open_socket("127.0.0.1", 0) as taken,
        pytest.raises(MissingDependencyError, match="pip install waitress"),
    ):
        serve(Settings(folder=tmp_path), taken, kind="waitress")


@needs_proc
def test_jobs_survive_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running(folder) as server:
        first = server.send("slowly", sound(5.0))
        others = [server.send("a dog") for _ in range(3)]
        server.wait(first, "running")
        until(lambda: server.show(first)["progress"] > 0)
        processes = children(server.process.pid)
        # As when the machine loses its power.
        server.process.kill()
        until(lambda: not any(map(alive, processes)), 20)
    with running(folder) as server:
        assert server.wait(first)["state"] == "done"
        for job in others:
            assert server.wait(job)["state"] == "done"
        finished = [server.show(job)["finished"] for job in (first, *others)]
        assert finished == sorted(finished)


@needs_proc
def test_stopping_the_server_is_no_attempt(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    job = ""
    for _ in range(MOST_ATTEMPTS + 1):
        with running(folder) as server:
            job = job or server.send("slowly", sound(5.0))
            server.wait(job, "running")
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(30)
        found = Store(folder / "jobs.sqlite").get(UUID(job))
        assert found is not None
        assert (found.state, found.attempts) == ("queued", 0)
    with running(folder) as server:
        assert server.wait(job)["state"] == "done"


def test_what_was_cancelled_does_not_go_on_after_a_stop(site: Site) -> None:
    job, other = UUID(site.sent()), UUID(site.sent())
    store = site.own.store
    store.begin(job)
    store.cancel(job)
    store.put_back()
    assert store.recover() == [other]
    assert site.show(str(job))["state"] == "cancelled"


def test_files_of_what_failed_while_the_worker_was_away_are_removed(site: Site) -> None:
    failed, waiting = UUID(site.sent()), site.sent()
    for _ in range(MOST_ATTEMPTS):
        site.own.store.begin(failed)
        site.own.store.recover()
    assert site.show(str(failed))["state"] == "failed"
    remove_inputs(site.own.settings, site.own.store)
    assert site.files() == {f"{waiting}/input"}
    site.work()
    done = site.files()
    remove_inputs(site.own.settings, site.own.store)
    assert site.files() == done != set()


@needs_proc
def test_a_recording_that_brings_the_worker_down(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        deadly, harmless = server.send("die"), server.send("a dog")
        assert server.wait(harmless)["state"] == "done"
        shown = server.show(deadly)
        assert shown["state"] == "failed"
        assert "ended twice" in shown["problem"]
        assert server.get("/api/v1/health")["status"] == "ok"


def test_a_worker_that_hangs_in_what_nobody_wants_is_ended(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "_MOST_SECONDS_UNHEARD", 1.0)
    hanging, harmless = site.sent("hang"), site.sent("a dog")
    kept = worker.Worker(site.own.settings, fakes.load)
    begin, failures = kept._context.Process, [OSError("no memory")]

    def begin_later(**options: Any) -> Any:
        if failures:
            raise failures.pop()
        return begin(**options)

    monkeypatch.setattr(kept._context, "Process", begin_later)
    kept.start()
    try:
        until(lambda: site.show(hanging)["state"] == "running")
        site.own.store.cancel(UUID(hanging))
        until(lambda: site.show(harmless)["state"] == "done")
        assert site.show(hanging)["state"] == "cancelled"
    finally:
        kept.stop()
    assert "the worker cannot be started" in caplog.text
    assert "the worker hangs" in caplog.text


@needs_proc
def test_cancelling_and_deleting_what_runs(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        cancelled, deleted = server.send("slowly", sound(30.0)), server.send("slowly", sound(30.0))
        server.wait(cancelled, "running")
        server.ask(f"/api/v1/separations/{cancelled}/cancel", b"")
        assert server.wait(cancelled)["state"] == "cancelled"
        server.wait(deleted, "running")
        request = urllib.request.Request(
            f"{server.url}/api/v1/separations/{deleted}", method="DELETE"
        )
        urllib.request.urlopen(request).close()
        assert server.ask(f"/api/v1/separations/{deleted}")[0] == 404
        jobs = tmp_path / "data" / "jobs"
        until(lambda: not list(jobs.iterdir()))
        assert server.wait(server.send("a dog"))["state"] == "done"


@needs_proc
@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_the_documents_curl_lines(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL))
    lines = [line for line in blocks.splitlines() if line.startswith("curl ")]
    assert len(lines) >= 9
    (tmp_path / "street.wav").write_bytes(sound())
    with running(tmp_path / "data") as server:
        job = ""
        for line in lines:
            command = line.replace("http://127.0.0.1:8137", server.url).replace("$ID", job)
            words = [*shlex.split(command, comments=True), "--fail", "--silent", "--show-error"]
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
            assert done.returncode == 0, (line, done.stderr)
            if not job:
                job = str(json.loads(done.stdout)["id"])
                server.wait(job)
    residual, rate = soundfile.read(tmp_path / "street-a-dog-barking.residual.flac")
    assert (len(residual), rate) == (16_000, 16_000)


def test_two_servers_on_one_folder(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "data")
    with (
        own_folder(settings),
        pytest.raises(OptionError, match="another server keeps its jobs there"),
        own_folder(settings),
    ):
        pass
    with own_folder(settings):
        assert (settings.folder.stat().st_mode & 0o077) == 0


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with (
        pytest.raises(OptionError, match="cannot be used"),
        own_folder(Settings(folder=tmp_path / "data")),
    ):
        pass


@pytest.mark.parametrize("name", ["jobs.sqlite", "queue.sqlite"])
def test_a_database_that_is_damaged(
    run: Callable[..., Any], served: list[Any], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"SQLite is something else, " * 100)
    outcome = run("serve", "--port", "0", "--data", tmp_path, "--no-browser")
    assert outcome.status == 1
    (line,) = outcome.said
    assert f"{name}: cannot be used: file is not a database" in line
    assert served == []


def test_a_database_with_a_damaged_page(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path)
    path = tmp_path / "jobs.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("create table jobs (wish text)")
        connection.execute("insert into jobs values (zeroblob(100000))")
        connection.commit()
    with own_folder(settings):
        pass
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with (
        pytest.raises(OptionError, match=r"cannot be used: .*put back a copy"),
        own_folder(settings),
    ):
        pass


def test_a_port_that_is_taken() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OptionError, match=f"port {port}: .*; choose another --port"):
            open_socket("127.0.0.1", port)


def test_a_server_that_there_is_not(tmp_path: Path) -> None:
    with open_socket("127.0.0.1", 0) as taken, pytest.raises(OptionError, match="no server called"):
        serve(Settings(folder=tmp_path), taken, kind="apache")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []

    def note(settings: Settings, taken: Any, kind: str) -> None:
        calls.append((settings, taken.getsockname(), kind))
        taken.close()

    monkeypatch.setattr("soundlasso.web.server.serve", note)
    return calls


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    monkeypatch.setattr("webbrowser.open", addresses.append)
    return addresses


def test_the_command(
    run: Callable[..., Any], served: list[Any], opened: list[str], tmp_path: Path
) -> None:
    outcome = run("serve", "--port", "0", "--data", tmp_path / "data", "--most-minutes", "3")
    assert outcome.status == 0
    ((settings, (host, port), kind),) = served
    assert host == "127.0.0.1"
    assert f"http://127.0.0.1:{port}/" in outcome.err
    assert settings.most_seconds == 180
    assert settings.token is None
    assert settings.models[0] == "default"
    assert "127.0.0.1" in settings.hosts
    assert kind == "auto"
    until(lambda: opened, 5)
    assert opened == [f"http://127.0.0.1:{port}/"]


def test_beyond_this_machine_there_is_a_token(
    run: Callable[..., Any], served: list[Any], opened: list[str], tmp_path: Path
) -> None:
    options = ["serve", "--port", "0", "--data", tmp_path / "data", "--no-browser"]
    outcome = run(*options, "--host", "0.0.0.0")
    assert "enter?token=" in outcome.err
    run(*options, "--host", "0.0.0.0", "--token", "")
    run(*options, "--token", "swordfish")
    made, none, own = (settings for settings, *_ in served)
    assert len(made.token) >= 12
    assert made.hosts == ()
    assert none.token is None
    assert own.token == "swordfish"
    time.sleep(0.1)
    assert opened == []


def test_models_to_offer(run: Callable[..., Any], served: list[Any], tiny_card: Path,
                         tmp_path: Path) -> None:  # fmt: skip
    options = ["serve", "--port", "0", "--data", tmp_path / "data", "--no-browser"]
    run(*options, "-m", tiny_card, "-m", "default", "-m", ALIASES["default"])
    assert served[0][0].models == (str(tiny_card), "default")
    assert "no model is called 'x'" in run(*options, "-m", "x").err


def test_options_that_cannot_work(run: Callable[..., Any], tmp_path: Path) -> None:
    options = ["serve", "--port", "0", "--data", tmp_path / "data", "--no-browser"]
    for wrong, said in (("--rate", "a rate is written"), ("--token", "8 to 200 letters"),
                        ("--server", "there is no server")):  # fmt: skip
        outcome = run(*options, wrong, "x")
        assert outcome.status == 1
        # No address is announced.
        (line,) = outcome.said
        assert said in line
