"""Compares one of our networks with a published one on stored numbers.

    python tools/parity.py NAME VECTOR.npz

Builds our network, takes the rule-made official state dict through our conversion, runs every
case of the file, prints the largest difference of each array relative to its peak, and exits
with 1 where one exceeds its tolerance, with 2 where the file cannot be compared or holds what
our network does not make.
"""

import argparse
import importlib
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from soundlasso.errors import in_one_line

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.conformance.rule import KEYS_FOLDER, official_state, probe

Arrays = Mapping[str, npt.NDArray[np.generic]]


class VectorError(Exception):
    """A file of vectors cannot be read, or cannot be compared with the network that was named."""


def tolerance(name: str) -> float:
    """The largest difference that an array may have, relative to its peak.

    Phases are ill-conditioned where both maps are near zero; probes of inner maps have not been
    through the last layers, which bring them together again.
    """
    if ".shape." in name:
        return 0.0
    if "mask_cos" in name or "mask_sin" in name:
        return 1e-3
    outward = any(word in name for word in ("mask", "magnitude", "output"))
    return 1e-4 if ".probe." in name and not outward else 5e-5


def read_vectors(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of a file.

    Raises:
        VectorError: it cannot be read whole.
    """
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb"):
                raise VectorError(f"{path}: is not a whole .npz file")
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except OSError as error:
        raise VectorError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise VectorError(f"{path}: cannot be read: {in_one_line(error)}") from error


def compare(network: str, arrays: Arrays) -> Iterator[tuple[str, float, float]]:
    """Runs our network on every case.

    Args:
        network: Its name, a file in ``tools/conformance``.
        arrays: Inputs, outputs and probes of the published network, ``CASE.ARRAY``.

    Yields:
        Name, difference relative to the peak, and tolerance of every array but the inputs.

    Raises:
        VectorError: a case lacks an input, the network cannot be run on it, or an array has
            another shape than ours or is none that our network makes.
    """
    module = importlib.import_module(f"tools.conformance.{network}")
    left = _outputs(network, module.INPUTS, arrays)
    with torch.inference_mode():
        try:
            for name, ours in module.outputs(official_state(network), arrays):
                values = ours.detach().float().cpu()
                shape = name.replace(".probe.", ".shape.")
                # Maps lie in other axes here; how much there is must be the same.
                for stored, made in ((name, values), (shape, torch.tensor(values.numel()))):
                    if stored in left:
                        left.remove(stored)
                        yield stored, _difference(stored, made, arrays[stored]), tolerance(stored)
        except (ValueError, RuntimeError, IndexError) as error:
            reason = in_one_line(error)
            raise VectorError(f"{network} cannot be run on the inputs: {reason}") from error
    if left:
        first, *others = sorted(left)
        more = f" and {len(others)} more arrays" if others else ""
        raise VectorError(f"{network} does not make {first}{more}")


def _outputs(network: str, known: Sequence[Mapping[str, int | None]], arrays: Arrays) -> set[str]:
    """The arrays that are no inputs; each case must have all inputs of one kind."""
    cases = sorted({name.partition(".")[0] for name in arrays if "." in name})
    if not cases:
        raise VectorError("there is no case in the file: arrays must be called CASE.ARRAY")
    inputs = set()
    for case in cases:
        lacks = [[name for name in kind if f"{case}.{name}" not in arrays] for kind in known]
        index, missing = min(enumerate(lacks), key=lambda one: len(one[1]))
        if missing:
            raise VectorError(
                f"case {case} lacks {', '.join(missing)}, which {network} needs to be run"
            )
        for name, axes in known[index].items():
            given = arrays[f"{case}.{name}"]
            if axes is not None and given.ndim != axes:
                raise VectorError(
                    f"{case}.{name} must have {axes} axes for {network}; its shape is {given.shape}"
                )
            if given.dtype.kind not in "fiub":
                raise VectorError(f"{case}.{name} must be numbers, not {given.dtype}")
            inputs.add(f"{case}.{name}")
    # What else is said of a case, such as a seed, is no number to compare.
    return {
        name
        for name, value in arrays.items()
        if "." in name and name not in inputs and (value.dtype.kind == "f" or ".shape." in name)
    }


def _difference(name: str, ours: Tensor, stored: npt.NDArray[np.generic]) -> float:
    theirs = stored.astype(np.float64)
    if ".shape." in name:
        theirs = theirs.prod()
    found = probe(ours, theirs.size) if ".probe." in name else ours.numpy()
    if found.ndim == theirs.ndim + 1 and len(found) == 1:
        # Of a single clip the axis of the batch can be left out.
        found = found[0]
    if found.shape != theirs.shape:
        raise VectorError(f"{name}: our shape is {found.shape}, theirs {theirs.shape}")
    peak = float(np.abs(theirs).max(initial=0)) or 1.0
    return float(np.abs(found - theirs).max(initial=0)) / peak


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known = sorted(path.name.partition(".")[0] for path in KEYS_FOLDER.glob("*.json.gz"))
    parser.add_argument("name", choices=known)
    parser.add_argument("vector", type=Path, help="an .npz of inputs and official outputs")
    options = parser.parse_args()
    failed, compared = 0, 0
    try:
        for name, error, allowed in compare(options.name, read_vectors(options.vector)):
            compared += 1
            # A difference that is no number is none that may be.
            good = error <= allowed
            failed += not good
            print(f"{name:44} {error:9.2e} of {allowed:.0e}  {'ok' if good else 'TOO LARGE'}")
    except VectorError as error:
        print(f"parity: {error}", file=sys.stderr)
        return 2
    print(f"{options.name}: {compared} arrays compared, {failed} beyond their tolerance")
    return 2 if not compared else int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
