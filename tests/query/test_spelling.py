"""Misspelt queries: what is mended, what is left alone, and that the words are up to date."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from soundlasso.corpus.captions import captions
from soundlasso.mixing.queries import mistype
from soundlasso.query.spelling import WORDS_PATH, read_query


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a dgo barkign", "a dog barking"),
        ("TRIAN HORN", "train HORN"),
        ("the Sirne, thundre!", "the siren, thunder!"),
        ("brd song", "bird song"),
        ("helicpoter", "helicopter"),
        ("footsetps on gravle", "footsteps on gravel"),
        ("driling", "drilling"),
        ("gonng", "gong"),
        ("mum's vaccuum cleaner", "mum's vacuum cleaner"),
        ("a screaming elepahtn", "a screaming elephant"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    reading = read_query(typed)
    assert reading.text == meant
    assert len(reading.mended) == sum(
        before != after for before, after in zip(typed.split(), meant.split(), strict=True)
    )


@pytest.mark.parametrize(
    "query",
    [
        "a dog barking",
        "didgeridoo, vuvuzela, synth, ribbit, djembe, erhu, shamisen, koto, theremin",
        "Beyonce singing",
        "the LFO of an EDM beat",
        "iPhone ringtone",
        "lofi toads",
        "l'eau, крик, 犬",
        "Hund",
        "chien",
        "pluie",
        "Vogel",
        "der Hund",
        "Katze",
        "un chien qui aboie",
        "ruido de perro ladrando",
        "",
    ],
)
def test_what_is_no_slip_is_left_alone(query: str) -> None:
    reading = read_query(query)
    assert reading.text == query
    assert reading.mended == ()
    assert reading.notes == []


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("a dog", True),
        ("dgo", True),
        ("a gramophone", True),
        ("808", True),
        ("dog's bark", True),
        ("asdfghjkl", False),
        ("собака лает", False),
        ("犬", False),
        ("un chien qui aboie", False),
    ],
)
def test_what_is_understood_has_a_word_that_is_known(query: str, understood: bool) -> None:
    assert read_query(query).understood is understood


def test_what_was_mended_is_said() -> None:
    reading = read_query("a dgo and anotehr dgo")
    assert reading.mended == (("dgo", "dog"), ("anotehr", "another"))
    assert reading.notes == ["'dgo' was read as 'dog'", "'anotehr' was read as 'another'"]


def test_no_query_that_models_were_taught_with_is_changed() -> None:
    for known in captions().values():
        for query in (*known.phrases(), *known.sentences, *known.held_out):
            assert read_query(query).text == query


def test_most_slips_in_labels_are_mended() -> None:
    """Some slips make another word ("lion raring"), which nothing but the sound could tell."""
    rng = np.random.default_rng(5)
    slips = [(label, mistype(rng, label)) for label in captions()]
    slips = [(label, typed) for label, typed in slips if typed != label]
    assert len(slips) > 200
    mended = sum(read_query(typed).text == label for label, typed in slips)
    assert mended / len(slips) > 0.88


def test_the_words_are_those_of_the_captions() -> None:
    path = Path(__file__).parents[2] / "tools" / "make_query_words.py"
    spec = importlib.util.spec_from_file_location("make_query_words", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    listed = dict(line.split() for line in WORDS_PATH.read_text(encoding="utf-8").splitlines())
    assert {word: int(count) for word, count in listed.items()} == script.words()
