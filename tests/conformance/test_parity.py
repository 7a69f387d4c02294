"""What `tools/parity.py` says of good files, of wrong numbers, and of files that will not do."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tools import parity
from torch import Tensor

Said = tuple[int, str, str]
X = np.arange(6, dtype=np.float32).reshape(2, 3)
GOOD: dict[str, Any] = {
    "one.x": X,
    "one.output": 2 * X,
    "one.probe.maps": (X + 1).ravel(),
    "one.shape.maps": np.array([2, 1, 3]),
    "one.seed": np.array(7),
    "made_by": np.array("somebody"),
    "two.x": X[:1, :1],
    "two.output": 2 * X[0, :1],
}


def outputs(state: Mapping[str, Tensor], arrays: Mapping[str, Any]) -> Iterator[tuple[str, Tensor]]:
    for case in sorted(name.removesuffix(".x") for name in arrays if name.endswith(".x")):
        x = torch.from_numpy(arrays[f"{case}.x"])
        if x.shape[1] > 3:
            raise ValueError("x is too long")
        yield f"{case}.output", 2 * x
        yield f"{case}.probe.maps", x + 1


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Compares arrays, or a file, with a network that doubles."""
    network = SimpleNamespace(INPUTS=({"x": 2}, {"y": None}), outputs=outputs)
    monkeypatch.setitem(sys.modules, "tools.conformance.clap", network)
    monkeypatch.setattr(parity, "official_state", lambda name: {})

    def compared(given: Mapping[str, Any] | Path) -> Said:
        path = given if isinstance(given, Path) else tmp_path / "vectors.npz"
        if not isinstance(given, Path):
            np.savez(path, **given)
        monkeypatch.setattr(sys, "argv", ["parity.py", "clap", str(path)])
        status = parity.main()
        return status, *capsys.readouterr()

    return compared


def test_a_good_file(run: Callable[..., Said]) -> None:
    status, out, err = run(GOOD)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        "one.output", "one.probe.maps", "one.shape.maps", "two.output", "clap:",
    ]  # fmt: skip
    assert out.endswith("4 arrays compared, 0 beyond their tolerance\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("one.output", 2.001 * X),
        ("one.output", np.full((2, 3), np.nan)),
        ("one.probe.maps", X.ravel()),
        ("one.shape.maps", np.array([2, 4])),
    ],
)
def test_wrong_numbers(run: Callable[..., Said], name: str, value: Any) -> None:
    status, out, _ = run({**GOOD, name: value})
    assert status == 1
    assert [line.split()[0] for line in out.splitlines() if "TOO LARGE" in line] == [name]
    assert "1 beyond their tolerance" in out


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"three.output": X}, "case three lacks x, which clap needs to be run"),
        ({"one.x": X[0]}, "one.x must have 2 axes for clap; its shape is (3,)"),
        ({"one.x": np.array([["a"]])}, "one.x must be numbers, not <U1"),
        ({"one.x": np.ones((1, 4))}, "clap cannot be run on the inputs: x is too long"),
        ({"one.output": X[:1]}, "one.output: our shape is (2, 3), theirs (1, 3)"),
        ({"one.mask": X}, "clap does not make one.mask"),
        ({"one.mask": X, "two.probe.a": X}, "clap does not make one.mask and 1 more arrays"),
        ({"one.shape.a": np.array([1])}, "clap does not make one.shape.a"),
    ],
)
def test_what_cannot_be_compared_is_no_success(
    run: Callable[..., Said], changed: dict[str, Any], message: str
) -> None:
    status, _, err = run({**GOOD, **changed})
    assert status == 2
    assert err == f"parity: {message}\n"


def test_nothing_to_compare_is_no_success(run: Callable[..., Said]) -> None:
    assert run({"one.x": X})[:2] == (
        2,
        "clap: 0 arrays compared, 0 beyond their tolerance\n",
    )
    assert "no case in the file" in run({"output": X})[2]


def test_files_that_cannot_be_read(run: Callable[..., Said], tmp_path: Path) -> None:
    np.savez(tmp_path / "whole", **GOOD)
    whole = (tmp_path / "whole.npz").read_bytes()
    middle = len(whole) // 3
    broken = whole[:middle] + bytes(64) + whole[middle + 64 :]
    for content, message in (
        (whole[:middle], "is not a whole .npz file"),
        (b"", "is not a whole .npz file"),
        (b"hello", "is not a whole .npz file"),
        (broken, "cannot be read: "),
    ):
        path = tmp_path / "vectors.npz"
        path.write_bytes(content)
        status, _, err = run(path)
        assert status == 2
        assert err.startswith(f"parity: {path}: {message}")
        assert err.count("\n") == 1
    assert "nothing.npz: cannot be read: No such file" in run(tmp_path / "nothing.npz")[2]
    objects: dict[str, Any] = {"one.x": np.array([{}])}
    np.savez(tmp_path / "objects", **objects)
    assert "objects.npz: cannot be read: Object arrays" in run(tmp_path / "objects.npz")[2]
