"""From a published checkpoint to a model that `soundlasso.load` finds by name."""

import hashlib
import importlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from soundlasso._version import __version__
from soundlasso.config import build_config
from soundlasso.errors import OptionError, WeightsError, in_one_line
from soundlasso.zoo.card import Card
from soundlasso.zoo.official.converted import Converted
from soundlasso.zoo.official.naming import check_own_name
from soundlasso.zoo.official.reading import Contents, read_contents
from soundlasso.zoo.official.systems import SYSTEMS, OfficialSystem

_SHORT_HASH = 12
"""Signs of a weights file's sha256 that its name holds."""


def import_official(
    system: OfficialSystem,
    paths: Sequence[Path],
    folder: Path,
    *,
    name: str | None = None,
    query_encoder: str | None = None,
) -> Path:
    """Converts a published checkpoint, and writes safetensors and a card.

    What was imported under this name before is replaced at once, by the card that is written
    last.

    Args:
        system: What it is.
        paths: Its files, in the order of ``system.files``, or called as they are.
        folder: Where to; made if need be.
        name: What the model is called, where it is not to be called as the system.
        query_encoder: Hub id or folder of the query encoder, where it is not to be the usual.

    Returns:
        The card.

    Raises:
        OptionError: another number of files is needed, or the name cannot be had.
        WeightsError: a file cannot be read, is not that system's (where it is another's, that is
            named), or the folder not written.
    """
    name = system.name if name is None else name
    check_own_name(name, system)
    paths = _in_order(system, paths)
    official = _read(system, paths)
    try:
        converted = importlib.import_module(system.converter).convert(official.weights)
        _check_kind(system, converted)
        _check_numbers(converted)
        network = _build(system, converted)
    except WeightsError as error:
        given = " and ".join(path.name for path in paths)
        raise WeightsError(f"{given}: {error}{_order(system)}") from error
    hashes = {
        file.name: {"sha256": sha256_of(path), "file": path.name}
        for path, file in zip(paths, system.files, strict=True)
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        weights, sha256 = _write_weights(converted.state, folder, name)
        card = Card(
            name=name,
            family=system.family,
            config=converted.config,
            query_encoder=query_encoder or system.query_encoder,
            sample_rate=converted.config.get("sample_rate", system.sample_rate),
            weights=weights,
            sha256=sha256,
            parameters=sum(value.numel() for value in network.parameters()),
            licence=system.licence,
            summary=system.title,
            training={
                "official_files": hashes,
                "ignored": counted([*official.passed_over, *converted.ignored]),
                "terms": system.terms,
                "imported": f"{datetime.now(UTC):%Y-%m-%d} by soundlasso {__version__}",
            },
            metrics={},
        )
        path = folder / f"{name}.json"
        card.write(path)
        # Not those of another model whose name begins alike.
        for old in folder.glob(f"{name}-{'[0-9a-f]' * _SHORT_HASH}.safetensors"):
            if old.name != weights:
                old.unlink()
    except OSError as error:
        raise WeightsError(f"{folder}: cannot be written: {error.strerror}") from error
    return path


def _in_order(system: OfficialSystem, paths: Sequence[Path]) -> list[Path]:
    """A system's files in the order of ``system.files``, which they are in unless called so."""
    if len(paths) != len(system.files):
        count = "one file" if len(system.files) == 1 else f"{len(system.files)} files"
        wanted = " and ".join(file.name for file in system.files)
        raise OptionError(f"{system.name} is made of {count}: {wanted}")
    named = {path.name: path for path in paths}
    names = [file.name for file in system.files]
    return [named[name] for name in names] if named.keys() == set(names) else list(paths)


def _order(system: OfficialSystem) -> str:
    """What is said of files that will not do, where there are several."""
    if len(system.files) == 1:
        return ""
    names = ", then ".join(file.name for file in system.files)
    return f" ({system.name} is made of {names})"


def _read(system: OfficialSystem, paths: Sequence[Path]) -> Contents:
    """What is in a system's files, together."""
    published: dict[str, Tensor] = {}
    passed_over: list[str] = []
    for path, file in zip(paths, system.files, strict=True):
        contents = read_contents(path, file)
        published = {**contents.weights, **published}
        passed_over += contents.passed_over
    return Contents(published, tuple(passed_over))


def counted(keys: Iterable[str]) -> dict[str, int]:
    """How many keys begin with the same two words, by those."""
    return dict(Counter(".".join(key.split(".")[:2]) for key in keys))


def _check_kind(system: OfficialSystem, converted: Converted) -> None:
    """Refuses a sibling's weights, whose title and terms are others.

    AudioSep's and AudioSep-DP's differ in a recurrence, and each was published at two rates. At
    a rate that none was published at, a checkpoint is somebody's own, and may be called either.
    """
    found = bool(converted.config.get("dual_path_layers", 0))
    rate = converted.config.get("sample_rate", system.sample_rate)
    alike = [
        other
        for other in SYSTEMS.values()
        if other.family == system.family and other.dual_path == found
    ]
    names = [other.name for other in alike if other.sample_rate == rate]
    if found == system.dual_path and (rate == system.sample_rate or not names):
        return
    if found == system.dual_path:
        reason = f"works at {rate} Hz"
    else:
        reason = f"{'has' if found else 'lacks'} AudioSep-DP's recurrence"
    raise WeightsError(
        f"the checkpoint {reason}, so that it is not {system.name}: import "
        f"it --as {' or '.join(names or [other.name for other in alike])}"
    )


def _check_numbers(converted: Converted) -> None:
    """Refuses weights that nothing can be computed with."""
    for key, value in converted.state.items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise WeightsError(f"the checkpoint is damaged: not all of {key} are finite numbers")


def _build(system: OfficialSystem, converted: Converted) -> nn.Module:
    """The network, which every weight fits and which lacks none; it takes no memory."""
    module_name, config_name, network_name = system.network
    module = importlib.import_module(module_name)
    try:
        config = build_config(getattr(module, config_name), converted.config)
        with torch.device("meta"):
            network: nn.Module = getattr(module, network_name)(config)
        network.load_state_dict(converted.state, strict=True, assign=True)
    except (ValueError, RuntimeError) as error:
        reason = in_one_line(error, 300)
        raise WeightsError(f"the checkpoint does not fit {system.name}: {reason}") from error
    return network


def _write_weights(state: dict[str, Tensor], folder: Path, name: str) -> tuple[str, str]:
    """Writes weights under a name that their content gives, and says it and their sha256."""
    partial = folder / f"{name}.safetensors.part"
    try:
        # safetensors writes files for their owner only; this one is for whom others here are.
        partial.touch()
        mode = partial.stat().st_mode
        save_file({key: _alone(value) for key, value in state.items()}, partial)
        partial.chmod(mode)
        sha256 = sha256_of(partial)
        final = folder / f"{name}-{sha256[:_SHORT_HASH]}.safetensors"
        partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)
    return final.name, sha256


def _alone(value: Tensor) -> Tensor:
    """A tensor that shares no memory with others."""
    if value.is_contiguous() and value.untyped_storage().nbytes() == value.nbytes:
        return value
    return value.clone(memory_format=torch.contiguous_format)


def sha256_of(path: Path) -> str:
    """A file's sha256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
