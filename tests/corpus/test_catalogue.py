"""The catalogue is read as it was written, or refused."""

from pathlib import Path

import pytest

from soundlasso.corpus.catalogue import read_catalogue, write_catalogue
from soundlasso.errors import CorpusError
from tests.corpus.test_table import RECORDINGS


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "catalogue.csv", RECORDINGS)
    assert read_catalogue(tmp_path) == RECORDINGS


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("licence", "license"),
        lambda text: text.replace("1800.0", "half an hour"),
        lambda text: text.replace("44100", ""),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "catalogue.csv"
    write_catalogue(path, RECORDINGS)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(CorpusError, match=r"catalogue\.csv: .* build the corpus again"):
        read_catalogue(tmp_path)


def test_older_tables_lack_what_was_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    write_catalogue(path, RECORDINGS)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line.rsplit(",", 2)[0] for line in lines))
    assert read_catalogue(tmp_path) == RECORDINGS
