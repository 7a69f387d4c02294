"""What is done with a job: separate its recording, and draw what came out."""

import json
import math
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from soundlasso.atomic import write_text
from soundlasso.audio.reader import iterate_blocks, open_audio
from soundlasso.audio.writer import AudioWriter, OutputFormat
from soundlasso.engine.separator import Separator
from soundlasso.errors import SoundLassoError
from soundlasso.web.outcome import Outcome, carry_out
from soundlasso.web.picture import draw
from soundlasso.web.prober import without_path
from soundlasso.web.room import is_full
from soundlasso.web.settings import INPUT, Settings
from soundlasso.web.store import Job, Store

Load = Callable[[str], Separator]

WORKING = "working"
_BLOCK_FRAMES = 1 << 18
_SEPARATING = 0.9
"""The share of the work that separating is; drawing is the rest."""


class CancelledError(Exception):
    """Nobody wants the job any more."""


class TooLongError(SoundLassoError):
    """A recording turned out longer than it said and than may be."""


class Performer:
    """Works on jobs, one after the other, with one model in memory."""

    def __init__(self, settings: Settings, store: Store, load: Load) -> None:
        """Loads nothing yet.

        Args:
            settings: Folders and limits.
            store: Where the jobs are.
            load: Loads a model by name.
        """
        self._settings = settings
        self._store = store
        self._load = load
        self._name: str | None = None
        self._separator: Separator | None = None

    def perform(self, job: UUID) -> None:
        """Does a job that waits; leaves one alone that does not.

        Whatever a user can be told becomes the job's outcome; other errors are raised.
        """
        begun = self._store.begin(job)
        if begun is None:
            return
        folder = self._settings.jobs_folder / str(job)
        try:
            results = self._separate(begun, folder)
            self._store.finish(job, "done", results=results)
        except CancelledError:
            self._store.finish(job, "cancelled")
        except SoundLassoError as error:
            self._store.finish(job, "failed", problem=_told(error, folder))
        except MemoryError:
            self._store.finish(job, "failed", problem="there is not enough memory for it")
        except (OSError, sqlite3.Error) as error:
            if not is_full(error):
                raise
            # First, so that there is room to say so.
            shutil.rmtree(folder, ignore_errors=True)
            self._store.finish(job, "failed", problem="the server's disk is full; try again later")
        else:
            # From here on the mixture stands for what was uploaded.
            (folder / INPUT).unlink(missing_ok=True)
            return
        finally:
            shutil.rmtree(folder / WORKING, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

    def _model(self, name: str) -> Separator:
        if self._separator is None or self._name != name:
            # Let go of first, so that there are never two.
            self._separator = None
            self._separator = self._load(name)
            self._name = name
        return self._separator

    def _separate(self, job: Job, folder: Path) -> list[dict[str, Any]]:
        working = folder / WORKING
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        separator = self._model(job.wish["source"])
        longest = self._settings.longest(job.sound["channels"], job.sound["sample_rate"])
        report = _Report(self._store, job, longest)
        report.phase("separating", 0.0)
        found = carry_out(separator, folder / INPUT, job.wish, working / "found", report.separated)
        tracks = {"mixture": working / "mixture.wav"}
        _write_mixture(folder / INPUT, tracks["mixture"], found[0])
        for index, outcome in enumerate(found):
            for kind, path in (("target", outcome.target), ("residual", outcome.residual)):
                tracks[f"{kind}-{index}"] = path.rename(working / f"{kind}-{index}.wav")
        energies = {}
        for done, (name, path) in enumerate(tracks.items()):
            report.phase("drawing", _SEPARATING + (1 - _SEPARATING) * done / len(tracks))
            picture, energies[name] = draw(path)
            write_text(working / f"{name}.json", json.dumps(picture))
        for path in [*working.glob("*.wav"), *working.glob("*.json")]:
            path.replace(folder / path.name)
        return [
            {
                "heard": outcome.heard,
                "level": _decibels(energies[f"target-{index}"], energies["mixture"]),
                "clipped": outcome.clipped,
                "warnings": [without_path(text, folder / INPUT) for text in outcome.warnings],
            }
            for index, outcome in enumerate(found)
        ]


def _told(error: SoundLassoError, folder: Path) -> str:
    """What a visitor may know of an error: not where the files lie."""
    return without_path(str(error), folder / INPUT).replace(f"{folder}{os.sep}", "")


class _Report:
    """Tells the store how far a job is, and ends the work when it is not wanted."""

    def __init__(self, store: Store, job: Job, most_seconds: float) -> None:
        self._store = store
        self._job = job
        self._most = most_seconds

    def phase(self, name: str, fraction: float) -> None:
        if not self._store.progress(self._job.id, name, fraction):
            raise CancelledError

    def separated(self, done: float, total: float | None) -> None:
        # What a file says about its length need not be true.
        if done > self._most + 1:
            raise TooLongError(f"it is longer than {self._most / 60:g} minutes")
        self.phase("separating", _SEPARATING * min(1.0, done / (total or self._most)))


def _write_mixture(source: Path, path: Path, outcome: Outcome) -> None:
    """Writes the recording once more, as a wav file like the results."""
    with open_audio(source) as reader:
        form = OutputFormat("wav", reader.info.bits)
        with AudioWriter(
            path,
            sample_rate=outcome.sample_rate,
            channels=outcome.channels,
            form=form,
            frames=outcome.frames,
        ) as writer:
            for block in iterate_blocks(reader, frames=_BLOCK_FRAMES, name=str(source)):
                writer.write(block)
            writer.commit()


def _decibels(energy: float, reference: float) -> float | None:
    """How much quieter or louder; ``None`` where one of them is silent or beyond measure."""
    if not (0 < energy < math.inf and 0 < reference < math.inf):
        return None
    return round(10 * math.log10(energy / reference), 1)
