"""What ways of asking cost: the mixtures of two-source, each asked for in several ways.

    python benchmarks/queries.py CORPUS [-m MODEL] [--limit 200] [--json OUT]

For each mixture the target is asked for by its label, by the label with typos (as they are, and
mended as `soundlasso separate` does unless it is told not to), in capitals, as an instruction, with
an attribute, as a single word, and in words that were never trained on (single ones: see
``queries.toml``). Prints the mean SI-SDR improvement of each way, of how many mixtures, and what it
loses against the label on these.
"""

import argparse
import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from soundlasso import load
from soundlasso.corpus.captions import captions
from soundlasso.evaluation.benchmark import Row, benchmark_items, read_benchmark
from soundlasso.evaluation.score import evaluate_items
from soundlasso.mixing.bank import load_bank
from soundlasso.mixing.queries import mistype
from soundlasso.query.spelling import read_query

NEW_WORDS: dict[str, str] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)["words"]


def ways(label: str, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Ways of asking for a label: their names and the queries."""
    known = captions()[label]
    new = known.short_held_out[0]
    yield "label", label
    once, twice = mistype(rng, label), mistype(rng, mistype(rng, label))
    yield "typo, as it is", once
    yield "typo, mended", read_query(once).text
    yield "two typos, as they are", twice
    yield "two typos, mended", read_query(twice).text
    yield "capitals", label.upper()
    yield "short form, trained", known.short[0]
    yield "instruction, trained", f"remove everything but {known.short[0]}"
    yield "instruction, new", f"please could you give me nothing else than {known.short[0]}"
    yield "attribute, trained", f"{known.short[0]} in the distance"
    yield "attribute, new", f"rather quiet, {known.short[0]}"
    yield "short form, new", new
    yield "carrier and short form, new", f"get me {new}"
    if known.words:
        yield "single word, trained", known.words[-1]
    if label in NEW_WORDS:
        yield "single word, new", NEW_WORDS[label]
    yield "sentence, trained", known.sentences[0]
    yield "sentence, new", known.held_out[0]


def rows(limit: int) -> list[Row]:
    """The benchmark's mixtures, each asked in every way."""
    rng = np.random.default_rng(0)
    asked = []
    mixtures = groupby(read_benchmark("two-source"), lambda row: row.mixture)
    for number, (_, members) in enumerate(mixtures):
        if number >= limit:
            break
        first = next(iter(members))
        asked += [replace(first, query=q, kind=kind) for kind, q in ways(first.label, rng)]
    return asked


def table(rows: list[dict[str, Any]]) -> list[str]:
    """A line a way of asking: the mean, and what it loses on the same mixtures."""
    by_label = {row["item"]: row["model"]["si_sdri"] for row in rows if row["kind"] == "label"}
    lines = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        of_kind = {r["item"]: r["model"]["si_sdri"] for r in rows if r["kind"] == kind}
        mean = np.mean([*of_kind.values()])
        lost = np.mean([value - by_label[item] for item, value in of_kind.items()])
        lines.append(f"| {kind} | {len(of_kind)} | {mean:.2f} | {lost:+.2f} |")
    return lines


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("-m", "--model", default="default")
    parser.add_argument("--limit", type=int, default=10_000, help="mixtures")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    asked = rows(options.limit)
    result = evaluate_items(
        load(options.model, literal=True), benchmark_items(asked, load_bank(options.corpus, "test"))
    )
    print(f"{result['name']}, {len({row.mixture for row in asked})} mixtures of two-source\n")
    print("| asked for by | mixtures | SI-SDRi, dB | against the label |")
    print("| --- | ---: | ---: | ---: |", *table(result["rows"]), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
