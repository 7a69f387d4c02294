"""Data sets as a corpus that can be trained on: `import_dataset` and what it leaves behind.

Several data sets may go into one folder, also into that of the corpus that is built from
packages: each adds its rows to the catalogue, its words and its credits. A split that is imported
again takes the place of what was there of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from soundlasso.atomic import write_text
from soundlasso.corpus.build import CREDITS_NAME, DATASETS_HEADING
from soundlasso.corpus.captions import Captions, captions, write_captions_file
from soundlasso.corpus.catalogue import (
    CATALOGUE_NAME,
    Recording,
    forget_decoded,
    read_catalogue,
    write_catalogue,
)
from soundlasso.corpus.conflicts import Kinds, read_conflicts, write_conflicts
from soundlasso.corpus.labels import categories
from soundlasso.corpus.manifest import Split
from soundlasso.corpus.words import corpus_captions
from soundlasso.datasets.clip import Clip
from soundlasso.datasets.describe import Description, describe
from soundlasso.datasets.preparing import Sound, clip_path, prepare_clips
from soundlasso.datasets.registry import DATASETS, find_dataset
from soundlasso.datasets.splits import VALID_SHARE, divide, load_clips
from soundlasso.errors import CorpusError, OptionError


@dataclass(frozen=True)
class ImportReport:
    """What became of a data set.

    Attributes:
        name: The data set's name.
        recordings: Its rows of the catalogue that this import made.
        made: How many sounds were made just now; the others were there.
        missing: Names of what is listed without a sound.
        rejected: Path of, and reason for, each clip whose sound cannot be used.
        wordless: Paths of clips of which nothing is known.
    """

    name: str
    recordings: tuple[Recording, ...]
    made: int
    missing: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...]
    wordless: tuple[str, ...]


def import_dataset(
    name: str,
    folder: Path,
    out: Path,
    *,
    splits: Mapping[str, Split] | None = None,
    valid_share: float = VALID_SHARE,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Makes a data set part of the corpus in ``out``, which need not exist yet.

    Args:
        name: A key of `soundlasso.datasets.registry.DATASETS`.
        folder: Where the data set lies.
        out: The corpus's folder.
        splits: Which splits, and what they become; by default all that are there
            (`soundlasso.datasets.splits`).
        valid_share: How much of train goes to valid if there is nothing else for it.
        workers: How many processes decode.
        progress: Called with how many clips are done, and how many there are.

    Raises:
        OptionError: there is no such data set, it is made of mixtures, ``out`` is ``folder``, or
            the share is none.
        AbsentError: a split that was asked for is not in the folder, or none is.
        CorpusError: a table is damaged, the corpus in ``out`` is, or not one clip can be used.
    """
    if not 0 <= valid_share < 1:
        raise OptionError(f"--valid-share must be at least 0 and less than 1, not {valid_share:g}")
    if out.resolve() == folder.resolve():
        raise OptionError(f"{out}: the corpus needs a folder of its own, not the data set's")
    found = load_clips(find_dataset(name), folder, splits)
    # A table may list a clip twice.
    clips = {clip_path(clip): (clip, split) for clip, split in divide(found, valid_share)}
    descriptions = dict(zip(clips, describe(list(clips.values())), strict=True))
    told = {path: about for path, about in descriptions.items() if about is not None}
    prepared = prepare_clips(
        [clips[path][0] for path in told], out, workers=workers, progress=progress
    )
    if not prepared.sounds:
        raise _nothing_left(name, folder, prepared.rejected)
    rows = {
        path: _recording(*clips[path], told[path], sound) for path, sound in prepared.sounds.items()
    }
    _merge(out, name, {dataset.split for dataset, _ in found}, rows, told)
    return ImportReport(
        name=name,
        recordings=tuple(rows[path] for path in sorted(rows)),
        made=prepared.made,
        missing=tuple(missing for dataset, _ in found for missing in dataset.missing),
        rejected=prepared.rejected,
        wordless=tuple(path for path, about in descriptions.items() if about is None),
    )


def _nothing_left(name: str, folder: Path, rejected: tuple[tuple[str, str], ...]) -> CorpusError:
    if not rejected:
        return CorpusError(f"{folder}: no clip of {name} has a caption or a label")
    path, reason = rejected[0]
    return CorpusError(
        f"{folder}: none of the {len(rejected)} sounds of {name} can be used; "
        f"the first is {path}: {reason}"
    )


def _recording(clip: Clip, split: Split, about: Description, sound: Sound) -> Recording:
    return Recording(
        file=sound.file,
        label=about.label,
        category=categories().get(about.label, clip.dataset),
        split=split,
        use=about.use,
        package=clip.dataset,
        path=sound.path,
        licence=_plain(clip.licence or DATASETS[clip.dataset].about.licence),
        seconds=sound.seconds,
        rate=sound.rate,
        clipped=sound.clipped,
        bandwidth=sound.bandwidth,
    )


def _plain(text: str) -> str:
    """A text that does not break a table."""
    return " ".join(text.replace("|", "/").split())


def _merge(
    out: Path,
    name: str,
    splits: set[str],
    rows: Mapping[str, Recording],
    told: Mapping[str, Description],
) -> None:
    """Adds rows, their words and credits to the corpus in ``out``; the catalogue goes last."""
    old = read_catalogue(out) if (out / CATALOGUE_NAME).is_file() else []
    kept = [
        row
        for row in old
        if not (row.is_imported and row.package == name and row.path.split("/")[0] in splits)
    ]
    known = _kept_captions(out, kept)
    kinds = _kept_kinds(out, kept)
    for path in rows:
        about = told[path]
        if about.captions is not None:
            # Labels that the built corpus has too are asked for as they are there.
            known[about.label] = captions().get(about.label, about.captions)
        before = kinds.get(about.label)
        kinds[about.label] = about.kinds.joined(before) if before else about.kinds
    recordings = [row for row in kept if not row.is_imported]
    recordings += sorted(
        [*(row for row in kept if row.is_imported), *rows.values()],
        key=lambda row: (row.package, row.path),
    )
    write_captions_file(out, known)
    write_conflicts(out, kinds)
    _write_credits(out, recordings)
    forget_decoded(out)
    write_catalogue(out / CATALOGUE_NAME, recordings)


def _kept_captions(out: Path, kept: list[Recording]) -> dict[str, Captions]:
    if not kept:
        return {}
    known = corpus_captions(out, kept)
    return {label: known[label] for label in {row.label for row in kept} & known.keys()}


def _kept_kinds(out: Path, kept: list[Recording]) -> dict[str, Kinds]:
    if not kept:
        return {}
    conflicts = read_conflicts(out)
    return {row.label: conflicts.of(row.label) for row in kept}


def _write_credits(out: Path, recordings: list[Recording]) -> None:
    """Writes the part of ``CREDITS.md`` that is about data sets, below what else is in it."""
    licences: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in recordings:
        if row.is_imported:
            licences[row.package][row.licence] += 1
    path = out / CREDITS_NAME
    old = path.read_text(encoding="utf-8") if path.is_file() else "# Credits\n"
    lines = [
        "",
        "These were imported from public data sets. Which recording is which clip stands in",
        "`catalogue.csv` (`path` is split, id and file name); who made each stands in the data",
        "set's own tables, which have to stay with it.",
        "",
        "| data set | from | its terms | recordings by licence |",
        "| --- | --- | --- | --- |",
    ]
    for name, counts in sorted(licences.items()):
        about = DATASETS[name].about
        terms = ", ".join(f"{licence}: {count}" for licence, count in sorted(counts.items()))
        lines.append(f"| {about.title} | {about.source} | {about.licence} | {terms} |")
    head, _, _ = old.partition(DATASETS_HEADING)
    write_text(path, head + DATASETS_HEADING + "\n".join(lines) + "\n")
