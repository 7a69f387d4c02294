"""What every loader yields: clips with words, and mixtures that are ready-made or written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from soundlasso.errors import CorpusError


class AbsentError(CorpusError):
    """A data set, or a split of one, is not in the folder; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound file and what is known of it.

    Attributes:
        id: Unique within the data set's split.
        dataset: The data set's name, as `soundlasso.datasets.registry.DATASETS` has it.
        split: In the data set's own words.
        audio: The file. It is there and is not empty; whether it can be decoded is not known.
        captions: Sentences about it, in the table's order.
        labels: Names of what sounds in it.
        licence: Of this clip, where it is known; often an address.
        start: Where it begins in the recording that it was cut from, in seconds, if known. The
            file itself holds the clip and nothing else.
        duration: In seconds, as the tables state it. The file may be a little shorter.
    """

    id: str
    dataset: str
    split: str
    audio: Path
    captions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    licence: str | None = None
    start: float | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A stretch of a sound file that goes into a mixture.

    Attributes:
        audio: The file.
        text: Its label or caption; empty if unknown.
        start: Where the stretch begins in the file, in seconds.
        duration: Its length in seconds; ``None`` for all of the file.
        gain: The factor of its amplitude; ``None`` where the mixture's ``snr`` decides.
    """

    audio: Path
    text: str = ""
    start: float = 0.0
    duration: float | None = None
    gain: float | None = None


@dataclass(frozen=True, slots=True)
class MixtureRecord:
    """A mixture, and the words for what is to be taken out of it.

    It is either a file (``mixture``) or a recipe: ``gain`` times the sum of ``target`` and
    ``others``, each with its own gain. Then the reference is ``gain`` times the target's part.

    Attributes:
        id: Unique within the data set's split.
        dataset: The data set's name.
        split: In the data set's own words.
        query: In words.
        mixture: The ready-made mixture, where there is one.
        target: What the query asks for; ``None`` where it was never published.
        others: What else goes into the mixture.
        snr: The target's power over that of the others together, in dB, where ingredients
            have no gain.
        gain: The factor of the whole.
        rate: The mixture's sample rate in Hz, if it is prescribed.
        duration: Its length in seconds, if it is prescribed. Ingredients that are shorter are
            followed by silence.
    """

    id: str
    dataset: str
    split: str
    query: str
    mixture: Path | None = None
    target: Ingredient | None = None
    others: tuple[Ingredient, ...] = ()
    snr: float | None = None
    gain: float = 1.0
    rate: int | None = None
    duration: float | None = None


Record = Clip | MixtureRecord


@dataclass(frozen=True)
class Dataset:
    """A split of a data set, as far as it is there.

    Attributes:
        name: The data set's name.
        split: In the data set's own words.
        clips: Those whose sound is there.
        mixtures: Those of which every sound is there.
        missing: Names of what is listed without its sound. Videos vanish from the sites that
            data sets point to, so this is no error.
    """

    name: str
    split: str
    clips: tuple[Clip, ...] = ()
    mixtures: tuple[MixtureRecord, ...] = ()
    missing: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Clips and mixtures together."""
        return len(self.clips) + len(self.mixtures)

    def __iter__(self) -> Iterator[Record]:
        """The clips, then the mixtures."""
        yield from self.clips
        yield from self.mixtures
