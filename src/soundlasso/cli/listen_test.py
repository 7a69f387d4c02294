"""``soundlasso listen-test``: a blind listening test, from a list of recordings to a table."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from soundlasso.listening.render import Contender

app = typer.Typer(
    help="A blind listening test: render it, serve it, report what listeners think.",
    no_args_is_help=True,
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="What create made.")]


class Units(StrEnum):
    """What is drawn again for confidence intervals."""

    LISTENERS = "listeners"
    ITEMS = "items"


class PageType(StrEnum):
    """Pages that webMUSHRA has."""

    LIKERT = "likert"
    MUSHRA = "mushra"


@app.command()
def create(
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS.csv",
            help="CSV with columns mixture, query and, for --reference, target (id).",
        ),
    ],
    model: Annotated[
        list[str], typer.Option("--model", "-m", help="See: soundlasso models. Many times.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="A new folder for the test.")],
    reference: Annotated[
        bool, typer.Option("--reference", help="Hide the target itself among the sounds.")
    ] = False,
    anchor: Annotated[
        bool, typer.Option("--anchor", help="Hide the untouched mixture among the sounds.")
    ] = False,
    title: Annotated[str, typer.Option(help="What listeners see.")] = "Listening test",
    loudness: Annotated[float, typer.Option(help="Of all sounds, in LUFS.")] = -23.0,
    seed: Annotated[int, typer.Option(help="Of the random orders.")] = 0,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads.", min=1)] = None,
) -> None:
    """Render a test: mixtures, and what models take out of them, equally loud.

    Then: soundlasso serve --listen-test DIR
    """
    from soundlasso.cli.progress import show_progress
    from soundlasso.listening.render import Plan, create_test, quiet_sounds

    plan = Plan(title, reference=reference, anchor=anchor, loudness=loudness, seed=seed)
    contenders = [_contender(name, device, threads) for name in model]
    with show_progress(pairs.name, unit="separations") as progress:
        test = create_test(pairs, contenders, out, plan, progress)
    for line in quiet_sounds(test):
        typer.echo(line, err=True)
    names = ", ".join(condition.name for condition in test.manifest.conditions)
    typer.echo(f"{out}: {len(test.manifest.items)} items: {names}")


def _contender(source: str, device: str, threads: int | None) -> "Contender":
    from soundlasso import load
    from soundlasso.listening.render import Contender
    from soundlasso.zoo.registry import find_card

    card, _ = find_card(source)
    return Contender(
        card.name, card.sha256, lambda: load(source, device=device, threads=threads, mend=False)
    )


@app.command()
def report(
    folder: Folder,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all numbers to this file.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the tables to this file.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write a row for each item and sound to this file.")
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option("--ratings", help="Write every rating and comment to this CSV.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw how often each rating was given: a PNG.")
    ] = None,
    finished: Annotated[
        bool, typer.Option("--finished", help="Count only listeners who rated everything.")
    ] = False,
    over: Annotated[
        Units, typer.Option(help="What confidence intervals draw again.")
    ] = Units.LISTENERS,
) -> None:
    """Show what listeners think: each item's average and most frequent rating, each model's mean.

    Means have 95 % confidence intervals by bootstrap over listeners (or items).
    """
    from soundlasso.errors import OptionError
    from soundlasso.listening import report as reports
    from soundlasso.listening.manifest import read_test
    from soundlasso.listening.results import Results, has_results
    from soundlasso.plotting import require_matplotlib

    if plot is not None:
        require_matplotlib()
    test = read_test(folder)
    if not has_results(folder):
        raise OptionError(f"{folder}: nobody has taken part yet; see: soundlasso serve")
    results = Results(test)
    summary = reports.summarise(test, results, finished=finished, over=over.value)
    for path, text in (
        (as_json, reports.report_json(summary)),
        (markdown, reports.markdown(summary)),
        (table, reports.items_csv(summary)),
        (ratings, reports.ratings_csv(test, results.ratings(finished=finished))),
    ):
        if path is not None:
            reports.write_report(path, text)
    if plot is not None:
        from soundlasso.listening.plot import draw_distribution

        draw_distribution(plot, summary)
    typer.echo(reports.text_table(summary))


@app.command("export-webmushra")
def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder.")],
    pages: Annotated[
        PageType, typer.Option(help="mushra needs a test with --reference.")
    ] = PageType.LIKERT,
) -> None:
    """Write the same test for webMUSHRA: a config and its sounds, to be copied over its folder."""
    from soundlasso.listening.manifest import check_files, read_test
    from soundlasso.listening.webmushra import export_webmushra

    test = read_test(folder)
    check_files(test)
    config = export_webmushra(test, out, pages.value)
    typer.echo(f"{config}: open webMUSHRA with ?config={config.name}")
    for condition in test.manifest.conditions:
        typer.echo(f"  {condition.key} is {condition.name}")
