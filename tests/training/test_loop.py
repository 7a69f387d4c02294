"""Training goes on where it stopped, whatever stopped it, alone or with others."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

import soundlasso
from soundlasso.errors import MissingDependencyError, RecipeError, WeightsError
from soundlasso.models.audiosep import ResUNet30
from soundlasso.training.checkpoint import load_checkpoint
from soundlasso.training.distributed import World
from soundlasso.training.ema import Ema
from soundlasso.training.export import export_model
from soundlasso.training.identity import identity_of, write_settings
from soundlasso.training.loop import LoopConfig, train
from soundlasso.training.recipe import Recipe, read_recipe
from soundlasso.training.schedule import Schedule
from soundlasso.training.shipped import shipped_recipe, shipped_recipes
from soundlasso.training.task import Score
from soundlasso.zoo.card import read_card
from soundlasso.zoo.registry import ALIASES, shipped_cards
from tests.mixing.making import write_corpus

ALONE = World(0, 1, torch.device("cpu"))


class Numbers(Dataset[Tensor]):
    def __getitem__(self, index: int) -> Tensor:
        return torch.randn(3, generator=torch.Generator().manual_seed(index))


class Line:
    """Learns a line through points, with dropout on the way."""

    batch_size = 4
    data = "numbers"

    def __init__(self) -> None:
        self.snapshots: list[str] = []

    def build_model(self) -> nn.Module:
        return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1))

    def examples(self) -> Dataset[Any]:
        return Numbers()

    def collate(self, examples: list[Tensor]) -> tuple[Tensor, Tensor]:
        x = torch.stack(examples)
        return x, x.sum(1, keepdim=True)

    def loss(
        self, model: nn.Module, batch: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, dict[str, float]]:
        loss = nn.functional.mse_loss(model(batch[0]), batch[1])
        return loss, {"loss": loss.item()}

    @torch.inference_mode()
    def validate(self, model: nn.Module) -> Score:
        x = torch.linspace(-1, 1, 30).reshape(10, 3)
        error = nn.functional.mse_loss(model.eval()(x), x.sum(1, keepdim=True)).item()
        return Score(-error, {"error": error})

    def snapshot(self, model: nn.Module, path: Path) -> None:
        self.snapshots.append(path.name)


CONFIG = LoopConfig(
    steps=30, learning_rate=0.05, warmup=3, workers=0, log_every=1, save_every=10, validate_every=10
)


def log(folder: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    for line in lines:
        for name in ("seconds", "examples_per_second", "waited"):
            line.pop(name, None)
    return lines


def test_stopping_and_going_on_changes_nothing(tmp_path: Path) -> None:
    whole = train(Line(), CONFIG, tmp_path / "whole", ALONE)

    class Stopped(Line):
        count = 0

        def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
            self.count += 1
            if self.count == 18:
                raise KeyboardInterrupt
            return super().loss(model, batch)

    with pytest.raises(KeyboardInterrupt):
        train(Stopped(), CONFIG, tmp_path / "parts", ALONE)
    assert load_checkpoint(tmp_path / "parts" / "checkpoint.pt").step == 10
    assert train(Line(), CONFIG, tmp_path / "parts", ALONE) == whole
    assert log(tmp_path / "parts") == log(tmp_path / "whole")
    first, second = (
        load_checkpoint(tmp_path / name / "checkpoint.pt") for name in ("whole", "parts")
    )
    for key, value in first.model.items():
        assert torch.equal(value, second.model[key])
        assert torch.equal(first.ema[key], second.ema[key])


def test_the_best_weights_are_kept(tmp_path: Path) -> None:
    class Worsening(Line):
        judged = 0

        def validate(self, model: nn.Module) -> Score:
            Worsening.judged += 1
            return Score(-float(Worsening.judged), {"turn": float(Worsening.judged)})

    train(Worsening(), CONFIG, tmp_path, ALONE)
    best = torch.load(tmp_path / "best.pt", weights_only=True)
    assert best["step"] == 10
    assert best["scores"] == {"turn": 1.0}


def test_learning_lowers_the_loss_and_snapshots_are_taken(tmp_path: Path) -> None:
    line = Line()
    config = replace(CONFIG, steps=200, snapshot_every=50, log_every=200)
    scores = train(line, config, tmp_path, ALONE)
    assert scores["error"] < 0.5
    assert line.snapshots == [f"snapshot-{step:07d}.png" for step in (50, 100, 150, 200)]


def test_another_recipe_or_corpus_is_not_gone_on_with(tmp_path: Path) -> None:
    train(Line(), CONFIG, tmp_path, ALONE, recipe="one")
    with pytest.raises(RecipeError, match="run of another recipe"):
        train(Line(), CONFIG, tmp_path, ALONE, recipe="two")
    other = Line()
    other.data = "other numbers"
    with pytest.raises(RecipeError, match="another recipe, corpus or number of processes"):
        train(other, CONFIG, tmp_path, ALONE, recipe="one")


def test_what_differs_from_a_run_is_named(tmp_path: Path) -> None:
    told: dict[str, Any] = {"loop": {"steps": 30, "workers": 1}, "batch_size": 4}
    train(Line(), CONFIG, tmp_path, ALONE, recipe="one", settings=told)
    kept = (tmp_path / "recipe.toml").read_text()
    assert tomllib.loads(kept) == told
    new = {"loop": {"steps": 60, "workers": 2}, "batch_size": 4, "late": 0.5}
    other = Line()
    other.data = "other numbers"
    both = World(0, 2, torch.device("cpu"))
    expected = (
        "loop.steps is 30 there and 60 here, late is unknown there and 0.5 here, the corpus, "
        r"its labels, the reservoir of its shards or the initial model is another, 1 process\(es\) "
        "trained there and 2 here"
    )
    with pytest.raises(RecipeError, match=expected):
        train(other, CONFIG, tmp_path, both, recipe="two", settings=new)
    assert (tmp_path / "recipe.toml").read_text() == kept
    (tmp_path / "recipe.toml").unlink()
    with pytest.raises(RecipeError, match="the recipe is another"):
        train(Line(), CONFIG, tmp_path, ALONE, recipe="two", settings=new)
    assert not (tmp_path / "recipe.toml").exists()


def test_a_finished_run_gives_its_scores_again(tmp_path: Path) -> None:
    scores = train(Line(), CONFIG, tmp_path, ALONE)
    assert train(Line(), CONFIG, tmp_path, ALONE) == scores != {}


def test_a_loss_that_is_no_number_stops_the_run(tmp_path: Path) -> None:
    class Exploding(Line):
        count = 0

        def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
            Exploding.count += 1
            loss, values = super().loss(model, batch)
            return (loss * float("nan") if Exploding.count == 15 else loss), values

    with pytest.raises(RecipeError, match="the loss is nan at step 15"):
        train(Exploding(), CONFIG, tmp_path, ALONE)
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert state.step == 10
    assert all(torch.isfinite(value).all() for value in state.model.values())


def test_a_line_that_was_being_logged_is_dropped(tmp_path: Path) -> None:
    train(Line(), replace(CONFIG, steps=10), tmp_path / "a", ALONE)
    path = tmp_path / "a" / "log.jsonl"
    whole = path.read_text()
    path.write_text(whole + '{"step": 11, "lo')
    train(Line(), replace(CONFIG, steps=10), tmp_path / "a", ALONE)
    assert path.read_text() == whole


def test_without_matplotlib_a_run_with_snapshots_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match="plot"):
        train(Line(), replace(CONFIG, snapshot_every=10), tmp_path, ALONE)
    assert not (tmp_path / "log.jsonl").exists()


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"no checkpoint")
    with pytest.raises(RecipeError, match="not a checkpoint"):
        train(Line(), CONFIG, tmp_path, ALONE)


def test_a_pickle_with_code_in_it_is_refused(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "boom"),)

    torch.save({"step": Bomb()}, tmp_path / "checkpoint.pt")
    with pytest.raises((RecipeError, Exception)) as caught:
        load_checkpoint(tmp_path / "checkpoint.pt")
    assert not (tmp_path / "boom").exists()
    assert isinstance(caught.value, RecipeError)


def test_the_schedule() -> None:
    schedule = Schedule(peak=1.0, floor=0.1, warmup=10, steps=110)
    assert [schedule(step) for step in (0, 4, 9)] == pytest.approx([0.1, 0.5, 1.0])
    assert schedule(10) == pytest.approx(1.0)
    assert schedule(60) == pytest.approx(0.55)
    assert schedule(110) == schedule(500) == pytest.approx(0.1)


def test_the_average_follows_the_weights() -> None:
    model = nn.BatchNorm1d(2)
    ema = Ema(model, 0.9)
    with torch.no_grad():
        model.weight.fill_(3.0)
        for buffer in model.buffers():
            buffer.fill_(5)
    ema.update(model, step=10_000)
    state = ema.model.state_dict()
    assert state["weight"].tolist() == pytest.approx([1.2, 1.2])
    assert state["running_mean"].tolist() == [5.0, 5.0]


# From here on the real thing: the command line on a small corpus.


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), "train", "valid")


SMALL = [
    "batch_size=2",
    "validation_mixtures=2",
    "mixing.seconds=1.0",
    "model.channels=[4, 6, 8, 8, 8]",
    "model.decoder_channels=[3, 4, 5, 6]",
    "model.query_size=16",
    "loop.steps=12",
    "loop.warmup=2",
    "loop.log_every=1",
    "loop.save_every=4",
    "loop.validate_every=6",
    "loop.snapshot_every=12",
]
SMALL_THESIS = [
    "query_encoder=minilm",
    "batch_size=2",
    "mixtures=6",
    "validation_mixtures=2",
    "model.token_size=384",
    "model.filters=[4, 4, 8, 8, 12]",
    "model.heads=2",
    "model.output_filters=4",
    "model.seconds=1.0",
    "mixing.seconds=1.0",
    "loop.steps=4",
    "loop.log_every=1",
    "loop.save_every=2",
    "loop.validate_every=4",
    "loop.snapshot_every=4",
    "loop.workers=0",
]


def command(
    corpus: Path, out: Path, overrides: list[str], recipe: str = "default", processes: int = 1
) -> list[str]:
    start = [sys.executable, "-m"]
    if processes > 1:
        start += ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    arguments = [recipe, "--corpus", corpus, "--out", out, "-d", "cpu"]
    sets = [word for override in overrides for word in ("--set", override)]
    return [*start, "soundlasso", "train", *map(str, arguments), *sets]


ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}


def run(*arguments: Any, **options: Any) -> None:
    result = subprocess.run(
        command(*arguments, **options), env=ENVIRONMENT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def steps(folder: Path) -> int:
    path = folder / "log.jsonl"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_killed_and_started_again_the_losses_are_the_same(corpus: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(corpus, whole, SMALL)
    running = subprocess.Popen(
        command(corpus, parts, SMALL), env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while steps(parts) < 6 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert 4 <= load_checkpoint(parts / "checkpoint.pt").step < 12
    run(corpus, parts, SMALL)
    assert log(parts) == log(whole)
    assert len([line for line in log(whole) if "loss" in line]) == 12
    assert (whole / "snapshot-0000012.png").exists()

    # What comes out of a run can be used at once.
    recipe = read_recipe(shipped_recipe("default"), SMALL)
    assert read_recipe(whole / "recipe.toml") == recipe
    card = export_model(
        recipe, whole, tmp_path / "model", summary="s", licence="Apache-2.0", notes={"data": "d"}
    )
    separator = soundlasso.load(card)
    result = separator.separate(np.zeros((1, 8000), np.float32), "rain", sample_rate=8000)
    assert result.target.shape == (1, 8000)


def test_two_processes_train_together(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "two", [*SMALL, "loop.workers=0"], processes=2)
    lines = log(tmp_path / "two")
    assert len([line for line in lines if "loss" in line]) == 12
    assert load_checkpoint(tmp_path / "two" / "checkpoint.pt").step == 12


def test_the_thesis_recipe_trains(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "thesis", SMALL_THESIS, recipe="thesis")
    lines = log(tmp_path / "thesis")
    losses = [line for line in lines if "loss" in line]
    assert len(losses) == 4
    for line in losses:
        total = line["spectral_convergence"] + line["log_magnitude"]
        assert line["loss"] == pytest.approx(total, rel=1e-5)
    assert {"valid_sdr", "valid_sdri", "valid_si_sdri", "valid_to_mixture"} <= set(lines[-1])
    assert (tmp_path / "thesis" / "snapshot-0000004.png").exists()
    recipe = read_recipe(shipped_recipe("thesis"), SMALL_THESIS)
    card = export_model(
        recipe, tmp_path / "thesis", tmp_path / "m", summary="", licence="", notes={}
    )
    assert soundlasso.load(card).separate(
        np.zeros((2, 9000), np.float32), "rain", sample_rate=8000
    ).target.shape == (2, 9000)


def test_weights_of_another_recipe_cannot_be_exported(tmp_path: Path) -> None:
    recipe = read_recipe(shipped_recipe("default"))
    state = {"model": {"foo.weight": torch.zeros(2, 2)}, "step": 1, "scores": {}}
    torch.save(state, tmp_path / "best.pt")
    with pytest.raises(WeightsError, match="not of this recipe"):
        export_model(recipe, tmp_path, tmp_path / "m", summary="", licence="", notes={})
    for content in (b"", b"no checkpoint"):
        (tmp_path / "best.pt").write_bytes(content)
        with pytest.raises(WeightsError, match="not the best checkpoint"):
            export_model(recipe, tmp_path, tmp_path / "m", summary="", licence="", notes={})
    assert not (tmp_path / "m").exists()


def test_a_forgotten_override_is_named_and_nothing_exported(tmp_path: Path) -> None:
    path, run, out = shipped_recipe("audiosep"), tmp_path / "run", tmp_path / "m"
    small = ["model.channels=[2, 2]", "model.window=64", "model.hop=16", "model.condition=384"]
    told = [*small, "query_encoder=minilm[mean]", "model.sample_rate=8000"]
    trained, forgotten = read_recipe(path, told), read_recipe(path, small)
    run.mkdir()
    state = ResUNet30(trained.task.model).state_dict()  # type: ignore[arg-type]
    identity = identity_of(trained.text, "d", 1)
    best = {"model": state, "step": 1, "scores": {}, "identity": identity}
    torch.save(best, run / "best.pt")

    def export(recipe: Recipe) -> Path:
        return export_model(recipe, run, out, summary="", licence="", notes={})

    # Of runs from before recipes were kept, only whether they are the same is known.
    with pytest.raises(RecipeError, match=r"run: is a run of another recipe; give export"):
        export(forgotten)
    assert not out.exists()
    renamed = read_recipe(path, [*told, "name='audiosep.it'"])
    assert read_card(export(renamed)).name == "audiosep.it"
    write_settings(run, trained.settings)
    expected = (
        'query_encoder is "minilm\\[mean\\]" there and "laion/larger_clap_general" here, '
        "model.sample_rate is 8000 there and 32000 here; give export every --set"
    )
    with pytest.raises(RecipeError, match=expected):
        export(forgotten)
    # The run's own recipe needs no overrides.
    card = read_card(export(read_recipe(run / "recipe.toml", ["name=audiosep.own"])))
    assert (card.name, card.sample_rate) == ("audiosep.own", 8000)
    assert card.query_encoder == "minilm[mean]"


@pytest.mark.parametrize("name", ["gainnet.v6", "default"])
def test_a_shipped_models_name_is_refused(name: str, tmp_path: Path) -> None:
    recipe = read_recipe(shipped_recipe("default"), [f"name={name}"])
    with pytest.raises(RecipeError, match=rf"{name} comes with .* --set name=gainnet\.mine"):
        export_model(recipe, tmp_path, tmp_path / "m", summary="", licence="", notes={})


def test_no_recipe_has_a_shipped_models_name() -> None:
    for path in shipped_recipes().values():
        assert read_recipe(path).name not in {*shipped_cards(), *ALIASES}


def test_a_run_without_weights_cannot_be_exported(tmp_path: Path) -> None:
    recipe = read_recipe(shipped_recipe("default"))
    with pytest.raises(WeightsError, match=r"not the best checkpoint"):
        export_model(recipe, tmp_path, tmp_path / "m", summary="", licence="", notes={})


BY_THE_CLOCK = replace(
    CONFIG, steps=10**6, minutes=0.02, log_every=20, save_every=10**6, validate_every=10**6
)


def test_a_run_that_ends_by_the_clock_is_judged_and_saved_at_its_end(tmp_path: Path) -> None:
    began = time.monotonic()
    scores = train(Line(), BY_THE_CLOCK, tmp_path, ALONE)
    assert 1.1 < time.monotonic() - began < 10
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    trained = [line for line in lines if "loss" in line]
    rates = [line["lr"] for line in trained]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 0.04
    assert rates[-1] < 1e-3
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert state.step == trained[-1]["step"] == lines[-1]["step"]
    assert state.seconds >= 1.2
    assert lines[-1]["valid_error"] == scores["error"]
    # Its time is over: nothing is added.
    assert train(Line(), BY_THE_CLOCK, tmp_path, ALONE) == scores
    assert load_checkpoint(tmp_path / "checkpoint.pt").step == state.step


def test_the_clock_goes_on_where_it_stopped(tmp_path: Path) -> None:
    class Stopped(Line):
        count = 0

        def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
            self.count += 1
            if self.count == 11:
                raise KeyboardInterrupt
            time.sleep(0.065)
            return super().loss(model, batch)

    config = replace(BY_THE_CLOCK, save_every=10)
    with pytest.raises(KeyboardInterrupt):
        train(Stopped(), config, tmp_path, ALONE)
    assert load_checkpoint(tmp_path / "checkpoint.pt").seconds > 0.6
    began = time.monotonic()
    train(Line(), config, tmp_path, ALONE)
    assert time.monotonic() - began < 1.0


def test_networks_compute_in_bfloat16_and_keep_float32(tmp_path: Path) -> None:
    seen = []

    class Watched(Line):
        def loss(self, model: nn.Module, batch: Any) -> tuple[Tensor, dict[str, float]]:
            seen.append(model(batch[0]))
            return super().loss(model, batch)

    config = replace(CONFIG, precision="bfloat16", steps=60)
    train(Watched(), config, tmp_path, ALONE)
    assert seen[0].dtype == torch.float32
    # What bfloat16 can hold, and nothing between.
    assert torch.equal(seen[0], seen[0].bfloat16().float())
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert {v.dtype for v in state.model.values() if v.is_floating_point()} == {torch.float32}
    losses = [line["loss"] for line in log(tmp_path) if "loss" in line]
    assert np.mean(losses[-20:]) < 0.7 * np.mean(losses[:5])


def test_a_log_says_how_fast_it_goes_and_what_was_waited(tmp_path: Path) -> None:
    train(Line(), CONFIG, tmp_path, ALONE)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    for line in lines:
        if "loss" in line:
            assert line["examples_per_second"] > 1
            assert 0 <= line["waited"] <= 1
