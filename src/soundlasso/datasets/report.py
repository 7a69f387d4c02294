"""What a split holds, in numbers."""

from dataclasses import dataclass

from soundlasso.datasets.clip import Dataset

_NAMED = 5


@dataclass(frozen=True)
class Report:
    """The numbers of a split.

    Attributes:
        name: The data set.
        split: The split.
        clips: How many have their sound.
        hours: The sum of the durations that are known; ``None`` if none is.
        unknown_durations: Clips whose duration no table states.
        captions: All captions together.
        labels: Different labels.
        wordless: Clips with neither caption nor label.
        mixtures: Those of which every sound is there.
        missing: How much is listed without a sound.
        missing_first: The first of their names.
    """

    name: str
    split: str
    clips: int
    hours: float | None
    unknown_durations: int
    captions: int
    labels: int
    wordless: int
    mixtures: int
    missing: int
    missing_first: tuple[str, ...]


def report_on(dataset: Dataset) -> Report:
    """Counts what a split holds."""
    durations = [clip.duration for clip in dataset.clips if clip.duration is not None]
    return Report(
        name=dataset.name,
        split=dataset.split,
        clips=len(dataset.clips),
        hours=sum(durations) / 3600 if durations else None,
        unknown_durations=len(dataset.clips) - len(durations),
        captions=sum(len(clip.captions) for clip in dataset.clips),
        labels=len({label for clip in dataset.clips for label in clip.labels}),
        wordless=sum(not clip.captions and not clip.labels for clip in dataset.clips),
        mixtures=len(dataset.mixtures),
        missing=len(dataset.missing),
        missing_first=dataset.missing[:_NAMED],
    )
