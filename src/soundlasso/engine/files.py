"""From file to files: read, separate and write block by block."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from soundlasso.audio.info import AudioInfo
from soundlasso.audio.labels import write_labels
from soundlasso.audio.reader import iterate_blocks, open_audio
from soundlasso.audio.writer import AudioWriter, FormatName, OutputFormat, commit_together
from soundlasso.engine.folders import output_folder, refuse_to_replace
from soundlasso.engine.hearing import Hearing, hear
from soundlasso.engine.names import distinct, result_names, slug
from soundlasso.engine.request import Request, ask_for, ask_without
from soundlasso.engine.separator import Progress, Separator
from soundlasso.engine.spans import Span
from soundlasso.engine.stream import separate_stream
from soundlasso.engine.timeline import TimelineRecorder
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
        clipped_each: The same in the target's file and in the residual's.
        warnings: What the user should know.
        presence: How sure the model is that the sound is there, 0 to 1; ``None`` for models
            that do not say.
        heard: Whether that is sure enough; ``None`` likewise.
        spans: Where the sound is, in seconds from the beginning of the input file.
        labels: The label track that says so, if one was wanted.
    """

    query: str
    target: Path
    residual: Path
    sample_rate: int
    channels: int
    frames: int
    clipped: int
    clipped_each: tuple[int, int]
    warnings: tuple[str, ...]
    presence: float | None = None
    heard: bool | None = None
    spans: tuple[Span, ...] = ()
    labels: Path | None = None

    @property
    def sounds(self) -> tuple[Path, Path]:
        """Both files, the one that was asked for first."""
        return self.target, self.residual


@dataclass(frozen=True)
class RemovedQuery:
    """What was heard of a sound that was removed; see `FileResult`."""

    query: str
    presence: float | None
    heard: bool | None
    spans: tuple[Span, ...]
    labels: Path | None


@dataclass(frozen=True)
class RemovalResult:
    """What removing sounds from a file wrote.

    Attributes:
        queries: What was removed.
        rest: The file of the recording without all of it.
        removed: The file of what is missing there.
        sample_rate: In Hz.
        channels: How many.
        frames: Samples per channel.
        clipped: How many samples were cut to full scale, in both files together.
        clipped_each: The same in the rest's file and in that of what was removed.
        warnings: What the user should know.
    """

    queries: tuple[RemovedQuery, ...]
    rest: Path
    removed: Path
    sample_rate: int
    channels: int
    frames: int
    clipped: int
    clipped_each: tuple[int, int]
    warnings: tuple[str, ...]

    @property
    def sounds(self) -> tuple[Path, Path]:
        """Both files, the one that was asked for first."""
        return self.rest, self.removed


def separate_file(
    separator: Separator,
    path: str | Path,
    queries: Sequence[str],
    *,
    exclude: Sequence[str] = (),
    folder: str | Path = "separated",
    format_name: FormatName = "wav",
    bits: int | None = None,
    quality: float | None = None,
    start: float = 0.0,
    duration: float | None = None,
    labels: bool = False,
    progress: Progress = lambda done, total: None,
) -> list[FileResult]:
    """Separates a file into ``QUERY.wav`` and ``QUERY.residual.wav`` for each query.

    The recording is read, separated and written in stretches, so that its length does not
    matter. Files appear under their names when all of them are complete.

    Args:
        separator: The loaded model.
        path: A sound file or video.
        queries: What to take out, in words; all in one pass.
        exclude: What must not remain in any of it, in words.
        folder: Where to write; made if need be. Files of the same names there are replaced, so
            give each recording a folder of its own.
        format_name: wav, flac, mp3 or ogg.
        bits: 16, 24 or 32 (float); the input's own when ``None``.
        quality: Of mp3 and ogg, 0 to 10; see `OutputFormat`.
        start: Seconds to skip at the beginning.
        duration: Seconds to separate; the rest when ``None``.
        labels: Write ``QUERY.labels.txt`` as well, which marks where the sound is, for Audacity.
        progress: Called as the work goes on.

    Raises:
        AudioError: the file cannot be read, or a result cannot be written.
        OptionError: the format cannot hold the recording, a result would replace it, or a sound
            is both wanted and unwanted.
        QueryError: a query is empty.
    """
    request = ask_for(separator.model, queries, exclude, separator.manner)
    names = result_names(list(queries))
    run = _FileRun(separator, Path(path), Path(folder), start, duration, progress)
    done = run.write(request, dict(enumerate(names)), format_name, bits, quality)
    return [
        _result(done, index, run.write_labels(names[index][0], done, index, labels))
        for index in range(len(queries))
    ]


def remove_from_file(
    separator: Separator,
    path: str | Path,
    queries: str | Sequence[str],
    *,
    folder: str | Path = "separated",
    format_name: FormatName = "wav",
    bits: int | None = None,
    quality: float | None = None,
    start: float = 0.0,
    duration: float | None = None,
    labels: bool = False,
    progress: Progress = lambda done, total: None,
) -> RemovalResult:
    """Writes a file without some sounds: ``without-QUERY.wav``, and what is missing there.

    The latter is ``without-QUERY.removed.wav``; the two add up to the recording.

    Args:
        separator: The loaded model.
        path: A sound file or video.
        queries: What to remove, in words: one sound, or several; all of it from the one file.
        folder: And all others, as `separate_file` has them.
        format_name: See there.
        bits: See there.
        quality: See there.
        start: See there.
        duration: See there.
        labels: See there.
        progress: See there.

    Raises:
        AudioError, OptionError, QueryError: as `separate_file`.
    """
    queries = [queries] if isinstance(queries, str) else list(queries)
    request = ask_without(separator.model, queries, separator.manner)
    (pair,) = result_names(queries, remove=True)
    run = _FileRun(separator, Path(path), Path(folder), start, duration, progress)
    done = run.write(request, {len(queries): pair}, format_name, bits, quality)
    tracks = distinct([slug(query) for query in queries])
    heard = [
        RemovedQuery(
            query=query,
            presence=hearing.presence,
            heard=hearing.heard,
            spans=hearing.spans,
            labels=run.write_labels(tracks[index], done, index, labels),
        )
        for index, (query, hearing) in enumerate(zip(queries, done.hearings, strict=True))
    ]
    notes = [note for query in request.queries for note in query.warnings]
    rest, removed = done.writers
    return RemovalResult(
        queries=tuple(heard),
        rest=rest.path,
        removed=removed.path,
        sample_rate=done.info.sample_rate,
        channels=done.info.channels,
        frames=done.frames,
        clipped=rest.clipped + removed.clipped,
        clipped_each=(rest.clipped, removed.clipped),
        warnings=tuple(dict.fromkeys([*done.warnings, *notes])),
    )


@dataclass(frozen=True)
class _Done:
    """What a run over a file left."""

    request: Request
    info: AudioInfo
    frames: int
    writers: list[AudioWriter]
    hearings: list[Hearing]
    warnings: tuple[str, ...]


def _result(done: _Done, index: int, labels: Path | None) -> FileResult:
    """What was written for one query."""
    query, hearing = done.request.queries[index], done.hearings[index]
    target, residual = done.writers[2 * index : 2 * index + 2]
    return FileResult(
        query=query.text,
        target=target.path,
        residual=residual.path,
        sample_rate=done.info.sample_rate,
        channels=done.info.channels,
        frames=done.frames,
        clipped=target.clipped + residual.clipped,
        clipped_each=(target.clipped, residual.clipped),
        warnings=(*done.warnings, *done.request.warnings(query)),
        presence=hearing.presence,
        heard=hearing.heard,
        spans=hearing.spans,
        labels=labels,
    )


@dataclass(frozen=True)
class _FileRun:
    """One pass over a file."""

    separator: Separator
    path: Path
    folder: Path
    start: float
    duration: float | None
    progress: Progress

    def write(
        self,
        request: Request,
        names: dict[int, tuple[str, str]],
        format_name: FormatName,
        bits: int | None,
        quality: float | None,
    ) -> _Done:
        """Grants wishes and writes some of them.

        Args:
            request: What is wished for.
            names: Of the files of what each of these wishes comes to, and of the rest.
            format_name: Of the files.
            bits: Of the files.
            quality: Of the files.
        """
        model = self.separator.model
        with (
            open_audio(self.path, start=self.start, duration=self.duration) as reader,
            ExitStack() as stack,
        ):
            info = reader.info
            bits = _fitting_bits(info, format_name) if bits is None else bits
            form = OutputFormat(format_name, bits, quality)
            self._check(info, form)
            folder = stack.enter_context(output_folder(self.folder))
            paths = [folder / f"{name}.{format_name}" for pair in names.values() for name in pair]
            refuse_to_replace(paths, [self.path])
            writers = _open_writers(stack, paths, info, form)
            step = model.stretch(info.sample_rate, info.channels).step
            recorder = TimelineRecorder(info.sample_rate, len(request.queries), step)
            blocks = iterate_blocks(
                reader,
                frames=round(_BLOCK_SECONDS * info.sample_rate),
                name=str(self.path),
                start=self.start,
            )
            total = None if info.estimate is None else info.estimate / info.sample_rate
            frames = 0
            for part in separate_stream(
                blocks,
                info.sample_rate,
                info.channels,
                model,
                request.conditions,
                request.wishes,
            ):
                recorder.add(part)
                for place, wish in enumerate(names):
                    target, rest = writers[2 * place : 2 * place + 2]
                    target.write(part.targets[wish])
                    rest.write(np.subtract(part.mixture, part.targets[wish]))
                frames += part.mixture.shape[1]
                self.progress(frames / info.sample_rate, total)
            commit_together(writers)
            warnings = tuple(reader.warnings)
        hearings = hear(recorder.timeline(), self.separator.calibration)
        hearings = [self._in_file(hearing) for hearing in hearings]
        return _Done(request, info, frames, writers, hearings, warnings)

    def _check(self, info: AudioInfo, form: OutputFormat) -> None:
        try:
            form.check(info.sample_rate, info.channels)
        except OptionError as error:
            raise OptionError(f"{self.path}: {error}") from None

    def write_labels(self, name: str, done: _Done, index: int, wanted: bool) -> Path | None:
        """Writes the label track of a query, if it is wanted, and says where."""
        if not wanted:
            return None
        path = self.folder / f"{name}.labels.txt"
        query, spans = done.request.queries[index].text, done.hearings[index].spans
        write_labels(path, [(span.start, span.end, query) for span in spans])
        return path

    def _in_file(self, hearing: Hearing) -> Hearing:
        """The same with times from the beginning of the file."""
        spans = [
            replace(
                span,
                start=round(span.start + self.start, 6),
                end=round(span.end + self.start, 6),
            )
            for span in hearing.spans
        ]
        return replace(hearing, spans=tuple(spans))


def _open_writers(
    stack: ExitStack, paths: list[Path], info: AudioInfo, form: OutputFormat
) -> list[AudioWriter]:
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


def _fitting_bits(info: AudioInfo, format_name: FormatName) -> int:
    return 24 if format_name == "flac" and info.bits == 32 else info.bits
