"""``soundlasso datasets``: public data sets, and whether they lie where they are expected."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from soundlasso.datasets.report import Report

app = typer.Typer(help="Public data sets that can be read.", no_args_is_help=True)


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
