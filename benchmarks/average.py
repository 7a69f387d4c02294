"""Averages the weights of networks that had one beginning (model soups; Wortsman et al. 2022).

    python benchmarks/average.py CARD CARD ... --name gainnet.mine -o DIR

Means of all numbers, batch norms' statistics included; the new card is the first one's with another
name and a note. Runs that had the same beginning but other mixtures each err in their own way.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from networks import stored_weights, write_network
from torch import Tensor

from soundlasso.zoo.registry import find_card


def averaged(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Means of weights in their own precision; counts are the first one's."""
    if any(state.keys() != states[0].keys() for state in states):
        raise SystemExit("these networks do not have the same weights")
    return {
        name: torch.stack([state[name].float() for state in states]).mean(0).to(first.dtype)
        if first.is_floating_point()
        else first
        for name, first in states[0].items()
    }


def main() -> None:
    """Writes weights and card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cards", nargs="+")
    parser.add_argument("--name", required=True)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    found = [find_card(name) for name in options.cards]
    state = averaged([stored_weights(card, folder) for card, folder in found])
    note = ", ".join(f"{card.name} ({card.sha256[:8]})" for card, _ in found)
    card = replace(found[0][0], name=options.name, weights=f"{options.name}.safetensors")
    options.out.mkdir(parents=True, exist_ok=True)
    write_network(card, options.out, state, {"averaged": note})


if __name__ == "__main__":
    main()
