"""``soundlasso listen-test create``; the other commands are tested beside their results."""

from pathlib import Path

from soundlasso.listening.manifest import check_files, read_test
from tests.listening.conftest import Run, write_pairs


def test_a_test_is_made(run: Run, tiny_card: Path, tiny_live_card: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", items=2)
    out = tmp_path / "test"
    result = run(
        "listen-test", "create", pairs, "-m", tiny_card, "-m", tiny_live_card, "-o", out,
        "--reference", "--anchor", "--title", "Which is best?",
    )  # fmt: skip
    assert result.status == 0, result.err
    names = "gainnet.tiny, livenet.tiny, hidden reference, mixture (anchor)"
    assert f"{out}: 2 items: {names}" in result.out
    test = read_test(out)
    check_files(test)
    assert test.manifest.title == "Which is best?"
    assert len(test.manifest.conditions[0].sha256) == 64


def test_what_is_refused(run: Run, tiny_card: Path, tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs", items=1)
    out = tmp_path / "test"
    twice = run("listen-test", "create", pairs, "-m", tiny_card, "-m", tiny_card, "-o", out)
    assert twice.status == 1
    assert "two models are called gainnet.tiny" in twice.err
    unknown = run("listen-test", "create", pairs, "-m", "nobody", "-o", out)
    assert unknown.status == 1
    assert "no model is called 'nobody'" in unknown.err
    missing = run("listen-test", "create", tmp_path / "no.csv", "-m", tiny_card, "-o", out)
    assert missing.status == 1
    assert "cannot be read" in missing.err
    assert not out.exists()
