"""``soundlasso datasets``: public data sets, and whether they lie where they are expected."""

import dataclasses
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from soundlasso.datasets.importing import ImportReport
    from soundlasso.datasets.report import Report

app = typer.Typer(help="Public data sets that can be read and trained on.", no_args_is_help=True)
# Of what could not be imported, how much is named.
_NAMED = 5


@app.command("list")
def list_datasets() -> None:
    """List the data sets: splits, what describes their sounds, licences, where they can be had."""
    from soundlasso.datasets.registry import DATASETS

    # Paragraphs, not a table: addresses and lists of splits are wider than a terminal's column.
    for entry in DATASETS.values():
        about = entry.about
        typer.echo(f"{about.name}: {about.title}")
        typer.echo(f"  splits   {', '.join(about.splits) or 'any JSON file'}")
        typer.echo(f"  words    {about.words}")
        typer.echo(f"  licence  {about.licence}")
        typer.echo(f"  source   {about.source}")


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A name that list shows.")],
    folder: Annotated[Path, typer.Argument(help="Where the data set lies.")],
    split: Annotated[
        str | None, typer.Option(help="Only this split; all that are there by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Read a data set's tables and count which of its sounds are there.

    Sounds that are listed but missing are counted and the first of them named. Durations are
    those that the tables state; no sound is opened.
    """
    from soundlasso.datasets.registry import find_dataset, load_dataset, load_splits
    from soundlasso.datasets.report import report_on

    if split is None:
        datasets = load_splits(name, folder)
    else:
        datasets = [load_dataset(name, folder, split)]
    reports = [report_on(dataset) for dataset in datasets]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(report) for report in reports], indent=2))
        return
    for report in reports:
        for line in _lines(report):
            typer.echo(line)
    if split is None:
        there = {report.split for report in reports}
        absent = [one for one in find_dataset(name).splits_in(folder) if one not in there]
        if absent:
            typer.echo(f"not there: {', '.join(absent)}; --split says what each needs")


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help="A name that list shows.")],
    folder: Annotated[Path, typer.Argument(help="Where the data set lies.")],
    out: Annotated[Path, typer.Argument(help="The corpus that it becomes, or is added to.")],
    split: Annotated[
        list[str] | None,
        typer.Option(help="SPLIT=train, =valid or =test: only this split. Many times."),
    ] = None,
    valid_share: Annotated[
        float, typer.Option(help="How much of train goes to valid if nothing else does.")
    ] = 0.05,
    workers: Annotated[
        int | None, typer.Option(help="Processes; all cores by default.", min=1)
    ] = None,
) -> None:
    """Make a data set a corpus that can be trained on, or add it to one.

    Sounds become mono FLAC at 32 kHz, a minute long at most. Running it again does what is
    missing, and only that. Several data sets may go into one folder.
    """
    from soundlasso.cli.progress import show_progress
    from soundlasso.datasets.importing import import_dataset
    from soundlasso.datasets.registry import find_dataset
    from soundlasso.datasets.splits import parse_splits

    with show_progress(name, unit="clips") as progress:
        report = import_dataset(
            name,
            folder,
            out,
            splits=parse_splits(find_dataset(name), split) if split else None,
            valid_share=valid_share,
            workers=workers or os.cpu_count() or 1,
            progress=progress,
        )
    for line in _imported(report):
        typer.echo(line)
    typer.echo(f"train on it with: soundlasso train default --corpus {out}")


def _imported(report: "ImportReport") -> list[str]:
    rows = report.recordings
    hours = sum(row.seconds for row in rows) / 3600
    counts = Counter(row.split for row in rows)
    splits = ", ".join(f"{split} {counts[split]}" for split in ("train", "valid", "test"))
    lines = [
        f"{report.name}: {len(rows)} recordings, {hours:.1f} hours ({splits})",
        f"  {report.made} made, {len(rows) - report.made} were there",
    ]
    backgrounds = sum(row.use == "background" for row in rows)
    if backgrounds:
        lines.append(f"  {backgrounds} have several labels and are only mixed in")
    rejected = [f"{path} ({reason})" for path, reason in report.rejected]
    for what, named in (
        ("missing", report.missing),
        ("cannot be used", rejected),
        ("have neither caption nor label", report.wordless),
    ):
        if named:
            more = ", ..." if len(named) > _NAMED else ""
            lines.append(f"  {len(named)} {what}: {', '.join(named[:_NAMED])}{more}")
    return lines


def _lines(report: "Report") -> list[str]:
    lines = [f"{report.name} {report.split}"]
    if report.clips or not report.mixtures:
        words = f"{report.captions} captions, {report.labels} labels"
        lines.append(f"  {report.clips} clips, {_hours(report)}, {words}")
    if report.wordless:
        lines.append(f"  {report.wordless} clips have neither caption nor label")
    if report.mixtures:
        lines.append(f"  {report.mixtures} mixtures")
    if report.missing:
        named = ", ".join(report.missing_first)
        more = ", ..." if report.missing > len(report.missing_first) else ""
        lines.append(f"  {report.missing} missing: {named}{more}")
    return lines


def _hours(report: "Report") -> str:
    if report.hours is None:
        return "hours unknown"
    least = "at least " if report.unknown_durations else ""
    return f"{least}{report.hours:.1f} hours"
