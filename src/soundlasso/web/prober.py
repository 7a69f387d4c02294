"""Looking at an upload before anything is done with it, in a process of its own.

Decoders are written in C and their input comes from strangers: should a file bring one down or
make it run for ever, it is that process which ends, and the next file gets a new one.
"""

import multiprocessing
import os
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from soundlasso.errors import AudioError, SoundLassoError
from soundlasso.processes import end_with_parent, leave_signals_to_parent

_MOST_MEMORY = 4 << 30
_PATIENCE = 20.0
_STARTING = 60.0


@dataclass(frozen=True)
class Look:
    """What a file's header says.

    Attributes:
        sample_rate: In Hz.
        channels: How many.
        seconds: How long it is; ``None`` where it does not say.
    """

    sample_rate: int
    channels: int
    seconds: float | None


class NotReadyError(SoundLassoError):
    """Nothing can be looked at now, which is not the file's fault."""


class Prober:
    """Opens files on behalf of the server."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._lock = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None

    def look(self, path: Path) -> Look:
        """Reads the header of a file.

        Raises:
            AudioError: it cannot be read; the message does not name it.
            NotReadyError: the process that reads it could not be started.
        """
        with self._lock:
            connection = self._started()
            try:
                connection.send(path)
                answer = connection.recv() if connection.poll(_PATIENCE) else None
            except (EOFError, OSError):
                answer = None
            if answer is None:
                self._end()
                raise AudioError("not a sound or video file that can be read")
        if isinstance(answer, Look):
            return answer
        raise AudioError(answer)

    def close(self) -> None:
        """Ends the process."""
        with self._lock:
            self._end()

    def _started(self) -> Connection:
        if self._connection is not None and self._process is not None and self._process.is_alive():
            return self._connection
        self._end()
        context = multiprocessing.get_context("spawn")
        try:
            self._connection, theirs = context.Pipe()
            with theirs:
                process = context.Process(target=_answer, args=(theirs,), daemon=True)
                process.start()
            self._process = process
            # Importing takes time where a machine is busy.
            ready = self._connection.poll(_STARTING)
            if ready:
                self._connection.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise NotReadyError("the server cannot look at files now; try again later") from error
        if not ready:
            self._end()
            raise NotReadyError("the server is too busy to look at the file; try again later")
        return self._connection

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


def _answer(connection: Connection) -> None:
    """The process: answers paths with what the files are, or with what is wrong."""
    leave_signals_to_parent()
    end_with_parent()
    from soundlasso.audio.reader import open_audio

    _limit_memory()
    connection.send("ready")
    while True:
        path: Path = connection.recv()
        answer: Look | str
        try:
            with open_audio(path) as reader:
                info = reader.info
            frames = info.frames if info.frames is not None else info.estimate
            seconds = None if frames is None else frames / info.sample_rate
            answer = Look(info.sample_rate, info.channels, seconds)
        except SoundLassoError as error:
            answer = without_path(str(error), path)
        except MemoryError:
            answer = "it wants more memory than there is"
        connection.send(answer)


def _limit_memory() -> None:
    """Keeps this process from more memory than that, or than what was allowed before."""
    try:
        import resource

        soft, hard = (
            _MOST_MEMORY if limit == resource.RLIM_INFINITY else min(limit, _MOST_MEMORY)
            for limit in resource.getrlimit(resource.RLIMIT_AS)
        )
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    except (ImportError, ValueError, OSError):
        # Windows has no limits, and macOS refuses to set this one.
        return


def without_path(text: str, path: Path) -> str:
    """A message without the path of the file, which nobody outside needs to know."""
    return text.replace(f"{path}{os.sep}", "").replace(f"{path}: ", "").replace(str(path), "it")
