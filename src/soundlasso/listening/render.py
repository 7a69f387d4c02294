"""Making a listening test: every model's separations, equally loud, in neutrally named files."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import numpy as np

from soundlasso._version import __version__
from soundlasso.atomic import folder_written_aside
from soundlasso.audio.info import Samples
from soundlasso.audio.reader import read_audio
from soundlasso.audio.writer import OutputFormat, write_audio
from soundlasso.engine.folders import check_new_folder, make_folder
from soundlasso.engine.separator import Progress, Separator
from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.pairs import Pair, read_pairs, read_target
from soundlasso.listening.loudness import (
    SHORTEST,
    equal_gains,
    loudness,
    require_pyloudnorm,
    true_peak,
)
from soundlasso.listening.manifest import (
    AUDIO,
    FORMAT,
    MIXTURE,
    Condition,
    Item,
    ListeningTest,
    Manifest,
    Sound,
    file_sha256,
    read_test,
    write_manifest,
)

DEFAULT_TITLE = "Listening test"
DEFAULT_LOUDNESS = -23.0
"""In LUFS; the level of EBU R 128."""

_FORM = OutputFormat("flac", 24)
_RAW = "raw"
_LOUDNESS_RANGE = (-40.0, -10.0)


@dataclass(frozen=True)
class Contender:
    """A model that takes part.

    Attributes:
        name: Its name.
        sha256: Of its weights.
        load: Loads it; called when its turn comes, so that one model is in memory at a time.
    """

    name: str
    sha256: str
    load: Callable[[], Separator]


@dataclass(frozen=True)
class Plan:
    """What a test is to be like.

    Attributes:
        title: What listeners see.
        reference: Whether the target itself is among the sounds.
        anchor: Whether the untouched mixture is.
        loudness: Of all sounds, in LUFS.
        seed: Of the orders.
    """

    title: str = DEFAULT_TITLE
    reference: bool = False
    anchor: bool = False
    loudness: float = DEFAULT_LOUDNESS
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuses what cannot work."""
        low, high = _LOUDNESS_RANGE
        if not low <= self.loudness <= high:
            raise OptionError(f"--loudness must be {low:g} to {high:g} LUFS, not {self.loudness:g}")
        if not self.title.strip():
            raise OptionError("--title must not be empty")


def create_test(
    listed: Path,
    contenders: Sequence[Contender],
    out: Path,
    plan: Plan,
    progress: Progress = lambda done, total: None,
) -> ListeningTest:
    """Renders a test into a folder, which is there whole or not at all.

    The same list, models and plan give the same files.

    Args:
        listed: A list that `read_pairs` reads; targets are needed only for the reference.
        contenders: The models.
        out: The folder; must be missing or empty.
        plan: What the test is to be like.
        progress: Told how many of the separations are done.

    Raises:
        OptionError: the list cannot be used, the folder is not empty, or two models have one name.
        AudioError: a sound cannot be read or written, is silent, or is too short.
        MissingDependencyError: pyloudnorm is not installed.
    """
    require_pyloudnorm()
    conditions = _conditions(contenders, plan)
    pairs = read_pairs(listed, targets=plan.reference)
    check_new_folder(out)
    make_folder(out.parent)
    with folder_written_aside(out) as folder:
        (folder / AUDIO).mkdir()
        (folder / _RAW).mkdir()
        for number, contender in enumerate(contenders):
            _separate_all(
                contender,
                pairs,
                folder / _RAW / conditions[number].key,
                lambda done, n=number: progress(  # type: ignore[misc]
                    n * len(pairs) + done, len(contenders) * len(pairs)
                ),
            )
        names = _ids(pairs)
        items = [
            _item(folder, number, name, pair, conditions, plan.loudness)
            for number, (name, pair) in enumerate(zip(names, pairs, strict=True))
        ]
        rmtree(folder / _RAW)
        write_manifest(
            folder,
            Manifest(
                format=FORMAT,
                program=f"soundlasso {__version__}",
                title=plan.title.strip(),
                seed=plan.seed,
                pairs=file_sha256(listed),
                conditions=conditions,
                items=tuple(items),
            ),
        )
    return read_test(out)


def _conditions(contenders: Sequence[Contender], plan: Plan) -> tuple[Condition, ...]:
    if not contenders:
        raise OptionError("name at least one model")
    names = [contender.name for contender in contenders]
    if twice := {name for name in names if names.count(name) > 1}:
        raise OptionError(f"two models are called {min(twice)}; each must have a name of its own")
    made = [Condition("", "model", one.name, one.sha256) for one in contenders]
    if plan.reference:
        made.append(Condition("", "reference", "hidden reference", ""))
    if plan.anchor:
        made.append(Condition("", "anchor", "mixture (anchor)", ""))
    return tuple(
        Condition(f"c{number}", one.kind, one.name, one.sha256)
        for number, one in enumerate(made, 1)
    )


def _ids(pairs: list[Pair]) -> list[str]:
    """What the list calls its items, if it calls each of them differently; else numbers."""
    named = [pair.notes.get("id") or "" for pair in pairs]
    if all(named) and len(set(named)) == len(named):
        return named
    return [str(number) for number in range(1, len(pairs) + 1)]


def _separate_all(
    contender: Contender, pairs: list[Pair], folder: Path, progress: Callable[[int], None]
) -> None:
    """Writes a model's targets as they come, to be brought to one loudness later."""
    separator = contender.load()
    folder.mkdir()
    for number, pair in enumerate(pairs):
        separation = separator.separate(pair.mixture, pair.query)
        write_audio(folder / f"{number}.wav", separation.target, separation.sample_rate)
        progress(number + 1)


def _item(
    folder: Path,
    number: int,
    name: str,
    pair: Pair,
    conditions: tuple[Condition, ...],
    wanted: float,
) -> Item:
    """Writes the sounds of an item."""
    mixture, rate = read_audio(pair.mixture)
    if mixture.shape[1] < SHORTEST * rate:
        raise AudioError(f"{pair.mixture}: is shorter than {SHORTEST} s")
    sounds = [mixture]
    for condition in conditions:
        if condition.kind == "model":
            sounds.append(read_audio(folder / _RAW / condition.key / f"{number}.wav")[0])
        elif condition.kind == "anchor":
            sounds.append(mixture)
        else:
            assert pair.target is not None
            sounds.append(read_target(pair.target, mixture, rate))
    measured = [(loudness(samples, rate), true_peak(samples, rate)) for samples in sounds]
    if measured[0][0] == -math.inf:
        raise AudioError(f"{pair.mixture}: is silent")
    reached, gains = equal_gains(wanted, measured[0], measured[1:])
    keys = [MIXTURE, *(condition.key for condition in conditions)]
    written = [
        _write(folder, number, key, samples, rate, level, gain)
        for key, samples, (level, _), gain in zip(keys, sounds, measured, gains, strict=True)
    ]
    return Item(
        id=name,
        query=pair.query,
        seconds=mixture.shape[1] / rate,
        sample_rate=rate,
        channels=mixture.shape[0],
        loudness=round(reached, 3),
        mixture=written[0],
        sounds=tuple(written[1:]),
    )


def _write(
    folder: Path,
    number: int,
    key: str,
    samples: Samples,
    sample_rate: int,
    level: float,
    gain: float,
) -> Sound:
    file = f"{AUDIO}/{number + 1:04d}-{key}.flac"
    write_audio(folder / file, samples * np.float32(10.0 ** (gain / 20.0)), sample_rate, _FORM)
    return Sound(
        condition=key,
        file=file,
        sha256=file_sha256(folder / file),
        loudness=None if level == -math.inf else round(level, 3),
        gain=round(gain, 3),
    )


def quiet_sounds(test: ListeningTest) -> list[str]:
    """Of each sound that is too quiet to be made as loud as the others, a line about it."""
    names = {condition.key: condition.name for condition in test.manifest.conditions}
    lines = []
    for item in test.manifest.items:
        for sound in item.sounds:
            reached = None if sound.loudness is None else sound.loudness + sound.gain
            if reached is None:
                lines.append(f"item {item.id}: {names[sound.condition]} is silent")
            elif reached < item.loudness - 0.1:
                lines.append(
                    f"item {item.id}: {names[sound.condition]} is next to silent and stays "
                    f"{item.loudness - reached:.0f} dB quieter than the others"
                )
    return lines
