"""Pictures of sounds, however long they are."""

from pathlib import Path

import numpy as np
import pytest

from soundlasso.errors import MissingDependencyError
from soundlasso.plotting import Spectrogram, save_spectrograms
from tests.conftest import noise


def test_blocks_make_the_picture_of_the_whole() -> None:
    sound = noise(2, 50_000)
    whole, parts = Spectrogram(16_000), Spectrogram(16_000)
    whole.add(sound)
    for start in range(0, 50_000, 777):
        parts.add(sound[:, start : start + 777])
    assert np.array_equal(whole.levels(), parts.levels())
    assert parts.seconds == pytest.approx(50_000 / 16_000)


def test_a_tone_is_where_it_belongs() -> None:
    picture = Spectrogram(8000)
    picture.add(np.sin(2 * np.pi * 1000 * np.arange(16_000) / 8000)[None].astype(np.float32))
    levels = picture.levels()
    assert (levels.argmax(axis=0) == round(1000 / 4000 * (levels.shape[0] - 1))).all()


def test_long_sounds_are_thinned() -> None:
    picture = Spectrogram(8000)
    for _ in range(40):
        picture.add(noise(1, 80_000))
    assert 1000 <= picture.levels().shape[1] <= 4000


def test_one_sample_has_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    save_spectrograms(path, {"one": np.ones((1, 1), np.float32)}, 8000)
    assert path.read_bytes()[:4] == b"\x89PNG"
    assert list(tmp_path.iterdir()) == [path]


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r"soundlasso\[plot\]"):
        save_spectrograms(tmp_path / "a.png", {"x": noise(1, 100)}, 8000)
