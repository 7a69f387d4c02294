"""Mixtures of a corpus as files, with the lists that ``evaluate`` reads."""

import csv
from pathlib import Path

import numpy as np
import soundfile

from soundlasso.atomic import written_aside
from soundlasso.corpus.manifest import Split
from soundlasso.engine.folders import make_folder
from soundlasso.mixing.augment import NO_AUGMENTATION
from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.mixing.online import MixingConfig, Mixture, MixtureSampler
from soundlasso.mixing.queries import plain_query

_FEWEST_TRAINED = 3
_MIXING = MixingConfig(
    seconds=6.0,
    snr=(-5.0, 5.0),
    level=(-30.0, -20.0),
    third_source_probability=0.0,
    rare_label_power=0.0,
    augment=NO_AUGMENTATION,
)


def seen_labels(train: SoundBank, split: SoundBank) -> list[str]:
    """Labels of a split of which training has at least three recordings.

    A label that is a single clip's id is in one split only; its sentences are asked instead.
    """
    counts = {
        label: sum(len(session) for package in packages for session in package)
        for label, packages in train.targets.items()
    }
    known = split.words.captions
    return [
        label
        for label in split.targets
        if counts.get(label, 0) >= _FEWEST_TRAINED or known[label].is_of_clip
    ]


def render_mixtures(corpus: Path, split: Split, out: Path, *, count: int, seed: int) -> list[Path]:
    """Writes mixtures, targets and lists of queries.

    Labels are drawn evenly; of a label, packages, sessions and takes are. Recordings keep their
    pitch and timbre; short ones are placed at random or repeated, half of the repeated ones by
    other takes of the session. Each mixture's first source is its target.

    Returns:
        The lists: by label, by unseen phrase, by unseen sentence, and with a wrong query.
    """
    bank = load_bank(corpus, split)
    labels = seen_labels(load_bank(corpus, "train"), bank)
    sampler = MixtureSampler(bank, _MIXING, seed=seed, labels=labels)
    audio = make_folder(out / "audio")
    rows: dict[str, list[dict[str, str]]] = {"label": [], "phrase": [], "sentence": [], "wrong": []}
    for index in range(count):
        mixture = sampler[index]
        for name, samples in (("mixture", mixture.mixture), ("target", mixture.sources[0])):
            path = audio / f"{index:04d}-{name}.flac"
            with written_aside(path) as partial:
                soundfile.write(partial, samples, bank.sample_rate, format="FLAC", subtype="PCM_24")
        for kind, query in _queries(sampler, mixture, index).items():
            rows[kind].append(
                {
                    "mixture": f"audio/{index:04d}-mixture.flac",
                    "target": f"audio/{index:04d}-target.flac",
                    "query": query,
                    "id": f"{index:04d}",
                    "label": mixture.labels[0],
                    "category": bank.recordings[mixture.recordings[0][0]].category,
                }
            )
    paths = []
    for kind, items in rows.items():
        paths.append(out / f"{kind}.csv")
        with (
            written_aside(paths[-1]) as partial,
            partial.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.DictWriter(file, list(items[0]))
            writer.writeheader()
            writer.writerows(items)
    return paths


def _queries(sampler: MixtureSampler, mixture: Mixture, index: int) -> dict[str, str]:
    rng = np.random.default_rng((sampler.seed, index, 5))
    words = sampler.bank.words.captions
    known = words[mixture.labels[0]]
    phrases = known.phrases_held_out() or list(known.held_out)
    return {
        "label": plain_query(mixture.labels[0], words),
        "phrase": phrases[int(rng.integers(len(phrases)))],
        "sentence": known.held_out[int(rng.integers(len(known.held_out)))],
        "wrong": plain_query(sampler.absent_label(rng, mixture.heard), words),
    }
