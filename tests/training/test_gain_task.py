"""GainNet's loss, computed in bands, is the loss of what would be heard."""

import pickle
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from soundlasso.corpus.labels import conflict
from soundlasso.errors import RecipeError
from soundlasso.metrics import si_sdr
from soundlasso.mixing.online import MixingConfig
from soundlasso.mixing.opening import ShardSet
from soundlasso.mixing.queries import QueryConfig
from soundlasso.query.encoder import TokenStates
from soundlasso.query.registry import load_encoder
from soundlasso.training.checkpoint import Checkpoint, load_checkpoint
from soundlasso.training.distributed import World
from soundlasso.training.gain_batch import PlannedBatch
from soundlasso.training.gain_config import GainTaskConfig, LiveTaskConfig
from soundlasso.training.gain_task import (
    GainTask,
    answer_energies,
    presence_losses,
    si_sdr_improvement,
)
from soundlasso.training.loop import LoopConfig, train
from soundlasso.training.validation import ValidationExamples
from tests.conftest import TINY_GAINNET, TINY_LIVENET
from tests.mixing.making import LABELS, bank


class Words:
    """Every query is a random point, the same each time; quick, and good enough to learn."""

    name, size, max_tokens = "words", 384, 16

    def encode(self, queries: list[str]) -> TokenStates:
        states = []
        for query in queries:
            label = next((x for x in LABELS if x.split()[0] in query.lower()), query)
            rng = np.random.default_rng(sum(map(ord, label)))
            states.append(torch.from_numpy(rng.standard_normal((4, 384)).astype(np.float32)))
        mask = torch.ones(len(queries), 4, dtype=torch.bool)
        return TokenStates(torch.stack(states), mask, (False,) * len(queries))


def task(family: str = "gainnet", **values: object) -> GainTask:
    common = {
        "batch_size": 4,
        "validation_mixtures": 8,
        "mixing": MixingConfig(seconds=1.0),
        **values,
    }
    config = (
        GainTaskConfig(model=TINY_GAINNET, **common)  # type: ignore[arg-type]
        if family == "gainnet"
        else LiveTaskConfig(model=TINY_LIVENET, **common)  # type: ignore[arg-type]
    )
    return GainTask(config, Words(), bank(0), bank(1, "valid"), seed=1)


def test_energies_in_bands_are_those_of_the_spectrograms() -> None:
    made = task(absent_share=0.0)
    examples = [made.examples()[index] for index in range(4)]
    batch = made.collate(examples)
    gains = torch.rand(len(batch.index), TINY_GAINNET.bands, batch.energies.shape[-1])
    own, error = answer_energies(batch, gains)
    stft = TINY_GAINNET.stft(32_000)
    weights = TINY_GAINNET.layout.weights(stft.frequencies(32_000))
    for query, place in enumerate(batch.index.tolist()):
        example = examples[place]
        spectrum = stft.forward(example.sources.sum(0))
        source = stft.forward(example.sources[query % 2])
        estimate = spectrum * (weights.T @ gains[query])
        assert own[query].item() == pytest.approx(float(estimate.abs().square().sum()), rel=1e-3)
        true = float((estimate - source).abs().square().sum())
        assert error[query].item() == pytest.approx(true, rel=1e-3)


def test_the_validations_improvement_is_that_of_the_waveforms() -> None:
    made = task(absent_share=0.0)
    examples = [made.examples()[index] for index in range(4)]
    batch = made.collate(examples)
    frames = batch.energies.shape[-1]
    # Smooth gains, as a network's are: rough ones smear when frames overlap.
    gains = torch.rand(len(batch.index), 8, 6)
    gains = torch.nn.functional.interpolate(
        gains[:, None], (TINY_GAINNET.bands, frames), mode="bilinear"
    )[:, 0]
    found = si_sdr_improvement(batch, gains)
    stft = TINY_GAINNET.stft(32_000)
    weights = TINY_GAINNET.layout.weights(stft.frequencies(32_000))
    for query, place in enumerate(batch.index.tolist()):
        sources = examples[place].sources
        mixture, target = sources.sum(0), sources[query % 2].numpy()
        spectrum = stft.forward(mixture) * (weights.T @ gains[query])
        estimate = stft.inverse(spectrum, mixture.shape[-1]).numpy()
        true = si_sdr(target, estimate) - si_sdr(target, mixture.numpy())
        assert found[query].item() == pytest.approx(true, abs=0.7)


def test_presence_is_right() -> None:
    made = task(absent_share=1.0)
    examples = [made.examples()[index] for index in range(4)]
    batch = made.collate(examples)
    assert batch.present.shape == (4, 12)
    for place, example in enumerate(examples):
        own = batch.present[place][batch.index == place]
        assert own.tolist() == [1.0, 1.0, 0.0]
        assert len(example.queries) == 3
    assert batch.target[2].item() == 0.0
    assert not batch.aligned[2].any()


def test_sounds_may_be_asked_for_by_several_queries() -> None:
    made = task(absent_share=1.0, wordings=3)
    examples = [made.examples()[index] for index in range(4)]
    batch = made.collate(examples)
    for place, example in enumerate(examples):
        assert example.which == (0, 1, -1, 0, 1, 0, 1)
        assert batch.present[place][batch.index == place].tolist() == [1, 1, 0, 1, 1, 1, 1]
        assert len(set(example.queries)) > 3
        targets = batch.target[batch.index == place]
        for source in (0, 1):
            same = targets[[which == source for which in example.which]]
            assert same.tolist() == [same[0].item()] * 3
        assert targets[2] == 0.0
    # What is drawn first is what would be drawn without more of them.
    once = task(absent_share=1.0).examples()[0]
    assert once.query_labels == examples[0].query_labels[:3]
    assert once.queries == examples[0].queries[:3]


def test_sounds_may_be_asked_for_by_what_they_are_one_of(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = {"violin": "music", "rain": "car engine"}
    monkeypatch.setattr("soundlasso.training.gain_examples.wider_label", wide.get)
    always = QueryConfig(sentence_probability=0.0, label_probability=1.0, typo_probability=0.0)
    always = replace(always, wider_probability=1.0)
    made = task(absent_share=1.0, queries=always)
    examples = [made.examples()[index] for index in range(60)]
    kept = set()
    for example in examples:
        for label, asked in zip(example.labels[:2], example.query_labels[:2], strict=True):
            # Another sound that it might mean is there.
            ambiguous = any(
                conflict(wide.get(label, ""), other) for other in example.labels if other != label
            )
            kept.add((label, ambiguous))
            assert asked == (label if ambiguous else wide.get(label, label))
        assert example.queries[:2] == example.query_labels[:2]
    assert {("violin", False), ("rain", False), ("rain", True)} <= kept
    # Whether it is there takes no part in the loss: the wide label itself is not.
    row = next(x for x in examples if x.query_labels[0] == "music")
    assert made.collate([row]).present[0].tolist()[0] == -1.0


@pytest.mark.parametrize("family", ["gainnet", "livenet"])
def test_a_few_examples_can_be_learned_by_heart(family: str) -> None:
    made = task(family, absent_share=0.5, query_noise=0.0)
    torch.manual_seed(0)
    model = made.build_model()
    batch = made.collate([made.examples()[index] for index in range(4)])
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    numbers = []
    for _ in range(120):
        loss, values = made.loss(model, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        numbers.append(values)
    assert numbers[-1]["snr"] > numbers[0]["snr"] + 6
    assert numbers[-1]["leak"] < -10
    assert numbers[-1]["presence"] < numbers[0]["presence"] / 2


@pytest.mark.parametrize("family", ["gainnet", "livenet"])
def test_what_is_made_on_the_device_can_be_learned(family: str) -> None:
    made = task(family, absent_share=0.5, query_noise=0.0, on_device=True)
    torch.manual_seed(0)
    model = made.build_model()
    batch = made.collate([made.examples()[index] for index in range(4)])
    assert isinstance(batch, PlannedBatch)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    numbers = []
    for _ in range(100):
        # The same sounds, at other levels, in other rooms, each time.
        loss, values = made.loss(model, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        numbers.append(values)
    # Levels, and with them decibels, differ from step to step.
    first, last = (
        {name: np.mean([float(one[name]) for one in part]) for name in ("snr", "presence")}
        for part in (numbers[:5], numbers[-5:])
    )
    assert last["snr"] > first["snr"] + 6
    assert last["presence"] < first["presence"] / 2
    assert made.validate(model).values.keys() >= {"si_sdri_label"}


def test_what_is_made_on_the_device_is_made_again_when_a_run_is_resumed(tmp_path: Path) -> None:
    config = LoopConfig(steps=4, warmup=1, workers=0, log_every=1, save_every=2, validate_every=4)
    world = World(0, 1, torch.device("cpu"))
    mixing = MixingConfig(seconds=1.0, ambience_probability=0.5)

    def run(folder: Path, until: int) -> Checkpoint:
        made = task(on_device=True, mixing=mixing)
        calls, loss = iter(range(until)), made.loss

        def stopping(*arguments: Any) -> Any:
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return loss(*arguments)

        made.loss = stopping  # type: ignore[method-assign, assignment]
        with suppress(KeyboardInterrupt):
            train(made, config, folder, world)
        return load_checkpoint(folder / "checkpoint.pt")

    whole = run(tmp_path / "whole", 4)
    assert run(tmp_path / "parts", 3).step == 2
    parts = run(tmp_path / "parts", 4)
    assert parts.step == whole.step == 4
    for name, value in whole.model.items():
        assert torch.equal(value, parts.model[name])


def test_workers_that_are_not_forked_can_be_sent_all_of_it() -> None:
    config = task().config
    made = GainTask(config, load_encoder("minilm-4bit"), bank(0), bank(1, "valid"), seed=1)
    examples = ValidationExamples(bank(1, "valid"), config.mixing, None)
    first = examples.example(5, "label")
    again, sent = pickle.loads(pickle.dumps((made, examples)))
    assert torch.equal(again.examples()[3].sources, made.examples()[3].sources)
    assert torch.equal(sent.example(5, "label").sources, first.sources)


def test_shards_are_not_made_on_the_device() -> None:
    config = GainTaskConfig(model=TINY_GAINNET, on_device=True)
    shards = ShardSet(urls=(), key="", labels=None)
    with pytest.raises(RecipeError, match="on_device needs a corpus that fits into memory"):
        GainTask(config, Words(), shards, bank(1, "valid"), seed=1)


def test_validation_judges_right_and_wrong_queries() -> None:
    made = task()
    torch.manual_seed(0)
    score = made.validate(made.build_model())
    assert set(score.values) == {
        "si_sdri_label",
        "si_sdri_sentence",
        "si_sdri_wrong",
        "presence_auc",
    }
    assert score.best_by == pytest.approx(
        (score.values["si_sdri_label"] + score.values["si_sdri_sentence"]) / 2
    )
    assert made.validate(made.build_model()).values.keys() == score.values.keys()


def test_presence_is_lost_when_mixtures_and_queries_are_mistaken() -> None:
    index = torch.tensor([0, 0, 1, 1, 1])
    # The third query of the second mixture is for nothing; the first might be in both.
    present = torch.tensor([[1.0, 1.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 1.0, 1.0, 0.0]])
    right = (present * 20 - 10).requires_grad_()
    loss = presence_losses(right, present, index)
    assert loss.item() < 1e-3
    loss.backward()  # type: ignore[no-untyped-call]
    assert right.grad is not None
    assert right.grad[1, 0].item() == 0.0
    chance = presence_losses(torch.zeros(2, 5), present, index).item()
    wrong = presence_losses(-right.detach(), present, index).item()
    assert 0.5 < chance < 5 < wrong
