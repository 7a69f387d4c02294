"""Teaches a trained GainNet or LiveNet the single words for its sounds, without any sound.

    python benchmarks/teach_words.py CARD CORPUS [--others 24] [--share 0.75] [--write]

Single words ("phone") are rare among a run's queries, and a network that has hardly met one takes
it for none in particular. Here what reads queries is trained on, so that the single words of a
label give the vector that the label and its other short forms have on average, and all other
training queries what they gave before. ``--others`` says how many of these a label are held so; of
what the weights have changed, ``--share`` is kept (Wortsman et al. 2022, arXiv 2109.01903). Prints
how many queries are nearest to their own label before and after; with ``--write`` the change goes
into weights and card. Anchors are put in afterwards (``anchor.py``).
"""

import argparse
import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from networks import read_network, stored_weights, without_anchors, write_network
from queries import NEW_WORDS
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.corpus.captions import captions
from soundlasso.mixing.pack import open_bank
from soundlasso.nn.pooling import TokenPooling
from soundlasso.query.encoder import CachedEncoder, QueryEncoder, TokenStates
from soundlasso.query.registry import load_encoder
from soundlasso.zoo.registry import find_card

STEPS = 1500
_BATCH = 256
_RATE = 1e-3
_DECAY = 0.01
SEED = 61


@dataclass(frozen=True)
class Queries:
    """Queries in tokens, and of which label each is."""

    states: TokenStates
    labels: Tensor

    def vectors(self, pooling: nn.Module, places: Tensor | None = None) -> Tensor:
        """What they become, ``Q K``; some of them if ``places`` says which."""
        every = torch.arange(len(self.labels)) if places is None else places
        return torch.cat(
            [
                pooling(self.states.states[some], self.states.mask[some])
                for some in torch.split(every, 1024)
            ]
        )


def gathered(encoder: QueryEncoder, texts: list[tuple[int, str]]) -> Queries:
    """Encodes queries, each with its label's place."""
    places, queries = zip(*texts, strict=True)
    return Queries(encoder.encode(list(queries)), torch.tensor(places))


def taught(pooling: TokenPooling, words: Queries, targets: Tensor, others: Queries) -> TokenPooling:
    """A pooling that gives words their targets, ``W K``, and other queries what they had."""
    with torch.inference_mode():
        before = others.vectors(pooling)
    before, targets = before.clone(), targets.clone()
    scale = float(before.square().mean())
    pupil = copy.deepcopy(pooling).eval()
    for parameter in pupil.parameters():
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(pupil.parameters(), lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    generator = torch.Generator().manual_seed(SEED)
    for step in range(STEPS):
        some = torch.randint(len(targets), (_BATCH // 2,), generator=generator)
        rest = torch.randint(len(before), (_BATCH,), generator=generator)
        wrong = F.mse_loss(words.vectors(pupil, some), targets[some])
        moved = F.mse_loss(others.vectors(pupil, rest), before[rest])
        optimizer.zero_grad()
        torch.autograd.backward((wrong + 3 * moved) / scale)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"{step}: words {wrong.item() / scale:.3f}, others {moved.item() / scale:.4f}")
    return pupil


def between(one: TokenPooling, other: TokenPooling, share: float) -> TokenPooling:
    """A pooling whose weights lie between those of two."""
    made = copy.deepcopy(one)
    last = other.state_dict()
    made.load_state_dict(
        {name: value.lerp(last[name], share) for name, value in one.state_dict().items()}
    )
    return made


def right(pooling: TokenPooling, queries: Queries, vectors: Tensor) -> float:
    """Which share of queries is nearest to the vector of its own label."""
    centre = vectors.mean(0)
    with torch.inference_mode():
        found = F.normalize(queries.vectors(pooling) - centre, dim=1)
    near = found @ F.normalize(vectors - centre, dim=1).T
    return float((near.argmax(1) == queries.labels).float().mean())


def main() -> None:
    """Teaches, reports and writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("card")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--others", type=int, default=24, help="other queries a label")
    parser.add_argument("--share", type=float, default=0.75, help="of the change that is kept")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    card, folder = find_card(options.card)
    network = read_network(card, folder, anchors=False)
    encoder = CachedEncoder(load_encoder(card.query_encoder))
    labels = sorted(open_bank(options.corpus, "train").targets)
    known, rng = captions(), np.random.default_rng(SEED)
    texts: dict[str, list[tuple[int, str]]] = {}
    for place, label in enumerate(labels):
        own = known[label]
        phrases = [label, *(short for short in own.short if short not in own.words)]
        more = [*own.phrases(), *own.sentences]
        drawn = rng.choice(len(more), min(options.others, len(more)), replace=False)
        for kind, queries in (
            ("words", own.words),
            ("phrases", phrases),
            ("others", [more[int(at)] for at in drawn if more[int(at)] not in own.words]),
            ("new words", [NEW_WORDS[label]] if label in NEW_WORDS else []),
            ("new short forms", own.short_held_out),
            ("new sentences", own.held_out),
        ):
            texts.setdefault(kind, []).extend((place, query) for query in queries)
    found = {kind: gathered(encoder, some) for kind, some in texts.items()}
    others = gathered(encoder, [*texts["others"], *texts["phrases"]])
    pooling = network.query
    with torch.inference_mode():
        of_phrases = found["phrases"].vectors(pooling)
    vectors = torch.stack(
        [of_phrases[found["phrases"].labels == place].mean(0) for place in range(len(labels))]
    )
    pupil = taught(pooling, found["words"], vectors[found["words"].labels], others)
    pupil = between(pooling, pupil, options.share)
    print("\n| queries | | nearest to their label before | after |\n| --- | ---: | ---: | ---: |")
    for kind, some in found.items():
        shares = [right(one, some, vectors) for one in (pooling, pupil)]
        print(f"| {kind} | {len(some.labels)} | {shares[0]:.1%} | {shares[1]:.1%} |")
    if options.write:
        state = without_anchors(stored_weights(card, folder))
        for name, value in pupil.state_dict().items():
            stored = state[f"query.{name}"]
            state[f"query.{name}"] = value.detach().to(stored.dtype).contiguous()
        note = f"{len(found['words'].labels)} single words taught without sound"
        write_network(card, folder, state, {"words": note})


if __name__ == "__main__":
    main()
