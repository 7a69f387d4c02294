"""What a built corpus holds, as a table for people."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import get_args

from soundlasso.corpus.catalogue import Recording
from soundlasso.corpus.manifest import Split

_SPLITS: tuple[Split, ...] = get_args(Split)


@dataclass
class _Sum:
    """What is counted of some recordings."""

    recordings: int = 0
    seconds: float = 0.0
    labels: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)

    def add(self, recording: Recording) -> None:
        self.recordings += 1
        self.seconds += recording.seconds
        self.packages.add(recording.package)
        if recording.use == "target":
            self.labels.add(recording.label)


def markdown_table(recordings: list[Recording]) -> str:
    """Recordings, hours, labels and packages of each split, then minutes of each category.

    Backgrounds count as recordings; their labels do not count, since nobody asks for them.
    """
    splits: dict[str, _Sum] = defaultdict(_Sum)
    categories: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    everything = _Sum()
    for recording in recordings:
        splits[recording.split].add(recording)
        everything.add(recording)
        if recording.use == "target":
            categories[recording.category][recording.split].add(recording)
    lines = [
        "| split | recordings | hours | labels | packages |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, total in [*((split, splits[split]) for split in _SPLITS), ("all", everything)]:
        hours = f"{total.seconds / 3600:.2f}"
        labels, packages = len(total.labels), len(total.packages)
        lines.append(f"| {name} | {total.recordings:,} | {hours} | {labels} | {packages} |")
    lines += [
        "",
        "| category | " + " | ".join(f"{split}, minutes (recordings)" for split in _SPLITS) + " |",
        "| --- |" + " ---: |" * len(_SPLITS),
    ]
    for category, sums in sorted(categories.items()):
        cells = (f"{sums[s].seconds / 60:.1f} ({sums[s].recordings:,})" for s in _SPLITS)
        lines.append(f"| {category} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
