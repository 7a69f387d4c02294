"""Building the corpus: packages in, prepared recordings, a catalogue and credits out.

A package is the unit of work. Its prepared recordings and an index of them appear under their
final names when all of it is done, so a build that was interrupted goes on where it stopped and
one that is repeated does only what is missing.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED as FIRST
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import astuple, dataclass, fields
from functools import cache, partial
from pathlib import Path

from soundlasso.atomic import write_text, written_aside
from soundlasso.corpus.archives import read_archive, read_deb
from soundlasso.corpus.captions import captions, read_captions, write_captions_file
from soundlasso.corpus.catalogue import (
    CATALOGUE_NAME,
    Recording,
    forget_decoded,
    read_catalogue,
    read_rows,
    write_catalogue,
    write_rows,
)
from soundlasso.corpus.fetch import fetch
from soundlasso.corpus.instruments import Orchestra, is_soundfont, require_player
from soundlasso.corpus.labels import categories
from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.prepare import SAMPLE_RATE, Prepared, prepare, prepare_samples
from soundlasso.corpus.sources import all_packages
from soundlasso.corpus.speech import Speaker, require_synthesiser, voice_of
from soundlasso.corpus.synthetic.registry import PACKAGE as SYNTHETIC
from soundlasso.corpus.synthetic.registry import synthesise
from soundlasso.errors import CorpusError
from soundlasso.processes import leave_signals_to_parent

CREDITS_NAME = "CREDITS.md"
DATASETS_HEADING = "\n## Data sets\n"
"""What begins the part of the credits that imports write."""

_INDEX_NAME = "index.csv"
_COPYRIGHT_NAME = "copyright.txt"


@dataclass(frozen=True)
class PackageResult:
    """What became of a package's recordings.

    Attributes:
        package: The package's name.
        kept: How many recordings were prepared.
        rejected: Path and reason of each that was not.
    """

    package: str
    kept: int
    rejected: list[tuple[str, str]]


Report = Callable[[PackageResult], None]


def missing_packages(folder: Path, packages: list[Package], entries: list[Entry]) -> list[Package]:
    """The packages that a build in ``folder`` has yet to fetch and prepare."""
    wanted = _by_package(entries)
    return [package for package in packages if not _is_done(folder, package, wanted[package.name])]


def build_corpus(
    folder: Path,
    packages: list[Package],
    entries: list[Entry],
    *,
    downloads: Path,
    keep_downloads: bool = False,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
    report: Report = lambda _: None,
) -> list[Recording]:
    """Builds what is missing of the corpus and writes its catalogue and credits.

    Args:
        folder: Where the corpus lies.
        packages: Which packages it is made of.
        entries: Their recordings.
        downloads: Where package files are put.
        keep_downloads: Whether they stay there; each is removed once it is prepared otherwise.
        workers: How many processes prepare recordings.
        progress: Called with the number of bytes that each downloaded block added.
        report: Called with the result of each package.

    Returns:
        The catalogue.

    Raises:
        CorpusError: a package cannot be fetched or read, or is not what the manifest says.
        MissingDependencyError: what plays instruments, or speaks, is not there.
    """
    wanted = _by_package(entries)
    missing = missing_packages(folder, packages, entries)
    # Said before gigabytes are fetched, not after.
    _require_performers(entry for package in missing for entry in wanted[package.name])
    running: dict[Future[PackageResult], Path | None] = {}
    pool = ProcessPoolExecutor(max_workers=workers, initializer=leave_signals_to_parent)
    try:
        for package in missing:
            path = fetch(package, downloads, progress) if package.pool else None
            job = pool.submit(prepare_package, package, wanted[package.name], path, folder)
            running[job] = path
            _finish(running, report, keep_downloads, at_most=workers)
        _finish(running, report, keep_downloads, at_most=0)
    finally:
        # After Ctrl-C, packages that nobody has begun are left for the next time.
        pool.shutdown(cancel_futures=True)
    if missing:
        forget_decoded(folder)
    # What was built before, of other packages, or imported, stays part of the corpus.
    recordings = collect(folder, all_packages()) + imported(folder)
    write_catalogue(folder / CATALOGUE_NAME, recordings)
    write_captions(folder, recordings)
    write_credits(folder, all_packages(), recordings)
    return recordings


def _require_performers(entries: Iterable[Entry]) -> None:
    parts = [
        entry.path.split("#", 1)
        for entry in entries
        if "#" in entry.path and entry.package != SYNTHETIC
    ]
    if any(is_soundfont(source) for source, _ in parts):
        require_player()
    for synthesiser in sorted({voice_of(p).synthesiser for s, p in parts if not is_soundfont(s)}):
        require_synthesiser(synthesiser)


def _finish(
    running: dict[Future[PackageResult], Path | None],
    report: Report,
    keep_downloads: bool,
    *,
    at_most: int,
) -> None:
    while len(running) > at_most:
        done, _ = wait(running, return_when=FIRST)
        for job in done:
            path = running.pop(job)
            report(job.result())
            if path is not None and not keep_downloads:
                path.unlink(missing_ok=True)


def _by_package(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.package].append(entry)
    return grouped


def _fingerprint(package: Package, entries: list[Entry]) -> str:
    """Changes when the manifest says something else about the package, or the index does."""
    columns = [column.name for column in fields(Recording)]
    text = repr(astuple(package)) + repr([astuple(entry) for entry in entries]) + repr(columns)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _index_path(folder: Path, package: str) -> Path:
    return folder / "audio" / package / _INDEX_NAME


def _is_done(folder: Path, package: Package, entries: list[Entry]) -> bool:
    path = _index_path(folder, package.name)
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as file:
        return file.readline().strip() == f"# {_fingerprint(package, entries)}"


def prepare_package(
    package: Package, entries: list[Entry], deb: Path | None, folder: Path
) -> PackageResult:
    """Prepares all recordings of a package and writes their index.

    Args:
        package: Which one.
        entries: Its recordings.
        deb: Its file; ``None`` where all of it is synthesised.
        folder: Of the corpus.

    Raises:
        CorpusError: a recording is missing from the package, or its hash is wrong.
    """
    target = folder / "audio" / package.name
    target.mkdir(parents=True, exist_ok=True)
    wanted = {entry.path: entry for entry in entries}
    found: dict[str, Recording] = {}
    rejected = []
    sounds = _synthesised(wanted) if deb is None else _sounds(deb, wanted, target)
    for path, sha256, make in sounds:
        entry = wanted[path]
        if sha256[: len(entry.sha256)] != entry.sha256:
            raise CorpusError(f"{package.name}: {path} is not the recording of the manifest")
        try:
            prepared = make()
        except CorpusError as error:
            rejected.append((path, str(error)))
            continue
        name = f"{entry.sha256 or _name(path)}.flac"
        prepared.write(target / name)
        found[path] = _recording(package, entry, f"audio/{package.name}/{name}", prepared)
    lost = wanted.keys() - found.keys() - {path for path, _ in rejected}
    if lost:
        raise CorpusError(f"{package.name}: {min(lost)} is not in the package")
    rows = [found[entry.path] for entry in entries if entry.path in found]
    _write_index(_index_path(folder, package.name), _fingerprint(package, entries), rows)
    return PackageResult(package.name, len(rows), rejected)


_Sounds = Iterator[tuple[str, str, Callable[[], Prepared]]]


def _synthesised(wanted: Iterable[str]) -> _Sounds:
    """The same for what no file holds."""
    for path in wanted:
        yield path, "", partial(_synthesise, path)


def _synthesise(path: str) -> Prepared:
    return prepare_samples(synthesise(path), SAMPLE_RATE)


def _name(path: str) -> str:
    """A file's name for what has no hash."""
    return hashlib.sha256(path.encode()).hexdigest()[:16]


def _sounds(deb: Path, wanted: dict[str, Entry], target: Path) -> _Sounds:
    """The wanted recordings of a package, those that are generated with its files included.

    Yields:
        Path and hash, as the manifest has them, and what prepares the recording.
    """
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for path in wanted:
        source, sign, part = path.partition("#")
        if sign:
            parts[source].append(part)
    with Speaker(deb) as speaker:
        for name, content in _contents(deb, wanted, target):
            if name not in parts:
                yield name, hashlib.sha256(content).hexdigest(), partial(prepare, content)
                continue
            # A soundfont of 150 MB is hashed and loaded once for all of its parts.
            begun, perform = hashlib.sha256(content), _performer(name, content, speaker)
            for part in parts[name]:
                digest = begun.copy()
                digest.update(part.encode())
                yield f"{name}#{part}", digest.hexdigest(), partial(perform, part)


def _performer(name: str, content: bytes, speaker: Speaker) -> Callable[[str], Prepared]:
    """Plays parts with a soundfont, or speaks them with voices."""
    if is_soundfont(name):
        return partial(_play, cache(partial(Orchestra, content)))
    return lambda part: prepare(speaker.say(name, part))


def _play(orchestra: Callable[[], Orchestra], part: str) -> Prepared:
    return prepare_samples(orchestra().play(part), SAMPLE_RATE)


def _contents(deb: Path, wanted: dict[str, Entry], target: Path) -> Iterator[tuple[str, bytes]]:
    """The wanted files of a package, those inside archives included; keeps its copyright."""
    archives = {path.partition("!")[0] for path in wanted if "!" in path}
    files = {path.partition("#")[0] for path in wanted}

    def is_wanted(name: str) -> bool:
        return name in files or name in archives or _is_copyright(name)

    for name, content in read_deb(deb, is_wanted):
        if _is_copyright(name):
            with written_aside(target / _COPYRIGHT_NAME) as aside:
                aside.write_bytes(content)
        elif name in archives:
            inside = {path.partition("!")[2] for path in wanted if path.startswith(f"{name}!")}
            for member, inner in read_archive(Path(name).name, content, inside.__contains__):
                yield f"{name}!{member}", inner
        else:
            yield name, content


def _is_copyright(name: str) -> bool:
    return name.startswith("usr/share/doc/") and name.endswith("/copyright")


def _recording(package: Package, entry: Entry, file: str, prepared: Prepared) -> Recording:
    return Recording(
        file=file,
        label=entry.label,
        category=categories()[entry.label],
        split=package.split,
        use=entry.use,
        package=package.name,
        path=entry.path,
        licence=entry.licence,
        seconds=round(prepared.seconds, 3),
        rate=prepared.rate,
        clipped=prepared.clipped,
        bandwidth=prepared.bandwidth,
    )


def _write_index(path: Path, fingerprint: str, rows: list[Recording]) -> None:
    with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {fingerprint}\n")
        write_rows(file, rows)


def collect(folder: Path, packages: list[Package]) -> list[Recording]:
    """The recordings of all packages that are prepared, in the order of the manifest."""
    recordings = []
    for package in packages:
        path = _index_path(folder, package.name)
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            next(file)
            recordings += read_rows(file)
    return recordings


def imported(folder: Path) -> list[Recording]:
    """The recordings of the corpus in ``folder`` that were imported from data sets."""
    if not (folder / CATALOGUE_NAME).is_file():
        return []
    return [item for item in read_catalogue(folder) if item.is_imported]


def write_captions(folder: Path, recordings: list[Recording]) -> None:
    """Writes ``captions.json``: the queries of every label in the catalogue.

    Raises:
        CorpusError: recordings were imported, and the file that has their queries is damaged.
    """
    labels = {recording.label for recording in recordings}
    known = captions()
    if any(recording.is_imported for recording in recordings):
        known = {**read_captions(folder), **known}
    # What may only be mixed in needs none.
    write_captions_file(folder, {label: known[label] for label in labels & known.keys()})


def write_credits(folder: Path, packages: list[Package], recordings: list[Recording]) -> None:
    """Writes ``CREDITS.md``: every package, its licences and where its authors are named."""
    licences: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for recording in recordings:
        licences[recording.package][recording.licence] += 1
    lines = [
        "# Credits",
        "",
        "The recordings of this corpus come from the Debian packages below. Who made each of",
        "them, and under which terms, stands in the package's copyright file, kept beside the",
        "recordings as `audio/PACKAGE/copyright.txt`.",
        "",
        "| package | version | recordings by licence |",
        "| --- | --- | --- |",
    ]
    for package in packages:
        if counts := licences.get(package.name):
            terms = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
            lines.append(f"| {package.name} | {package.version} | {terms} |")
    # Below is what imports have written.
    path = folder / CREDITS_NAME
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    _, heading, rest = old.partition(DATASETS_HEADING)
    write_text(path, "\n".join(lines) + "\n" + heading + rest)
