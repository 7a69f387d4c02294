"""A loaded model, ready for recordings: the object that Python users work with."""

from collections.abc import Callable, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import check_finite, open_audio, read_rest
from soundlasso.engine.hearing import Hearing, hear
from soundlasso.engine.model import SeparationModel
from soundlasso.engine.presence import PresenceCalibration
from soundlasso.engine.request import LITERAL, Manner, Request, ask_for, ask_without
from soundlasso.engine.results import Removal, Separation
from soundlasso.engine.stream import Targets, separate_stream, whole
from soundlasso.engine.timeline import TimelineRecorder
from soundlasso.errors import AudioError, OptionError

Audio = str | Path | npt.NDArray[Any] | torch.Tensor
_MOST_CHANNELS = 64
Progress = Callable[[float, float | None], None]
"""Called with the seconds of the recording that are done, and of the whole if that is known."""


class Separator:
    """A loaded model.

    Attributes:
        name: The model's name.
        model: The model itself.
        calibration: How its evidence says whether a sound is there; ``None`` if it does not.
        manner: How queries are read: whether misspelt words are mended, and whether one that names
            several sounds stands for all of them.
    """

    def __init__(
        self,
        model: SeparationModel,
        name: str,
        calibration: PresenceCalibration | None = None,
        *,
        literal: bool = False,
        mend: bool = True,
    ) -> None:
        """Wraps a model; `soundlasso.load` does it for you."""
        self.name = name
        self.model = model
        self.calibration = calibration
        self.manner = LITERAL if literal else Manner(mend=mend, part=True)

    def separate(
        self,
        audio: Audio,
        query: str,
        *,
        exclude: Sequence[str] = (),
        sample_rate: int | None = None,
    ) -> Separation:
        """Takes out of a recording what a query describes.

        Args:
            audio: A file, or samples as an array or tensor: ``T`` or ``C T``, floating point
                with nominal range -1 to 1, or integers of their type's full range.
            query: What to take out, in words.
            exclude: What must not remain in it, in words.
            sample_rate: Of samples, in Hz; files know their own.

        Raises:
            AudioError: the file cannot be read, or the samples cannot be used.
            QueryError: a query is no text, or has no letter or digit.
            OptionError: samples came without their rate, or a file with one; or a sound is both
                wanted and unwanted.
        """
        return self.separate_all(audio, [query], exclude=exclude, sample_rate=sample_rate)[0]

    def separate_all(
        self,
        audio: Audio,
        queries: Sequence[str],
        *,
        exclude: Sequence[str] = (),
        sample_rate: int | None = None,
    ) -> list[Separation]:
        """As `separate`, for several queries in one pass over the recording.

        What ``exclude`` names is kept out of every one of them.
        """
        request = ask_for(self.model, queries, exclude, self.manner)
        samples, rate, warnings = as_samples(audio, sample_rate)
        targets, hearings = self._run(samples, rate, request)
        return [
            Separation(
                query=query.text,
                target=target,
                residual=samples - target,
                sample_rate=rate,
                warnings=(*warnings, *request.warnings(query)),
                presence=hearing.presence,
                heard=hearing.heard,
                spans=hearing.spans,
            )
            for query, target, hearing in zip(request.queries, targets, hearings, strict=True)
        ]

    def remove(
        self, audio: Audio, queries: str | Sequence[str], *, sample_rate: int | None = None
    ) -> Removal:
        """Takes sounds out of a recording and keeps the rest.

        Args:
            audio: As `separate` has it.
            queries: What to remove, in words: one sound, or several at once.
            sample_rate: Of samples, in Hz; files know their own.

        Raises:
            AudioError, QueryError, OptionError: as `separate`.
        """
        queries = [queries] if isinstance(queries, str) else queries
        request = ask_without(self.model, queries, self.manner)
        samples, rate, warnings = as_samples(audio, sample_rate)
        targets, hearings = self._run(samples, rate, request)
        rest = targets[-1]
        notes = [note for query in request.queries for note in query.warnings]
        return Removal(
            queries=tuple(query.text for query in request.queries),
            rest=rest,
            removed=samples - rest,
            sample_rate=rate,
            hearings=tuple(hearings),
            warnings=tuple(dict.fromkeys([*warnings, *notes])),
        )

    def _run(self, samples: Samples, rate: int, request: Request) -> tuple[Targets, list[Hearing]]:
        """What is wished for, ``W C T``, and what was heard of each query."""
        channels = samples.shape[0]
        plan = self.model.stretch(rate, channels)
        recorder = TimelineRecorder(rate, len(request.queries), plan.step)
        parts = []
        for part in separate_stream(
            whole(samples, plan), rate, channels, self.model, request.conditions, request.wishes
        ):
            recorder.add(part)
            parts.append(part.targets)
        targets = np.concatenate(parts, axis=2)
        return targets, hear(recorder.timeline(), self.calibration)


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
    sample_rate = _rate(sample_rate)
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


def _rate(sample_rate: object) -> int:
    # Whoever calls this may not check types; a float comes from other libraries.
    if not isinstance(sample_rate, Real) or sample_rate % 1 != 0:
        raise OptionError(f"sample_rate must be a whole number of Hz, not {sample_rate!r}")
    rate = round(float(sample_rate))
    if not 1000 <= rate <= 768_000:
        raise OptionError(f"a sample_rate of {rate} Hz is not one of sound")
    return rate
