"""Frozen lists: what they hold, and that their sounds are made as they say."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from soundlasso.corpus.captions import captions
from soundlasso.corpus.labels import conflict
from soundlasso.errors import CorpusError
from soundlasso.evaluation.benchmark import (
    BENCHMARKS,
    Renderer,
    Row,
    benchmark_items,
    fingerprint,
    read_benchmark,
    recording_id,
)
from tests.mixing.making import bank

BANK = bank(split="test")
IDS = [recording_id(recording.file) for recording in BANK.recordings]
ROW = Row(
    id="a-label",
    mixture="a",
    query="dog barking",
    kind="label",
    label="dog barking",
    category="test",
    target=f"{IDS[0]}@100+{IDS[0]}@-50*0.50",
    others=f"{IDS[8]}@0|{IDS[14]}@3000",
    snr="3.00|-2.00",
    level=-25.0,
    seconds=1.0,
    sha256="",
)


def power(sound: np.ndarray) -> float:
    return 10 * float(np.log10(np.square(sound.astype(float)).mean()))


def test_levels_are_as_written() -> None:
    target, mixture = Renderer(BANK).render(replace(ROW, others=f"{IDS[8]}@0", snr="3.00"))
    assert target is not None
    assert target.shape == mixture.shape == (32_000,)
    assert power(target) == pytest.approx(-25.0, abs=1e-3)
    assert power(mixture - target) == pytest.approx(-28.0, abs=1e-3)


def test_placements_are_as_written() -> None:
    target, _ = Renderer(BANK).render(ROW)
    sound = BANK.sound(0)
    expected = np.zeros(32_000)
    part = sound[: 32_000 - 100]
    expected[100 : 100 + len(part)] += part
    part = sound[50 : 50 + 32_000]
    expected[: len(part)] += 0.5 * part
    assert target is not None
    assert np.corrcoef(target, expected)[0, 1] == pytest.approx(1.0, abs=1e-6)


def test_loud_mixtures_stay_within_full_scale() -> None:
    target, mixture = Renderer(BANK).render(replace(ROW, level=0.0))
    quiet, _ = Renderer(BANK).render(ROW)
    assert np.abs(mixture).max() == pytest.approx(0.95, abs=1e-3)
    assert target is not None
    assert quiet is not None
    assert np.corrcoef(target, quiet)[0, 1] == pytest.approx(1.0, abs=1e-6)


def test_queries_for_one_mixture_become_one_item() -> None:
    row = replace(ROW, sha256=fingerprint(*Renderer(BANK).render(ROW)))
    rows = [row, replace(row, id="a-sentence", kind="sentence", query="a dog barks")]
    (item,) = benchmark_items(rows, BANK)
    assert [question.query for question in item.questions] == ["dog barking", "a dog barks"]
    assert item.questions[1].notes["kind"] == "sentence"


def test_nothing_to_find() -> None:
    (item,) = benchmark_items([replace(ROW, target="")], BANK, check=False)
    assert item.target is None
    assert power(item.mixture) > -40


def test_other_sounds_than_the_frozen_ones_are_refused() -> None:
    with pytest.raises(CorpusError, match="is not the frozen one"):
        list(benchmark_items([ROW], BANK))


def test_missing_recordings_are_named() -> None:
    with pytest.raises(CorpusError, match="no recording other/0"):
        Renderer(BANK).render(replace(ROW, others="other/0@0", snr="0"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_frozen_lists(name: str) -> None:
    rows = read_benchmark(name)
    assert 300 <= len(rows) <= 1000
    assert len({row.id for row in rows}) == len(rows)
    assert len(rows) == len({(row.mixture, row.query) for row in rows})
    for row in rows:
        assert len(row.others.split("|")) == len(row.snr.split("|"))
        assert len(row.sha256) == 16
    counts = Counter(row.category for row in rows)
    if name != "thesis":
        assert max(counts.values()) < 4 * len(rows) / len(counts)


@pytest.mark.parametrize("name", ["two-source", "paraphrase", "three-source", "thesis", "absent"])
def test_sentences_were_never_trained_on(name: str) -> None:
    for row in read_benchmark(name):
        words = captions()[row.label]
        if row.kind == "sentence":
            assert row.query in words.held_out
        if name == "paraphrase":
            assert row.query not in {row.label, *words.phrases(), *words.sentences}


def test_wrong_queries_are_wrong() -> None:
    right = {row.mixture: row.label for row in read_benchmark("two-source")}
    meant = {text: label for label, words in captions().items() for text in words.held_out}
    for row in read_benchmark("wrong"):
        asked = meant[row.query] if row.kind == "sentence" else row.query
        assert not conflict(asked, right[row.mixture])
