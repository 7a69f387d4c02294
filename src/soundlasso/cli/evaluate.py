"""``soundlasso evaluate``."""

from pathlib import Path
from typing import Annotated, Any

import typer


def evaluate(
    pairs: Annotated[
        Path, typer.Argument(help="CSV with columns mixture, target, query (id, label, category).")
    ],
    model: Annotated[str, typer.Option("--model", "-m", help="See: soundlasso models")] = "default",
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all results to this file.")
    ] = None,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads.", min=1)] = None,
) -> None:
    """Measure a model on mixtures whose sources are known: SDR, SDRi, SI-SDR, SI-SDRi."""
    from soundlasso import load
    from soundlasso.cli.progress import show_progress
    from soundlasso.engine.separator import make_folder
    from soundlasso.errors import OptionError
    from soundlasso.evaluation.pairs import evaluate_pairs, read_pairs, write_json

    listed = read_pairs(pairs)
    if as_json is not None:
        if as_json.is_dir():
            raise OptionError(f"--json {as_json}: is a folder; name a file")
        make_folder(as_json.parent)
    separator = load(model, device=device, threads=threads)
    with show_progress(pairs.name, unit="mixtures") as progress:
        result = evaluate_pairs(separator, listed, lambda done: progress(done, len(listed)))
    if as_json is not None:
        write_json(as_json, result)
    _print(result)


def _print(result: dict[str, Any]) -> None:
    """The table of means, the references beside the model."""
    from soundlasso.evaluation.pairs import METRICS

    names = {"model": result["name"], "mixture": "the mixture", "half_mixture": "half the mixture"}
    width = max(map(len, names.values()))
    typer.echo(f"{'':{width}}" + "".join(f"{metric.upper():>17}" for metric in METRICS))
    for who, name in names.items():
        cells = (
            f"{result['mean'][who][metric]:8.2f} ± {result['std'][who][metric]:5.2f} "
            for metric in METRICS
        )
        typer.echo(f"{name:{width}}" + "".join(f"{cell:>17}" for cell in cells))
    for category, means in result["by_category"].items():
        typer.echo(
            f"  {category:14} n = {means['count']:3d}   "
            f"SDRi {means['sdri']:6.2f}   SI-SDRi {means['si_sdri']:6.2f}"
        )
