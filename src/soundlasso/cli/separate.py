"""``soundlasso separate``."""

import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundlasso.errors import OptionError, SoundLassoError

if TYPE_CHECKING:
    from soundlasso.engine.files import FileResult
    from soundlasso.engine.separator import Separator


def separate(
    files: Annotated[list[Path], typer.Argument(help="Recordings or videos.", show_default=False)],
    query: Annotated[
        list[str],
        typer.Option("--query", "-q", help="What to take out, in words. May be given many times."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")] = Path(
        "separated"
    ),
    model: Annotated[str, typer.Option("--model", "-m", help="See: soundlasso models")] = "default",
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[
        int | None, typer.Option(help="CPU threads; all of them by default.", min=1)
    ] = None,
    format_name: Annotated[str, typer.Option("--format", help="wav, flac, mp3 or ogg.")] = "wav",
    bits: Annotated[
        int | None, typer.Option(help="16, 24 or 32 (float). Default: the input's own.")
    ] = None,
    start: Annotated[float, typer.Option(help="Seconds to skip.", min=0.0)] = 0.0,
    duration: Annotated[float | None, typer.Option(help="Seconds to separate.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw spectrograms as well.")] = False,
) -> None:
    """Take sounds out of recordings: for each file and query, the sound and what is left.

    Writes OUT/FILE/QUERY.wav and OUT/FILE/QUERY.residual.wav with the input's own sample rate,
    channels and length.
    """
    from soundlasso import load
    from soundlasso.audio.writer import OutputFormat
    from soundlasso.engine.names import distinct
    from soundlasso.query.encoder import check_query

    queries = list(dict.fromkeys(check_query(one) for one in query))
    OutputFormat(format_name, 16 if bits is None else bits)  # type: ignore[arg-type]
    if duration is not None and not 0 < duration < math.inf:
        raise OptionError("--duration must be a positive number of seconds")
    if plot:
        from soundlasso.plotting import require_matplotlib

        require_matplotlib()
    _check_folder(out)
    separator = load(model, device=device, threads=threads)
    report = _Report(as_json, separator.name)
    names = distinct([file.stem or "recording" for file in files])
    for file, name in zip(files, names, strict=True):
        options = {
            "folder": out / name,
            "format_name": format_name,
            "bits": bits,
            "start": start,
            "duration": duration,
        }
        try:
            results = _run(separator, file, queries, plot, options)
        except SoundLassoError as error:
            report.failed(file, error)
        else:
            report.done(file, results)
    report.close()
    if report.errors:
        raise typer.Exit(1)


def _check_folder(out: Path) -> None:
    """Finds out before the work begins whether the results can be written."""
    from soundlasso.engine.separator import make_folder

    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    make_folder(out)
    for folder in missing:
        folder.rmdir()


def _run(
    separator: "Separator", file: Path, queries: list[str], plot: bool, options: dict[str, Any]
) -> "list[FileResult]":
    from soundlasso import separate_file
    from soundlasso.cli.progress import show_progress

    with show_progress(file.name) as progress:
        results = separate_file(separator, file, queries, progress=progress, **options)
    if plot:
        from soundlasso.cli.plot import draw_results

        draw_results(results)
    return results


class _Report:
    """Prints what happened: paths as they come, or one JSON document at the end."""

    def __init__(self, as_json: bool, model: str) -> None:
        self._as_json = as_json
        self._model = model
        self._results: list[dict[str, Any]] = []
        self.errors: list[dict[str, str]] = []

    def failed(self, file: Path, error: SoundLassoError) -> None:
        self.errors.append({"input": str(file), "error": str(error)})
        typer.echo(f"soundlasso: {error}", err=True)

    def done(self, file: Path, results: "list[FileResult]") -> None:
        said = set()
        for result in results:
            values = {"input": str(file), **asdict(result)}
            values["target"], values["residual"] = str(result.target), str(result.residual)
            values["seconds"] = round(result.frames / result.sample_rate, 6)
            self._results.append(values)
            if not self._as_json:
                typer.echo(result.target)
                typer.echo(result.residual)
            notes = list(result.warnings)
            if result.clipped:
                notes.append(
                    f"{result.target.name}: {result.clipped} samples were beyond full scale "
                    "and clipped; --bits 32 keeps them"
                )
            for note in notes:
                if note not in said:
                    typer.echo(f"soundlasso: warning: {note}", err=True)
                said.add(note)

    def close(self) -> None:
        if self._as_json:
            document = {"model": self._model, "results": self._results, "errors": self.errors}
            # Escaped, since not every terminal and pipe can hold every sign.
            json.dump(document, sys.stdout, indent=2)
            sys.stdout.write("\n")
