"""Sound Lasso: type what you want to hear, get that sound out of any recording.

    import soundlasso

    separation = soundlasso.load("default").separate("street.wav", "a dog barking")
    separation.save("separated")

The names below are imported when they are first used, so that importing the package, and
asking the command line for help, costs next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

from soundlasso._version import __version__ as __version__

if TYPE_CHECKING:
    from soundlasso.api import load as load
    from soundlasso.audio.writer import OutputFormat as OutputFormat
    from soundlasso.engine.files import remove_from_file as remove_from_file
    from soundlasso.engine.files import separate_file as separate_file
    from soundlasso.engine.results import Removal as Removal
    from soundlasso.engine.results import Separation as Separation
    from soundlasso.engine.separator import Separator as Separator
    from soundlasso.engine.spans import Span as Span
    from soundlasso.errors import SoundLassoError as SoundLassoError
    from soundlasso.zoo.registry import available_models as available_models

_HOMES = {
    "available_models": "soundlasso.zoo.registry",
    "load": "soundlasso.api",
    "OutputFormat": "soundlasso.audio.writer",
    "Removal": "soundlasso.engine.results",
    "remove_from_file": "soundlasso.engine.files",
    "Separation": "soundlasso.engine.results",
    "Separator": "soundlasso.engine.separator",
    "SoundLassoError": "soundlasso.errors",
    "Span": "soundlasso.engine.spans",
    "separate_file": "soundlasso.engine.files",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
