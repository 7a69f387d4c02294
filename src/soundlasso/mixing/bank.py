"""All recordings of a split, in memory, grouped so that sampling is fair."""

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from soundlasso.corpus.catalogue import SAMPLE_RATE, Recording, read_catalogue
from soundlasso.corpus.manifest import Split
from soundlasso.corpus.words import Words, read_words
from soundlasso.errors import CorpusError


@dataclass
class SoundBank:
    """Recordings and their samples.

    Attributes:
        recordings: Of one split.
        samples: All of them one after the other, int16, mono.
        offsets: Where each begins in ``samples``; one more entry marks the end.
        key: Changes when the recordings do.
        sample_rate: In Hz.
        words: What labels are asked for with, and which of them may meet.
    """

    recordings: list[Recording]
    samples: npt.NDArray[np.int16]
    offsets: npt.NDArray[np.int64]
    key: str
    sample_rate: int = SAMPLE_RATE
    words: Words = field(default_factory=Words)

    def sound(self, index: int) -> npt.NDArray[np.float32]:
        """A recording's samples, ``T`` float32."""
        raw = self.samples[self.offsets[index] : self.offsets[index + 1]]
        return raw.astype(np.float32) / np.float32(32768)

    @cached_property
    def targets(self) -> dict[str, list[list[list[int]]]]:
        """Recordings that may be asked for: label, then package, then session, then take.

        Drawing at each level in turn keeps one session's hundred takes from drowning the rest.
        """
        return self._grouped("target")

    @cached_property
    def all_sounds(self) -> dict[str, list[list[list[int]]]]:
        """As `targets`, with the recordings that may only be mixed in."""
        return self._grouped("target", "background")

    def _grouped(self, *uses: str) -> dict[str, list[list[list[int]]]]:
        groups: defaultdict[str, defaultdict[str, defaultdict[str, list[int]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for index, recording in enumerate(self.recordings):
            if recording.use in uses:
                groups[recording.label][recording.package][recording.take_group].append(index)
        return {
            label: [list(sessions.values()) for sessions in packages.values()]
            for label, packages in groups.items()
        }


def load_bank(folder: Path, split: Split) -> SoundBank:
    """Loads a split of the corpus in ``folder``.

    The samples are kept in one file beside the corpus, so that only the first load decodes.

    Raises:
        CorpusError: there is no corpus, the split is empty, a recording is missing, or the words
            of the corpus are missing or damaged.
    """
    recordings = split_recordings(folder, split)
    words = read_words(folder, recordings)
    key = bank_key(recordings)
    cached = folder / f"bank-{split}-{key}.npz"
    if not cached.exists():
        _decode(folder, recordings, cached)
    with np.load(cached) as arrays:
        return SoundBank(recordings, arrays["samples"], arrays["offsets"], key, words=words)


def split_recordings(folder: Path, split: Split) -> list[Recording]:
    """The rows of a split in the catalogue of the corpus in ``folder``.

    Raises:
        CorpusError: there is no corpus, or the split is empty.
    """
    recordings = [item for item in read_catalogue(folder) if item.split == split]
    if not recordings:
        raise CorpusError(f"{folder}: the corpus has no recordings in its split {split!r}")
    return recordings


def bank_key(recordings: list[Recording]) -> str:
    """What a bank of these recordings is known by; it changes when they do."""
    names = "\n".join(f"{item.file} {item.seconds}" for item in recordings)
    return hashlib.sha256(names.encode()).hexdigest()[:12]


def data_identity(train: SoundBank, valid: SoundBank) -> str:
    """What a run that is resumed must share: recordings, labels and, if imported, their words."""
    labels = repr([(item.label, item.category, item.use) for item in train.recordings])
    labelled = hashlib.sha256(labels.encode()).hexdigest()[:12]
    return " ".join(key for key in (train.key, valid.key, train.words.key, labelled) if key)


def read_samples(folder: Path, recording: Recording, *, frames: int = -1) -> npt.NDArray[np.int16]:
    """Decodes a recording of the corpus in ``folder``, ``T`` at the corpus's rate.

    Args:
        folder: Where the corpus lies.
        recording: Its row of the catalogue.
        frames: How many samples are wanted at most; all when negative.

    Raises:
        CorpusError: it is missing, damaged or not what the corpus is made of.
    """
    # Whoever has the samples already, as a pack does, needs no decoder.
    import soundfile

    try:
        samples, rate = soundfile.read(folder / recording.file, frames, dtype="int16")
    except (soundfile.LibsndfileError, OSError) as error:
        raise CorpusError(f"{recording.file}: cannot be read ({error}); build it again") from error
    if rate != SAMPLE_RATE or samples.ndim != 1:
        raise CorpusError(f"{recording.file}: is not mono at {SAMPLE_RATE} Hz; build it again")
    return samples


def _decode(folder: Path, recordings: list[Recording], cached: Path) -> None:
    sounds = [read_samples(folder, item) for item in recordings]
    offsets = np.cumsum([0, *(len(sound) for sound in sounds)], dtype=np.int64)
    # Several processes of one training may come here at once: each writes a file of its own.
    partial = cached.with_suffix(f".{os.getpid()}.npz")
    np.savez(partial, samples=np.concatenate(sounds), offsets=offsets)
    partial.replace(cached)
