"""Published checkpoints are read without anything in them being run."""

import argparse
import contextlib
import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from soundlasso.errors import WeightsError
from soundlasso.zoo.official.reading import read_contents
from soundlasso.zoo.official.systems import OfficialFile

FILE = OfficialFile("model.ckpt", "https://example.org", prefix="ss_model.")
STATE = {"ss_model.base.a": torch.ones(2), "ss_model.film.b": torch.zeros(3)}
WITHOUT_PREFIX = {"base.a", "film.b"}


def saved(tmp_path: Path, content: Any, **options: Any) -> Path:
    path = tmp_path / "model.ckpt"
    torch.save(content, path, **options)
    return path


@pytest.mark.parametrize("is_newer", [True, False])
def test_the_prefix_goes_and_so_do_other_keys(tmp_path: Path, is_newer: bool) -> None:
    table = OrderedDict({**STATE, "query_encoder.model.c": torch.ones(1)})
    path = saved(
        tmp_path,
        {"epoch": 3, "state_dict": table, "optimizer_states": [{"a": torch.ones(1)}]},
        _use_new_zipfile_serialization=is_newer,
    )
    read = read_contents(path, FILE)
    assert read.weights.keys() == WITHOUT_PREFIX
    assert torch.equal(read.weights["base.a"], torch.ones(2))
    assert read.passed_over == ("query_encoder.model.c",)


def test_safetensors_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({**STATE, "query_encoder.model.c": torch.ones(1)}, path)
    read = read_contents(path, FILE)
    assert read.weights.keys() == WITHOUT_PREFIX
    assert torch.equal(read.weights["base.a"], torch.ones(2))
    assert read.passed_over == ("query_encoder.model.c",)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WeightsError, match="is not a safetensors file: "):
        read_contents(path, FILE)


def test_bare_state_dicts_are_read_as_well(tmp_path: Path) -> None:
    assert read_contents(saved(tmp_path, STATE), FILE).weights.keys() == WITHOUT_PREFIX
    bare = {key.removeprefix("ss_model."): value for key, value in STATE.items()}
    assert read_contents(saved(tmp_path, bare), FILE).weights.keys() == WITHOUT_PREFIX


def test_only_some_keys_are_wanted(tmp_path: Path) -> None:
    file = OfficialFile("m.pt", "", prefix="ss_model.", only=("film.",))
    path = saved(tmp_path, {"state_dict": STATE})
    assert read_contents(path, file).weights.keys() == {"film.b"}
    with pytest.raises(WeightsError, match="has no weights whose names begin other"):
        read_contents(path, OfficialFile("m.pt", "", only=("other.",)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; download it again"),
        (b"\n<!DOCTYPE html><html>", "is a web page and no checkpoint"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12", "fetch that with git lfs"),
    ],
)
def test_downloads_that_went_wrong_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "model.ckpt"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=message):
        read_contents(path, FILE)


@pytest.mark.parametrize("container", ["state_dict", "model"])
def test_a_run_of_ones_own_is_sent_to_export(tmp_path: Path, container: str) -> None:
    best = {"model": STATE, "step": 1, "scores": {"x": 1.0}, "identity": "of a run"}
    with pytest.raises(WeightsError, match=r"is of a run of soundlasso train; .* export$"):
        read_contents(saved(tmp_path, best), OfficialFile("m.pt", "", container=container))


class Settings(dict[str, int]):
    """What a training program puts beside the weights."""


class Progress:
    """The same, with a state of its own."""

    def __init__(self) -> None:
        self.steps = [1, 2]


def test_objects_beside_the_weights_are_passed_over(tmp_path: Path) -> None:
    content = {
        "state_dict": STATE,
        "options": argparse.Namespace(lr=0.1, schedule=Progress()),
        "path": Path("/tmp"),
    }
    assert read_contents(saved(tmp_path, content), FILE).weights.keys() == WITHOUT_PREFIX


def test_what_cannot_be_passed_over_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, {"state_dict": STATE, "hyper_parameters": Settings(a=1)})
    with pytest.raises(WeightsError, match=r"holds more than weights \(.*Settings\)"):
        read_contents(path, FILE)


class Malice:
    """Runs a command when it is unpickled."""

    def __init__(self, function: Any, argument: str) -> None:
        self._does = function, (argument,)

    def __reduce__(self) -> Any:
        return self._does


@pytest.mark.parametrize("is_newer", [True, False])
@pytest.mark.parametrize("function", [os.mkdir, eval])
def test_nothing_in_a_checkpoint_is_run(tmp_path: Path, function: Any, is_newer: bool) -> None:
    made = tmp_path / "made"
    argument = str(made) if function is os.mkdir else f"__import__('os').mkdir({str(made)!r})"
    path = saved(
        tmp_path,
        {"state_dict": STATE, "x": Malice(function, argument)},
        _use_new_zipfile_serialization=is_newer,
    )
    with contextlib.suppress(WeightsError):
        assert read_contents(path, FILE).weights.keys() == WITHOUT_PREFIX
    assert not made.exists()


def test_files_that_are_no_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "model.ckpt"
    with pytest.raises(WeightsError, match="cannot be read: No such file"):
        read_contents(path, FILE)
    with pytest.raises(WeightsError, match="cannot be read: Is a directory"):
        read_contents(tmp_path, FILE)
    for content in (b"no checkpoint", pickle.dumps({"a": 1})[:-3]):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match="is not a torch file"):
            read_contents(path, FILE)


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    path = saved(tmp_path, {"state_dict": {"a": torch.rand(10_000)}})
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(WeightsError, match="has no end; download it again"):
        read_contents(path, FILE)


@pytest.mark.parametrize("content", [{"state_dict": {"a": 1}}, [1, 2], torch.ones(2), {}])
def test_files_without_weights(tmp_path: Path, content: Any) -> None:
    with pytest.raises(WeightsError, match="holds no table of weights called 'state_dict'"):
        read_contents(saved(tmp_path, content), FILE)
