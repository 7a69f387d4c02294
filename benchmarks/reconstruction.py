"""The mixture's phase against Griffin-Lim, from ideal magnitudes (thesis, 4.2.3).

    python benchmarks/reconstruction.py corpus-data [--benchmark thesis] [--limit 30]

No network takes part. Mixtures of a benchmark are brought to 22,050 Hz and transformed as the
thesis does (frame 512, hop 256). From the target's own magnitudes, and from those of the mixture
behind the ideal ratio mask, a waveform is made in three ways: with the mixture's phases, by
Griffin-Lim from random phases, and by Griffin-Lim from the mixture's. Prints a table of means
with 95 % confidence: SDR and SI-SDR of the waveform, and how far its magnitudes are from those
it was made from, in dB relative to them.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import soxr
import torch
from torch import Tensor

from soundlasso.dsp.griffin_lim import griffin_lim
from soundlasso.dsp.stft import Stft
from soundlasso.evaluation.benchmark import BENCHMARKS, open_benchmark
from soundlasso.metrics.sdr import sdr, si_sdr
from soundlasso.models.resunetpp import ResUNetPlusPlusConfig

THESIS = ResUNetPlusPlusConfig()
COLUMNS = ("SDR", "SI-SDR", "magnitude error")


def waveforms(
    magnitude: Tensor, phase: Tensor, stft: Stft, samples: int, iterations: int, momentum: float
) -> Iterator[tuple[str, Tensor]]:
    """The three ways to a waveform, by name."""
    estimate = partial(
        griffin_lim, magnitude, stft, samples, iterations=iterations, momentum=momentum
    )
    yield "mixture's phase", stft.inverse(torch.polar(magnitude, phase), samples)
    yield "Griffin-Lim", estimate()
    yield "Griffin-Lim from the mixture's phase", estimate(phase=phase)


def error(magnitude: Tensor, waveform: Tensor, stft: Stft) -> float:
    """The distance of a waveform's magnitudes from given ones, in dB relative to those."""
    difference = (stft.forward(waveform).abs() - magnitude).norm() / magnitude.norm()
    return 20.0 * float(torch.log10(difference))


def score(
    target: Tensor, mixture: Tensor, stft: Stft, iterations: int, momentum: float
) -> Iterator[tuple[tuple[str, str], tuple[float, float, float]]]:
    """The figures of one mixture, ``T`` each, by magnitudes and way."""
    wanted, whole = stft.forward(target), stft.forward(mixture)
    power, rest = wanted.abs().square(), (whole - wanted).abs().square()
    mask = power / (power + rest).clamp_min(1e-20)
    magnitudes = {"the target's own": wanted.abs(), "ideal ratio mask": whole.abs() * mask}
    for name, magnitude in magnitudes.items():
        ways = waveforms(magnitude, whole.angle(), stft, len(target), iterations, momentum)
        for way, waveform in ways:
            true, made = target.numpy(), waveform.numpy()
            distance = error(magnitude, waveform, stft)
            yield (name, way), (sdr(true, made), si_sdr(true, made), distance)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--benchmark", choices=sorted(BENCHMARKS), default="thesis")
    parser.add_argument("--limit", type=int, help="so many mixtures, the list's first")
    parser.add_argument("--iterations", type=int, default=32)
    parser.add_argument("--momentum", type=float, default=0.99)
    options = parser.parse_args()
    rows = defaultdict(list)
    _, items = open_benchmark(options.benchmark, options.corpus)
    stft, count = THESIS.stft, 0
    known = ((i.target, i.mixture, i.sample_rate) for i in items if i.target is not None)
    for *sounds, rate in islice(known, options.limit):
        target, mixture = (
            torch.from_numpy(soxr.resample(sound[0], rate, THESIS.sample_rate)) for sound in sounds
        )
        count += 1
        for key, values in score(target, mixture, stft, options.iterations, options.momentum):
            rows[key].append(values)
    print(f"{count} mixtures of {options.benchmark}, {options.iterations} iterations\n")
    print("| magnitudes | phase | " + " | ".join(COLUMNS) + " |")
    print("| --- | --- |" + " ---: |" * len(COLUMNS))
    for (magnitudes, way), found in rows.items():
        table = np.array(found)
        interval = 1.96 * table.std(0, ddof=1) / np.sqrt(len(table)) if count > 1 else [np.nan] * 3
        cells = (f"{m:.2f} ± {i:.2f}" for m, i in zip(table.mean(0), interval, strict=True))
        print(f"| {magnitudes} | {way} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
