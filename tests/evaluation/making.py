"""Result files as ``soundlasso evaluate --json`` writes them, with scores that are made up."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

KINDS = ("label", "sentence")


def made_rows(gains: Sequence[float], every: int = 1) -> list[dict[str, Any]]:
    """Rows of a list with two queries for each mixture; every Nth mixture only."""
    rows = []
    for place, gain in enumerate(gains):
        mixture, kind = place // 2, KINDS[place % 2]
        if mixture % every == 0:
            level = float(mixture % 5)
            scores = {"sdr": level + gain, "sdri": gain, "si_sdr": gain, "si_sdri": gain / 2}
            rows.append(
                {
                    "id": f"two-{mixture:03d}-{kind}",
                    "of": f"two-{mixture:03d}",
                    "kind": kind,
                    "category": "animal" if mixture % 3 else "bell",
                    "item": mixture // every,
                    "query": "a dog" if kind == "label" else "A dog barks.",
                    "model": scores,
                    "mixture": {"sdr": level, "sdri": 0.0, "si_sdr": level, "si_sdri": 0.0},
                }
            )
    return rows


def made_result(name: str, gains: Sequence[float], every: int = 1) -> dict[str, Any]:
    """A result, as far as comparing reads it."""
    sample = f", 1 of {every}" if every > 1 else ""
    return {"list": f"two-source{sample}", "name": name, "rows": made_rows(gains, every)}


def made_leaks(name: str, leaks: Sequence[float]) -> dict[str, Any]:
    """The same of a list that asks for what is not there."""
    document = made_result(name, leaks)
    for row, leak in zip(document["rows"], leaks, strict=True):
        row |= {"model": {"leak": leak}, "mixture": {"leak": 0.0}}
    return {**document, "list": "absent"}


def made_gains(count: int, seed: int) -> list[float]:
    """Scores that differ."""
    return [float(value) for value in np.random.default_rng(seed).normal(6.0, 3.0, count)]


def write_result(path: Path, document: object) -> Path:
    """Writes a result file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
