"""How sure of itself a trained GainNet or LiveNet should be, by its validation mixtures.

    python benchmarks/soften.py CARD CORPUS [--mixtures 240]
    python benchmarks/soften.py CARD CORPUS --scale 0.9 --shift 0.5

A network that has seen its training sounds often takes too hard decisions on new ones. The first
form measures what gains would be worth if their logits were scaled and shifted; the second writes
that into the weights and the card (`decoder.weigh`, the last linear layer, takes both in exactly).

SI-SDRi and SDRi are those of spectrograms, as in training; "leak" is the level of what is let
through for a sound that is not there, relative to the mixture.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from networks import read_network, stored_weights, write_network
from torch import Tensor

from soundlasso.mixing.pack import open_bank
from soundlasso.query.registry import load_encoder
from soundlasso.training.gain_batch import Batch, asked_of, measure
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.gain_task import answer_energies, si_sdr_improvement
from soundlasso.training.validation import ValidationExamples
from soundlasso.zoo.registry import find_card

KINDS = ("label", "sentence", "wrong")
SCALES = (1.0, 0.9, 0.8, 0.7)
SHIFTS = (0.0, 0.5)

Kept = tuple[str, Batch, Tensor]


def answers(name: str, corpus: Path, count: int) -> list[Kept]:
    """Kind, what was asked, and the logits of the gains, of all validation mixtures."""
    card, folder = find_card(name)
    network = read_network(card, folder)
    valid, train = open_bank(corpus, "valid"), open_bank(corpus, "train")
    examples = ValidationExamples(valid, GainTaskConfig().mixing, set(train.targets))
    stft = network.config.stft(valid.sample_rate)
    weights = network.config.layout.weights(stft.frequencies(valid.sample_rate))
    encoder = load_encoder(card.query_encoder)
    kept = []
    for first in range(0, count, 16):
        for kind in KINDS:
            asked = examples.examples(range(first, min(first + 16, count)), kind)
            sources = torch.stack([one.sources for one in asked])
            batch = measure(sources.sum(1), sources[:, :2], asked_of(asked), stft, weights)
            encoded = encoder.encode(list(batch.queries))
            with torch.inference_mode():
                gains, _ = network(batch.energies, encoded.states, encoded.mask, batch.index)
            kept.append((kind, batch, torch.logit(gains.double(), eps=1e-9).float()))
    return kept


def row(kept: list[Kept], scale: float, shift: float) -> str:
    """A line of the table."""
    similar: dict[str, list[float]] = {kind: [] for kind in KINDS}
    plain: dict[str, list[float]] = {kind: [] for kind in KINDS}
    leak: list[float] = []
    for kind, batch, logits in kept:
        gains = torch.sigmoid(scale * logits + shift)
        own, error = answer_energies(batch, gains)
        _, before = answer_energies(batch, torch.ones_like(gains))
        similar[kind] += si_sdr_improvement(batch, gains).tolist()
        plain[kind] += (10 * torch.log10(before / error.clamp_min(1e-9))).tolist()
        if kind == "wrong":
            leak += (10 * torch.log10(own / batch.total[batch.index])).tolist()
    means = [float(np.mean(each[kind])) for each in (similar, plain) for kind in KINDS[:2]]
    wrong = float(np.mean(similar["wrong"]))
    values = [f"{value:.2f}" for value in (*means, wrong)]
    return f"| {scale} | {shift} | {' | '.join(values)} | {np.mean(leak):.1f} |"


def write(name: str, scale: float, shift: float) -> None:
    """Writes scaled and shifted logits into a model's weights."""
    card, folder = find_card(name)
    state = stored_weights(card, folder)
    weight, bias = (state[f"decoder.weigh.{part}"] for part in ("weight", "bias"))
    state["decoder.weigh.weight"] = (weight.float() * scale).to(weight.dtype)
    # The first map is added to all that the others weigh.
    state["decoder.weigh.bias"] = (bias.float() * scale).to(bias.dtype)
    state["decoder.weigh.bias"][0] += shift
    note = f"logits of the gains times {scale:g}, plus {shift:g}, by validation mixtures"
    write_network(card, folder, state, {"afterwards": note})


def main() -> None:
    """Measures or writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("card")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--mixtures", type=int, default=240)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--shift", type=float, default=0.0)
    arguments = parser.parse_args()
    if (arguments.scale, arguments.shift) != (1.0, 0.0):
        write(arguments.card, arguments.scale, arguments.shift)
        return
    kept = answers(arguments.card, arguments.corpus, arguments.mixtures)
    print("| scale | shift | SI-SDRi, label | sentence | SDRi, label | sentence | wrong | leak |")
    print("| ---: " * 8 + "|")
    for scale in SCALES:
        for shift in SHIFTS:
            print(row(kept, scale, shift), flush=True)


if __name__ == "__main__":
    main()
