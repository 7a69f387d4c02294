"""Reading tables in Parquet, some rows at a time."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from soundlasso.errors import CorpusError, MissingDependencyError

# Rows that are held at a time.
_BATCH = 1024
# Bytes of each column's part of a row group that are; all of them, were it not said.
_BUFFER = 1 << 20


def read_parquet(path: Path, columns: Collection[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a Parquet file, with the words for where each is.

    Args:
        path: The file.
        columns: Those that are read. Others, however large, are passed over.

    Raises:
        MissingDependencyError: pyarrow is not installed.
        CorpusError: it cannot be read, is damaged, or lacks a column.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingDependencyError(
            f"{path}: reading Parquet needs pyarrow: pip install 'soundlasso[parquet]'"
        ) from None
    number = 0
    try:
        with ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            lacking = [name for name in columns if name not in file.schema_arrow.names]
            if lacking:
                raise CorpusError(
                    f"{path}: has no column {', '.join(lacking)}, so this may be the table of "
                    "another data set"
                )
            for batch in file.iter_batches(_BATCH, columns=list(columns), use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield f"{path}: row {number}", row
    except (ArrowException, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CorpusError(
            f"{path}: cannot be read after row {number}: {reason}; download it again"
        ) from error
