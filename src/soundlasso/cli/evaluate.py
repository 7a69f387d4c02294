"""``soundlasso evaluate``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soundlasso.evaluation.score import Item


def evaluate(
    pairs: Annotated[
        Path | None,
        typer.Argument(help="CSV with columns mixture, target, query (id, label, category, kind)."),
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            "--benchmark",
            "-b",
            help="Instead of a list: two-source, wrong, paraphrase, three-source, unseen-labels, "
            "thesis or absent.",
        ),
    ] = None,
    corpus: Annotated[
        Path, typer.Option(help="What benchmarks are made from; see: soundlasso corpus build")
    ] = Path("corpus-data"),
    model: Annotated[str, typer.Option("--model", "-m", help="See: soundlasso models")] = "default",
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all results to this file.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the tables to this file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the scores by category into this PNG.")
    ] = None,
    any_build: Annotated[
        bool,
        typer.Option(
            "--any-build", help="Take a benchmark's sounds as they are, also if not bit-identical."
        ),
    ] = False,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads.", min=1)] = None,
) -> None:
    """Measure a model on mixtures whose sources are known: SDR, SDRi, SI-SDR, SI-SDRi.

    Beside the model stand the mixture, the mixture at half its volume, and an ideal mask.
    """
    from soundlasso import load
    from soundlasso.cli.progress import show_progress
    from soundlasso.evaluation.report import draw_categories, text_table, write_json, write_markdown
    from soundlasso.evaluation.score import evaluate_items
    from soundlasso.plotting import require_matplotlib

    _check_outputs(as_json, markdown, plot)
    if plot is not None:
        require_matplotlib()
    name, count, items = _items(pairs, benchmark, corpus, check=not any_build)
    separator = load(model, device=device, threads=threads)
    with show_progress(name, unit="queries") as progress:
        result = evaluate_items(separator, items, lambda done: progress(done, count))
    result = {"list": name, **result}
    if as_json is not None:
        write_json(as_json, result)
    if markdown is not None:
        write_markdown(markdown, result)
    if plot is not None:
        draw_categories(plot, result)
    typer.echo(text_table(result))


def _items(
    pairs: Path | None, benchmark: str | None, corpus: Path, *, check: bool
) -> "tuple[str, int, Iterable[Item]]":
    """What is to be evaluated: its name, its number of queries, and its sounds."""
    from soundlasso.errors import OptionError
    from soundlasso.evaluation.benchmark import open_benchmark
    from soundlasso.evaluation.pairs import pair_items, read_pairs

    if (pairs is None) == (benchmark is None):
        raise OptionError("give either a list of pairs or --benchmark")
    if pairs is not None:
        listed = read_pairs(pairs)
        return pairs.name, len(listed), pair_items(listed)
    assert benchmark is not None
    return benchmark, *open_benchmark(benchmark, corpus, check=check)


def _check_outputs(*paths: Path | None) -> None:
    """Says before the work, not after it, that a result cannot be written."""
    from soundlasso.engine.separator import make_folder
    from soundlasso.errors import OptionError

    for path in paths:
        if path is not None:
            if path.is_dir():
                raise OptionError(f"{path}: is a folder; name a file")
            make_folder(path.parent)
