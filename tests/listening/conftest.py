"""Small listening tests, and clocks that are told the time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from torch import Tensor

from soundlasso import Separator
from soundlasso.engine.model import Stretch
from soundlasso.listening.manifest import MIXTURE, ListeningTest
from soundlasso.listening.render import Contender, Plan, create_test
from soundlasso.listening.results import Listener, Results
from tests.cli.conftest import Outcome
from tests.cli.conftest import run as run
from tests.conftest import noise

Run = Callable[..., Outcome]

RATE = 16_000
SECONDS = 1.0


class Scaler:
    """Takes a part of the mixture for the target."""

    def __init__(self, gain: float) -> None:
        self.gain = gain

    def condition(self, query: str) -> tuple[str, list[str]]:
        return query, []

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        return Stretch(core=sample_rate, context=0, fade=0)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[str]) -> Tensor:
        # Something that is not in the mixture, so that separations differ in more than level.
        step = self.gain * torch.ones_like(mixture).cumsum(1).remainder(7.0) * 0.001
        return torch.stack([self.gain * mixture + step for _ in conditions])


def contender(name: str, gain: float) -> Contender:
    return Contender(name, f"{gain:064.0f}", lambda: Separator(Scaler(gain), name))


def write_pairs(folder: Path, items: int = 3, channels: int = 1, targets: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    columns = ["mixture", *(["target"] if targets else []), "query"]
    lines = [",".join(columns)]
    for number in range(items):
        mixture = noise(channels, round(SECONDS * RATE), seed=number)
        soundfile.write(folder / f"m{number}.wav", mixture.T, RATE, subtype="FLOAT")
        soundfile.write(folder / f"t{number}.wav", 0.3 * mixture.T[::-1], RATE, subtype="FLOAT")
        target = [f"t{number}.wav"] if targets else []
        lines.append(",".join([f"m{number}.wav", *target, f"query {number}"]))
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def make_test(tmp_path: Path) -> Callable[..., ListeningTest]:
    """Renders a test of two models, with a reference and an anchor unless told otherwise."""

    def make(
        name: str = "test",
        *,
        items: int = 3,
        models: tuple[tuple[str, float], ...] = (("loud-model", 1.0), ("soft-model", 0.05)),
        plan: Plan | None = None,
    ) -> ListeningTest:
        pairs = write_pairs(tmp_path / "pairs", items)
        plan = plan or Plan("Sounds & words", reference=True, anchor=True)
        contenders = [contender(*model) for model in models]
        return create_test(pairs, contenders, tmp_path / name, plan)

    return make


class Clock:
    """Says what it was told."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def play_page(results: Results, listener: Listener, clock: Clock) -> int:
    """Plays all sounds of a listener's page; says which it is."""
    page = results.progress(listener).page
    assert page is not None
    shown = listener.pages[page - 1]
    for sound in (MIXTURE, *shown.sounds):
        clock.now += shown.item.seconds
        results.play(listener, page, sound, shown.item.seconds)
    return page


def rate_all(
    results: Results,
    listener: Listener,
    clock: Clock,
    opinion: Callable[[str, str], tuple[int, int]],
    pages: int | None = None,
) -> None:
    """Plays and rates pages; the opinion is asked for the item and condition."""
    for _ in listener.pages[:pages]:
        page = play_page(results, listener, clock)
        shown = listener.pages[page - 1]
        given = {letter: opinion(shown.item.id, key) for letter, key in shown.sounds.items()}
        results.rate(listener, page, given)


def rms(path: Path) -> float:
    samples, _ = soundfile.read(path)
    return float(np.sqrt(np.square(samples).mean()))
