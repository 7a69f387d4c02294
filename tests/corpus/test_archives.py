"""Every container gives back what was put in."""

import gzip
from pathlib import Path

import pytest

from soundlasso.corpus.archives import read_archive, read_deb
from soundlasso.errors import CorpusError
from tests.corpus import making


def everything(name: str) -> bool:
    return True


@pytest.mark.parametrize("compression", ["xz", "gz"])
def test_debian_packages(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a.deb"
    path.write_bytes(making.deb({"usr/a.wav": b"aaa", "usr/b.txt": b"b"}, compression))
    assert dict(read_deb(path, everything)) == {"usr/a.wav": b"aaa", "usr/b.txt": b"b"}
    assert dict(read_deb(path, lambda name: name.endswith("wav"))) == {"usr/a.wav": b"aaa"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not an archive", "does not start like an ar archive"),
        (b"!<arch>\n", "holds no data.tar"),
        (making.deb({"a": b"a"}, "zst"), "packed as zst"),
        (making.deb({"a": bytes(range(256)) * 40})[:-60], "cannot be read"),
    ],
)
def test_what_is_no_debian_package(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.deb"
    path.write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        list(read_deb(path, everything))


@pytest.mark.parametrize("ending", ["zip", "pk3", "love"])
def test_zip_files(ending: str) -> None:
    content = making.zipped({"sound/a.wav": b"aaa", "b.txt": b"b"})
    found = dict(read_archive(f"x.{ending}", content, lambda name: name.startswith("sound/")))
    assert found == {"sound/a.wav": b"aaa"}


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("compress", [False, True])
def test_qt_resources(version: int, compress: bool) -> None:
    content = making.rcc("a.wav", b"aaa" * 100, version=version, compress=compress)
    assert dict(read_archive("x.rcc", content, everything)) == {"sounds/a.wav": b"aaa" * 100}
    assert dict(read_archive("x.rcc", content, lambda name: False)) == {}


def test_clonk_groups() -> None:
    content = making.clonk({"a.wav": b"aaa", "Birds.ocg": {"b.wav": b"bb", "c.wav": b"c"}})
    assert dict(read_archive("Sound.ocg", content, everything)) == {
        "a.wav": b"aaa",
        "Birds.ocg/b.wav": b"bb",
        "Birds.ocg/c.wav": b"c",
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.rar", b"", "no reader for .rar"),
        ("x.zip", b"no zip", "damaged archive"),
        ("x.rcc", b"no resource at all!!", "not a Qt resource file"),
        ("x.rcc", b"q", "damaged archive"),
        ("x.ocg", b"no group", "damaged archive"),
        ("x.ocg", gzip.compress(b"x" * 500, mtime=0), "not an OpenClonk group file"),
    ],
)
def test_what_is_no_archive(name: str, content: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        list(read_archive(name, content, everything))
