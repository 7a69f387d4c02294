"""The table of what a corpus holds counts what it says."""

from dataclasses import replace

from soundlasso.corpus.catalogue import Recording
from soundlasso.corpus.table import markdown_table

DOG = Recording(
    file="audio/one/dog.flac",
    label="dog barking",
    category="animal",
    split="train",
    use="target",
    package="one",
    path="dog.wav",
    licence="CC0",
    seconds=1800.0,
    rate=44_100,
)
RECORDINGS = [
    DOG,
    replace(DOG, file="audio/two/dog.flac", package="two"),
    replace(DOG, file="audio/two/hum.flac", package="two", label="hum", use="background"),
    replace(DOG, file="audio/three/rain.flac", package="three", split="test", label="rain"),
]


def test_splits_and_categories() -> None:
    lines = markdown_table(RECORDINGS).splitlines()
    assert "| train | 3 | 1.50 | 1 | 2 |" in lines
    assert "| valid | 0 | 0.00 | 0 | 0 |" in lines
    assert "| test | 1 | 0.50 | 1 | 1 |" in lines
    assert "| all | 4 | 2.00 | 2 | 3 |" in lines
    assert "| animal | 60.0 (2) | 0.0 (0) | 30.0 (1) |" in lines
