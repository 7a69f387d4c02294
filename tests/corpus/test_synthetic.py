"""Synthetic sounds: all of them, each time the same, no two alike."""

import csv
import time
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from soundlasso.corpus.build import build_corpus
from soundlasso.corpus.captions import captions
from soundlasso.corpus.catalogue import SAMPLE_RATE, read_catalogue
from soundlasso.corpus.labels import categories
from soundlasso.corpus.prepare import prepare_samples
from soundlasso.corpus.sources import all_entries, all_packages
from soundlasso.corpus.synthetic import parts, registry
from soundlasso.corpus.synthetic.registry import PACKAGE, TAKES, entries, sounds, synthesise
from soundlasso.errors import CorpusError

LABELS = sorted(sounds())


def never_trained_on() -> set[str]:
    text = (resources.files("soundlasso.evaluation") / "lists" / "unseen-labels.csv").read_text()
    return {row["label"] for row in csv.DictReader(text.splitlines())}


def test_labels_are_known_and_may_be_trained_on() -> None:
    assert set(LABELS) <= categories().keys()
    assert set(LABELS) <= captions().keys()
    assert not set(LABELS) & never_trained_on()


@pytest.mark.parametrize("label", LABELS)
def test_takes_are_sounds_that_differ(label: str) -> None:
    began = time.process_time()
    first, other = takes = [synthesise(f"{PACKAGE}#{label}/{take}") for take in (0, 37)]
    # Generous: machines that test are slow, and share their cores.
    assert time.process_time() - began < 2 * 6
    for take in takes:
        assert take.ndim == 2
        assert take.shape[1] == 1
        assert take.dtype == np.float32
        assert np.isfinite(take).all()
        assert 0.04 * SAMPLE_RATE < len(take) < 12 * SAMPLE_RATE
        assert prepare_samples(take, SAMPLE_RATE).clipped < 0.02
    assert not np.array_equal(first, other)


def test_a_take_is_always_the_same() -> None:
    for label in LABELS[::20]:
        path = f"{PACKAGE}#{label}/0"
        assert np.array_equal(synthesise(path), synthesise(path))


@pytest.mark.parametrize(
    "path",
    ["synthetic#a brontosaurus/1", "synthetic#bell ringing", "synthetic#bell ringing/x", "x"],
)
def test_what_is_no_synthetic_sound_is_refused(path: str) -> None:
    with pytest.raises(CorpusError, match="is no synthetic sound"):
        synthesise(path)


def test_entries_are_for_training_only() -> None:
    made = entries()
    assert len(made) == TAKES * len(LABELS)
    assert len({entry.path for entry in made}) == len(made)
    assert registry.package().split == "train"
    assert all_packages()[-1] == registry.package()
    assert all_entries()[-len(made) :] == made


def test_they_are_built_into_a_corpus(tmp_path: Path) -> None:
    wanted = [entry for entry in entries() if entry.label == "bell ringing"][:3]
    built = build_corpus(tmp_path, [registry.package()], wanted, downloads=tmp_path / "none")
    assert [item.label for item in built] == ["bell ringing"] * 3
    assert built == read_catalogue(tmp_path)
    assert all((tmp_path / item.file).is_file() for item in built)
    assert {item.licence for item in built} == {"Apache-2.0"}
    assert "synthetic" in (tmp_path / "CREDITS.md").read_text()
    # All takes of a label count as one session.
    assert len({item.take_group for item in built}) == 1


RNG = np.random.default_rng(0)


def test_noise_has_the_colour_that_it_should() -> None:
    for colour in (0.0, 1.0, 2.0):
        power = np.square(np.abs(np.fft.rfft(parts.noise(RNG, 64_000, colour))))
        low, high = power[400:800].mean(), power[6400:12_800].mean()
        assert np.log2(low / high) / 4 == pytest.approx(colour, abs=0.15)


def test_modes_ring_and_die_away() -> None:
    sound = parts.modes(32_000, [1000.0], [0.5], [1.0])
    assert np.abs(np.fft.rfft(sound)).argmax() == pytest.approx(1000, abs=2)
    early, late = (np.abs(sound[at : at + 320]).max() for at in (0, 16_000))
    assert 20 * np.log10(late / early) == pytest.approx(-60, abs=2)


def test_filters_do_what_is_drawn() -> None:
    white = parts.noise(RNG, 64_000)
    power = np.square(np.abs(np.fft.rfft(parts.band(white, 500.0, 1000.0))))
    assert power[1000:2000].sum() > 0.65 * power.sum()
    ringing = parts.ring(white, [2000.0], [50.0], [1.0])
    assert np.abs(np.fft.rfft(ringing)).argmax() / 2 == pytest.approx(2000, abs=60)
    moved = parts.move_band(white, np.linspace(500.0, 4000.0, 64_000), 0.2)
    begins, ends = (np.abs(np.fft.rfft(part)).argmax() for part in np.split(moved, [32_000]))
    assert begins < 2000 < ends


def test_what_moves_leaves_what_does_not() -> None:
    white = parts.noise(RNG, 40_000)
    same = parts.vary(white, lambda hertz, at: np.ones(len(hertz)))
    np.testing.assert_allclose(same, white, atol=1e-9)


def test_time_is_kept() -> None:
    assert parts.count(0.5) == 16_000
    out = parts.repeat(RNG, 2.0, 0.5, lambda: np.ones(10), jitter=0.0, spread=0.0)
    assert np.flatnonzero(np.diff(out) > 0).tolist() == [15_999, 31_999, 47_999]
    grains = parts.scatter(RNG, 10.0, 20.0, lambda: np.ones(1), spread=0.0)
    assert 150 < grains.sum() < 250
