"""Makes the query encoder that comes with the program: MiniLM in four bits a weight.

    python benchmarks/pack_minilm.py [-o src/soundlasso/query/data]

Weights are rounded one column after the other, and what a column loses is made up for by those that
are not rounded yet, in view of what the layer gets to read (GPTQ; Frantar et al. 2022, arXiv
2210.17323). What it reads here are the corpus's training queries. The table of word pieces is
rounded as it is; norms, biases and positions stay in half precision.

Prints how far token states move, as a share of their energy, on the training queries and on
sentences that are held out.
"""

import argparse
import hashlib
import json
from importlib import resources
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor, nn

from soundlasso.atomic import write_text, written_aside
from soundlasso.corpus.captions import captions
from soundlasso.nn.bert import Bert
from soundlasso.nn.packed import (
    GROUP,
    best_levels,
    nearest_level,
    packed,
    rounded,
    scales_of,
    unpacked,
)
from soundlasso.query.encoder import TokenStates
from soundlasso.query.minilm import HUB_ID, TOKENIZER_SHA256, WEIGHTS_SHA256, MiniLm, find_files
from soundlasso.query.small_minilm import CONFIG, NAME

DAMPING = 0.05


def texts() -> tuple[list[str], list[str]]:
    """Queries to round by, and sentences that nothing is trained on."""
    known = list(captions().values())
    train = [text for one in known for text in (*one.sentences[::2], *one.phrases()[::30])]
    return train, [text for one in known for text in one.held_out]


def rounded_in_view(weight: Tensor, read: Tensor) -> dict[str, Tensor]:
    """A linear layer's weights ``O I`` as they are stored, rounded column by column.

    Args:
        weight: Of the layer.
        read: The covariance of what it reads, ``I I``.
    """
    weight = weight.double().clone()
    levels = best_levels(weight.float())
    moments = read.double() + DAMPING * read.diagonal().mean() * torch.eye(len(read)).double()
    upper = torch.linalg.cholesky(torch.linalg.inv(moments), upper=True)
    codes = torch.zeros(weight.shape, dtype=torch.long)
    scales = torch.zeros(len(weight), weight.shape[1] // GROUP)
    for column in range(weight.shape[1]):
        if column % GROUP == 0:
            group = weight[:, column : column + GROUP].float()
            scales[:, column // GROUP] = scales_of(group)[:, 0]
        scale = scales[:, column // GROUP]
        codes[:, column] = nearest_level((weight[:, column] / scale).float(), levels)
        error = weight[:, column] - (levels[codes[:, column]] * scale).double()
        rest = upper[column, column + 1 :] / upper[column, column]
        weight[:, column + 1 :] -= error[:, None] * rest
    return packed("weight", codes, scales, levels)


class _Moments:
    """What a layer reads: the mean over all tokens, and the covariance.

    Where a norm follows, a token counts the less the more there is to norm. Some tokens have values
    a hundred times those of others, which the norm takes away again.
    """

    def __init__(self, layer: nn.Linear, norm: nn.Module | None) -> None:
        self._layer = layer
        self._norm = norm
        self._read = torch.empty(0)
        self._weight = torch.empty(0)

    def of(
        self, block: nn.Module, states: list[Tensor], masks: list[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Mean ``I`` and covariance ``I I``, of all that a block is given."""
        size = self._layer.in_features
        count, total = 0.0, torch.zeros(size, dtype=torch.double)
        products = torch.zeros(size, size, dtype=torch.double)
        handles = [self._layer.register_forward_pre_hook(self._take)]
        if self._norm is not None:
            handles.append(self._norm.register_forward_pre_hook(self._weigh))
        for x, mask in zip(states, masks, strict=True):
            block(x, mask)
            read = self._read[mask]
            weight = torch.ones(len(read)) if self._norm is None else self._weight[mask]
            count += float(weight.sum())
            total += (weight @ read).double()
            products += ((read * weight[:, None]).T @ read).double()
        for handle in handles:
            handle.remove()
        mean = total / count
        return mean, products / count - torch.outer(mean, mean)

    def _take(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._read = inputs[0]

    def _weigh(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._weight = 1.0 / inputs[0].var(2, unbiased=False)


# Layers that read the same, and the norm behind them.
_PARTS = (
    (("query", "key", "value"), None),
    (("mix",), "mix_norm"),
    (("expand",), None),
    (("contract",), "contract_norm"),
)


def pack(encoder: MiniLm, queries: list[str]) -> dict[str, Tensor]:
    """The rounded weights; the encoder's own become what they are rounded to."""
    network = encoder.network
    batches = [encoder.cut(queries[start : start + 64]) for start in range(0, len(queries), 64)]
    state: dict[str, Tensor] = {}
    table = network.embed.words.weight
    state |= rounded("embed.words.weight", table)
    table.copy_(unpacked(state)["embed.words.weight"])
    states, masks = [network.embed(one.ids) for one in batches], [one.mask for one in batches]
    for number, block in enumerate(network.layers):
        # Each by what those before it give that are rounded already.
        for names, norm in _PARTS:
            moments = _Moments(getattr(block, names[0]), getattr(block, norm) if norm else None)
            mean, covariance = moments.of(block, states, masks)
            for name in names:
                layer = getattr(block, name)
                made = rounded_in_view(layer.weight, covariance)
                weight = unpacked(made)["weight"]
                # What the mean loses, the bias makes good.
                layer.bias += (layer.weight - weight) @ mean.float()
                layer.weight.copy_(weight)
                state |= {f"layers.{number}.{name}.{key}": part for key, part in made.items()}
        states = [block(x, mask) for x, mask in zip(states, masks, strict=True)]
        print(f"layer {number + 1} of {len(network.layers)}", flush=True)
    return state | _others(network, state)


def _others(network: Bert, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is not rounded."""
    done = unpacked(state).keys()
    values = {name: value for name, value in network.state_dict().items() if name not in done}
    values["embed.positions.weight"] = values["embed.positions.weight"][: CONFIG.positions]
    return {name: value.half().contiguous() for name, value in values.items()}


def moved(before: TokenStates, after: TokenStates) -> float:
    """How far states have moved, as a share of their energy."""
    apart = (after.states - before.states)[before.mask].square().sum()
    return float(apart / before.states[before.mask].square().sum())


@torch.inference_mode()
def main() -> None:
    """Writes weights, card and word pieces."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = Path(str(resources.files("soundlasso.query"))) / "data"
    parser.add_argument("-o", "--out", type=Path, default=default)
    options = parser.parse_args()
    encoder = MiniLm()
    train, held_out = texts()
    before = [encoder.encode(some) for some in (train[::6], held_out)]
    content = save(pack(encoder, train))
    after = [encoder.encode(some) for some in (train[::6], held_out)]
    shares = [round(moved(*pair), 4) for pair in zip(before, after, strict=True)]
    card = {
        "name": NAME,
        "made_of": f"{HUB_ID}, model.safetensors {WEIGHTS_SHA256}",
        "how": "four bits a weight, by benchmarks/pack_minilm.py",
        "queries": len(train),
        "moved": {"training queries": shares[0], "held-out sentences": shares[1]},
        "licence": "Apache-2.0",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    pieces = (find_files() / "tokenizer.json").read_bytes()
    assert hashlib.sha256(pieces).hexdigest() == TOKENIZER_SHA256
    for name, data in ((f"{NAME}.safetensors", content), (f"{NAME}.tokenizer.json", pieces)):
        with written_aside(options.out / name) as partial:
            partial.write_bytes(data)
    write_text(options.out / f"{NAME}.json", json.dumps(card, indent=2) + "\n")
    print(f"{len(content) / 1e6:.1f} MB; states moved by {shares[0]:.2%}, held out {shares[1]:.2%}")


if __name__ == "__main__":
    main()
