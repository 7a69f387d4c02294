"""``soundlasso evaluate``."""

from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from soundlasso.evaluation.clap import ClapMetrics
    from soundlasso.evaluation.published import PublishedSet
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
            "thesis or absent; or, with --data, a published one: audiosep-SET (audiocaps, clotho, "
            "esc50, music, vggsound, audioset), clapsep-SET (audiocaps, audioset, esc, fsd, "
            "music) or dcase2024-validation.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="The folder of a published benchmark (docs/evaluation.md says how)."),
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
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write a row for each query to this file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the scores by category into this PNG.")
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Keep estimates, mixtures and targets as wav in this folder, which must be new "
            "or empty.",
        ),
    ] = None,
    clap: Annotated[
        str | None,
        typer.Option(
            "--clap",
            metavar="ID_OR_FOLDER",
            help="Add CLAPScore, CLAPScoreA and FAD by this model, such as "
            "laion/larger_clap_general.",
        ),
    ] = None,
    clap_revision: Annotated[
        str | None, typer.Option("--clap-revision", help="Its branch, tag or commit on the hub.")
    ] = None,
    any_build: Annotated[
        bool,
        typer.Option(
            "--any-build", help="Take a benchmark's sounds as they are, also if not bit-identical."
        ),
    ] = False,
    every: Annotated[
        int, typer.Option(help="Take every Nth mixture only: a sample, for slow models.", min=1)
    ] = 1,
    literal: Annotated[
        bool, typer.Option("--literal", help="Take each query as one sound, whatever it names.")
    ] = False,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads.", min=1)] = None,
) -> None:
    """Measure a model on mixtures whose sources are known: SDR, SDRi, SI-SDR, SI-SDRi.

    Beside the model stand the mixture, the mixture at half its volume, and an ideal ratio
    mask.
    """
    from soundlasso import __version__, load
    from soundlasso.cli.import_ import ensure_model
    from soundlasso.cli.progress import show_progress
    from soundlasso.engine.folders import check_new_folder
    from soundlasso.evaluation.keeping import kept_sounds
    from soundlasso.evaluation.report import text_table
    from soundlasso.evaluation.results import sample_name
    from soundlasso.evaluation.score import evaluate_items
    from soundlasso.plotting import require_matplotlib
    from soundlasso.zoo.registry import find_card

    if save is not None:
        check_new_folder(save)
    check_outputs(as_json, markdown, table, plot)
    if plot is not None:
        require_matplotlib()
    published = _published(benchmark, data)
    name, count, items = _items(pairs, benchmark, corpus, published, check=not any_build)
    if every > 1:
        name, count = sample_name(name, every), -(-count // every)
        items = islice(items, 0, None, every)
    extra = _clap_metrics(clap, clap_revision, device)
    ensure_model(model)
    separator = load(model, device=device, threads=threads, mend=False, literal=literal)
    keeping = nullcontext(lambda *_: None) if save is None else kept_sounds(save)
    with show_progress(name, unit="queries") as progress, keeping as keep:
        result = evaluate_items(separator, items, lambda done: progress(done, count), extra, keep)
    made = {
        "list": name,
        "version": __version__,
        "sha256": find_card(model)[0].sha256,
        "literal": literal,
        "any_build": any_build,
    }
    result = {**made, **(published.findings(result) if published else {}), **result}
    _write(result, as_json, markdown, table, plot)
    typer.echo(text_table(result))


def _write(
    result: "dict[str, Any]",
    as_json: Path | None,
    markdown: Path | None,
    table: Path | None,
    plot: Path | None,
) -> None:
    """Writes a result in the forms that are asked for."""
    from soundlasso.evaluation import report

    if as_json is not None:
        report.write_json(as_json, result)
    if markdown is not None:
        report.write_markdown(markdown, result)
    if table is not None:
        report.write_csv(table, result)
    if plot is not None:
        report.draw_categories(plot, result)


def _published(benchmark: str | None, data: Path | None) -> "PublishedSet | None":
    """The benchmark, where it is one that others published."""
    from soundlasso.errors import OptionError
    from soundlasso.evaluation.benchmark import BENCHMARKS
    from soundlasso.evaluation.published import PROTOCOLS, open_published

    if benchmark is not None and benchmark not in {*BENCHMARKS, *PROTOCOLS}:
        raise OptionError(
            f"no benchmark is called {benchmark!r}; choose one of {', '.join(BENCHMARKS)}, or "
            f"with --data one of {', '.join(PROTOCOLS)}"
        )
    if benchmark not in PROTOCOLS:
        if data is not None:
            raise OptionError(f"--data is for --benchmark {', '.join(PROTOCOLS)}")
        return None
    if data is None:
        raise OptionError(
            f"--benchmark {benchmark} needs --data, the folder that holds its list and sounds"
        )
    return open_published(benchmark, data)


def _items(
    pairs: Path | None,
    benchmark: str | None,
    corpus: Path,
    published: "PublishedSet | None",
    *,
    check: bool,
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
    if published is not None:
        return benchmark, len(published.entries), published.items()
    return benchmark, *open_benchmark(benchmark, corpus, check=check)


def _clap_metrics(name: str | None, revision: str | None, device: str) -> "ClapMetrics | None":
    """CLAP's scores, if they are asked for."""
    from soundlasso.device import choose_device
    from soundlasso.errors import OptionError

    if name is None:
        if revision is not None:
            raise OptionError("--clap-revision needs --clap")
        return None
    from soundlasso.evaluation.clap import load_clap_metrics

    return load_clap_metrics(name, revision, choose_device(device))


def check_outputs(*paths: Path | None) -> None:
    """Says before the work, not after it, that a result cannot be written."""
    from soundlasso.engine.folders import make_folder
    from soundlasso.errors import OptionError

    for path in paths:
        if path is not None:
            if path.is_dir():
                raise OptionError(f"{path}: is a folder; name a file")
            make_folder(path.parent)
