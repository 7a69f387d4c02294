"""The thesis's examples: filtered, unfiltered, or one after the other."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from soundlasso.mixing.thesis import ThesisMixingConfig, ThesisSampler
from soundlasso.models.resunetpp import ResUNetPlusPlusConfig
from soundlasso.query.encoder import TokenStates
from soundlasso.training.thesis_task import (
    ThesisBatch,
    ThesisExamples,
    ThesisTask,
    ThesisTaskConfig,
)
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


class Words:
    """An encoder that knows nothing."""

    size, max_tokens = 8, 16

    def encode(self, queries: list[str]) -> TokenStates:
        mask = torch.ones(len(queries), 2, dtype=torch.bool)
        return TokenStates(torch.ones(len(queries), 2, self.size), mask, (False,) * len(queries))


MODEL = ResUNetPlusPlusConfig(
    sample_rate=8000,
    seconds=1.0,
    filters=(4, 4, 8, 8, 12),
    output_filters=4,
    token_size=8,
    heads=2,
)
SOUND = torch.randn(1, 8000, generator=torch.Generator().manual_seed(0)) * 0.1
BATCH = ThesisBatch(SOUND, SOUND / 2, ("rain",))


@pytest.mark.parametrize("weight", [0.0, 0.1, 1.0])
def test_the_two_losses_are_added(weight: float) -> None:
    config = ThesisTaskConfig(model=MODEL, mixing=MIXING, log_weight=weight)
    task = ThesisTask(config, Words(), bank(), bank(), seed=1)
    loss, numbers = task.loss(task.build_model(), BATCH)
    assert numbers["log_magnitude"] > 0.1
    assert loss.item() == pytest.approx(
        numbers["spectral_convergence"] + weight * numbers["log_magnitude"]
    )


def test_validation_takes_the_phase_from_where_the_config_says() -> None:
    separated = []
    network = None
    for config in (MODEL, replace(MODEL, reconstruction="griffin_lim")):
        task = ThesisTask(
            ThesisTaskConfig(model=config, mixing=MIXING), Words(), bank(), bank(), seed=1
        )
        network = network or task.build_model()
        separated.append(task.separate(network, BATCH))
    stft = MODEL.stft
    phase, estimated = (stft.forward(waveform).abs() for waveform in separated)
    assert separated[0].shape == separated[1].shape == SOUND.shape
    assert (separated[0] - separated[1]).norm() > 0.5 * separated[0].norm()
    assert (phase - estimated).norm() < 0.5 * phase.norm()
