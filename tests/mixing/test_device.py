"""Mixtures that are planned here and made on a device are those that plans say."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from soundlasso.corpus.labels import conflict
from soundlasso.mixing import ambience
from soundlasso.mixing.augment import NO_AUGMENTATION, AugmentConfig
from soundlasso.mixing.device import DeviceMixer
from soundlasso.mixing.online import AMBIENCE, MixingConfig, MixtureSampler
from soundlasso.mixing.plan import MixturePlan, MixturePlanner, batch_plans
from tests.mixing.making import LABELS, bank

CPU = torch.device("cpu")
PLAIN = MixingConfig(
    seconds=1.5, snr=(-3.0, 3.0), third_source_probability=0.3, augment=NO_AUGMENTATION
)


def planner(config: MixingConfig = PLAIN, seed: int = 0) -> MixturePlanner:
    return MixturePlanner(MixtureSampler(bank(), config, seed=seed))


def planned(count: int, made: MixturePlanner) -> list[MixturePlan]:
    return [made[index] for index in range(count)]


def render(plans: list[MixturePlan], config: MixingConfig = PLAIN) -> torch.Tensor:
    torch.manual_seed(0)
    return DeviceMixer(bank(), config, CPU).render(batch_plans(plans))


def decibels(sound: torch.Tensor) -> torch.Tensor:
    return 10 * sound.double().square().mean(-1).log10()


def test_seed_and_index_determine_a_plan() -> None:
    first, again, other = planner(), planner(), planner(seed=1)
    for index in (0, 5, 99_999):
        one, same = first[index], again[index]
        assert one.labels == same.labels
        for source, twin in zip(one.sources, same.sources, strict=True):
            assert np.array_equal(source.start, twin.start)
            assert np.array_equal(source.offset, twin.offset)
    assert any(
        not np.array_equal(first[i].sources[0].start, other[i].sources[0].start) for i in range(5)
    )


def test_plans_are_mixtures_that_may_be() -> None:
    plans = planned(200, planner(replace(PLAIN, third_source_probability=0.5)))
    counts = {2: 0, 3: 0}
    for plan in plans:
        counts[len(plan.sources)] += 1
        for place, label in enumerate(plan.labels):
            assert not any(conflict(label, other) for other in plan.labels[place + 1 :])
        for source in plan.sources:
            ends = source.offset + source.length
            assert (source.offset >= 0).all()
            assert ends.max() <= 48_000
            # Parts follow each other.
            assert (source.offset[1:] >= ends[:-1]).all()
    assert min(counts.values()) > 50


def test_what_lies_where_the_plan_says_is_the_recording() -> None:
    sounds = bank()
    plans = planned(20, planner())
    made = render(plans)
    assert made.shape == (20, 3, 48_000)
    for plan, sources in zip(plans, made.numpy(), strict=True):
        for source, sound in zip(plan.sources[:2], sources[:2], strict=True):
            out = np.zeros(48_000, np.float32)
            for start, offset, length, gain in zip(
                source.start, source.offset, source.length, source.gain, strict=True
            ):
                out[offset : offset + length] = sounds.samples[start : start + length] * gain
            scale = float((out * sound).sum() / np.square(out).sum())
            np.testing.assert_allclose(sound, out * scale, atol=2e-4 * np.abs(sound).max())


def test_levels_and_ratios() -> None:
    plans = planned(100, planner(replace(PLAIN, third_source_probability=1.0)))
    made = render(plans)
    assert made.sum(1).abs().max() <= 0.951
    ratio = decibels(made[:, 0]) - decibels(made[:, 1])
    assert -3.1 < ratio.min() < -2.0
    assert 2.0 < ratio.max() < 3.1
    # A third is 6 dB quieter than a second would be.
    third = decibels(made[:, 0]) - decibels(made[:, 2])
    assert third.min() > 2.9
    assert third.max() < 9.1
    levels = decibels(made[:, 0])
    assert levels.max() < -14.9
    assert levels.min() > -38.0


def test_speed_changes_pitch() -> None:
    config = replace(PLAIN, augment=replace(NO_AUGMENTATION, speed_probability=1.0))
    faster = replace(config, augment=replace(config.augment, speed_octaves=0.4))
    plans = planned(40, planner(faster))
    made = render(plans, faster)
    steps = [plan.sources[0].step for plan in plans]
    assert min(steps) < 0.85
    assert max(steps) > 1.15
    for plan, sound in zip(plans, made[:, 0].numpy(), strict=True):
        peak = np.fft.rfftfreq(48_000, 1 / 32_000)[np.abs(np.fft.rfft(sound)).argmax()]
        low = 200.0 * 2.0 ** LABELS.index(plan.labels[0]) * plan.sources[0].step
        assert low * 0.95 < peak < low * 1.9


def test_rooms_ring_and_filters_bend() -> None:
    plans = planned(30, planner())
    plain = render(plans)
    for augment in (
        AugmentConfig(0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        AugmentConfig(0.0, 0.0, 1.0, 6.0, 0.0, 0.0),
        AugmentConfig(0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    ):
        changed = render(plans, replace(PLAIN, augment=augment))
        assert changed.shape == plain.shape
        assert torch.isfinite(changed).all()
        assert ((changed - plain).abs().amax((1, 2)) > 1e-3).all()
    dull = render(plans, replace(PLAIN, augment=AugmentConfig(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)))
    # A window: sounds that are cut off at a mixture's end have all frequencies there.
    power = torch.fft.rfft(dull.sum(1) * torch.hann_window(48_000)).abs().square()
    assert power[:, 18_000:].sum() < 1e-6 * power.sum()


@pytest.fixture
def short_recordings_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ambience, "_SHORTEST_SECONDS", 0.3)


@pytest.mark.usefixtures("short_recordings_last")
def test_ambience_lies_far_below_and_is_not_asked_for() -> None:
    config = replace(
        PLAIN, third_source_probability=0.0, ambience_probability=1.0, ambience_snr=(12.0, 20.0)
    )
    plans = planned(60, planner(config))
    assert {kind for plan in plans for kind in plan.behind} >= {"rain", "radio static"}
    assert all(plan.labels[-1] == AMBIENCE for plan in plans)
    made = render(plans, config)
    ratio = decibels(made[:, :2].sum(1)) - decibels(made[:, 2])
    assert 11.9 < ratio.min() < 13.5
    assert 18.5 < ratio.max() < 20.1
    again = render(plans, config)
    assert torch.equal(made, again)


def test_nothing_is_made_of_what_is_not_planned() -> None:
    made = render([planner(replace(PLAIN, third_source_probability=0.0))[0]])
    assert not made[:, 2].any()
