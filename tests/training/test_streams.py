"""Training from shards: what it learns from, what resuming gives, and what it refuses."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from soundlasso.errors import CorpusError
from soundlasso.mixing.online import MixingConfig
from soundlasso.mixing.opening import open_train, open_valid
from soundlasso.mixing.queries import QueryConfig
from soundlasso.mixing.shards import write_shards
from soundlasso.mixing.stream import ReservoirConfig
from soundlasso.training.checkpoint import load_checkpoint
from soundlasso.training.gain_batch import Batch
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.gain_examples import Example, GainStream
from soundlasso.training.gain_task import GainTask
from soundlasso.training.loop import LoopConfig, _batches, train
from tests.cli.conftest import run as run
from tests.conftest import TINY_GAINNET
from tests.mixing.making import LABELS, add_words, bank, write_corpus
from tests.training.test_gain_task import Words
from tests.training.test_loop import ALONE, SMALL, log
from tests.training.test_loop import run as run_alone

FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
LOOP = LoopConfig(
    steps=8, warmup=2, workers=0, log_every=1, save_every=4, validate_every=8
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


@pytest.fixture(scope="module")
def shards(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    assert len(write_shards(corpus, folder, "train", limit=92_160).shards) > 7
    write_shards(corpus, folder, "valid")
    return folder


def make_task(shards: Path, **values: Any) -> GainTask:
    config = GainTaskConfig(
        batch_size=2,
        validation_mixtures=2,
        model=TINY_GAINNET,
        mixing=MixingConfig(seconds=0.6),
        queries=QueryConfig(typo_probability=0.0),
        reservoir=ReservoirConfig(seconds=5.0),
        **values,
    )
    train, valid = open_train(str(shards)), open_valid(str(shards))
    return GainTask(config, Words(), train, valid, seed=1)


def examples(task: GainTask, step: int = 0, number: int = 6) -> list[Example]:
    stream = task.examples()
    assert isinstance(stream, GainStream)
    return list(islice(stream.starting_at(step), number))


def sounds(found: list[Example]) -> set[bytes]:
    return {example.sources.numpy().tobytes() for example in found}


@FORKS
@pytest.mark.parametrize("workers", [0, 2])
def test_losses_are_finite(shards: Path, tmp_path: Path, workers: int) -> None:
    scores = train(make_task(shards), replace(LOOP, workers=workers), tmp_path, ALONE)
    losses = [line["loss"] for line in log(tmp_path) if "loss" in line]
    assert len(losses) == 8
    assert torch.isfinite(torch.tensor([*losses, *scores.values()])).all()
    assert len(set(losses)) == 8


def test_examples_are_of_the_shards(shards: Path) -> None:
    asked = set()
    for example in examples(make_task(shards, absent_share=0.5), number=40):
        assert example.sources.shape[1] == 0.6 * 32_000
        assert example.query_labels[:2] == example.labels[:2]
        assert len(example.queries) == len(example.query_labels)
        assert set(example.kinds) == {*example.labels, *example.query_labels}
        for absent in example.query_labels[2:]:
            assert absent not in example.labels
        asked.add(len(example.queries))
    assert asked == {2, 3}


def test_processes_and_workers_learn_from_different_examples(
    shards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[set[bytes]] = []
    for rank in range(2):
        for worker in range(2):
            for name, value in (
                ("RANK", rank), ("WORLD_SIZE", 2), ("WORKER", worker), ("NUM_WORKERS", 2),
            ):  # fmt: skip
                monkeypatch.setenv(name, str(value))
            here = sounds(examples(make_task(shards)))
            assert here == sounds(examples(make_task(shards)))
            found.append(here)
    assert len(set.union(*found)) == sum(map(len, found)) == 24


@FORKS
def test_the_loop_deals_workers_out_in_turn(shards: Path) -> None:
    def totals(workers: int) -> list[float]:
        config = replace(LOOP, workers=workers)
        batches: Iterator[tuple[int, Batch]] = _batches(make_task(shards), config, ALONE, 3)
        steps, made = zip(*batches, strict=True)
        assert steps == (3, 4, 5, 6, 7)
        return [float(batch.total.sum()) for batch in made]

    both = totals(2)
    assert len(set(both)) == 5
    assert both == totals(2)
    # With others the shards are divided otherwise.
    assert not set(both) & set(totals(1))


class Stopped(Exception):
    pass


def stop_at(task: GainTask, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(step))
    loss = task.loss

    def until(model: nn.Module, batch: Batch) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        if next(calls, None) is None:
            raise Stopped
        return loss(model, batch)

    monkeypatch.setattr(task, "loss", until)


def test_a_resumed_run_goes_on_with_other_examples_always_the_same(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    train(make_task(shards), LOOP, whole, ALONE)
    task = make_task(shards)
    stop_at(task, 6, monkeypatch)
    with pytest.raises(Stopped):
        train(task, LOOP, stopped, ALONE)
    assert load_checkpoint(stopped / "checkpoint.pt").step == 4
    again = shutil.copytree(stopped, tmp_path / "again")
    for folder in (stopped, again):
        train(make_task(shards), LOOP, folder, ALONE)
        assert load_checkpoint(folder / "checkpoint.pt").step == 8
    assert log(stopped) == log(again)
    before, after = (
        [line["loss"] for line in log(folder) if "loss" in line] for folder in (whole, stopped)
    )
    assert before[:4] == after[:4]
    assert not set(before[4:]) & set(after[4:])


def test_streams_of_different_steps_are_different(shards: Path) -> None:
    task = make_task(shards)
    assert sounds(examples(task, 5)) == sounds(examples(task, 5))
    streams = [sounds(examples(task, step)) for step in (0, 4, 5)]
    assert len(set.union(*streams)) == 18


def test_a_finished_run_reads_nothing(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shards"
    for split in ("train", "valid"):
        write_shards(corpus, folder, split)
    task = make_task(folder)
    scores = train(task, replace(LOOP, steps=2), tmp_path / "run", ALONE)
    (folder / "train-000000.tar").unlink()
    assert train(task, replace(LOOP, steps=2), tmp_path / "run", ALONE) == scores


def test_what_a_run_is_known_by(corpus: Path, shards: Path, tmp_path: Path) -> None:
    data = make_task(shards).data
    assert make_task(shutil.copytree(shards, tmp_path / "moved")).data == data
    write_shards(corpus, tmp_path / "other", "train", seed=3)
    write_shards(corpus, tmp_path / "other", "valid")
    assert make_task(tmp_path / "other").data != data
    # The reservoir tells streams apart, and nothing else.
    larger = GainTaskConfig(reservoir=ReservoirConfig(seconds=9.0))
    assert repr(larger) == repr(GainTaskConfig())
    train, valid = open_train(str(shards)), open_valid(str(shards))
    assert GainTask(larger, Words(), train, valid, seed=1).data != data
    of_banks = [
        GainTask(config, Words(), bank(0), bank(1, "valid"), seed=1).data
        for config in (larger, GainTaskConfig())
    ]
    assert of_banks[0] == of_banks[1]


def test_words_and_conflicts_come_with_the_shards(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train", "valid")
    add_words(corpus)
    for split in ("train", "valid"):
        write_shards(corpus, tmp_path / "shards", split)
    task = make_task(tmp_path / "shards", absent_share=0.0)
    found = examples(task, number=60)
    allowed = {form.format(x) for x in LABELS for form in ("{}", "I hear {} here.")}
    for example in found:
        for query in example.queries:
            assert query in allowed or "my " in query
        assert set(example.labels[:2]) != {"violin", "rain"}
    batch = task.collate(found)
    labels = [label for example in found for label in example.query_labels]
    cells = 0
    for place, example in enumerate(found):
        for column, label in enumerate(labels):
            own = {"violin": "rain", "rain": "violin"}.get(label)
            if label not in example.labels and own in example.labels:
                assert batch.present[place, column] == -1
                cells += 1
    assert cells


def test_validation_asks_for_what_is_trained_on(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train", "valid")
    rows = (corpus / "catalogue.csv").read_text().splitlines()
    kept = [row for row in rows if not ("train-" in row and "violin" in row)]
    assert len(kept) < len(rows)
    (corpus / "catalogue.csv").write_text("\n".join(kept) + "\n")
    folder = tmp_path / "shards"
    for split in ("train", "valid"):
        write_shards(corpus, folder, split)
    assert "violin" not in make_task(folder)._validation.labels
    # Where nobody says what that is, for all.
    index = json.loads((folder / "train.json").read_text())
    (folder / "train.json").write_text(json.dumps(index | {"labels": []}))
    assert "violin" in make_task(folder)._validation.labels


def test_a_reservoir_without_absent_labels_is_no_reason_to_stop(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", "train", "valid")
    rows = (corpus / "catalogue.csv").read_text().splitlines()
    kept = [rows[0], *(row for row in rows[1:] if "/rain" in row or "/violin" in row)]
    (corpus / "catalogue.csv").write_text("\n".join(kept) + "\n")
    for split in ("train", "valid"):
        write_shards(corpus, tmp_path / "shards", split)
    found = examples(make_task(tmp_path / "shards", absent_share=1.0))
    assert {len(example.queries) for example in found} == {2}
    # Of a corpus that is there as a whole it is one.
    train, valid = open_valid(str(corpus)), open_valid(str(corpus))
    config = GainTaskConfig(absent_share=1.0)
    with pytest.raises(CorpusError, match="too few labels to ask for absent ones"):
        GainTask(config, Words(), train, valid, seed=1).examples()[0]


# From here on the command line.

Run = Callable[..., Any]
QUICK = [
    "loop.steps=2", "loop.validate_every=2", "loop.snapshot_every=0", "loop.workers=0",
]  # fmt: skip


def arguments(corpus: object, out: Path, *more: str, recipe: str = "default") -> list[str]:
    sets = [word for item in (*SMALL, *QUICK, *more) for word in ("--set", item)]
    return ["train", recipe, "--corpus", str(corpus), "-o", str(out), "-d", "cpu", *sets]


def said(outcome: Any) -> str:
    """The one line that a command that failed has for its user."""
    assert outcome.status == 1
    assert len(outcome.said) == 1
    return str(outcome.said[0])


@pytest.mark.parametrize("prefix", ["", "pipe:cat "])
def test_addresses_with_another_valid_corpus(
    run: Run, corpus: Path, shards: Path, tmp_path: Path, prefix: str
) -> None:
    last = len(list(shards.glob("train-*.tar"))) - 1
    address = f"{prefix}{shards}/train-{{000000..{last:06d}}}.tar"
    outcome = run(*arguments(address, tmp_path / "run"), "--valid-corpus", corpus)
    assert outcome.status == 0, outcome.err
    assert "si_sdri_label: " in outcome.out
    assert load_checkpoint(tmp_path / "run" / "checkpoint.pt").step == 2


def test_what_is_not_there(run: Run, corpus: Path, shards: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert "holds no corpus" in said(run(*arguments(tmp_path, out)))
    address = arguments(f"{shards}/train-{{000000..000003}}.tar", out)
    assert "say where one is with --valid-corpus" in said(run(*address))
    only = tmp_path / "only"
    write_shards(corpus, only, "train")
    message = said(run(*arguments(only, out)))
    assert f"{only}: holds no shards of split 'valid'; write them with: soundlasso" in message
    assert not out.exists()


def test_the_thesis_recipe_does_not_stream(run: Run, shards: Path, tmp_path: Path) -> None:
    for place in (shards, "https://example.org/train-{0..9}.tar"):
        message = said(run("train", "thesis", "--corpus", place, "-o", tmp_path / "run"))
        assert "learns from a fixed number of mixtures" in message
        assert message.endswith("give it a corpus or a pack")


@FORKS
def test_what_goes_wrong_in_a_worker_is_one_line(
    run: Run, corpus: Path, shards: Path, tmp_path: Path
) -> None:
    missing = arguments(f"{tmp_path}/gone-{{0..9}}.tar", tmp_path / "run", "loop.workers=2")
    message = said(run(*missing, "--valid-corpus", corpus))
    assert "cannot be read (No such file or directory)" in message
    one = arguments(f"{shards}/train-000000.tar", tmp_path / "run", "loop.workers=2")
    message = said(run(*one, "--valid-corpus", corpus))
    assert "a worker has no shards: there must be at least as many" in message


def test_two_processes_train_together(shards: Path, tmp_path: Path) -> None:
    overrides = [*SMALL, *QUICK, "loop.workers=2"]
    run_alone(shards, tmp_path / "two", overrides, processes=2)
    losses = [line["loss"] for line in log(tmp_path / "two") if "loss" in line]
    assert len(losses) == 2
    assert torch.isfinite(torch.tensor(losses)).all()
