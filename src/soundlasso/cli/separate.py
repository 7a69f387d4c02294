"""``soundlasso separate``."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundlasso.errors import OptionError, SoundLassoError

if TYPE_CHECKING:
    from soundlasso.engine.files import FileResult, RemovalResult, RemovedQuery
    from soundlasso.engine.separator import Separator


def separate(
    files: Annotated[
        list[Path],
        typer.Argument(help="Recordings, videos, or folders of them.", show_default=False),
    ],
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
    quality: Annotated[
        float | None,
        typer.Option(
            help="Of mp3 and ogg, 0 (smallest) to 10. Default: 6 and 4.", show_default=False
        ),
    ] = None,
    start: Annotated[float, typer.Option(help="Seconds to skip.", min=0.0)] = 0.0,
    duration: Annotated[float | None, typer.Option(help="Seconds to separate.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print results as JSON.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw spectrograms as well.")] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            "--not", help="What must not remain in any of them, in words. May be given many times."
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Write the recording without all that -q names.")
    ] = False,
    labels: Annotated[
        bool,
        typer.Option("--labels", help="Mark where each sound is: a label track for Audacity."),
    ] = False,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take each query as it is typed, and as one sound.")
    ] = False,
    video: Annotated[
        bool, typer.Option("--video", help="Of videos, write the picture with each sound as well.")
    ] = False,
    skip_existing: Annotated[
        bool,
        typer.Option("--skip-existing", help="Leave out recordings whose results are all there."),
    ] = False,
) -> None:
    """Take sounds out of recordings: for each file and query, the sound and what is left.

    Writes OUT/FILE/QUERY.wav and OUT/FILE/QUERY.residual.wav with the input's own sample rate,
    channels and length. With --remove, OUT/FILE/without-QUERY.wav and
    OUT/FILE/without-QUERY.removed.wav instead.
    """
    from soundlasso import load
    from soundlasso.audio.writer import OutputFormat
    from soundlasso.cli.import_ import ensure_model
    from soundlasso.engine.wording import check_wanted, without_repetition

    if remove and exclude:
        raise OptionError("--remove takes out what -q names; it goes without --not")
    check_wanted(query, exclude or [], mend=not literal)
    queries = without_repetition(query, mend=not literal)
    unwanted = without_repetition(exclude or [], mend=not literal)
    if bits is not None and format_name in {"mp3", "ogg"}:
        raise OptionError(f"{format_name} has no --bits; wav and flac have")
    OutputFormat(format_name, 16 if bits is None else bits, quality)  # type: ignore[arg-type]
    if duration is not None and not 0 < duration < math.inf:
        raise OptionError("--duration must be a positive number of seconds")
    if plot:
        from soundlasso.plotting import require_matplotlib

        require_matplotlib()
    if video:
        from soundlasso.audio.video import require_av

        require_av()
        if start or duration is not None:
            raise OptionError("--video copies whole pictures; it goes without --start, --duration")
    report = _Report(as_json)
    jobs = _jobs(files, out, report)
    _check_folder(out)
    outputs = partial(_outputs, queries, format_name, remove=remove, video=video)
    _check_outputs(jobs, outputs)
    if skip_existing:
        jobs = _left(jobs, outputs, report)
    ensure_model(model)
    separator = load(model, device=device, threads=threads, literal=literal)
    try:
        for file, folder in jobs:
            options = {
                "folder": folder,
                "format_name": format_name,
                "bits": bits,
                "quality": quality,
                "start": start,
                "duration": duration,
                "labels": labels,
                **({} if remove else {"exclude": unwanted}),
            }
            with report.failures(file):
                has_picture = video and _has_picture(file, report)
                results = _run(separator, file, queries, options, remove=remove)
                plots: Sequence[Path | None] = [None] * len(results)
                videos: list[list[Path]] = [[] for _ in results]
                # What of these cannot be written leaves the sounds, which must be named.
                with report.failures(file):
                    plots = _draw(results) if plot else plots
                with report.failures(file):
                    videos = _videos(file, results) if has_picture else videos
                report.done(file, results, plots, videos)
    finally:
        # Also of what was done before an interruption.
        report.close(separator.name)
    if report.errors:
        raise typer.Exit(1)


def _jobs(files: list[Path], out: Path, report: "_Report") -> list[tuple[Path, Path]]:
    """Each recording, also of those in folders, with the folder for its results."""
    from soundlasso.engine.folders import is_folder, sound_files
    from soundlasso.engine.names import distinct

    found: list[Path] = []
    for file in files:
        try:
            found.extend(sound_files(file) if is_folder(file) else [file])
        except SoundLassoError as error:
            report.failed(file, error)
    names = distinct([file.stem or "recording" for file in found])
    return [(file, out / name) for file, name in zip(found, names, strict=True)]


def _check_folder(out: Path) -> None:
    """Finds out before the work begins whether the results can be written."""
    from soundlasso.engine.folders import make_folder, missing_folders, remove_empty

    if str(out) == "-":
        raise OptionError("--out is a folder for several files, and cannot be standard output")
    missing = missing_folders(out)
    try:
        make_folder(out)
    finally:
        remove_empty(missing)


Outputs = Callable[[Path, Path], list[Path]]


def _outputs(
    queries: list[str], format_name: str, file: Path, folder: Path, *, remove: bool, video: bool
) -> list[Path]:
    """The sounds and videos that a recording's job may write."""
    from soundlasso.audio.video import video_suffix
    from soundlasso.engine.names import result_names

    return [
        folder / f"{name}{suffix}"
        for pair in result_names(queries, remove=remove)
        for name in pair
        for suffix in (f".{format_name}", *([video_suffix(file)] if video else []))
    ]


def _check_outputs(jobs: list[tuple[Path, Path]], outputs: Outputs) -> None:
    """Makes sure that no job replaces what another one is still to read."""
    from soundlasso.engine.folders import refuse_to_replace

    made = [path for job in jobs for path in outputs(*job)]
    refuse_to_replace(made, [file for file, _ in jobs])


def _left(
    jobs: list[tuple[Path, Path]], outputs: Outputs, report: "_Report"
) -> list[tuple[Path, Path]]:
    """The jobs that an earlier run has not done; files appear only when they are complete."""
    left = []
    for job in jobs:
        if all(path.exists() for path in outputs(*job)):
            report.skip(job[0])
        else:
            left.append(job)
    return left


def _run(
    separator: "Separator",
    file: Path,
    queries: list[str],
    options: dict[str, Any],
    *,
    remove: bool,
) -> "list[FileResult] | list[RemovalResult]":
    from soundlasso import remove_from_file, separate_file
    from soundlasso.cli.progress import show_progress

    results: list[FileResult] | list[RemovalResult]
    with show_progress(file.name) as progress:
        if remove:
            results = [remove_from_file(separator, file, queries, progress=progress, **options)]
        else:
            results = separate_file(separator, file, queries, progress=progress, **options)
    return results


def _draw(results: "list[FileResult] | list[RemovalResult]") -> list[Path]:
    from soundlasso.cli.plot import draw_results

    return draw_results(results)


def _has_picture(file: Path, report: "_Report") -> bool:
    """Whether a video can be made of a file; one whose picture cannot be used is refused."""
    from soundlasso.audio.video import check_video, has_picture

    if has_picture(file):
        check_video(file)
        return True
    report.note(f"{file}: has no picture, so there is no video of it")
    return False


def _videos(file: Path, results: "Sequence[FileResult | RemovalResult]") -> list[list[Path]]:
    from soundlasso.cli.videos import write_videos

    return [write_videos(file, result) for result in results]


class _Report:
    """Prints what happened: paths as they come, or one JSON document at the end."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._said: set[str] = set()
        self._results: list[dict[str, Any]] = []
        self.errors: list[dict[str, str]] = []
        self._skipped: list[str] = []

    def skip(self, file: Path) -> None:
        self._skipped.append(str(file))
        self.note(f"{file}: left out, as its results are there")

    @contextmanager
    def failures(self, file: Path) -> Iterator[None]:
        """Reports what goes wrong with a file, so that the next one can have its turn."""
        try:
            yield
        except SoundLassoError as error:
            self.failed(file, error)
        except MemoryError:
            self.failed(file, SoundLassoError(f"{file}: there is not enough memory for it"))

    def failed(self, file: Path, error: SoundLassoError) -> None:
        self.errors.append({"input": str(file), "error": str(error)})
        self.note(str(error))

    @staticmethod
    def note(text: str) -> None:
        typer.echo(f"soundlasso: {text}", err=True)

    def done(
        self,
        file: Path,
        results: "Sequence[FileResult | RemovalResult]",
        plots: Sequence[Path | None],
        videos: Sequence[list[Path]],
    ) -> None:
        for result, plot, moving in zip(results, plots, videos, strict=True):
            values = {"input": str(file), **asdict(result), "plot": plot, "videos": moving}
            values["seconds"] = round(result.frames / result.sample_rate, 6)
            self._results.append(values)
            if not self._as_json:
                for path in (*_written(result), *([plot] if plot else []), *moving):
                    typer.echo(path)
            for note in _notes(file, result):
                # What is said of a query is the same for every recording.
                if note not in self._said:
                    self.note(note)
                self._said.add(note)

    def close(self, model: str) -> None:
        if self._as_json:
            document: dict[str, Any]
            document = {"model": model, "results": self._results, "errors": self.errors}
            if self._skipped:
                document["skipped"] = self._skipped
            # Escaped, since not every terminal and pipe can hold every sign.
            json.dump(document, sys.stdout, indent=2, default=str)
            sys.stdout.write("\n")


def _queries(result: "FileResult | RemovalResult") -> "list[FileResult | RemovedQuery]":
    """What was heard of each query of a result."""
    from soundlasso.engine.files import FileResult

    return [result] if isinstance(result, FileResult) else list(result.queries)


def _written(result: "FileResult | RemovalResult") -> list[Path]:
    """The files of a result, the one that was asked for first."""
    labels = [query.labels for query in _queries(result) if query.labels is not None]
    return [*result.sounds, *labels]


def _notes(file: Path, result: "FileResult | RemovalResult") -> list[str]:
    """What the user should know of a result."""
    notes = [f"warning: {note}" for note in result.warnings]
    notes += [
        f"warning: {path}: {clipped} samples were beyond full scale and clipped; "
        "--format wav --bits 32 keeps them"
        for path, clipped in zip(result.sounds, result.clipped_each, strict=True)
        if clipped
    ]
    for query in _queries(result):
        if query.heard is False:
            notes.append(f"{file}: not heard: {query.query} (presence {query.presence:.2f})")
        elif query.heard is None and query.labels is not None:
            notes.append(
                "warning: this model does not say what it hears; labels mark where its output "
                "is loud"
            )
    return notes
