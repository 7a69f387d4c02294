"""Compares one of our networks with a published one on stored numbers.

    python tools/parity.py NAME VECTOR.npz

Builds our network, takes the rule-made official state dict through our conversion, runs every
case of the file, prints the largest difference of each array relative to its peak, and exits
with 1 where one exceeds its tolerance, with 2 where there is nothing to compare.
"""

import argparse
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.conformance.rule import KEYS_FOLDER, official_state, probe

Arrays = Mapping[str, npt.NDArray[np.generic]]


def tolerance(name: str) -> float:
    """The largest difference that an array may have, relative to its peak.

    Phases are ill-conditioned where both maps are near zero; probes of inner maps have not been
    through the last layers, which bring them together again.
    """
    if "mask_cos" in name or "mask_sin" in name:
        return 1e-3
    outward = any(word in name for word in ("mask", "magnitude", "output"))
    return 1e-4 if ".probe." in name and not outward else 5e-5


def compare(network: str, arrays: Arrays) -> Iterator[tuple[str, float, float]]:
    """Runs our network on every case.

    Args:
        network: Its name, a file in ``tools/conformance``.
        arrays: Inputs, outputs and probes of the published network, ``CASE.ARRAY``.

    Yields:
        Name, difference relative to the peak, and tolerance of every array we can make.
    """
    module = importlib.import_module(f"tools.conformance.{network}")
    with torch.inference_mode():
        for name, ours in module.outputs(official_state(network), arrays):
            theirs = arrays[name].astype(np.float32)
            values = ours.detach().float().cpu()
            found = probe(values, theirs.size) if ".probe." in name else values.numpy()
            if found.shape != theirs.shape:
                raise SystemExit(f"{name}: our shape is {found.shape}, theirs {theirs.shape}")
            peak = float(np.abs(theirs).max()) or 1.0
            error = float(np.abs(found.astype(np.float64) - theirs).max()) / peak
            yield name, error, tolerance(name)


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known = sorted(path.name.partition(".")[0] for path in KEYS_FOLDER.glob("*.json.gz"))
    parser.add_argument("name", choices=known)
    parser.add_argument("vector", type=Path, help="an .npz of inputs and official outputs")
    options = parser.parse_args()
    with np.load(options.vector, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    failed, compared = 0, 0
    for name, error, allowed in compare(options.name, arrays):
        compared += 1
        # A difference that is no number is none that may be.
        good = error <= allowed
        failed += not good
        print(f"{name:44} {error:9.2e} of {allowed:.0e}  {'ok' if good else 'TOO LARGE'}")
    print(f"{options.name}: {compared} arrays compared, {failed} beyond their tolerance")
    return 2 if not compared else int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
