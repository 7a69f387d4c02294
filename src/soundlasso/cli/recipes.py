"""``soundlasso recipes``."""

from typing import Annotated

import typer


def recipes(
    name: Annotated[
        str | None, typer.Argument(help="Print this one, to change it: recipes live > mine.toml")
    ] = None,
) -> None:
    """List the recipes that train knows by name, or print one."""
    from soundlasso.training.shipped import shipped_recipe, shipped_recipes, what_it_is

    if name is not None:
        typer.echo(shipped_recipe(name).read_text(encoding="utf-8"), nl=False)
        return
    shipped = shipped_recipes()
    width = max(map(len, shipped))
    for found, path in shipped.items():
        typer.echo(f"{found:{width}}  {what_it_is(path)}")
