"""How much of a recording AudioSep's answer for a place depends on, and what an answer costs.

    python benchmarks/audiosep_context.py [audiosep | audiosep_dp | ...]

Weights are drawn by the rule of the conformance tests, so no checkpoint is needed; trained ones
may look further or less far. The demo's recording is separated whole, and a piece of it with less
and less around it.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.conformance.rule import official_state

from soundlasso.config import build_config
from soundlasso.models.audiosep import AudioSepConfig, ResUNet30
from soundlasso.zoo.official.audiosep import convert

_RECORDING = Path(__file__).parents[1] / "examples" / "station" / "mixture.flac"
_SECONDS = 16
_PIECE_STEPS = (15, 35)
_CONTEXT_STEPS = (2, 3, 4, 5, 7, 11)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("network", nargs="?", default="audiosep")
    converted = convert(official_state(parser.parse_args().network))
    network = ResUNet30(build_config(AudioSepConfig, converted.config)).eval()
    network.load_state_dict(converted.state, strict=True)
    rate = network.config.sample_rate
    step = network.config.frame_multiple * network.config.hop
    samples, own = soundfile.read(_RECORDING, dtype="float32")
    mono = samples.reshape(len(samples), -1).mean(1)
    mono = np.resize(soxr.resample(mono, own, rate), rate * _SECONDS)
    mixture = torch.from_numpy(mono)[None]
    generator = torch.Generator().manual_seed(0)
    condition = torch.randn(1, network.config.condition, generator=generator)
    condition = torch.nn.functional.normalize(condition)
    with torch.inference_mode():
        started, before = time.process_time(), _peak_megabytes()
        whole = network.separate(mixture, condition)
        seconds = (time.process_time() - started) / _SECONDS
        memory = (_peak_megabytes() - before) / _SECONDS
        print(f"{seconds:.2f} CPU seconds and {memory:.0f} MB a second of mono")
        begin, end = (step * count for count in _PIECE_STEPS)
        wanted = whole[:, begin:end]
        for count in _CONTEXT_STEPS:
            context = count * step
            piece = network.separate(mixture[:, begin - context : end + context], condition)
            error = piece[:, context:-context] - wanted
            level = 10 * torch.log10(error.square().mean() / wanted.square().mean())
            print(f"{context / rate:.2f} s on either side: error {float(level):.0f} dB")


def _peak_megabytes() -> float:
    """The most memory that this process has had so far (Linux counts it in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
