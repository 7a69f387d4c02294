"""Queries that name several sounds: how well they are told from others, and what comes of it.

    python benchmarks/compounds.py [--model default]
    python benchmarks/compounds.py [--model default] --corpus CORPUS [--mixtures 120] [--json OUT]

The first form fits the numbers of `soundlasso.zoo.parting` to queries that were never trained on:
each of the labels' own, which name one sound, and pairs of two labels' joined by "and", "while", a
comma and so on. It prints the numbers, how many cuts are right at several thresholds (with numbers
fitted to the other half of the labels), and what the package makes of ``compounds.toml``, queries
written by hand beforehand.

The second form measures mixtures of three sounds of the corpus's validation split, of which two
are asked for: SI-SDR improvement of their sum, if the query is taken as one, is taken apart, and
if the two are asked for in turn.
"""

import argparse
import json
import tomllib
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mixtures import plain_mixtures
from networks import read_network
from scipy.optimize import minimize

from soundlasso import Separator, load
from soundlasso.corpus.captions import captions
from soundlasso.metrics.sdr import si_sdr
from soundlasso.mixing.bank import load_bank
from soundlasso.query.registry import load_encoder
from soundlasso.zoo import parting
from soundlasso.zoo.parting import Evidence, Parter
from soundlasso.zoo.registry import find_card

SEED = 53
JOINTS = (" and ", ", ", " while ", ", and ", " as ", " followed by ", " with ")
THRESHOLDS = (-2.0, -1.0, 0.0, 1.0, 2.0)
_PENALTY = 1e-3
Numbers = npt.NDArray[np.float64]


def parter_of(model: str) -> Parter:
    """What takes apart the queries of a model."""
    card, folder = find_card(model)
    anchors = read_network(card, folder).query.anchors
    if anchors is None:
        raise SystemExit(f"{card.name} has no anchors, so it takes no query apart")
    return Parter(load_encoder(card.query_encoder), anchors)


def forms(label: str) -> tuple[str, str, str]:
    """A label, and a short form and a sentence for it that were never trained on."""
    known = captions()[label]
    return label, known.short_held_out[0], known.held_out[0].rstrip(".")


def joined(rng: np.random.Generator, one: str, other: str) -> tuple[str, str]:
    """A query for two labels, and what of it stands before the cut."""
    left, right = (forms(label)[int(rng.integers(3))] for label in (one, other))
    joint = JOINTS[int(rng.integers(len(JOINTS)))]
    return f"{left}{joint}{right[0].lower()}{right[1:]}", left


def cuts_to_judge(parter: Parter, pairs: int) -> tuple[Numbers, Numbers, Numbers]:
    """Evidence of cuts, ``M 5``; whether they are right; and which half their label is of."""
    labels = sorted(captions())
    rows: list[tuple[Evidence, bool, int]] = []
    for number, label in enumerate(labels):
        known = captions()[label]
        for query in (*known.held_out, *known.short_held_out):
            rows += [(evidence, False, number % 2) for _, evidence in parter.judge(query)]
    rng = np.random.default_rng(SEED)
    for _ in range(pairs):
        one, other = (int(place) for place in rng.choice(len(labels), 2, replace=False))
        query, left = joined(rng, labels[one], labels[other])
        right = [evidence for cut, evidence in parter.judge(query) if cut.left == left]
        rows += [(evidence, True, one % 2) for evidence in right]
    evidence, is_right, half = zip(*rows, strict=True)
    return np.array([astuple(one) for one in evidence]), np.array(is_right, float), np.array(half)


def fit(evidence: Numbers, is_right: Numbers) -> Numbers:
    """The offset and the weights of a logistic regression."""
    centre, scale = evidence.mean(0), evidence.std(0)
    inputs = (evidence - centre) / scale

    def loss(numbers: Numbers) -> float:
        logits = numbers[0] + inputs @ numbers[1:]
        likely = np.logaddexp(0, logits) - is_right * logits
        return float(likely.mean() + _PENALTY * np.square(numbers[1:]).sum())

    found = minimize(loss, np.zeros(1 + evidence.shape[1])).x
    weights = found[1:] / scale
    return np.concatenate([[found[0] - centre @ weights], weights])


def report_fit(parter: Parter) -> None:
    """Prints the numbers, and how good others of their kind are on what they were not fitted to."""
    evidence, is_right, half = cuts_to_judge(parter, 600)
    numbers = fit(evidence, is_right)
    names = ["offset", *(field.name for field in fields(Evidence))]
    print(", ".join(f"{name} {x:.2f}" for name, x in zip(names, numbers, strict=True)))
    logits = np.zeros(len(half))
    for side in (0, 1):
        other = fit(evidence[half != side], is_right[half != side])
        logits[half == side] = other[0] + evidence[half == side] @ other[1:]
    one, two = logits[is_right == 0], logits[is_right == 1]
    print(f"\n| threshold | of {len(two)} right cuts | of {len(one)} wrong cuts |")
    print("| ---: | ---: | ---: |")
    for threshold in THRESHOLDS:
        print(
            f"| {threshold:g} | {(two >= threshold).mean():.1%} | {(one >= threshold).mean():.1%} |"
        )


def report_written(parter: Parter) -> None:
    """Prints what is made of the queries that were written by hand."""
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    for kind, counts in lists.items():
        made = [
            (int(n), query, parter.parts(query)) for n, some in counts.items() for query in some
        ]
        wrong = [(query, found) for count, query, found in made if len(found) != count]
        print(f"\n{kind}: {len(made) - len(wrong)} of {len(made)} right; not:")
        for query, found in wrong:
            print(f"  {query!r}: {found}")


def answers(model: str, corpus: Path, count: int) -> Iterator[dict[str, float]]:
    """SI-SDR improvements for the sum of two of a mixture's three sounds."""
    bank = load_bank(corpus, "valid")
    together, apart = load(model), load(model, literal=True)
    sampler = plain_mixtures(bank, SEED, third_source=1.0)
    for number in range(count):
        mixture = sampler[number]
        one, other = ((0, 1), (0, 2), (1, 2))[number % 3]
        queries = [forms(mixture.labels[place]) for place in (one, other)]
        target = (mixture.sources[one] + mixture.sources[other])[None]
        yield {
            f"{kind}, {way}": value
            for place, kind in enumerate(("label", "short form", "sentence"))
            for way, value in _ways(
                together, apart, mixture.mixture[None], target, [q[place] for q in queries],
                bank.sample_rate,
            ).items()
        }  # fmt: skip


def _ways(
    together: Separator,
    apart: Separator,
    mixture: npt.NDArray[np.float32],
    target: npt.NDArray[np.float32],
    asked: list[str],
    rate: int,
) -> dict[str, float]:
    """What each way of asking for both gains."""
    query = " and ".join(asked)
    before = si_sdr(target, mixture)
    one = apart.separate(mixture, query, sample_rate=rate).target
    parted = together.separate(mixture, query, sample_rate=rate).target
    # What is taken away with them is what either lets through.
    in_turn = apart.remove(mixture, asked, sample_rate=rate).removed
    found = {"as one": one, "taken apart": parted, "asked in turn": in_turn}
    return {way: si_sdr(target, answer) - before for way, answer in found.items()}


def main() -> None:
    """Prints what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--mixtures", type=int, default=120)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.corpus is None:
        parter = parter_of(options.model)
        print(f"{parting.__name__}, {options.model}")
        report_fit(parter)
        report_written(parter)
        return
    found = list(answers(options.model, options.corpus, options.mixtures))
    means = {way: float(np.mean([one[way] for one in found])) for way in found[0]}
    if options.json:
        options.json.write_text(json.dumps(means, indent=1) + "\n", encoding="utf-8")
    for way, mean in means.items():
        print(f"{way:28}{mean:6.2f}")


if __name__ == "__main__":
    main()
