"""Reading tables and JSON that others wrote; what is damaged is named by file and line."""

import contextlib
import csv
import json
import math
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from soundlasso.errors import CorpusError


def read_rows(
    path: Path, *, fallback: str | None = None, comment: str = "", spaced: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file, with the number of the line that each ends on.

    Args:
        path: The file: UTF-8, with or without a byte order mark, any line ends.
        fallback: The encoding of single lines that are not UTF-8.
        comment: What lines begin with that are to be passed over.
        spaced: Whether spaces follow the commas.

    Raises:
        CorpusError: it cannot be read, or is damaged.
    """
    try:
        with path.open("rb") as file:
            lines = _decoded(path, file, fallback, comment)
            reader = csv.reader(lines, strict=True, skipinitialspace=spaced)
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise CorpusError(
                        f"{path}: line {reader.line_num} is no CSV: {error}; download it again"
                    ) from error
                if row:
                    yield reader.line_num, row
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error


def _decoded(
    path: Path, lines: Iterable[bytes], fallback: str | None, comment: str
) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            if fallback is None:
                raise CorpusError(
                    f"{path}: line {number} is not text in UTF-8; download it again"
                ) from error
            text = line.decode(fallback)
        # A comment becomes an empty line, so that lines are still counted right.
        yield "\n" if comment and text.startswith(comment) else text


def read_table(
    path: Path, columns: Collection[str], *, fallback: str | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file whose first line names the columns.

    Args:
        path: The file.
        columns: The columns that must be there. Others are read too; where a row ends early,
            they are empty.
        fallback: As `read_rows` has it.

    Raises:
        CorpusError: it cannot be read, is damaged, lacks a column or holds no rows.
    """
    rows = read_rows(path, fallback=fallback)
    header = [name.strip() for name in next(rows, (0, []))[1]]
    lacking = [name for name in columns if name not in header]
    if lacking:
        raise CorpusError(
            f"{path}: line 1 names no column {', '.join(lacking)}; it should be "
            f"{','.join(columns)}, so this may be the table of another data set"
        )
    needed = 1 + max(header.index(name) for name in columns)
    empty = True
    for number, row in rows:
        if not needed <= len(row) <= len(header):
            raise CorpusError(
                f"{path}: line {number} has {len(row)} fields instead of {len(header)}; "
                "download it again"
            )
        empty = False
        yield number, dict(zip(header, row + [""] * (len(header) - len(row)), strict=True))
    if empty:
        raise CorpusError(f"{path}: lists nothing; download it again")


def row_text(row: dict[str, str], column: str, path: Path, line: int) -> str:
    """What a row has in a column that must not be empty, without outer spaces.

    Raises:
        CorpusError: it is empty.
    """
    text = row[column].strip()
    if not text:
        raise CorpusError(f"{path}: line {line} has no {column}")
    return text


def finite(value: object, name: str, where: str) -> float:
    """A finite number.

    Args:
        value: What the table or JSON has.
        name: What it is called there.
        where: File and line, or file and entry, for the message.

    Raises:
        CorpusError: it is none.
    """
    result = math.nan
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            result = float(value)
    if not math.isfinite(result):
        raise CorpusError(f"{where} has {value!r} for {name}, which is no number")
    return result


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        CorpusError: it cannot be read, or is damaged.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: is not text in UTF-8; download it again") from error
    except json.JSONDecodeError as error:
        raise CorpusError(
            f"{path}: line {error.lineno} is no JSON: {error.msg}; download it again"
        ) from error


def read_entries(path: Path, key: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in a JSON file's list, with the words for where each is.

    Args:
        path: The file.
        key: What the list is called in the file's object; ``None`` where the file is the list.

    Raises:
        CorpusError: it cannot be read, is damaged, or holds something else.
    """
    document = read_json(path)
    if key is not None:
        document = document.get(key) if isinstance(document, dict) else None
    if not isinstance(document, list):
        form = "[...]" if key is None else f'{{"{key}": [...]}}'
        raise CorpusError(f"{path}: should have the form {form}")
    if not document:
        raise CorpusError(f"{path}: lists nothing; download it again")
    for index, entry in enumerate(document, 1):
        where = f"{path}: entry {index}"
        if not isinstance(entry, dict):
            raise CorpusError(f"{where} is no object in braces")
        yield where, entry


def entry_text(entry: dict[str, Any], key: str, where: str) -> str:
    """A text, or a whole number as text, of a JSON object; without outer spaces.

    Args:
        entry: The object.
        key: What it is called.
        where: File and entry, for the message.

    Raises:
        CorpusError: there is none.
    """
    value = entry.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise CorpusError(f"{where} has no {key}")
    return value.strip()


def entry_texts(entry: dict[str, Any], key: str, where: str) -> list[str]:
    """A text or a list of texts of a JSON object; nothing if it has none.

    Raises:
        CorpusError: it is something else.
    """
    value = entry.get(key)
    if value is None:
        return []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or any(not isinstance(item, str) for item in values):
        raise CorpusError(f"{where} has something else than text for {key}")
    return values
