"""Hive's recipes in Parquet, as the hub has them, some rows at a time."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from soundlasso.datasets import hive
from soundlasso.datasets.parquet import read_parquet
from soundlasso.errors import CorpusError, MissingDependencyError
from tests.datasets.making import hive_recipe, hive_source, put_json, put_sounds

TEXTS = ("source_id", "path", "label")
NUMBERS = (
    "crop_start_second", "crop_end_second", "chunk_start_second", "chunk_end_second",
    "rms_gain", "snr_db", "applied_weight",
)  # fmt: skip
SOURCE = [*((name, pa.string()) for name in TEXTS), *((name, pa.float64()) for name in NUMBERS)]


def flat(recipe: dict[str, Any]) -> dict[str, Any]:
    """A recipe as a row of the hub's tables."""
    flat = {name: value for name, value in recipe.items() if not isinstance(value, dict)}
    return {**flat, "num_sources": 2, **recipe["dataset_info"], **recipe["mixing_params"]}


def put_table(
    path: Path, recipes: list[dict[str, Any]], *, as_lists: bool = False, group: int = 1000
) -> Path:
    """Writes recipes with the columns and types of the dataset card."""
    rows = [flat(recipe) for recipe in recipes]
    if as_lists:
        kind = pa.struct([(name, pa.list_(item)) for name, item in SOURCE])
        for row in rows:
            row["sources"] = {
                name: [source[name] for source in row["sources"]] for name, _ in SOURCE
            }
    else:
        kind = pa.list_(pa.struct(SOURCE))
    schema = pa.schema(
        [
            ("mix_id", pa.string()),
            ("split", pa.string()),
            ("sample_rate", pa.int32()),
            ("target_duration", pa.float64()),
            ("num_sources", pa.int32()),
            ("sources", kind),
            ("global_normalization_factor", pa.float64()),
            ("final_max_amplitude", pa.float64()),
        ]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=schema)
    parquet.write_table(table, path, row_group_size=group)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put_sounds(tmp_path, "VGGSound/a b,c_000001.wav", "ESC50/audio/1-2-A-3.wav")
    return tmp_path


LOST = hive_recipe("lost", sources=[hive_source("AVE/gone.wav", "Bell", "s1")])


@pytest.mark.parametrize("as_lists", [False, True], ids=["objects", "lists"])
@pytest.mark.parametrize(
    ("split", "table"),
    [
        ("train", "train/data.parquet"),
        ("val", "validation/data.parquet"),
        ("val", "val/0.parquet"),
        ("test", "test/data.parquet"),
    ],
)
def test_tables_are_what_the_json_is(
    folder: Path, tmp_path: Path, split: str, table: str, as_lists: bool
) -> None:
    put_table(folder / table, [hive_recipe(), LOST], as_lists=as_lists)
    found = hive.load(folder, split)
    assert found.missing == ("lost",)
    put_json(folder / "metadata" / split / "2mix" / "a.json", [hive_recipe(), LOST])
    (folder / table).unlink()
    assert hive.load(folder, split) == found
    assert [mixture.query for mixture in found.mixtures] == ["Ocean", "Dog"]


def test_tables_are_read_in_order(folder: Path) -> None:
    for name in ("b", "a"):
        recipes = [hive_recipe(f"{name}{number}") for number in range(3)]
        put_table(folder / "train" / f"{name}.parquet", recipes, group=2)
    ids = [record.id for record in hive.read_mixtures(folder, "train", [])]
    assert ids == [f"{name}{number}/s{s}" for name in "ab" for number in range(3) for s in (1, 2)]


def test_the_same_recipes_are_not_read_twice(folder: Path) -> None:
    put_table(folder / "test" / "data.parquet", [hive_recipe()])
    put_json(folder / "metadata" / "test" / "2mix" / "a.json", [hive_recipe()])
    assert len(hive.load(folder, "test").mixtures) == 2


def test_no_more_is_read_than_asked_for(folder: Path) -> None:
    recipes = [hive_recipe(str(number)) for number in range(6000)]
    path = put_table(folder / "train" / "data.parquet", recipes)
    damaged = parquet.ParquetFile(path).metadata.row_group(4).column(0)
    with path.open("r+b") as file:
        file.seek(damaged.dictionary_page_offset)
        file.write(bytes(damaged.total_compressed_size))
    records = hive.read_mixtures(folder, "train", [])
    for number in range(6000):
        assert next(records).id == f"{number // 2}/s{number % 2 + 1}"
    with pytest.raises(CorpusError, match=r"cannot be read after row 3\d{3}: .*; download it"):
        list(records)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (hive_recipe(mix_id=None), r"data\.parquet: row 2 has no mix_id"),
        (hive_recipe(sources=[]), "row 2 has no sources"),
        (hive_recipe(sources=[hive_source("a", "", "s")]), "row 2, source 1 has no label"),
        (
            hive_recipe(sources=[hive_source("a", "b", "s", applied_weight=None)]),
            "row 2, source 1 has None for applied_weight",
        ),
        (
            hive_recipe(mixing_params={"global_normalization_factor": None}),
            "row 2 has None for global_normalization_factor",
        ),
    ],
)
@pytest.mark.parametrize("as_lists", [False, True], ids=["objects", "lists"])
def test_damaged_rows(folder: Path, recipe: dict[str, Any], message: str, as_lists: bool) -> None:
    put_table(folder / "test" / "data.parquet", [hive_recipe(), recipe], as_lists=as_lists)
    with pytest.raises(CorpusError, match=message):
        hive.load(folder, "test")


def test_lists_that_do_not_fit_together(folder: Path) -> None:
    sources = {"path": ["a", "b"], "label": ["a"]}
    row = {**flat(hive_recipe()), "sources": sources}
    path = folder / "test" / "data.parquet"
    path.parent.mkdir()
    parquet.write_table(pa.Table.from_pylist([row]), path)
    with pytest.raises(CorpusError, match="row 1 has lists of different lengths in sources"):
        hive.load(folder, "test")


def _of_another(path: Path) -> None:
    parquet.write_table(pa.table({"mix_id": ["a"], "sources": ["b"]}), path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_of_another, "has no column sample_rate, target_duration, global_normalization_factor"),
        (_cut, r"cannot be read after row 0: .*; download it again"),
        (lambda path: path.write_bytes(b""), "cannot be read after row 0"),
    ],
)
def test_damaged_tables(folder: Path, damage: Callable[[Path], Any], message: str) -> None:
    path = put_table(folder / "test" / "data.parquet", [hive_recipe()])
    damage(path)
    with pytest.raises(CorpusError, match=rf"data\.parquet: {message}"):
        hive.load(folder, "test")


def test_without_pyarrow_the_extra_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_table(folder / "test" / "data.parquet", [hive_recipe()])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'soundlasso\[parquet\]'"):
        hive.load(folder, "test")
    # Recipes in JSON need none of it.
    put_json(folder / "metadata" / "test" / "2mix" / "a.json", [hive_recipe()])
    assert len(hive.load(folder, "test").mixtures) == 2


def test_columns_that_nobody_asked_for_are_not_read(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path / "t.parquet")
    where = f"{tmp_path / 't.parquet'}: row"
    rows = list(read_parquet(tmp_path / "t.parquet", ["b"]))
    assert rows == [(f"{where} 1", {"b": "x"}), (f"{where} 2", {"b": "y"})]
