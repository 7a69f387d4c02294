"""Separates the example recording with two queries and shows what came out.

The recording is a mixture of two that no model here was trained on; since both are known, what
was taken out can be compared with the truth. Run it with ``make demo``.
"""

import csv
import time
from pathlib import Path

import soundlasso
from soundlasso.audio import read_audio
from soundlasso.evaluation.score import score
from soundlasso.plotting import save_spectrograms

HERE = Path(__file__).parent / "station"
OUT = Path("demo-output")


def main() -> None:
    """Writes target, residual and a picture for each query, and prints how good they are."""
    started = time.perf_counter()
    with (HERE / "queries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    separator = soundlasso.load("default")
    mixture, rate = read_audio(HERE / "mixture.flac")
    print(f"{HERE / 'mixture.flac'}: {mixture.shape[1] / rate:.1f} s, {separator.name}")
    separations = separator.separate_all(mixture, [row["query"] for row in rows], sample_rate=rate)
    for row, separation in zip(rows, separations, strict=True):
        reference, _ = read_audio(HERE / row["target"])
        target, residual = separation.save(OUT)
        picture = target.with_suffix(".png")
        save_spectrograms(
            picture,
            {
                "mixture": mixture,
                f"target: {separation.query}": separation.target,
                "residual": separation.residual,
                "reference": reference,
            },
            rate,
        )
        scores = score(reference, separation.target, mixture)
        print(f'\n"{separation.query}"')
        print(f"  SDRi {scores['sdri']:.1f} dB, SI-SDRi {scores['si_sdri']:.1f} dB")
        for path in (target, residual, picture):
            print(f"  {path}")
    print(f"\n{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
