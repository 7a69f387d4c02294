"""What comes out of separating a recording that is held in memory."""

import warnings as python_warnings
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from soundlasso.audio.info import Samples
from soundlasso.audio.writer import AudioWriter, OutputFormat, commit_together
from soundlasso.engine.folders import output_folder
from soundlasso.engine.hearing import Hearing
from soundlasso.engine.names import removal_name, slug
from soundlasso.engine.spans import Span
from soundlasso.errors import OptionError


@dataclass(frozen=True)
class Separation:
    """What was taken out of a recording, and what is left of it.

    Attributes:
        query: What was asked for.
        target: The sound that the query describes, ``C T`` float32.
        residual: The recording without it, ``C T`` float32; the two sum to the recording.
        sample_rate: In Hz, the recording's own.
        warnings: What the user should know, such as that the query was cut off.
        presence: How sure the model is that the sound is there, 0 to 1; ``None`` for models
            that do not say.
        heard: Whether that is sure enough to call the sound heard; ``None`` likewise. The
            target is the model's answer either way: little, where nothing was heard.
        spans: Where in the recording the sound is; none where it is not heard.
    """

    query: str
    target: Samples
    residual: Samples
    sample_rate: int
    warnings: tuple[str, ...] = ()
    presence: float | None = None
    heard: bool | None = None
    spans: tuple[Span, ...] = ()

    def save(
        self,
        folder: str | Path = "separated",
        *,
        name: str | None = None,
        form: OutputFormat | None = None,
    ) -> tuple[Path, Path]:
        """Writes the target as ``NAME.wav`` and the rest as ``NAME.residual.wav``.

        Files of these names are replaced: give a ``name`` where two recordings or two queries
        that read alike are saved into one folder. Samples beyond full scale are clipped where
        the format holds integers, with a Python warning.

        Args:
            folder: Where to; made if need be.
            name: Of the files; made of the query when ``None``.
            form: Format and bits; 32-bit float wav by default.

        Returns:
            The paths of target and residual.

        Raises:
            AudioError: the folder or a file in it cannot be written.
            OptionError: the format cannot hold this sample rate or number of channels, or
                ``form`` is none.
        """
        name = name or slug(self.query)
        sounds = {name: self.target, f"{name}.residual": self.residual}
        target, residual = _save(Path(folder), sounds, self.sample_rate, form)
        return target, residual


@dataclass(frozen=True)
class Removal:
    """A recording without some sounds.

    Attributes:
        queries: What was removed.
        rest: The recording without all of them, ``C T`` float32.
        removed: What is missing there, ``C T`` float32; the two sum to the recording.
        sample_rate: In Hz, the recording's own.
        hearings: What was heard of each query.
        warnings: What the user should know.
    """

    queries: tuple[str, ...]
    rest: Samples
    removed: Samples
    sample_rate: int
    hearings: tuple[Hearing, ...]
    warnings: tuple[str, ...] = ()

    def save(
        self,
        folder: str | Path = "separated",
        *,
        name: str | None = None,
        form: OutputFormat | None = None,
    ) -> tuple[Path, Path]:
        """Writes the rest as ``NAME.wav`` and what was removed as ``NAME.removed.wav``.

        Args:
            folder: Where to; made if need be.
            name: Of the files; ``without-QUERY`` when ``None``.
            form: Format and bits; 32-bit float wav by default.

        Returns:
            The paths of the rest and of what was removed.

        Raises:
            AudioError, OptionError: as `Separation.save`.
        """
        name = name or removal_name(list(self.queries))
        sounds = {name: self.rest, f"{name}.removed": self.removed}
        rest, removed = _save(Path(folder), sounds, self.sample_rate, form)
        return rest, removed


def _save(
    folder: Path, sounds: dict[str, Samples], sample_rate: int, form: OutputFormat | None
) -> list[Path]:
    """Writes sounds under their names, and warns whoever called `save` of clipping."""
    form = OutputFormat("wav", 32) if form is None else form
    if not isinstance(form, OutputFormat):
        raise OptionError(
            f"form must be an OutputFormat, as OutputFormat('flac', 24), not {form!r}"
        )
    with output_folder(folder), ExitStack() as stack:
        writers = []
        for name, samples in sounds.items():
            writer = AudioWriter(
                folder / f"{name}.{form.name}",
                sample_rate=sample_rate,
                channels=samples.shape[0],
                form=form,
                frames=samples.shape[1],
            )
            writers.append(stack.enter_context(writer))
            writer.write(samples)
        commit_together(writers)
    for writer in writers:
        if writer.clipped:
            python_warnings.warn(
                f"{writer.path.name}: {writer.clipped} samples were beyond full scale and clipped; "
                "OutputFormat('wav', 32) keeps them",
                stacklevel=3,
            )
    return [writer.path for writer in writers]
