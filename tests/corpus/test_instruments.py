"""Playing instruments with soundfonts: phrases, and parts that are always the same."""

import itertools
import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from soundlasso.corpus.build import build_corpus
from soundlasso.corpus.captions import captions
from soundlasso.corpus.instruments import Instrument, Orchestra, instruments, phrase
from soundlasso.corpus.labels import categories
from soundlasso.corpus.manifest import Entry, Package
from soundlasso.errors import CorpusError, MissingDependencyError

needs_player = pytest.mark.skipif(
    find_spec("tinysoundfont") is None, reason="tinysoundfont has no wheel for this Python"
)
FLUTE = Instrument("flute", (73,), (60, 93), "melody")


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def listed(name: bytes, *chunks: bytes) -> bytes:
    return chunk(b"LIST", name + b"".join(chunks))


def soundfont(*programs: int) -> bytes:
    """An SF2 file: each of the programs is the same looped sine wave at 32 kHz."""
    wave = np.round(20_000 * np.sin(2 * np.pi * np.arange(4000) / 80)).astype("<i2")
    presets, bags, generators = b"", b"", b""
    for place, program in enumerate(programs):
        presets += struct.pack("<20sHHHIII", b"p%d" % program, program, 0, place, 0, 0, 0)
        bags += struct.pack("<HH", place, 0)
        generators += struct.pack("<HH", 41, 0)
    count = len(programs)
    presets += struct.pack("<20sHHHIII", b"EOP", 0, 0, count, 0, 0, 0)
    bags += struct.pack("<HH", count, 0)
    generators += struct.pack("<HH", 0, 0)
    modulators = struct.pack("<HHhHH", 0, 0, 0, 0, 0)
    instrument = struct.pack("<20sH", b"sine", 0) + struct.pack("<20sH", b"EOI", 1)
    # It loops; its one sample is number 0.
    zone = struct.pack("<HH", 54, 1) + struct.pack("<HH", 53, 0)
    sample = struct.pack("<20sIIIIIBbHH", b"sine", 0, 4000, 800, 3200, 32_000, 69, 0, 0, 1)
    sample += struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    return chunk(
        b"RIFF",
        b"sfbk"
        + listed(b"INFO", chunk(b"ifil", struct.pack("<HH", 2, 1)), chunk(b"INAM", b"test"))
        + listed(b"sdta", chunk(b"smpl", wave.tobytes() + b"\0" * 92))
        + listed(
            b"pdta",
            chunk(b"phdr", presets),
            chunk(b"pbag", bags),
            chunk(b"pmod", modulators),
            chunk(b"pgen", generators),
            chunk(b"inst", instrument),
            chunk(b"ibag", struct.pack("<HHHH", 0, 0, 2, 0)),
            chunk(b"imod", modulators),
            chunk(b"igen", zone + struct.pack("<HH", 0, 0)),
            chunk(b"shdr", sample),
        ),
    )


def test_phrases_stay_in_range_and_time() -> None:
    for instrument in instruments():
        for take in range(3):
            notes = phrase(instrument, (take,))
            low, high = instrument.range
            assert len(notes) >= 1
            assert all(low <= note.key <= high and 1 <= note.velocity <= 127 for note in notes)
            assert all(note.start < note.stop < 15 for note in notes)


def test_melodies_have_one_voice_and_chords_several() -> None:
    notes = phrase(FLUTE, (1,))
    assert all(one.stop <= other.start for one, other in itertools.pairwise(notes))
    chords = phrase(Instrument("organ", (19,), (36, 84), "chords"), (1,))
    assert len({note.start for note in chords}) < len(chords)


def test_takes_differ_and_repeat() -> None:
    assert phrase(FLUTE, (1,)) == phrase(FLUTE, (1,))
    assert phrase(FLUTE, (1,)) != phrase(FLUTE, (2,))


def test_every_instrument_can_be_asked_for() -> None:
    programs = [program for item in instruments() for program in item.programs]
    assert len(set(programs)) == len(programs)
    for item in instruments():
        assert item.label in captions()
        assert item.label in categories()


@needs_player
def test_a_part_is_what_it_is_whatever_was_played_before() -> None:
    font = soundfont(73, 40)
    first, again = Orchestra(font), Orchestra(font)
    again.play("40/2")
    sound = first.play("73/1")
    assert np.array_equal(sound, again.play("73/1"))
    assert not np.array_equal(sound[:32_000], first.play("73/2")[:32_000])


@needs_player
def test_notes_sound_at_their_pitch_and_time() -> None:
    sound = Orchestra(soundfont(73)).play("73/1").mean(axis=1)
    note = phrase(FLUTE, (73, 1))[0]
    start = round(note.start * 32_000)
    assert not sound[:start].any()
    part = sound[start + 800 : round(note.stop * 32_000) - 400]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    hertz = spectrum.argmax() * 32_000 / (1 << 17)
    assert hertz == pytest.approx(400.0 * 2 ** ((note.key - 69) / 12), rel=0.01)


@needs_player
@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("40/1", "no such program"),
        ("120/1", "no part that"),
        ("73", "no part that"),
        ("flute/1", "no part that"),
    ],
)
def test_parts_that_cannot_be_played(part: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        Orchestra(soundfont(73)).play(part)


@needs_player
def test_what_is_no_soundfont() -> None:
    with pytest.raises(CorpusError, match="is no soundfont"):
        Orchestra(b"RIFF of something else")


def test_what_to_install_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("soundlasso.corpus.instruments.find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="--no-deps tinysoundfont"):
        Orchestra(soundfont(73))
    # A build says so before it fetches anything.
    package = Package("font", "1", "pool/none.deb", 1, "0" * 64, "train")
    entry = Entry("font", "a.sf2#73/1", "flute", "target", "MIT", "0" * 16)
    with pytest.raises(MissingDependencyError, match="--no-deps tinysoundfont"):
        build_corpus(tmp_path / "c", [package], [entry], downloads=tmp_path / "d")
    assert not (tmp_path / "d").exists()
