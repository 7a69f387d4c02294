"""What separating costs: parameters, multiplications, CPU time, memory, cold start.

    python benchmarks/cost.py [--model default] [--seconds 60] [--threads 2]

CPU seconds add up all threads; the best of three runs counts, since other work may share the
machine. Memory and cold start are those of a whole ``soundlasso separate`` process.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch.utils.flop_counter import FlopCounterMode

import soundlasso
from soundlasso.zoo.registry import find_card

QUERIES = ["a dog barking", "rain", "a man speaking", "a train passing by"]


def measure(model: str, seconds: float, threads: int) -> dict[str, float | str]:
    """All figures for one model."""
    card, folder = find_card(model)
    separator = soundlasso.load(model, device="cpu", threads=threads)
    rng = np.random.default_rng(0)
    mono = (rng.standard_normal((1, round(seconds * 32_000))) * 0.1).astype(np.float32)
    stereo = (rng.standard_normal((2, round(seconds * 48_000))) * 0.1).astype(np.float32)
    return {
        "model": card.name,
        "parameters": card.parameters,
        "megabytes": round((folder / card.weights).stat().st_size / 1e6, 1),
        "gmac_per_second": gmac_per_second(separator, mono, 32_000, seconds),
        "cpu_seconds_per_second_mono_32k": cpu_per_second(separator, mono, 32_000, seconds),
        "cpu_seconds_per_second_stereo_48k": cpu_per_second(separator, stereo, 48_000, seconds),
        "cpu_seconds_per_second_stereo_48k_4_queries": cpu_per_second(
            separator, stereo, 48_000, seconds, queries=4
        ),
        **_process(model, 10.0, "10s"),
        **_process(model, 600.0, "600s"),
        "threads": threads,
        "torch": torch.__version__,
        "machine": platform.processor() or platform.machine(),
    }


def gmac_per_second(
    separator: soundlasso.Separator, samples: np.ndarray, rate: int, seconds: float
) -> float:
    """Convolutions and matrix products for one query on one stretch, without the query's own."""
    condition, _ = separator.model.condition(QUERIES[0])
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        separator.model.separate(torch.from_numpy(samples), rate, [condition])
    return round(counter.get_total_flops() / 2 / seconds / 1e9, 3)


def cpu_per_second(
    separator: soundlasso.Separator,
    samples: np.ndarray,
    rate: int,
    seconds: float,
    *,
    queries: int = 1,
    most: float = float("inf"),
) -> float:
    """CPU seconds a second of audio, the best of three runs; of fewer once ``most`` are spent."""
    spent: list[float] = []
    while len(spent) < 3 and sum(spent) < most:
        started = time.process_time()
        separator.separate_all(samples, QUERIES[:queries], sample_rate=rate)
        spent.append(time.process_time() - started)
    return round(min(spent) / seconds, 4)


# What a process is charged with begins with what its parent held when it was started, so a small
# one stands between.
_LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _process(model: str, seconds: float, name: str) -> dict[str, float]:
    """Wall time and peak memory of the command line on a 44.1 kHz stereo file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise.wav"
        rng = np.random.default_rng(0)
        with soundfile.SoundFile(path, "w", 44_100, 2, subtype="PCM_16") as file:
            for _ in range(round(seconds)):
                file.write(rng.standard_normal((44_100, 2)).astype(np.float32) * 0.05)
        command = [sys.executable, "-m", "soundlasso", "separate", str(path)]
        command += ["-q", "a dog barking", "-m", model, "-o", str(Path(folder) / "out")]
        started = time.perf_counter()
        launched = subprocess.run(
            [sys.executable, "-c", _LAUNCHER, *command], check=True, capture_output=True
        )
        wall = time.perf_counter() - started
    peak = int(launched.stdout) / 1024
    return {f"wall_seconds_{name}": round(wall, 2), f"peak_megabytes_{name}": round(peak)}


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.model, options.seconds, options.threads), indent=1))


if __name__ == "__main__":
    main()
