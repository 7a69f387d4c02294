"""Label tracks are what Audacity writes and reads."""

from pathlib import Path

import pytest

from soundlasso.audio.labels import write_labels
from soundlasso.errors import AudioError


def test_a_line_is_start_end_and_text_between_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.labels.txt"
    write_labels(path, [(0.0, 1.25, "a dog barking"), (3600.123456789, 3601.0, "犬\tand\nrain")])
    assert path.read_bytes().decode() == (
        "0.000000\t1.250000\ta dog barking\n3600.123457\t3601.000000\t犬 and rain\n"
    )


def test_no_labels_make_an_empty_track(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.txt", [])
    assert (tmp_path / "a.txt").read_bytes() == b""


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="cannot be written: No such file"):
        write_labels(tmp_path / "none" / "a.txt", [])
