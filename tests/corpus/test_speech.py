"""Speaking with synthesisers: what is said, by whom, and always in the same way."""

import hashlib
import io
from collections import Counter
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest
import soundfile

from soundlasso.corpus import build, manifest, speech
from soundlasso.corpus.captions import captions
from soundlasso.corpus.labels import categories
from soundlasso.corpus.manifest import Entry, Package
from soundlasso.corpus.speech import Speaker, sentences, utterance, voice_of, voices
from soundlasso.errors import CorpusError, MissingDependencyError
from tests.corpus import making

FOLDER = "usr/lib/espeak-ng-data"
VOICES = f"{FOLDER}/phondata"
PARTS = {"en+m1/1": "man speaking", "en-us+belinda/1": "woman speaking", "en+m1/2": "man speaking"}


@pytest.fixture(scope="module")
def deb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package like Debian's, of the English part of the data that the library brings."""
    data = Path(espeakng_loader.get_data_path())
    names = ["phondata", "phonindex", "phontab", "intonations", "en_dict"]
    names += [f"lang/gmw/{name}" for name in ("en", "en-US")]
    names += [f"voices/!v/{name}" for name in ("m1", "belinda")]
    files = {f"{FOLDER}/{name}": (data / name).read_bytes() for name in names}
    path = tmp_path_factory.mktemp("speech") / "voices.deb"
    path.write_bytes(making.deb(files, "gz"))
    return path


def entries(deb: Path, spoil: str = "") -> list[Entry]:
    content = (Path(espeakng_loader.get_data_path()) / "phondata").read_bytes()
    return [
        Entry(
            "voices",
            f"{VOICES}#{part}",
            label,
            "target",
            "GPL-3+",
            hashlib.sha256(content + part.encode() + spoil.encode()).hexdigest()[:16],
        )
        for part, label in PARTS.items()
    ]


def heard(wav: bytes) -> tuple[np.ndarray, int]:
    samples, rate = soundfile.read(io.BytesIO(wav))
    return samples, rate


def pitch(samples: np.ndarray, rate: int) -> float:
    """The median of the pitch of the loud frames, in Hz."""
    found, size = [], 2048
    for frame in samples[: len(samples) // size * size].reshape(-1, size):
        if frame.std() < 0.3 * samples.std():
            continue
        spectrum = np.fft.rfft(frame, 2 * size)
        alike = np.fft.irfft(np.square(np.abs(spectrum)))[:size]
        shortest = rate // 400
        found.append(rate / (shortest + alike[shortest : rate // 60].argmax()))
    return float(np.median(found))


def test_a_part_is_what_it_is_whatever_was_said_before(deb: Path) -> None:
    with Speaker(deb) as one:
        first = one.say(VOICES, "en-us+belinda/1")
        other = one.say(VOICES, "en+m1/1")
    with Speaker(deb) as two:
        assert two.say(VOICES, "en+m1/1") == other
        assert two.say(VOICES, "en-us+belinda/1") == first
    samples, rate = heard(first)
    assert rate == 22_050
    assert samples.ndim == 1
    words = len(str(utterance("en-us+belinda/1")["text"]).split())
    assert 0.2 * words < len(samples) / rate < 0.9 * words
    assert 60 < pitch(*heard(other)) < 150 < pitch(samples, rate) < 330


def test_speech_is_part_of_a_build(deb: Path, tmp_path: Path) -> None:
    package = Package("voices", "1", "pool/voices.deb", deb.stat().st_size, "", "train")
    (tmp_path / "d").mkdir()
    (tmp_path / "d/voices.deb").write_bytes(deb.read_bytes())
    wanted = entries(deb)
    built = build.build_corpus(
        tmp_path / "c", [package], wanted, downloads=tmp_path / "d", keep_downloads=True
    )
    assert built == []  # The manifest has no such package: it is not collected.
    recordings = build.collect(tmp_path / "c", [package])
    assert [item.label for item in recordings] == list(PARTS.values())
    assert [item.path.partition("#")[2] for item in recordings] == list(PARTS)
    assert {item.category for item in recordings} == {"speech"}
    assert {item.rate for item in recordings} == {22_050}
    assert recordings[0].take_group == recordings[2].take_group != recordings[1].take_group
    assert build.missing_packages(tmp_path / "c", [package], wanted) == []
    again = build.prepare_package(package, wanted, deb, tmp_path / "again")
    assert again == build.PackageResult("voices", 3, [])
    for item in recordings:
        assert (tmp_path / "again" / item.file).read_bytes() == (
            tmp_path / "c" / item.file
        ).read_bytes()


def test_other_voices_than_the_manifests_are_refused(deb: Path, tmp_path: Path) -> None:
    package = Package("voices", "1", "", 0, "", "train")
    with pytest.raises(CorpusError, match="is not the recording of the manifest"):
        build.prepare_package(package, entries(deb, spoil="x"), deb, tmp_path)


@pytest.mark.parametrize("part", ["en+nobody/1", "en+m1", "en+m1/one", "73/1", ""])
def test_parts_that_nobody_speaks(part: str) -> None:
    with pytest.raises(CorpusError, match="is nothing that a voice speaks"):
        voice_of(part)
    with pytest.raises(CorpusError, match="is nothing that a voice speaks"):
        utterance(part)


def test_a_synthesiser_that_fails_stops_the_build(tmp_path: Path) -> None:
    """What it could not say would count as rejected, and never be tried again, otherwise."""
    empty = tmp_path / "empty.deb"
    empty.write_bytes(making.deb({VOICES: b"none"}))
    digest = hashlib.sha256(b"noneen+m1/1").hexdigest()[:16]
    entry = Entry("voices", f"{VOICES}#en+m1/1", "man speaking", "target", "GPL-3+", digest)
    package = Package("voices", "1", "", 0, "", "train")
    with pytest.raises(MissingDependencyError, match=r"espeak-ng cannot speak en\+m1/1 here"):
        build.prepare_package(package, [entry], empty, tmp_path / "c")
    assert build.missing_packages(tmp_path / "c", [package], [entry]) == [package]


def test_a_voice_that_the_data_lacks(deb: Path) -> None:
    with Speaker(deb) as speaker, pytest.raises(MissingDependencyError, match="no such voice"):
        speaker.say(VOICES, "en-gb-scotland+m3/1")


def test_libraries_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "require_synthesiser", lambda synthesiser: None)
    path = tmp_path / "flite.deb"
    name = "usr/lib/libflite_cmu_us_slt.so.2.2"
    path.write_bytes(making.deb({name: b"no library"}))
    with (
        Speaker(path) as speaker,
        pytest.raises(MissingDependencyError, match=r"libflite\.so\.2\.2.*--without libflite1"),
    ):
        speaker.say(name, "cmu_us_slt/1")


def test_synthesisers_that_take_too_long(deb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "_LONGEST_SECONDS", 0.001)
    with Speaker(deb) as speaker, pytest.raises(MissingDependencyError, match="not done after"):
        speaker.say(VOICES, "en+m1/1")


def test_what_is_unpacked_is_removed(deb: Path) -> None:
    with Speaker(deb) as speaker:
        speaker.say(VOICES, "en+m1/1")
        folder = Path(speaker._folder.name)
        assert (folder / VOICES).is_file()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("voice", "change", "message"),
    [
        ("en+m1", ("find_spec", lambda name: None), r"soundlasso\[speech\].*espeak-ng-data"),
        ("cmu_us_slt", ("find_library", lambda name: None), "libasound2.*--without libflite1"),
        ("cmu_us_slt", ("sys.platform", "darwin"), "Linux on x86-64: build --without libflite1"),
        ("cmu_us_slt", ("platform.machine", lambda: "aarch64"), "Linux on x86-64"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_fetched(
    voice: str,
    change: tuple[str, object],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(f"soundlasso.corpus.speech.{change[0]}", change[1])
    package = Package("voices", "1", "pool/none.deb", 1, "0" * 64, "train")
    entry = Entry("voices", f"a/voices#{voice}/1", "man speaking", "target", "MIT", "0" * 16)
    with pytest.raises(MissingDependencyError, match=message):
        build.build_corpus(tmp_path / "c", [package], [entry], downloads=tmp_path / "d")
    assert not (tmp_path / "d").exists()


def test_takes_differ_and_repeat() -> None:
    said = [utterance(f"en+m1/{take}") for take in range(1, 12)]
    assert said == [utterance(f"en+m1/{take}") for take in range(1, 12)]
    assert len({str(item) for item in said}) == 11
    assert {item["voice"] for item in said} == {"en+m1"}
    assert len({item["pitch"] for item in said}) > 3
    assert all(130 <= int(item["rate"]) <= 200 for item in said)
    assert all(0.9 <= float(utterance(f"cmu_us_slt/{take}")["stretch"]) <= 1.2 for take in range(9))


def test_no_sentence_is_read_by_two_synthesisers() -> None:
    trained, tested = sentences("espeak-ng"), sentences("flite")
    everything = [*trained, *tested]
    assert len(set(everything)) == len(everything) >= 120
    assert all(text[-1] in ".?!" for text in everything)


def test_every_voice_can_be_asked_for() -> None:
    known = voices()
    assert len({voice.name for voice in known}) == len(known)
    for voice in known:
        assert voice.label in captions()
        assert categories()[voice.label] == "speech"


def test_the_manifest_has_each_synthesiser_in_one_split() -> None:
    splits = {package.name: package.split for package in manifest.packages()}
    spoken = [
        item for item in manifest.entries() if item.package in {"espeak-ng-data", "libflite1"}
    ]
    counts: Counter[tuple[str, str, str]] = Counter()
    for item in spoken:
        source, _, part = item.path.partition("#")
        voice = voice_of(part)
        assert item.label == voice.label
        assert voice.synthesiser == "espeak-ng" or source.endswith(f"libflite_{voice.name}.so.2.2")
        counts[voice.synthesiser, splits[item.package], voice.label] += 1
    assert counts == {
        ("espeak-ng", "train", "man speaking"): 132,
        ("espeak-ng", "train", "woman speaking"): 132,
        ("flite", "test", "man speaking"): 21,
        ("flite", "test", "woman speaking"): 17,
    }


@pytest.mark.network
def test_flite_speaks(tmp_path: Path) -> None:
    from soundlasso.corpus.fetch import fetch

    package = next(item for item in manifest.packages() if item.name == "libflite1")
    wanted = [item for item in manifest.entries() if item.package == package.name][::9]
    deb = fetch(package, tmp_path)
    for folder in ("one", "two"):
        result = build.prepare_package(package, wanted, deb, tmp_path / folder)
        assert result == build.PackageResult("libflite1", len(wanted), [])
    for item in build.collect(tmp_path / "one", [package]):
        first, second = (tmp_path / folder / item.file for folder in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
        assert item.rate == 16_000
