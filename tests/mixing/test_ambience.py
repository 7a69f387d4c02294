"""Background ambience: far below, the same each time, never asked for."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from soundlasso.corpus.labels import ambience, categories, conflict
from soundlasso.mixing import ambience as module
from soundlasso.mixing.ambience import HUM_LABEL, NOISE_LABEL, Ambience, Bed
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.online import AMBIENCE, MixingConfig, MixtureSampler
from soundlasso.training.gain_batch import presence_of
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.gain_examples import Example, GainExamples
from tests.mixing.making import LABELS, bank

SECONDS = 1.5
SAMPLES = 48_000
BANK = bank()
PLAIN = MixingConfig(seconds=SECONDS)
WITH = replace(PLAIN, ambience_probability=1.0)


@pytest.fixture(autouse=True)
def short_recordings_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHORTEST_SECONDS", 0.3)


def only(monkeypatch: pytest.MonkeyPatch, **parts: float) -> None:
    for name in ("_RECORDED", "_NOISE", "_HUM"):
        monkeypatch.setattr(module, name, parts.get(name, 0.0))


def decibels(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean()))


def bed_of(seed: int, sounds: SoundBank | None = None, present: tuple[str, ...] = ()) -> Bed:
    return Ambience(sounds or BANK, SAMPLES).draw(np.random.default_rng(seed), present)


def test_without_it_mixtures_are_what_they_were() -> None:
    plain, never = (MixtureSampler(BANK, PLAIN, seed=3) for _ in range(2))
    always = MixtureSampler(BANK, WITH, seed=3)
    for index in range(20):
        one, same, other = plain[index], never[index], always[index]
        assert AMBIENCE not in one.labels
        assert one.behind == ()
        assert np.array_equal(one.sources, same.sources)
        # What lies before it is the same, but for the level of all where it would be clipped.
        assert other.labels == (*one.labels, AMBIENCE)
        assert other.recordings[:-1] == one.recordings
        gain = float((other.sources[:-1] * one.sources).sum() / np.square(one.sources).sum())
        assert 0.5 < gain < 1.001
        np.testing.assert_allclose(other.sources[:-1], gain * one.sources, atol=1e-5)


def test_mixtures_of_before_it_was_there() -> None:
    """Sums of a mixture, taken when there was no ambience in the code."""
    mixture = MixtureSampler(BANK, PLAIN, seed=3)[7]
    assert mixture.labels == ("violin", "rain")
    assert float(np.abs(mixture.sources).sum()) == pytest.approx(1607.6902, rel=1e-5)


def test_seed_and_index_determine_it() -> None:
    first, again = (MixtureSampler(BANK, WITH, seed=3) for _ in range(2))
    for index in (0, 5, 123_456):
        assert np.array_equal(first[index].sources, again[index].sources)
        assert first[index].behind == again[index].behind
        assert first[index].recordings == again[index].recordings
    assert not np.array_equal(first[0].sources[-1], first[1].sources[-1])


def test_it_is_there_as_often_as_it_should_be() -> None:
    sampler = MixtureSampler(BANK, replace(PLAIN, ambience_probability=0.3), seed=0)
    there = sum(AMBIENCE in sampler[index].labels for index in range(200))
    assert 40 < there < 80


def test_its_level() -> None:
    config = replace(WITH, ambience_snr=(12.0, 20.0))
    sampler = MixtureSampler(BANK, config, seed=0)
    ratios = []
    for index in range(60):
        mixture = sampler[index]
        assert mixture.sources.dtype == np.float32
        assert np.abs(mixture.mixture).max() <= 0.951
        before = mixture.sources[:-1].sum(axis=0)
        ratios.append(decibels(before) - decibels(mixture.sources[-1]))
    assert 11.9 < min(ratios) < 13.5
    assert 18.5 < max(ratios) < 20.1


def test_it_is_never_asked_for() -> None:
    task = GainTaskConfig(mixing=WITH, absent_share=1.0)
    sampler = MixtureSampler(BANK, task.mixing, seed=0)
    examples = GainExamples(sampler, task)
    for index in range(60):
        mixture, example = sampler[index], examples[index]
        assert AMBIENCE not in mixture.labels[:2]
        assert AMBIENCE not in example.query_labels
        assert example.behind == mixture.behind
        # What is asked for as absent is not in it either.
        assert not any(conflict(example.query_labels[2], label) for label in mixture.behind)


def test_it_is_neither_present_nor_absent() -> None:
    sources = MixtureSampler(BANK, WITH, seed=0)[0].sources
    example = Example(
        torch.from_numpy(sources),
        ("dog barking", "violin", AMBIENCE),
        ("a", "b", "c", "d"),
        ("dog barking", "violin", "rain", "car engine"),
        (0, 1, -1, -1),
        {},
        ("rain",),
    )
    assert presence_of([example]).tolist() == [[1.0, 1.0, -1.0, 0.0]]


def test_distant_sounds_conflict_with_nothing_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, _RECORDED=1.0)
    assert "rain" in ambience()
    assert bed_of(0, present=("dog barking",)).labels == ("rain",)
    # Nothing is left but noise.
    assert bed_of(0, present=("wind",)).labels == (NOISE_LABEL,)
    sampler = MixtureSampler(BANK, WITH, seed=1)
    for index in range(30):
        mixture = sampler[index]
        for number in mixture.recordings[-1]:
            label = BANK.recordings[number].label
            assert label in ambience()
            assert label in mixture.behind
            assert not any(conflict(label, other) for other in mixture.labels)


def test_distant_sounds_are_dull_and_never_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, _RECORDED=1.0)
    bed = bed_of(1, present=("dog barking",))
    spectrum = np.square(np.abs(np.fft.rfft(bed.sound)))
    # Rain is the bank's noise from 400 to 720 Hz.
    hertz = np.fft.rfftfreq(SAMPLES, 1 / 32_000)
    inside = (hertz > 380) & (hertz < 740)
    assert spectrum[inside].sum() > 0.97 * spectrum.sum()
    levels = [decibels(part) for part in np.split(bed.sound, 6)]
    assert max(levels) - min(levels) < 20


def test_noise_has_colours_and_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, _NOISE=1.0)
    slopes, movements = [], []
    for seed in range(30):
        bed = bed_of(seed)
        assert bed.labels == (NOISE_LABEL,)
        assert bed.recordings == ()
        power = np.square(np.abs(np.fft.rfft(bed.sound)))
        octaves = [decibels(np.sqrt(power[150 * 2**k : 300 * 2**k])) for k in range(6)]
        slopes.append((octaves[-1] - octaves[0]) / 5)
        levels = [decibels(part) for part in np.split(bed.sound, 3)]
        movements.append(max(levels) - min(levels))
    assert -6.5 < min(slopes) < -5
    assert -1 < max(slopes) < 0.5
    assert np.mean(movements) > 1.0


def test_hum_is_that_of_the_mains(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, _HUM=1.0)
    found = set()
    for seed in range(12):
        bed = bed_of(seed)
        assert bed.labels == (HUM_LABEL,)
        lines = np.flatnonzero(np.abs(np.fft.rfft(bed.sound[:32_000])) > 1.0)
        step = 50 if all(line % 50 == 0 for line in lines) else 60
        assert all(line % step == 0 for line in lines)
        found.add(step)
    assert found == {50, 60}


def test_beds_have_one_level() -> None:
    for seed in range(30):
        bed = bed_of(seed)
        assert bed.sound.shape == (SAMPLES,)
        assert bed.labels
        assert decibels(bed.sound) == pytest.approx(0.0, abs=0.05)


def test_a_bank_without_ambience_has_noise() -> None:
    sounds = BANK
    kept = [replace(r, label="violin") for r in sounds.recordings]
    for seed in range(20):
        bed = bed_of(seed, replace(sounds, recordings=kept))
        assert set(bed.labels) <= {NOISE_LABEL, HUM_LABEL}
        assert np.isfinite(bed.sound).all()


def test_lengths_that_nothing_divides() -> None:
    for samples in (47_999, 3_203):
        bed = Ambience(BANK, samples).draw(np.random.default_rng(0), ())
        assert bed.sound.shape == (samples,)


def test_labels_are_known() -> None:
    assert {*ambience(), NOISE_LABEL, HUM_LABEL} <= categories().keys()
    assert len(set(ambience())) == len(ambience())
    assert AMBIENCE not in categories()
    assert "rain" in LABELS
