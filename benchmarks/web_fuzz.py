"""The page and bad input: mutated files and requests, none of which may break anything.

    python benchmarks/web_fuzz.py [--count 600] [--seed 0]

Starts ``soundlasso serve`` with the default model on a folder of its own, sends it sound files
with bytes changed, cut, repeated and swapped, other files under false names, forms that are
broken, fields and headers that make no sense. Every answer must be below 500, every error a
problem as RFC 9457 has it, every job must end, and when all jobs are deleted no file may be left.
Prints a JSON object, and exits with status 1 if anything was wrong.
"""

import argparse
import collections
import datetime
import http.client
import io
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from web_load import PATIENCE, free_port, serve

from soundlasso.web.jobs import UNEXPECTED

FORMATS = (("WAV", "PCM_16"), ("WAV", "FLOAT"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"),
           ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_24"), ("AU", "ULAW"),
           ("CAF", "ALAC_16"), ("W64", "PCM_16"), ("RF64", "PCM_16"))  # fmt: skip
OTHERS = (
    b"", b"\0", b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"fLaC", b"OggS", b"ID3\x04",
    b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile /etc/passwd\n",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><MPD>&b;</MPD>",
    b"PK\x03\x04", b"\x1f\x8b\x08", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"%PDF-1.7", b"MZ",
    b"<script>alert(1)</script>", b"\x1aE\xdf\xa3", b"\0\0\0\x18ftypmp42", b"v=0\r\no=- 0 0 IN",
)  # fmt: skip
NAMES = (
    "a.wav", "../../../etc/passwd", "..\\..\\windows\\win.ini", "/dev/null", "a\0.wav", "con", "",
    ".", "..", "x" * 3000, "\u202ewav.exe", "ü\U0001f415.flac", '"; filename="b', "%2e%2e%2f", "~",
    "a\r\nX-Evil: 1", "$(reboot)", "`id`.wav", "{{7*7}}", "<img src=x onerror=alert(1)>",
)  # fmt: skip
QUERIES = (
    "a dog", "", " ", "x" * 400, "\0", "\ud800", "' or 1=1 --", "{{7*7}}", "🐕" * 90, "../..",
    "<script>", "%00", "\n\n", "a" * 299, "-1", "NaN", "\u202e", "ﷺ" * 50,
)  # fmt: skip

Answer = tuple[int, str, bytes]


class Visitor:
    """Sends things to a server and keeps count of what it answers."""

    def __init__(self, port: int) -> None:
        """Talks to a port of this machine."""
        self._port = port
        self.answers: collections.Counter[int] = collections.Counter()
        self.wrong: list[str] = []
        self.problems: collections.Counter[str] = collections.Counter()
        self.jobs: list[str] = []

    def ask(self, what: str, method: str, path: str, body: bytes | None, **headers: str) -> None:
        """Sends a request, and judges the answer."""
        try:
            status, kind, content = self.send(method, path, body, headers)
        except ValueError:
            # The client itself knows better than to send it.
            return
        except (OSError, http.client.HTTPException) as error:
            # Servers may hang up on what is not HTTP.
            self.answers[0] += 1
            if not what.startswith("header"):
                self.wrong.append(f"{what}: {error!r}")
            return
        self.answers[status] += 1
        if status == 501 and "Transfer_Encoding" in what:
            # What RFC 9112, section 6.1, wants of a server that does not know the coding.
            return
        if status >= 500:
            self.wrong.append(f"{what}: {status} {content[:200]!r}")
        elif status >= 400 and kind != "application/problem+json" and path.startswith("/api"):
            # What is no HTTP at all is refused before the application sees it.
            if not what.startswith("header"):
                self.wrong.append(f"{what}: {status} as {kind}")
        elif status == 202:
            self.jobs.append(json.loads(content)["id"])
        if b"Traceback" in content or b"/site-packages/" in content:
            self.wrong.append(f"{what}: shows a stack trace")

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return response.status, response.headers.get_content_type(), response.read()
        finally:
            connection.close()


def sound(rng: random.Random) -> bytes:
    """A short sound file of some format."""
    form, subtype = rng.choice(FORMATS)
    rate = 48_000 if subtype == "OPUS" else rng.choice([8000, 22_050, 44_100])
    noise = np.random.default_rng(rng.randrange(1 << 30)).standard_normal((rate // 4, 2)) * 0.1
    file = io.BytesIO()
    soundfile.write(file, noise.astype(np.float32), rate, format=form, subtype=subtype)
    return file.getvalue()


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A file with some of it changed."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        kind, at = rng.randrange(6), rng.randrange(max(1, min(len(data), 4000)))
        if not data:
            break
        if kind == 0:
            data[at % len(data)] = rng.randrange(256)
        elif kind == 1:
            data[at : at + 4] = rng.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
        elif kind == 2:
            del data[rng.randrange(len(data)) :]
        elif kind == 3:
            data[at:at] = data[: rng.randrange(1, 200)]
        elif kind == 4:
            del data[at : at + rng.randrange(1, 100)]
        else:
            data[at:at] = rng.randbytes(rng.randrange(1, 300))
    return bytes(data)


def part(name: str, value: bytes, filename: str | None, mark: bytes) -> bytes:
    """One part of a form."""
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"\r\nContent-Type: text/html'
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (
        mark,
        head.encode("utf-8", "surrogatepass"),
        value,
    )


def form(fields: list[tuple[str, bytes, str | None]]) -> tuple[bytes, str]:
    """A form, and its content type."""
    mark = b"soundlasso-boundary"
    body = b"".join(part(*field, mark) for field in fields) + b"--%s--\r\n" % mark
    return body, f"multipart/form-data; boundary={mark.decode()}"


def bytes_of(text: str) -> bytes:
    """Text in UTF-8, or what comes nearest to it."""
    return text.encode("utf-8", "surrogatepass")


def bad_file(visitor: Visitor, rng: random.Random) -> None:
    """A sound file with something wrong in it."""
    body, kind = form([("query", b"a dog", None), ("file", mutated(sound(rng), rng), "a.wav")])
    visitor.ask("mutated file", "POST", "/api/v1/separations", body, Content_Type=kind)


def other_file(visitor: Visitor, rng: random.Random) -> None:
    """Something else under the name of a sound file."""
    content = rng.choice(OTHERS) + rng.randbytes(rng.choice([0, 10, 5000]))
    body, kind = form([("query", b"a dog", None), ("file", content, rng.choice(NAMES))])
    visitor.ask("other file", "POST", "/api/v1/separations", body, Content_Type=kind)


def odd_fields(visitor: Visitor, rng: random.Random) -> None:
    """A good file with fields that make no sense."""
    fields: list[tuple[str, bytes, str | None]] = [("file", sound(rng), rng.choice(NAMES))]
    for _ in range(rng.randint(0, 7)):
        name = rng.choice(["query", "query", "not", "mode", "model", "sample", "separation", "x"])
        fields.append((name, bytes_of(rng.choice(QUERIES)), rng.choice([None, None, None, "q"])))
    rng.shuffle(fields)
    body, kind = form(fields)
    visitor.ask("odd fields", "POST", "/api/v1/separations", body, Content_Type=kind)


def broken_form(visitor: Visitor, rng: random.Random) -> None:
    """A body that is not what its type says."""
    body, kind = form([("query", b"a dog", None), ("file", sound(rng), "a.wav")])
    kinds = [kind, "multipart/form-data", "multipart/form-data; boundary=", "text/plain", "x",
             "application/json", "multipart/form-data; boundary=" + "b" * 300]  # fmt: skip
    broken = mutated(body[: rng.choice([50, 400, len(body)])], rng)
    visitor.ask(
        "broken form", "POST", "/api/v1/separations", broken, Content_Type=rng.choice(kinds)
    )


def odd_address(visitor: Visitor, rng: random.Random) -> None:
    """An address that there is not, or an odd way to ask for one that there is."""
    job = rng.choice([*visitor.jobs[-5:], "1", "..", "00000000-0000-0000-0000-000000000000"])
    tail = rng.choice(["", "/sounds/target-0.wav", "/sounds/..%2f..%2fjobs.wav", "/pictures/input",
                       "/sounds/target-99.flac", "/pictures/%00", "/cancel", "/x"])  # fmt: skip
    path = rng.choice([f"/api/v1/separations/{job}{tail}", f"/static/..%2f{job}", "/%ff%fe",
                       "/api/v1/samples/..%2fsamples.json", f"/?{'a' * 3000}"])  # fmt: skip
    method = rng.choice(["GET", "GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE"])
    if method == "DELETE" and job in visitor.jobs:
        method = "GET"
    ranges = rng.choice(["bytes=0-", "bytes=9-1", "bytes=-0", "x", f"bytes=0-{10**30}"])
    visitor.ask("odd address", method, path, None, Range=ranges)


def odd_header(visitor: Visitor, rng: random.Random) -> None:
    """Headers that make no sense."""
    value = rng.choice(
        ["", "x" * 5000, "-1", "99999999999999999999", "\u00ff", "a, b, c", "*/*;q=9"]
    )
    name = rng.choice(["Host", "Content_Length", "Transfer_Encoding", "Origin", "Cookie", "Range",
                       "Authorization", "If_None_Match", "If_Modified_Since", "Accept",
                       "X_Forwarded_For", "Content_Type", "Sec_Fetch_Site"])  # fmt: skip
    path = rng.choice(["/", "/api/v1/health", "/api/v1/separations"])
    method = "POST" if path.endswith("separations") else "GET"
    visitor.ask(f"header {name}", method, path, b"" if method == "POST" else None, **{name: value})


ATTACKS: tuple[Callable[[Visitor, random.Random], None], ...] = (
    bad_file, bad_file, bad_file, other_file, odd_fields, broken_form, odd_address, odd_header,
)  # fmt: skip


def settle(visitor: Visitor) -> collections.Counter[str]:
    """Waits for the end of all jobs, deletes them, and counts how they ended."""
    states: collections.Counter[str] = collections.Counter()
    for job in visitor.jobs:
        end = time.monotonic() + PATIENCE
        state = ""
        while state not in {"done", "failed", "cancelled"} and time.monotonic() < end:
            _, _, content = visitor.send("GET", f"/api/v1/separations/{job}", None, {})
            found = json.loads(content)
            state = found["state"]
            if state in {"queued", "running"}:
                time.sleep(0.1)
        states[state] += 1
        if found["problem"] == UNEXPECTED:
            visitor.wrong.append(f"job: {UNEXPECTED}")
        elif found["problem"]:
            # Without numbers, so that alike problems are counted together.
            visitor.problems[re.sub(r"[0-9.]+", "N", found["problem"])] += 1
        visitor.send("DELETE", f"/api/v1/separations/{job}", None, {})
    return states


def measure(count: int, seed: int) -> dict[str, Any]:
    """All figures."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        process = serve(Path(name) / "data", port, "--most-waiting", str(count + 1))
        try:
            visitor = Visitor(port)
            begun = time.perf_counter()
            for _ in range(count):
                rng.choice(ATTACKS)(visitor, rng)
            states = settle(visitor)
            wall = time.perf_counter() - begun
            left = [path.name for path in (Path(name) / "data" / "jobs").rglob("*")]
            alive = process.poll() is None
        finally:
            process.terminate()
            process.wait(30)
    return {
        "sent": count,
        "seed": seed,
        "answers": {str(status): number for status, number in sorted(visitor.answers.items())},
        "jobs": dict(states),
        "why_jobs_failed": dict(visitor.problems),
        "wrong": visitor.wrong,
        "left_behind": left,
        "server_alive": alive,
        "seconds": round(wall, 1),
        "date": datetime.date.today().isoformat(),
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    figures = measure(options.count, options.seed)
    print(json.dumps(figures, indent=1))
    good = figures["server_alive"] and not figures["wrong"] and not figures["left_behind"]
    sys.exit(0 if good and not set(figures["jobs"]) - {"done", "failed"} else 1)


if __name__ == "__main__":
    main()
