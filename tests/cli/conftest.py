"""Running the command line inside the test's own process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from soundlasso.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> list[str]:
        """The lines on standard error."""
        return self.err.strip().splitlines()


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Runs ``soundlasso ARGUMENTS``."""

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["soundlasso", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            status = 0
        except SystemExit as exit:
            status = exit.code if isinstance(exit.code, int) else int(bool(exit.code))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Outcome(status, printed.out, printed.err)

    return call
