"""``soundlasso compare``."""

from pathlib import Path
from typing import Annotated

import typer


def compare(
    results: Annotated[
        list[Path],
        typer.Argument(metavar="RESULT.json", help="What evaluate --json wrote; two or more."),
    ],
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write the comparison to this file.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the tables to this file.")
    ] = None,
) -> None:
    """Compare results of models on the same list, query by query, to the first of them.

    Differences are of SDRi and SI-SDRi, or of the leak where what is asked for is not there, and of
    CLAPScores by one CLAP, with their 95 % confidence by bootstrap over mixtures.
    """
    from soundlasso.cli.evaluate import check_outputs
    from soundlasso.engine.folders import refuse_to_replace
    from soundlasso.evaluation.comparison import compare_results
    from soundlasso.evaluation.comparison_tables import text_table, write_markdown
    from soundlasso.evaluation.report import write_json
    from soundlasso.evaluation.results import read_result

    comparison = compare_results([read_result(path) for path in results])
    check_outputs(as_json, markdown)
    refuse_to_replace([path for path in (as_json, markdown) if path is not None], results)
    if as_json is not None:
        write_json(as_json, comparison)
    if markdown is not None:
        write_markdown(markdown, comparison)
    typer.echo(text_table(comparison))
