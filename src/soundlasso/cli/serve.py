"""``soundlasso serve``."""

import secrets
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundlasso.errors import MissingDependencyError, OptionError

if TYPE_CHECKING:
    from soundlasso.web.settings import Settings

_ANY_HOST = ("0.0.0.0", "::")


def serve(
    port: Annotated[int, typer.Option(help="0 takes any that is free.", min=0, max=65535)] = 8137,
    host: Annotated[
        str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", "-m", help="Offer these models, the first unless asked. Many times."
        ),
    ] = None,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads of the model.", min=1)] = None,
    data: Annotated[
        Path | None, typer.Option(help="Where recordings and results are kept for a while.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="SOUNDLASSO_TOKEN",
            help="What visitors must know. Beyond this machine one is made up; '' asks for none.",
        ),
    ] = None,
    most_minutes: Annotated[float, typer.Option(help="Longest recording.", min=0.1)] = 20.0,
    most_megabytes: Annotated[int, typer.Option(help="Largest upload.", min=1)] = 300,
    most_waiting: Annotated[int, typer.Option(help="Jobs in the queue.", min=1)] = 64,
    rate: Annotated[
        str, typer.Option(help="Jobs that one address may send, as in 60/minute.")
    ] = "60/minute",
    keep_hours: Annotated[float, typer.Option(help="Results are removed after.", min=0.0)] = 24.0,
    keep_gigabytes: Annotated[
        float, typer.Option(help="The oldest results go beyond.", min=0.0)
    ] = 10.0,
    server: Annotated[str, typer.Option(help="gunicorn, waitress or auto.")] = "auto",
    listen_test: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Show this listening test instead; see listen-test."),
    ] = None,
) -> None:
    """Open the page: upload, describe, listen. It stays on this machine.

    Only this machine can reach it unless --host says otherwise.
    """
    _require_web()
    from soundlasso.web.server import check_server, open_socket, own_folder
    from soundlasso.web.server import serve as run
    from soundlasso.web.settings import LOOPBACK, Settings

    check_server(server)
    here = host in LOOPBACK
    if token is None and not here:
        token = secrets.token_urlsafe(12)
    settings = Settings(
        folder=_listening_folder(listen_test, model, data) or data or _default_folder(),
        models=_sources(model),
        device=device,
        threads=threads,
        hosts=LOOPBACK if here else (),
        token=token or None,
        most_bytes=most_megabytes * 1_000_000,
        most_seconds=most_minutes * 60,
        most_waiting=most_waiting,
        uploads=rate,
        keep_hours=keep_hours,
        keep_bytes=round(keep_gigabytes * 1e9),
        listen_test=listen_test is not None,
    )
    with own_folder(settings), open_socket(host, port) as taken:
        _announce(settings, host, taken.getsockname()[1], browser)
        run(settings, taken, kind=server)


def _require_web() -> None:
    try:
        import filelock  # noqa: F401
        import flask  # noqa: F401
        import flask_limiter  # noqa: F401
        import huey  # noqa: F401
        import platformdirs  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"the page needs {error.name}; install the web extra: pip install 'soundlasso[web]'"
        ) from None


def _listening_folder(
    folder: Path | None, model: list[str] | None, data: Path | None
) -> Path | None:
    """Where the listening test lies that is to be shown, if any."""
    from soundlasso.listening.manifest import check_files, read_test

    if folder is not None:
        if model or data is not None:
            raise OptionError("--listen-test needs neither --model nor --data")
        check_files(read_test(folder))
    return folder


def _default_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("soundlasso", appauthor=False)) / "serve"


def _sources(model: list[str] | None) -> tuple[str, ...]:
    """The models to offer, each of which there must be."""
    from soundlasso.zoo.registry import available_models, find_card

    sources = model or ["default", *(card.name for card in available_models())]
    found = {find_card(source)[0].name: source for source in reversed(sources)}
    return tuple(reversed(found.values()))


def _announce(settings: "Settings", host: str, port: int, browser: bool) -> None:
    """Says where the page is, and opens it: the socket listens already."""
    name = "127.0.0.1" if host in _ANY_HOST else host
    address = f"http://{f'[{name}]' if ':' in name else name}:{port}/"
    if settings.token is not None:
        address += f"enter?token={settings.token}"
    typer.echo(f"Sound Lasso: {address}  (Ctrl-C ends it)", err=True)
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
