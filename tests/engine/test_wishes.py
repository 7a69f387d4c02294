"""More than one wish: what must not remain, and everything but."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import soundlasso
from soundlasso import Separator
from soundlasso.audio import read_audio
from soundlasso.dsp.masks import keep_out
from soundlasso.engine.model import Stretch
from soundlasso.errors import OptionError, QueryError
from tests.conftest import Samples, noise
from tests.engine.making import RATE, Plain, Tones, tones

MODELS = pytest.mark.parametrize("model", [Tones(), Plain()], ids=["with gains", "without"])


def level(sound: Samples) -> float:
    """In dB, away from the ends."""
    return 10 * float(np.log10(np.square(sound[:, 800:-800]).mean() + 1e-12))


@pytest.fixture(scope="module")
def tiny(tiny_card: Path) -> Separator:
    return soundlasso.load(tiny_card)


def test_gains_after_others_have_taken_theirs() -> None:
    gains, others = torch.tensor([0.8, 0.8, 0.0]), [torch.tensor([0.0, 0.5, 1.0])] * 2
    assert torch.allclose(keep_out(gains, others, 1.0), torch.tensor([0.8, 0.2, 0.0]))
    assert torch.allclose(keep_out(gains, others, 0.5), torch.tensor([0.8, 0.45, 0.0]))
    assert torch.equal(keep_out(gains, [], 1.0), gains)


@MODELS
def test_removing_sounds_leaves_the_others(model: Tones | Plain) -> None:
    low, middle, high = (tones(3.0, **{name: [(0.0, 3.0)]}) for name in ("low", "middle", "high"))
    mixture = low + middle + high
    result = Separator(model, "tones").remove(mixture, ["low", "high"], sample_rate=RATE)
    assert result.queries == ("low", "high")
    assert level(result.rest - middle) < level(middle) - 20
    assert np.allclose(result.rest + result.removed, mixture, atol=1e-6)
    assert len(result.hearings) == 2


@MODELS
def test_one_query_may_be_a_plain_string(model: Tones | Plain) -> None:
    mixture = tones(3.0, low=[(0, 3)], high=[(1, 2)])
    separator = Separator(model, "tones")
    result = separator.remove(mixture, "low", sample_rate=RATE)
    alone = separator.separate(mixture, "low", sample_rate=RATE)
    assert np.allclose(result.rest, alone.residual, atol=1e-5)
    assert result.hearings[0].spans == alone.spans


@MODELS
def test_what_is_excluded_loses_half_of_its_amplitude(model: Tones | Plain) -> None:
    """Where the model takes the unwanted sound for the wanted one altogether."""

    class Confused(type(model)):  # type: ignore[misc]
        def condition(self, query: str) -> tuple[float, list[str]]:
            return 300.0, []

    mixture = tones(3.0, low=[(0, 3)])
    separator = Separator(Confused(), "confused")
    before = separator.separate(mixture, "low", sample_rate=RATE)
    after = separator.separate(mixture, "low", exclude=["high"], sample_rate=RATE)
    assert level(after.target) == pytest.approx(level(before.target) - 6.02, abs=0.1)
    assert np.allclose(after.target + after.residual, mixture, atol=1e-6)


@MODELS
def test_what_does_not_overlap_is_not_touched(model: Tones | Plain) -> None:
    mixture = tones(3.0, low=[(0, 3)], high=[(0, 3)])
    separator = Separator(model, "tones")
    before = separator.separate(mixture, "low", sample_rate=RATE).target
    after = separator.separate(mixture, "low", exclude=["high"], sample_rate=RATE).target
    # At its ends, a tone is everywhere.
    assert level(after - before) < level(before) - 40


def test_several_wishes_take_one_pass() -> None:
    model = Tones()
    mixture = tones(1.0, low=[(0, 1)])
    Separator(model, "tones").separate_all(
        mixture, ["low", "high"], exclude=["middle"], sample_rate=RATE
    )
    assert model.passes == 1


def test_a_real_network_keeps_sounds_out_and_in_stretches_alike(
    tiny: Separator, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixture = noise(1, 90_000)
    asked = {"exclude": ["rain"], "sample_rate": RATE}
    whole = tiny.separate(mixture, "a dog", **asked)  # type: ignore[arg-type]
    rest = tiny.remove(mixture, ["a dog", "rain"], sample_rate=RATE)
    alone = tiny.separate(mixture, "a dog", sample_rate=RATE)
    assert np.abs(whole.target - alone.target).max() > 1e-4
    assert level(whole.target) < level(alone.target)
    assert level(rest.rest) < level(alone.residual)
    monkeypatch.setattr("soundlasso.zoo.gain_separator._CORE_SECONDS", 2.0)
    assert np.allclose(
        tiny.separate(mixture, "a dog", **asked).target,  # type: ignore[arg-type]
        whole.target,
        atol=1e-4,
    )
    chunked = tiny.remove(mixture, ["a dog", "rain"], sample_rate=RATE)
    assert np.allclose(chunked.rest, rest.rest, atol=1e-4)


@pytest.mark.parametrize("other", ["rain", " RAIN "])
def test_a_sound_cannot_be_wanted_and_unwanted(tiny: Separator, other: str) -> None:
    with pytest.raises(OptionError, match="cannot be both asked for and kept out"):
        tiny.separate(noise(1, 100), "rain", exclude=[other], sample_rate=RATE)


def test_what_is_excluded_must_be_said_in_words(tiny: Separator) -> None:
    with pytest.raises(QueryError, match="query is empty"):
        tiny.separate(noise(1, 100), "rain", exclude=[" "], sample_rate=RATE)
    with pytest.raises(OptionError, match="as a list"):
        tiny.separate(noise(1, 100), "rain", exclude="dog", sample_rate=RATE)
    with pytest.raises(OptionError, match="no query"):
        tiny.remove(noise(1, 100), [], sample_rate=RATE)


def test_warnings_of_what_is_excluded_are_passed_on() -> None:
    separator = Separator(Tones(), "tones")
    mixture = tones(1.0, low=[(0, 1)])
    result = separator.separate(mixture, "low", exclude=["middle"], sample_rate=RATE)
    assert result.warnings == ("middle is a tone",)
    assert separator.remove(mixture, ["middle"], sample_rate=RATE).warnings == ("middle is a tone",)


def test_a_removal_is_saved(tmp_path: Path) -> None:
    mixture = tones(1.0, low=[(0, 1)])
    result = Separator(Tones(), "tones").remove(mixture, ["low", "high"], sample_rate=RATE)
    rest, removed = result.save(tmp_path / "out")
    assert rest.name == "without-low-and-high.wav"
    assert removed.name == "without-low-and-high.removed.wav"
    assert np.allclose(read_audio(rest)[0] + read_audio(removed)[0], mixture, atol=1e-6)
    assert result.save(tmp_path / "out", name="other")[0].name == "other.wav"


def test_one_query_may_be_a_plain_string_for_files_too(
    tiny: Separator, write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    result = soundlasso.remove_from_file(tiny, str(write_wav()), "dog", folder=tmp_path / "out")
    assert [query.query for query in result.queries] == ["dog"]
    assert result.rest.name == "without-dog.wav"


def test_a_file_is_not_replaced_by_what_is_left_of_it(
    tiny: Separator, write_wav: Callable[..., Path]
) -> None:
    path = write_wav("without-dog.wav")
    before = path.read_bytes()
    with pytest.raises(OptionError, match="replaced by a result"):
        soundlasso.remove_from_file(tiny, path, ["dog"], folder=path.parent)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("core", "context", "step"), [(1600, 800, 320), (1600, 640, 0)])
def test_steps_that_do_not_fit_are_refused(core: int, context: int, step: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Stretch(core, context, 0, step)
