"""A training takes corpora, packs and shards alike, and says what is not there."""

import json
import sys
from pathlib import Path

import pytest

from soundlasso.errors import CorpusError, MissingDependencyError
from soundlasso.mixing import opening
from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.mixing.opening import ShardSet, are_shards, open_train, open_valid
from soundlasso.mixing.pack import write_pack
from soundlasso.mixing.shards import shard_urls, write_shards
from tests.mixing.making import LABELS, write_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


@pytest.fixture
def shards(corpus: Path, tmp_path: Path) -> Path:
    for split in ("train", "valid"):
        write_shards(corpus, tmp_path / "shards", split, limit=300_000)
    return tmp_path / "shards"


def test_corpora_and_packs_are_loaded(corpus: Path, tmp_path: Path) -> None:
    for split in ("train", "valid"):
        write_pack(corpus, tmp_path / "pack", split)
    for folder in (corpus, tmp_path / "pack"):
        assert not are_shards(str(folder))
        train = open_train(str(folder))
        assert isinstance(train, SoundBank)
        assert train.key == load_bank(corpus, "train").key
        assert open_valid(str(folder)).key == load_bank(corpus, "valid").key


def test_shards_stay_where_they_are(corpus: Path, shards: Path) -> None:
    assert are_shards(str(shards))
    train = open_train(str(shards))
    assert isinstance(train, ShardSet)
    assert list(train.urls) == shard_urls(shards, "train")
    assert train.labels == frozenset(LABELS)
    valid = open_valid(str(shards))
    expected = {item.file for item in load_bank(corpus, "valid").recordings}
    assert {item.file for item in valid.recordings} == expected


def test_a_folder_of_shards_is_known_by_what_is_in_it(
    corpus: Path, shards: Path, tmp_path: Path
) -> None:
    moved = shards.rename(tmp_path / "moved")
    write_shards(corpus, tmp_path / "again", "train", limit=300_000)
    write_shards(corpus, tmp_path / "other", "train", limit=300_000, seed=5)
    keys = []
    for folder in (moved, tmp_path / "again", tmp_path / "other"):
        train = open_train(str(folder))
        assert isinstance(train, ShardSet)
        keys.append(train.key)
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("address", "urls"),
    [
        ("https://h/train-{000..002}.tar", [f"https://h/train-00{i}.tar" for i in range(3)]),
        ("pipe:cat train-{0..1}.tar -", ["pipe:cat train-0.tar -", "pipe:cat train-1.tar -"]),
        ("here/train-{0..1}.tar", ["here/train-0.tar", "here/train-1.tar"]),
        ("s3://b/a.tar::s3://b/b.tar", ["s3://b/a.tar", "s3://b/b.tar"]),
    ],
)
def test_addresses(address: str, urls: list[str]) -> None:
    assert are_shards(address)
    train = open_train(address)
    assert isinstance(train, ShardSet)
    assert list(train.urls) == urls
    assert train.labels is None
    other = open_train("x.tar")
    assert isinstance(other, ShardSet)
    assert train.key != other.key


def test_a_valid_split_at_an_address(shards: Path) -> None:
    last = len(shard_urls(shards, "valid")) - 1
    valid = open_valid(f"{shards}/valid-{{000000..{last:06d}}}.tar")
    assert valid.key == open_valid(str(shards)).key


def test_a_valid_split_is_held_in_part(shards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = open_valid(str(shards))
    monkeypatch.setattr(opening, "VALID_SECONDS", 8.0)
    some = open_valid(str(shards))
    assert 0 < len(some.samples) <= 8 * 32_000 < len(whole.samples)


def test_nothing_and_splits_that_are_not_there(corpus: Path, shards: Path, tmp_path: Path) -> None:
    for opened in (open_train, open_valid):
        with pytest.raises(CorpusError, match="holds no corpus"):
            opened(str(tmp_path / "nothing"))
    (shards / "valid.json").unlink()
    assert isinstance(open_train(str(shards)), ShardSet)
    # Writing them was interrupted, or never began.
    with pytest.raises(CorpusError, match="no shards of split 'valid'; write them with: sound"):
        open_valid(str(shards))
    for path in shards.glob("valid-*.tar"):
        path.unlink()
    with pytest.raises(CorpusError, match="no shards of split 'valid'; write them with: sound"):
        open_valid(str(shards))
    (shards / "train.json").unlink()
    with pytest.raises(CorpusError, match="holds no shards of split 'train'"):
        open_train(str(shards))
    with pytest.raises(CorpusError, match=r"gone-0\.tar: cannot be read \(No such file"):
        open_valid(f"{shards}/gone-{{0..1}}.tar")


def test_without_webdataset_the_extra_is_named(
    shards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "webdataset", None)
    for place in (str(shards), f"{shards}/valid-000000.tar"):
        with pytest.raises(MissingDependencyError, match=r"pip install 'soundlasso\[shards\]'"):
            open_valid(place)
    with pytest.raises(MissingDependencyError, match=r"pip install 'soundlasso\[shards\]'"):
        open_train("https://example.org/train-{0..9}.tar")


def test_indices_of_earlier_versions_do_not_say_labels(shards: Path) -> None:
    index = json.loads((shards / "train.json").read_text())
    del index["labels"]
    (shards / "train.json").write_text(json.dumps(index))
    train = open_train(str(shards))
    assert isinstance(train, ShardSet)
    assert train.labels is None
