"""The fixture that runs the command line, borrowed from its own tests."""

from tests.cli.conftest import run

__all__ = ["run"]
