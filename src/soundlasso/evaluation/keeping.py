"""Keeping the sounds of an evaluation, so that one can listen to what was scored."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from soundlasso.atomic import folder_written_aside
from soundlasso.audio.info import Samples
from soundlasso.audio.writer import write_audio
from soundlasso.engine.folders import check_new_folder, make_folder
from soundlasso.engine.names import distinct, slug
from soundlasso.errors import OptionError
from soundlasso.evaluation.score import Item, Question

LIST = "list.csv"

_NOTES = ("kind", "label", "category")
_COLUMNS = ("id", "mixture", "target", "estimate", "query", *_NOTES)


@contextmanager
def kept_sounds(folder: Path) -> Iterator[Callable[[Item, Sequence[Samples]], None]]:
    """Yields what writes the sounds of an item; the folder is there when all are, or not at all.

    Of each question the estimate is ``ID.wav``; of each item, by its first question's id,
    ``ID.mixture.wav`` and, where there is one, ``ID.target.wav``. Ids are written as file names
    are, and are numbers where a list has none; ``list.csv`` says what belongs together, as lists
    that are evaluated do. Samples are 32-bit floats: those that were scored.

    Args:
        folder: Must be missing or empty.

    Raises:
        OptionError: the folder is not empty, or its list cannot be written.
        AudioError: a sound cannot be written.
    """
    check_new_folder(folder)
    make_folder(folder.parent)
    with folder_written_aside(folder) as partial:
        keeper = _Keeper(partial)
        yield keeper.keep
        keeper.write_list()


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()
        self._rows: list[dict[str, str]] = []

    def keep(self, item: Item, estimates: Sequence[Samples]) -> None:
        names = [self._name(question, place) for place, question in enumerate(item.questions, 1)]
        shared = {"mixture": f"{names[0]}.mixture.wav"}
        self._write(shared["mixture"], item.mixture, item.sample_rate)
        if item.target is not None:
            shared["target"] = f"{names[0]}.target.wav"
            self._write(shared["target"], item.target, item.sample_rate)
        for question, name, estimate in zip(item.questions, names, estimates, strict=True):
            self._write(f"{name}.wav", estimate, item.sample_rate)
            notes = {note: question.notes.get(note, "") for note in ("id", *_NOTES)}
            own = {"estimate": f"{name}.wav", "query": question.query}
            self._rows.append({**notes, **shared, **own})

    def write_list(self) -> None:
        path = self._folder / LIST
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(self._rows)
        except OSError as error:
            raise OptionError(f"{path}: cannot be written: {error.strerror}") from error

    def _name(self, question: Question, place: int) -> str:
        number = f"{len(self._rows) + place:04d}"
        return distinct([slug(question.notes.get("id") or number)], self._taken)[0]

    def _write(self, name: str, samples: Samples, sample_rate: int) -> None:
        write_audio(self._folder / name, samples, sample_rate)
