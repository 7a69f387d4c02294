"""Whether a sound is there, and where: the same however the recording is worked on."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import soundlasso
from soundlasso import Separator
from soundlasso.engine.model import Answer, Wish
from soundlasso.engine.presence import PresenceCalibration, stretch_scores
from soundlasso.engine.spans import find_spans
from soundlasso.engine.stream import Part
from soundlasso.engine.timeline import Timeline, TimelineRecorder
from tests.conftest import Samples, noise
from tests.engine.making import CALIBRATION, RATE, Plain, Tones, tones


def separator(core: int = 16_000) -> Separator:
    return Separator(Tones(core), "tones", CALIBRATION)


def test_what_is_there_is_heard_and_what_is_not_is_not() -> None:
    mixture = tones(6.0, low=[(0, 6)], high=[(2, 3)])
    low, middle, high = separator().separate_all(
        mixture, ["low", "middle", "high"], sample_rate=RATE
    )
    assert low.heard
    assert high.heard
    assert middle.heard is False
    assert low.presence is not None
    assert middle.presence is not None
    assert high.presence is not None
    assert 0 <= middle.presence < 0.5 <= high.presence <= 1
    assert middle.spans == ()
    # Silence is the answer, and it is the model's own: at least 20 dB under the mixture.
    assert np.square(middle.target).mean() < 0.01 * np.square(mixture).mean()


def test_spans_are_where_the_sound_is() -> None:
    times = [(1.0, 2.0), (2.5, 3.3), (7.0, 7.2)]
    mixture = tones(9.0, low=[(0, 9)], high=times)
    spans = separator().separate(mixture, "high", sample_rate=RATE).spans
    assert len(spans) == len(times)
    for span, (start, end) in zip(spans, times, strict=True):
        assert span.start == pytest.approx(start, abs=0.07)
        assert span.end == pytest.approx(end, abs=0.07)
        assert span.score is not None
        assert 0.5 <= span.score <= 1


def test_gaps_that_nobody_hears_are_none() -> None:
    mixture = tones(3.0, high=[(1.0, 1.4), (1.5, 2.0)])
    (span,) = separator().separate(mixture, "high", sample_rate=RATE).spans
    assert span.start == pytest.approx(1.0, abs=0.07)
    assert span.end == pytest.approx(2.0, abs=0.07)


def test_the_best_stretch_of_a_long_recording_counts() -> None:
    short = tones(2.0, low=[(0, 2)], high=[(0.5, 1.5)])
    rest = tones(30.0, low=[(0, 30)])
    alone = separator().separate(short, "high", sample_rate=RATE)
    behind = separator().separate(
        np.concatenate([rest, short, rest], axis=1), "high", sample_rate=RATE
    )
    assert alone.presence == pytest.approx(behind.presence, abs=1e-3)
    (one,), (other,) = alone.spans, behind.spans
    assert other.start == pytest.approx(one.start + 30, abs=0.041)
    assert other.end == pytest.approx(one.end + 30, abs=0.041)


@pytest.mark.parametrize("seconds", [5.9, 6.0, 8.2])
def test_in_stretches_it_hears_what_it_hears_on_the_whole(seconds: float) -> None:
    mixture = tones(seconds, low=[(0, 9)], high=[(1.9, 2.1), (3.9, 5.5)])
    queries = ["low", "middle", "high"]
    whole = separator(1_600_000).separate_all(mixture, queries, sample_rate=RATE)
    chunked = separator(8000).separate_all(mixture, queries, sample_rate=RATE)
    for one, other in zip(whole, chunked, strict=True):
        assert one.presence == pytest.approx(other.presence, abs=2e-4)
        assert [(s.start, s.end) for s in one.spans] == [(s.start, s.end) for s in other.spans]


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100])
def test_a_real_network_hears_the_same_in_stretches(
    rate: int, tiny_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibration = PresenceCalibration(
        seconds=1.28, match=1.0, level=0.1, offset=0.0, threshold=0.01
    )
    model = Separator(soundlasso.load(tiny_card).model, "tiny", calibration)
    samples = noise(1, round(rate * 11.3))
    whole = model.separate(samples, "a dog barking", sample_rate=rate)
    monkeypatch.setattr("soundlasso.zoo.gain_separator._CORE_SECONDS", 2.0)
    chunked = model.separate(samples, "a dog barking", sample_rate=rate)
    assert whole.presence == pytest.approx(chunked.presence, abs=2e-4)
    assert len(whole.spans) >= 1
    for one, other in zip(whole.spans, chunked.spans, strict=True):
        assert (one.start, one.end) == (other.start, other.end)
        assert one.score == pytest.approx(other.score, abs=2e-4)


@pytest.mark.parametrize("frames", [1, 100, 161, 1600])
def test_however_short(frames: int) -> None:
    result = separator().separate(tones(1.0, low=[(0, 1)])[:, :frames], "low", sample_rate=RATE)
    assert result.presence is not None
    assert 0 <= result.presence <= 1
    assert all(0 <= span.start < span.end <= frames / RATE for span in result.spans)


def test_nothing_is_heard_in_silence() -> None:
    eager = PresenceCalibration(seconds=1.0, match=1.0, level=0.1, offset=100.0, threshold=0.5)
    silence = np.zeros((2, RATE), np.float32)
    result = Separator(Tones(), "tones", eager).separate(silence, "low", sample_rate=RATE)
    assert (result.presence, result.heard, result.spans) == (0.0, False, ())


@pytest.mark.parametrize(
    "model", [Separator(Plain(), "plain", CALIBRATION), Separator(Tones(), "tones")]
)
def test_models_that_do_not_say_what_they_hear(model: Separator) -> None:
    """Those without matches, and those whose card has no calibration."""
    mixture = tones(4.0, low=[(0, 4)], high=[(1.0, 2.0)])
    result = model.separate(mixture, "high", sample_rate=RATE)
    assert result.presence is None
    assert result.heard is None
    (span,) = result.spans
    assert span.score is None
    assert span.start == pytest.approx(1.0, abs=0.07)


def timeline(power: list[float], matches: list[float] | None = None) -> Timeline:
    """Ten frames a number, at 20 ms each; a mixture that is as loud as a target can be."""
    targets = np.repeat(np.array(power), 10)[None]
    given = None if matches is None else np.repeat(np.array(matches), 10)[None]
    return Timeline(np.ones(targets.shape[1]), targets, given, 0.02, 0.02 * targets.shape[1])


def test_a_quiet_end_belongs_to_a_span_but_makes_none() -> None:
    loud, quiet = 1.0, 10 ** (-20 / 10)
    spans = find_spans(timeline([0, loud, quiet, 0, 0, quiet, 0]), 0, None, 0.0)
    (span,) = spans
    assert span.start == pytest.approx(0.2, abs=0.05)
    assert span.end == pytest.approx(0.6, abs=0.05)


def test_what_is_quiet_far_from_what_is_loud_is_a_span() -> None:
    spans = find_spans(timeline([1.0, *[0] * 40, 0.01, 0]), 0, None, 0.0)
    assert len(spans) == 2


def test_spans_need_a_stretch_in_which_the_sound_is_heard() -> None:
    made = timeline([0, 1, *[0] * 30, 1, 0], [0, 0, *[0] * 30, 9, 0])
    calibration = PresenceCalibration(seconds=1.0, match=1.0, level=0.0, offset=-5.0, threshold=0.5)
    scores = stretch_scores(made, calibration)
    assert scores is not None
    (span,) = find_spans(made, 0, scores[0], 0.5)
    assert span.start == pytest.approx(6.4, abs=0.05)
    assert span.score == pytest.approx(scores.max(), abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(
    frames=st.integers(1, 900),
    cuts=st.lists(st.integers(0, 900), max_size=5),
    step=st.sampled_from([160, 500]),
)
def test_a_timeline_is_the_same_whatever_the_parts(frames: int, cuts: list[int], step: int) -> None:
    mixture, target = noise(2, frames), noise(2, frames, seed=1)
    matches = np.random.default_rng(2).standard_normal((1, -(-frames // step))).astype(np.float32)
    edges = sorted({0, frames, *(cut for cut in cuts if cut < frames)})

    def recorded(edges: list[int]) -> Timeline:
        recorder = TimelineRecorder(RATE, 1, step)
        done = 0
        for start, end in pairwise(edges):
            known = matches.shape[1] if end == frames else end // step
            part = Part(mixture[:, start:end], target[None, :, start:end], matches[:, done:known])
            recorder.add(part)
            done = known
        return recorder.timeline()

    parts, whole = recorded(edges), recorded([0, frames])
    assert parts.seconds == whole.seconds == frames / RATE
    assert parts.targets.shape == (1, -(-frames // 160))
    assert np.allclose(parts.mixture, whole.mixture)
    assert np.allclose(parts.targets, whole.targets)
    assert parts.matches is not None
    assert whole.matches is not None
    assert np.array_equal(parts.matches, whole.matches)
    middle = min(80, 160) + np.arange(parts.targets.shape[1]) * 160
    assert np.array_equal(
        whole.matches[0], matches[0][np.minimum(middle // step, matches.shape[1] - 1)]
    )


@pytest.mark.parametrize("values", [{"seconds": 0.0}, {"threshold": -1.0}])
def test_calibrations_that_cannot_work(values: dict[str, float]) -> None:
    good = {"seconds": 5.0, "match": 1.0, "level": 0.1, "offset": 0.0, "threshold": 0.5}
    with pytest.raises(ValueError, match="must be at least"):
        PresenceCalibration(**{**good, **values})


def test_matches_of_the_wrong_shape_are_found_out() -> None:
    class Wrong(Tones):
        def answer(
            self, mixture: object, sample_rate: int, conditions: list[object], wishes: list[Wish]
        ) -> Answer:
            right = super().answer(mixture, sample_rate, conditions, wishes)  # type: ignore[arg-type]
            assert right.matches is not None
            return Answer(right.targets, right.matches[:, 1:])

    samples: Samples = tones(1.0, low=[(0, 1)])
    with pytest.raises(ValueError, match="matches are"):
        Separator(Wrong(), "wrong").separate(samples, "low", sample_rate=RATE)
