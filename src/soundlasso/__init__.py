"""Sound Lasso: type what you want to hear, get that sound out of any recording."""

from soundlasso._version import __version__ as __version__
