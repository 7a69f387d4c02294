"""The Python interface: what goes in, what comes out, what is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import soundlasso
from soundlasso import Separator
from soundlasso.audio import read_audio
from soundlasso.engine.names import distinct, slug
from soundlasso.errors import AudioError, OptionError, QueryError, SoundLassoError
from tests.conftest import noise


@pytest.fixture(scope="module")
def separator(tiny_card: Path) -> Separator:
    return soundlasso.load(tiny_card)


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100, 48_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_rate_channels_and_length_are_the_inputs_own(
    separator: Separator, rate: int, channels: int
) -> None:
    mixture = noise(channels, rate // 3 + 1)
    result = separator.separate(mixture, "a dog barking", sample_rate=rate)
    assert result.target.shape == result.residual.shape == mixture.shape
    assert result.sample_rate == rate
    assert result.target.dtype == np.float32
    assert np.abs(result.target + result.residual - mixture).max() < 1e-6


@pytest.mark.parametrize("frames", [1, 2, 5, 639, 640, 641, 2048])
def test_however_short(separator: Separator, frames: int) -> None:
    mixture = noise(1, frames)
    result = separator.separate(mixture, "rain", sample_rate=32_000)
    assert result.target.shape == (1, frames)
    assert np.isfinite(result.target).all()


def test_arrays_tensors_and_files_give_the_same(
    separator: Separator, write_wav: Callable[..., Path]
) -> None:
    path = write_wav(channels=2)
    samples, rate = read_audio(path)
    of_file = separator.separate(path, "rain").target
    of_array = separator.separate(samples, "rain", sample_rate=rate).target
    of_tensor = separator.separate(torch.from_numpy(samples), "rain", sample_rate=rate).target
    of_integers = separator.separate(
        (samples * 32768).astype(np.int16), "rain", sample_rate=rate
    ).target
    assert np.array_equal(of_file, of_array)
    assert np.array_equal(of_file, of_tensor)
    assert np.allclose(of_file, of_integers, atol=1e-6)


def test_one_dimension_is_one_channel(separator: Separator) -> None:
    result = separator.separate(noise(1, 800)[0].astype(np.float64), "rain", sample_rate=8000)
    assert result.target.shape == (1, 800)


def test_the_callers_samples_stay_as_they_are(separator: Separator) -> None:
    mixture = noise(2, 8000)
    before = mixture.copy()
    separator.separate(mixture, "rain", sample_rate=8000)
    assert np.array_equal(mixture, before)


def test_several_queries_are_those_asked_alone(separator: Separator) -> None:
    mixture = noise(1, 16_000)
    together = separator.separate_all(mixture, ["rain", "a dog"], sample_rate=16_000)
    for result in together:
        alone = separator.separate(mixture, result.query, sample_rate=16_000)
        assert np.allclose(alone.target, result.target, atol=1e-6)
    assert np.abs(together[0].target - together[1].target).max() > 1e-3


def test_opposite_phase_does_not_vanish(separator: Separator) -> None:
    one = noise(1, 16_000)
    mono = separator.separate(one, "rain", sample_rate=16_000).target
    stereo = separator.separate(np.concatenate([one, -one]), "rain", sample_rate=16_000).target
    assert np.abs(mono).max() > 1e-3
    assert np.allclose(stereo[0], mono[0], atol=1e-6)
    assert np.allclose(stereo[1], -mono[0], atol=1e-6)


def test_above_the_models_range_the_top_band_holds(separator: Separator) -> None:
    rate = 96_000
    time = np.arange(rate) / rate
    tones = [np.sin(2 * np.pi * f * time) for f in (15_400.0, 30_000.0)]
    mixture = (0.1 * np.stack(tones).sum(0))[None].astype(np.float32)
    result = separator.separate(mixture, "rain", sample_rate=rate)
    levels = np.abs(np.fft.rfft(result.target[0, 9600:86_400]))
    step = rate / 76_800
    inside, above = levels[round(15_400 / step)], levels[round(30_000 / step)]
    assert above == pytest.approx(inside, rel=0.05)


def test_silence_gives_silence(separator: Separator) -> None:
    result = separator.separate(np.zeros((2, 8000), np.float32), "rain", sample_rate=8000)
    assert not result.target.any()
    assert not result.residual.any()


@pytest.mark.parametrize("query", ["un chien qui aboie", "犬", "808", "DOG!!!", "a" * 10_000])
def test_queries_of_any_kind(separator: Separator, query: str) -> None:
    result = separator.separate(noise(1, 4000), query, sample_rate=8000)
    assert np.isfinite(result.target).all()
    notes = [note for note in result.warnings if "was not understood" in note]
    assert list(result.warnings) == notes
    assert len(notes) == (query not in {"808", "DOG!!!"})
    assert all(len(note) < 200 for note in notes)


def test_a_query_of_many_words_is_cut_with_a_warning(separator: Separator) -> None:
    result = separator.separate(noise(1, 4000), "dog " * 2500, sample_rate=8000)
    assert result.warnings == ("the query is too long; only its first 128 tokens were read",)


@pytest.mark.parametrize("query", ["", "  \n"])
def test_empty_queries_are_refused(separator: Separator, query: str) -> None:
    with pytest.raises(QueryError, match="query is empty"):
        separator.separate(noise(1, 100), query, sample_rate=8000)


@pytest.mark.parametrize("query", [None, ["a", "b"], 3])
def test_queries_that_are_no_text_are_refused(separator: Separator, query: object) -> None:
    with pytest.raises(QueryError, match="must be a text"):
        separator.separate(noise(1, 100), query, sample_rate=8000)  # type: ignore[arg-type]


def test_no_query_at_all_is_refused(separator: Separator) -> None:
    with pytest.raises(OptionError, match="no query"):
        separator.separate_all(noise(1, 100), [], sample_rate=8000)


def test_one_string_is_not_many_queries(separator: Separator) -> None:
    with pytest.raises(OptionError, match="as a list"):
        separator.separate_all(noise(1, 100), "dog", sample_rate=8000)


def test_a_damaged_file_is_told_of(separator: Separator, write_wav: Callable[..., Path]) -> None:
    path = write_wav()
    path.write_bytes(path.read_bytes()[:10_000])
    (warning,) = separator.separate(path, "rain").warnings
    assert "cut off" in warning


def test_bfloat16_is_understood(separator: Separator) -> None:
    mixture = torch.from_numpy(noise(1, 800)).bfloat16()
    assert separator.separate(mixture, "rain", sample_rate=8000).target.shape == (1, 800)


def test_a_recording_is_not_replaced_by_its_own_result(
    separator: Separator, write_wav: Callable[..., Path]
) -> None:
    path = write_wav("dog.wav")
    before = path.read_bytes()
    with pytest.raises(OptionError, match="replaced by a result"):
        soundlasso.separate_file(separator, path, ["dog"], folder=path.parent)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.zeros((1, 10)), None, "give the sample_rate"),
        (np.zeros((1, 10)), 10, "is not one of sound"),
        (np.zeros((1, 10)), "44100", "a whole number of Hz"),
        (np.zeros((1, 10)), 44100.5, "a whole number of Hz"),
        (np.zeros((1, 1, 10)), 8000, "must be T or C x T"),
        (np.zeros((8000, 2)), 8000, "look like T x C"),
        (np.zeros((1, 0)), 8000, "must be T or C x T"),
        (np.zeros((1, 10), np.complex64), 8000, "floating point or signed integers"),
        (np.zeros((1, 10), np.uint8), 8000, "floating point or signed integers"),
        (np.array([0.0, np.nan]), 8000, "sample 1 of channel 1"),
        ("some.wav", 8000, "a file knows its own"),
    ],
)
def test_what_cannot_be_separated(
    separator: Separator, samples: object, rate: int | None, message: str
) -> None:
    with pytest.raises(SoundLassoError, match=message):
        separator.separate(samples, "rain", sample_rate=rate)  # type: ignore[arg-type]


def test_a_rate_may_come_from_another_library(separator: Separator) -> None:
    for rate in (np.int64(8000), 8000.0):
        result = separator.separate(noise(1, 800), "rain", sample_rate=rate)  # type: ignore[arg-type]
        assert result.sample_rate == 8000


def test_save_writes_both(separator: Separator, tmp_path: Path) -> None:
    mixture = noise(2, 8000)
    result = separator.separate(mixture, "A dog, barking!", sample_rate=8000)
    target, residual = result.save(tmp_path / "out")
    assert (target.name, residual.name) == ("a-dog-barking.wav", "a-dog-barking.residual.wav")
    total = read_audio(target)[0] + read_audio(residual)[0]
    assert np.abs(total - mixture).max() < 1e-6
    other, _ = result.save(tmp_path / "out", name="other")
    assert other.name == "other.wav"
    with pytest.raises(AudioError, match="is a file, not a folder"):
        result.save(target)
    with pytest.raises(OptionError, match="form must be an OutputFormat"):
        result.save(tmp_path, form="flac")  # type: ignore[arg-type]
    (tmp_path / "out" / "third.residual.wav").mkdir()
    with pytest.raises(AudioError, match="cannot be written"):
        result.save(tmp_path / "out", name="third")
    assert not (tmp_path / "out" / "third.wav").exists()


def test_saving_says_when_it_clips(separator: Separator, tmp_path: Path) -> None:
    result = separator.separate(noise(1, 8000, level=3.0), "rain", sample_rate=8000)
    with pytest.warns(UserWarning, match="beyond full scale and clipped"):
        result.save(tmp_path, form=soundlasso.OutputFormat("wav", 16))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("A dog barking", "a-dog-barking"),
        ("../../etc/passwd", "etc-passwd"),
        ("  rain & wind ", "rain-wind"),
        ("Café – piano", "café-piano"),
        ("犬が吠える", "犬が吠える"),
        ("con\x00trol\n", "con-trol"),
        ("कुत्ते का भौंकना", "कुत्ते-का-भौंकना"),
        ("CON", "query-con"),
    ],
)
def test_slugs(query: str, expected: str) -> None:
    assert slug(query) == expected


def test_slugs_always_name_a_file(tmp_path: Path) -> None:
    for query in ("🐶", "!!!", "犬" * 500, "x" * 10_000, "..", "e\u0301" * 300):
        name = slug(query)
        assert name
        assert "/" not in name
        (tmp_path / f"{name}.residual.wav.part").touch()


def test_long_names_are_told_apart_by_their_ends() -> None:
    long = "a dog barking in the distance while rain falls on a tin roof and the wind "
    for ends in (("howls", "whistles"), ("犬" * 70, "犬" * 71)):
        names = [slug(long + end) for end in ends]
        assert len(set(names)) == 2
        assert all(len(name) <= 60 and re.search("-[0-9a-f]{6}$", name) for name in names)
    assert slug("A" * 100) == slug("a" * 100)
    assert slug("a" * 60) == "a" * 60


def test_names_are_told_apart() -> None:
    assert distinct(["a", "b", "a", "A", "a-2"]) == ["a", "b", "a-2", "A-3", "a-2-2"]


def test_misspelt_words_are_mended_and_that_is_said(separator: Separator, tiny_card: Path) -> None:
    mixture = noise(1, 8000)
    literal = soundlasso.load(tiny_card, literal=True)
    right, slip, as_typed = (
        one.separate(mixture, query, sample_rate=8000)
        for one, query in (
            (separator, "a dog barking"),
            (separator, "a dgo barkign"),
            (literal, "a dgo barkign"),
        )
    )
    np.testing.assert_array_equal(slip.target, right.target)
    assert slip.query == "a dgo barkign"
    assert slip.warnings == ("'dgo' was read as 'dog'", "'barkign' was read as 'barking'")
    assert np.abs(as_typed.target - right.target).max() > 1e-6
    assert as_typed.warnings == right.warnings == ()
    removed = separator.remove(mixture, "a dgo barkign", sample_rate=8000)
    assert removed.warnings == slip.warnings
    kept = separator.separate(mixture, "rain", exclude=["dgo"], sample_rate=8000)
    assert kept.warnings == ("'dgo' was read as 'dog'",)
