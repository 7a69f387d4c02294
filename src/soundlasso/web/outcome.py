"""What the engine says of a job, as the API says it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundlasso.engine.files import (
    FileResult,
    RemovalResult,
    RemovedQuery,
    remove_from_file,
    separate_file,
)
from soundlasso.engine.separator import Progress, Separator


@dataclass(frozen=True)
class Outcome:
    """What came of one query, or of all that were removed together.

    Attributes:
        target: The file of the sound that was described.
        residual: The file of the recording without it.
        sample_rate: In Hz.
        channels: How many.
        frames: Samples per channel.
        clipped: How many samples were cut to full scale.
        warnings: What the user should know.
        heard: For each query, whether and where it was heard.
    """

    target: Path
    residual: Path
    sample_rate: int
    channels: int
    frames: int
    clipped: int
    warnings: tuple[str, ...]
    heard: list[dict[str, Any]]


def carry_out(
    separator: Separator, path: Path, wish: dict[str, Any], folder: Path, progress: Progress
) -> list[Outcome]:
    """Separates a recording as a job wishes.

    Args:
        separator: The loaded model.
        path: The recording.
        wish: ``mode``, ``queries`` and ``not``, as `Job` has them.
        folder: Where to write.
        progress: Called as the work goes on.

    Returns:
        One outcome for each query, or one for all of them where they are to be removed.

    Raises:
        SoundLassoError: as `separate_file` and `remove_from_file`.
    """
    queries = wish["queries"]
    if wish["mode"] == "remove":
        removal = remove_from_file(separator, path, queries, folder=folder, progress=progress)
        heard = [_heard(query) for query in removal.queries]
        return [_outcome(removal, removal.removed, removal.rest, heard)]
    results = separate_file(
        separator, path, queries, exclude=wish["not"], folder=folder, progress=progress
    )
    return [
        _outcome(result, result.target, result.residual, [_heard(result)]) for result in results
    ]


def _outcome(
    result: FileResult | RemovalResult, target: Path, residual: Path, heard: list[dict[str, Any]]
) -> Outcome:
    return Outcome(
        target=target,
        residual=residual,
        sample_rate=result.sample_rate,
        channels=result.channels,
        frames=result.frames,
        clipped=result.clipped,
        warnings=result.warnings,
        heard=heard,
    )


def _heard(result: FileResult | RemovedQuery) -> dict[str, Any]:
    spans = [{"start": one.start, "end": one.end, "score": one.score} for one in result.spans]
    return {
        "query": result.query,
        "presence": result.presence,
        "heard": result.heard,
        "spans": spans,
    }
