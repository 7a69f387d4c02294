"""The recipes that come with the program."""

from importlib import resources
from pathlib import Path

from soundlasso.errors import RecipeError


def shipped_recipes() -> dict[str, Path]:
    """Files of the recipes that come with the program, by name."""
    folder = Path(str(resources.files("soundlasso.training") / "recipes"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def shipped_recipe(name: str) -> Path:
    """The file of a recipe that comes with the program.

    Raises:
        RecipeError: none has that name; names the choices.
    """
    shipped = shipped_recipes()
    if name not in shipped:
        raise RecipeError(
            f"no recipe is called {name!r}; choose one of {', '.join(shipped)}, or give a file"
        )
    return shipped[name]


def find_recipe(name: str) -> Path:
    """The file of a recipe.

    Args:
        name: A file's path, which has a folder or an ending or is there; or the name of a recipe
            that comes with the program.

    Raises:
        RecipeError: no recipe has that name; names the choices.
    """
    path = Path(name)
    is_path = path.is_file() or path.suffix or path.name != name
    return path if is_path else shipped_recipe(name)


def what_it_is(path: Path) -> str:
    """What a recipe trains: the comment in its first line."""
    first, _, _ = path.read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# ").rstrip(".")
