"""A pack gives the bank it was made from, whole or not at all, and needs numpy alone."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundlasso.corpus.captions import captions
from soundlasso.corpus.catalogue import read_catalogue, write_catalogue
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import load_bank
from soundlasso.mixing.online import MixingConfig, MixtureSampler
from soundlasso.mixing.pack import PackFormat, load_pack, open_bank, write_pack
from tests.mixing.making import LABELS, add_words, write_corpus

LIMIT = 200_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


@pytest.fixture
def pack(corpus: Path, tmp_path: Path) -> Path:
    """The train split in several pieces."""
    folder = tmp_path / "pack"
    assert len(write_pack(corpus, folder, "train", limit=LIMIT).pieces) > 2
    return folder


def test_the_bank_is_the_one_it_was_packed_from(corpus: Path, pack: Path) -> None:
    expected, loaded = load_bank(corpus, "train"), load_pack(pack, "train")
    assert loaded.recordings == expected.recordings
    assert loaded.key == expected.key
    assert loaded.sample_rate == expected.sample_rate
    for name in ("samples", "offsets"):
        ours, theirs = getattr(loaded, name), getattr(expected, name)
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)
    config = MixingConfig(seconds=1.0)
    mixture = MixtureSampler(loaded, config, seed=1)[7]
    assert np.array_equal(mixture.sources, MixtureSampler(expected, config, seed=1)[7].sources)


def test_the_loudest_and_the_shortest_come_back(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train", takes=1)
    rng = np.random.default_rng(0)
    sounds = [
        np.array([-32768], np.int16),
        np.array([-32768, 32767], np.int16),
        np.tile(np.array([-32768, 32767], np.int16), 2000),
        rng.integers(-32768, 32768, 5001).astype(np.int16),
    ]
    rows = read_catalogue(corpus)
    for row, sound in zip(rows, sounds, strict=False):
        soundfile.write(corpus / row.file, sound, 32_000, format="FLAC", subtype="PCM_16")
    write_pack(corpus, tmp_path / "pack", "train")
    loaded = load_pack(tmp_path / "pack", "train")
    for place, sound in enumerate(sounds):
        start, end = loaded.offsets[place : place + 2]
        assert np.array_equal(loaded.samples[start:end], sound)


def test_pieces_are_as_large_as_they_may_be(corpus: Path, pack: Path) -> None:
    index = json.loads((pack / "pack-train.json").read_text())
    sizes = []
    for piece in index["pieces"]:
        content = (pack / piece["name"]).read_bytes()
        assert len(content) == piece["bytes"] <= LIMIT
        assert hashlib.sha256(content).hexdigest() == piece["sha256"]
        sizes.append(len(content))
    # No recording of the corpus takes more than 80 kB.
    assert min(sizes[:-1]) > LIMIT - 80_000
    assert sum(piece["recordings"] for piece in index["pieces"]) == index["recordings"] == 36
    assert sum(piece["samples"] for piece in index["pieces"]) == index["samples"]


def test_rows_count_as_well(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train", takes=1)
    rows = [replace(item, path=40_000 * "é") for item in read_catalogue(corpus)]
    write_catalogue(corpus / "catalogue.csv", rows)
    index = write_pack(corpus, tmp_path / "pack", "train", limit=LIMIT)
    assert len(index.pieces) > 4
    assert all(piece.bytes <= LIMIT for piece in index.pieces)
    assert load_pack(tmp_path / "pack", "train").recordings == rows


def test_it_is_smaller_than_the_samples(corpus: Path, pack: Path) -> None:
    packed = sum(path.stat().st_size for path in pack.iterdir())
    assert packed < 0.9 * load_bank(corpus, "train").samples.nbytes


def test_packing_again_gives_the_same_bytes(corpus: Path, pack: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_pack(corpus, again, "train", limit=LIMIT)
    first, second = ({path.name: path.read_bytes() for path in f.iterdir()} for f in (pack, again))
    assert first == second


def test_splits_share_a_folder_and_captions(corpus: Path, pack: Path) -> None:
    before = {path.name: path.read_bytes() for path in pack.iterdir()}
    write_pack(corpus, pack, "valid")
    after = {path.name: path.read_bytes() for path in pack.iterdir()}
    assert after.keys() - before.keys() == {"pack-valid.json", "pack-valid-000.npz"}
    assert before.items() <= after.items()
    texts = json.loads(after["captions.json"])
    assert sorted(texts) == sorted(LABELS)
    assert tuple(texts["rain"]["short"]) == captions()["rain"].short
    for split in ("train", "valid"):
        assert load_pack(pack, split).key == load_bank(corpus, split).key


def test_pieces_that_are_none_any_more_go(corpus: Path, pack: Path) -> None:
    write_pack(corpus, pack, "valid", limit=LIMIT)
    valid = {path.name for path in pack.glob("pack-valid*")}
    write_pack(corpus, pack, "train")
    assert {path.name for path in pack.iterdir()} == valid | {
        "pack-train.json",
        "pack-train-000.npz",
        "captions.json",
    }


def test_loading_needs_numpy_alone(corpus: Path, pack: Path) -> None:
    code = f"""
import sys
for name in ("soundfile", "soxr", "webdataset", "torch", "scipy", "tokenizers"):
    sys.modules[name] = None
from pathlib import Path
from soundlasso.mixing.pack import load_pack
print(load_pack(Path({str(pack)!r}), "train").key)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == load_bank(corpus, "train").key, result.stderr


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("name", ["pack-train-000.npz", "pack-train-001.npz", "captions.json"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_flip, "is damaged, or of another pack; copy it again"),
        (_cut, "is damaged, or of another pack; copy it again"),
        (Path.unlink, "is missing; copy it again"),
    ],
)
def test_damaged_and_missing_files_are_named(
    pack: Path, name: str, damage: Callable[[Path], None], message: str
) -> None:
    load_pack(pack, "train")
    damage(pack / name)
    with pytest.raises(CorpusError) as caught:
        load_pack(pack, "train")
    assert str(caught.value) == f"{pack / name}: {message}"


def test_folders_without_a_pack(pack: Path) -> None:
    with pytest.raises(CorpusError, match="holds no pack of split 'valid'; make one with: sound"):
        load_pack(pack, "valid")


def test_broken_and_foreign_indices(pack: Path) -> None:
    path = pack / "pack-train.json"
    index = json.loads(path.read_text())
    for broken in ("{", "[]", '{"split": "train"}', json.dumps(index | {"samples": "many"})):
        path.write_text(broken)
        with pytest.raises(CorpusError, match=r"pack-train\.json: is no index of a pack"):
            load_pack(pack, "train")
    path.write_text(json.dumps(index | {"key": "0123456789ab"}))
    with pytest.raises(CorpusError, match="packed by another version; pack again"):
        load_pack(pack, "train")


def test_an_interrupted_pack_is_no_pack(corpus: Path, tmp_path: Path) -> None:
    own = write_corpus(tmp_path / "corpus", "train", takes=1)
    write_pack(own, tmp_path / "pack", "train")
    victim = read_catalogue(own)[-1]
    (own / victim.file).unlink()
    with pytest.raises(CorpusError, match=f"{victim.file}: cannot be read"):
        write_pack(own, tmp_path / "pack", "train")
    with pytest.raises(CorpusError, match="holds no pack"):
        load_pack(tmp_path / "pack", "train")


def test_what_cannot_be_packed(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"\.flac: takes [\d,]+ bytes, and a piece may have 9,0"):
        write_pack(corpus, tmp_path, "train", limit=9_000)
    with pytest.raises(CorpusError, match="no recordings in its split 'test'"):
        write_pack(corpus, tmp_path, "test")
    with pytest.raises(CorpusError, match="holds no corpus"):
        write_pack(tmp_path, tmp_path, "train")


def test_words_go_with_the_sounds(tmp_path: Path) -> None:
    corpus, out = write_corpus(tmp_path / "corpus", "train", takes=1), tmp_path / "pack"
    add_words(corpus)
    write_pack(corpus, out, "train")
    words = load_pack(out, "train").words
    assert words == load_bank(corpus, "train").words
    assert words.key
    assert words.captions["rain"].short == ("my rain",)
    assert words.conflicts.conflict("violin", "rain")


def test_a_corpus_and_a_pack_open_alike(corpus: Path, pack: Path) -> None:
    packed, built = open_bank(pack, "train"), open_bank(corpus, "train")
    assert packed.key == built.key
    assert {label: built.words.captions[label] for label in LABELS} == packed.words.captions
    assert np.array_equal(packed.samples, built.samples)
    with pytest.raises(CorpusError, match="holds no corpus"):
        open_bank(pack, "test")


def test_vorbis_is_small_and_nearly_the_same(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train")
    exact = write_pack(corpus, tmp_path / "exact", "train")
    small = write_pack(corpus, tmp_path / "small", "train", format="vorbis")
    assert sum(x.bytes for x in small.pieces) < 0.4 * sum(x.bytes for x in exact.pieces)
    expected, loaded = load_bank(corpus, "train"), load_pack(tmp_path / "small", "train")
    assert loaded.recordings == expected.recordings
    assert loaded.key == expected.key
    assert np.array_equal(loaded.offsets, expected.offsets)
    error = loaded.samples.astype(float) - expected.samples
    # The bank is noise, of which least is kept; of the corpus's sounds all but 20 dB less is.
    assert np.square(error).mean() < 0.1 * np.square(expected.samples.astype(float)).mean()


@pytest.mark.parametrize("format", ["exact", "vorbis"])
def test_no_more_than_the_longest_is_kept(tmp_path: Path, format: PackFormat) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train")
    write_pack(corpus, tmp_path / "pack", "train", format=format, longest=0.5)
    whole, cut = load_bank(corpus, "train"), load_pack(tmp_path / "pack", "train")
    lengths = np.diff(cut.offsets)
    np.testing.assert_array_equal(lengths, np.minimum(np.diff(whole.offsets), 16_016))
    assert max(item.seconds for item in cut.recordings) == 0.5
    if format == "exact":
        assert np.array_equal(cut.sound(0), whole.sound(0)[: len(cut.sound(0))])
