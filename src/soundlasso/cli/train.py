"""``soundlasso train``."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[
        str, typer.Argument(help="A file, or the name of a recipe that `recipes` lists.")
    ],
    corpus: Annotated[
        str,
        typer.Option(
            help="A corpus, as corpus build or datasets import makes it; a pack or shards of one; "
            "or the address of shards."
        ),
    ] = "corpus-data",
    valid_corpus: Annotated[
        str | None,
        typer.Option(help="Whose valid split is used, of the same kinds. Default: --corpus."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the run. Default: runs/NAME.")
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: --set loop.steps=100. Many times."),
    ] = None,
    device: Annotated[str, typer.Option("--device", "-d", help="auto, cuda, mps or cpu.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads.", min=1)] = None,
) -> None:
    """Train a model by a recipe, or go on with a run that was stopped.

    The folder holds the checkpoint, the log (JSON lines), the best weights by validation, the
    recipe with all overrides, and the spectrograms drawn on the way. Under torchrun, all
    processes train together.
    """
    import torch

    from soundlasso.device import choose_device
    from soundlasso.training.distributed import join_world
    from soundlasso.training.initial import initial_weights
    from soundlasso.training.loop import train as run
    from soundlasso.training.recipe import read_recipe
    from soundlasso.training.shipped import find_recipe
    from soundlasso.training.tasks import build_task

    plan = read_recipe(find_recipe(recipe), overrides)
    folder = out or Path("runs") / plan.name
    if threads is not None:
        torch.set_num_threads(threads)
    initial = initial_weights(plan)
    with join_world(choose_device(device)) as world:
        task = build_task(plan, corpus, valid_corpus, device=world.device)
        scores = run(
            task,
            plan.loop,
            folder,
            world,
            recipe=plan.text,
            settings=plan.settings,
            initial=initial,
        )
        if world.is_main:
            for name, value in scores.items():
                typer.echo(f"{name}: {value:.3f}")
            typer.echo(f"{folder}")


def export(
    recipe: Annotated[
        str, typer.Argument(help="The recipe of the run, such as default or RUN/recipe.toml.")
    ],
    run: Annotated[Path, typer.Argument(help="The folder of the run.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for card and weights.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", help="As given to train, but for name=NAME. Many times."),
    ] = None,
    summary: Annotated[str, typer.Option(help="One line that says what the model is.")] = "",
    licence: Annotated[str, typer.Option(help="Of the weights, an SPDX id.")] = "Apache-2.0",
    note: Annotated[
        list[str] | None,
        typer.Option(help="KEY=TEXT for the card's training section. Many times."),
    ] = None,
) -> None:
    """Turn a run's best weights into a model: safetensors and a card beside them."""
    from soundlasso.errors import OptionError
    from soundlasso.training.export import export_model
    from soundlasso.training.recipe import read_recipe
    from soundlasso.training.shipped import find_recipe

    notes = {}
    for item in note or []:
        key, equals, text = item.partition("=")
        if not equals:
            raise OptionError(f"--note {item!r}: write it as KEY=TEXT")
        notes[key] = text
    plan = read_recipe(find_recipe(recipe), overrides)
    typer.echo(export_model(plan, run, out, summary=summary, licence=licence, notes=notes))
