"""All families beside each other: what they cost, and how well they separate.

    python benchmarks/bakeoff.py [CARD...] [-o docs/bakeoff.md] [--costs docs/bakeoff.json]
        [--threads 1] [--longest 900]

Costs are measured at each family's published size (GainNet's is that of the default model) with
random weights, which take as long as trained ones, on noise, mono at 32 kHz: parameters, without a
query encoder that is not the network's own; GMAC (what PyTorch counts of convolutions and matrix
products) and CPU seconds a second of audio, on one stretch as long as the network works on at once
(10 to 60 s; the overlap of stretches in long recordings comes on top); and the peak memory of a
process that separates a file of 10 s and one of 10 min, the query encoder left out (FlowSep with 2
of its 20 steps from noise to the target, which all do the same in the same memory). A measurement
that takes longer than ``--longest`` seconds is given up. All of it takes hours; with ``--costs``
each is written down when it is known, and those that the file has are not measured again.

Scores are those in the cards of the default model and of those that are given, where
``benchmarks/record.py`` put them; a family without one has no trained weights here. Nothing is
estimated: what was not measured says so.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from cost import cpu_per_second, gmac_per_second
from torch import Tensor, nn

import soundlasso
from soundlasso.atomic import write_text
from soundlasso.config import as_table, build_config
from soundlasso.evaluation.benchmark import BENCHMARKS
from soundlasso.query.encoder import TokenStates
from soundlasso.zoo.card import Card
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER
from soundlasso.zoo.registry import find_card

RATE = 32_000
SHORT, LONG = 10, 600
NOT_RUN = "not run"
NO_WEIGHTS = "no trained weights here"


@dataclass(frozen=True)
class System:
    """A row of the table.

    Attributes:
        family: A key of the registry.
        network: Module, config class and network class.
        size: Of the query encoder's states; 0 where the network reads words itself.
        tokens: How many of them a query becomes here.
        numbers: Of the config, where they are not its defaults.
        quick: More of them, for memory alone: what takes as much of it in less time.
    """

    family: str
    network: tuple[str, str, str]
    size: int
    tokens: int
    numbers: dict[str, Any]
    quick: dict[str, Any] = field(default_factory=dict)

    def build(self) -> tuple[dict[str, Any], nn.Module]:
        """The config as a card has it, and the network with random weights."""
        module = import_module(self.network[0])
        config = build_config(getattr(module, self.network[1]), self.numbers)
        torch.manual_seed(0)
        network: nn.Module = getattr(module, self.network[2])(config)
        return as_table(config), network

    def separator(self) -> soundlasso.Separator:
        """The network behind the engine, its queries made up."""
        config, network = self.build()
        state, cpu = network.state_dict(), torch.device("cpu")
        if self.family in FAMILIES_WITH_ENCODER:
            model = FAMILIES_WITH_ENCODER[self.family](config, state, cpu)
        else:
            model = FAMILIES[self.family](config, state, _MadeUp(self.size, self.tokens), cpu)
        return soundlasso.Separator(model, self.family)


class _MadeUp:
    """An encoder that reads nothing."""

    max_tokens, sample_rate = 512, 48_000

    def __init__(self, size: int, tokens: int) -> None:
        self.size = size
        self._states = torch.nn.functional.normalize(torch.randn(1, tokens, size), dim=-1)

    def encode(self, queries: list[str]) -> TokenStates:
        states = self._states.expand(len(queries), -1, -1)
        there = torch.ones(states.shape[:2], dtype=torch.bool)
        return TokenStates(states, there, (False,) * len(queries))

    def embed(self, queries: list[str]) -> Tensor:
        return self.encode(queries).states[:, 0]


def _of(family: str, module: str, stem: str, size: int, tokens: int, **numbers: Any) -> System:
    network = (f"soundlasso.models.{module}", f"{stem}Config", stem)
    return System(family, network, size, tokens, numbers)


_AUDIOSEP = ("soundlasso.models.audiosep", "AudioSepConfig", "ResUNet30")
SYSTEMS = {
    "GainNet": _of("gainnet", "gainnet", "GainNet", 384, 8, **find_card("default")[0].config),
    "LiveNet": _of("livenet", "livenet", "LiveNet", 384, 8),
    "ResUNet++ (thesis)": _of("resunetpp", "resunetpp", "ResUNetPlusPlus", 768, 8, token_size=768),
    "LASS-Net": _of("lassnet", "lassnet", "LassNet", 0, 0),
    "AudioSep": System("audiosep", _AUDIOSEP, 512, 1, {}),
    "AudioSep-DP": System("audiosep", _AUDIOSEP, 512, 1, {"dual_path_layers": 2}),
    "CLAPSep": _of("clapsep", "clapsep", "ClapSep", 512, 1),
    "FlowSep": replace(_of("flowsep", "flowsep", "FlowSep", 1024, 8), quick={"steps": 2}),
}
"""At their published sizes."""


def measure_cost(name: str) -> dict[str, float]:
    """GMAC and CPU time, of this process."""
    separator = SYSTEMS[name].separator()
    rng = np.random.default_rng(0)
    plan = separator.model.stretch(RATE, 1)
    count = plan.core + 2 * plan.context
    samples = (rng.standard_normal((1, count)) * 0.1).astype(np.float32)
    seconds = count / RATE
    return {
        "gmac": gmac_per_second(separator, samples, RATE, seconds),
        "cpu": cpu_per_second(separator, samples, RATE, seconds, most=60.0),
    }


def measure_memory(name: str, seconds: int) -> dict[str, float]:
    """Peak memory in MB of this process, which does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise.wav"
        rng = np.random.default_rng(0)
        with soundfile.SoundFile(path, "w", RATE, 1, subtype="PCM_16") as file:
            for _ in range(seconds):
                file.write((rng.standard_normal(RATE) * 0.1).astype(np.float32))
        system = SYSTEMS[name]
        separator = replace(system, numbers={**system.numbers, **system.quick}).separator()
        soundlasso.separate_file(separator, path, ["a dog barking"], folder=Path(folder) / "out")
    return {"peak": peak_bytes() / 1e6}


def peak_bytes() -> int:
    """This process's own peak; what getrusage says on Linux begins with what its parent held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _child(longest: float, threads: int, *what: str) -> dict[str, float] | None:
    """What a process of its own measures; nothing if it takes too long."""
    command = [sys.executable, __file__, "--threads", str(threads), "--child", *what]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=longest, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise SystemExit(f"{' '.join(what)}: {done.stderr.strip()[-500:]}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(
    name: str, longest: float, threads: int, known: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The costs of a system that are not known yet, each with those before it."""
    found = dict(known)
    if "parameters" not in found:
        with torch.device("meta"):
            network = SYSTEMS[name].build()[1]
        found["parameters"] = sum(value.numel() for value in network.parameters())
        yield found
    if "cpu" not in found and (cost := _child(longest, threads, "cost", name)) is not None:
        found.update(cost)
        yield found
    for seconds in (SHORT, LONG):
        if f"memory_{seconds}" in found:
            continue
        peak = _child(longest, threads, "memory", name, str(seconds))
        if peak is None:
            return
        found[f"memory_{seconds}"] = peak["peak"]
        yield found


def cost_cells(costs: dict[str, Any]) -> list[str]:
    """Parameters, GMAC, CPU seconds and both memories."""
    cells = [f"{costs['parameters'] / 1e6:.1f} M"] if "parameters" in costs else [NOT_RUN]
    for key, digits, unit in (
        ("gmac", 2, ""),
        ("cpu", 3, ""),
        (f"memory_{SHORT}", 0, " MB"),
        (f"memory_{LONG}", 0, " MB"),
    ):
        cells.append(f"{costs[key]:.{digits}f}{unit}" if key in costs else NOT_RUN)
    return cells


def score_cells(card: Card | None) -> list[str]:
    """SI-SDRi / SDRi on each list, or how much leaks where there is nothing to hear."""
    if card is None:
        return [NO_WEIGHTS, *[""] * (len(BENCHMARKS) - 1)]
    cells = []
    for name in BENCHMARKS:
        # Of the whole list, or else of what `soundlasso evaluate --every` takes of it.
        found = (key for key in sorted(card.metrics) if f"{key},".startswith(f"{name},"))
        key = next(found, name)
        scores = card.metrics.get(key, {})
        part = f" ({key.removeprefix(name + ', ')})" if key != name else ""
        if "si_sdri" in scores:
            cells.append(f"{scores['si_sdri']:.2f} / {scores['sdri']:.2f}{part}")
        else:
            cells.append(f"leak {scores['leak']:.1f}{part}" if "leak" in scores else NOT_RUN)
    return cells


def table(costs: dict[str, Any], cards: Iterable[Card]) -> str:
    """The table as Markdown: every system's costs, and behind it its trained models' scores."""
    headings = [
        "system", "parameters", "GMAC/s", "CPU s/s", "memory, 10 s", "memory, 10 min", "weights",
        *BENCHMARKS,
    ]  # fmt: skip
    lines = ["| " + " | ".join(headings) + " |", "| --- |" + " ---: |" * (len(headings) - 1)]
    # A family's first system is the one that its models are shown with.
    known = list(cards)
    for name, system in SYSTEMS.items():
        first = next(key for key, one in SYSTEMS.items() if one.family == system.family)
        own: list[Card | None] = [
            card for card in known if card.family == system.family and name == first
        ]
        for card in own or [None]:
            cells = [name, *cost_cells(costs[name]), card.name if card else "random"]
            lines.append("| " + " | ".join([*cells, *score_cells(card)]) + " |")
    return "\n".join(lines)


def document(costs: dict[str, Any], cards: Iterable[Card]) -> str:
    """The table, and how it came about."""
    made = sorted({cost["made"] for cost in costs.values()})
    return (
        "# All families beside each other\n\n"
        "Made by `python benchmarks/bakeoff.py`, whose docstring says how each figure is measured: "
        f"{'; '.join(made)}. "
        "Costs are those of the published sizes with random weights; scores are SI-SDRi "
        "/ SDRi in dB on the project's benchmarks ([evaluation.md](evaluation.md)), of trained "
        'weights only, "1 of 3" of every third mixture. '
        f'"{NOT_RUN}": not measured, or given up for taking too long; nothing is '
        "estimated.\n\n" + table(costs, cards) + "\n"
    )


def _measure_all(path: Path | None, longest: float, threads: int) -> dict[str, Any]:
    """The costs of all systems, those in the file as they are there."""
    costs: dict[str, Any] = {}
    if path is not None and path.exists():
        costs = json.loads(path.read_text(encoding="utf-8"))
    machine = platform.processor() or platform.machine()
    made = (
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {threads} thread(s), PyTorch {torch.__version__}"
    )
    for name in SYSTEMS:
        for found in measure(name, longest, threads, costs.get(name, {})):
            costs[name] = {**found, "made": made}
            print(name, json.dumps(costs[name]), file=sys.stderr, flush=True)
            if path is not None:
                write_text(path, json.dumps(costs, indent=1) + "\n")
    return {name: costs[name] for name in SYSTEMS}


def main() -> None:
    """Prints or writes the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cards", nargs="*", help="names or cards of trained models")
    parser.add_argument("-o", "--out", type=Path)
    parser.add_argument("--costs", type=Path, help="where costs are kept")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--longest", type=float, default=900.0, help="seconds for one measurement")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.child:
        what, name, *seconds = options.child
        made = measure_cost(name) if what == "cost" else measure_memory(name, int(seconds[0]))
        print(json.dumps(made))
        return
    cards = [find_card(name)[0] for name in dict.fromkeys(["default", *options.cards])]
    text = document(_measure_all(options.costs, options.longest, options.threads), cards)
    if options.out:
        write_text(options.out, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
