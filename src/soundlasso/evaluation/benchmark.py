"""Frozen benchmarks: mixtures written down as recordings, offsets and levels.

A list (``lists/NAME.csv``) has one row a query:

* ``id``, and ``mixture``, which rows about the same sound share;
* ``query``, its ``kind`` (label, sentence, ...), the target's ``label`` and ``category``;
* ``target``: placements ``PACKAGE/HASH@OFFSET*GAIN`` of recordings of the corpus, joined by
  ``+``; offsets are in samples at 32 kHz, negative where a recording began before the mixture;
* ``others``: the other sounds, written alike, joined by ``|``; ``snr``: the target's power over
  each of theirs, in dB; ``level``: the target's RMS in dB of full scale; ``seconds``;
* ``sha256``: of target and mixture as int16 (its first 16 digits), so that everybody who builds
  the corpus hears the same.

A row whose ``target`` is empty asks for something that is not there.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from soundlasso.errors import CorpusError, OptionError
from soundlasso.evaluation.score import Item, Question
from soundlasso.mixing.bank import SoundBank, load_bank

Sound = npt.NDArray[np.float32]

BENCHMARKS = {
    "two-source": "two sounds, -5 to 5 dB, asked for by label and by sentences never trained on",
    "wrong": "the mixtures of two-source, asked for something that is not in them",
    "paraphrase": "the mixtures of two-source, asked for only in words never trained on",
    "three-source": "three sounds",
    "unseen-labels": "two sounds, the target of a kind that was never trained on",
    "thesis": "15 s, common start, equal loudness, filtered by cosine similarity",
    "absent": "what is asked for is not there; scored by what leaks",
}
_PEAK = 0.95


@dataclass(frozen=True)
class Row:
    """A query of a benchmark, as its list has it; see the module's docstring."""

    id: str
    mixture: str
    query: str
    kind: str
    label: str
    category: str
    target: str
    others: str
    snr: str
    level: float
    seconds: float
    sha256: str


def write_list(file: TextIO, rows: list[Row]) -> None:
    """Writes a list as CSV."""
    writer = csv.DictWriter(file, [item.name for item in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)


def read_benchmark(name: str) -> list[Row]:
    """Reads a frozen list.

    Raises:
        OptionError: there is no such benchmark.
    """
    if name not in BENCHMARKS:
        raise OptionError(f"no benchmark is called {name!r}; choose one of {', '.join(BENCHMARKS)}")
    source = resources.files("soundlasso.evaluation") / "lists" / f"{name}.csv"
    with source.open(encoding="utf-8") as file:
        return [_row(dict(values)) for values in csv.DictReader(file)]


def _row(values: dict[str, Any]) -> Row:
    return Row(**{**values, "level": float(values["level"]), "seconds": float(values["seconds"])})


def open_benchmark(name: str, corpus: Path, *, check: bool = True) -> tuple[int, Iterator[Item]]:
    """A benchmark's number of queries, and its sounds, made one after the other.

    Args:
        name: A key of `BENCHMARKS`.
        corpus: A built corpus.
        check: As `benchmark_items` has it.

    Raises:
        OptionError: there is no such benchmark.
        CorpusError: there is no corpus, or it is not the one that the benchmark was made from.
    """
    rows = read_benchmark(name)
    return len(rows), benchmark_items(rows, load_bank(corpus, "test"), check=check)


class Renderer:
    """Makes the mixtures of a list from the recordings of a corpus."""

    def __init__(self, bank: SoundBank) -> None:
        """Takes the recordings of ``bank``."""
        self.bank = bank
        self._places = {recording_id(r.file): i for i, r in enumerate(bank.recordings)}

    def render(self, row: Row) -> tuple[Sound | None, Sound]:
        """Target (``None`` if there is none) and mixture of a row, each ``T``.

        Raises:
            CorpusError: the corpus lacks a recording.
        """
        length = round(row.seconds * self.bank.sample_rate)
        target = self._levelled(row.target, length, row.level) if row.target else None
        snrs = [float(snr) for snr in row.snr.split("|")]
        others = [
            self._levelled(text, length, row.level - snr)
            for text, snr in zip(row.others.split("|"), snrs, strict=True)
        ]
        mixture = np.sum([*others, *([] if target is None else [target])], axis=0)
        peak = float(np.abs(mixture).max())
        if peak > _PEAK:
            mixture = mixture * (_PEAK / peak)
            target = None if target is None else target * (_PEAK / peak)
        return (
            None if target is None else target.astype(np.float32),
            mixture.astype(np.float32),
        )

    def _levelled(self, text: str, length: int, level: float) -> npt.NDArray[np.float64]:
        """A sound of placements, in float64 so that its sums are the same everywhere."""
        out = np.zeros(length)
        for placement in text.split("+"):
            name, _, rest = placement.partition("@")
            offset, _, gain = rest.partition("*")
            if name not in self._places:
                raise CorpusError(
                    f"the corpus has no recording {name}; build all of it: soundlasso corpus build"
                )
            sound = self.bank.sound(self._places[name]).astype(np.float64)
            start = int(offset)
            sound, begin = (sound[-start:], 0) if start < 0 else (sound, start)
            sound = sound[: length - begin]
            out[begin : begin + len(sound)] += sound * float(gain or 1)
        return out * (10.0 ** (level / 20.0) / (np.sqrt(np.square(out).mean()) + 1e-12))


def recording_id(file: str) -> str:
    """``PACKAGE/HASH`` of a recording's file in the corpus."""
    return str(Path(file).relative_to("audio").with_suffix("").as_posix())


def fingerprint(target: Sound | None, mixture: Sound) -> str:
    """What a row's ``sha256`` holds."""
    digest = hashlib.sha256()
    for sound in (mixture if target is None else target, mixture):
        digest.update(np.round(sound * 32767.0).astype("<i2").tobytes())
    return digest.hexdigest()[:16]


def benchmark_items(rows: list[Row], bank: SoundBank, *, check: bool = True) -> Iterator[Item]:
    """Makes the sounds of a list; neighbours that share a mixture become one item.

    Args:
        rows: A list, or some of it.
        bank: The corpus's test split.
        check: Refuse sounds that are not bit for bit those that were frozen.

    Raises:
        CorpusError: a recording is missing, or a sound is not what was frozen.
    """
    renderer = Renderer(bank)
    for _, group in groupby(rows, lambda row: row.mixture):
        members = list(group)
        target, mixture = renderer.render(members[0])
        if check and fingerprint(target, mixture) != members[0].sha256:
            raise CorpusError(
                f"mixture {members[0].mixture} is not the frozen one, so its corpus was built by "
                "other versions of the decoders; --any-build evaluates it all the same"
            )
        notes = ("id", "mixture", "kind", "label", "category")
        yield Item(
            mixture[None],
            None if target is None else target[None],
            bank.sample_rate,
            tuple(
                Question(row.query, {n if n != "mixture" else "of": getattr(row, n) for n in notes})
                for row in members
            ),
            source=members[0].target.partition("@")[0],
        )
