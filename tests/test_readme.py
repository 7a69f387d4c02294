"""What the documents tell people to type does what they say."""

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

from soundlasso.cli import main
from tests.audio.test_reader import write_media
from tests.conftest import noise

ROOT = Path(__file__).parents[1]

# Hours of work or gigabytes of downloads; their options are checked instead.
TOO_LONG = (
    "corpus build",
    "corpus mixtures",
    "train",
    "export",
    "evaluate mixtures",
    "evaluate --b",
    "serve",
)
NEEDS_TRAINING = ("my-model",)


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(name: str) -> list[str]:
    # A line that ends in a backslash goes on in the next one.
    lines = "\n".join(blocks(name, "sh")).replace("\\\n", " ").splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.startswith("soundlasso ")]


@pytest.fixture
def recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    soundfile.write("street.wav", noise(2, 44_100).T, 44_100)
    write_media(tmp_path / "interview.mp4", "aac", seconds=1.0)
    return tmp_path


def call(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    try:
        main()
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else 1
    return 0


def test_the_readmes_commands(recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = 0
    for line in commands("README.md"):
        if line.removeprefix("soundlasso ").startswith(TOO_LONG):
            continue
        if any(word in line for word in NEEDS_TRAINING):
            continue
        assert call(line, monkeypatch) == 0, line
        ran += 1
    assert ran >= 1
    for track in ("street", "interview"):
        for query in ("a-dog-barking", "rain"):
            assert (recordings / "separated" / track / f"{query}.wav").is_file()
            assert (recordings / "separated" / track / f"{query}.residual.wav").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/corpus.md",
        "docs/evaluation.md",
        "docs/listening-test.md",
        "docs/training.md",
        "docs/web.md",
    ],
)
def test_the_options_of_long_commands_exist(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checked = 0
    for line in commands(name):
        words = shlex.split(line)
        length = 3 if words[1] in {"corpus", "listen-test"} else 2
        assert call(shlex.join([*words[:length], "--help"]), monkeypatch) == 0
        options = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", capsys.readouterr().out))
        for word in words[length:]:
            if word.startswith("-"):
                assert word in options, f"{line}: {word}"
        checked += 1
    assert checked >= 1


def test_the_readmes_options_are_all_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("soundlasso separate --help", monkeypatch) == 0
    shown = capsys.readouterr().out
    table = (ROOT / "README.md").read_text().partition("| option |")[2].partition("\n\n")[0]
    named = re.findall(r"`(--?[a-z-]+)`", table)
    assert len(named) > 10
    for option in named:
        assert option in shown


def test_the_readmes_python(recordings: Path) -> None:
    (code,) = blocks("README.md", "python")
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["quiet"].target.shape == (2, 44_100)
    assert (recordings / "separated" / "a-dog-barking.wav").is_file()


def test_the_worked_example_of_contributing() -> None:
    (code,) = blocks("CONTRIBUTING.md", "python")
    names: dict[str, Any] = {}
    exec(compile(code, "CONTRIBUTING.md", "exec"), names)
    separator: Callable[..., Any] = names["separator"].separate
    from soundlasso.errors import QueryError

    with pytest.raises(QueryError):
        separator(noise(1, 100), "a dog", sample_rate=8000)


def test_links_and_pictures_lead_somewhere() -> None:
    checked = 0
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (path.parent / target).exists(), f"{path.name}: {target}"
                checked += 1
    assert checked >= 5


def test_no_placeholder_is_left() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        # Names of variables are code, and code is marked as such.
        text = re.sub(r"`[^`\n]*`", "", path.read_text(encoding="utf-8"))
        assert re.findall(r"\b[A-Z]+_[A-Z]+\b", text) == [], path.name
