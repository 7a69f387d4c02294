"""Mixtures made on the fly are what was asked for, and always the same."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundlasso.corpus.captions import captions
from soundlasso.corpus.labels import conflict
from soundlasso.errors import CorpusError
from soundlasso.evaluation.render import render_mixtures
from soundlasso.mixing.augment import (
    NO_AUGMENTATION,
    AugmentConfig,
    apply_filter_and_room,
    change_speed,
)
from soundlasso.mixing.bank import load_bank
from soundlasso.mixing.online import MixingConfig, MixtureSampler
from soundlasso.mixing.queries import QueryConfig, draw_query, mistype
from tests.mixing.making import LABELS, bank, write_corpus

CONFIG = MixingConfig(seconds=1.5)


def test_seed_and_index_determine_a_mixture() -> None:
    first = MixtureSampler(bank(), CONFIG, seed=3)
    again = MixtureSampler(bank(), CONFIG, seed=3)
    for index in (0, 7, 123_456):
        assert np.array_equal(first[index].sources, again[index].sources)
        assert first[index].labels == again[index].labels
    assert not np.array_equal(first[0].sources, first[1].sources)
    other = MixtureSampler(bank(), CONFIG, seed=4)
    assert not np.array_equal(first[0].sources, other[0].sources)


def test_siblings_never_meet() -> None:
    sampler = MixtureSampler(bank(), replace(CONFIG, third_source_probability=0.5), seed=0)
    counts: Counter[int] = Counter()
    for index in range(200):
        labels = sampler[index].labels
        counts[len(labels)] += 1
        for place, label in enumerate(labels):
            assert not any(conflict(label, other) for other in labels[place + 1 :])
    assert counts[2] > 50
    assert counts[3] > 50


def test_lengths_levels_and_ratios() -> None:
    config = replace(CONFIG, snr=(-3.0, 3.0), third_source_probability=0.0, augment=NO_AUGMENTATION)
    sampler = MixtureSampler(bank(), config, seed=0)
    ratios = []
    for index in range(100):
        mixture = sampler[index]
        assert mixture.sources.shape == (2, 48_000)
        assert mixture.sources.dtype == np.float32
        assert np.abs(mixture.mixture).max() <= 0.951
        powers = np.square(mixture.sources).mean(axis=1)
        ratios.append(10 * np.log10(powers[0] / powers[1]))
        # Each source is what its label says: noise in the label's band.
        for source, label in zip(mixture.sources, mixture.labels, strict=True):
            spectrum = np.abs(np.fft.rfft(source))
            peak = np.fft.rfftfreq(48_000, 1 / 32_000)[spectrum.argmax()]
            low = 200.0 * 2.0 ** LABELS.index(label)
            assert low * 0.95 < peak < low * 1.9
    assert -3.1 < min(ratios) < -2.0
    assert 2.0 < max(ratios) < 3.1


@pytest.mark.parametrize("decibels", [0.0, 6.0])
def test_how_loud_third_sources_are(decibels: float) -> None:
    config = replace(
        CONFIG,
        snr=(0.0, 0.0),
        third_source_probability=1.0,
        third_source_decibels=decibels,
        augment=NO_AUGMENTATION,
    )
    sources = MixtureSampler(bank(), config, seed=0)[0].sources
    first, second, third = 10 * np.log10(np.square(sources).mean(axis=1))
    assert second == pytest.approx(first, abs=0.01)
    assert third == pytest.approx(first - decibels, abs=0.01)


def test_background_is_never_asked_for() -> None:
    sounds = bank()
    config = replace(CONFIG, third_source_probability=1.0)
    sampler = MixtureSampler(sounds, config, seed=0)
    used: list[set[str]] = [set(), set(), set()]
    for index in range(150):
        for place, numbers in enumerate(sampler[index].recordings):
            used[place] |= {sounds.recordings[number].use for number in numbers}
    assert used == [{"target"}, {"target"}, {"target", "background"}]


def test_up_to_four_sounds_none_of_which_conflict() -> None:
    config = replace(CONFIG, third_source_probability=1.0, fourth_source_probability=0.5)
    sampler = MixtureSampler(bank(), config, seed=0)
    counts: Counter[int] = Counter()
    for index in range(60):
        mixture = sampler[index]
        counts[len(mixture.labels)] += 1
        assert len(mixture.sources) == len(mixture.labels)
        for place, label in enumerate(mixture.labels):
            assert not any(conflict(label, other) for other in mixture.labels[place + 1 :])
    assert set(counts) == {3, 4}
    assert 15 < counts[4] < 45


def test_categories_can_be_made_equally_likely() -> None:
    sounds = bank()
    kinds = {"rain": "weather", "violin": "music"}
    sounds = replace(
        sounds,
        recordings=[replace(r, category=kinds.get(r.label, "many")) for r in sounds.recordings],
    )

    def share(balance: float) -> float:
        config = replace(CONFIG, category_balance=balance)
        sampler = MixtureSampler(sounds, config, seed=0)
        rng = np.random.default_rng(0)
        return sum(sampler.draw_labels(rng)[0] in kinds for _ in range(600)) / 600

    # Two of six labels, and two of three categories.
    assert share(0.0) == pytest.approx(1 / 3, abs=0.06)
    assert share(1.0) == pytest.approx(2 / 3, abs=0.06)
    assert share(0.0) + 0.05 < share(0.5) < share(1.0) - 0.05


def test_absent_labels_are_not_there() -> None:
    sampler = MixtureSampler(bank(), CONFIG, seed=0)
    rng = np.random.default_rng(0)
    for index in range(50):
        labels = sampler[index].labels
        absent = sampler.absent_label(rng, labels)
        assert not any(conflict(absent, label) for label in labels)


@pytest.mark.parametrize("kept", [[], ["rain"], ["dog barking", "wolf howling"]])
def test_too_few_labels_are_refused(kept: list[str]) -> None:
    with pytest.raises(CorpusError, match="too few labels"):
        MixtureSampler(bank(), CONFIG, seed=0, labels=kept)


def test_two_labels_are_enough() -> None:
    sounds = bank()
    config = replace(CONFIG, third_source_probability=1.0)
    sampler = MixtureSampler(sounds, config, seed=0, labels=["rain", "violin"])
    for index in range(20):
        assert set(sampler[index].labels[:2]) == {"rain", "violin"}
    with pytest.raises(CorpusError, match="too few labels"):
        sampler.absent_label(np.random.default_rng(0), ["rain", "violin"])


def test_speed_changes_length_and_pitch() -> None:
    sound = np.sin(2 * np.pi * 1000 * np.arange(32_000) / 32_000).astype(np.float32)
    faster = change_speed(sound, 1.0)
    assert len(faster) == pytest.approx(16_000, abs=2)
    assert np.abs(np.fft.rfft(faster)).argmax() == pytest.approx(1000, abs=2)


def test_rooms_and_filters_keep_the_length_and_change_the_sound() -> None:
    sound = np.zeros(20_000, np.float32)
    sound[1000:3000] = np.random.default_rng(0).standard_normal(2000)
    room = AugmentConfig(0.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    bent = AugmentConfig(0.0, 0.0, 1.0, 6.0, 0.0, 0.0)
    dull = AugmentConfig(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    for config in (room, bent, dull):
        changed = apply_filter_and_room(sound, np.random.default_rng(1), config, 32_000)
        assert changed.shape == sound.shape
        assert np.abs(changed - sound).max() > 1e-2
    same = apply_filter_and_room(sound, np.random.default_rng(1), NO_AUGMENTATION, 32_000)
    assert np.array_equal(same, sound)
    reverberant = apply_filter_and_room(sound, np.random.default_rng(1), room, 32_000)
    assert np.abs(reverberant[3200:6000]).max() > 1e-4
    assert not np.abs(reverberant[:990]).max() > 1e-4
    spectrum = np.abs(
        np.fft.rfft(apply_filter_and_room(sound, np.random.default_rng(1), dull, 32_000))
    )
    assert spectrum[-1000:].max() < 1e-3 * spectrum[:1000].max()


def test_queries_may_be_trained_on() -> None:
    rng = np.random.default_rng(0)
    config = QueryConfig(typo_probability=0)
    known = captions()["dog barking"]
    allowed = {"dog barking", *known.phrases(), *known.sentences}
    held_out = {*known.held_out, *known.phrases_held_out()}
    drawn = {draw_query(rng, "dog barking", config) for _ in range(500)}
    assert drawn <= allowed
    assert not drawn & held_out
    assert len(drawn) > 30
    assert "dog barking" in drawn
    assert any(query.endswith(".") for query in drawn)


def test_a_typo_is_one_slip_in_a_longer_word() -> None:
    rng = np.random.default_rng(0)
    mistyped = {mistype(rng, "a dog barking") for _ in range(200)}
    assert {"a dog abrking", "a dog braking", "a dog barkng", "a dog baarking"} & mistyped
    for query in mistyped:
        assert query.startswith("a dog b")
        assert abs(len(query) - len("a dog barking")) <= 1
    assert mistype(rng, "a dog") == "a dog"
    single = QueryConfig(
        typo_probability=0, sentence_probability=0, label_probability=0, word_probability=1
    )
    drawn = {draw_query(rng, "dog barking", single) for _ in range(200)}
    assert drawn == set(captions()["dog barking"].words) >= {"dog", "puppy"}
    # A label without one is asked for by its other short forms.
    assert " " in draw_query(rng, "footsteps on dirt", single)
    always = QueryConfig(typo_probability=1, sentence_probability=0, label_probability=1)
    assert draw_query(rng, "dog barking", always) != "dog barking"
    with pytest.raises(ValueError, match="typo_probability must be between 0 and 1"):
        QueryConfig(typo_probability=2)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path, "train", "valid", "test")


def test_a_bank_holds_what_the_corpus_holds(corpus: Path) -> None:
    expected = bank(1, "valid")
    for _ in range(2):
        # The second time from the file that the first one left.
        loaded = load_bank(corpus, "valid")
        assert len(loaded.recordings) == len(expected.recordings)
        assert np.array_equal(loaded.samples, expected.samples)
    assert set(loaded.targets) == set(LABELS)
    (corpus / expected.recordings[0].file.replace("audio", "train-audio")).unlink()
    with pytest.raises(CorpusError, match="build it again"):
        load_bank(corpus, "train")
    with pytest.raises(CorpusError, match="no recordings in its split"):
        load_bank(corpus, "unknown")  # type: ignore[arg-type]


def test_mixtures_as_files(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "mixtures"
    paths = render_mixtures(corpus, "test", out, count=6, seed=1)
    assert [path.name for path in paths] == ["label.csv", "phrase.csv", "sentence.csv", "wrong.csv"]
    lists = {}
    for path in paths:
        with path.open(newline="") as file:
            lists[path.stem] = list(csv.DictReader(file))
        assert len(lists[path.stem]) == 6
    for row in lists["label"]:
        mixture, rate = soundfile.read(out / row["mixture"])
        target, _ = soundfile.read(out / row["target"])
        assert rate == 32_000
        assert mixture.shape == target.shape == (192_000,)
        ratio = 10 * np.log10(np.square(target).sum() / np.square(mixture - target).sum())
        assert -5.1 < ratio < 5.1
    for right, wrong in zip(lists["label"], lists["wrong"], strict=True):
        assert not conflict(right["query"], wrong["query"])
