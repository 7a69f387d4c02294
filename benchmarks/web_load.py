"""The page under load: many clients at once send recordings, follow them, and fetch what came out.

    python benchmarks/web_load.py [--clients 50] [--seconds 2] [--server gunicorn]

Starts ``soundlasso serve`` with the default model on a folder of its own. Each client sends a
recording of noise, follows its job by server-sent events to its end, fetches the target, and
checks its length. Meanwhile the page and the health are asked for again and again. Prints a JSON
object, and exits with status 1 if anything was lost or failed.
"""

import argparse
import datetime
import http.client
import io
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

RATE = 44_100
PATIENCE = 900.0
PAUSE = 0.1


@dataclass
class Figures:
    """What was measured, in seconds."""

    page: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def recording(seconds: float, seed: int) -> bytes:
    """A stereo wav file of noise."""
    noise = np.random.default_rng(seed).standard_normal((round(seconds * RATE), 2)) * 0.1
    file = io.BytesIO()
    soundfile.write(file, noise.astype(np.float32), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def form(content: bytes, query: str) -> tuple[bytes, str]:
    """A form as browsers send it, and its content type."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="query"\r\n\r\n{query}\r\n'
    head += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return head.encode() + content + f"\r\n--{mark}--\r\n".encode(), (
        f"multipart/form-data; boundary={mark}"
    )


def follow(port: int, job: str) -> dict[str, Any]:
    """Reads a job's events until its end."""
    last: dict[str, Any] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", f"/api/v1/separations/{job}/events")
    response = connection.getresponse()
    if response.status != 200:
        raise RuntimeError(f"events answered {response.status}")
    for line in response:
        if line.startswith(b"data: "):
            last = json.loads(line[6:])
    connection.close()
    return last


def client(port: int, number: int, seconds: float, start: threading.Barrier, out: Figures) -> None:
    """One visitor, from upload to download."""
    body, kind = form(recording(seconds, number), "a dog barking")
    start.wait()
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", "/api/v1/separations", body, {"Content-Type": kind})
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    out.accepted.append(time.perf_counter() - begun)
    if response.status != 202:
        out.lost.append(f"client {number}: {response.status} {answer}")
        return
    job = follow(port, answer["id"])
    out.states.append(job.get("state", "unknown"))
    if job.get("state") != "done":
        out.lost.append(f"client {number}: {job}")
        return
    # A new one, since servers close what was idle while the job ran.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", job["results"][0]["target"]["wav"])
    target, rate = soundfile.read(io.BytesIO(connection.getresponse().read()))
    connection.close()
    if (len(target), rate) != (round(seconds * RATE), RATE):
        out.lost.append(f"client {number}: {len(target)} samples at {rate} Hz")
    out.whole.append(time.perf_counter() - begun)


def watch(port: int, stop: threading.Event, out: Figures) -> None:
    """Asks for the page, with a new connection each time, until told to stop."""
    while not stop.wait(PAUSE):
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        connection.close()
        out.page.append(time.perf_counter() - begun)
        if response.status != 200:
            out.lost.append(f"the page answered {response.status}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def serve(folder: Path, port: int, *options: str) -> subprocess.Popen[bytes]:
    """Starts the server and waits until its worker is there."""
    command = [sys.executable, "-m", "soundlasso", "serve", "--no-browser", "--port", str(port)]
    command += ["--data", str(folder), "--rate", "100000/minute", *options]
    process = subprocess.Popen(command)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/api/v1/health")
            if json.loads(connection.getresponse().read())["status"] == "ok":
                return process
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.2)
    raise RuntimeError("the server did not start")


def percentile(values: list[float], share: int) -> float:
    """Of several values, the one that a share in hundredths of them do not exceed."""
    return round(statistics.quantiles(values, n=100, method="inclusive")[share - 1], 3)


def measure(clients: int, seconds: float, server: str) -> dict[str, Any]:
    """All figures."""
    out, stop, start = Figures(), threading.Event(), threading.Barrier(clients)
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        process = serve(Path(name) / "data", port, "--server", server)
        try:
            watcher = threading.Thread(target=watch, args=(port, stop, out))
            watcher.start()
            begun = time.perf_counter()
            with ThreadPoolExecutor(clients) as pool:
                runs = [
                    pool.submit(client, port, number, seconds, start, out)
                    for number in range(clients)
                ]
            wall = time.perf_counter() - begun
            out.lost += [str(run.exception()) for run in runs if run.exception() is not None]
            stop.set()
            watcher.join()
        finally:
            process.terminate()
            process.wait(30)
    return {
        "clients": clients,
        "seconds_each": seconds,
        "server": server,
        "done": out.states.count("done"),
        "lost": out.lost,
        "page_median": percentile(out.page, 50),
        "page_95": percentile(out.page, 95),
        "page_longest": round(max(out.page), 3),
        "page_requests": len(out.page),
        "accepted_95": percentile(out.accepted, 95),
        "all_done_after": round(wall, 1),
        "machine": f"{os.cpu_count()} x {platform.processor() or platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
        "date": datetime.date.today().isoformat(),
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--server", default="auto")
    options = parser.parse_args()
    figures = measure(options.clients, options.seconds, options.server)
    print(json.dumps(figures, indent=1))
    sys.exit(1 if figures["lost"] or figures["done"] != options.clients else 0)


if __name__ == "__main__":
    main()
