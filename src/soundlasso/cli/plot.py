"""Drawing what ``separate`` wrote."""

from pathlib import Path

from soundlasso.audio.reader import open_audio
from soundlasso.engine.files import FileResult
from soundlasso.plotting import Spectrogram, draw

_BLOCK_FRAMES = 1 << 19


def draw_results(results: list[FileResult]) -> list[Path]:
    """Draws mixture, target and residual of each result into a PNG beside its files.

    They are read back from the files that were written, block by block; the mixture is their
    sum.
    """
    paths = []
    for result in results:
        rate = result.sample_rate
        titles = "mixture", f"target: {result.query}", "residual"
        pictures = {title: Spectrogram(rate) for title in titles}
        with open_audio(result.target) as target, open_audio(result.residual) as residual:
            while (sound := target.read(_BLOCK_FRAMES)).shape[1]:
                rest = residual.read(_BLOCK_FRAMES)
                length = min(sound.shape[1], rest.shape[1])
                sound, rest = sound[:, :length], rest[:, :length]
                for title, block in zip(titles, (sound + rest, sound, rest), strict=True):
                    pictures[title].add(block)
        path = result.target.with_suffix(".png")
        draw(path, pictures)
        paths.append(path)
    return paths
