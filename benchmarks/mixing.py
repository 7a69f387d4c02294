"""Training mixtures per second on one core: made on the fly, and the thesis's way.

    pip install librosa pydub
    python benchmarks/mixing.py corpus-data [--count 200]

The thesis's way (sections 5.3.2 to 5.4.1), with the libraries that it names: pydub reads two
files, brings both to one loudness, appends silence to the shorter and overlays them; the mixture
is written; librosa loads mixture and target at 22,050 Hz, pads them to 15 s and transforms them;
mixtures too similar to their target are thrown away. Clips are as long as Clotho's (15 to 30 s,
44.1 kHz): recordings of the corpus, one after the other. Neither way starts threads; CPU time is
what counts.
"""

import argparse
import json
import platform
import tempfile
import time
from pathlib import Path

import librosa
import numpy as np
import soundfile
import soxr
from pydub import AudioSegment

from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.mixing.online import MixingConfig, MixtureSampler

CLIPS = 24
RATE = 44_100
THRESHOLDS = (0.8, 0.75, 0.7, 0.65)
LOUDNESS = -20.0
SECONDS = 15.0


def write_clips(bank: SoundBank, folder: Path) -> list[Path]:
    """Clips as long as Clotho's, of recordings of one label each."""
    rng = np.random.default_rng(0)
    labels = sorted(bank.targets)
    paths = []
    for number in range(CLIPS):
        groups = bank.targets[labels[int(rng.integers(len(labels)))]]
        indices = [index for package in groups for session in package for index in session]
        wanted = rng.uniform(15, 30) * bank.sample_rate
        parts: list[np.ndarray] = []
        while sum(map(len, parts)) < wanted:
            parts.append(bank.sound(indices[int(rng.integers(len(indices)))]))
        clip = np.concatenate(parts)[: int(wanted)]
        paths.append(folder / f"{number}.wav")
        soundfile.write(paths[-1], soxr.resample(clip, bank.sample_rate, RATE), RATE)
    return paths


def thesis_mixture(paths: list[Path], folder: Path, rng: np.random.Generator) -> float:
    """Makes one mixture and gives its similarity to its target."""
    first, second = (
        AudioSegment.from_wav(paths[i]) for i in rng.choice(len(paths), 2, replace=False)
    )
    first, second = (clip.apply_gain(LOUDNESS - clip.dBFS) for clip in (first, second))
    length = max(len(first), len(second))
    first, second = (
        clip + AudioSegment.silent(length - len(clip), frame_rate=RATE) for clip in (first, second)
    )
    spectra = []
    for name, clip in (("mixture", first.overlay(second)), ("target", first)):
        clip.export(folder / f"{name}.wav", format="wav").close()
        samples, rate = librosa.load(folder / f"{name}.wav", duration=SECONDS)
        samples = librosa.util.fix_length(samples, size=round(SECONDS * rate))
        spectra.append(np.abs(librosa.stft(samples, n_fft=512, hop_length=256)).ravel())
    one, other = spectra
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def thesis_way(bank: SoundBank, count: int) -> dict[str, float]:
    """Mixtures that pass the filter, per second of CPU time."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_clips(bank, folder)
        thesis_mixture(paths, folder, rng)
        made = kept = 0
        started = time.process_time()
        while kept < count:
            made += 1
            kept += thesis_mixture(paths, folder, rng) <= THRESHOLDS[kept % len(THRESHOLDS)]
        spent = time.process_time() - started
    return {
        "per_second": kept / spent,
        "milliseconds_each": 1e3 * spent / made,
        "kept": kept / made,
    }


def on_the_fly(bank: SoundBank, count: int) -> dict[str, float]:
    """Augmented mixtures of the default recipe, per second of CPU time."""
    sampler = MixtureSampler(bank, MixingConfig(), seed=1)
    for index in range(10):
        sampler[index]
    started = time.process_time()
    for index in range(count):
        assert sampler[index].mixture.any()
    spent = time.process_time() - started
    return {"per_second": count / spent, "milliseconds_each": 1e3 * spent / count}


def main() -> None:
    """Prints both as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    bank = load_bank(options.corpus, "train")
    thesis = thesis_way(bank, max(10, options.count // 10))
    online = on_the_fly(bank, options.count)
    result = {
        "thesis": thesis,
        "online": online,
        "ratio": online["per_second"] / thesis["per_second"],
        "machine": platform.processor() or platform.machine(),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
