"""Instruments that nobody recorded on their own, played from soundfonts.

Most instruments are known to the corpus from one or two recordings. A soundfont holds samples of
real ones; a phrase is drawn for each take and played with them. Such recordings are generated
and say so: their path is ``SOUNDFONT#PROGRAM/TAKE``. Training and test use different fonts, since
what is learned of one font's flute is of no use if all flutes are that flute.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from soundlasso.corpus.catalogue import SAMPLE_RATE
from soundlasso.errors import CorpusError, MissingDependencyError

Style = Literal["melody", "chords", "struck"]

_SECONDS = (3.0, 8.0)
_TAIL_SECONDS = 1.5
_TEMPO = (70.0, 150.0)
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9))
_BEATS = (0.5, 0.5, 1.0, 1.0, 2.0)


@dataclass(frozen=True)
class Instrument:
    """How an instrument is played.

    Attributes:
        label: What it is called.
        programs: Its General MIDI programs, 0 to 127.
        range: Lowest and highest key, 60 the middle C.
        style: One note after the other, several at once, or short ones that ring.
    """

    label: str
    programs: tuple[int, ...]
    range: tuple[int, int]
    style: Style


@dataclass(frozen=True)
class Note:
    """A note of a phrase.

    Attributes:
        start: In seconds.
        stop: In seconds.
        key: 60 is the middle C.
        velocity: 1 to 127.
    """

    start: float
    stop: float
    key: int
    velocity: int


@cache
def instruments() -> tuple[Instrument, ...]:
    """The instruments that are rendered."""
    source = resources.files("soundlasso.corpus") / "data" / "instruments.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(
        Instrument(label, tuple(of["programs"]), (of["range"][0], of["range"][1]), of["style"])
        for label, of in tables.items()
    )


@cache
def _by_program() -> dict[int, Instrument]:
    return {program: item for item in instruments() for program in item.programs}


def phrase(instrument: Instrument, seed: tuple[int, ...]) -> list[Note]:
    """Draws a phrase: a walk through a scale in the instrument's range.

    Args:
        instrument: Who plays.
        seed: The same gives the same phrase.
    """
    rng = np.random.default_rng(seed)
    low, high = instrument.range
    scale = _SCALES[int(rng.integers(len(_SCALES)))]
    root = int(rng.integers(12))
    keys = [key for key in range(low, high + 1) if (key - root) % 12 in scale]
    beat = 60.0 / rng.uniform(*_TEMPO)
    end = rng.uniform(*_SECONDS)
    loudness = int(rng.integers(55, 110))
    place = int(rng.integers(len(keys)))
    now, notes = 0.0, []
    while now < end:
        length = beat * float(rng.choice(_BEATS)) * (0.5 if instrument.style == "struck" else 1.0)
        together = int(rng.integers(1, 4)) if instrument.style == "chords" else 1
        velocity = int(np.clip(loudness + rng.normal(0, 8), 20, 127))
        if rng.random() > 0.1:
            for voice in range(together):
                # Every second note of the scale makes a chord.
                key = keys[min(len(keys) - 1, place + 2 * voice)]
                notes.append(Note(now, now + 0.92 * length, key, velocity))
        now += length
        place = int(np.clip(place + rng.integers(-3, 4), 0, len(keys) - 1))
    return notes


def is_soundfont(path: str) -> bool:
    """Whether a file is played, going by its ending."""
    return path.lower().endswith(".sf2")


def require_player() -> None:
    """Makes sure that instruments can be played.

    Raises:
        MissingDependencyError: tinysoundfont is not installed.
    """
    if find_spec("tinysoundfont") is None:
        raise MissingDependencyError(
            "playing instruments needs tinysoundfont: pip install --no-deps tinysoundfont"
        )


class Orchestra:
    """A soundfont that can be played."""

    def __init__(self, font: bytes) -> None:
        """Loads a soundfont (SF2).

        Raises:
            MissingDependencyError: tinysoundfont is not installed.
            CorpusError: it is no soundfont.
        """
        require_player()
        import tinysoundfont

        self._synth: Any = tinysoundfont.Synth(gain=-6.0, samplerate=SAMPLE_RATE)
        try:
            self._font = self._synth.sfload(font)
        except RuntimeError as error:
            raise CorpusError(f"is no soundfont: {error}") from error

    def play(self, part: str) -> npt.NDArray[np.float32]:
        """Plays what follows the ``#`` in a generated recording's path.

        Args:
            part: ``PROGRAM/TAKE``.

        Returns:
            ``T C``, stereo at the corpus's rate.

        Raises:
            CorpusError: nobody plays that program, or the font does not have it.
        """
        program, _, take = part.partition("/")
        instrument = _by_program().get(int(program)) if program.isdecimal() else None
        if instrument is None or not take.isdecimal():
            raise CorpusError(f"{part}: is no part that an instrument plays")
        # What still rings of the last part would be heard in this one.
        self._synth.sounds_off()
        self._generate(SAMPLE_RATE)
        try:
            self._synth.program_select(0, self._font, 0, int(program))
        except RuntimeError as error:
            raise CorpusError(f"{part}: the soundfont has no such program") from error
        return self._perform(phrase(instrument, (int(program), int(take))))

    def _perform(self, notes: list[Note]) -> npt.NDArray[np.float32]:
        events = sorted(
            [(note.start, 1, note) for note in notes] + [(note.stop, 0, note) for note in notes],
            key=lambda event: event[:2],
        )
        parts, now = [], 0
        for seconds, begins, note in events:
            parts.append(self._generate(round(seconds * SAMPLE_RATE) - now))
            now = round(seconds * SAMPLE_RATE)
            if begins:
                self._synth.noteon(0, note.key, note.velocity)
            else:
                self._synth.noteoff(0, note.key)
        parts.append(self._generate(round(_TAIL_SECONDS * SAMPLE_RATE)))
        return np.concatenate(parts)

    def _generate(self, samples: int) -> npt.NDArray[np.float32]:
        if not samples:
            return np.zeros((0, 2), np.float32)
        return np.frombuffer(self._synth.generate(samples), np.float32).reshape(-1, 2).copy()
