"""Shards hold the corpus, in the layout that others read, and are the same bytes every time."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import webdataset

from soundlasso.corpus.captions import captions
from soundlasso.corpus.catalogue import read_catalogue, write_catalogue
from soundlasso.errors import AudioError, CorpusError
from soundlasso.mixing.opus import decode_opus, encode_opus
from soundlasso.mixing.shards import (
    AudioFormat,
    read_shard_index,
    shard_urls,
    tar_size,
    write_shards,
)
from tests.mixing.making import LABELS, add_words, bank, write_corpus

LIMIT = 300_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


@pytest.fixture
def own_corpus(tmp_path: Path) -> Path:
    """A corpus that a test may damage."""
    return write_corpus(tmp_path / "corpus", "train", "valid", takes=1)


def _members(folder: Path, split: str) -> list[tuple[tarfile.TarInfo, bytes]]:
    members = []
    for path in sorted(folder.glob(f"{split}-*.tar")):
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                file = tar.extractfile(member)
                assert file is not None
                members.append((member, file.read()))
    return members


def test_a_sample_is_a_sound_and_what_is_known_of_it(corpus: Path, tmp_path: Path) -> None:
    write_shards(corpus, tmp_path, "valid", limit=LIMIT)
    expected = bank(1, "valid")
    by_file = {f"valid-{item.file}": index for index, item in enumerate(expected.recordings)}
    members = _members(tmp_path, "valid")
    keys = set()
    for (sound, audio), (text, about) in zip(members[::2], members[1::2], strict=True):
        key = sound.name.removesuffix(".flac")
        assert text.name == f"{key}.json"
        keys.add(key)
        row = json.loads(about)
        index = by_file.pop(row["file"])
        recording = expected.recordings[index]
        samples, rate = soundfile.read(io.BytesIO(audio), dtype="float32")
        assert np.array_equal(samples, expected.sound(index))
        assert rate == row["sample_rate"] == 32_000
        assert row["samples"] == len(samples)
        for name in ("label", "category", "package", "licence", "seconds", "path", "use"):
            assert row[name] == getattr(recording, name)
        assert row["split"] == "valid"
        assert tuple(row["captions"]["sentences"]) == captions()[recording.label].sentences
    assert not by_file
    assert len(keys) == 36


def test_members_tell_nothing_of_time_and_machine(corpus: Path, tmp_path: Path) -> None:
    write_shards(corpus, tmp_path, "train", limit=LIMIT)
    for member, _ in _members(tmp_path, "train"):
        facts = (member.mtime, member.uid, member.gid, member.uname, member.gname, member.mode)
        assert facts == (0, 0, 0, "", "", 0o644)


@pytest.mark.parametrize("format", ["flac", "opus"])
def test_the_same_corpus_gives_the_same_bytes(
    own_corpus: Path, tmp_path: Path, format: AudioFormat
) -> None:
    folders = [tmp_path / "first", tmp_path / "again"]
    for folder in folders:
        write_shards(own_corpus, folder, "train", format=format, limit=60_000, seed=5)
        # What is in the files counts, not when they were written.
        for path in own_corpus.rglob("*.flac"):
            path.touch()
    first, again = ({path.name: path.read_bytes() for path in f.iterdir()} for f in folders)
    assert len(first) > 2
    assert first == again


def test_a_seed_gives_an_order(corpus: Path, tmp_path: Path) -> None:
    orders = []
    for seed in (0, 1):
        write_shards(corpus, tmp_path, "train", limit=LIMIT, seed=seed)
        orders.append([member.name for member, _ in _members(tmp_path, "train")])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    # The first shard holds some of everything.
    rows = [json.loads(content) for member, content in _members(tmp_path, "train")[1:24:2]]
    assert len({row["label"] for row in rows}) > 3


@pytest.mark.parametrize("format", ["flac", "opus"])
def test_shards_are_as_large_as_they_may_be(
    corpus: Path, tmp_path: Path, format: AudioFormat
) -> None:
    limit = LIMIT if format == "flac" else LIMIT // 3
    index = write_shards(corpus, tmp_path, "train", format=format, limit=limit)
    assert len(index.shards) > 2
    contents = []
    for shard in index.shards:
        path = tmp_path / shard.name
        content = path.read_bytes()
        assert len(content) == shard.bytes <= limit
        assert hashlib.sha256(content).hexdigest() == shard.sha256
        with tarfile.open(path) as tar:
            contents.append([member.size for member in tar])
        assert len(contents[-1]) == 2 * shard.recordings
    # The first recording of each shard had no room in the one before.
    for shard, following in zip(index.shards, contents[1:], strict=False):
        assert shard.bytes + 2 * 512 + sum(following[:2]) + 2 * 511 > limit - tarfile.RECORDSIZE
    assert sum(shard.recordings for shard in index.shards) == index.recordings == 36
    assert sum(s.seconds for s in index.shards) == pytest.approx(index.seconds, abs=0.01)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["train.json", *(shard.name for shard in index.shards)]
    )


@pytest.mark.parametrize("blocks", range(2, 45))
def test_the_size_of_a_tar_file_is_known_beforehand(blocks: int) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        member = tarfile.TarInfo("a")
        member.size = (blocks - 1) * 512
        tar.addfile(member, io.BytesIO(bytes(member.size)))
    assert tar_size(blocks * 512) == len(out.getvalue())


def test_shards_that_are_none_any_more_go(corpus: Path, tmp_path: Path) -> None:
    write_shards(corpus, tmp_path, "valid", limit=LIMIT)
    kept = {path.name for path in tmp_path.iterdir()}
    many = write_shards(corpus, tmp_path, "train", limit=LIMIT)
    few = write_shards(corpus, tmp_path, "train", limit=10 * LIMIT)
    assert len(few.shards) < len(many.shards)
    names = {shard.name for shard in few.shards}
    assert {path.name for path in tmp_path.iterdir()} == kept | names | {"train.json"}


def test_opus_is_smaller_and_close(corpus: Path, tmp_path: Path) -> None:
    flac = write_shards(corpus, tmp_path / "flac", "train")
    opus = write_shards(corpus, tmp_path / "opus", "train", format="opus")
    assert opus.shards[0].bytes < flac.shards[0].bytes
    # What is said of the sounds takes as much room in both.
    whole, small = (
        sum(len(content) for info, content in _members(tmp_path / name, "train")
            if not info.name.endswith(".json"))
        for name in ("flac", "opus")
    )  # fmt: skip
    assert small < whole / 2
    assert opus.sample_rate == 48_000
    (_, audio), (_, about) = _members(tmp_path / "opus", "train")[:2]
    assert json.loads(about)["sample_rate"] == soundfile.info(io.BytesIO(audio)).samplerate


@pytest.mark.parametrize("length", [1, 2, 3, 640, 31_999, 32_001, 50_003])
def test_opus_keeps_the_length_and_about_the_sound(length: int) -> None:
    time = np.arange(length) / 32_000
    sound = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    encoded = encode_opus(sound, 32_000)
    assert encode_opus(sound, 32_000) == encoded
    decoded = decode_opus(encoded, 32_000, length)
    assert decoded.shape == (length,)
    assert decoded.dtype == np.float32
    if length > 30_000:
        middle = slice(3000, -3000)
        error = np.square(decoded[middle] - sound[middle]).mean()
        assert error < 1e-2 * np.square(sound[middle]).mean()
    with pytest.raises(AudioError, match="samples and not"):
        decode_opus(encoded, 32_000, length + 2)


def test_what_is_no_opus_is_refused() -> None:
    with pytest.raises(AudioError, match="cannot be decoded"):
        decode_opus(b"OggS and nothing else", 32_000, 100)
    stereo = io.BytesIO()
    soundfile.write(stereo, np.zeros((4800, 2)), 48_000, format="OGG", subtype="OPUS")
    with pytest.raises(AudioError, match="is not mono"):
        decode_opus(stereo.getvalue(), 32_000, 3200)


def test_libraries_without_opus_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfile, "available_subtypes", lambda _: {"VORBIS": "Vorbis"})
    with pytest.raises(AudioError, match=r"libsndfile \S+ cannot write Opus: take flac"):
        encode_opus(np.zeros(100, np.float32), 32_000)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_others_read_them_without_this_project(corpus: Path, tmp_path: Path) -> None:
    index = write_shards(corpus, tmp_path, "train", limit=LIMIT)
    urls = f"{tmp_path}/train-{{000000..{len(index.shards) - 1:06d}}}.tar"
    samples = list(webdataset.WebDataset(urls, shardshuffle=False).decode())
    assert len(samples) == 36
    assert len({sample["__key__"] for sample in samples}) == 36
    assert all(sample["json"]["label"] in LABELS for sample in samples)
    assert all(sample["flac"].startswith(b"fLaC") for sample in samples)


def test_one_sound_at_two_places_is_two_samples(own_corpus: Path, tmp_path: Path) -> None:
    rows = read_catalogue(own_corpus)
    write_catalogue(own_corpus / "catalogue.csv", [*rows, replace(rows[0], path="elsewhere.wav")])
    write_shards(own_corpus, tmp_path / "out", "train")
    names = [member.name for member, _ in _members(tmp_path / "out", "train")]
    assert len(set(names)) == len(names) == 2 * 13


def test_labels_without_captions_have_none(own_corpus: Path, tmp_path: Path) -> None:
    rows = [
        replace(item, label="unheard of", use="background") for item in read_catalogue(own_corpus)
    ]
    write_catalogue(own_corpus / "catalogue.csv", rows)
    write_shards(own_corpus, tmp_path / "out", "train")
    assert json.loads(_members(tmp_path / "out", "train")[1][1])["captions"] is None


def test_credits_go_with_the_sounds(own_corpus: Path, tmp_path: Path) -> None:
    (own_corpus / "CREDITS.md").write_text("by many")
    (own_corpus / "train-audio/one/copyright.txt").write_text("by one")
    write_shards(own_corpus, tmp_path / "out", "train")
    assert (tmp_path / "out/CREDITS.md").read_text() == "by many"
    assert (tmp_path / "out/train-audio/one/copyright.txt").read_text() == "by one"


def test_a_recording_that_fits_into_no_shard(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"\.flac: takes [\d,]+ bytes, and a shard may have 20,480; allow larger"
    ):
        write_shards(corpus, tmp_path, "train", limit=20_480)


def _remove(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _as_wav(path: Path) -> None:
    samples, rate = soundfile.read(path, dtype="int16")
    soundfile.write(path, samples, rate, format="WAV")


def _slower(path: Path) -> None:
    samples, _ = soundfile.read(path, dtype="int16")
    soundfile.write(path, samples, 16_000, format="FLAC")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_remove, "cannot be read"),
        (_cut, "cannot be read"),
        (_as_wav, "is not FLAC; build it again"),
        (_slower, "is not mono at 32000 Hz; build it again"),
    ],
)
def test_damaged_recordings_are_named(
    own_corpus: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    out = tmp_path / "out"
    write_shards(own_corpus, out, "train", limit=LIMIT)
    victim = next(item for item in read_catalogue(own_corpus) if item.split == "train")
    damage(own_corpus / victim.file)
    with pytest.raises(CorpusError, match=message) as caught:
        write_shards(own_corpus, out, "train", limit=LIMIT)
    assert str(caught.value).startswith(f"{victim.file}: ")
    # Shards of two writings do not pass for one set.
    assert not list(out.glob("*.part"))
    with pytest.raises(CorpusError, match="holds no shards of split 'train'"):
        shard_urls(out, "train")


def test_no_corpus_and_no_such_split(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds no corpus"):
        write_shards(tmp_path, tmp_path / "out", "train")
    with pytest.raises(CorpusError, match="no recordings in its split 'test'"):
        write_shards(corpus, tmp_path / "out", "test")


def test_addresses_of_whole_sets_only(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"soundlasso corpus shards CORPUS \S+ --split train"):
        shard_urls(tmp_path, "train")
    index = write_shards(corpus, tmp_path, "train", limit=LIMIT)
    assert [url.rpartition("/")[2] for url in shard_urls(tmp_path, "train", verify=True)] == [
        shard.name for shard in index.shards
    ]
    path = tmp_path / index.shards[1].name
    content = path.read_bytes()
    path.write_bytes(content[:-512])
    with pytest.raises(CorpusError, match=r"train-000001\.tar: is not the shard of its index"):
        shard_urls(tmp_path, "train")
    path.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    assert len(shard_urls(tmp_path, "train")) == len(index.shards)
    with pytest.raises(CorpusError, match=r"train-000001\.tar: is not the shard of its index"):
        shard_urls(tmp_path, "train", verify=True)
    path.unlink()
    with pytest.raises(CorpusError, match=r"train-000001\.tar: is missing; copy or write it again"):
        shard_urls(tmp_path, "train")
    for broken in ("{", '{"split": "train"}'):
        (tmp_path / "train.json").write_text(broken)
        with pytest.raises(CorpusError, match=r"train\.json: is no index of shards"):
            shard_urls(tmp_path, "train")


def test_the_index_says_what_may_be_asked_for(own_corpus: Path, tmp_path: Path) -> None:
    rows = read_catalogue(own_corpus)
    rows = [replace(row, use="background") if row.label == "violin" else row for row in rows]
    write_catalogue(own_corpus / "catalogue.csv", rows)
    out = tmp_path / "shards"
    written = write_shards(own_corpus, out, "train")
    assert written.labels == tuple(sorted(set(LABELS) - {"violin"}))
    assert read_shard_index(out, "train") == written
    # Ids of single clips are no labels to anybody.
    add_words(own_corpus)
    known = json.loads((own_corpus / "captions.json").read_text())
    known["rain"]["short"] = []
    (own_corpus / "captions.json").write_text(json.dumps(known))
    assert write_shards(own_corpus, out, "train").labels == tuple(
        sorted(set(LABELS) - {"violin", "rain"})
    )
    # Earlier versions did not say.
    index = json.loads((out / "train.json").read_text())
    del index["labels"]
    (out / "train.json").write_text(json.dumps(index))
    assert read_shard_index(out, "train").labels == ()
