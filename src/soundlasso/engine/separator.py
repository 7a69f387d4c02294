"""A loaded model, ready for recordings: the object that Python users work with."""

import os
import warnings as python_warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import check_finite, open_audio, read_rest
from soundlasso.audio.writer import OutputFormat, write_audio
from soundlasso.engine.model import SeparationModel
from soundlasso.engine.names import slug
from soundlasso.engine.stream import separate_stream, whole
from soundlasso.errors import AudioError, OptionError

Audio = str | Path | npt.NDArray[Any] | torch.Tensor
_MOST_CHANNELS = 64
Progress = Callable[[float, float | None], None]
"""Called with the seconds of the recording that are done, and of the whole if that is known."""


@dataclass(frozen=True)
class Separation:
    """What was taken out of a recording, and what is left of it.

    Attributes:
        query: What was asked for.
        target: The sound that the query describes, ``C T`` float32.
        residual: The recording without it, ``C T`` float32; the two sum to the recording.
        sample_rate: In Hz, the recording's own.
        warnings: What the user should know, such as that the query was cut off.
    """

    query: str
    target: Samples
    residual: Samples
    sample_rate: int
    warnings: tuple[str, ...] = ()

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
            OptionError: the format cannot hold this sample rate or number of channels.
        """
        folder = make_folder(Path(folder))
        form = form or OutputFormat("wav", 32)
        name = name or slug(self.query)
        paths = folder / f"{name}.{form.name}", folder / f"{name}.residual.{form.name}"
        clipped = sum(
            write_audio(path, samples, self.sample_rate, form)
            for path, samples in zip(paths, (self.target, self.residual), strict=True)
        )
        if clipped:
            python_warnings.warn(
                f"{paths[0].name}: {clipped} samples were beyond full scale and clipped",
                stacklevel=2,
            )
        return paths


class Separator:
    """A loaded model.

    Attributes:
        name: The model's name.
        model: The model itself.
    """

    def __init__(self, model: SeparationModel, name: str) -> None:
        """Wraps a model; `soundlasso.load` does it for you."""
        self.name = name
        self.model = model

    def separate(self, audio: Audio, query: str, *, sample_rate: int | None = None) -> Separation:
        """Takes out of a recording what a query describes.

        Args:
            audio: A file, or samples as an array or tensor: ``T`` or ``C T``, floating point
                with nominal range -1 to 1, or integers of their type's full range.
            query: What to take out, in words.
            sample_rate: Of samples, in Hz; files know their own.

        Raises:
            AudioError: the file cannot be read, or the samples cannot be used.
            QueryError: the query is empty.
            OptionError: samples came without their rate, or a file with one.
        """
        return self.separate_all(audio, [query], sample_rate=sample_rate)[0]

    def separate_all(
        self, audio: Audio, queries: Sequence[str], *, sample_rate: int | None = None
    ) -> list[Separation]:
        """As `separate`, for several queries in one pass over the recording."""
        prepared = self.prepare(queries)
        samples, rate, warnings = as_samples(audio, sample_rate)
        channels = samples.shape[0]
        plan = self.model.stretch(rate, channels)
        parts = [
            targets
            for _, targets in separate_stream(
                whole(samples, plan),
                rate,
                channels,
                self.model,
                [query.condition for query in prepared],
            )
        ]
        targets = np.concatenate(parts, axis=2)
        return [
            Separation(query.text, target, samples - target, rate, (*warnings, *query.warnings))
            for query, target in zip(prepared, targets, strict=True)
        ]

    def prepare(self, queries: Sequence[str]) -> list["PreparedQuery"]:
        """Encodes queries.

        Raises:
            QueryError: a query is empty.
            OptionError: there is none, or a single string was given instead of several.
        """
        if isinstance(queries, str):
            raise OptionError("give the queries as a list, such as ['a dog barking']")
        if not queries:
            raise OptionError("no query was given")
        return [PreparedQuery(query, *self.model.condition(query)) for query in queries]


@dataclass(frozen=True)
class PreparedQuery:
    """A query that a model has read.

    Attributes:
        text: The query in words.
        condition: What the model wants to know of it.
        warnings: What the user should know.
    """

    text: str
    condition: Any
    warnings: list[str]


def as_samples(audio: Audio, sample_rate: int | None) -> tuple[Samples, int, list[str]]:
    """Reads a file, or brings samples into the form ``C T`` float32.

    Returns:
        The samples, their rate in Hz, and warnings.

    Raises:
        AudioError: the file cannot be read, or the samples cannot be used.
        OptionError: samples came without their rate, or a file with one.
    """
    if isinstance(audio, str | Path):
        if sample_rate is not None:
            raise OptionError("sample_rate is for arrays; a file knows its own")
        with open_audio(audio) as reader:
            return read_rest(reader, name=str(audio)), reader.info.sample_rate, reader.warnings
    if sample_rate is None:
        raise OptionError("give the sample_rate of the samples")
    if not 1000 <= sample_rate <= 768_000:
        raise OptionError(f"a sample_rate of {sample_rate} Hz is not one of sound")
    if isinstance(audio, torch.Tensor):
        floating = audio.dtype.is_floating_point
        array = (audio.detach().float() if floating else audio).cpu().numpy()
    else:
        array = np.asarray(audio)
    if array.ndim not in {1, 2} or array.size == 0:
        raise AudioError(f"samples must be T or C x T and not empty, not {array.shape}")
    if array.ndim == 2 and array.shape[0] > max(_MOST_CHANNELS, array.shape[1]):
        raise AudioError(
            f"samples of shape {array.shape} look like T x C; give C x T, such as samples.T"
        )
    if np.issubdtype(array.dtype, np.signedinteger):
        array = array / -float(np.iinfo(array.dtype).min)
    elif not np.issubdtype(array.dtype, np.floating):
        raise AudioError(f"samples must be floating point or signed integers, not {array.dtype}")
    samples = np.ascontiguousarray(np.atleast_2d(array), dtype=np.float32)
    check_finite(samples, sample_rate, name="the samples")
    return samples, sample_rate, []


def make_folder(folder: Path) -> Path:
    """Makes a folder for output, if need be.

    Raises:
        AudioError: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise AudioError(f"{folder}: is a file, not a folder for output") from None
    except OSError as error:
        raise AudioError(f"{folder}: cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise AudioError(f"{folder}: no permission to write there")
    return folder
