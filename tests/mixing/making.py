"""A small bank of sounds that can be told apart, and a corpus of such banks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from soundlasso.corpus.captions import Captions, write_captions_file
from soundlasso.corpus.catalogue import Recording, write_catalogue
from soundlasso.corpus.conflicts import Kinds, write_conflicts
from soundlasso.corpus.manifest import Split
from soundlasso.mixing.bank import SoundBank

LABELS = ["dog barking", "rain", "violin", "keyboard typing", "car engine", "wolf howling"]


def bank(seed: int = 0, split: Split = "train", takes: int = 3) -> SoundBank:
    """Band-limited noise bursts, one band a label, two packages with some takes each."""
    rng = np.random.default_rng(seed)
    recordings, sounds = [], []
    for number, label in enumerate(LABELS):
        for package in ("one", "two"):
            for take in range(takes):
                length = int(rng.integers(3000, 40_000))
                spectrum = np.fft.rfft(rng.standard_normal(length))
                hertz = np.fft.rfftfreq(length, 1 / 32_000)
                low = 200.0 * 2.0**number
                spectrum[(hertz < low) | (hertz > 1.8 * low)] = 0
                sound = np.fft.irfft(spectrum, length)
                sounds.append((sound / np.abs(sound).max() * 0.9 * 32767).astype(np.int16))
                recordings.append(
                    Recording(
                        file=f"audio/{package}/{label}{take}.flac",
                        label=label,
                        category="test",
                        split=split,
                        use="target" if take < 2 else "background",
                        package=package,
                        path=f"{label}_{take}.wav",
                        licence="CC0",
                        seconds=length / 32_000,
                        rate=32_000,
                    )
                )
    offsets = np.cumsum([0, *map(len, sounds)])
    return SoundBank(recordings, np.concatenate(sounds), offsets, key=f"{seed} {split}")


def write_corpus(folder: Path, *splits: Split, takes: int = 3) -> Path:
    """Writes a corpus whose splits hold what ``bank`` with the split's place as seed holds."""
    rows = []
    for seed, split in enumerate(splits):
        sounds = bank(seed, split, takes)
        for index, recording in enumerate(sounds.recordings):
            recording = replace(recording, file=f"{split}-{recording.file}")
            path = folder / recording.file
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, (sounds.sound(index) * 32768).astype(np.int16), 32_000)
            rows.append(recording)
    write_catalogue(folder / "catalogue.csv", rows)
    return folder


def add_words(folder: Path) -> None:
    """Gives a corpus words of its own, as if it had been imported: violins may not meet rain."""
    own = {
        label: Captions((f"my {label}",), (f"I hear {label} here.",), (), (f"{label} it is.",))
        for label in LABELS
    }
    write_captions_file(folder, own)
    write_conflicts(
        folder,
        {"violin": Kinds(frozenset({"fiddle"})), "rain": Kinds(frozenset({"fiddle", "rain"}))},
    )
