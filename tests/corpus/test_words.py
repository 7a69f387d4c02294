"""The manifest, the ontology and the captions fit each other."""

import tomllib
from collections import Counter

from soundlasso.corpus import manifest
from soundlasso.corpus.captions import captions
from soundlasso.corpus.labels import categories, conflict, conflicting, wider_label
from tests.scripts import BENCHMARKS


def test_the_manifest_is_whole() -> None:
    packages, entries = manifest.packages(), manifest.entries()
    assert len(packages) == 143
    assert len(entries) == 8895
    names = [package.name for package in packages]
    assert len(set(names)) == len(names)
    assert {entry.package for entry in entries} == set(names)
    assert len({(entry.package, entry.path) for entry in entries}) == len(entries)
    assert {entry.use for entry in entries} == {"target", "background"}
    assert all(entry.licence and len(entry.sha256) == 16 for entry in entries)
    assert all(len(package.sha256) == 64 and package.size > 0 for package in packages)


def test_no_file_is_in_two_splits() -> None:
    split = {package.name: package.split for package in manifest.packages()}
    assert set(split.values()) == {"train", "valid", "test"}
    where = Counter()  # type: Counter[str]
    for entry in manifest.entries():
        where[entry.sha256] += 1
    assert max(where.values()) == 1


def test_every_label_has_captions_and_a_category() -> None:
    labels = {entry.label for entry in manifest.entries()}
    assert labels <= set(captions())
    assert labels <= set(categories())
    assert set(categories()) == set(captions())


def test_captions_are_as_they_should_be() -> None:
    seen = Counter()  # type: Counter[str]
    for label, known in captions().items():
        assert len(known.short) >= 8
        assert len(known.short_held_out) == 2
        assert len(known.sentences) >= 13
        assert len(known.held_out) == 3
        for sentence in known.sentences + known.held_out:
            assert 6 <= len(sentence.split()) <= 20, f"{label}: {sentence}"
            assert sentence[0].isupper()
            assert sentence.endswith(".")
        for phrase in known.short + known.short_held_out:
            assert 1 <= len(phrase.split()) <= 6, f"{label}: {phrase}"
        everything = known.short + known.short_held_out + known.sentences + known.held_out
        seen.update(text.lower() for text in everything)
    assert [text for text, count in seen.items() if count > 1] == []


def test_words_that_are_held_out_are_not_trained_on() -> None:
    path = BENCHMARKS / "queries.toml"
    held_out = tomllib.loads(path.read_text(encoding="utf-8"))["words"]
    known = captions()
    trained = {text.lower() for one in known.values() for text in (*one.short, *one.sentences)}
    assert len(held_out) == len(set(held_out.values())) == 57
    assert held_out.keys() <= known.keys()
    assert trained.isdisjoint(held_out.values())
    words = {word for one in known.values() for word in one.words}
    assert {"guitar", "baby", "phone"} <= words
    assert all(" " not in word for word in words)


def test_carrier_phrases_read_as_english() -> None:
    phrases = captions()["dog barking"].phrases()
    assert "a loud dog barking" in phrases
    assert "remove everything but a dog barking" in phrases
    # What a short form says itself is not said again.
    assert "loud barks of a terrier" in phrases
    assert "loud loud barks of a terrier" not in phrases
    assert "loud barks of a terrier nearby" not in phrases
    assert len(phrases) == len(set(phrases))
    held_out = captions()["dog barking"].phrases_held_out()
    assert not set(phrases) & set(held_out)


def test_conflicts() -> None:
    assert conflict("dog barking", "dog barking")
    assert conflict("dog barking", "wolf howling")
    assert conflict("music", "piano")
    assert conflict("piano", "music")
    assert conflict("drum kit", "snare drum")
    assert not conflict("piano", "snare drum")
    assert not conflict("dog barking", "rain")
    for label in captions():
        for other in conflicting(label):
            assert label in conflicting(other), f"{label} and {other}"
        # There must be something left to mix it with.
        assert len(conflicting(label)) < 150


def test_what_a_sound_is_one_of_is_a_label_that_conflicts_with_it() -> None:
    wide = {label: wider_label(label) for label in captions()}
    assert wide["doorbell"] == "bell ringing"
    assert wide["bell ringing"] is None
    for label, wider in wide.items():
        if wider is not None:
            assert wider in captions()
            assert wide[wider] is None
            assert conflict(label, wider)
