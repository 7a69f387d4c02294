"""How well spans tell when a sound is there: frame by frame, on mixtures of the corpus.

    python benchmarks/spans.py CORPUS [--model default] [--mixtures 200]

Mixtures of two sounds of the validation split, -5 to 5 dB, asked for both, by label. A sound
counts as there in a frame of 20 ms where it is within 30 dB of its own loudest frame and of 20 dB
of the mixture. Printed are, over all frames: how well each kind of evidence alone ranks frames
of one mixture (area under the curve, mean over mixtures), and how many of the frames in spans
are right, and of the right ones in spans, with and without the model's scores.
"""

import argparse
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mixtures import plain_mixtures

import soundlasso
from soundlasso.engine.hearing import hear
from soundlasso.engine.timeline import Timeline
from soundlasso.evaluation.listening import listen
from soundlasso.mixing.bank import load_bank

SEED = 59
Values = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]


def smooth(power: Values, frames: int) -> Values:
    """The mean over some frames around each."""
    kernel = np.ones(frames)
    return np.convolve(power, kernel, "same") / np.convolve(np.ones(len(power)), kernel, "same")


def active(source: npt.NDArray[np.float32], mixture: Values, frame: int) -> Marks:
    """The frames in which a source, ``T``, is to be heard."""
    padded = np.pad(source.astype(np.float64), (0, -len(source) % frame))
    power = smooth(np.square(padded).reshape(-1, frame).mean(axis=1), 3)
    return (power > 1e-3 * power.max()) & (power > 1e-2 * smooth(mixture, 3))


def area(values: Values, there: Marks) -> float:
    """How often a frame with the sound ranks above one without."""
    difference = values[there][:, None] - values[~there][None]
    return float((difference > 0).mean() + (difference == 0).mean() / 2)


def marked(timeline: Timeline, spans: tuple[soundlasso.Span, ...]) -> Marks:
    """The frames whose middle is in a span."""
    middle = (np.arange(len(timeline.mixture)) + 0.5) * timeline.frame
    return np.any([(middle >= s.start) & (middle < s.end) for s in spans] or [middle < 0], axis=0)


def measure(corpus: Path, model: str, count: int) -> dict[str, object]:
    """All figures."""
    bank = load_bank(corpus, "valid")
    sampler = plain_mixtures(bank, SEED, third_source=0.0)
    separator = soundlasso.load(model)
    areas: dict[str, list[float]] = defaultdict(list)
    counts: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number in range(count):
        mixture = sampler[number]
        timeline = listen(separator, mixture.mixture[None], bank.sample_rate, list(mixture.labels))
        assert timeline.matches is not None
        by_score = hear(timeline, separator.calibration)
        by_level = hear(replace(timeline, matches=None), None)
        frame = round(timeline.frame * bank.sample_rate)
        for query, source in enumerate(mixture.sources):
            there = active(source, timeline.mixture, frame)
            output = smooth(timeline.targets[query], 5)
            if 0.03 < there.mean() < 0.9:
                areas["match"].append(area(timeline.matches[query], there))
                areas["level"].append(area(output, there))
                share = output / np.maximum(smooth(timeline.mixture, 5), 1e-12)
                areas["level over mixture"].append(area(share, there))
            everywhere = np.ones(len(there), bool)
            for name, found in (
                ("spans", marked(timeline, by_score[query].spans)),
                ("spans by level alone", marked(timeline, by_level[query].spans)),
                ("one span over everything", everywhere),
            ):
                counts[name].append(
                    (int((found & there).sum()), int(found.sum()), int(there.sum()))
                )
    rates = {}
    for name, rows in counts.items():
        right, found, there_in_all = np.sum(rows, axis=0)
        rates[name] = {
            "precision": round(float(right / found), 3),
            "recall": round(float(right / there_in_all), 3),
            "f1": round(float(2 * right / (found + there_in_all)), 3),
        }
    return {
        "model": separator.name,
        "mixtures": count,
        "area_within_mixtures": {k: round(float(np.mean(v)), 3) for k, v in areas.items()},
        "frames": rates,
    }


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model", default="default")
    parser.add_argument("--mixtures", type=int, default=200)
    options = parser.parse_args()
    print(json.dumps(measure(options.corpus, options.model, options.mixtures), indent=1))


if __name__ == "__main__":
    main()
