"""What tells runs apart: the recipe, kept in a run's folder with all that it left out, and data."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from soundlasso.atomic import write_text
from soundlasso.errors import RecipeError

RECIPE_NAME = "recipe.toml"
"""A run's recipe in its folder, which is read as any other."""

MAY_CHANGE = (
    "loop.workers", "loop.log_every", "loop.save_every", "loop.snapshot_every", "reservoir",
)  # fmt: skip
"""Keys of a recipe, or tables, that change nothing of the numbers that come out."""

# Of a message.
_NAMED = 5


def identity_of(recipe: str, data: str, processes: int) -> str:
    """All that a run must share with the one that it goes on with, as text.

    Args:
        recipe: The recipe's text.
        data: What the examples are drawn from.
        processes: How many train together.
    """
    return f"{recipe} data={data} processes={processes}"


def recipe_in(identity: str) -> str:
    """The recipe's text in an identity; empty where it says nothing of it."""
    return _parts(identity)[0]


def _parts(identity: str) -> tuple[str, str, str]:
    """Recipe, data and number of processes."""
    rest, _, processes = identity.rpartition(" processes=")
    recipe, _, data = rest.rpartition(" data=")
    return recipe, data, processes


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Keeps a recipe's settings in a run's folder, as TOML."""
    write_text(folder / RECIPE_NAME, "\n".join(_lines(settings)) + "\n")


def _lines(table: Mapping[str, Any], name: str = "") -> Iterator[str]:
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    for key, value in table.items():
        if key not in tables:
            yield f"{key} = {_value(value)}"
    for key, value in tables.items():
        whole = f"{name}.{key}" if name else key
        yield f"\n[{whole}]"
        yield from _lines(value, whole)


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, bool | str):
        # TOML's strings may hold all that JSON's may, but for one control character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    assert isinstance(value, int | float)
    return repr(value)


def differences(
    there: Mapping[str, Any], here: Mapping[str, Any], *, but: tuple[str, ...] = ()
) -> list[str]:
    """In which keys two recipes' settings differ, a phrase each, those of `MAY_CHANGE` left out.

    Args:
        there: Of the run.
        here: Of the recipe that is given now.
        but: More keys that do not matter.
    """
    one, other = dict(_flat(there)), dict(_flat(here))
    ignored = (*MAY_CHANGE, *but)
    return [
        f"{key} is {_said(one, key)} there and {_said(other, key)} here"
        for key in dict.fromkeys([*one, *other])
        if not any(key == name or key.startswith(f"{name}.") for name in ignored)
        and one.get(key) != other.get(key)
    ]


def _said(values: Mapping[str, Any], key: str) -> str:
    return _value(values[key]) if key in values else "unknown"


def _flat(table: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{name}{key}.")
        else:
            yield f"{name}{key}", value


def listed(phrases: list[str]) -> str:
    """Phrases behind each other, the first few of them."""
    more = len(phrases) - _NAMED
    return ", ".join(phrases[:_NAMED]) + (f", and {more} more" if more > 0 else "")


def what_differs(
    folder: Path, stored: str, identity: str, settings: Mapping[str, Any] | None
) -> str:
    """How the run in a folder differs from one that is to go on with it.

    Args:
        folder: Of the run; holds its settings, but for old runs.
        stored: The run's identity.
        identity: What it should be.
        settings: Of the recipe that is given now.

    Raises:
        RecipeError: the settings in the folder cannot be read.
    """
    said = []
    (recipe, data, processes), (own, own_data, own_processes) = _parts(stored), _parts(identity)
    if recipe != own:
        kept = _read_settings(folder)
        known = kept is not None and settings is not None
        said += differences(kept, settings) if known else []  # type: ignore[arg-type]
        said = said or ["the recipe is another"]
    if data != own_data:
        said.append(
            "the corpus, its labels, the reservoir of its shards or the initial model is another"
        )
    if processes != own_processes:
        said.append(f"{processes} process(es) trained there and {own_processes} here")
    return listed(said)


def _read_settings(folder: Path) -> dict[str, Any] | None:
    path = folder / RECIPE_NAME
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: cannot be read: {error}") from error
