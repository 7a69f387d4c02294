"""Streams give every recording once, and mixtures that seed, node and worker determine."""

import io
import json
import shutil
import sys
import tarfile
from collections import Counter
from collections.abc import Callable, Generator
from itertools import groupby, islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch.utils.data import DataLoader

from soundlasso.corpus.captions import captions
from soundlasso.errors import CorpusError, MissingDependencyError
from soundlasso.mixing.augment import NO_AUGMENTATION
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import MixingConfig, Mixture, MixtureSampler
from soundlasso.mixing.shards import shard_urls, write_shards
from soundlasso.mixing.stream import (
    ReservoirConfig,
    ShardedSounds,
    StreamedMixtures,
    load_shards,
)
from tests.mixing.making import add_words, bank, write_corpus

CONFIG = MixingConfig(seconds=0.5, augment=NO_AUGMENTATION)
SMALL = ReservoirConfig(seconds=5.0)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train")


@pytest.fixture(scope="module")
def shards(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some shards in a folder whose name means something else in an address."""
    folder = tmp_path_factory.mktemp("shards") / "a:b {1..2} #?"
    assert len(write_shards(corpus, folder, "train", limit=107_520).shards) > 7
    return folder


@pytest.fixture
def urls(shards: Path) -> list[str]:
    return shard_urls(shards, "train")


Place = Callable[[int, int, int, int], None]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """Makes this process a given worker of a given node."""

    def set_place(rank: int, world: int, worker: int, workers: int) -> None:
        for name, value in (
            ("RANK", rank), ("WORLD_SIZE", world), ("WORKER", worker), ("NUM_WORKERS", workers),
        ):  # fmt: skip
            monkeypatch.setenv(name, str(value))

    return set_place


def _files(sounds: ShardedSounds, epoch: int = 0) -> list[str]:
    return [sound.recording.file for sound in sounds.epoch(epoch)]


EVERYTHING = {f"train-{item.file}" for item in bank().recordings}


def test_sounds_come_back_as_they_were(urls: list[str]) -> None:
    expected = bank()
    by_file = {f"train-{item.file}": index for index, item in enumerate(expected.recordings)}
    for sound in ShardedSounds(urls):
        index = by_file.pop(sound.recording.file)
        assert np.array_equal(sound.samples, expected.sound(index))
        assert sound.samples.dtype == np.float32
        assert sound.recording.take_group == expected.recordings[index].take_group
        assert sound.recording.use == expected.recordings[index].use
        assert sound.captions == captions()[sound.recording.label]
    assert not by_file


def test_opus_comes_back_at_the_rate_of_the_corpus(corpus: Path, tmp_path: Path) -> None:
    write_shards(corpus, tmp_path, "train", format="opus")
    expected = bank()
    by_file = {f"train-{item.file}": index for index, item in enumerate(expected.recordings)}
    for sound in ShardedSounds(shard_urls(tmp_path, "train")):
        original = expected.sound(by_file.pop(sound.recording.file))
        assert sound.samples.shape == original.shape
        if sound.recording.label == "rain":
            error = np.square(sound.samples - original).sum()
            assert error < 0.5 * np.square(original).sum()
    assert not by_file


def test_every_recording_once_over_nodes_and_workers(urls: list[str], place: Place) -> None:
    for epoch in (0, 1):
        counts: Counter[str] = Counter()
        for rank in range(2):
            for worker in range(2):
                place(rank, 2, worker, 2)
                share = _files(ShardedSounds(urls, seed=3), epoch)
                assert len(share) > 3
                counts.update(share)
        assert counts.keys() == EVERYTHING
        assert set(counts.values()) == {1}


def test_more_workers_than_shards_share_them_too(urls: list[str], place: Place) -> None:
    counts: Counter[str] = Counter()
    for rank in range(2):
        for worker in range(9):
            place(rank, 2, worker, 9)
            counts.update(_files(ShardedSounds(urls)))
    assert counts.keys() == EVERYTHING
    assert set(counts.values()) == {1}


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_data_loader_shares_them_among_its_workers(urls: list[str]) -> None:
    loader = DataLoader(ShardedSounds(urls), batch_size=None, num_workers=2)
    counts = Counter(sound.recording.file for sound in loader)
    assert counts.keys() == EVERYTHING
    assert set(counts.values()) == {1}
    mixtures = StreamedMixtures(urls, CONFIG, seed=1, reservoir=SMALL)
    streamed = list(islice(DataLoader(mixtures, batch_size=None, num_workers=2), 6))
    assert all(isinstance(mixture, Mixture) for mixture in streamed)
    assert len({mixture.mixture.tobytes() for mixture in streamed}) == 6


def test_seeds_and_epochs_give_orders(urls: list[str]) -> None:
    first = _files(ShardedSounds(urls, seed=1))
    assert first == _files(ShardedSounds(urls, seed=1))
    assert first == [sound.recording.file for sound in ShardedSounds(urls, seed=1)]
    others = [
        _files(ShardedSounds(urls, seed=2)),
        _files(ShardedSounds(urls, seed=1), epoch=1),
        _files(ShardedSounds(urls, seed=1, buffer=1)),
    ]
    for other in others:
        assert other != first
        assert sorted(other) == sorted(first)


def test_a_buffer_of_one_keeps_the_order_of_a_shard(urls: list[str], shards: Path) -> None:
    with tarfile.open(shards / "train-000002.tar") as tar:
        members = [tar.extractfile(name) for name in tar.getnames() if name.endswith(".json")]
        expected = [json.load(member)["file"] for member in members if member is not None]
    assert len(expected) > 1
    assert _files(ShardedSounds(urls[2:3], buffer=1)) == expected


def test_every_epoch_has_its_own_order_of_shards(urls: list[str]) -> None:
    sounds = ShardedSounds(urls, buffer=1)
    firsts = {_files(sounds, epoch)[0] for epoch in range(6)}
    assert len(firsts) > 2


def test_addresses_with_braces_and_commands(shards: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(shards, plain)
    last = len(list(plain.glob("*.tar"))) - 1
    pattern = f"{plain}/train-{{000000..{last:06d}}}.tar"
    assert set(_files(ShardedSounds(pattern))) == EVERYTHING
    assert set(_files(ShardedSounds(f"pipe:cat {pattern}"))) == EVERYTHING
    for epoch in range(3):
        sounds = ShardedSounds(f"pipe:cat {pattern}", buffer=1).epoch(epoch)
        next(sounds)
        # Leaving early is no error, though the command is cut short.
        assert isinstance(sounds, Generator)
        sounds.close()


def test_commands_that_fail_are_named(shards: Path, tmp_path: Path) -> None:
    path = shutil.copy(shards / "train-000000.tar", tmp_path / "shard.tar")
    for command in ("false", f"cat {path}; exit 3"):
        with pytest.raises(CorpusError, match=f"pipe:{command}: cannot be read"):
            _files(ShardedSounds(f"pipe:{command}"))


def _gone(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def _garbage(path: Path) -> None:
    path.write_bytes(b"no tar file at all" * 1000)


def _hiss(path: Path) -> None:
    # In the middle of the first recording's sound.
    content = bytearray(path.read_bytes())
    content[3000] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_gone, r"shard\.tar: cannot be read \(No such file or directory\)"),
        (_cut, r"shard\.tar: cannot be read \(unexpected end of data"),
        (_garbage, r"shard\.tar: cannot be read \("),
        (_hiss, r"shard\.tar: [0-9a-f]{16}: its sound is damaged; copy or write the shard again"),
    ],
)
def test_damaged_shards_are_named(
    shards: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "shard.tar"
    shutil.copy(shards / "train-000000.tar", path)
    assert _files(ShardedSounds(str(path)))
    damage(path)
    with pytest.raises(CorpusError, match=message):
        _files(ShardedSounds(str(path)))


def _first_sample(shards: Path) -> tuple[bytes, dict[str, Any]]:
    with tarfile.open(shards / "train-000000.tar") as tar:
        audio, text = (tar.extractfile(name) for name in tar.getnames()[:2])
        assert audio is not None
        assert text is not None
        return audio.read(), json.load(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda about: [],
        lambda about: about | {"label": 7},
        lambda about: about | {"split": "other"},
        lambda about: about | {"samples": about["samples"] + 1},
        lambda about: about | {"captions": {"long": []}},
        lambda about: about | {"captions": None, "use": "target"},
        lambda about: {key: value for key, value in about.items() if key != "use"},
        None,
    ],
)
def test_shards_of_others_are_refused(
    shards: Path, tmp_path: Path, change: Callable[[dict[str, Any]], Any] | None
) -> None:
    audio, about = _first_sample(shards)

    def write(files: dict[str, bytes]) -> str:
        path = tmp_path / "shard.tar"
        with tarfile.open(path, "w") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return str(path)

    whole = write({"a.flac": audio, "a.json": json.dumps(about).encode()})
    assert len(_files(ShardedSounds(whole))) == 1
    files = {"a.flac": audio}
    if change is not None:
        files["a.json"] = json.dumps(change(about)).encode()
    with pytest.raises(CorpusError, match=r"shard\.tar: a: was not written by soundlasso corpus"):
        _files(ShardedSounds(write(files)))


def test_nothing_to_read() -> None:
    for nothing in ([], "", [""]):
        with pytest.raises(CorpusError, match="there are no shards to read"):
            ShardedSounds(nothing)


def test_without_webdataset_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webdataset", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'soundlasso\[shards\]'"):
        ShardedSounds("train-000000.tar")


def _mixtures(urls: list[str], seed: int = 1, number: int = 30) -> list[bytes]:
    stream = StreamedMixtures(urls, CONFIG, seed=seed, reservoir=SMALL)
    return [mixture.sources.tobytes() for mixture in islice(stream, number)]


def test_seed_node_and_worker_determine_mixtures(urls: list[str], place: Place) -> None:
    alone = _mixtures(urls)
    assert alone == _mixtures(urls)
    assert len(set(alone)) == len(alone)
    assert not set(alone) & set(_mixtures(urls, seed=2))
    found: dict[bytes, tuple[int, int]] = {}
    for rank in range(2):
        for worker in range(2):
            place(rank, 2, worker, 2)
            here = _mixtures(urls, number=10)
            assert here == _mixtures(urls, number=10)
            for mixture in here:
                assert found.setdefault(mixture, (rank, worker)) == (rank, worker)
    assert len(found) == 40


def test_workers_with_the_same_shards_make_other_mixtures(urls: list[str], place: Place) -> None:
    place(0, 2, 0, 1)
    first = _mixtures([urls[0], urls[0]], number=5)
    place(1, 2, 0, 1)
    assert not set(first) & set(_mixtures([urls[0], urls[0]], number=5))


def test_the_reservoir_is_bounded_and_renewed(urls: list[str]) -> None:
    # A mixture for each recording that is read.
    reservoir = ReservoirConfig(seconds=10.0, mixtures_per_recording=1.0, buffer=1)
    stream = StreamedMixtures(urls, CONFIG, seed=0, reservoir=reservoir)
    banks: list[SoundBank] = []
    for sampler, index in islice(stream.draws(), 90):
        assert index == len(banks)
        banks.append(sampler.bank)
        # Full from the start, but for less than one recording.
        assert 8.75 * 32_000 < len(sampler.bank.samples) <= 10 * 32_000
    heard = {item.file for sounds in banks for item in sounds.recordings}
    assert heard == EVERYTHING
    # An eighth comes at a time, 1.25 s, and at most the rest of a recording more.
    fresh = []
    for before, after in pairwise(banks):
        if after is not before:
            assert before.key != after.key
            known = {item.file for item in before.recordings}
            new = [item.seconds for item in after.recordings if item.file not in known]
            fresh.append(sum(new))
    assert max(fresh) < 2.5
    # Some of what comes may be there from the epoch before, and so is not new.
    assert np.median(fresh) >= 1.25
    # A mixture for each of an eighth of the recordings, and then the next bank.
    runs = [list(run) for _, run in groupby(banks, id)]
    assert len(runs) > 20
    for run in runs[:-1]:
        assert len(run) == max(1, round(len(run[0].recordings) / 8))


def test_what_fits_is_read_once_and_stays(urls: list[str], place: Place) -> None:
    stream = StreamedMixtures(urls, CONFIG, seed=4)
    samplers = [sampler for sampler, _ in islice(stream.draws(), 50)]
    expected = bank()
    for sampler in samplers[:: len(samplers) - 1]:
        files = [item.file for item in sampler.bank.recordings]
        assert len(files) == len(EVERYTHING)
        assert set(files) == EVERYTHING
    sounds = samplers[0].bank
    for index, recording in enumerate(sounds.recordings):
        original = [f"train-{item.file}" for item in expected.recordings].index(recording.file)
        assert np.array_equal(sounds.sound(index), expected.sound(original))
    # And so mixtures are those of a sampler of these sounds.
    again = MixtureSampler(sounds, CONFIG, seed=samplers[0].seed)
    for index, mixture in enumerate(islice(stream, 5)):
        assert np.array_equal(mixture.sources, again[index].sources)
        assert mixture.labels == again[index].labels
        for label, used in zip(mixture.labels, mixture.recordings, strict=True):
            assert {sounds.recordings[number].label for number in used} == {label}


def test_only_asked_labels_are_asked_for(urls: list[str]) -> None:
    stream = StreamedMixtures(urls, CONFIG, seed=0, labels=["rain", "violin", "car engine"])
    drawn = {label for mixture in islice(stream, 20) for label in mixture.labels[:2]}
    assert drawn == {"rain", "violin", "car engine"}


def test_reservoirs_that_hold_too_little(urls: list[str], place: Place) -> None:
    stream = StreamedMixtures(urls, CONFIG, seed=0, labels=["rain"])
    with pytest.raises(CorpusError, match="too few labels to mix: let it hold more than 1800 s"):
        next(iter(stream))
    place(0, 1, len(urls), len(urls) + 1)
    with pytest.raises(CorpusError, match="a worker has no shards"):
        next(iter(StreamedMixtures(urls, CONFIG, seed=0)))


@pytest.mark.parametrize("field", ["seconds", "mixtures_per_recording", "buffer"])
def test_reservoirs_that_cannot_be(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} must be at least"):
        ReservoirConfig(**{field: 0})


def test_words_go_with_the_sounds(tmp_path: Path) -> None:
    corpus, out = write_corpus(tmp_path / "corpus", "train", takes=1), tmp_path / "shards"
    add_words(corpus)
    write_shards(corpus, out, "train")
    sampler, _ = next(StreamedMixtures(shard_urls(out, "train"), CONFIG, seed=0).draws())
    words = sampler.bank.words
    assert words.captions["rain"].short == ("my rain",)
    assert words.conflicts.conflict("violin", "rain")
    assert not words.conflicts.conflict("violin", "dog barking")


def test_shards_can_be_loaded_whole_by_any_process(urls: list[str], place: Place) -> None:
    # Not the share of a worker: all that validate should validate on the same.
    place(1, 2, 1, 2)
    loaded, expected = load_shards(urls), bank()
    assert {item.file for item in loaded.recordings} == EVERYTHING
    files = [f"train-{item.file}" for item in expected.recordings]
    for index, recording in enumerate(loaded.recordings):
        assert np.array_equal(loaded.sound(index), expected.sound(files.index(recording.file)))
    assert loaded.words.captions["rain"] == captions()["rain"]
    assert loaded.key == load_shards(urls).key


def test_no_more_is_loaded_than_asked_for(urls: list[str]) -> None:
    whole, some = load_shards(urls), load_shards(urls, seconds=5.0)
    assert some.recordings == whole.recordings[: len(some.recordings)]
    assert 3.5 * 32_000 < len(some.samples) <= 5 * 32_000
    assert len(load_shards(urls, seconds=0.0).recordings) == 1
    assert some.key != whole.key


def test_nothing_can_be_loaded_of_empty_shards(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    with pytest.raises(CorpusError, match=r"empty\.tar: holds no recordings"):
        load_shards(str(tmp_path / "empty.tar"))
    with pytest.raises(CorpusError, match="there are no shards to read"):
        load_shards([])
