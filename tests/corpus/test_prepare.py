"""Recordings are made fit, or refused with a reason."""

import io

import numpy as np
import pytest
import soundfile

from soundlasso.corpus.prepare import SAMPLE_RATE, prepare
from soundlasso.errors import CorpusError


def encoded(samples: np.ndarray, rate: int = 44_100, subtype: str = "FLOAT") -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV", subtype=subtype)
    return out.getvalue()


def tone(seconds: float, rate: int = 44_100, hertz: float = 440.0) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def test_silence_at_both_ends_is_trimmed() -> None:
    silence = np.zeros(44_100)
    prepared = prepare(encoded(np.concatenate([silence, tone(1.5), silence])))
    assert prepared.seconds == pytest.approx(1.5, abs=0.03)
    assert prepared.rate == 44_100


def test_the_rate_and_peak_are_set() -> None:
    prepared = prepare(encoded(tone(1.0, 11_025) * 0.01, 11_025))
    assert np.abs(prepared.samples).max() == pytest.approx(0.9 * 32767, abs=1)
    spectrum = np.abs(np.fft.rfft(prepared.samples[:SAMPLE_RATE]))
    assert spectrum.argmax() * SAMPLE_RATE / len(prepared.samples[:SAMPLE_RATE]) == pytest.approx(
        440, abs=2
    )


def test_offset_and_rumble_are_removed() -> None:
    prepared = prepare(encoded(tone(2.0) + 0.4 + tone(2.0, hertz=8.0)))
    spectrum = np.abs(np.fft.rfft(prepared.samples / 32768 * np.hanning(len(prepared.samples))))
    hertz = np.fft.rfftfreq(len(prepared.samples), 1 / SAMPLE_RATE)
    assert spectrum[hertz < 12].max() < 0.02 * spectrum.max()


def test_long_recordings_are_cut() -> None:
    assert prepare(encoded(tone(100.0, 8000), 8000)).seconds == pytest.approx(60.0, abs=0.1)


def test_channels_are_averaged_unless_they_cancel() -> None:
    both = np.stack([tone(1.0), tone(1.0)], axis=1)
    assert prepare(encoded(both)).seconds == pytest.approx(1.0, abs=0.02)
    opposite = np.stack([tone(1.0), -tone(1.0)], axis=1)
    assert np.square(prepare(encoded(opposite)).samples / 32768.0).mean() > 0.1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"text", "cannot be decoded"),
        (encoded(np.zeros(44_100)), "silent"),
        (encoded(tone(1.0) * 1e-4), "silent"),
        (encoded(tone(0.02)), "too short"),
        (encoded(np.full(4410, np.nan)), "not numbers"),
    ],
)
def test_what_is_not_fit(content: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        prepare(content)


def test_the_same_file_gives_the_same_samples() -> None:
    content = encoded(tone(1.0) + 0.01 * np.random.default_rng(0).standard_normal(44_100))
    assert np.array_equal(prepare(content).samples, prepare(content).samples)


def test_clipping_is_noticed() -> None:
    whole = prepare(encoded(tone(1.0)))
    cut = prepare(encoded(np.clip(tone(1.0), -0.2, 0.2)))
    assert whole.clipped < 0.02
    # A sine above 2/3 of its peak is there for 54 % of the time.
    assert cut.clipped == pytest.approx(0.54, abs=0.02)


@pytest.mark.parametrize("edge", [3000.0, 8000.0])
def test_band_limits_are_found(edge: float) -> None:
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft(rng.standard_normal(88_200))
    spectrum[np.fft.rfftfreq(88_200, 1 / 44_100) > edge] = 0
    limited = 0.1 * np.fft.irfft(spectrum)
    assert prepare(encoded(limited)).bandwidth == pytest.approx(edge, abs=150)


def test_noise_has_the_whole_band() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(44_100)
    assert prepare(encoded(noise)).bandwidth > 15_000
