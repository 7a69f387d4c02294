"""Makes the recordings that the page offers to be tried with.

    python examples/make_samples.py CORPUS

One is the example recording; the others are mixed from recordings of the corpus's test split,
on which no model here was trained, placed in stereo and summed at about the same loudness.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from soundlasso.audio import OutputFormat, read_audio, write_audio

OUT = Path(__file__).parents[1] / "src" / "soundlasso" / "web" / "samples"
STATION = Path(__file__).parent / "station" / "mixture.flac"
SECONDS = 8.0
ALLORGE = "Lionel Allorge, Free Art License 1.2"
SONIC_PI = "Sonic Pi's samples, CC0"
LISTED: list[dict[str, Any]] = [
    {
        "name": "station",
        "title": "A dog on the platform",
        "queries": ["a dog barking", "a train slowing down"],
        "credit": "Lionel Allorge and Yves Combe, Free Art License 1.2",
    },
    {
        "name": "garden",
        "title": "A garden in the rain",
        "queries": ["rain falling", "a dog barking"],
        "credit": ALLORGE,
        "parts": [
            ("gcompris-qt-data/7fc7b8b75b3deaec.flac", [0.0, 3.0], -0.1),
            ("gcompris-qt-data/0d27a6b0b36e04f3.flac", [1.2, 5.4], 0.4),
        ],
    },
    {
        "name": "duo",
        "title": "Hand drums and guitar",
        "queries": ["hand drums", "an electric guitar"],
        "credit": SONIC_PI,
        "parts": [
            ("sonic-pi-samples/4e952f7548c42b70.flac", [0.0], -0.35),
            ("sonic-pi-samples/e6dbbdc5aef03fad.flac", [0.0], 0.35),
        ],
    },
]

Samples = npt.NDArray[np.float32]


def place(path: Path, starts: list[float], pan: float) -> tuple[Samples, int]:
    """A recording in stereo silence, at some times and a place from -1 (left) to 1."""
    sound, rate = read_audio(path)
    out = np.zeros((2, round(SECONDS * rate)), np.float32)
    angle = (pan + 1) * np.pi / 4
    for start in starts:
        first = round(start * rate)
        part = _faded(sound[0], rate)[: out.shape[1] - first]
        out[:, first : first + len(part)] += np.outer([np.cos(angle), np.sin(angle)], part)
    return out * np.float32(10 ** (-22 / 20) / np.sqrt(np.square(out).mean())), rate


def _faded(sound: Samples, rate: int) -> Samples:
    rise = np.minimum(np.arange(len(sound)) / (0.05 * rate), 1.0).astype(np.float32)
    return sound * rise * rise[::-1]


def main() -> None:
    """Writes the recordings and the list of them."""
    corpus = Path(sys.argv[1])
    OUT.mkdir(exist_ok=True)
    rows = []
    for listed in LISTED:
        item: dict[str, Any] = dict(listed)
        parts: Any = item.pop("parts", None)
        if parts is None:
            mixture, rate = read_audio(STATION)
        else:
            placed = [place(corpus / "audio" / str(part[0]), part[1], part[2]) for part in parts]
            mixture, rate = np.sum([sound for sound, _ in placed], axis=0), placed[0][1]
        file = f"{item['name']}.mp3"
        write_audio(OUT / file, mixture, rate, OutputFormat("mp3"))
        rows.append({**item, "seconds": round(mixture.shape[1] / rate, 2), "file": file})
    (OUT / "samples.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
