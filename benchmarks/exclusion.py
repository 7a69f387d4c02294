"""What ``--not`` gains and costs: SI-SDR improvement with and without it, by rule.

    python benchmarks/exclusion.py CORPUS [--model default] [--mixtures 200] [--json OUT]

Mixtures of three sounds of the corpus's validation split, the third 6 dB quieter: the first is
asked for, and what must not remain is the second ("there") or a sound that the mixture does not
hold ("not there"). Both are asked for by label, then by sentences that were never trained on.
"there" is split in two ways, each at the median: by how much target and unwanted sound overlap
in time and frequency (the cosine similarity of their magnitudes), and by how well the target
came out without ``--not``.

The rules say what remains of the target's gain ``g`` where the unwanted sound's is ``n``; the
one that ``--not`` follows is `soundlasso.engine.model.Wish.share`.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from mixtures import plain_mixtures
from networks import read_network
from torch import Tensor

from soundlasso.dsp.masks import keep_out
from soundlasso.metrics.sdr import si_sdr
from soundlasso.mixing.bank import load_bank
from soundlasso.mixing.online import Mixture
from soundlasso.models.gainnet import band_energies
from soundlasso.query.encoder import QueryEncoder
from soundlasso.query.registry import load_encoder
from soundlasso.zoo.registry import find_card

SEED = 47
_TINY = 1e-6
Scores = npt.NDArray[np.float64]
Sound = npt.NDArray[np.float32]

RULES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "g": lambda g, n: g,
    "g (1 - 0.3 n)": lambda g, n: keep_out(g, [n], 0.3),
    "g (1 - 0.5 n)": lambda g, n: keep_out(g, [n], 0.5),
    "g (1 - 0.7 n)": lambda g, n: keep_out(g, [n], 0.7),
    "g (1 - n)": lambda g, n: keep_out(g, [n], 1.0),
    "min(g, 1 - n)": lambda g, n: torch.minimum(g, 1 - n),
    "g g / (g + n)": lambda g, n: g * g / (g + n + _TINY),
    "g g2 / (g2 + n2)": lambda g, n: g * g.square() / (g.square() + n.square() + _TINY),
    "max(g - n, 0)": lambda g, n: (g - n).clamp_min(0),
}
"""By name; the first is what happens without ``--not``."""


class Listener:
    """A network that answers queries on whole mixtures with gains."""

    def __init__(self, model: str, sample_rate: int) -> None:
        """Loads the network of a card."""
        card, folder = find_card(model)
        self.name = card.name
        self._network = read_network(card, folder)
        self._encoder: QueryEncoder = load_encoder(card.query_encoder)
        self.stft = self._network.config.stft(sample_rate)
        self._weights = self._network.config.layout.weights(self.stft.frequencies(sample_rate))

    @torch.inference_mode()
    def gains(self, mixture: Tensor, queries: list[str]) -> tuple[Tensor, list[Tensor]]:
        """The spectrogram of a mixture ``1 T``, and the bins' gains for each query, ``F N``."""
        spectrum = self.stft.forward(mixture)
        encoded: Any = self._network.encode(band_energies(spectrum, self.stft, self._weights)[None])
        found = []
        for query in queries:
            words = self._encoder.encode([query])
            vector = self._network.query(words.states, words.mask)
            found.append(self._weights.T @ self._network.decode(encoded, vector)[0])
        return spectrum, found


def overlap(listener: Listener, one: Sound, other: Sound) -> float:
    """The cosine similarity of two sounds' magnitudes."""
    a, b = (listener.stft.forward(torch.from_numpy(x)[None]).abs().flatten() for x in (one, other))
    return float(a @ b / (a.norm() * b.norm() + 1e-12))


def improvements(
    listener: Listener, mixture: Mixture, words: dict[str, list[str]]
) -> dict[tuple[str, str, str], float]:
    """SI-SDR improvements of a mixture's first sound by kind of query, case and rule."""
    target, whole = mixture.sources[:1], mixture.mixture[None]
    queries = [query for pair in words.values() for query in pair]
    spectrum, gains = listener.gains(torch.from_numpy(whole), queries)
    of = dict(zip(queries, gains, strict=True))
    before = si_sdr(target, whole)
    found = {}
    for kind in (0, 1):
        name = ("label", "sentence")[kind]
        for case in ("there", "not there"):
            for rule, remains in RULES.items():
                gain = remains(of[words["target"][kind]], of[words[case][kind]])
                answer = listener.stft.inverse(spectrum * gain, whole.shape[1]).numpy()
                found[name, case, rule] = si_sdr(target, answer) - before
    return found


def measure(corpus: Path, model: str, count: int) -> dict[str, object]:
    """Mean improvements, by kind of query, case and rule."""
    bank = load_bank(corpus, "valid")
    listener = Listener(model, bank.sample_rate)
    sampler = plain_mixtures(bank, SEED, third_source=1.0)
    captions = bank.words.captions
    found: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    similar = []
    for number in range(count):
        mixture = sampler[number]
        rng = np.random.default_rng((SEED, number, 3))
        absent = sampler.absent_label(rng, mixture.labels)
        labels = {"target": mixture.labels[0], "there": mixture.labels[1], "not there": absent}
        words = {
            name: [
                label,
                captions[label].held_out[int(rng.integers(len(captions[label].held_out)))],
            ]
            for name, label in labels.items()
        }
        similar.append(overlap(listener, *mixture.sources[:2]))
        for key, value in improvements(listener, mixture, words).items():
            found[key].append(value)
    table = [
        _row(kind, case, rule, np.array(values), np.array(found[kind, case, "g"]), similar)
        for (kind, case, rule), values in found.items()
    ]
    return {"model": listener.name, "mixtures": count, "table": table}


def _row(
    kind: str, case: str, rule: str, values: Scores, without: Scores, similar: list[float]
) -> dict[str, object]:
    """A line of the table."""
    row: dict[str, object] = {"query": kind, "unwanted": case, "rule": rule}
    row["si_sdri"] = float(values.mean())
    if case == "there":
        apart = np.array(similar) < np.median(similar)
        good = without >= np.median(without)
        halves = {"little overlap": apart, "much overlap": ~apart, "good": good, "bad": ~good}
        row |= {name: float(values[half].mean()) for name, half in halves.items()}
    return row


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model", default="default")
    parser.add_argument("--mixtures", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = measure(options.corpus, options.model, options.mixtures)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(f"{result['model']}, {result['mixtures']} mixtures; SI-SDRi in dB")
    for row in result["table"]:  # type: ignore[attr-defined]
        words = [row.pop(name) for name in ("query", "unwanted", "rule")]
        numbers = "  ".join(f"{name} {value:6.2f}" for name, value in row.items())
        print(f"{words[0]:9}{words[1]:10}{words[2]:18}{numbers}")


if __name__ == "__main__":
    main()
