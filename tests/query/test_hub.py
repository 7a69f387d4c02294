"""Files from a hub: newer ones, older ones in their place, or a message."""

from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from soundlasso.errors import MissingDependencyError
from soundlasso.query.hub import fetch_files

Asked = list[tuple[str, str, str | None]]
INSTEAD = {"new.json": ("one.txt", "two.txt")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asked:
    """What a hub that has the files of a folder is asked for."""
    asked: Asked = []

    def download(name: str, file: str, *, revision: str | None) -> str:
        asked.append((name, file, revision))
        if not (tmp_path / file).is_file():
            raise LocalEntryNotFoundError(f"404:\n{file}")
        return str(tmp_path / file)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    return asked


def test_older_files_are_asked_for_only_where_newer_ones_lack(tmp_path: Path, asked: Asked) -> None:
    for file in ("config.json", "new.json", "one.txt", "two.txt"):
        (tmp_path / file).touch()
    files = ["config.json", "new.json"]
    assert fetch_files("some/body", files, INSTEAD, revision="abc") == tmp_path
    assert asked == [("some/body", file, "abc") for file in files]
    (tmp_path / "new.json").unlink()
    asked.clear()
    assert fetch_files("some/body", files, INSTEAD) == tmp_path
    assert asked == [("some/body", file, None) for file in (*files, "one.txt", "two.txt")]


@pytest.mark.parametrize(("there", "missing"), [((), "config.json"), (("config.json",), "one.txt")])
def test_a_file_that_is_nowhere_is_named(
    tmp_path: Path, asked: Asked, there: tuple[str, ...], missing: str
) -> None:
    for file in there:
        (tmp_path / file).touch()
    message = f"^some/body cannot be downloaded: 404: {missing}; give a folder that holds it"
    with pytest.raises(MissingDependencyError, match=message):
        fetch_files("some/body", ["config.json", "new.json"], INSTEAD)
    assert asked[-1][1] == missing
