"""What webMUSHRA is given."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml

from soundlasso.errors import OptionError
from soundlasso.listening.manifest import ListeningTest
from soundlasso.listening.render import Plan
from soundlasso.listening.webmushra import export_webmushra
from tests.listening.conftest import Run

Make = Callable[..., ListeningTest]


def read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A config, and its pages that are rated."""
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert config["pages"][0]["type"] == "generic"
    assert config["pages"][1]["type"] == "volume"
    assert config["pages"][-1]["type"] == "finish"
    assert config["pages"][-1]["writeResults"] is True
    first, *rated = config["pages"][2]
    assert first == "random"
    # What is in a list of its own stays in that order.
    return config, [page for one in rated for page in (one if isinstance(one, list) else [one])]


def test_pages_with_our_scale(make_test: Make, tmp_path: Path) -> None:
    test = make_test(plan=Plan('A <b>"test"</b>', anchor=True))
    path = export_webmushra(test, tmp_path / "out")
    config, rated = read(path)
    assert config["testId"] == path.stem
    # The one is shown as text, the other as HTML.
    assert config["testname"] == 'A <b>"test"</b>'
    assert config["pages"][0]["name"] == "A &lt;b&gt;&quot;test&quot;&lt;/b&gt;"
    assert [len(pages) for pages in config["pages"][2][1:]] == [2, 2, 2]
    assert [page["id"] for page in rated[:3]] == ["item1_overall", "item1_fit", "item2_overall"]
    assert len(rated) == 2 * 3
    for page in rated:
        assert page["type"] == "likert_multi_stimulus"
        assert page["mustRate"] is True
        assert page["mustPlayback"] == "ended"
        assert list(page["stimuli"]) == ["c1", "c2", "c3"]
        assert [step["value"] for step in page["response"]] == [1, 2, 3, 4, 5]
    assert rated[0]["response"][0]["label"] == "1: unsuccessful separation"
    assert rated[0]["response"][4]["label"] == "5: perfect separation"
    assert "query 0" in rated[0]["content"]


def test_pages_by_the_recommendation(make_test: Make, tmp_path: Path) -> None:
    test = make_test()
    _, rated = read(export_webmushra(test, tmp_path / "out", "mushra"))
    assert len(rated) == 3
    for number, page in enumerate(rated, 1):
        assert page["type"] == "mushra"
        assert page["reference"].endswith(f"000{number}-c3.wav")
        assert list(page["stimuli"]) == ["c1", "c2", "c4"]
        assert page["showConditionNames"] is False
    with pytest.raises(OptionError, match="--reference"):
        export_webmushra(make_test("bare", plan=Plan()), tmp_path / "more", "mushra")
    assert not (tmp_path / "more").exists()


def test_the_yaml_that_webmushra_reads(make_test: Make, tmp_path: Path) -> None:
    """Its yaml.js refuses lines that go on, and lists that begin behind another's dash."""
    odd = "A very long title, " * 20 + "with a\ttab and: a colon"
    test = make_test(plan=Plan(odd))
    path = export_webmushra(test, tmp_path / "out")
    for line in path.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r" *(- )?\w+:( .+)?| *-| *- random", line), line
    config, _ = read(path)
    assert config["testname"] == odd.replace("\t", " ")


def test_names_that_every_server_takes(make_test: Make, tmp_path: Path) -> None:
    path = export_webmushra(make_test(plan=Plan("Hörprobe")), tmp_path / "out")
    assert path.name.isascii()
    assert path.name.startswith("listening-test-")
    config, _ = read(path)
    assert config["testname"] == "Hörprobe"


def test_the_mixture_is_as_loud_as_the_rest_and_ratings_say_whose_they_are(
    make_test: Make, tmp_path: Path
) -> None:
    config, rated = read(export_webmushra(make_test(), tmp_path / "out"))
    for page in rated:
        assert 'onplay="this.volume = audioContext.volume"' in page["content"]
    assert "participant.response.push(session.uuid)" in config["pages"][-1]["content"]


def test_every_sound_that_is_named_is_there(make_test: Make, tmp_path: Path) -> None:
    test = make_test()
    config, rated = read(export_webmushra(test, tmp_path / "out"))
    named = {config["pages"][1]["stimulus"]}
    for page in rated:
        named |= set(page["stimuli"].values())
        named.add(page["content"].partition('src="')[2].partition('"')[0])
    there = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.wav")}
    assert named == there
    assert len(there) == 15
    for item in test.manifest.items:
        for sound in (item.mixture, *item.sounds):
            ours, rate = soundfile.read(test.folder / sound.file)
            (path,) = (tmp_path / "out").rglob(f"{Path(sound.file).stem}.wav")
            theirs, their_rate = soundfile.read(path)
            assert rate == their_rate
            np.testing.assert_allclose(theirs, ours, atol=1 / 32768)


def test_no_model_is_named(make_test: Make, tmp_path: Path) -> None:
    path = export_webmushra(make_test(), tmp_path / "out")
    assert "model" not in path.read_text(encoding="utf-8")
    assert not [p for p in (tmp_path / "out").rglob("*") if "model" in p.name]


def test_the_command(run: Run, make_test: Make, tmp_path: Path) -> None:
    test = make_test()
    result = run("listen-test", "export-webmushra", test.folder, tmp_path / "out")
    assert result.status == 0, result.err
    (config,) = (tmp_path / "out" / "configs").glob("*.yaml")
    assert f"?config={config.name}" in result.out
    assert "c1 is loud-model" in result.out
    again = run("listen-test", "export-webmushra", test.folder, tmp_path / "out")
    assert again.status == 1
    assert "is there already" in again.err
