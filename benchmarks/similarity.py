"""CLAPScore and CLAPScoreA by a small judge of our own, for where no CLAP can be had.

    python benchmarks/similarity.py learn CORPUS JUDGE.safetensors [--sounds 8000] [--steps 2500]
    python benchmarks/similarity.py measure JUDGE.safetensors CORPUS MODEL... [--every 1] -o DIR

`learn` teaches a small convolutional network and a projection of MiniLM's mean token state to put
a sound and its query in one place, by CLAP's loss (Wu et al. 2023, arXiv 2211.06687: symmetric
cross-entropy over a batch), on the training recordings alone; it prints how many of the
recordings of the other splits are nearest to their own label. No separator has a part in it.
`measure` scores models on a frozen benchmark with it, as `soundlasso evaluate --clap` does with a
real CLAP; its results are for `soundlasso compare`. Its values compare with nothing but each
other: it has heard some hours of sound, a CLAP thousands.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from mixtures import plain_mixtures
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

import soundlasso
from soundlasso.dsp.mel import mel_filters
from soundlasso.evaluation.benchmark import BENCHMARKS, open_benchmark
from soundlasso.evaluation.clap import ClapMetrics
from soundlasso.evaluation.report import write_json
from soundlasso.evaluation.results import sample_name
from soundlasso.evaluation.score import evaluate_items
from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.mixing.online import MixingConfig, MixtureSampler
from soundlasso.query.encoder import CachedEncoder
from soundlasso.query.registry import load_encoder

SEED = 71
RATE = 32_000
SECONDS = 5.12
_FRAME, _HOP, _BANDS = 1024, 1024, 64
_CHANNELS = (24, 48, 96, 128, 192)
_SIZE = 128
_BATCH = 48
_LEARNING_RATE = 1e-3
_WINDOWS = 16
# What is quieter than this is not turned up: silence is to stay silence.
_QUIETEST = 1e-4
_LOUDNESS = 0.1


class Judge(nn.Module):
    """Sounds and texts in one space; see `soundlasso.evaluation.clap.SharedSpace`."""

    filters: Tensor

    def __init__(self) -> None:
        """Starts from random weights."""
        super().__init__()
        self.register_buffer(
            "filters", mel_filters(RATE, _FRAME, _BANDS, 50.0, 14_000.0), persistent=False
        )
        layers: list[nn.Module] = []
        for coming, going in zip((1, *_CHANNELS), _CHANNELS, strict=False):
            layers += [nn.Conv2d(coming, going, 3, 2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(going), nn.ReLU()]
        self.listen = nn.Sequential(*layers)
        self.place_sound = nn.Linear(2 * _CHANNELS[-1], _SIZE)
        self.encoder = CachedEncoder(load_encoder("minilm-4bit[mean]"))
        self.place_text = nn.Linear(self.encoder.size, _SIZE)
        self.sharpness = nn.Parameter(torch.tensor(np.log(1 / 0.07)))

    def spectra(self, waveforms: Tensor) -> Tensor:
        """Log power by mel band of ``B T`` of any loudness, ``B F N``."""
        loudness = waveforms.square().mean(1, keepdim=True).sqrt()
        level = waveforms * (_LOUDNESS / loudness.clamp_min(_QUIETEST))
        window = torch.hann_window(_FRAME)
        spectrum = torch.stft(level, _FRAME, _HOP, window=window, return_complex=True)
        return torch.log(self.filters @ spectrum.abs().square() + 1e-5)

    def sounds(self, spectra: Tensor) -> Tensor:
        """Places spectra ``B F N``: ``B D``, each of length 1."""
        seen = self.listen(spectra[:, None]).mean(2)
        return F.normalize(self.place_sound(torch.cat([seen.mean(-1), seen.amax(-1)], 1)), dim=1)

    def texts(self, queries: list[str]) -> Tensor:
        """Places queries: ``B D``, each of length 1."""
        return F.normalize(self.place_text(self.encoder.encode(queries).states[:, 0]), dim=1)

    @torch.inference_mode()
    def embed_text(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """``N D``."""
        return self.texts(list(texts)).double().numpy()

    @torch.inference_mode()
    def embed_audio(
        self, sounds: Sequence[npt.NDArray[np.floating]], sample_rate: int
    ) -> npt.NDArray[np.float64]:
        """``N D`` of sounds ``T`` or ``C T``, the mean of their windows; at `RATE` only."""
        if sample_rate != RATE:
            raise ValueError(f"the judge hears {RATE} Hz, not {sample_rate}")
        return np.stack([self._heard(sound) for sound in sounds])

    def _heard(self, sound: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        mono = np.atleast_2d(sound).mean(axis=0).astype(np.float32)
        length = round(SECONDS * RATE)
        windows = np.resize(mono, (max(round(len(mono) / length), 1), length))
        parts = [
            self.sounds(self.spectra(some))
            for some in torch.split(torch.from_numpy(windows), _WINDOWS)
        ]
        return F.normalize(torch.cat(parts).mean(0), dim=0).double().numpy()


@dataclass(frozen=True)
class Sounds:
    """Sounds to learn from, in spectra ``M F N``, and their labels."""

    spectra: Tensor
    labels: list[str]

    def batch(self, rng: np.random.Generator) -> list[int]:
        """Places of sounds of which no two have the same label."""
        chosen: dict[str, int] = {}
        while len(chosen) < _BATCH:
            place = int(rng.integers(len(self.labels)))
            chosen.setdefault(self.labels[place], place)
        return list(chosen.values())


def sounds_to_learn(judge: Judge, bank: SoundBank, count: int) -> Sounds:
    """Sounds of a bank, varied as in training, with others faint behind them."""
    config = MixingConfig(
        seconds=SECONDS, snr=(5.0, 40.0), third_source_probability=0.0, category_balance=0.5
    )
    sampler = MixtureSampler(bank, config, seed=SEED)
    spectra, labels = [], []
    for number in range(count):
        mixture = sampler[number]
        spectra.append(judge.spectra(torch.from_numpy(mixture.mixture)[None])[0].half())
        labels.append(mixture.labels[0])
    return Sounds(torch.stack(spectra), labels)


def texts_of(bank: SoundBank, label: str) -> list[str]:
    """What a label is asked for with in training."""
    known = bank.words.captions[label]
    return [label, *known.short, *known.sentences]


def learn(corpus: Path, count: int, steps: int) -> Judge:
    """A judge taught on the training recordings."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    judge, bank = Judge(), load_bank(corpus, "train")
    known = sounds_to_learn(judge, bank, count)
    print(f"{count} sounds of {len(set(known.labels))} labels", flush=True)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, steps)
    judge.train()
    truth = torch.arange(_BATCH)
    for step in range(steps):
        places = known.batch(rng)
        texts = [texts_of(bank, known.labels[place]) for place in places]
        queries = [some[int(rng.integers(len(some)))] for some in texts]
        # Not the same moment twice: a sound's time is turned round.
        shift = int(rng.integers(known.spectra.shape[-1]))
        spectra = known.spectra[places].float().roll(shift, dims=-1)
        likeness = judge.sounds(spectra) @ judge.texts(queries).T * judge.sharpness.exp()
        loss = (F.cross_entropy(likeness, truth) + F.cross_entropy(likeness.T, truth)) / 2
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}: loss {loss.item():.2f}", flush=True)
    return judge.eval()


def recognised(judge: Judge, bank: SoundBank) -> tuple[int, float, float]:
    """How many labels a split has, and how many sounds are nearest to their own; and to five."""
    labels = sorted(bank.targets)
    places = torch.from_numpy(judge.embed_text(labels))
    sampler = plain_mixtures(bank, SEED, third_source=0.0, seconds=SECONDS)
    ranks = []
    for number in range(300):
        mixture = sampler[number]
        sound = torch.from_numpy(judge.embed_audio([mixture.sources[0]], RATE)[0])
        own = labels.index(mixture.labels[0])
        likeness = places @ sound
        ranks.append(int((likeness > likeness[own]).sum()))
    found = np.array(ranks)
    return len(labels), float((found == 0).mean()), float((found < 5).mean())


def read_judge(path: Path) -> Judge:
    """A judge as `learn` left it."""
    judge = Judge()
    judge.load_state_dict(load_file(path))
    return judge.eval()


def measure(judge: Judge, name: str, corpus: Path, model: str, every: int, out: Path) -> None:
    """Scores a model on a benchmark and writes the result."""
    _, items = open_benchmark(name, corpus)
    separator = soundlasso.load(model, mend=False)
    some = islice(items, 0, None, every)
    result = evaluate_items(separator, some, extra=ClapMetrics(judge, "judge"))
    result = {"list": sample_name(name, every) if every > 1 else name, **result}
    write_json(out / f"{model}.{name}.json", result)
    for heard in ("model", "mixture", "oracle_mask"):
        mean, interval = result["mean"][heard], result["interval"][heard]
        scores = ", ".join(
            f"{metric} {mean[metric]:.3f} [{interval[metric][0]:.3f}, {interval[metric][1]:.3f}]"
            for metric in ("clapscore", "clapscore_a")
        )
        print(f"{model}, {name}, {heard}: {scores}, SDRi {mean['sdri']:.2f}", flush=True)


def main() -> None:
    """Learns or measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    learning = commands.add_parser("learn")
    learning.add_argument("corpus", type=Path)
    learning.add_argument("judge", type=Path)
    learning.add_argument("--sounds", type=int, default=8000)
    learning.add_argument("--steps", type=int, default=2500)
    measuring = commands.add_parser("measure")
    measuring.add_argument("judge", type=Path)
    measuring.add_argument("corpus", type=Path)
    measuring.add_argument("models", nargs="+")
    measuring.add_argument("--benchmark", choices=BENCHMARKS, default="thesis")
    measuring.add_argument("--every", type=int, default=1)
    measuring.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    if options.command == "measure":
        judge = read_judge(options.judge)
        options.out.mkdir(parents=True, exist_ok=True)
        for model in options.models:
            measure(judge, options.benchmark, options.corpus, model, options.every, options.out)
        return
    judge = learn(options.corpus, options.sounds, options.steps)
    save_file(judge.state_dict(), options.judge)
    for split in ("train", "valid", "test"):
        labels, first, five = recognised(judge, load_bank(options.corpus, split))
        print(f"{split}: {labels} labels; nearest {first:.0%}, among five {five:.0%}")


if __name__ == "__main__":
    main()
