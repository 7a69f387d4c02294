"""What a rendered test is like, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from soundlasso.errors import AudioError, OptionError
from soundlasso.listening.loudness import (
    HIGHEST_PEAK,
    MOST_RAISED,
    equal_gains,
    loudness,
    true_peak,
)
from soundlasso.listening.manifest import MIXTURE, ListeningTest, check_files, read_test
from soundlasso.listening.render import Plan, create_test, quiet_sounds
from tests.conftest import noise
from tests.listening.conftest import RATE, SECONDS, contender, write_pairs

Make = Callable[..., ListeningTest]


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_condition_of_every_item_is_there(make_test: Make) -> None:
    test = make_test()
    assert [(c.kind, c.name) for c in test.manifest.conditions] == [
        ("model", "loud-model"),
        ("model", "soft-model"),
        ("reference", "hidden reference"),
        ("anchor", "mixture (anchor)"),
    ]
    assert [item.query for item in test.manifest.items] == ["query 0", "query 1", "query 2"]
    assert len(files(test.folder)) == 3 * 5 + 1
    for item in test.manifest.items:
        for sound in (item.mixture, *item.sounds):
            info = soundfile.info(test.folder / sound.file)
            assert (info.frames, info.samplerate) == (SECONDS * RATE, RATE)
    check_files(test)


def test_all_sounds_are_equally_loud(make_test: Make) -> None:
    test = make_test(plan=Plan(loudness=-30.0, reference=True, anchor=True))
    for item in test.manifest.items:
        assert item.loudness == -30.0
        for sound in (item.mixture, *item.sounds):
            samples, rate = soundfile.read(test.folder / sound.file, always_2d=True)
            assert loudness(samples.T.astype(np.float32), rate) == pytest.approx(-30.0, abs=0.02)


def test_the_reference_is_the_target_and_the_anchor_the_mixture(make_test: Make) -> None:
    test = make_test()
    item = test.manifest.items[0]
    mixture = noise(1, RATE, seed=0)[0]
    for key, wanted in (("c3", mixture[::-1]), ("c4", mixture), (MIXTURE, mixture)):
        heard, _ = soundfile.read(test.folder / item.sound(key).file)
        assert np.corrcoef(heard, wanted)[0, 1] > 0.9999


def test_the_same_list_gives_the_same_files(make_test: Make) -> None:
    assert files(make_test("one").folder) == files(make_test("two").folder)


def test_no_model_is_named_but_in_the_manifest(make_test: Make) -> None:
    test = make_test()
    for name, content in files(test.folder).items():
        if name != "test.json":
            assert b"model" not in content
            assert "model" not in name


def test_a_list_without_targets(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path, targets=False)
    test = create_test(pairs, [contender("m", 1.0)], tmp_path / "out", Plan(anchor=True))
    assert len(test.manifest.items[0].sounds) == 2
    with pytest.raises(OptionError, match="has no column target"):
        create_test(pairs, [contender("m", 1.0)], tmp_path / "more", Plan(reference=True))


def test_items_are_called_as_the_list_calls_them(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path)
    lines = pairs.read_text().splitlines()
    for ids, wanted in ((["x", "y", "z"], ["x", "y", "z"]), (["x", "x", "y"], ["1", "2", "3"])):
        rows = [f"{line},{name}" for line, name in zip(lines, ["id", *ids], strict=True)]
        (tmp_path / "named.csv").write_text("\n".join(rows))
        out = tmp_path / "-".join(ids)
        test = create_test(tmp_path / "named.csv", [contender("m", 1.0)], out, Plan())
        assert [item.id for item in test.manifest.items] == wanted


def test_what_is_next_to_silent_is_named_and_stays_quiet(make_test: Make) -> None:
    test = make_test(models=(("whisper", 10 ** (-35 / 20)), ("nothing", 0.0)), items=1)
    assert quiet_sounds(test) == [
        "item 1: whisper is next to silent and stays 5 dB quieter than the others",
        "item 1: nothing is silent",
    ]


def test_gains() -> None:
    # Everything fits.
    assert equal_gains(-23.0, (-20.0, -10.0), [(-33.0, -30.0)]) == (-23.0, [-3.0, 10.0])
    # The second would have a peak at +5 dB: all are lowered by 6 dB.
    reached, gains = equal_gains(-23.0, (-20.0, -10.0), [(-33.0, -5.0)])
    assert (reached, gains) == (-29.0, [-9.0, 4.0])
    assert -5.0 + gains[1] == HIGHEST_PEAK
    # Silence is raised by no more than what is next to silent.
    silent = (-np.inf, -np.inf)
    assert equal_gains(-23.0, (-20.0, -10.0), [(-65.0, -50.0), silent])[1] == [
        -3.0,
        -3.0 + MOST_RAISED,
        -3.0 + MOST_RAISED,
    ]


def test_loudness_is_that_of_the_standard() -> None:
    # BS.1770-4: a sine of 997 Hz at full scale in one channel has -3.01 LKFS; meters may err by
    # 0.1 (EBU Tech 3341).
    sine = np.sin(2 * np.pi * 997 * np.arange(5 * 48_000) / 48_000).astype(np.float32)[None]
    assert loudness(sine, 48_000) == pytest.approx(-3.01, abs=0.1)
    assert loudness(np.concatenate([sine, sine]), 48_000) == pytest.approx(0.0, abs=0.1)
    assert loudness(np.zeros_like(sine), 48_000) == -np.inf
    with pytest.raises(AudioError, match=r"at least 0\.4 s"):
        loudness(sine[:, :1000], 48_000)
    with pytest.raises(AudioError, match="up to 5 channels"):
        loudness(np.zeros((6, 48_000), np.float32), 48_000)


def test_peaks_between_samples_count() -> None:
    # A quarter of the rate, at 45 degrees: no sample is at the sine's peak.
    sine = np.sin(np.pi / 2 * np.arange(8000) + np.pi / 4).astype(np.float32)[None]
    assert 20 * np.log10(np.abs(sine).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak(sine * np.hanning(8000).astype(np.float32), 8000) == pytest.approx(0, abs=0.1)
    assert true_peak(0 * sine, 8000) == -np.inf


def test_what_cannot_be_rendered(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs")
    one = contender("m", 1.0)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(OptionError, match="is there already"):
        create_test(pairs, [one], tmp_path / "full", Plan())
    with pytest.raises(OptionError, match="two models are called m"):
        create_test(pairs, [one, one], tmp_path / "out", Plan())
    with pytest.raises(OptionError, match="at least one model"):
        create_test(pairs, [], tmp_path / "out", Plan())
    with pytest.raises(OptionError, match="-40 to -10 LUFS"):
        Plan(loudness=3.0)
    with pytest.raises(OptionError, match="--title"):
        Plan(title=" ")


@pytest.mark.parametrize(
    ("name", "seconds", "level", "message"),
    [("m1.wav", 0.2, 1.0, "is shorter than 0.4 s"), ("m1.wav", 1.0, 0.0, "is silent"),
     ("t1.wav", 0.5, 1.0, "differs from its mixture")],
)  # fmt: skip
def test_nothing_is_left_of_a_test_that_fails(
    tmp_path: Path, name: str, seconds: float, level: float, message: str
) -> None:
    pairs = write_pairs(tmp_path / "pairs")
    soundfile.write(pairs.parent / name, level * noise(1, round(seconds * RATE)).T, RATE)
    with pytest.raises(AudioError, match=message):
        create_test(pairs, [contender("m", 1.0)], tmp_path / "out", Plan(reference=True))
    assert [path.name for path in tmp_path.iterdir()] == ["pairs"]


def test_an_earlier_attempt_that_was_killed_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "out.part" / "audio").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    pairs = write_pairs(tmp_path / "pairs")
    test = create_test(pairs, [contender("m", 1.0)], tmp_path / "out", Plan())
    assert read_test(tmp_path / "out") == test
    assert not (tmp_path / "out.part").exists()


def test_manifests_that_cannot_be_used(make_test: Make, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="is not a listening test"):
        read_test(tmp_path)
    folder = make_test().folder
    path = folder / "test.json"
    whole = json.loads(path.read_text())

    def refused(message: str, **changes: object) -> None:
        path.write_text(json.dumps({**whole, **changes}))
        with pytest.raises(OptionError, match=message):
            read_test(folder)

    refused("has the format 2", format=2)
    refused("title: must be str", title=3)
    refused("each with a key of its own", conditions=whole["conditions"][:1] * 2)
    refused("one sound for each condition", conditions=whole["conditions"][:1])
    stolen = json.loads(json.dumps(whole["items"]))
    stolen[0]["mixture"]["file"] = "audio/../../secret.flac"
    refused("is not a file of a listening test", items=stolen)
    path.write_text("{")
    with pytest.raises(OptionError, match="cannot be used"):
        read_test(folder)


def test_sounds_that_have_changed(make_test: Make) -> None:
    test = make_test()
    path = test.folder / "audio" / "0002-c1.flac"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    with pytest.raises(OptionError, match=r"0002-c1\.flac: is not the file"):
        check_files(test)
    path.unlink()
    with pytest.raises(OptionError, match=r"0002-c1\.flac: cannot be read"):
        check_files(test)
