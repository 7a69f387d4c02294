"""How far the corpus's words carry: are queries that were never trained on understood?

    python benchmarks/words.py [--sentences 100] [--short 100] [--steps 1500]

Without any sound: a classifier of labels, GainNet's pooling of the query encoder's token states
and one linear layer, is trained on the training queries of every label and asked which label each
held-out query is of. `--sentences 6 --short 4` leaves only the first of each, as many as there
were for gainnet.v1. Beside it stands the nearest training query (cosine of the tokens' mean).
"""

import argparse

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from soundlasso.corpus.captions import Captions, captions
from soundlasso.nn.pooling import TokenPooling
from soundlasso.query.encoder import QueryEncoder
from soundlasso.query.registry import load_encoder

Encoded = list[Tensor]


def encode(encoder: QueryEncoder, queries: list[str]) -> Encoded:
    """Token states of each query, ``L D``."""
    states = []
    for start in range(0, len(queries), 64):
        batch = encoder.encode(queries[start : start + 64])
        states += [one[mask] for one, mask in zip(batch.states, batch.mask, strict=True)]
    return states


def padded(states: Encoded) -> tuple[Tensor, Tensor]:
    """``B L D`` and its mask ``B L``."""
    mask = [torch.ones(len(one), dtype=torch.bool) for one in states]
    pad = nn.utils.rnn.pad_sequence
    return pad(states, batch_first=True), pad(mask, batch_first=True)


def training_queries(label: str, known: Captions, sentences: int, short: int) -> list[str]:
    """What a label may be trained on, with a fifth of its carrier phrases."""
    fewer = Captions(known.short[:short], known.sentences[:sentences], (), known.held_out)
    return [label, *fewer.sentences, *fewer.short, *fewer.phrases()[::5]]


def learn(states: Encoded, labels: Tensor, steps: int) -> nn.ModuleList:
    """The classifier."""
    torch.manual_seed(0)
    pooling = TokenPooling(states[0].shape[1], heads=4, size=256, dropout=0.1)
    head = nn.Linear(256, int(labels.max()) + 1)
    both = nn.ModuleList([pooling, head])
    spread = torch.cat(states).std()
    optimizer = torch.optim.AdamW(both.parameters(), lr=1e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        chosen = torch.randint(len(states), (64,))
        tokens, mask = padded([states[int(index)] for index in chosen])
        tokens = tokens + 0.1 * spread * torch.randn_like(tokens)
        loss = F.cross_entropy(head(pooling(tokens, mask)), labels[chosen], label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return both.eval()


@torch.inference_mode()
def share_right(both: nn.ModuleList, states: Encoded, labels: Tensor) -> float:
    """How many queries are classified rightly."""
    pooling, head = both
    right = 0
    for start in range(0, len(states), 128):
        found = head(pooling(*padded(states[start : start + 128]))).argmax(1)
        right += int((found == labels[start : start + 128]).sum())
    return right / len(states)


def nearest_right(known: Encoded, of_known: Tensor, states: Encoded, labels: Tensor) -> float:
    """How many queries are of the same label as the nearest training query."""
    near, asked = (
        F.normalize(torch.stack([one.mean(0) for one in some]), dim=1) for some in (known, states)
    )
    return float((of_known[(asked @ near.T).argmax(1)] == labels).float().mean())


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sentences", type=int, default=100)
    parser.add_argument("--short", type=int, default=100)
    parser.add_argument("--steps", type=int, default=1500)
    options = parser.parse_args()
    encoder = load_encoder("minilm")
    queries: dict[str, list[str]] = {"train": [], "sentences": [], "short forms": []}
    labels: dict[str, list[int]] = {kind: [] for kind in queries}
    for number, (label, known) in enumerate(captions().items()):
        for kind, some in (
            ("train", training_queries(label, known, options.sentences, options.short)),
            ("sentences", list(known.held_out)),
            ("short forms", known.phrases_held_out()),
        ):
            queries[kind] += some
            labels[kind] += [number] * len(some)
    states = {kind: encode(encoder, some) for kind, some in queries.items()}
    numbers = {kind: torch.tensor(some) for kind, some in labels.items()}
    both = learn(states["train"], numbers["train"], options.steps)
    print(f"{len(queries['train'])} training queries of {len(captions())} labels")
    for kind in ("sentences", "short forms"):
        learned = share_right(both, states[kind], numbers[kind])
        near = nearest_right(states["train"], numbers["train"], states[kind], numbers[kind])
        print(f"held-out {kind}: {learned:.1%} right, by the nearest query {near:.1%}")


if __name__ == "__main__":
    main()
