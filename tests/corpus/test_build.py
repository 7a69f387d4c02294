"""Building a corpus from packages on a mirror of our own."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import soundfile

from soundlasso.corpus import build, fetch, manifest
from soundlasso.corpus.build import build_corpus, missing_packages
from soundlasso.corpus.catalogue import read_catalogue
from soundlasso.corpus.instruments import Orchestra
from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.prepare import SAMPLE_RATE, prepare_samples
from soundlasso.errors import CorpusError
from tests.corpus import making
from tests.corpus.test_instruments import needs_player, soundfont

DOG, RAIN = making.sound(seed=1), making.sound(2.0, seed=2)
FILES = {
    "farm-data": {
        "usr/share/farm/dog.wav": DOG,
        "usr/share/farm/more.zip": making.zipped({"in/rain.wav": RAIN, "in/else.wav": DOG}),
        "usr/share/doc/farm-data/copyright": b"Licence: CC0",
    },
    "noise-data": {"usr/share/noise/cat.ogg": making.sound(kind="OGG"), "usr/odd.wav": b"no sound"},
}
PLACES = {
    "farm-data": {
        "usr/share/farm/dog.wav": ("dog barking", DOG),
        "usr/share/farm/more.zip!in/rain.wav": ("rain", RAIN),
    },
    "noise-data": {
        "usr/share/noise/cat.ogg": ("cat meowing", FILES["noise-data"]["usr/share/noise/cat.ogg"]),
        "usr/odd.wav": ("wind", b"no sound"),
    },
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """A quiet mirror that counts requests and knows ranges."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        Handler.asked.append((self.path, wanted))
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        if wanted:
            content = content[int(wanted.removeprefix("bytes=").rstrip("-")) :]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[list[Package], list[Entry]]]:
    root = tmp_path / "mirror"
    packages, entries = [], []
    for name, files in FILES.items():
        content = making.deb(files)
        pool = f"pool/{name}_1_all.deb"
        (root / "pool").mkdir(parents=True, exist_ok=True)
        (root / pool).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        packages.append(Package(name, "1", pool, len(content), digest, "train"))
        for path, (label, inner) in PLACES[name].items():
            sha = hashlib.sha256(inner).hexdigest()[:16]
            entries.append(Entry(name, path, label, "target", "CC0", sha))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(fetch, "DEFAULT_MIRRORS", ())
    monkeypatch.setenv("SOUNDLASSO_DEBIAN_MIRROR", url)
    monkeypatch.setattr(manifest, "packages", lambda: packages)
    Handler.asked = []
    yield packages, entries
    server.shutdown()
    server.server_close()


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_corpus_is_built_once(mirror: tuple[list[Package], list[Entry]], tmp_path: Path) -> None:
    packages, entries = mirror
    folder, downloads = tmp_path / "corpus", tmp_path / "downloads"
    results: list[build.PackageResult] = []
    bytes_seen: list[int] = []
    recordings = build_corpus(
        folder,
        packages,
        entries,
        downloads=downloads,
        progress=bytes_seen.append,
        report=results.append,
    )
    assert sum(bytes_seen) == sum(package.size for package in packages)
    assert [(r.label, r.package) for r in recordings] == [
        ("dog barking", "farm-data"),
        ("rain", "farm-data"),
        ("cat meowing", "noise-data"),
    ]
    assert {r.package: r.rejected for r in results}["noise-data"][0][0] == "usr/odd.wav"
    assert read_catalogue(folder) == recordings
    samples, rate = soundfile.read(folder / recordings[1].file)
    assert rate == SAMPLE_RATE
    assert len(samples) / rate == pytest.approx(2.0, abs=0.02) == recordings[1].seconds
    assert (folder / "audio/farm-data/copyright.txt").read_bytes() == b"Licence: CC0"
    assert "| farm-data | 1 | CC0: 2 |" in (folder / "CREDITS.md").read_text()
    assert "a dog barking" in (folder / "captions.json").read_text()
    assert list(downloads.iterdir()) == []

    # What keeps the samples lasts as long as these do.
    (folder / "bank-train-abc.npz").touch()
    before, asked = hashes(folder), len(Handler.asked)
    assert missing_packages(folder, packages, entries) == []
    assert build_corpus(folder, packages, entries, downloads=downloads) == recordings
    assert hashes(folder) == before
    assert len(Handler.asked) == asked

    (folder / "audio/noise-data/index.csv").unlink()
    build_corpus(folder, packages, entries, downloads=downloads)
    del before["bank-train-abc.npz"]
    assert hashes(folder) == before

    again = tmp_path / "again"
    build_corpus(again, packages, entries, downloads=downloads, keep_downloads=True)
    assert hashes(again) == before
    assert len(list(downloads.iterdir())) == 2


def test_an_interrupted_build_goes_on(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages, entries = mirror
    folder, downloads = tmp_path / "corpus", tmp_path / "downloads"
    real = fetch.fetch

    def stop(package: Package, *rest: object) -> Path:
        if package.name == "noise-data":
            raise KeyboardInterrupt
        return real(package, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "fetch", stop)
    with pytest.raises(KeyboardInterrupt):
        build_corpus(folder, packages, entries, downloads=downloads)
    assert missing_packages(folder, packages, entries) == [packages[1]]
    monkeypatch.setattr(build, "fetch", real)
    recordings = build_corpus(folder, packages, entries, downloads=downloads)
    assert len(recordings) == 3
    assert [path for path, _ in Handler.asked] == [f"/{p.pool}" for p in packages]


def test_a_changed_manifest_is_noticed(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    packages, entries = mirror
    build_corpus(tmp_path / "c", packages, entries, downloads=tmp_path / "d")
    fewer = [entry for entry in entries if entry.label != "rain"]
    assert missing_packages(tmp_path / "c", packages, fewer) == [packages[0]]


def test_a_download_that_was_cut_off_goes_on(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    package = mirror[0][0]
    whole = making.deb(FILES["farm-data"])
    partial_path = tmp_path / "farm-data_1_all.deb.part"
    partial_path.write_bytes(whole[:1000])
    seen: list[int] = []
    path = fetch.fetch(package, tmp_path, seen.append)
    assert path.read_bytes() == whole
    assert Handler.asked == [(f"/{package.pool}", "bytes=1000-")]
    assert sum(seen) == package.size
    assert not partial_path.exists()


def test_a_download_that_was_stopped_just_before_its_end_is_used(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    package = mirror[0][0]
    whole = making.deb(FILES["farm-data"])
    (tmp_path / "farm-data_1_all.deb.part").write_bytes(whole)
    assert fetch.fetch(package, tmp_path).read_bytes() == whole
    assert Handler.asked == []


def test_a_connection_that_breaks_keeps_what_came(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    package = mirror[0][0]
    longer = replace(package, size=package.size + 100)
    with pytest.raises(CorpusError, match="100 more expected"):
        fetch.fetch(longer, tmp_path)
    assert (tmp_path / "farm-data_1_all.deb.part").stat().st_size == package.size


def test_a_package_with_the_wrong_hash_is_refused(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    package = Package("farm-data", "1", mirror[0][0].pool, 1, "0" * 64, "train")
    with pytest.raises(CorpusError, match="hash is wrong"):
        fetch.fetch(package, tmp_path)
    assert [p for p in tmp_path.iterdir() if p.is_file()] == []


def test_a_package_that_nobody_has(
    mirror: tuple[list[Package], list[Entry]], tmp_path: Path
) -> None:
    package = Package("none", "1", "pool/none.deb", 1, "0" * 64, "train")
    with pytest.raises(CorpusError, match=r"none cannot be fetched: .*404"):
        fetch.fetch(package, tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0" * 16}, "is not the recording of the manifest"),
        ({"path": "usr/none.wav"}, "is not in the package"),
    ],
)
def test_recordings_that_are_not_what_the_manifest_says(
    mirror: tuple[list[Package], list[Entry]],
    tmp_path: Path,
    change: dict[str, str],
    message: str,
) -> None:
    packages, entries = mirror
    wrong = Entry(**{**vars(entries[0]), **change})
    with pytest.raises(CorpusError, match=message):
        build_corpus(tmp_path / "c", packages[:1], [wrong], downloads=tmp_path / "d")


def test_without_a_corpus_it_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"soundlasso corpus build"):
        read_catalogue(tmp_path)


def test_takes_of_a_session_are_known() -> None:
    from soundlasso.corpus.catalogue import Recording

    def group(path: str) -> str:
        item = Recording("f", "l", "c", "train", "target", "p", path, "CC0", 1.0, 8000)
        return item.take_group

    assert group("a/dog_01.wav") == group("a/dog_12.wav") == group("a/Dog3.ogg")
    assert group("a/dog_01.wav") != group("b/dog_01.wav")
    assert group("a/dog_01.wav") != group("a/dog_growl.wav")


def played(tmp_path: Path, spoil: str = "") -> build.PackageResult:
    font = soundfont(73, 40)
    deb = tmp_path / "font.deb"
    deb.write_bytes(making.deb({"usr/share/sounds/sf2/a.sf2": font}))
    entries = [
        Entry(
            "font",
            f"usr/share/sounds/sf2/a.sf2#{part}",
            label,
            "target",
            "MIT",
            hashlib.sha256(font + part.encode() + spoil.encode()).hexdigest()[:16],
        )
        for part, label in (("73/1", "flute"), ("40/1", "violin"), ("73/2", "flute"))
    ]
    package = Package("font", "1", "", 0, "0" * 64, "train")
    return build.prepare_package(package, entries, deb, tmp_path / "corpus")


@needs_player
def test_parts_are_played_with_soundfonts(tmp_path: Path) -> None:
    assert played(tmp_path) == build.PackageResult("font", 3, [])
    recordings = build.collect(tmp_path / "corpus", [Package("font", "1", "", 0, "", "train")])
    assert [recording.label for recording in recordings] == ["flute", "violin", "flute"]
    assert len({recording.file for recording in recordings}) == 3
    samples, rate = soundfile.read(tmp_path / "corpus" / recordings[1].file, dtype="int16")
    expected = prepare_samples(Orchestra(soundfont(73, 40)).play("40/1"), SAMPLE_RATE)
    assert rate == SAMPLE_RATE
    assert np.array_equal(samples, expected.samples)


@needs_player
def test_another_soundfont_than_the_manifests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not the recording of the manifest"):
        played(tmp_path, spoil="x")
