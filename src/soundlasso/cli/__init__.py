"""The command line: parse, call the library, print. Nothing imports it.

Only what ``--help`` shows is imported at once; a command imports the library when it runs.
"""

import io
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import typer

from soundlasso._version import __version__
from soundlasso.cli.compare import compare
from soundlasso.cli.corpus import app as corpus_app
from soundlasso.cli.datasets import app as datasets_app
from soundlasso.cli.evaluate import evaluate
from soundlasso.cli.import_ import import_
from soundlasso.cli.listen_test import app as listen_test_app
from soundlasso.cli.live import live
from soundlasso.cli.models import models
from soundlasso.cli.recipes import recipes
from soundlasso.cli.separate import separate
from soundlasso.cli.serve import serve
from soundlasso.cli.train import export, train
from soundlasso.errors import SoundLassoError

app = typer.Typer(
    name="soundlasso",
    help="Type what you want to hear and get that sound out of any recording.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(separate)
app.command()(live)
app.command()(models)
app.command("import")(import_)
app.command()(serve)
app.command()(evaluate)
app.command()(compare)
app.command()(recipes)
app.command()(train)
app.command()(export)
app.add_typer(corpus_app, name="corpus")
app.add_typer(datasets_app, name="datasets")
app.add_typer(listen_test_app, name="listen-test")

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells count it."""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"soundlasso {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


class _InterruptedError(BaseException):
    """Ctrl-C or a request to end; not an error, so nothing but `main` may catch it."""


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _InterruptedError


def _prepare_streams() -> None:
    """Makes printing harmless, whatever there is to print to."""
    # Python has none of what the shell closed.
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files need not be valid text; what was read so is printed as it was, where that
        # can be.
        is_unicode = sys.stdout.encoding.lower().startswith("utf")
        sys.stdout.reconfigure(errors="surrogateescape" if is_unicode else "backslashreplace")


def main() -> None:
    """Runs the command line; errors that were foreseen become one line and exit status 1."""
    # Being stopped by another program must tidy up as Ctrl-C does.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    # Windows has no hang-ups, and what was started with nohup outlives them.
    if (hang_up := getattr(signal, "SIGHUP", None)) is not None and (
        signal.getsignal(hang_up) is not signal.SIG_IGN
    ):
        signal.signal(hang_up, _interrupt)
    _prepare_streams()
    try:
        app()
    except SoundLassoError as error:
        typer.echo(f"soundlasso: {error}", err=True)
        sys.exit(1)
    except MemoryError:
        typer.echo("soundlasso: there is not enough memory for it", err=True)
        sys.exit(1)
    except _InterruptedError:
        typer.echo("soundlasso: interrupted; nothing incomplete was left behind", err=True)
        sys.exit(INTERRUPTED)
