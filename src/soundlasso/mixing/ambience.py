"""What is heard behind sounds wherever they are recorded: a place, its noise, its mains.

A bed is made of up to three things:

* distant recordings of a few kinds of sound that places are full of (birds, traffic, talk), in a
  large room that only their reverberation leaves, without the highs that air and walls swallow;
* noise between white and brown (power falling with the square of frequency), whose level moves;
* hum at 50 or 60 Hz with its harmonics.

It is far below what it lies behind, and nobody may ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from soundlasso.corpus.conflicts import ConflictIndex
from soundlasso.corpus.labels import ambience
from soundlasso.mixing.bank import SoundBank

Sound = npt.NDArray[np.float32]

NOISE_LABEL = "radio static"
HUM_LABEL = "machine humming"

_RECORDED = 0.7
_NOISE = 0.8
_HUM = 0.3
_LAYERS = (1, 3)
_SHORTEST_SECONDS = 3.0
PART_DECIBELS = (-15.0, 0.0)
MOVEMENT_DECIBELS = 3.0
MOVEMENT_SECONDS = 0.7
# Distant sounds are worked on at a quarter of the rate.
DISTANCE = 4
ROOMS = 16
_DULL_HERTZ = 1200.0
_DECAY_SECONDS = (0.6, 2.0)
HARMONICS = 12
NOISE_SAMPLES = 1 << 19
COLOURS = np.linspace(0.0, 2.0, 9)
_LOWEST_HERTZ = 30.0


@dataclass(frozen=True)
class Bed:
    """Background ambience.

    Attributes:
        sound: ``T`` float32, its RMS level 1.
        labels: What a listener might say that it holds.
        recordings: Which recordings of the bank it was made from.
    """

    sound: Sound
    labels: tuple[str, ...]
    recordings: tuple[int, ...]


@dataclass(frozen=True)
class BedPlan:
    """What a bed is made of.

    Attributes:
        labels: What a listener might say that it holds.
        recordings: Of the bank, heard from afar.
        noise: Whether there is noise.
        hum: Whether there is hum.
    """

    labels: tuple[str, ...]
    recordings: tuple[int, ...]
    noise: bool
    hum: bool


class Ambience:
    """Draws beds."""

    def __init__(self, bank: SoundBank, samples: int) -> None:
        """Prepares the drawing.

        Args:
            bank: Where distant sounds come from; if it has none that last, beds are noise.
            samples: How long beds are.
        """
        self._bank = bank
        self._samples = samples
        shortest = _SHORTEST_SECONDS * bank.sample_rate
        lengths = np.diff(bank.offsets)
        self._recordings = {
            label: [
                index
                for package in bank.all_sounds[label]
                for session in package
                for index in session
                if lengths[index] >= shortest
            ]
            for label in ambience()
            if label in bank.all_sounds
        }
        self._labels = [label for label, indices in self._recordings.items() if indices]
        self._index = ConflictIndex(self._labels, bank.words.conflicts)

    def draw(self, rng: np.random.Generator, present: Sequence[str]) -> Bed:
        """Draws a bed.

        Args:
            rng: Draws everything.
            present: Labels of what it lies behind; no distant sound conflicts with one of them.
        """
        out = np.zeros(self._samples, np.float32)
        labels, recordings = self.choose_distant(rng, present)
        if recordings:
            _add(out, self._distant(rng, recordings), rng)
        hums = rng.random() < _HUM
        # There is never nothing.
        if rng.random() < _NOISE or not (recordings or hums):
            labels.append(NOISE_LABEL)
            _add(out, _noise(rng, self._samples, self._bank.sample_rate), rng)
        if hums:
            labels.append(HUM_LABEL)
            _add(out, _hum(rng, self._samples, self._bank.sample_rate), rng)
        return Bed(out / _level(out), tuple(labels), tuple(recordings))

    def choose_distant(
        self, rng: np.random.Generator, present: Sequence[str]
    ) -> tuple[list[str], list[int]]:
        """Labels and recordings of what is heard from afar, if anything is.

        Args:
            rng: Draws them.
            present: See `draw`.
        """
        free = np.flatnonzero(~self._index.forbidden(present))
        if rng.random() >= _RECORDED or not len(free):
            return [], []
        count = min(len(free), int(rng.integers(*_LAYERS, endpoint=True)))
        labels = [self._labels[place] for place in rng.permutation(free)[:count]]
        choices = [self._recordings[label] for label in labels]
        return labels, [choice[int(rng.integers(len(choice)))] for choice in choices]

    def choose(self, rng: np.random.Generator, present: Sequence[str]) -> "BedPlan":
        """What a bed is made of, as often as `draw` makes it of that; no sound is made."""
        labels, recordings = self.choose_distant(rng, present)
        hums = rng.random() < _HUM
        noise = rng.random() < _NOISE or not (recordings or hums)
        labels += [NOISE_LABEL] * noise + [HUM_LABEL] * hums
        return BedPlan(tuple(labels), tuple(recordings), noise, hums)

    def _distant(self, rng: np.random.Generator, recordings: Sequence[int]) -> Sound:
        count = self._samples // DISTANCE
        near = np.zeros(count, np.float32)
        for index in recordings:
            part = self._excerpt(rng, index, count)
            if len(part) < count:
                # What is shorter comes round again, from anywhere.
                part = np.resize(np.roll(part, rng.integers(len(part))), count)
            near += part * np.float32(rng.uniform(0.3, 1.0) / _level(part))
        spectra = rooms(count, self._bank.sample_rate // DISTANCE)
        # It goes round: what rings at the end has been ringing since before the beginning.
        wet = np.fft.irfft(np.fft.rfft(near) * spectra[int(rng.integers(ROOMS))], count)
        # Straight lines between samples are a filter good enough here, as their mean is.
        step = (np.roll(wet, -1) - wet) / np.float32(DISTANCE)
        wide = np.empty((count, DISTANCE), np.float32)
        for place in range(DISTANCE):
            wide[:, place] = wet + place * step
        return np.resize(wide.ravel(), self._samples)

    def _excerpt(self, rng: np.random.Generator, index: int, count: int) -> Sound:
        """Up to ``count`` means of neighbouring samples, from anywhere in a recording."""
        begin, end = self._bank.offsets[index], self._bank.offsets[index + 1]
        taken = min(count, (end - begin) // DISTANCE) * DISTANCE
        start = begin + rng.integers(end - begin - taken + 1)
        samples = self._bank.samples[start : start + taken].astype(np.float32)
        return samples.reshape(-1, DISTANCE) @ np.full(DISTANCE, 1 / DISTANCE, np.float32)


def _level(sound: Sound) -> np.float32:
    """The RMS level of a sound, never zero."""
    return np.sqrt(np.dot(sound, sound) / np.float32(len(sound))) + np.float32(1e-9)


def _add(out: Sound, sound: Sound, rng: np.random.Generator) -> None:
    """Adds a sound at a level that is drawn."""
    out += sound * np.float32(10.0 ** (rng.uniform(*PART_DECIBELS) / 20.0) / _level(sound))


def _movement(rng: np.random.Generator, samples: int, sample_rate: int) -> Sound:
    """A gain that goes from one drawn value to the next."""
    each = round(MOVEMENT_SECONDS * sample_rate)
    count = -(-samples // each)
    decibels = rng.normal(0.0, MOVEMENT_DECIBELS, count + 1)
    knots = (10.0 ** (decibels / 20.0)).astype(np.float32)
    ramp = np.linspace(0.0, 1.0, each, endpoint=False, dtype=np.float32)
    return (knots[:-1, None] + (knots[1:] - knots[:-1])[:, None] * ramp).ravel()[:samples]


def _noise(rng: np.random.Generator, samples: int, sample_rate: int) -> Sound:
    """Noise of some colour, its level moving."""
    length = max(NOISE_SAMPLES, 1 << samples.bit_length())
    colour = colours(length, sample_rate)[int(rng.integers(len(COLOURS)))]
    start = int(rng.integers(len(colour) - samples + 1))
    return colour[start : start + samples] * _movement(rng, samples, sample_rate)


@cache
def colours(length: int, sample_rate: int) -> list[Sound]:
    """Noise from white over pink to brown, from which excerpts are taken."""
    rng = np.random.default_rng(0)
    hertz = np.fft.rfftfreq(length, 1 / sample_rate)
    made = []
    for power in COLOURS:
        spectrum = np.fft.rfft(rng.standard_normal(length))
        spectrum *= (hertz > _LOWEST_HERTZ) * np.maximum(hertz, _LOWEST_HERTZ) ** (-power / 2)
        made.append(np.fft.irfft(spectrum, length).astype(np.float32))
    return made


def _hum(rng: np.random.Generator, samples: int, sample_rate: int) -> Sound:
    """The mains and their harmonics, odd and even as wires and transformers have them."""
    hertz = 50.0 if rng.random() < 0.5 else 60.0
    # A tenth of a second holds whole periods of both.
    time = np.arange(sample_rate // 10) / sample_rate
    orders = np.arange(1, HARMONICS + 1)
    gains = rng.uniform(0.0, 1.0, HARMONICS) / orders ** rng.uniform(0.3, 1.5)
    phases = rng.uniform(0.0, 2 * np.pi, HARMONICS)
    waves = np.sin(2 * np.pi * hertz * orders[:, None] * time + phases[:, None])
    return np.resize((gains @ waves).astype(np.float32), samples)


@cache
def rooms(samples: int, sample_rate: int) -> list[npt.NDArray[np.complex64]]:
    """Spectra of large rooms far from what sounds in them: reverberation alone.

    Args:
        samples: Of the sounds that are put into them.
        sample_rate: Of those.
    """
    rng = np.random.default_rng(0)
    # Air and walls swallow the highs.
    dull = 1.0 / (1.0 + np.square(np.fft.rfftfreq(samples, 1 / sample_rate) / _DULL_HERTZ))
    made = []
    for _ in range(ROOMS):
        decay = rng.uniform(*_DECAY_SECONDS)
        time = np.arange(min(samples, round(decay * sample_rate))) / sample_rate
        tail = rng.standard_normal(len(time)) * np.exp(-6.9 * time / decay)
        made.append((np.fft.rfft(tail, samples) * dull).astype(np.complex64))
    return made
