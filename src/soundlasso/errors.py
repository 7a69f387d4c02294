"""The errors that Sound Lasso raises on purpose.

The library raises them with a message that a person can act on; the command line prints
that message as one line and exits non-zero. Anything else that escapes is a bug.
"""


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


class CorpusError(SoundLassoError):
    """A package or recording of the corpus is missing, damaged or not what it should be."""


class RecipeError(SoundLassoError):
    """A training recipe cannot be read or does not make sense."""


def in_one_line(error: BaseException, most: int = 200) -> str:
    """The message of another library's error, to be part of one of ours.

    Args:
        error: What was raised.
        most: How many letters are kept.
    """
    return " ".join(str(error).split())[:most]
