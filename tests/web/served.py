"""Runs the server of ``soundlasso serve`` with a separator for tests.

    python -m tests.web.served FOLDER PORT-FILE [--server KIND] [settings as NAME=NUMBER ...]

Writes the port that it took into PORT-FILE.
"""

import sys
from pathlib import Path

from soundlasso.atomic import write_text
from soundlasso.web.server import open_socket, own_folder, serve
from soundlasso.web.settings import Settings
from tests.web import fakes


def main() -> None:
    folder, port_file, kind, *rest = sys.argv[1:]
    numbers = {name: int(number) for name, number in (item.split("=") for item in rest)}
    port = numbers.pop("port", 0)
    settings = Settings(folder=Path(folder), uploads="100000/minute", **numbers)  # type: ignore[arg-type]
    with own_folder(settings):
        taken = open_socket("127.0.0.1", port)
        write_text(Path(port_file), str(taken.getsockname()[1]))
        serve(settings, taken, kind=kind, load=fakes.load)


if __name__ == "__main__":
    main()
