"""Which query encoder a name means, and what is said where it cannot be had."""

from pathlib import Path

import pytest

from soundlasso.errors import DownloadError
from soundlasso.query.encoder import QueryEncoder
from soundlasso.zoo.query_encoders import load_query_encoder, split_brackets
from tests.zoo.published import Embedder

LARGE = "google/flan-t5-large"


@pytest.fixture
def encoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path))
    return tmp_path / "encoders"


@pytest.mark.parametrize("brackets", ["", "[:50]", "[mean]", "[:50][mean]"])
def test_an_imported_one_comes_first(
    encoders: Path, monkeypatch: pytest.MonkeyPatch, brackets: str
) -> None:
    asked = []

    def load_encoder(name: str) -> QueryEncoder:
        asked.append(name)
        return Embedder()

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", load_encoder)
    folder = encoders / "google--flan-t5-large"
    load_query_encoder(LARGE + brackets)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    load_query_encoder(LARGE + brackets)
    assert asked == [LARGE + brackets, str(folder) + brackets]


def test_without_a_hub_it_says_where_files_may_be_put(
    encoders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_encoder(name: str) -> QueryEncoder:
        raise DownloadError(f"{name} cannot be downloaded")

    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", load_encoder)
    with pytest.raises(DownloadError) as caught:
        load_query_encoder(f"{LARGE}[:50]")
    assert str(caught.value) == (
        f"{LARGE}[:50] cannot be downloaded, or put the files of "
        f"https://huggingface.co/{LARGE} into {encoders / 'google--flan-t5-large'}"
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("minilm", ("minilm", "")),
        ("minilm[mean]", ("minilm", "[mean]")),
        ("t5[:50][mean]", ("t5", "[:50][mean]")),
        ("/old [2019]/t5[:50]", ("/old [2019]/t5", "[:50]")),
        ("", ("", "")),
        ("[mean]", ("[mean]", "")),
    ],
)
def test_brackets_stand_behind_the_name(name: str, parts: tuple[str, str]) -> None:
    assert split_brackets(name) == parts
