"""The thesis's examples: filtered, unfiltered, or one after the other."""

import numpy as np
import pytest

from soundlasso.mixing.thesis import ThesisMixingConfig, ThesisSampler
from soundlasso.training.thesis_task import ThesisExamples, ThesisTaskConfig
from tests.mixing.making import bank

MIXING = ThesisMixingConfig(sample_rate=8000, seconds=1.0, thresholds=(0.6,))
COUNT = 6


def similarities(filtered_epochs: int, epoch: int) -> list[float]:
    config = ThesisTaskConfig(mixtures=COUNT, filtered_epochs=filtered_epochs)
    examples = ThesisExamples(ThesisSampler(bank(), MIXING, seed=1), config)
    return [examples[epoch * COUNT + place][0].similarity for place in range(COUNT)]


@pytest.mark.parametrize(
    ("filtered_epochs", "epoch", "is_filtered"),
    [(-1, 0, True), (-1, 9, True), (0, 0, False), (2, 0, True), (2, 1, True), (2, 2, False)],
)
def test_the_filter_holds_for_as_long_as_it_should(
    filtered_epochs: int, epoch: int, is_filtered: bool
) -> None:
    values = similarities(filtered_epochs, epoch)
    assert (max(values) <= 0.6) == is_filtered


def test_every_epoch_has_the_same_mixtures_in_another_order() -> None:
    first, second = similarities(-1, 0), similarities(-1, 1)
    assert first != second
    assert np.allclose(sorted(first), sorted(second))
