"""What imported models may be called."""

import re

from soundlasso.errors import OptionError
from soundlasso.zoo.official.systems import SYSTEMS, OfficialSystem
from soundlasso.zoo.registry import ALIASES, shipped_cards

_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_own_name(name: str, system: OfficialSystem) -> None:
    """Refuses names that would not lead to the model that is imported.

    Args:
        name: Of the model.
        system: What it is; its own name is the usual one.

    Raises:
        OptionError: a model that comes with the program has the name, and is looked for first; or
            another published system has it; or no file could have it.
    """
    advice = f"choose another --name, such as {system.name}.mine"
    if not _FORM.fullmatch(name) or name.lower().endswith(".json"):
        raise OptionError(
            f"{name!r} cannot be a model's name: letters, digits, '.', '_' and '-' can, without "
            f".json behind them; {advice}"
        )
    # Some systems do not tell capitals in the names of files.
    plain = name.casefold()
    if plain in {known.casefold() for known in (*ALIASES, *shipped_cards())}:
        raise OptionError(f"{name} comes with the program and would be used instead; {advice}")
    if plain in {known.casefold() for known in SYSTEMS} and name != system.name:
        raise OptionError(f"{name} is the name of a published system; {advice}")
