"""Teaches a model's card to say whether a sound is there, and measures how well it does.

    python benchmarks/presence.py CARD.json CORPUS [--misses 0.1] [--date 2026-01-31]

The calibration (`soundlasso.engine.presence.PresenceCalibration`) is a logistic regression on
mixtures of one to three sounds of the corpus's validation split, half of them asked for a sound
that they hold and half for one that they do not, by label and by sentences that were never
trained on. The threshold is the score that a given share of the sounds that are there falls
short of: to be told that nothing was heard where something is there is the worse mistake.

What is measured are the frozen benchmarks: what `two-source` asks for is there, what `absent`
asks for is not. Both go into the card, the calibration as ``presence``, the figures as
``metrics["presence"]``.
"""

import argparse
import datetime
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mixtures import plain_mixtures
from scipy.optimize import minimize

import soundlasso
from soundlasso.audio.info import Samples
from soundlasso.engine.hearing import hear
from soundlasso.engine.presence import PresenceCalibration, stretch_evidence
from soundlasso.engine.separator import Separator
from soundlasso.evaluation.benchmark import open_benchmark
from soundlasso.evaluation.listening import listen
from soundlasso.mixing.bank import load_bank
from soundlasso.zoo.card import read_card

SEED = 53
# As long as the mixtures that presence is learned from, in whole steps of the network.
SECONDS = 5.12

Values = npt.NDArray[np.float64]


def validation_mixtures(
    corpus: Path, count: int
) -> Iterator[tuple[Samples, int, list[str], list[bool]]]:
    """Mixtures of one, two and three sounds, queries, and whether each is for one of them."""
    bank = load_bank(corpus, "valid")
    sampler = plain_mixtures(bank, SEED, third_source=0.5, seconds=SECONDS)
    captions = bank.words.captions
    for number in range(count):
        mixture = sampler[number]
        rng = np.random.default_rng((SEED, number, 3))
        sources = mixture.sources[:1] if number % 3 == 0 else mixture.sources
        labels = [mixture.labels[0], sampler.absent_label(rng, mixture.labels[: len(sources)])]
        held_out = [captions[label].held_out for label in labels]
        sentences = [some[int(rng.integers(len(some)))] for some in held_out]
        queries, there = [*labels, *sentences], [True, False, True, False]
        yield sources.sum(axis=0)[None], bank.sample_rate, queries, there


def calibrate(
    separator: Separator, corpus: Path, count: int, misses: float
) -> tuple[PresenceCalibration, float]:
    """The calibration, and the area under its curve on what it was fitted to."""
    rows, truth = [], []
    for samples, rate, queries, there in validation_mixtures(corpus, count):
        match, level, _ = stretch_evidence(listen(separator, samples, rate, queries), SECONDS)
        rows += list(zip(match[:, 0], level[:, 0], strict=True))
        truth += there
    evidence, there_at_all = np.array(rows), np.array(truth)
    sign = np.where(there_at_all, 1.0, -1.0)

    def loss(weights: Values) -> float:
        return float(np.logaddexp(0, -sign * (evidence @ weights[:2] + weights[2])).mean())

    by_match, by_level, offset = (round(float(x), 4) for x in minimize(loss, np.zeros(3)).x)
    fitted = PresenceCalibration(SECONDS, by_match, by_level, offset, threshold=0.5)
    scores = fitted.score(*evidence.T)
    threshold = round(float(np.quantile(scores[there_at_all], misses)), 4)
    area = area_under_curve(scores[there_at_all], scores[~there_at_all])
    return replace(fitted, threshold=threshold), area


def benchmark_scores(
    separator: Separator, calibration: PresenceCalibration, name: str, corpus: Path
) -> dict[str, Values]:
    """The scores of a benchmark's queries, by their kind."""
    found: dict[str, list[float]] = {}
    for item in open_benchmark(name, corpus)[1]:
        queries = [question.query for question in item.questions]
        timeline = listen(separator, item.mixture, item.sample_rate, queries)
        for question, hearing in zip(item.questions, hear(timeline, calibration), strict=True):
            assert hearing.presence is not None
            found.setdefault(question.notes["kind"], []).append(hearing.presence)
    return {kind: np.array(scores) for kind, scores in found.items()}


def area_under_curve(present: Values, absent: Values) -> float:
    """How often what is there scores higher than what is not (ties count half)."""
    difference = present[:, None] - absent[None]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def figures(present: Values, absent: Values, threshold: float) -> dict[str, float]:
    """How good a threshold is."""
    misses, alarms = float((present < threshold).mean()), float((absent >= threshold).mean())
    return {
        "auc": round(area_under_curve(present, absent), 3),
        "misses": round(misses, 3),
        "false_alarms": round(alarms, 3),
        "balanced_accuracy": round(1 - (misses + alarms) / 2, 3),
    }


def main() -> None:
    """Rewrites the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("card", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--mixtures", type=int, default=400)
    parser.add_argument("--misses", type=float, default=0.1)
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args()
    card = read_card(options.card)
    separator = soundlasso.load(options.card, literal=True)
    calibration, area = calibrate(separator, options.corpus, options.mixtures, options.misses)
    print(json.dumps(asdict(calibration)), f"AUC on validation {area:.3f}")
    there, not_there = (
        benchmark_scores(separator, calibration, name, options.corpus)
        for name in ("two-source", "absent")
    )
    all_there, all_not = (np.concatenate(list(some.values())) for some in (there, not_there))
    result = {
        **figures(all_there, all_not, calibration.threshold),
        "by_kind": {k: figures(there[k], not_there[k], calibration.threshold) for k in there},
        "validation_auc": round(area, 3),
        "queries": len(all_there) + len(all_not),
        "date": options.date,
    }
    print(json.dumps(result, indent=1))
    metrics = {**card.metrics, "presence": result}
    replace(card, presence=asdict(calibration), metrics=metrics).write(options.card)


if __name__ == "__main__":
    main()
