"""Makes the example recording: a train arrives while a dog barks.

    python examples/make_station.py

Both sounds come from the Debian package gcompris-qt-data, which belongs to the corpus's test
split: no model here was trained on any recording of it. They are placed in stereo and summed at
about the same loudness; nothing else is done to them.
"""

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from soundlasso.corpus import manifest
from soundlasso.corpus.archives import read_archive, read_deb
from soundlasso.corpus.fetch import fetch

OUT = Path(__file__).parent / "station"
PACKAGE = "gcompris-qt-data"
ARCHIVE = "memory-sound.rcc"
DOG, TRAIN = "LRBark_3_LA_cut.ogg", "LRTrain_slowing_down_01_LA_cut.ogg"
SECONDS = 8.0
QUERIES = {"dog.flac": "a dog barking", "train.flac": "a train slowing down"}

Samples = npt.NDArray[np.float32]


def recordings() -> tuple[Samples, Samples, int]:
    """The dog and the train, mono, and their sample rate."""
    package = next(item for item in manifest.packages() if item.name == PACKAGE)
    found: dict[str, tuple[Samples, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        deb = fetch(package, Path(folder))
        for name, content in read_deb(deb, lambda name: name.endswith(ARCHIVE)):
            wanted = read_archive(name, content, lambda path: path.endswith((DOG, TRAIN)))
            for path, data in wanted:
                samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
                found[path.rsplit("/", 1)[-1]] = samples.mean(axis=1), rate
    (dog, rate), (train, train_rate) = found[DOG], found[TRAIN]
    assert rate == train_rate
    return dog, train, rate


def place(sound: Samples, starts: list[float], pan: float, rate: int, level: float) -> Samples:
    """Puts a sound into stereo silence, at some times and a place from -1 (left) to 1."""
    out = np.zeros((2, round(SECONDS * rate)), np.float32)
    angle = (pan + 1) * np.pi / 4
    for start in starts:
        first = round(start * rate)
        part = sound[: out.shape[1] - first]
        out[:, first : first + len(part)] += np.outer([np.cos(angle), np.sin(angle)], part)
    rms = np.sqrt(np.square(out).mean())
    return (out * (10 ** (level / 20) / rms)).astype(np.float32)


def main() -> None:
    """Writes the mixture, its two parts and the list of queries."""
    dog, train, rate = recordings()
    parts = {
        "dog.flac": place(dog, [0.8, 4.6], 0.35, rate, -24.0),
        "train.flac": place(train, [0.0, 3.4], -0.2, rate, -24.0),
    }
    # Rounded before they are summed, so that the parts add up to the mixture exactly.
    rounded = {name: np.rint(part * 32768).astype(np.int32) for name, part in parts.items()}
    OUT.mkdir(exist_ok=True)
    for name, samples in {**rounded, "mixture.flac": sum(rounded.values())}.items():
        soundfile.write(OUT / name, np.asarray(samples).T.astype(np.int16), rate)
    with (OUT / "queries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["mixture", "target", "query"])
        writer.writerows(["mixture.flac", name, query] for name, query in QUERIES.items())


if __name__ == "__main__":
    main()
