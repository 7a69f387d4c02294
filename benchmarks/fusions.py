"""What it costs a U-Net to take the query in by FiLM or by cross-attention.

    python benchmarks/fusions.py [FAMILY...] [--threads 1]

A family's published network with every fusion that there is (`soundlasso.nn.fusion`), random
weights, eight tokens a query: parameters, GMAC and CPU seconds a second of audio, measured as in
``benchmarks/bakeoff.py``, and the most memory that the process had by then in all. Each runs in a
process of its own.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from typing import get_args

import torch
from bakeoff import SYSTEMS, measure_cost, peak_bytes

from soundlasso.nn.fusion import Fusion, needs_tokens

FAMILIES = {"ResUNet++ (thesis)": 8, "LASS-Net": 0, "AudioSep": 8}
"""And how many tokens their encoders make of a query; LASS-Net reads words itself."""


def _measure(family: str, fusion: Fusion) -> dict[str, float]:
    """In this process."""
    system = SYSTEMS[family]
    # Where one vector says it all, a family gets what it was published with.
    tokens = FAMILIES[family] if needs_tokens(fusion) else system.tokens
    numbers = {**system.numbers, "fusion": fusion}
    SYSTEMS[family] = replace(system, numbers=numbers, tokens=tokens)
    parameters = sum(value.numel() for value in SYSTEMS[family].build()[1].parameters())
    return {"parameters": parameters, **measure_cost(family), "peak": peak_bytes() / 1e6}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--child", choices=get_args(Fusion), help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.child:
        print(json.dumps(_measure(options.families[0], options.child)))
        return
    print("| network | fusion | parameters | GMAC/s | CPU s/s | peak memory |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for family in options.families:
        for fusion in get_args(Fusion):
            command = [sys.executable, __file__, family, "--threads", str(options.threads)]
            done = subprocess.run(
                [*command, "--child", fusion], capture_output=True, text=True, check=True
            )
            found = json.loads(done.stdout)
            print(
                f"| {family} | `{fusion}` | {found['parameters'] / 1e6:.1f} M | "
                f"{found['gmac']:.2f} | {found['cpu']:.2f} | {found['peak']:.0f} MB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
