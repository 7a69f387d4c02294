"""From a published checkpoint to a model that is found by name."""

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tools.conformance.rule import official_keys

import soundlasso
from soundlasso.errors import (
    MissingDependencyError,
    OptionError,
    UnknownModelError,
    WeightsError,
)
from soundlasso.models.audiosep import AudioSepConfig
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER
from soundlasso.zoo.folder import models_folder
from soundlasso.zoo.official.converted import Converted
from soundlasso.zoo.official.fetching import fetch_official
from soundlasso.zoo.official.importing import (
    _build,
    _check_kind,
    _in_order,
    _read,
    import_official,
)
from soundlasso.zoo.official.systems import SYSTEMS, UNSTATED, find_system, how_to_import
from soundlasso.zoo.registry import known_cards
from tests.conftest import noise
from tests.zoo.published import TINY, TINY_DUAL_PATH, Embedder, published_state, tiny_network

AUDIOSEP = SYSTEMS["audiosep"]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own folder of models, and a query encoder that fits tiny ones."""
    monkeypatch.setenv("SOUNDLASSO_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", lambda name: Embedder())
    return tmp_path / "models"


def checkpoint(
    folder: Path,
    config: AudioSepConfig = TINY,
    changed: Mapping[str, torch.Tensor] = MappingProxyType({}),
) -> Path:
    """A tiny file as AudioSep's authors publish theirs."""
    state = {
        f"ss_model.{key}": value for key, value in published_state(tiny_network(config)).items()
    }
    path = folder / "audiosep_base_4M_steps.ckpt"
    table = {**state, "query_encoder.model.logit_scale_a": torch.ones(()), **changed}
    torch.save({"state_dict": table, "global_step": 3}, path)
    return path


@pytest.mark.parametrize("config", [TINY, TINY_DUAL_PATH])
def test_an_imported_model_is_found_by_name(
    models: Path, tmp_path: Path, config: AudioSepConfig
) -> None:
    path = checkpoint(tmp_path, config)
    name = "audiosep_dp" if config.dual_path_layers else "audiosep"
    card = import_official(SYSTEMS[name], [path], models_folder())
    assert card == models / f"{name}.json"
    assert not list(models.glob("*.part"))
    mixture = noise(1, 900)
    separator = soundlasso.load(name)
    assert separator.name == name
    found = separator.separate(mixture, "rain", sample_rate=1000).target
    condition = Embedder().encode(["rain"]).states[:, 0]
    with torch.inference_mode():
        expected = tiny_network(config).separate(torch.from_numpy(mixture), condition)
    assert np.abs(found - expected.numpy()).max() < 1e-6


@pytest.mark.parametrize(
    ("config", "name", "others"),
    [
        (TINY_DUAL_PATH, "audiosep", "has .* audiosep_dp or audiosep_dp_16k$"),
        (TINY, "audiosep_dp", "lacks .* audiosep or audiosep_hive or audiosep_dcase2024$"),
    ],
)
def test_another_systems_weights_are_refused_and_their_name_said(
    models: Path, tmp_path: Path, config: AudioSepConfig, name: str, others: str
) -> None:
    path = checkpoint(tmp_path, config)
    with pytest.raises(WeightsError, match=rf"is not {name}: import it --as") as error:
        import_official(SYSTEMS[name], [path], models)
    assert re.search(others, str(error.value))
    assert not models.exists()


def test_of_published_sizes_only_those_of_its_rate_are_named() -> None:
    for rate, name in ((32_000, "audiosep_dp"), (16_000, "audiosep_dp_16k")):
        converted = Converted({"dual_path_layers": 2, "sample_rate": rate}, {}, ())
        with pytest.raises(WeightsError, match=rf"--as {name}$"):
            _check_kind(AUDIOSEP, converted)


def test_weights_of_a_siblings_rate_are_refused() -> None:
    """Their title and licence would be the other's."""
    for name, rate, recurrent, other in (
        ("audiosep", 16_000, 0, "audiosep_dcase2024"),
        ("audiosep_dcase2024", 32_000, 0, "audiosep or audiosep_hive"),
        ("audiosep_dp", 16_000, 2, "audiosep_dp_16k"),
        ("audiosep_dp_16k", 32_000, 2, "audiosep_dp"),
    ):
        converted = Converted({"dual_path_layers": recurrent, "sample_rate": rate}, {}, ())
        with pytest.raises(WeightsError, match=rf"works at {rate} Hz, .*--as {other}$"):
            _check_kind(SYSTEMS[name], converted)
        _check_kind(SYSTEMS[name], Converted({**converted.config, "sample_rate": 24_000}, {}, ()))


def test_the_card_says_where_it_comes_from(models: Path, tmp_path: Path) -> None:
    path = checkpoint(tmp_path)
    content = json.loads(import_official(AUDIOSEP, [path], models).read_text())
    assert content["licence"] == "MIT"
    assert content["summary"] == AUDIOSEP.title
    assert content["sample_rate"] == 1000
    assert content["config"]["channels"] == [4, 6, 8]
    assert content["query_encoder"] == "laion/larger_clap_general"
    assert content["training"]["terms"] == AUDIOSEP.terms
    (recorded,) = content["training"]["official_files"].values()
    assert recorded["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (
        content["training"]["ignored"] | {"base.stft": 2, "query_encoder.model": 1}
        == (content["training"]["ignored"])
    )
    weights = models / content["weights"]
    assert weights.stat().st_mode == (models / "audiosep.json").stat().st_mode
    assert content["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert content["parameters"] == sum(x.numel() for x in tiny_network().parameters())


def test_another_query_encoder(models: Path, tmp_path: Path) -> None:
    card = import_official(AUDIOSEP, [checkpoint(tmp_path)], models, query_encoder="/a/clap")
    assert json.loads(card.read_text())["query_encoder"] == "/a/clap"


def test_importing_again_replaces(models: Path, tmp_path: Path) -> None:
    path = checkpoint(tmp_path)
    first = json.loads(import_official(AUDIOSEP, [path], models).read_text())
    bias = torch.full((3,), 0.5)
    changed = {"ss_model.base.after_conv.bias": bias}
    path = checkpoint(tmp_path, changed=changed)
    second = json.loads(import_official(AUDIOSEP, [path], models).read_text())
    assert first["weights"] != second["weights"]
    assert {file.name for file in models.iterdir()} == {"audiosep.json", second["weights"]}
    soundlasso.load("audiosep")


def test_a_name_of_its_own(models: Path, tmp_path: Path) -> None:
    path = checkpoint(tmp_path)
    usual = import_official(AUDIOSEP, [path], models)
    card = import_official(AUDIOSEP, [path], models, name="audiosep-mine")
    import_official(AUDIOSEP, [path], models)
    # What is left of earlier imports goes, but nothing of models whose names begin alike.
    assert all((models / json.loads(one.read_text())["weights"]).exists() for one in (usual, card))
    assert soundlasso.load("audiosep-mine").name == "audiosep-mine"
    with pytest.raises(OptionError, match="live comes with the program"):
        import_official(AUDIOSEP, [path], models, name="live")


def test_imported_models_are_listed_behind_the_shipped(models: Path, tmp_path: Path) -> None:
    before = [card.name for card in soundlasso.available_models()]
    import_official(AUDIOSEP, [checkpoint(tmp_path)], models)
    assert [card.name for card in soundlasso.available_models()] == [*before, "audiosep"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"ss_model.base.surprise": torch.ones(1)},
            r"^audiosep_base_4M_steps\.ckpt: .* a key that its architecture has not: base\.surpr",
        ),
        (
            {"ss_model.base.after_conv.bias": torch.tensor([0.0, torch.nan, 0.0])},
            "is damaged: not all of output.bias are finite numbers",
        ),
        ({"ss_model.base.after_conv.bias": torch.ones(4)}, "does not fit audiosep: .*output.bias"),
        ({"ss_model.base.bn0.weight": torch.ones(34)}, "does not fit audiosep: .*window of 66"),
    ],
)
def test_a_checkpoint_that_does_not_fit(
    models: Path, tmp_path: Path, changed: dict[str, torch.Tensor], message: str
) -> None:
    with pytest.raises(WeightsError, match=message):
        import_official(AUDIOSEP, [checkpoint(tmp_path, changed=changed)], models)
    assert not models.exists()


def test_a_checkpoint_that_lacks_a_weight(models: Path, tmp_path: Path) -> None:
    path = checkpoint(tmp_path)
    content = torch.load(path, weights_only=True)
    del content["state_dict"]["ss_model.base.pre_conv.bias"]
    torch.save(content, path)
    with pytest.raises(WeightsError, match=r"does not fit audiosep: .*stem\.bias"):
        import_official(AUDIOSEP, [path], models)


def test_another_number_of_files(models: Path, tmp_path: Path) -> None:
    path = checkpoint(tmp_path)
    with pytest.raises(OptionError, match=r"is made of one file: audiosep_base_4M_steps\.ckpt"):
        import_official(AUDIOSEP, [path, path], models)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(WeightsError, match="cannot be written: File exists"):
        import_official(AUDIOSEP, [checkpoint(tmp_path)], tmp_path / "models")


def test_a_query_encoder_of_another_size(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_official(AUDIOSEP, [checkpoint(tmp_path)], models)
    encoder = Embedder()
    encoder.size = 5
    monkeypatch.setattr("soundlasso.zoo.query_encoders.load_encoder", lambda name: encoder)
    with pytest.raises(WeightsError, match="embeddings of 6 numbers, not 5"):
        soundlasso.load("audiosep")


def test_published_models_that_are_not_here_say_how_to_get_them(models: Path) -> None:
    with pytest.raises(UnknownModelError) as caught:
        soundlasso.load("audiosep_dcase2024")
    message = str(caught.value)
    assert "not imported yet" in message
    assert "https://zenodo.org/records/10887460" in message
    assert "--as audiosep_dcase2024, or" not in message
    assert "import 'audiosep_16k,baseline,step=200000.ckpt' --as audiosep_dcase2024" in message
    with pytest.raises(UnknownModelError, match=r"choose one of default.*import one of audiosep,"):
        soundlasso.load("demucs")


def test_the_usual_folder_is_where_a_user_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOUNDLASSO_MODELS")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    folder = models_folder()
    assert folder.parts[-2:] == ("soundlasso", "models")
    if sys.platform.startswith("linux"):
        assert folder == Path("/data/soundlasso/models")


def test_the_table_of_systems_is_sound() -> None:
    for name, system in SYSTEMS.items():
        assert find_system(name) is system
        assert system.terms
        assert system.licence == UNSTATED or " " not in system.licence
        for file in system.files:
            assert file.page.startswith("https://")
            assert file.page in how_to_import(system)
            if file.hub is not None:
                assert file.hub.path.rsplit("/", 1)[-1] == file.name
                assert file.hub.repo in file.page
    assert not SYSTEMS.keys() & {"default", *known_cards()}
    with pytest.raises(OptionError, match="no published system is called 'x'; there are audiosep"):
        find_system("x")


def blank(name: str, prefix: str = "") -> dict[str, torch.Tensor]:
    """All published keys of a network with tensors that take no memory."""
    return {
        prefix + key: torch.zeros((), dtype=getattr(torch, entry["dtype"])).expand(entry["shape"])
        for key, entry in official_keys(name).items()
    }


def blank_flowsep() -> dict[str, torch.Tensor]:
    """The same for FlowSep's whole file, whose vocoder's weights are folded."""
    parts = blank("flowsep_unet", "model.diffusion_model.") | blank(
        "flowsep_vae", "first_stage_model."
    )
    vocoder = blank("flowsep_vocoder", "first_stage_model.vocoder.")
    return parts | {
        key.replace("weight_v", "weight"): value
        for key, value in vocoder.items()
        if not key.endswith("weight_g")
    }


STATES: dict[str, Callable[[], dict[str, torch.Tensor]]] = {
    "audiosep": lambda: blank("audiosep"),
    "audiosep_hive": lambda: blank("audiosep"),
    "audiosep_dcase2024": lambda: {
        key: value for key, value in blank("audiosep_dp_16k").items() if "DPRNN" not in key
    },
    "audiosep_dp": lambda: blank("audiosep_dp_6x256"),
    "audiosep_dp_16k": lambda: blank("audiosep_dp_16k"),
    "lassnet": lambda: blank("lassnet"),
    "clapsep": lambda: blank("clapsep"),
    "flowsep": blank_flowsep,
    "flowsep_hive": blank_flowsep,
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_was_published_fits_what_is_built(name: str) -> None:
    system = SYSTEMS[name]
    assert (system.family in FAMILIES) == (system.query_encoder != "own")
    assert (system.family in FAMILIES_WITH_ENCODER) == (system.query_encoder == "own")
    assert (system.family in FAMILIES_WITH_ENCODER) == (system.query_encoder == "own")
    converted = importlib.import_module(system.converter).convert(STATES[name]())
    network = _build(system, converted)
    assert network.state_dict().keys() == converted.state.keys()
    assert converted.config.get("sample_rate", system.sample_rate) == system.sample_rate


def test_a_system_of_two_files(tmp_path: Path) -> None:
    """The first file's weights count; of the second, those that are wanted."""
    first = {"a": torch.ones(1), "audio_branch.b": torch.ones(1)}
    second = {"module.audio_branch.b": torch.zeros(1), "module.audio_branch.c": torch.zeros(1)}
    second["module.text_branch.d"] = torch.zeros(1)
    torch.save({"state_dict": first}, tmp_path / "first")
    torch.save({"state_dict": second}, tmp_path / "second")
    found = _read(SYSTEMS["clapsep"], [tmp_path / "first", tmp_path / "second"])
    assert {key: float(value) for key, value in found.weights.items()} == {
        "a": 1,
        "audio_branch.b": 1,
        "audio_branch.c": 0,
    }
    assert found.passed_over == ("module.text_branch.d",)


def test_files_that_are_called_as_published_may_be_in_any_order(tmp_path: Path) -> None:
    system = SYSTEMS["clapsep"]
    first, second = (tmp_path / file.name for file in system.files)
    assert _in_order(system, [second, first]) == [first, second]
    mine = [tmp_path / "mine", second]
    assert _in_order(system, mine) == mine
    assert _in_order(system, [second, tmp_path / "mine"]) == [second, tmp_path / "mine"]


def test_files_that_do_not_fit_are_named_and_so_is_their_order(
    models: Path, tmp_path: Path
) -> None:
    for name in ("a.ckpt", "b.ckpt"):
        torch.save({"state_dict": {"audio_branch.x": torch.ones(1)}}, tmp_path / name)
    with pytest.raises(WeightsError) as caught:
        import_official(SYSTEMS["clapsep"], [tmp_path / "a.ckpt", tmp_path / "b.ckpt"], models)
    message = str(caught.value)
    assert message.startswith("a.ckpt and b.ckpt: the checkpoint has a key")
    assert message.endswith(
        "(clapsep is made of best_model.ckpt, then music_audioset_epoch_15_esc_90.14.pt)"
    )


def hub(monkeypatch: pytest.MonkeyPatch, download: Any) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", SimpleNamespace(hf_hub_download=download))


def test_fetching_asks_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def download(repo: str, path: str, *, repo_type: str) -> str:
        asked.append((repo, path, repo_type))
        return str(checkpoint(tmp_path))

    hub(monkeypatch, download)
    assert fetch_official(AUDIOSEP) == [tmp_path / "audiosep_base_4M_steps.ckpt"]
    assert asked == [("Audio-AGI/AudioSep", "checkpoint/audiosep_base_4M_steps.ckpt", "space")]


def test_what_arrives_damaged_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = checkpoint(tmp_path)
    blob = tmp_path / hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(blob)
    path.symlink_to(blob)
    hub(monkeypatch, lambda *_, **__: str(path))
    assert fetch_official(AUDIOSEP) == [path]
    blob.write_bytes(blob.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="arrived damaged"):
        fetch_official(AUDIOSEP)
    hive = SYSTEMS["audiosep_hive"]
    with pytest.raises(WeightsError, match=r"bytes, but 1264846755 were published"):
        fetch_official(hive)


def test_out_of_reach_of_the_hub_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> str:
        raise OSError("We couldn't connect to the hub")

    hub(monkeypatch, offline)
    with pytest.raises(MissingDependencyError) as caught:
        fetch_official(AUDIOSEP)
    message = str(caught.value)
    assert "cannot be fetched: We couldn't connect" in message
    assert AUDIOSEP.files[0].page in message
    assert "soundlasso import audiosep_base_4M_steps.ckpt --as audiosep" in message


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_connection_that_breaks_off_is_no_surprise(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    class BrokenError(Exception):
        pass

    def broken(*_: object, **__: object) -> str:
        raise BrokenError("peer closed connection")

    monkeypatch.setitem(sys.modules, library, SimpleNamespace(HTTPError=BrokenError))
    hub(monkeypatch, broken)
    with pytest.raises(MissingDependencyError, match="cannot be fetched: peer closed connection"):
        fetch_official(AUDIOSEP)
