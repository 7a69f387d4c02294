"""Makes ``golden.json`` anew. Run it with ``make golden``, and only where numbers shall change."""

import json
from pathlib import Path

from tests.golden.cases import CASES

PATH = Path(__file__).with_name("golden.json")


def main() -> None:
    """Writes the numbers, seven digits of each."""
    numbers = {
        case: {name: [float(f"{value:.7g}") for value in values] for name, values in make().items()}
        for case, make in CASES.items()
    }
    PATH.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
