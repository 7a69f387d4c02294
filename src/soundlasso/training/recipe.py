"""Recipes: a training run in one TOML file."""

import dataclasses
import tomllib
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from soundlasso.config import as_table, build_config
from soundlasso.errors import RecipeError
from soundlasso.training.audiosep_task import AudioSepTaskConfig
from soundlasso.training.clapsep_task import ClapSepTaskConfig
from soundlasso.training.flowsep_task import FlowSepTaskConfig
from soundlasso.training.gain_config import GainTaskConfig, LiveTaskConfig
from soundlasso.training.lassnet_task import LassNetTaskConfig
from soundlasso.training.loop import LoopConfig
from soundlasso.training.thesis_task import ThesisTaskConfig

TaskConfig = (
    GainTaskConfig
    | LiveTaskConfig
    | ThesisTaskConfig
    | LassNetTaskConfig
    | AudioSepTaskConfig
    | ClapSepTaskConfig
    | FlowSepTaskConfig
)

OWN_ENCODER = "own"
"""What recipes of networks call their query encoder that learn their own."""

_TASKS: dict[str, type[TaskConfig]] = {
    "gainnet": GainTaskConfig,
    "livenet": LiveTaskConfig,
    "resunetpp": ThesisTaskConfig,
    "lassnet": LassNetTaskConfig,
    "audiosep": AudioSepTaskConfig,
    "clapsep": ClapSepTaskConfig,
    "flowsep": FlowSepTaskConfig,
}


@dataclass(frozen=True)
class Recipe:
    """A training run.

    Attributes:
        name: Of the model that comes out, ``family.tag``.
        family: Which network is trained.
        query_encoder: Which frozen encoder reads the queries; ``own`` for a network that learns
            its own.
        task: The network, its examples and its loss.
        loop: How long and how it is trained.
        initial: The model whose weights it starts from, a name or a card; random ones if empty.
        query_from: The model that `initial.QUERY_PARTS` are taken from, where the rest is new.
    """

    name: str
    family: str
    query_encoder: str
    task: TaskConfig
    loop: LoopConfig
    initial: str = ""
    query_from: str = ""

    @property
    def text(self) -> str:
        """All that matters for the numbers, as text: two recipes with the same are the same."""
        loop = dataclasses.replace(
            self.loop, workers=0, log_every=1, save_every=1, snapshot_every=0
        )
        return repr(dataclasses.replace(self, loop=loop))

    @property
    def settings(self) -> dict[str, Any]:
        """The recipe as a table of plain tables that leaves nothing out."""
        table = as_table(self)
        return {**{key: table[key] for key in table if key != "task"}, **table["task"]}

    def check_encoder(self, size: int) -> None:
        """Refuses a query encoder whose states the network does not take.

        Raises:
            RecipeError: says which size it takes.
        """
        name = self.task.size_of_states
        taken = attrgetter(name)(self.task.model)
        if taken != size:
            raise RecipeError(
                f"model.{name} is {taken}, but the states of {self.query_encoder} have size {size}"
            )


def read_recipe(path: Path, overrides: list[str] | None = None) -> Recipe:
    """Reads a recipe.

    Args:
        path: The TOML file.
        overrides: ``key.of.value=value`` as TOML, which replace what the file says.

    Raises:
        RecipeError: the file cannot be read, or a name or value in it makes no sense.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: is not TOML: {error}") from error
    for override in overrides or []:
        _override(content, override)
    return _recipe(content, str(path))


def _override(content: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value
    *tables, last = key.strip().split(".")
    if not equals or not last:
        raise RecipeError(f"{override!r}: write overrides as key=value, such as loop.steps=100")
    for table in tables:
        content = content.setdefault(table, {})
        if not isinstance(content, dict):
            raise RecipeError(f"{override!r}: {table} is not a table")
    content[last] = parsed


def _recipe(content: dict[str, Any], where: str) -> Recipe:
    content = dict(content)
    family = content.get("family")
    if family not in _TASKS:
        raise RecipeError(f"{where}: family must be one of {', '.join(_TASKS)}, not {family!r}")
    known = [item.name for item in dataclasses.fields(Recipe) if item.name != "task"]
    known += [item.name for item in dataclasses.fields(_TASKS[family])]
    for key in content:
        if key not in known:
            raise RecipeError(f"{where}: {key!r} is not known; there are {', '.join(known)}")
    try:
        return Recipe(
            name=str(content.pop("name")),
            family=content.pop("family"),
            query_encoder=str(content.pop("query_encoder")),
            initial=str(content.pop("initial", "")),
            query_from=str(content.pop("query_from", "")),
            loop=build_config(LoopConfig, content.pop("loop"), f"{where}: loop"),
            task=build_config(_TASKS[family], content, where),
        )
    except KeyError as error:
        raise RecipeError(f"{where}: {error.args[0]} is missing") from None
    except ValueError as error:
        raise RecipeError(str(error)) from error
