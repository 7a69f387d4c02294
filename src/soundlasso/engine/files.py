"""From file to files: read, separate and write block by block."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundlasso.audio.info import AudioInfo, Samples
from soundlasso.audio.reader import iterate_blocks, open_audio
from soundlasso.audio.writer import AudioWriter, FormatName, OutputFormat
from soundlasso.engine.names import distinct, slug
from soundlasso.engine.separator import Progress, Separator, make_folder
from soundlasso.engine.stream import separate_stream
from soundlasso.errors import OptionError

_BLOCK_SECONDS = 10.0


@dataclass(frozen=True)
class FileResult:
    """What separating a file for one query wrote.

    Attributes:
        query: What was asked for.
        target: The file of the sound that the query describes.
        residual: The file of the recording without it.
        sample_rate: In Hz.
        channels: How many.
        frames: Samples per channel.
        clipped: How many samples were cut to full scale, in both files together.
        warnings: What the user should know.
    """

    query: str
    target: Path
    residual: Path
    sample_rate: int
    channels: int
    frames: int
    clipped: int
    warnings: tuple[str, ...]


def separate_file(
    separator: Separator,
    path: Path,
    queries: list[str],
    *,
    folder: str | Path = "separated",
    format_name: FormatName = "wav",
    bits: int | None = None,
    start: float = 0.0,
    duration: float | None = None,
    progress: Progress = lambda done, total: None,
) -> list[FileResult]:
    """Separates a file into ``QUERY.wav`` and ``QUERY.residual.wav`` for each query.

    The recording is read, separated and written in stretches, so that its length does not
    matter. Files appear under their names when all of them are complete.

    Args:
        separator: The loaded model.
        path: A sound file or video.
        queries: What to take out, in words; all in one pass.
        folder: Where to write; made if need be.
        format_name: wav, flac, mp3 or ogg.
        bits: 16, 24 or 32 (float); the input's own when ``None``.
        start: Seconds to skip at the beginning.
        duration: Seconds to separate; the rest when ``None``.
        progress: Called as the work goes on.

    Raises:
        AudioError: the file cannot be read, or a result cannot be written.
        OptionError: the format cannot hold the recording, or a result would replace it.
        QueryError: a query is empty.
    """
    prepared = separator.prepare(queries)
    with open_audio(path, start=start, duration=duration) as reader, ExitStack() as stack:
        info = reader.info
        bits = _fitting_bits(info, format_name) if bits is None else bits
        form = OutputFormat(format_name, bits)
        writers = _open_writers(stack, path, make_folder(Path(folder)), queries, info, form)
        blocks = iterate_blocks(
            reader, frames=round(_BLOCK_SECONDS * info.sample_rate), name=str(path), start=start
        )
        total = None if info.estimate is None else info.estimate / info.sample_rate
        frames = 0
        for mixture, targets in separate_stream(
            blocks,
            info.sample_rate,
            info.channels,
            separator.model,
            [query.condition for query in prepared],
        ):
            for index, target in enumerate(targets):
                _write_pair(mixture, target, writers[2 * index], writers[2 * index + 1])
            frames += mixture.shape[1]
            progress(frames / info.sample_rate, total)
        for writer in writers:
            writer.commit()
        warnings = tuple(reader.warnings)
    return [
        FileResult(
            query=query.text,
            target=writers[2 * index].path,
            residual=writers[2 * index + 1].path,
            sample_rate=info.sample_rate,
            channels=info.channels,
            frames=frames,
            clipped=writers[2 * index].clipped + writers[2 * index + 1].clipped,
            warnings=(*warnings, *query.warnings),
        )
        for index, query in enumerate(prepared)
    ]


def _open_writers(
    stack: ExitStack,
    source: Path,
    folder: Path,
    queries: list[str],
    info: AudioInfo,
    form: OutputFormat,
) -> list[AudioWriter]:
    """Two writers a query, for target and residual."""
    paths = [
        folder / f"{name}{suffix}.{form.name}"
        for name in distinct([slug(query) for query in queries])
        for suffix in ("", ".residual")
    ]
    for path in paths:
        if path.exists() and path.samefile(source):
            raise OptionError(f"{path}: would be replaced by its own result; choose another folder")
    return [
        stack.enter_context(
            AudioWriter(
                path,
                sample_rate=info.sample_rate,
                channels=info.channels,
                form=form,
                frames=info.estimate,
            )
        )
        for path in paths
    ]


def _write_pair(
    mixture: Samples, target: Samples, target_writer: AudioWriter, residual_writer: AudioWriter
) -> None:
    target_writer.write(target)
    residual_writer.write(np.subtract(mixture, target))


def _fitting_bits(info: AudioInfo, format_name: FormatName) -> int:
    return 24 if format_name == "flac" and info.bits == 32 else info.bits
