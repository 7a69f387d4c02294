"""The thesis's way of mixing."""

from dataclasses import replace

import numpy as np
import pytest

from soundlasso.config import build_config
from soundlasso.corpus.labels import conflict
from soundlasso.dsp.stft import Stft
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.thesis import ThesisMixingConfig, ThesisSampler, similarity
from tests.conftest import noise
from tests.mixing.making import bank

CONFIG = ThesisMixingConfig(seconds=2.0)


def test_similarity_is_a_cosine() -> None:
    stft = Stft(512, 256)
    one, other = noise(1, 8000, 1)[0], noise(1, 8000, 2)[0]
    assert similarity(one, one * 3, stft) == pytest.approx(1.0, abs=1e-5)
    assert 0 < similarity(one, other, stft) < 1
    assert similarity(one, one * 0, stft) == 0.0
    low = np.sin(np.arange(8000) * 0.1).astype(np.float32)
    high = np.sin(np.arange(8000) * 2.0).astype(np.float32)
    assert similarity(low, high, stft) < 0.05


def test_what_passes_is_under_its_threshold_in_turn() -> None:
    sampler = ThesisSampler(bank(), CONFIG, seed=0)
    for index in range(12):
        assert sampler[index].similarity <= CONFIG.thresholds[index % 4]


def test_without_thresholds_nothing_is_filtered() -> None:
    sampler = ThesisSampler(bank(), ThesisMixingConfig(seconds=2.0, thresholds=()), seed=0)
    similarities = [sampler[index].similarity for index in range(30)]
    assert max(similarities) > 0.8


def test_equal_loudness_common_start_padding_at_the_end() -> None:
    sampler = ThesisSampler(bank(), CONFIG, seed=1)
    for index in range(20):
        made = sampler[index]
        assert made.mixture.shape == made.target.shape == (44_100,)
        assert made.mixture.dtype == np.float32
        assert not conflict(made.label, made.other_label)
        assert np.abs(made.mixture).max() <= 1.0
        # Recordings are shorter than two seconds: each starts at once and then rests.
        heard = np.flatnonzero(np.abs(made.target) > 1e-4)
        assert heard[0] < 200
        assert not made.target[heard[-1] + 1 :].any() or heard[-1] > 44_000
        other = made.mixture - made.target
        both = [sound[np.abs(sound) > 1e-6] for sound in (made.target, other)]
        levels = [10 * np.log10(np.square(sound).mean()) for sound in both]
        assert levels[0] == pytest.approx(levels[1], abs=1.0)


def test_seed_and_index_determine_a_mixture() -> None:
    first, again = (ThesisSampler(bank(), CONFIG, seed=5) for _ in range(2))
    assert np.array_equal(first[9].mixture, again[9].mixture)
    other = ThesisSampler(bank(), CONFIG, seed=6)
    assert not np.array_equal(first[9].mixture, other[9].mixture)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"sample_rate": 0}, "sample_rate must be at least 1, not 0"),
        ({"seconds": 0.0}, "seconds must be at least 0.1, not 0.0"),
        ({"loudness": float("-inf")}, "loudness must be at least -100, not -inf"),
        ({"thresholds": [0.8, 1.5]}, "thresholds must be between 0 and 1, not 1.5"),
        ({"thresholds": [-0.1]}, "thresholds must be between 0 and 1, not -0.1"),
        ({"attempts": 0}, "attempts must be at least 1, not 0"),
        ({"hop": 0}, "hop 0 does not fit a window of 512"),
        ({"window": 400}, "hop 256 does not fit a window of 400"),
    ],
)
def test_numbers_that_cannot_work_are_refused(numbers: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^mixing: {message}$"):
        build_config(ThesisMixingConfig, numbers, "mixing")


def test_too_few_labels_are_refused() -> None:
    sounds = bank()
    sounds.recordings = [replace(item, label="rain") for item in sounds.recordings]
    with pytest.raises(CorpusError, match="too few labels"):
        ThesisSampler(sounds, CONFIG, seed=0)


def test_no_part_of_a_long_recording_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spectral convergence is relative to the target's level: silence would count without limit."""
    sound = np.zeros(200_000, np.float32)
    sound[150_000:150_400] = 0.5
    monkeypatch.setattr(SoundBank, "sound", lambda self, index: sound)
    config = replace(CONFIG, thresholds=(), seconds=0.25)
    sampler = ThesisSampler(bank(), config, seed=3)
    for index in range(30):
        made = sampler[index]
        assert np.abs(made.target).max() > 0.01
        assert np.abs(made.mixture - made.target).max() > 0.01
