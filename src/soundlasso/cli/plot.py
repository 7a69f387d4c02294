"""Drawing what ``separate`` wrote."""

from pathlib import Path

from soundlasso.audio.reader import open_audio
from soundlasso.engine.files import FileResult, RemovalResult
from soundlasso.plotting import Spectrogram, draw

_BLOCK_FRAMES = 1 << 19


def draw_results(results: list[FileResult] | list[RemovalResult]) -> list[Path]:
    """Draws the recording and both parts of each result into a PNG beside its files.

    They are read back from the files that were written, block by block; the mixture is their
    sum.
    """
    paths = []
    for result in results:
        path, rest_path = result.sounds
        titles = ("mixture", *_titles(result))
        pictures = {name: Spectrogram(result.sample_rate) for name in titles}
        with open_audio(path) as target, open_audio(rest_path) as residual:
            while (sound := target.read(_BLOCK_FRAMES)).shape[1]:
                rest = residual.read(_BLOCK_FRAMES)
                length = min(sound.shape[1], rest.shape[1])
                sound, rest = sound[:, :length], rest[:, :length]
                for name, block in zip(titles, (sound + rest, sound, rest), strict=True):
                    pictures[name].add(block)
        picture = path.with_suffix(".png")
        draw(picture, pictures)
        paths.append(picture)
    return paths


def _titles(result: FileResult | RemovalResult) -> tuple[str, str]:
    """Of the two sounds of a result."""
    if isinstance(result, FileResult):
        return f"target: {result.query}", "residual"
    removed = " and ".join(query.query for query in result.queries)
    return "rest", f"removed: {removed}"
