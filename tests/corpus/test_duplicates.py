"""The same sound under other names is found, and sounds of a kind are not."""

from dataclasses import replace

import numpy as np
import pytest

from soundlasso.corpus.catalogue import Recording
from soundlasso.corpus.duplicates import find_duplicates
from tests.corpus.test_table import DOG

RATE = 32_000


def burst(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    time = np.arange(RATE) / RATE
    return (rng.standard_normal(RATE) * np.exp(-3 * time) * 0.2).astype(np.float32)


def drum(hertz: float) -> np.ndarray:
    time = np.arange(RATE // 2) / RATE
    click = np.random.default_rng(round(hertz)).standard_normal(len(time)) * np.exp(-100 * time)
    return (np.sin(2 * np.pi * hertz * time) * np.exp(-8 * time) + 0.2 * click).astype(np.float32)


def corpus(sounds: dict[str, np.ndarray]) -> tuple[list[Recording], dict[str, np.ndarray]]:
    rows = [replace(DOG, file=f"audio/{name}", package=name.partition("/")[0]) for name in sounds]
    return rows, {f"audio/{name}": sound for name, sound in sounds.items()}


def found(sounds: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    rows, at = corpus(sounds)
    pairs = find_duplicates(rows, lambda recording: at[recording.file], RATE)
    return [(pair.first.file[6:], pair.second.file[6:]) for pair in pairs]


@pytest.mark.parametrize("change", ["as it is", "later", "quieter and noisier", "cut", "duller"])
def test_borrowed_sounds_are_found(change: str) -> None:
    sound = burst(1)
    changed = {
        "as it is": sound,
        "later": np.concatenate([np.zeros(300, np.float32), sound]),
        "quieter and noisier": 0.3 * sound + 0.003 * burst(9),
        "cut": sound[: RATE // 2],
        "duller": np.convolve(sound, [0.25, 0.5, 0.25], "same").astype(np.float32),
    }[change]
    assert found({"one/a": sound, "one/b": burst(2), "two/c": changed, "two/d": burst(3)}) == [
        ("one/a", "two/c")
    ]


def test_takes_of_one_package_are_no_borrowing() -> None:
    assert found({"one/a": burst(1), "one/b": burst(1)}) == []


def test_drums_are_alike_but_not_the_same() -> None:
    assert found({"one/a": drum(60), "two/b": drum(64), "two/c": burst(1)}) == []


def test_silence_is_like_nothing() -> None:
    assert found({"one/a": np.zeros(RATE, np.float32), "two/b": burst(1)}) == []


def test_pairs_across_splits_are_told_apart() -> None:
    rows, at = corpus({"one/a": burst(1), "two/b": burst(1)})
    rows[1] = replace(rows[1], split="test")
    (pair,) = find_duplicates(rows, lambda recording: at[recording.file], RATE)
    assert pair.across_splits
    assert pair.correlation == pytest.approx(1.0, abs=1e-3)
