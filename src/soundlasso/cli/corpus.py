"""``soundlasso corpus``: building the training corpus and mixtures from it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundlasso.errors import CorpusError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from soundlasso.corpus.build import PackageResult
    from soundlasso.corpus.manifest import Package, Split

app = typer.Typer(help="Build the training corpus, and mixtures from it.", no_args_is_help=True)


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Where the corpus goes.")] = Path("corpus-data"),
    package: Annotated[
        list[str] | None, typer.Option(help="Only these Debian packages. Many times.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="All but these Debian packages. Many times.")
    ] = None,
    downloads: Annotated[
        Path | None, typer.Option(help="Keep the package files, in this folder.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before downloading.")
    ] = False,
) -> None:
    """Fetch freely licensed recordings and make them fit for training.

    They come from Debian's package archive; one package, called synthetic, is made here. Running
    it again does what is missing, and only that.
    """
    from soundlasso.corpus.build import build_corpus, missing_packages
    from soundlasso.corpus.fetch import package_path
    from soundlasso.corpus.sources import all_entries, all_packages

    packages, entries = all_packages(), all_entries()
    names = {item.name for item in packages}
    unknown = {*(package or []), *(without or [])} - names
    if unknown:
        raise CorpusError(f"the corpus has no package called {', '.join(sorted(unknown))}")
    names = set(package or names) - set(without or [])
    packages = [item for item in packages if item.name in names]
    entries = [item for item in entries if item.package in names]
    keep = downloads or folder / "downloads"
    missing = missing_packages(folder, packages, entries)
    left = [item for item in missing if item.pool and not package_path(item, keep).exists()]
    size = sum(item.size for item in left)
    typer.echo(
        f"{len(packages)} packages, {len(packages) - len(missing)} done; "
        f"{size / 1e6:,.0f} MB to download",
        err=True,
    )
    if size > 100e6 and not yes and sys.stdin.isatty():
        typer.confirm("Go on?", abort=True, err=True)
    with _Progress(missing) as progress:
        recordings = build_corpus(
            folder,
            packages,
            entries,
            downloads=keep,
            keep_downloads=downloads is not None,
            workers=workers or os.cpu_count() or 1,
            progress=progress.downloaded,
            report=progress.report,
        )
    hours = sum(item.seconds for item in recordings) / 3600
    typer.echo(f"{folder}: {len(recordings)} recordings, {hours:.1f} hours")


@app.command()
def mixtures(
    out: Annotated[Path, typer.Argument(help="Where the mixtures go.")],
    corpus: Annotated[Path, typer.Option(help="The corpus.")] = Path("corpus-data"),
    split: Annotated[str, typer.Option(help="train, valid or test.")] = "test",
    count: Annotated[int, typer.Option(help="How many mixtures.", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="Other seeds give other mixtures.")] = 1,
) -> None:
    """Write two-source mixtures with their targets, and PAIRS.csv files for evaluate.

    SNR is -5 to 5 dB, labels are those that training has too. Each mixture is asked for by
    label (label.csv), by a short form (phrase.csv) and a sentence (sentence.csv) that were
    never trained on, and by the label of something that is not there (wrong.csv).
    """
    from soundlasso.evaluation.render import render_mixtures

    for path in render_mixtures(corpus, _split(split), out, count=count, seed=seed):
        typer.echo(path)


_SPLITS = "train, valid or test; many times. All that the corpus has by default."


@app.command()
def shards(
    corpus: Annotated[Path, typer.Argument(help="The corpus.")],
    out: Annotated[Path, typer.Argument(help="Where the tar files go.")],
    split: Annotated[list[str] | None, typer.Option(help=_SPLITS)] = None,
    format: Annotated[
        str, typer.Option(help="flac keeps every sample; opus is about four times smaller.")
    ] = "flac",
    size_mb: Annotated[float, typer.Option(help="The most that a tar file may have.")] = 100.0,
    seed: Annotated[int, typer.Option(help="Other seeds give other orders.")] = 0,
) -> None:
    """Write a corpus as tar files in the layout of WebDataset, for training that streams it."""
    from soundlasso.cli.progress import show_progress
    from soundlasso.errors import OptionError
    from soundlasso.mixing.shards import write_shards

    if format not in {"flac", "opus"}:
        raise OptionError(f"--format must be flac or opus, not {format!r}")
    limit = _bytes("--size-mb", size_mb)
    for name in _splits(corpus, split):
        with show_progress(name, unit="recordings") as progress:
            index = write_shards(
                corpus,
                out,
                name,
                format=format,  # type: ignore[arg-type]
                limit=limit,
                seed=seed,
                progress=progress,
            )
        size = sum(shard.bytes for shard in index.shards)
        typer.echo(
            f"{name}: {index.recordings} recordings, {index.seconds / 3600:.1f} hours, "
            f"{size / 1e6:,.0f} MB in {len(index.shards)} tar files"
        )


@app.command()
def pack(
    corpus: Annotated[Path, typer.Argument(help="The corpus.")],
    out: Annotated[Path, typer.Argument(help="Where the pieces go.")],
    split: Annotated[list[str] | None, typer.Option(help=_SPLITS)] = None,
    piece_mb: Annotated[float, typer.Option(help="The most that a piece may have.")] = 60.0,
    format: Annotated[
        str,
        typer.Option(
            help="exact needs numpy alone where it is loaded; vorbis, a fifth of the size, "
            "soundfile as well."
        ),
    ] = "exact",
    longest: Annotated[
        float, typer.Option(help="Seconds that are kept of a recording.", min=0.1)
    ] = float("inf"),
) -> None:
    """Pack a corpus in files of limited size, for machines that take small uploads."""
    from soundlasso.cli.progress import show_progress
    from soundlasso.errors import OptionError
    from soundlasso.mixing.pack import write_pack

    if format not in {"exact", "vorbis"}:
        raise OptionError(f"--format must be exact or vorbis, not {format!r}")
    limit = _bytes("--piece-mb", piece_mb)
    for name in _splits(corpus, split):
        with show_progress(name, unit="recordings") as progress:
            index = write_pack(
                corpus,
                out,
                name,
                limit=limit,
                format=format,  # type: ignore[arg-type]
                longest=longest,
                progress=progress,
            )
        size = sum(piece.bytes for piece in index.pieces)
        typer.echo(
            f"{name}: {index.recordings} recordings, {size / 1e6:,.0f} MB "
            f"in {len(index.pieces)} pieces"
        )


def _splits(corpus: Path, asked: list[str] | None) -> "list[Split]":
    from soundlasso.corpus.catalogue import read_catalogue

    named = [_split(name) for name in asked or []]
    return list(dict.fromkeys(named or [item.split for item in read_catalogue(corpus)]))


def _split(name: str) -> "Split":
    from soundlasso.errors import OptionError

    if name not in {"train", "valid", "test"}:
        raise OptionError(f"--split must be train, valid or test, not {name!r}")
    return name  # type: ignore[return-value]


def _bytes(option: str, megabytes: float) -> int:
    from soundlasso.errors import OptionError

    if not 0 < megabytes < 1e6:
        raise OptionError(
            f"{option} must be more than 0 and less than a million, not {megabytes:g}"
        )
    return int(megabytes * 1e6)


@app.command()
def duplicates(
    corpus: Annotated[Path, typer.Argument(help="The corpus.")] = Path("corpus-data"),
    every: Annotated[
        bool, typer.Option("--all", help="Also those within one split, which do no harm.")
    ] = False,
) -> None:
    """Find the same sound under different names in different packages, across splits."""
    from soundlasso.cli.progress import show_progress
    from soundlasso.corpus.catalogue import SAMPLE_RATE, Recording, read_catalogue
    from soundlasso.corpus.duplicates import find_duplicates
    from soundlasso.mixing.bank import read_samples

    recordings = read_catalogue(corpus)

    def read(recording: Recording) -> "npt.NDArray[np.float32]":
        samples = read_samples(corpus, recording, frames=2 * SAMPLE_RATE)
        return (samples / 32768).astype("float32")

    with show_progress("recordings", unit="recordings") as progress:
        pairs = find_duplicates(
            recordings, read, SAMPLE_RATE, lambda done: progress(done, len(recordings))
        )
    for pair in pairs:
        if every or pair.across_splits:
            sides = (
                f"{side.split} {side.package} {side.path} ({side.label})"
                for side in (pair.first, pair.second)
            )
            typer.echo(f"{pair.correlation:.2f}  " + "  =  ".join(sides))


@app.command()
def table(
    corpus: Annotated[Path, typer.Argument(help="The corpus.")] = Path("corpus-data"),
) -> None:
    """Print what a corpus holds: hours, recordings and labels by split and category (Markdown)."""
    from soundlasso.corpus.catalogue import read_catalogue
    from soundlasso.corpus.table import markdown_table

    typer.echo(markdown_table(read_catalogue(corpus)))


class _Progress:
    """A bar for downloading and a line for each package that is done."""

    def __init__(self, packages: "list[Package]") -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("packages", total=sum(item.size for item in packages))

    def __enter__(self) -> "_Progress":
        self._bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(None, None, None)

    def downloaded(self, count: int) -> None:
        self._bar.advance(self._task, count)

    def report(self, result: "PackageResult") -> None:
        lost = f", {len(result.rejected)} refused" if result.rejected else ""
        self._bar.console.print(f"{result.package}: {result.kept} recordings{lost}")
        for path, reason in result.rejected:
            self._bar.console.print(f"  {path}: {reason}", markup=False)
