"""The training loop: one for all networks, resumable at any step."""

import json
import math
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, Sampler

from soundlasso.atomic import write_text, written_aside
from soundlasso.config import check_ranges, check_shares
from soundlasso.errors import RecipeError, SoundLassoError
from soundlasso.plotting import require_matplotlib
from soundlasso.processes import leave_signals_to_parent
from soundlasso.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from soundlasso.training.distributed import World
from soundlasso.training.ema import Ema
from soundlasso.training.identity import identity_of, what_differs, write_settings
from soundlasso.training.schedule import Schedule
from soundlasso.training.task import ExampleStream, Task

CHECKPOINT_NAME = "checkpoint.pt"
BEST_NAME = "best.pt"
LOG_NAME = "log.jsonl"


@dataclass(frozen=True)
class LoopConfig:
    """How long and how a network is trained.

    Attributes:
        steps: Optimiser steps of the whole run; the most that there may be if it has ``minutes``.
        minutes: How long the run takes, validations and all, where it ends by the clock: what an
            accelerator that is lent for a while can do. The learning rate follows the clock then,
            so that another run is alike but not the same. 0 where steps count.
        precision: What networks compute in; ``bfloat16`` where a device has units for it. Weights
            and losses are float32 all the same.
        learning_rate: The highest.
        final_learning_rate: The last; the rate falls to it along half a cosine.
        warmup: Steps of linear warm-up.
        weight_decay: AdamW's.
        betas: AdamW's (Adam where ``weight_decay`` is 0).
        clip: Largest norm of a step's gradients; 0 for none.
        ema: Decay of the weights' running average; 0 to keep the last weights.
        seed: Of weights, examples and dropout.
        workers: Processes that load examples.
        log_every: Steps between lines of the log.
        save_every: Steps between checkpoints.
        validate_every: Steps between validations.
        snapshot_every: Steps between drawn spectrograms; 0 for none.
    """

    steps: int
    minutes: float = 0.0
    precision: Literal["float32", "bfloat16"] = "float32"
    learning_rate: float = 1e-3
    final_learning_rate: float = 1e-6
    warmup: int = 200
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = 5.0
    ema: float = 0.999
    seed: int = 1
    workers: int = 1
    log_every: int = 20
    save_every: int = 200
    validate_every: int = 500
    snapshot_every: int = 0

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(
            self,
            **dict.fromkeys(("steps", "log_every", "save_every", "validate_every"), 1),
            **dict.fromkeys(("warmup", "weight_decay", "clip", "seed", "learning_rate"), 0),
            **dict.fromkeys(("workers", "snapshot_every", "final_learning_rate", "minutes"), 0),
        )
        check_shares(self, "ema")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be at least 0 and below 1, not {list(self.betas)}")


def train(
    task: Task,
    config: LoopConfig,
    folder: Path,
    world: World,
    *,
    recipe: str = "",
    settings: Mapping[str, Any] | None = None,
    initial: dict[str, Tensor] | None = None,
) -> dict[str, float]:
    """Trains a network until the recipe's steps are done, going on where a run stopped.

    A run that is killed and started again gives the same losses and weights as one that was
    not: examples depend on their index, dropout on the step, and both on the seed alone. Where
    examples are a stream, it goes on with other examples from there on.

    Args:
        task: What is trained, and on what.
        config: How.
        folder: Holds the checkpoint, the best weights, the log and the snapshots.
        world: This process among those that train together.
        recipe: The recipe's text, which a run that is resumed must share.
        settings: The recipe with all that it leaves out, which is kept in the folder.
        initial: Weights to start from instead of random ones, all or some of them; a run that
            is resumed has its own.

    Returns:
        The last validation's numbers.

    Raises:
        RecipeError: the folder holds a run of another recipe, corpus or number of processes;
            says what differs. Or the loss is not a number any more.
        CorpusError: a stream of examples cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if config.snapshot_every:
        require_matplotlib()
    torch.manual_seed(config.seed)
    model = task.build_model().to(world.device)
    if world.device.type == "cuda":
        # Convolutions there are written for it; in bfloat16, other layouts are many times slower.
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if initial is not None:
        model.load_state_dict({**model.state_dict(), **initial}, strict=True)
    ema = Ema(model, config.ema)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=config.learning_rate,
        betas=config.betas,
        weight_decay=config.weight_decay,
        fused=world.device.type == "cuda",
    )
    state = Checkpoint(0, {}, {}, {}, float("-inf"), {}, identity_of(recipe, task.data, world.size))
    if (folder / CHECKPOINT_NAME).exists():
        state = _checked(folder, state.identity, settings, world)
        _resume(state, model, ema, optimizer)
    if world.is_main and settings is not None:
        write_settings(folder, settings)
    schedule = Schedule(
        config.learning_rate, config.final_learning_rate, config.warmup, config.steps
    )
    wrapped = world.wrap(_in_precision(model, config.precision, world.device))
    clock = _Clock(config.minutes, state.seconds)
    keeper = _Keeper(task, config, folder, state, clock) if world.is_main else None
    # What was found by the clock to be done is not gone on with.
    batches = () if clock.spent == 1.0 else _batches(task, config, world, state.step)
    for step, batch in clock.waiting_for(batches):
        # Dropout and noise follow the step, so that resuming draws the same again.
        torch.manual_seed(hash((config.seed, step, world.rank)) % (1 << 62))
        rate = schedule(step, world.lead(clock.spent))
        for group in optimizer.param_groups:
            group["lr"] = rate
        wrapped.train()
        loss, numbers = task.loss(wrapped, batch)
        _descend(loss, optimizer, model, config.clip)
        ema.update(model, step)
        last = world.agree(step + 1 == config.steps or clock.spent == 1.0)
        if keeper is not None:
            keeper.check(step + 1, loss.detach(), last=last)
            keeper.log(step + 1, {"lr": rate, **numbers}, last=last)
            keeper.keep(step + 1, model, ema, optimizer, last=last)
        if last:
            break
    return state.scores if keeper is None else keeper.scores


def _descend(loss: Tensor, optimizer: torch.optim.Optimizer, model: nn.Module, clip: float) -> None:
    """One step of the optimiser."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    if clip:
        nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()


class _Cast(nn.Module):
    """A network that computes in another precision; what it gives is float32."""

    def __init__(self, module: nn.Module, dtype: torch.dtype, device: str) -> None:
        super().__init__()
        self.module = module
        self._dtype, self._device = dtype, device

    def forward(self, *arguments: Any) -> Any:
        with torch.autocast(self._device, self._dtype):
            made = self.module(*arguments)
        return _as_float32(made)


def _as_float32(made: Any) -> Any:
    """What a network gives: a tensor, or several in a tuple or a dataclass."""
    if isinstance(made, Tensor):
        return made.float()
    if isinstance(made, tuple):
        return tuple(_as_float32(one) for one in made)
    return replace(made, **{name: _as_float32(value) for name, value in vars(made).items()})


def _in_precision(model: nn.Module, precision: str, device: torch.device) -> nn.Module:
    return model if precision == "float32" else _Cast(model, torch.bfloat16, device.type)


class _Clock:
    """How long a run has taken, and how much of that it waited for examples.

    Attributes:
        waited: Seconds since `take` in which there was no batch to learn from.
    """

    def __init__(self, minutes: float, before: float) -> None:
        self._whole = minutes * 60.0
        self._began = time.monotonic() - before
        self._taken = time.monotonic()
        self.waited = 0.0

    @property
    def seconds(self) -> float:
        """How long it has taken, before it was resumed included."""
        return time.monotonic() - self._began

    @property
    def spent(self) -> float | None:
        """The share of the time that is over; `None` where no time was set."""
        return min(1.0, self.seconds / self._whole) if self._whole else None

    def waiting_for(self, batches: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """The same, and counts how long each is waited for."""
        iterator = iter(batches)
        while True:
            asked = time.monotonic()
            found = next(iterator, None)
            self.waited += time.monotonic() - asked
            if found is None:
                return
            yield found

    def take(self) -> float:
        """The share of the time since the last call that was waited."""
        now = time.monotonic()
        share = self.waited / max(now - self._taken, 1e-9)
        self._taken, self.waited = now, 0.0
        return share


def _checked(
    folder: Path, identity: str, settings: Mapping[str, Any] | None, world: World
) -> Checkpoint:
    """The checkpoint in a folder, if it is of the same run."""
    state = load_checkpoint(folder / CHECKPOINT_NAME, device=world.device)
    if state.identity != identity:
        differs = what_differs(folder, state.identity, identity, settings)
        raise RecipeError(
            f"{folder}: holds a run of another recipe, corpus or number of processes ({differs}); "
            "choose another folder or remove it"
        )
    return state


def _resume(
    state: Checkpoint, model: nn.Module, ema: Ema, optimizer: torch.optim.Optimizer
) -> None:
    model.load_state_dict(state.model, strict=True)
    ema.model.load_state_dict(state.ema, strict=True)
    optimizer.load_state_dict(state.optimizer)


class _From(Sampler[int]):
    """Indices of this process's examples, from a step on, for as long as anybody asks."""

    def __init__(self, first: int, last: int, batch_size: int, world: World) -> None:
        self._range = (first, last)
        self._batch_size = batch_size
        self._world = world

    def __iter__(self) -> Iterator[int]:
        for step in range(*self._range):
            start = (step * self._world.size + self._world.rank) * self._batch_size
            yield from range(start, start + self._batch_size)

    def __len__(self) -> int:
        return (self._range[1] - self._range[0]) * self._batch_size


class _Streamed(IterableDataset[Any]):
    """A stream in batches, which are made where it is read.

    An error that was foreseen is its last item: a data loader would turn it into a traceback.
    """

    def __init__(self, stream: ExampleStream, task: Task) -> None:
        self._stream = stream
        self._task = task

    def __iter__(self) -> Iterator[Any]:
        examples = iter(self._stream)
        try:
            while True:
                yield self._task.collate(list(islice(examples, self._task.batch_size)))
        except SoundLassoError as error:
            yield error


def _batches(task: Task, config: LoopConfig, world: World, first: int) -> Iterator[tuple[int, Any]]:
    steps = range(first, config.steps)
    examples = task.examples()
    common: dict[str, Any] = {
        "num_workers": config.workers,
        "prefetch_factor": 3 if config.workers else None,
        "worker_init_fn": _quiet_worker,
        # The sounds are in memory: forked workers share them, others would each be sent a copy.
        "multiprocessing_context": "fork" if config.workers and _can_fork() else None,
    }
    if isinstance(examples, ExampleStream):
        stream = _Streamed(examples.starting_at(first), task)
        loader = DataLoader(stream, batch_size=None, collate_fn=_unchanged, **common)
        # A run that is done opens nothing; one that is not never comes to a stream's end.
        return zip(steps, map(_raised, loader if steps else ()), strict=False)
    sampler = _From(first, config.steps, task.batch_size, world)
    loader = DataLoader(
        examples, batch_size=task.batch_size, sampler=sampler, collate_fn=task.collate, **common
    )
    return zip(steps, loader, strict=True)


def _can_fork() -> bool:
    """Whether that is safe. From Python 3.14 on, nobody does it unasked."""
    return sys.platform == "linux"


def _unchanged(batch: Any) -> Any:
    return batch


def _raised(batch: Any) -> Any:
    if isinstance(batch, SoundLassoError):
        raise batch
    return batch


def _quiet_worker(_: int) -> None:
    torch.set_num_threads(1)
    leave_signals_to_parent()


class _Keeper:
    """What a run leaves in its folder, which one process writes for all.

    Attributes:
        scores: The last validation's numbers.
    """

    def __init__(
        self, task: Task, config: LoopConfig, folder: Path, state: Checkpoint, clock: _Clock
    ) -> None:
        self.scores = state.scores
        self._task = task
        self._config = config
        self._folder = folder
        self._best = state.best
        self._identity = state.identity
        self._log = _Log(folder / LOG_NAME, state.step)
        self._clock = clock
        self._logged = state.step, clock.seconds
        self._unchecked: list[Tensor] = []

    def check(self, done: int, loss: Tensor, *, last: bool) -> None:
        """Looks at the losses that nobody has looked at, before anything is made of them.

        Looking waits for the device, so that it is done no more often than need be; on a CPU there
        is nothing to wait for.

        Raises:
            RecipeError: one is not a number.
        """
        self._unchecked.append(loss)
        config = self._config
        used = (config.log_every, config.validate_every, config.save_every)
        if not (last or loss.device.type == "cpu" or any(done % every == 0 for every in used)):
            return
        losses = torch.stack(self._unchecked).tolist()
        self._unchecked.clear()
        for step, value in enumerate(losses, done - len(losses) + 1):
            if not math.isfinite(value):
                raise RecipeError(
                    f"the loss is {value} at step {step}; the last checkpoint is unharmed, "
                    "try a lower learning rate"
                )

    def log(self, done: int, numbers: Mapping[str, Tensor | float], *, last: bool) -> None:
        """Notes a step, if it is one of those that are logged."""
        if not self._is_due(done, self._config.log_every, last):
            return
        seconds = self._clock.seconds
        steps, since = done - self._logged[0], seconds - self._logged[1]
        self._logged = done, seconds
        self._log.write(
            step=done,
            seconds=round(seconds, 1),
            examples_per_second=round(steps * self._task.batch_size / max(since, 1e-9), 2),
            waited=round(self._clock.take(), 3),
            **{name: float(value) for name, value in numbers.items()},
        )

    def keep(
        self,
        done: int,
        model: nn.Module,
        ema: Ema,
        optimizer: torch.optim.Optimizer,
        *,
        last: bool,
    ) -> None:
        """Judges, saves and draws the network after a step, whichever is due."""
        config, folder = self._config, self._folder
        judged = ema.model if config.ema else model
        if self._is_due(done, config.validate_every, last):
            self._validate(done, judged)
        if self._is_due(done, config.save_every, last):
            save_checkpoint(
                folder / CHECKPOINT_NAME,
                Checkpoint(
                    step=done,
                    model=model.state_dict(),
                    ema=ema.model.state_dict(),
                    optimizer=optimizer.state_dict(),
                    best=self._best,
                    scores=self.scores,
                    identity=self._identity,
                    seconds=self._clock.seconds,
                ),
            )
        if config.snapshot_every and done % config.snapshot_every == 0:
            self._task.snapshot(judged, folder / f"snapshot-{done:07d}.png")

    def _is_due(self, done: int, every: int, last: bool) -> bool:
        return last or done % every == 0

    def _validate(self, done: int, judged: nn.Module) -> None:
        score = self._task.validate(judged)
        self.scores = score.values
        named = {f"valid_{name}": value for name, value in score.values.items()}
        self._log.write(step=done, **named)
        if score.best_by > self._best:
            self._best = score.best_by
            content = {"model": judged.state_dict(), "step": done, "scores": self.scores}
            with written_aside(self._folder / BEST_NAME) as partial:
                torch.save({**content, "identity": self._identity}, partial)


class _Log:
    """A JSON line for every event; lines after the step that is resumed from are dropped."""

    def __init__(self, path: Path, step: int) -> None:
        self._path = path
        if path.exists():
            # A line that has no end was being written when the machine stopped.
            whole = path.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
            kept = [line for line in whole if json.loads(line)["step"] <= step]
            write_text(path, "".join(f"{line}\n" for line in kept))

    def write(self, **values: float) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
