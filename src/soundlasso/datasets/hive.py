"""Hive: recipes of mixtures of two to five sounds that may occur together, 283 labels.

Layout, with the recipes of https://huggingface.co/datasets/ShandaAI/Hive::

    metadata/train/2mix/*.json        a list of recipes a file; also 3mix, 4mix, 5mix
    metadata/val/..., metadata/test/...
    train.jsonl, val.jsonl, test.jsonl   or, instead: a recipe a line
    train/*.parquet, validation/*.parquet, test/*.parquet   or, instead, as they come from there
    dataset_paths.json                {"VGGSound": "/where/it/lies", ...}; may be left away

A recipe is ``mix_id``, ``dataset_info`` {split, sample_rate, target_duration}, ``sources`` and
``mixing_params`` {global_normalization_factor, final_max_amplitude}; in the Parquet files, what
is in ``dataset_info`` and ``mixing_params`` stands beside ``mix_id``, and ``sources`` may be an
object of lists instead of a list of objects: the dataset card says `sequence` of it, which is
stored in the one way or the other. A source has ``path``,
``label``, ``chunk_start_second`` and ``chunk_end_second`` (what is cut out of the file),
``crop_start_second`` and ``crop_end_second`` (what is cut out of that), ``rms_gain``, ``snr_db``
and ``applied_weight``, which is the amplitude's factor.

The sounds are those of twelve other data sets. The first part of a ``path`` names one;
``dataset_paths.json`` says where it lies, else it is a folder beside the recipes.

Each source of a mixture is the target of one record, its label the query. ``train`` has millions
of recipes: `read_mixtures` does not hold them all in memory.

Licence: recipes Apache-2.0; the sounds have those of the twelve, some for research only.

Citation: K. Li et al., "A semantically consistent dataset for data-efficient query-based
universal sound separation", arXiv 2601.22599, 2026.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from soundlasso.datasets.about import About, Gathering
from soundlasso.datasets.clip import Dataset, Ingredient, MixtureRecord
from soundlasso.datasets.parquet import read_parquet
from soundlasso.datasets.tables import entry_text, finite, read_entries, read_json
from soundlasso.datasets.tree import check_folder, is_sound
from soundlasso.errors import CorpusError

ABOUT = About(
    name="hive",
    title="Hive",
    splits=("train", "val", "test"),
    words="mixtures, 1 label a source of 283",
    licence="Apache-2.0 (recipes); the sounds' own",
    source="https://huggingface.co/datasets/ShandaAI/Hive",
    layout="metadata/{split}/*mix/*.json, {split}.jsonl or {split}/*.parquet, "
    "dataset_paths.json, and the sounds",
    layouts={
        "val": "metadata/val/*mix/*.json, val.jsonl or validation/*.parquet, "
        "dataset_paths.json, and the sounds"
    },
)
_PATHS = "dataset_paths.json"
# What is read of the Parquet files.
_COLUMNS = (
    "mix_id", "sample_rate", "target_duration", "sources", "global_normalization_factor",
)  # fmt: skip


def load(folder: Path, split: str) -> Dataset:
    """Reads a split as a whole.

    Args:
        folder: Where the recipes lie.
        split: ``train``, ``val`` or ``test``.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: a file is damaged.
        MissingDependencyError: the recipes are in Parquet and pyarrow is not installed.
    """
    gathering = Gathering(ABOUT, split, folder)
    missing: list[str] = []
    for mixture in read_mixtures(folder, split, missing):
        gathering.add_mixture(mixture)
    gathering.add_missing(*missing)
    return gathering.dataset()


def read_mixtures(folder: Path, split: str, missing: list[str]) -> Iterator[MixtureRecord]:
    """Reads a split record by record.

    Args:
        folder: Where the recipes lie.
        split: ``train``, ``val`` or ``test``.
        missing: Is filled with the ids of mixtures of which a sound is not there.

    Raises:
        OptionError: there is no such split.
        AbsentError: the split is not there.
        CorpusError: a file is damaged.
        MissingDependencyError: the recipes are in Parquet and pyarrow is not installed.
    """
    ABOUT.check_split(split)
    check_folder(folder)
    places = _places(folder)
    known: dict[Path, bool] = {}
    for where, recipe in _recipes(folder, split):
        id = entry_text(recipe, "mix_id", where)
        sources = recipe.get("sources")
        if not isinstance(sources, list) or not sources:
            raise CorpusError(f"{where} has no sources")
        parts = [
            _ingredient(source, f"{where}, source {number}", folder, places)
            for number, source in enumerate(sources, 1)
        ]
        for part in parts:
            if part.audio not in known:
                known[part.audio] = is_sound(part.audio)
        if not all(known[part.audio] for part in parts):
            missing.append(id)
            continue
        info = _section(recipe, "dataset_info", where)
        mixing = _section(recipe, "mixing_params", where)
        for index, part in enumerate(parts):
            yield MixtureRecord(
                id=f"{id}/s{index + 1}",
                dataset=ABOUT.name,
                split=split,
                query=part.text,
                target=part,
                others=(*parts[:index], *parts[index + 1 :]),
                gain=_value(mixing, "global_normalization_factor", where),
                rate=int(_value(info, "sample_rate", where)),
                duration=_value(info, "target_duration", where),
            )


def _recipes(folder: Path, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
    files = sorted((folder / "metadata" / split).glob("*mix/*.json"))
    for path in files:
        yield from read_entries(path)
    lines = folder / f"{split}.jsonl"
    if lines.is_file():
        yield from _read_lines(lines)
    elif not files:
        # The same recipes once more where the others are there.
        yield from _read_tables(folder, split)


def _read_tables(folder: Path, split: str) -> Iterator[tuple[str, dict[str, Any]]]:
    names = ("validation", "val") if split == "val" else (split,)
    tables = [path for name in names for path in sorted((folder / name).glob("*.parquet"))]
    if not tables:
        raise ABOUT.absent(
            folder,
            split,
            f"holds no metadata/{split}/*mix/*.json, no {split}.jsonl and no {names[0]}/*.parquet",
        )
    for path in tables:
        for where, row in read_parquet(path, _COLUMNS):
            sources = row["sources"]
            if isinstance(sources, dict):
                row["sources"] = _objects(sources, where)
            yield where, row


def _objects(lists: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """An object of lists as a list of objects."""
    columns = [values if isinstance(values, list) else [] for values in lists.values()]
    if len({len(values) for values in columns}) > 1:
        raise CorpusError(f"{where} has lists of different lengths in sources")
    return [dict(zip(lists, values, strict=True)) for values in zip(*columns, strict=True)]


def _read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}: line {number}"
            if not line.strip():
                continue
            try:
                entry = json.loads(line.decode("utf-8-sig"))
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise CorpusError(f"{where} is no JSON: {error}; download it again") from error
            if not isinstance(entry, dict):
                raise CorpusError(f"{where} is no object in braces")
            yield where, entry


def _places(folder: Path) -> dict[str, Path]:
    path = folder / _PATHS
    if not path.is_file():
        return {}
    document = read_json(path)
    if not isinstance(document, dict) or any(not isinstance(v, str) for v in document.values()):
        raise CorpusError(f'{path}: should have the form {{"NAME": "FOLDER"}}')
    return {name: folder / place for name, place in document.items()}


def _ingredient(source: Any, where: str, folder: Path, places: dict[str, Path]) -> Ingredient:
    if not isinstance(source, dict):
        raise CorpusError(f"{where} is no object in braces")
    path = entry_text(source, "path", where)
    name, _, rest = path.partition("/")
    start, end = (
        _value(source, "crop_start_second", where),
        _value(source, "crop_end_second", where),
    )
    return Ingredient(
        audio=places[name] / rest if name in places else folder / path,
        text=entry_text(source, "label", where),
        start=_value(source, "chunk_start_second", where) + start,
        duration=end - start,
        gain=_value(source, "applied_weight", where),
    )


def _section(recipe: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    """What is in a section, or beside ``mix_id`` where there are no sections."""
    section = recipe.get(name, recipe)
    if not isinstance(section, dict):
        raise CorpusError(f"{where} has something else than an object for {name}")
    return section


def _value(values: dict[str, Any], name: str, where: str) -> float:
    return finite(values.get(name), name, where)
