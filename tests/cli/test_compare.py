"""``soundlasso compare``: what is printed and written, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.making import made_gains, made_result, write_result

Run = Callable[..., Any]


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return write_result(tmp_path / "a" / "r.json", made_result("gainnet.a", made_gains(24, 0)))


@pytest.fixture
def second(tmp_path: Path) -> Path:
    gains = [gain + 1.0 for gain in made_gains(24, 0)]
    return write_result(tmp_path / "b" / "r.json", made_result("gainnet.b", gains))


def test_the_table(run: Run, first: Path, second: Path) -> None:
    outcome = run("compare", first, second, second)
    assert outcome.status == 0
    # Two files of one model are told apart by where they lie.
    assert f"difference to {first} [95 % confidence]" in outcome.out
    outcome = run("compare", first, second)
    lines = outcome.out.splitlines()
    assert lines[0] == "two-source, 24 queries for 12 mixtures"
    assert "difference to gainnet.a [95 % confidence], share of queries" in lines[1]
    assert lines[2].split() == ["SDRi", "SI-SDRi"]
    assert lines[3].split()[0] == "gainnet.a"
    assert lines[4].startswith("gainnet.b ")
    assert "+1.00 [ +1.00,  +1.00] 100 %" in lines[4]
    assert "+0.50 [ +0.50,  +0.50] 100 %" in lines[4]
    assert [line.split()[0] for line in lines[5:]] == ["label", "sentence", "animal", "bell"]
    assert "n =  12" in lines[5]
    assert all(len(line) < 120 for line in lines)


def test_what_is_written(run: Run, first: Path, second: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "new" / "c.json", tmp_path / "new" / "c.md"
    assert run("compare", first, second, "--json", out, "--markdown", table).status == 0
    document = json.loads(out.read_text())
    assert document["count"] == 24
    assert [one["name"] for one in document["files"]] == ["gainnet.a", "gainnet.b"]
    assert document["files"][1]["file"] == str(second)
    assert document["files"][1]["difference"]["sdri"] == pytest.approx(1.0)
    text = table.read_text()
    assert text.startswith("**two-source**, 24 queries for 12 mixtures; mean, difference to ")
    assert "| | SDRi | difference | better | SI-SDRi | difference | better |\n" in text
    assert "+1.00 [+1.00, +1.00] | 100 % |" in text
    assert "gainnet.b, by kind of query and category:" in text
    assert "| bell | 8 | " in text
    rows = [line for line in text.splitlines() if line.startswith("| gainnet")]
    assert {row.count("|") for row in rows} == {8}
    assert sorted(path.name for path in out.parent.iterdir()) == ["c.json", "c.md"]


def test_samples_are_said_to_be_samples(run: Run, first: Path, tmp_path: Path) -> None:
    sample = made_result("slow", made_gains(24, 1), every=3)
    outcome = run("compare", first, write_result(tmp_path / "s.json", sample))
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "two-source, 8 queries for 4 mixtures"
    assert lines[-1] == (
        "compared are only the queries that all have; of this list have: gainnet.a 24, "
        "slow 8 (1 of 3)"
    )


def change(document: dict[str, Any], what: str) -> object:
    """A result that cannot be compared, or something that is none."""
    rows = document["rows"]
    changes: dict[str, Callable[[], object]] = {
        "another list": lambda: document.update(list="wrong"),
        "a row less": lambda: rows.pop(),
        "another id": lambda: rows[3].update(id="two-999-label"),
        "another query": lambda: rows[3].update(query="a cat"),
        "another mixture": lambda: rows[3]["mixture"].update(sdr=9.0),
        "a row twice": lambda: rows.append(rows[3]),
        "a leak": lambda: rows[3].update(model={"leak": -20.0}, mixture={"leak": 0.0}),
        "leaks": lambda: [row.update(model={"leak": -9.0}, mixture={"leak": 0.0}) for row in rows],
        "no scores": lambda: rows[3].pop("model"),
        "scores that are none": lambda: rows[3]["model"].update(sdri="high"),
        "no query": lambda: rows[3].pop("query"),
        "no item": lambda: rows[3].pop("item"),
        "a row that is none": lambda: rows.append("row"),
        "empty": lambda: rows.clear(),
        "no rows": lambda: document.pop("rows"),
        "no name": lambda: document.pop("name"),
    }
    changes[what]()
    return document


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("another list", "{a} is about two-source, {b} about wrong; only results on one list"),
        ("a row less", "{b}: has no row two-011-sentence ('A dog barks.'), which {a} has; only"),
        ("another id", "{a}: has no row two-999-label ('A dog barks.'), which {b} has; only"),
        ("another query", "{a}: has no row two-001-sentence ('a cat'), which {b} has; only"),
        (
            "another mixture",
            "{b}: row two-001-sentence ('A dog barks.') is about another mixture than in {a}: its "
            "SDR is 9.00 dB, not 1.00 dB",
        ),
        ("a row twice", "{b}: has two rows two-001-sentence ('A dog barks.'); rows can be"),
        ("a leak", "a row lacks its query or scores"),
        ("leaks", "one of {a} and {b} asks for what is not there and has a leak, the other has"),
        ("no scores", "{b}: is no result of soundlasso evaluate --json: a row lacks its"),
        ("scores that are none", "a row lacks its query or scores"),
        ("no query", "a row lacks its query or scores"),
        ("no item", "a row lacks its query or scores"),
        ("a row that is none", "a row lacks its query or scores"),
        ("empty", "a row lacks its query or scores"),
        ("no rows", "{b}: is no result of soundlasso evaluate --json: it has no rows"),
        ("no name", "{b}: is no result of soundlasso evaluate --json: it names no list and model"),
    ],
)
def test_what_cannot_be_compared(
    run: Run, first: Path, tmp_path: Path, what: str, message: str
) -> None:
    document = change(made_result("gainnet.b", made_gains(24, 1)), what)
    second = write_result(tmp_path / "b.json", document)
    outcome = run("compare", first, second, "--json", tmp_path / "c.json")
    assert outcome.status == 1
    (line,) = outcome.said
    assert message.format(a=first, b=second) in line
    assert not (tmp_path / "c.json").exists()


def test_a_sample_of_another_list(run: Run, first: Path, tmp_path: Path) -> None:
    sample = made_result("slow", made_gains(48, 1), every=3)
    path = write_result(tmp_path / "s.json", sample)
    outcome = run("compare", path, first)
    assert outcome.status == 1
    (line,) = outcome.said
    assert f"{first}: has no row two-012-label ('a dog'), which {path} has" in line


def test_samples_that_share_nothing(run: Run, tmp_path: Path) -> None:
    paths = []
    for every, kept in ((2, slice(2, 4)), (3, slice(4, 6))):
        document = made_result("m", made_gains(48, 1), every)
        document["rows"] = document["rows"][kept]
        paths.append(write_result(tmp_path / f"{every}.json", document))
    outcome = run("compare", *paths)
    assert outcome.status == 1
    assert outcome.said == ["soundlasso: the results have no row in common"]


@pytest.mark.parametrize("text", [b"| a |", b"", b"\xff\xfe\x00", b"[" * 100_000])
def test_files_that_are_no_json(run: Run, first: Path, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "r.md"
    path.write_bytes(text)
    outcome = run("compare", first, path)
    assert outcome.status == 1
    assert outcome.said == [
        f"soundlasso: {path}: is no result of soundlasso evaluate --json: it is not JSON"
    ]


@pytest.mark.parametrize("document", [[], {"rows": {}}, "rows", 3])
def test_json_that_is_no_result(run: Run, first: Path, tmp_path: Path, document: object) -> None:
    outcome = run("compare", first, write_result(tmp_path / "r.json", document))
    assert outcome.status == 1
    assert "--json: it has no rows" in outcome.err


def test_a_comparison_is_no_result(run: Run, first: Path, second: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.json"
    assert run("compare", first, second, "--json", out).status == 0
    assert "it has no rows" in run("compare", first, out).err


def test_files_that_are_not_there(run: Run, first: Path, tmp_path: Path) -> None:
    outcome = run("compare", first, tmp_path / "none.json")
    assert outcome.status == 1
    assert outcome.said == [
        f"soundlasso: {tmp_path / 'none.json'}: cannot be read: No such file or directory"
    ]


def test_one_file_is_too_few(run: Run, first: Path) -> None:
    outcome = run("compare", first)
    assert outcome.status == 1
    assert outcome.said == ["soundlasso: give two result files or more"]


def test_outputs_that_cannot_be(run: Run, first: Path, second: Path, tmp_path: Path) -> None:
    before = second.read_bytes()
    outcome = run("compare", first, second, "--json", second)
    assert outcome.status == 1
    assert f"{second}: would be replaced by a result" in outcome.err
    assert second.read_bytes() == before
    outcome = run("compare", first, second, "--markdown", tmp_path)
    assert outcome.status == 1
    assert "is a folder; name a file" in outcome.err
