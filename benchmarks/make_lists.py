"""Draws the frozen benchmarks from a corpus's test split.

    python benchmarks/make_lists.py corpus-data src/soundlasso/evaluation/lists

This was run once; running it again with the same corpus writes the same lists. Categories are
drawn evenly; then labels, packages, sessions and takes are.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

import numpy as np
import soxr

from soundlasso.atomic import written_aside
from soundlasso.corpus.captions import captions
from soundlasso.corpus.catalogue import Recording, read_catalogue
from soundlasso.corpus.labels import categories, conflicting
from soundlasso.dsp.stft import Stft
from soundlasso.evaluation.benchmark import Renderer, Row, fingerprint, recording_id, write_list
from soundlasso.mixing.bank import SoundBank, load_bank
from soundlasso.mixing.layout import lay_out, pick
from soundlasso.mixing.thesis import ThesisMixingConfig, similarity

COUNT = 300
SEED = 2026
SECONDS = 6.0
HELD_OUT_CARRIERS = ("the noise of {}", "get me {}", "remove any other sound except {}")
FEWEST_TRAINED = 3
T = TypeVar("T")


@dataclass(frozen=True)
class Draft:
    """A mixture before it is asked for anything."""

    labels: tuple[str, ...]
    row: Row


class Drawer:
    """Draws sounds of a bank by category, label, package, session and take."""

    def __init__(self, bank: SoundBank, seed: int) -> None:
        """Starts drawing; other seeds draw others."""
        self.bank = bank
        self.rng = np.random.default_rng((SEED, seed))
        self.category = categories()
        self.renderer = Renderer(bank)

    def pick(self, items: Sequence[T]) -> T:
        """One of them."""
        return pick(self.rng, items)

    def label(self, pool: list[str], present: list[str], category: str = "") -> str:
        """A label that conflicts with none that is present."""
        free = [x for x in pool if not any(x in conflicting(other) for other in present)]
        of: dict[str, list[str]] = defaultdict(list)
        for label in free:
            of[self.category[label]].append(label)
        return self.pick(of[category if category in of else self.pick(sorted(of))])

    def recordings(self, label: str) -> list[int]:
        """The takes of a session of a label."""
        return self.pick(self.pick(self.bank.targets[label]))

    def sound(self, label: str, seconds: float) -> str:
        """Lays recordings out over the mixture as training does."""
        placed = lay_out(
            self.rng,
            self.recordings(label),
            lambda index: range(self.length(index)),
            total=round(seconds * self.bank.sample_rate),
            rate=self.bank.sample_rate,
            is_repeated=lambda: self.rng.random() >= 0.5,
            variety_probability=0.5,
        )
        return "+".join(self.place(one.index, one.offset, one.gain) for one in placed)

    def length(self, index: int) -> int:
        """Of a recording, in samples."""
        return int(self.bank.offsets[index + 1] - self.bank.offsets[index])

    def place(self, index: int, offset: int, gain: float = 1.0) -> str:
        """A placement, as lists write it."""
        name = recording_id(self.bank.recordings[index].file)
        return f"{name}@{offset}" + (f"*{gain:.2f}" if gain != 1.0 else "")

    def draft(self, name: str, number: int, labels: list[str], seconds: float = SECONDS) -> Draft:
        """A mixture of sounds of these labels, the first the target, -5 to 5 dB."""
        snr = [f"{self.rng.uniform(-5, 5):.2f}" for _ in labels[1:]]
        sounds = [self.sound(label, seconds) for label in labels]
        level = float(self.rng.uniform(-30, -20))
        return self.drafted(f"{name}-{number:03d}", labels, sounds, snr, level, seconds)

    def drafted(
        self,
        mixture: str,
        labels: list[str],
        sounds: list[str],
        snr: list[str],
        level: float,
        seconds: float,
    ) -> Draft:
        """A mixture of sounds that are laid out, the first the target."""
        row = Row(
            id="",
            mixture=mixture,
            query="",
            kind="",
            label=labels[0],
            category=self.category[labels[0]],
            target=sounds[0],
            others="|".join(sounds[1:]),
            snr="|".join(snr),
            level=round(level, 2),
            seconds=seconds,
            sha256="",
        )
        return Draft(tuple(labels), row)

    def ask(self, draft: Draft, queries: dict[str, str]) -> list[Row]:
        """Rows for a mixture, hashed."""
        row = replace(draft.row, sha256=fingerprint(*self.renderer.render(draft.row)))
        return [
            replace(row, id=f"{row.mixture}-{kind}", kind=kind, query=query)
            for kind, query in queries.items()
        ]


def is_generated(recording: Recording) -> bool:
    """Whether it was played or spoken by a program; benchmarks hold nothing but recordings."""
    return "#" in recording.path


def recorded(bank: SoundBank) -> SoundBank:
    """The bank without what was generated."""
    kept = [replace(r, use="background") if is_generated(r) else r for r in bank.recordings]
    return replace(bank, recordings=kept)


def mixtures(
    drawer: Drawer, name: str, targets: list[str], others: list[str], sources: int
) -> list[Draft]:
    """``COUNT`` mixtures, the categories of their targets in turn."""
    turn = sorted({drawer.category[label] for label in targets})
    made = []
    for number in range(COUNT):
        labels = [drawer.label(targets, [], turn[number % len(turn)])]
        for _ in range(sources - 1):
            labels.append(drawer.label(others, labels))
        made.append(drawer.draft(name, number, labels))
    return made


def thesis(drawer: Drawer, targets: list[str]) -> list[Draft]:
    """Equal loudness, common start, the shorter padded, filtered by cosine similarity."""
    config = ThesisMixingConfig()
    stft = Stft(config.window, config.hop)
    turn = sorted({drawer.category[label] for label in targets})
    made: list[Draft] = []
    # The turn goes on where a mixture is thrown away: some categories hardly ever pass.
    for attempt in count():
        if len(made) == COUNT:
            break
        labels = [drawer.label(targets, [], turn[attempt % len(turn)])]
        labels.append(drawer.label(targets, labels))
        clips = [drawer.pick(drawer.recordings(label)) for label in labels]
        total = round(config.seconds * drawer.bank.sample_rate)
        length = [min(total, drawer.length(index)) for index in clips]
        # Equal loudness of the clips, not of what they are after padding.
        snr = 10 * np.log10(length[0] / length[1])
        level = config.loudness + 10 * np.log10(length[0] / total)
        starts = [-int(drawer.rng.integers(0, max(1, drawer.length(i) - total + 1))) for i in clips]
        sounds = [drawer.place(*placed) for placed in zip(clips, starts, strict=True)]
        draft = drawer.drafted(
            f"thesis-{len(made):03d}", labels, sounds, [f"{snr:.2f}"], level, config.seconds
        )
        target, mixture = (
            soxr.resample(x, drawer.bank.sample_rate, config.sample_rate)
            for x in drawer.renderer.render(draft.row)
        )
        if similarity(mixture, target, stft) <= config.thresholds[len(made) % 4]:
            made.append(draft)
    return made


def main() -> None:
    """Writes all lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    bank = recorded(load_bank(arguments.corpus, "test"))
    trained = [
        r for r in read_catalogue(arguments.corpus) if r.split == "train" and r.use == "target"
    ]
    known_from = Counter(r.label for r in trained if not is_generated(r))
    seen = sorted(label for label in bank.targets if known_from[label] >= FEWEST_TRAINED)
    unseen = sorted(set(bank.targets) - {r.label for r in trained})
    print(f"{len(seen)} labels seen in training; not seen: {', '.join(unseen)}")
    known = captions()
    lists: dict[str, list[Row]] = defaultdict(list)

    drawer = Drawer(bank, 1)
    for draft in mixtures(drawer, "two", seen, seen, 2):
        words = known[draft.labels[0]]
        sentences = [words.held_out[i] for i in drawer.rng.permutation(len(words.held_out))]
        short = drawer.pick(words.short_held_out)
        carrier = drawer.pick(HELD_OUT_CARRIERS).format(drawer.pick(words.short_held_out))
        wrong = drawer.label(seen, list(draft.labels))
        lists["two-source"] += drawer.ask(
            draft, {"label": draft.labels[0], "sentence": sentences[0]}
        )
        lists["paraphrase"] += drawer.ask(
            draft, {"short": short, "carrier": carrier, "sentence": sentences[1]}
        )
        lists["wrong"] += drawer.ask(
            draft, {"label": wrong, "sentence": drawer.pick(known[wrong].held_out)}
        )
    drawer = Drawer(bank, 2)
    for draft in mixtures(drawer, "three", seen, seen, 3):
        words = known[draft.labels[0]]
        queries = {"label": draft.labels[0], "sentence": drawer.pick(words.held_out)}
        lists["three-source"] += drawer.ask(draft, queries)
    drawer = Drawer(bank, 3)
    for draft in mixtures(drawer, "unseen", unseen, seen + unseen, 2):
        words = known[draft.labels[0]]
        queries = {"label": draft.labels[0], "sentence": drawer.pick(words.held_out)}
        lists["unseen-labels"] += drawer.ask(draft, queries)
    drawer = Drawer(bank, 4)
    for draft in thesis(drawer, seen):
        words = known[draft.labels[0]]
        lists["thesis"] += drawer.ask(draft, {"sentence": drawer.pick(words.held_out)})
    drawer = Drawer(bank, 5)
    for number, draft in enumerate(mixtures(drawer, "absent", seen, seen, 3)):
        # Two sounds, or one; what is asked for is neither.
        row, sounds = draft.row, 1 + number % 2
        wrong = drawer.label(seen, list(draft.labels[1 : 1 + sounds]))
        bare = replace(
            row,
            label=wrong,
            category=drawer.category[wrong],
            target="",
            others="|".join(row.others.split("|")[:sounds]),
            snr="|".join(row.snr.split("|")[:sounds]),
        )
        queries = {"label": wrong, "sentence": drawer.pick(known[wrong].held_out)}
        lists["absent"] += drawer.ask(Draft((wrong,), bare), queries)

    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, rows in lists.items():
        path = arguments.out / f"{name}.csv"
        with written_aside(path) as partial, partial.open("w", encoding="utf-8") as file:
            write_list(file, rows)
        print(f"{path}: {len(rows)} queries, {len({row.mixture for row in rows})} mixtures")


if __name__ == "__main__":
    main()
