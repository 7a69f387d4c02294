"""How a live model keeps up: real-time factor, slowest block and latency, on one thread.

    python benchmarks/live.py [-m live] [--seconds 60] [--rate 48000]

Noise goes through `soundlasso.engine.live.Listener` block by block, as ``soundlasso live`` does it.
The real-time factor is seconds of work a second of sound; the slowest of all blocks is relative to
the length of a block, and what is late by more than that is heard as a gap. The best of three
passes counts, since other work may share the machine.
"""

import argparse
import platform
from datetime import UTC, datetime

import numpy as np
import torch

import soundlasso
from soundlasso.engine.live import Listener, Pace

BLOCKS_MS = (10, 20, 50)
PASSES = 3
QUERY = "a dog barking"


def measure(
    separator: soundlasso.Separator, seconds: float, rate: int, channels: int, block_ms: int
) -> tuple[Pace, float]:
    """The best pace of `PASSES` passes, and the latency of the model in seconds."""
    rng = np.random.default_rng(0)
    samples = (rng.standard_normal((channels, round(seconds * rate))) * 0.05).astype(np.float32)
    frames = round(block_ms / 1000 * rate)
    paces = []
    for _ in range(PASSES):
        listener = Listener(separator, [QUERY], rate, channels)
        for first in range(0, samples.shape[1], frames):
            listener.push(samples[:, first : first + frames])
        listener.finish()
        paces.append(listener.pace)
    return min(paces, key=lambda pace: pace.work), listener.latency


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-m", "--model", default="live")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=48_000)
    options = parser.parse_args()
    separator = soundlasso.load(options.model, device="cpu", threads=1)
    print(
        f"{separator.name}, {options.seconds:.0f} s at {options.rate} Hz, one thread, "
        f"{platform.processor() or platform.machine()}, PyTorch {torch.__version__}, "
        f"{datetime.now(UTC):%Y-%m-%d}\n"
    )
    print("| channels | block | held back in all | real-time factor | slowest block |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for channels in (1, 2):
        for block in BLOCKS_MS:
            pace, latency = measure(separator, options.seconds, options.rate, channels, block)
            held = 1000 * latency + block
            print(
                f"| {channels} | {block} ms | {held:.0f} ms | {pace.real_time_factor:.2f} "
                f"| {pace.slowest:.2f} |"
            )


if __name__ == "__main__":
    main()
