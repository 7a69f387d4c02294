"""Writes the results of ``soundlasso evaluate`` into a model's card.

    python benchmarks/record.py CARD.json RESULT.json... [--date 2026-01-31]

Each result becomes ``metrics[LIST]``: means, their 95 % intervals, and means by kind of query
and by category.
"""

import argparse
import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundlasso.zoo.card import read_card


def entry(result: dict[str, Any], date: str) -> dict[str, Any]:
    """What a card keeps of a result, two decimals of each number."""
    means = result["mean"]["model"]
    made: dict[str, Any] = {metric: round(value, 2) for metric, value in means.items()}
    made["interval"] = {
        metric: [round(bound, 2) for bound in bounds]
        for metric, bounds in result["interval"]["model"].items()
    }
    for group in ("by_kind", "by_category"):
        made[group] = {
            name: {key: round(value, 2) for key, value in values.items()}
            for name, values in result[group].items()
        }
    return {**made, "queries": result["count"], "date": date}


def main() -> None:
    """Rewrites the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("card", type=Path)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    arguments = parser.parse_args()
    card = read_card(arguments.card)
    metrics = dict(card.metrics)
    for path in arguments.results:
        result = json.loads(path.read_text(encoding="utf-8"))
        if result["name"] != card.name:
            raise SystemExit(f"{path}: is a result of {result['name']}, not of {card.name}")
        if result["sha256"] != card.sha256:
            raise SystemExit(f"{path}: is a result of other weights that were called {card.name}")
        if result["any_build"] or result["literal"]:
            raise SystemExit(f"{path}: was made with --any-build or --literal")
        metrics[result["list"]] = entry(result, arguments.date)
    replace(card, metrics=metrics).write(arguments.card)


if __name__ == "__main__":
    main()
