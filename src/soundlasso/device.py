"""Choosing what to compute on."""

import torch

from soundlasso.errors import OptionError


def choose_device(name: str = "auto") -> torch.device:
    """The device of a name; ``auto`` takes CUDA before MPS before the CPU.

    Raises:
        OptionError: the name is not one, or this machine has no such device.
    """
    has_mps = torch.backends.mps.is_available()
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if has_mps else "cpu")
    kind = name.partition(":")[0]
    if kind not in {"cpu", "cuda", "mps"}:
        raise OptionError(f"unknown --device {name!r}; choose auto, cpu, cuda or mps")
    if (kind == "cuda" and not torch.cuda.is_available()) or (kind == "mps" and not has_mps):
        raise OptionError(f"this machine has no {kind} device that torch can use; try --device cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise OptionError(f"unknown --device {name!r}; a number may follow, as in cuda:1") from None
    if kind == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise OptionError(f"this machine has no {name}; there are {torch.cuda.device_count()}")
    return device
