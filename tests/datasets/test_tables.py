"""Reading tables that others wrote, whole and damaged."""

from pathlib import Path

import pytest

from soundlasso.datasets.tables import (
    entry_text,
    entry_texts,
    finite,
    read_entries,
    read_json,
    read_rows,
    read_table,
    row_text,
)
from soundlasso.errors import CorpusError
from tests.datasets.making import put_json, put_text

COLUMNS = ("name", "caption")


def _table(path: Path, **options: str) -> list[dict[str, str]]:
    return [row for _, row in read_table(path, COLUMNS, **options)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_commas_quotes_accents_marks_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ("name,caption", '"a, b.wav","Rain on a ""tin"" roof"', "vögel.wav,été")
    path = put_text(tmp_path / "t.csv", *lines, encoding=encoding, end=end)
    assert _table(path) == [
        {"name": "a, b.wav", "caption": 'Rain on a "tin" roof'},
        {"name": "vögel.wav", "caption": "été"},
    ]


def test_rows_know_their_lines_past_blank_ones_and_breaks(tmp_path: Path) -> None:
    path = put_text(tmp_path / "t.csv", "name,caption", "", 'a,"one', 'two"', "b,three")
    assert list(read_table(path, COLUMNS)) == [
        (4, {"name": "a", "caption": "one\ntwo"}),
        (5, {"name": "b", "caption": "three"}),
    ]


def test_other_columns_are_read_in_any_order_and_may_be_cut(tmp_path: Path) -> None:
    path = put_text(tmp_path / "t.csv", "caption, name ,more", "x,a,1", "y,b")
    assert _table(path) == [
        {"caption": "x", "name": "a", "more": "1"},
        {"caption": "y", "name": "b", "more": ""},
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), r"t\.csv: line 1 names no column name, caption"),
        (("name,text", "a,b"), r"t\.csv: line 1 names no column caption; .*another data set"),
        (("name,caption",), r"t\.csv: lists nothing"),
        (("name,caption", "a,b", "a,b,c"), r"t\.csv: line 3 has 3 fields instead of 2"),
        (("name,caption", "a,b", "a"), r"t\.csv: line 3 has 1 fields instead of 2"),
        (("name,caption", 'a,"cut off'), r"t\.csv: line 2 is no CSV: unexpected end of data"),
        (("name,caption", 'a,"b"c'), r"t\.csv: line 2 is no CSV"),
    ],
)
def test_damage_is_named(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    path = put_text(tmp_path / "t.csv", *lines)
    with pytest.raises(CorpusError, match=message):
        _table(path)


def test_lines_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("name,caption\nä,UTF-8\n".encode() + "é,Latin\n".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"t\.csv: line 3 is not text in UTF-8"):
        _table(path)
    assert [row["name"] for row in _table(path, fallback="iso-8859-1")] == ["ä", "é"]


def test_comments_count_as_lines(tmp_path: Path) -> None:
    path = put_text(tmp_path / "t.csv", "# one, two", "# three", 'a, 1.0, "x,y"')
    assert list(read_rows(path, comment="#", spaced=True)) == [(3, ["a", "1.0", "x,y"])]


def test_tables_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.csv: cannot be read: No such file"):
        list(read_rows(tmp_path / "none.csv"))
    with pytest.raises(CorpusError, match=r"none\.json: cannot be read: No such file"):
        read_json(tmp_path / "none.json")


def test_fields_that_must_not_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert row_text({"name": " a "}, "name", path, 7) == "a"
    with pytest.raises(CorpusError, match=r"t\.csv: line 7 has no name"):
        row_text({"name": "  "}, "name", path, 7)


@pytest.mark.parametrize(
    ("value", "expected"), [("1.5", 1.5), (3, 3.0), (" -2 ", -2.0), (0.25, 0.25)]
)
def test_numbers(value: object, expected: float) -> None:
    assert finite(value, "x", "here") == expected


@pytest.mark.parametrize("value", ["", "ten", None, True, "nan", "inf", [1], 10**400])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(CorpusError, match=r"here: line 2 has .* for start, which is no number"):
        finite(value, "start", "here: line 2")


def test_json_is_read_with_and_without_a_mark(tmp_path: Path) -> None:
    path = put_text(tmp_path / "t.json", '{"data": [{"a": "ä"}]}', encoding="utf-8-sig")
    assert list(read_entries(path, "data")) == [(f"{path}: entry 1", {"a": "ä"})]


def test_damaged_json_is_named_by_line(tmp_path: Path) -> None:
    path = put_text(tmp_path / "t.json", '{"data": [', '  {"wav": "a"},', '  {"wav": ')
    with pytest.raises(CorpusError, match=r"t\.json: line 4 is no JSON"):
        read_json(path)
    path.write_bytes(b'{"data": "\xff"}')
    with pytest.raises(CorpusError, match=r"t\.json: is not text in UTF-8"):
        read_json(path)


@pytest.mark.parametrize(
    ("document", "key", "message"),
    [
        ([], "data", r'should have the form \{"data": \[...\]\}'),
        ({"data": {}}, "data", r'should have the form \{"data"'),
        ({"a": 1}, None, r"should have the form \[...\]"),
        ({"data": []}, "data", "lists nothing"),
        ({"data": [{}, "a"]}, "data", "entry 2 is no object"),
    ],
)
def test_json_of_another_form(
    tmp_path: Path, document: object, key: str | None, message: str
) -> None:
    path = put_json(tmp_path / "t.json", document)
    with pytest.raises(CorpusError, match=message):
        list(read_entries(path, key))


def test_texts_of_entries() -> None:
    entry = {"id": 7, "name": " a ", "tags": ["x", "y"], "none": None, "blank": " ", "on": True}
    assert entry_text(entry, "id", "here") == "7"
    assert entry_text(entry, "name", "here") == "a"
    assert entry_texts(entry, "tags", "here") == ["x", "y"]
    assert entry_texts(entry, "name", "here") == [" a "]
    assert entry_texts(entry, "none", "here") == entry_texts(entry, "other", "here") == []
    for key in ("none", "blank", "on", "tags", "other"):
        with pytest.raises(CorpusError, match=f"here has no {key}"):
            entry_text(entry, key, "here")
    for value in (7, [7], {"a": "b"}):
        with pytest.raises(CorpusError, match="here has something else than text for tags"):
            entry_texts({"tags": value}, "tags", "here")
