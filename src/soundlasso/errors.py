"""The errors that Sound Lasso raises on purpose.

The library raises them with a message that a person can act on; the command line prints
that message as one line and exits non-zero. Anything else that escapes is a bug.
"""

import sys


class SoundLassoError(Exception):
    """Base of every error that is meant for the user's eyes."""


class AudioError(SoundLassoError):
    """A sound file or array cannot be read, written or worked on."""


class QueryError(SoundLassoError):
    """A query is empty, or cannot be encoded."""


class UnknownModelError(SoundLassoError):
    """No model has the name that was asked for."""


class WeightsError(SoundLassoError):
    """Weights are missing, do not match their card, or do not fit the network."""


class OptionError(SoundLassoError):
    """An option has a value that cannot work, alone or with another."""


class MissingDependencyError(SoundLassoError):
    """An optional package is needed for what was asked; the message names the extra."""


class DownloadError(MissingDependencyError):
    """What a hub has is not here and cannot be brought."""


class CorpusError(SoundLassoError):
    """A package or recording of the corpus is missing, damaged or not what it should be."""


class RecipeError(SoundLassoError):
    """A training recipe cannot be read or does not make sense."""


def hub_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What the hub's client raises where it cannot bring a file.

    Its own errors are Python's; a connection that breaks off is its HTTP library's.

    Args:
        others: What else is to be caught.
    """
    libraries = [sys.modules[name] for name in ("httpx", "httpx2") if name in sys.modules]
    return (OSError, ValueError, *(library.HTTPError for library in libraries), *others)


def in_one_line(error: BaseException, most: int = 200) -> str:
    """The message of another library's error, to be part of one of ours.

    Args:
        error: What was raised.
        most: How many letters are kept.
    """
    return " ".join(str(error).split())[:most]
