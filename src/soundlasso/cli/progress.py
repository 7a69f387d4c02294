"""Progress on standard error: a bar on a terminal, a few plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from soundlasso.engine.separator import Progress

_SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def show_progress(name: str, unit: str = "s") -> Iterator[Progress]:
    """Shows how far a file is; yields what to call with how much is done and how much there is."""
    if sys.stderr.isatty():
        with _bar(name) as progress:
            yield progress
    else:
        yield _Lines(name, unit)


@contextmanager
def _bar(name: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Lines:
    """Says now and then how far it is, for logs."""

    def __init__(self, name: str, unit: str) -> None:
        self._name = name
        self._unit = unit
        self._last = time.monotonic()

    def __call__(self, done: float, total: float | None) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            of = f" of {total:.0f}" if total else ""
            sys.stderr.write(f"{self._name}: {done:.0f}{of} {self._unit}\n")
