"""Reading published checkpoints, which are pickles, without running what is in them."""

import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from soundlasso.errors import WeightsError, in_one_line
from soundlasso.zoo.official.systems import OfficialFile

# Bytes that tell checkpoints from what they are mistaken for.
_BEGINNING = 64


class _Inert:
    """Stands for objects that are no weights: takes anything and does nothing."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


@dataclass(frozen=True)
class Contents:
    """What is in a published file.

    Attributes:
        weights: The state dict, without the prefix of its keys.
        passed_over: Keys of the same table, as they are called there, that are not wanted.
    """

    weights: dict[str, Tensor]
    passed_over: tuple[str, ...]


def read_contents(path: Path, file: OfficialFile) -> Contents:
    """The state dict in a published file, a torch file or safetensors.

    Only tensors and plain containers are made of what is in the file. What training programs
    put beside the weights (settings, states of their own objects) is passed over.

    Args:
        path: The file.
        file: What it is.

    Raises:
        WeightsError: it cannot be read, or holds no such state dict.
    """
    content = _load(path)
    if isinstance(content, Mapping) and {"model", "step", "scores", "identity"} <= content.keys():
        raise WeightsError(
            f"{path}: is of a run of soundlasso train; make a model of it with soundlasso export"
        )
    table = content.get(file.container) if isinstance(content, Mapping) else None
    if not isinstance(table, Mapping):
        table = content
    tensors = _tensors(table)
    if not tensors:
        raise WeightsError(f"{path}: holds no table of weights called {file.container!r}")
    prefix = file.prefix if any(key.startswith(file.prefix) for key in tensors) else ""
    begin = tuple(prefix + one for one in file.only) or prefix
    wanted = {
        key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(begin)
    }
    if not wanted:
        raise WeightsError(f"{path}: has no weights whose names begin {file.only[0]}")
    return Contents(wanted, tuple(key for key in tensors if not key.startswith(begin)))


def _tensors(table: Any) -> dict[str, Tensor]:
    """The tensors of a table; none if it is no table of tensors."""
    if not isinstance(table, Mapping):
        return {}
    return {
        key: value
        for key, value in table.items()
        if isinstance(key, str) and isinstance(value, Tensor)
    }


def _load(path: Path) -> Any:
    if _check_beginning(path):
        try:
            return load_file(path)
        except (SafetensorError, OSError) as error:
            reason = in_one_line(error)
            raise WeightsError(f"{path}: is not a safetensors file: {reason}") from error
    try:
        # Only files in torch's newer format can be read piece by piece from disk.
        is_newer = zipfile.is_zipfile(path)
        stand_ins = _stand_ins(path) if is_newer else []
        with warnings.catch_warnings(), torch.serialization.safe_globals(stand_ins):
            # About pickles of other programs, which are refused anyway.
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(path, map_location="cpu", weights_only=True, mmap=is_newer)
    except UnpicklingError as error:
        found = re.search(r"GLOBAL (\S+)|got <class '(\S+)'>", str(error))
        reason = "is not a torch file"
        if found:
            reason = f"holds more than weights ({found[1] or found[2]}), which is not read"
        raise WeightsError(f"{path}: {reason}") from error
    except (
        OSError, RuntimeError, ValueError, TypeError, LookupError, EOFError, AttributeError,
    ) as error:  # fmt: skip
        reason = in_one_line(error)
        raise WeightsError(f"{path}: is not a torch file: {reason}") from error


def _check_beginning(path: Path) -> bool:
    """Refuses what downloads that went wrong leave.

    Returns:
        Whether it may be safetensors: the length of a table of JSON, and that table.

    Raises:
        WeightsError: it is such a thing, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            read = file.read(_BEGINNING)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror}") from error
    beginning = read.lstrip()
    if not beginning:
        raise WeightsError(f"{path}: is empty; download it again")
    if beginning.startswith(b"PK") and not zipfile.is_zipfile(path):
        raise WeightsError(f"{path}: has no end; download it again")
    if beginning.startswith(b"version https://git-lfs"):
        raise WeightsError(
            f"{path}: only says where git-lfs keeps the file; fetch that with git lfs pull"
        )
    if beginning.startswith(b"<"):
        raise WeightsError(
            f"{path}: is a web page and no checkpoint; download the file that the page is about"
        )
    return read[8:9] == b"{"


def _stand_ins(path: Path) -> list[Any]:
    """For each class in a file that torch would refuse, one that does nothing by its name."""
    stand_ins = []
    for name in torch.serialization.get_unsafe_globals_in_checkpoint(path):
        module, _, own = name.rpartition(".")
        stand_ins.append(type(own, (_Inert,), {"__module__": module, "__qualname__": own}))
    return stand_ins
