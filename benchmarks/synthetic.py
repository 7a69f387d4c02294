"""What a model that never heard synthetic sounds takes them for.

    python benchmarks/synthetic.py CORPUS [--label "bell ringing"] [--takes 12] [--plot FOLDER]

For every label, its takes are laid out over five seconds and the model is asked for every label of
the training split; printed is the rank of the right one (0: it matches best; labels that it could
be taken for do not count), the median over takes, beside that of real recordings of the training
split, and what the model takes most takes for. With `--plot`, spectrograms of synthetic takes above
and of real recordings below.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
from networks import read_network
from torch import Tensor

from soundlasso.corpus.catalogue import SAMPLE_RATE
from soundlasso.corpus.conflicts import Conflicts
from soundlasso.corpus.synthetic.registry import PACKAGE, sounds, synthesise
from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.models.gainnet import band_energies
from soundlasso.query.registry import load_encoder
from soundlasso.zoo.registry import find_card

SECONDS = 5.12


def laid_out(sound: np.ndarray) -> np.ndarray:
    """A sound over and over with gaps, at a common level."""
    size = round(SECONDS * SAMPLE_RATE)
    sound = sound / (np.abs(sound).max() + 1e-9) * 0.3
    gap = np.zeros(SAMPLE_RATE // 4, np.float32)
    once = np.concatenate([gap, sound])
    return np.resize(once, size) if len(once) < size else once[:size]


class Listener:
    """A model asked for many labels at once."""

    def __init__(self, model: str, labels: list[str]) -> None:
        """Loads it."""
        card, folder = find_card(model)
        self.network = read_network(card, folder)
        self.labels = labels
        encoded = load_encoder(card.query_encoder).encode(labels)
        with torch.inference_mode():
            self.queries = self.network.query(encoded.states, encoded.mask)
        self.stft = self.network.config.stft(SAMPLE_RATE)
        self.weights = self.network.config.layout.weights(self.stft.frequencies(SAMPLE_RATE))

    def match(self, sound: np.ndarray) -> Tensor:
        """How well a sound matches each label."""
        spectrum = self.stft.forward(torch.from_numpy(laid_out(sound).astype(np.float32)))
        energies = band_energies(spectrum[None], self.stft, self.weights)
        with torch.inference_mode():
            encoded: Any = self.network.encode(energies[None])
            return self.network.presence(encoded, self.queries)[0]


def ranks(
    listener: Listener,
    label: str,
    made: list[np.ndarray],
    kinds: Conflicts,
) -> tuple[float, str]:
    """The median rank of a label, and what its sounds are taken for."""
    allowed = torch.tensor([not kinds.conflict(label, x) or x == label for x in listener.labels])
    found, taken = [], Counter[str]()
    for sound in made:
        match = listener.match(sound).masked_fill(~allowed, float("-inf"))
        found.append(int((match > match[listener.labels.index(label)]).sum()))
        taken[listener.labels[int(match.argmax())]] += 1
    return float(np.median(found)), ", ".join(f"{k} {v}" for k, v in taken.most_common(3))


def recorded(bank: SoundBank, label: str, most: int) -> list[np.ndarray]:
    """Real recordings of a label."""
    indices = [
        i for i, x in enumerate(bank.recordings) if x.label == label and x.package != PACKAGE
    ]
    chosen = np.random.default_rng(0).permutation(indices)[:most]
    return [bank.sound(int(index)) for index in chosen]


def plot(path: Path, made: list[np.ndarray], real: list[np.ndarray]) -> None:
    """Spectrograms of both."""
    from matplotlib.figure import Figure

    columns = max(2, min(5, len(made)))
    figure = Figure(figsize=(3.2 * columns, 5))
    axes = figure.subplots(2, columns)
    for row, sounds_of in enumerate((made, real)):
        for column in range(columns):
            axis = axes[row][column]
            if column < len(sounds_of):
                axis.specgram(
                    sounds_of[column][: SAMPLE_RATE * 6] + 1e-6, 1024, SAMPLE_RATE, noverlap=768
                )
            axis.set_title(("made" if row == 0 else "recorded"), fontsize=7)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=70)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--label", action="append")
    parser.add_argument("--takes", type=int, default=12)
    parser.add_argument("--model", default="default")
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    bank = load_bank(options.corpus, "train")
    listener = Listener(options.model, sorted(bank.targets))
    print("| label | rank, synthetic | rank, recorded | synthetic taken for | recorded taken for |")
    print("| --- | ---: | ---: | --- | --- |")
    for label in options.label or sorted(sounds()):
        made = [synthesise(f"synthetic#{label}/{i}")[:, 0] for i in range(options.takes)]
        real = recorded(bank, label, options.takes)
        if options.plot:
            plot(options.plot / f"{label.replace(' ', '-')}.png", made, real)
        if label not in bank.targets:
            print(f"| {label} | not trained | | | |")
            continue
        mine, for_mine = ranks(listener, label, made, bank.words.conflicts)
        theirs, for_theirs = ranks(listener, label, real, bank.words.conflicts)
        print(f"| {label} | {mine:.0f} | {theirs:.0f} | {for_mine} | {for_theirs} |", flush=True)


if __name__ == "__main__":
    main()
