"""Evaluation sets that others published, for whoever has their sounds.

Nothing is downloaded. A folder is read as its release lays it out, and mixtures are those of the
release or are made by its rule:

* ``audiosep-SET`` (Liu et al. 2024, arXiv 2308.05037; github.com/Audio-AGI/AudioSep): the folder
  is the repository's ``evaluation`` folder, or the repository. ``metadata/SET_eval.csv`` is the
  list, ``data/SET`` holds mixtures and targets, ready made. 32 kHz, mono, whole files. The query
  is the caption or label of the target.
* ``clapsep-SET`` (Ma et al. 2024, arXiv 2402.17455; github.com/Aisaka0v0/CLAPSep): the folder
  holds ``metadata/evaluation/SET_eval.csv`` (or the list itself) and the clips of the data set
  that the list names. 32 kHz, mono, the first ten seconds, shorter clips followed by silence,
  0 dB. The query is the positive caption.
* ``dcase2024-validation`` (DCASE 2024 Task 9; Zenodo 10886481): the folder holds
  ``lass_synthetic_validation.csv`` and ``lass_validation/``. 16 kHz, mono, whole files, the SNR
  of the list. The query is the list's caption.

Chosen here, where the releases say nothing: clips are also looked for in the folder itself (and
where CLAPSep's data sets unpack to; see `PROTOCOLS`); columns are read by position, spaces after
commas dropped; a silent clip stays silent, whatever the SNR; AudioSep's AudioSet is read from
its list, which names the same ten clips a class that the release finds by listing folders; means
over classes are over those that are there. CLAPSep's systems are also given the negative
caption; here it is a note (``negative``), since a query asks for something. CLAPSep's published
SDRi lets a 512-tap filter pass for the target and is not what is called SDRi here: only its
SI-SDRi can be compared.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import soxr

from soundlasso.audio.info import Samples
from soundlasso.audio.reader import read_audio
from soundlasso.errors import AudioError, OptionError
from soundlasso.evaluation.score import Item, Question

_PEAK = 0.9


@dataclass(frozen=True)
class Entry:
    """A mixture of a list.

    Attributes:
        target: A sound file, relative to the folder of sounds.
        other: The mixture, or what is mixed with the target.
        query: In words.
        snr: The target's power over the other's in dB; ``None`` where ``other`` is the mixture.
        source: The clip that the target is of, which other mixtures may share; empty where the
            list does not say.
        notes: What else the list says.
    """

    target: str
    other: str
    query: str
    snr: float | None = None
    source: str = ""
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Protocol:
    """How a set is read, mixed and averaged.

    Attributes:
        list_name: The file name of the list.
        columns: How many columns are needed of it, from the left.
        entry: Makes an entry of a row.
        lists: Folders in which the list may be, the release's first.
        sounds: Folders in which sounds may be, the release's first.
        sample_rate: In Hz.
        figures: The metrics that are published.
        average: How they are averaged, a key of `AVERAGES`.
        seconds: What clips are cut or filled up to; ``None`` leaves them as they are.
    """

    list_name: str
    columns: int
    entry: Callable[[list[str]], Entry]
    lists: tuple[str, ...]
    sounds: tuple[str, ...]
    sample_rate: int
    figures: tuple[str, ...]
    average: str = "mean"
    seconds: float | None = None


def _numbered(row: list[str], clip: int = 2) -> Entry:
    number, caption = row[:2]
    target, mixture = f"segment-{number}.wav", f"mixture-{number}.wav"
    source = row[clip] if len(row) > clip else ""
    return Entry(target, mixture, caption, source=source, notes={"id": number})


def _audiocaps(row: list[str]) -> Entry:
    return _numbered(row, clip=3)


def _numbered_label(row: list[str]) -> Entry:
    entry = _numbered(row)
    entry.notes.update(label=entry.query, category=entry.query)
    return entry


def _vggsound(row: list[str]) -> Entry:
    name, mixture, target, label = row[:4]
    source = name.partition("+++")[0]
    return Entry(target, mixture, label, source=source, notes={"id": name, "label": label})


def _audioset(row: list[str]) -> Entry:
    # The list has paths as seen from its authors' working folder.
    target, mixture = ("/".join(PurePosixPath(path).parts[-2:]) for path in row[2:4])
    name = PurePosixPath(target).stem.removesuffix(",source")
    return Entry(target, mixture, row[1], notes={"id": name, "label": row[1]})


def _two_clips(row: list[str]) -> Entry:
    target, caption, noise, negative = row[:4]
    return Entry(target, noise, caption, snr=0.0, source=target, notes={"negative": negative})


def _dcase(row: list[str]) -> Entry:
    target, noise, snr, caption = row[:4]
    clip, other = f"{target}.wav", f"{noise}.wav"
    return Entry(clip, other, caption, snr=float(snr), source=target, notes={"snr": snr})


def _audiosep(
    name: str, columns: int, entry: Callable[[list[str]], Entry], average: str = "mean"
) -> Protocol:
    return Protocol(
        f"{name}_eval.csv",
        columns,
        entry,
        lists=("metadata", "evaluation/metadata", "."),
        sounds=(f"data/{name}", f"evaluation/data/{name}", name, "."),
        sample_rate=32_000,
        figures=("sdri", "si_sdr"),
        average=average,
    )


def _clapsep(name: str, *unpacked: str) -> Protocol:
    return Protocol(
        f"{name}_eval.csv",
        4,
        _two_clips,
        lists=("metadata/evaluation", "."),
        sounds=(name, *unpacked, "."),
        sample_rate=32_000,
        figures=("si_sdri",),
        seconds=10.0,
    )


PROTOCOLS = {
    "audiosep-audiocaps": _audiosep("audiocaps", 2, _audiocaps),
    "audiosep-clotho": _audiosep("clotho", 2, _numbered),
    "audiosep-esc50": _audiosep("esc50", 2, _numbered_label),
    "audiosep-music": _audiosep("music", 2, _numbered_label, "mean of the classes' means"),
    "audiosep-vggsound": _audiosep("vggsound", 4, _vggsound),
    "audiosep-audioset": _audiosep("audioset", 4, _audioset, "mean of the classes' medians"),
    "clapsep-audiocaps": _clapsep("audiocaps", "audiocap/test", "test"),
    "clapsep-audioset": _clapsep("audioset"),
    "clapsep-esc": _clapsep("esc", "ESC-50-master/audio", "audio"),
    "clapsep-fsd": _clapsep("fsd", "FSDKaggle2018.audio_test"),
    "clapsep-music": _clapsep("music"),
    "dcase2024-validation": Protocol(
        "lass_synthetic_validation.csv",
        4,
        _dcase,
        lists=(".",),
        sounds=("lass_validation", "."),
        sample_rate=16_000,
        figures=("sdr", "sdri", "si_sdr"),
    ),
}


@dataclass(frozen=True)
class PublishedSet:
    """What a user has of a published set.

    Attributes:
        protocol: How it is read.
        entries: The mixtures whose sounds are there, each with the files of its target and of
            its mixture or other sound.
        missing_queries: How many mixtures lack a sound.
        missing_clips: The sounds that are not there.
    """

    protocol: Protocol
    entries: tuple[tuple[Entry, Path, Path], ...]
    missing_queries: int
    missing_clips: tuple[str, ...]

    def items(self) -> Iterator[Item]:
        """Reads and mixes the sounds, one mixture after the other.

        Raises:
            AudioError: a file cannot be read, or the two of a mixture differ in length.
        """
        for entry, target, other in self.entries:
            yield _item(self.protocol, entry, target, other)

    def findings(self, result: dict[str, Any]) -> dict[str, Any]:
        """What belongs into the result of an evaluation.

        Args:
            result: As `soundlasso.evaluation.score.evaluate_items` gives it.

        Returns:
            ``published``: the model's figures that the set's authors report, averaged as they
            average; ``missing``, if anything is: how many queries were left out, and for want
            of which clips.
        """
        average = AVERAGES[self.protocol.average]
        figures = {metric: average(result["rows"], metric) for metric in self.protocol.figures}
        findings: dict[str, Any] = {
            "published": {"average": self.protocol.average, "figures": figures}
        }
        if self.missing_queries:
            findings["missing"] = {
                "queries": self.missing_queries,
                "clips": list(self.missing_clips),
            }
        return findings


def open_published(name: str, data: Path) -> PublishedSet:
    """Finds a set's list and sounds.

    Args:
        name: A key of `PROTOCOLS`.
        data: The folder that holds them; see the module's docstring.

    Raises:
        OptionError: there is no such set, folder or list, the list is not one, or none of its
            mixtures is there.
    """
    if name not in PROTOCOLS:
        raise OptionError(
            f"no published set is called {name!r}; choose one of {', '.join(PROTOCOLS)}"
        )
    if not data.is_dir():
        raise OptionError(f"{data}: is no folder")
    protocol = PROTOCOLS[name]
    folders = [data / folder for folder in protocol.sounds if (data / folder).is_dir()]
    entries, missing_queries, missing_clips = [], 0, {}
    for entry in _read_list(_find_list(protocol, data), protocol):
        clips = entry.target, entry.other
        target, other = (_find(folders, clip) for clip in clips)
        if target is not None and other is not None:
            entries.append((entry, target, other))
            continue
        missing_queries += 1
        missing = [clip for clip, path in zip(clips, (target, other), strict=True) if not path]
        missing_clips.update(dict.fromkeys(missing))
    if not entries:
        raise OptionError(
            f"{data}: holds no mixture of {name}: {next(iter(missing_clips))} should be in "
            f"{data / protocol.sounds[0]}; {len(missing_clips)} sound files are missing"
        )
    return PublishedSet(protocol, tuple(entries), missing_queries, tuple(missing_clips))


def _find_list(protocol: Protocol, data: Path) -> Path:
    path = _find([data / folder for folder in protocol.lists], protocol.list_name)
    if path is None:
        places = " or ".join(str(data / folder) for folder in protocol.lists)
        raise OptionError(f"there is no {protocol.list_name} in {places}")
    return path


def _find(folders: list[Path], name: str) -> Path | None:
    return next((path for folder in folders if (path := folder / name).is_file()), None)


def _read_list(path: Path, protocol: Protocol) -> list[Entry]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, skipinitialspace=True))
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise OptionError(f"{path}: is not a CSV file in UTF-8: {error}") from error
    entries = []
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) < protocol.columns or not all(row[: protocol.columns]):
            raise OptionError(f"{path}: row {number} lacks one of {protocol.columns} values")
        try:
            entries.append(protocol.entry(row))
        except ValueError:
            raise OptionError(f"{path}: row {number} has an SNR that is no number") from None
    if not entries:
        raise OptionError(f"{path}: lists no mixtures")
    return entries


def _item(protocol: Protocol, entry: Entry, target_path: Path, other_path: Path) -> Item:
    target, other = (_clip(path, protocol) for path in (target_path, other_path))
    if target.shape != other.shape:
        raise AudioError(f"{other_path}: differs in length from {target_path}")
    kind = "mixture_file" if entry.snr is None else "other_file"
    notes = {**entry.notes, "target_file": str(target_path), kind: str(other_path)}
    if entry.snr is None:
        mixture = other
    else:
        target, mixture = mix_at(target, other, entry.snr)
    questions = (Question(entry.query, notes),)
    return Item(mixture[None], target[None], protocol.sample_rate, questions, source=entry.source)


def mix_at(target: Samples, other: Samples, snr: float) -> tuple[Samples, Samples]:
    """Adds another sound to a target by the rule that DCASE 2024 Task 9 and CLAPSep share.

    The other sound is scaled to the SNR by mean power, silence included; a mixture that would
    clip is scaled to a peak of 0.9, and the target with it.

    Args:
        target: ``T``.
        other: ``T``.
        snr: In dB.

    Returns:
        Target and mixture, ``T``.
    """
    powers = [float(np.square(sound, dtype=np.float64).mean()) for sound in (target, other)]
    gain = np.sqrt(powers[0] / powers[1] * 10.0 ** (-snr / 10.0)) if powers[1] else 0.0
    mixture = target + np.float32(gain) * other
    peak = float(np.abs(mixture).max())
    scale = np.float32(_PEAK / peak if peak > 1.0 else 1.0)
    return target * scale, mixture * scale


def _clip(path: Path, protocol: Protocol) -> Samples:
    """A sound file, ``T``, at the protocol's rate and length."""
    samples, rate = read_audio(path)
    mono = samples.mean(axis=0)
    length = len(mono)
    if rate != protocol.sample_rate:
        # As librosa, with which the releases read, has it: soxr's HQ, and the length rounded up.
        length = -(-length * protocol.sample_rate // rate)
        mono = soxr.resample(mono, rate, protocol.sample_rate)
    if protocol.seconds is not None:
        length = round(protocol.seconds * protocol.sample_rate)
    mono = mono[:length]
    return np.asarray(np.pad(mono, (0, length - len(mono))), dtype=np.float32)


Rows = list[dict[str, Any]]


def _over_classes(rows: Rows, metric: str, statistic: Callable[[list[float]], Any]) -> float:
    classes: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        classes[row["label"]].append(row["model"][metric])
    return float(np.mean([statistic(values) for values in classes.values()]))


AVERAGES: dict[str, Callable[[Rows, str], float]] = {
    "mean": lambda rows, metric: float(np.mean([row["model"][metric] for row in rows])),
    "mean of the classes' means": lambda rows, metric: _over_classes(rows, metric, np.mean),
    "mean of the classes' medians": lambda rows, metric: _over_classes(rows, metric, np.median),
}
"""How the figures of a set are averaged, by name."""
