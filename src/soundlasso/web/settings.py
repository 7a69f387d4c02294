"""What may be set about the server, and its limits."""

import re
from dataclasses import dataclass
from pathlib import Path

from soundlasso.errors import OptionError

INPUT = "input"
"""What an upload is called in its job's folder."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Settings:
    """How the server behaves.

    Attributes:
        folder: Where jobs, recordings and results are kept; made absolute.
        models: Names or cards of the models that may be chosen; the first is the default.
        device: What to compute on; see `soundlasso.load`.
        threads: CPU threads of the worker; all of them when ``None``.
        hosts: The names that requests may be for; any when empty. On loopback this keeps
            other web sites from reaching the server through a name of their own.
        token: What visitors must know; nothing when ``None``.
        most_bytes: Of an upload.
        most_seconds: Of a recording.
        most_queries: Of one job.
        most_waiting: Jobs in the queue; more are refused.
        most_streams: Clients that may follow jobs at the same time.
        uploads: How many jobs an address may send in how long, as ``60/minute``.
        keep_hours: After which finished jobs are removed.
        keep_bytes: Of all jobs together; beyond it, the oldest finished ones are removed.
        listen_test: Whether the folder holds a listening test, which is shown instead of the page.
    """

    folder: Path
    models: tuple[str, ...] = ("default",)
    device: str = "auto"
    threads: int | None = None
    hosts: tuple[str, ...] = LOOPBACK
    token: str | None = None
    most_bytes: int = 300_000_000
    most_seconds: float = 1200.0
    most_queries: int = 5
    most_waiting: int = 64
    most_streams: int = 96
    uploads: str = "60/minute"
    keep_hours: float = 24.0
    keep_bytes: int = 10_000_000_000
    listen_test: bool = False

    def __post_init__(self) -> None:
        """Refuses what cannot work."""
        # Flask takes relative paths to be in its package.
        object.__setattr__(self, "folder", self.folder.absolute())
        if not self.models:
            raise OptionError("name at least one model")
        if not re.fullmatch(r"[1-9]\d{0,8}/(second|minute|hour|day)", self.uploads):
            raise OptionError(f"a rate is written like 60/minute, not {self.uploads!r}")
        if self.token is not None and not re.fullmatch(r"[!-~]{8,200}", self.token):
            raise OptionError("a token must have 8 to 200 letters, digits or signs, and no spaces")

    @property
    def most_samples(self) -> int:
        """Samples of all channels of a recording: its longest at 48 kHz in stereo."""
        return round(self.most_seconds * 96_000)

    def longest(self, channels: int, sample_rate: int) -> float:
        """How long a recording of so many channels and samples a second may be, in seconds."""
        return min(self.most_seconds, self.most_samples / (channels * sample_rate))

    @property
    def jobs_folder(self) -> Path:
        """Where each job has a folder, named by its id."""
        return self.folder / "jobs"
