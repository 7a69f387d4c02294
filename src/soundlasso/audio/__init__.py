"""Sound in and out: files of every common kind as blocks of float32 samples, and back.

Everything here speaks ``C x T`` NumPy arrays of float32, nominal range -1 to 1. Nothing here
knows of models or queries.
"""

from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.audio.reader import AudioReader, open_audio, read_audio
from soundlasso.audio.writer import AudioWriter, OutputFormat, write_audio

__all__ = [
    "AudioInfo",
    "AudioReader",
    "AudioWriter",
    "OutputFormat",
    "Samples",
    "open_audio",
    "read_audio",
    "write_audio",
]
