"""No recording is replaced by a result, whatever it is called there."""

from pathlib import Path

import pytest

from soundlasso.engine.folders import refuse_to_replace
from soundlasso.errors import OptionError


@pytest.mark.parametrize("link", ["", "symlink_to", "hardlink_to"])
def test_a_file_is_known_by_all_its_names(tmp_path: Path, link: str) -> None:
    source, other, out = (tmp_path / name for name in ("a.wav", "b.wav", "out.wav"))
    for path in (source, other):
        path.touch()
    if link:
        getattr(out, link)(source)
    else:
        out = tmp_path / ".." / tmp_path.name / "a.wav"
    with pytest.raises(OptionError) as refused:
        refuse_to_replace([other, out], [source], "choose another --out")
    assert str(refused.value) == f"{out}: would be replaced by a result; choose another --out"
    refuse_to_replace([other], [source])


def test_what_is_not_there_is_nothing_to_replace(tmp_path: Path) -> None:
    refuse_to_replace([tmp_path / "a.wav", tmp_path / "b.wav"], [tmp_path / "a.wav"])
