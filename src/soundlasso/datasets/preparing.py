"""The sounds of clips, made fit for a corpus by several processes, and a journal of what is done.

Each sound is written aside and renamed when it is whole, then noted in ``prepared.jsonl``. What
is noted and still there is not made again, so that an import that was interrupted goes on where
it stopped.
"""

import hashlib
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import connection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from soundlasso.atomic import write_text
from soundlasso.audio import open_audio, read_audio
from soundlasso.corpus.catalogue import IMPORTED_FOLDER
from soundlasso.corpus.prepare import LONGEST_SECONDS, excerpt_start, prepare_samples
from soundlasso.datasets.clip import Clip
from soundlasso.errors import AudioError, CorpusError, MissingDependencyError
from soundlasso.processes import leave_signals_to_parent

_JOURNAL_NAME = "prepared.jsonl"
# Handed out at a time: the queue of a data set of millions would not fit into memory.
_BATCH = 2000


@dataclass(frozen=True)
class Sound:
    """A clip's sound in a corpus.

    Attributes:
        path: What it is of; see `clip_path`.
        source_bytes: The size of the file that it was made from.
        file: Relative to the corpus's folder.
        seconds: Length after trimming.
        rate: The sample rate that the original had, in Hz.
        clipped: The share of the original's samples that were cut off at its peak.
        bandwidth: The highest frequency that it has, in Hz.
    """

    path: str
    source_bytes: int
    file: str
    seconds: float
    rate: int
    clipped: float
    bandwidth: int


@dataclass(frozen=True)
class _Job:
    path: str
    source: Path
    corpus: Path
    file: str


@dataclass(frozen=True)
class Preparation:
    """What became of clips' sounds.

    Attributes:
        sounds: Those that are in the corpus, by path.
        made: How many of them were made just now.
        rejected: Path of, and reason for, each that could not be made.
    """

    sounds: dict[str, Sound]
    made: int
    rejected: tuple[tuple[str, str], ...]


def clip_path(clip: Clip) -> str:
    """What a clip is known by in the catalogue: split, id and file name.

    The id is a folder of its own, so that no two clips count as takes of one session.
    """
    return f"{clip.split}/{clip.id}/{clip.audio.name}"


def prepare_clips(
    clips: Iterable[Clip],
    corpus: Path,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Preparation:
    """Makes the sounds of clips of one data set that are not in the corpus yet.

    Args:
        clips: Which.
        corpus: The corpus's folder.
        workers: How many processes decode.
        progress: Called with how many are done, and how many there are.
    """
    jobs = {clip_path(clip): _job(clip, corpus) for clip in clips}
    sounds: dict[str, Sound] = {}
    rejected: list[tuple[str, str]] = []
    if not jobs:
        return Preparation(sounds, 0, ())
    journal = corpus / Path(next(iter(jobs.values())).file).parents[1] / _JOURNAL_NAME
    noted = _read_journal(journal)
    for path, job in jobs.items():
        if (sound := noted.get(path)) and _is_there(sound, job):
            sounds[path] = sound
    kept = len(sounds)
    todo = [job for path, job in jobs.items() if path not in sounds]
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("a", encoding="utf-8") as file:
        for job, made in zip(todo, _made(todo, workers), strict=True):
            if isinstance(made, Sound):
                sounds[job.path] = made
                file.write(json.dumps(asdict(made)) + "\n")
                file.flush()
            else:
                rejected.append((job.path, made))
            progress(len(sounds) + len(rejected), len(jobs))
    return Preparation(sounds, len(sounds) - kept, tuple(rejected))


def _job(clip: Clip, corpus: Path) -> _Job:
    path = clip_path(clip)
    name = hashlib.sha256(path.encode()).hexdigest()[:16]
    # Shared out, for few file systems like a million files in a folder.
    file = f"{IMPORTED_FOLDER}/{clip.dataset}/{name[:2]}/{name}.flac"
    return _Job(path, clip.audio, corpus, file)


def _is_there(sound: Sound, job: _Job) -> bool:
    return (
        sound.file == job.file
        and sound.source_bytes == job.source.stat().st_size
        and (job.corpus / sound.file).is_file()
    )


def _read_journal(path: Path) -> dict[str, Sound]:
    """What is noted; a line that was cut off by the machine stopping is dropped."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    whole, _, rest = text.rpartition("\n")
    if rest:
        write_text(path, f"{whole}\n" if whole else "")
    try:
        sounds = [Sound(**json.loads(line)) for line in whole.splitlines()]
    except (ValueError, TypeError) as error:
        raise CorpusError(f"{path}: is damaged ({error}); remove it and import again") from error
    return {sound.path: sound for sound in sounds}


def _made(jobs: list[_Job], workers: int) -> Iterator[Sound | str]:
    """The sound of each job, or why there is none."""
    if not jobs:
        return
    pool = ProcessPoolExecutor(max_workers=workers, initializer=_begin_worker)
    try:
        for first in range(0, len(jobs), _BATCH):
            yield from pool.map(_make, jobs[first : first + _BATCH], chunksize=4)
    finally:
        # After Ctrl-C, clips that nobody has begun are left for the next time.
        pool.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    leave_signals_to_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Else a worker whose parent was killed would write what the next import is writing."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _make(job: _Job) -> Sound | str:
    try:
        prepared = prepare_samples(*_read(job.source))
    except (AudioError, CorpusError, MissingDependencyError) as error:
        return str(error).removeprefix(f"{job.source}: ")
    target = job.corpus / job.file
    target.parent.mkdir(parents=True, exist_ok=True)
    prepared.write(target)
    size = job.source.stat().st_size
    return Sound(
        job.path,
        size,
        job.file,
        round(prepared.seconds, 3),
        prepared.rate,
        prepared.clipped,
        prepared.bandwidth,
    )


def _read(path: Path) -> tuple[npt.NDArray[np.float32], int]:
    """The part of a sound that a corpus keeps, ``T C``, and its sample rate in Hz.

    No more than that is held in memory: some data sets have recordings of hours.
    """
    with open_audio(path) as reader:
        rate, frames = reader.info.sample_rate, reader.info.estimate or 0
    start = excerpt_start(frames, round(LONGEST_SECONDS * rate)) / rate
    samples, rate = read_audio(path, start=start, duration=LONGEST_SECONDS)
    return samples.T, rate
