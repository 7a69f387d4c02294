"""Puts what is known of words into a trained GainNet or LiveNet (`soundlasso.nn.anchors`).

    python benchmarks/anchor.py CARD CORPUS [--clusters 12] [--mixtures 240]
    python benchmarks/anchor.py CARD CORPUS [--clusters 12] --mixtures 0
    python benchmarks/anchor.py CARD CORPUS [--clusters 12] --share 0.35

The known sounds are the labels of the training split. Keys are the query encoder's mean tokens of
their training queries, brought down to so many a label by k-means; a label's vector is the mean of
what the network makes of it and its short forms.

The first form measures, on validation mixtures, what queries' vectors are worth at different
shares of the anchors: SI-SDRi of spectrograms, as in training, asked for by label and by a sentence
never trained on. "Unknown": the label that is asked for and all that could be it are left out of
the anchors, as if nobody had ever heard of it. It begins with how many queries that were never
trained on mean their own label most of all, which is all that the second form says. The third form
writes anchors into weights and card.
"""

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from networks import read_network, stored_weights, without_anchors, write_network
from scipy.cluster.vq import kmeans2
from torch import Tensor
from torch.nn import functional as F

from soundlasso.mixing.bank import SoundBank
from soundlasso.mixing.pack import open_bank
from soundlasso.models.gainnet import GainNet
from soundlasso.models.livenet import LiveNet
from soundlasso.nn.anchors import Anchors, AnchorsConfig
from soundlasso.query.encoder import QueryEncoder, TokenStates
from soundlasso.query.registry import load_encoder
from soundlasso.training.gain_batch import asked_of, measure
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.gain_task import si_sdr_improvement
from soundlasso.training.validation import ValidationExamples
from soundlasso.zoo.card import Card
from soundlasso.zoo.registry import find_card

SHARES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
_AT_ONCE = 64


def make_anchors(
    network: GainNet | LiveNet, encoder: QueryEncoder, train: SoundBank, clusters: int
) -> Anchors:
    """The anchors of a network, of the training queries of a corpus's labels."""
    labels, words = sorted(train.targets), train.words.captions
    short = [(label, *words[label].short) for label in labels]
    known = [(*short[place], *words[label].sentences) for place, label in enumerate(labels)]
    size = network.config.token_size
    # As they lie around nothing in particular, to find the centre.
    loose = Anchors(AnchorsConfig(keys=1, sounds=1), size, network.config.query_size)
    with torch.inference_mode():
        places = [
            torch.cat([loose.place(*encoded(encoder, part)) for part in parts(queries)])
            for queries in known
        ]
        centre = torch.cat(places).mean(0)
        keys = [condensed(F.normalize(place - centre, dim=-1), clusters) for place in places]
        vectors = [network.query(*encoded(encoder, list(few))).mean(0) for few in short]
    config = AnchorsConfig(keys=sum(map(len, keys)), sounds=len(labels))
    made = Anchors(config, size, network.config.query_size)
    made.centre.copy_(centre)
    made.keys.copy_(torch.cat(keys))
    made.sounds.copy_(torch.repeat_interleave(torch.tensor([len(one) for one in keys])))
    made.vectors.copy_(torch.stack(vectors))
    return made


def parts(queries: list[str] | tuple[str, ...]) -> list[list[str]]:
    """Queries in lots that are encoded at once."""
    return [list(queries[at : at + _AT_ONCE]) for at in range(0, len(queries), _AT_ONCE)]


def encoded(encoder: QueryEncoder, queries: list[str]) -> tuple[Tensor, Tensor]:
    """Token states and their mask."""
    states: TokenStates = encoder.encode(queries)
    return states.states, states.mask


def condensed(places: Tensor, clusters: int) -> Tensor:
    """Places, ``M D`` of length 1, or the directions of so many clusters of them."""
    if len(places) <= clusters:
        return places
    means, _ = kmeans2(places.double().numpy(), clusters, minit="++", seed=0)
    # An empty cluster has no direction.
    kept = torch.from_numpy(means[np.isfinite(means).all(1)]).float()
    return F.normalize(kept, dim=-1)


def named(anchors: Anchors, encoder: QueryEncoder, train: SoundBank) -> str:
    """How many held-out queries the anchors take for what they mean."""
    found = []
    for kind in ("held_out", "short_held_out"):
        right, count = 0, 0
        for place, label in enumerate(sorted(train.targets)):
            queries = list(getattr(train.words.captions[label], kind))
            with torch.inference_mode():
                meant = anchors.weights(*encoded(encoder, queries)).argmax(1)
            right, count = right + int((meant == place).sum()), count + len(queries)
        found.append(f"{right / count:.1%} of {count}")
    return f"{len(anchors.keys)} keys: right are {found[0]} sentences, {found[1]} short forms"


def shares_of(
    network: GainNet | LiveNet,
    anchors: Anchors,
    encoder: QueryEncoder,
    train: SoundBank,
    valid: SoundBank,
    count: int,
) -> dict[tuple[float, str], list[float]]:
    """SI-SDRi of all answers, by share and kind of query."""
    examples = ValidationExamples(valid, GainTaskConfig().mixing, set(train.targets))
    stft = network.config.stft(valid.sample_rate)
    bands = network.config.layout.weights(stft.frequencies(valid.sample_rate))
    conflicts, labels = train.words.conflicts, sorted(train.targets)
    decode: Any = network.decode
    found: dict[tuple[float, str], list[float]] = {}
    for first in range(0, count, 16):
        for kind in ("label", "sentence"):
            asked = examples.examples(range(first, min(first + 16, count)), kind)
            sources = torch.stack([one.sources for one in asked])
            batch = measure(sources.sum(1), sources[:, :2], asked_of(asked), stft, bands)
            wanted = [label for one in asked for label in one.query_labels[:2]]
            apart = torch.tensor([[not conflicts.conflict(x, y) for x in labels] for y in wanted])
            with torch.inference_mode():
                heard: Any = network.encode(batch.energies).select(batch.index)
                tokens, mask = encoded(encoder, list(batch.queries))
                vector = network.query(tokens, mask)
                meant = anchors.weights(tokens, mask)
                others = meant * apart
                others = others / others.sum(1, keepdim=True).clamp_min(1e-6)
                for share in SHARES:
                    for name, weights in ((kind, meant), (f"unknown {kind}", others)):
                        mixed = torch.lerp(vector, weights @ anchors.vectors, share)
                        gains = decode(heard, mixed)
                        values = si_sdr_improvement(batch, gains).tolist()
                        found.setdefault((share, name), []).extend(values)
    return found


def write(card: Card, folder: Path, anchors: Anchors, share: float) -> None:
    """Puts anchors into weights and card."""
    state = without_anchors(stored_weights(card, folder))
    for name, value in anchors.state_dict().items():
        half = value.half() if value.ndim > 1 else value
        state[f"query.anchors.{name}"] = half.contiguous()
    config = {**card.config, "anchors": asdict(replace(anchors.config, share=share))}
    note = f"{anchors.config.keys} keys of {anchors.config.sounds} labels, share {share:g}"
    write_network(card, folder, state, {"anchors": note}, config=config)


def main() -> None:
    """Measures or writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("card")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--clusters", type=int, default=12, help="keys a label")
    parser.add_argument("--mixtures", type=int, default=240)
    parser.add_argument("--share", type=float, help="write anchors with this share")
    arguments = parser.parse_args()
    card, folder = find_card(arguments.card)
    network = read_network(card, folder, anchors=False)
    encoder = load_encoder(card.query_encoder)
    train = open_bank(arguments.corpus, "train")
    anchors = make_anchors(network, encoder, train, arguments.clusters)
    if arguments.share is not None:
        write(card, folder, anchors, arguments.share)
        return
    print(named(anchors, encoder, train), flush=True)
    if not arguments.mixtures:
        return
    valid = open_bank(arguments.corpus, "valid")
    found = shares_of(network, anchors, encoder, train, valid, arguments.mixtures)
    kinds = ("label", "sentence", "unknown label", "unknown sentence")
    print(f"| share | {' | '.join(kinds)} |\n| ---: |{' ---: |' * len(kinds)}")
    for share in SHARES:
        values = [f"{np.mean(found[share, kind]):.2f}" for kind in kinds]
        print(f"| {share} | {' | '.join(values)} |", flush=True)


if __name__ == "__main__":
    main()
