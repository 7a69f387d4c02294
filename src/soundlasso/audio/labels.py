"""Audacity's label tracks: text files that mark stretches of a recording.

One label a line: start, end and text, separated by tabs, times in seconds (Audacity's manual,
"Importing and Exporting Labels"). Many other editors read them as well.
"""

from collections.abc import Iterable
from pathlib import Path

from soundlasso.atomic import write_text
from soundlasso.errors import AudioError


def write_labels(path: Path, labels: Iterable[tuple[float, float, str]]) -> None:
    """Writes a label track.

    Args:
        path: Where; the folder must exist.
        labels: Start and end in seconds, and the text; line breaks and tabs in it become spaces.

    Raises:
        AudioError: the file cannot be written.
    """
    lines = [f"{start:.6f}\t{end:.6f}\t{' '.join(text.split())}\n" for start, end, text in labels]
    try:
        write_text(path, "".join(lines))
    except OSError as error:
        raise AudioError(f"{path}: cannot be written: {error.strerror}") from error
