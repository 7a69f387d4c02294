"""Recipes say what they mean, and mistakes in them are named."""

from pathlib import Path
from typing import get_args

import pytest

from soundlasso.errors import RecipeError
from soundlasso.models.flowsep import FlowSepConfig
from soundlasso.training.export import _NETWORKS
from soundlasso.training.flowsep_task import FlowSepTaskConfig
from soundlasso.training.gain_config import GainTaskConfig
from soundlasso.training.identity import differences, write_settings
from soundlasso.training.recipe import _TASKS, TaskConfig, read_recipe
from soundlasso.training.shipped import shipped_recipe
from soundlasso.training.thesis_task import ThesisTaskConfig
from soundlasso.training.waveform_task import WaveformTaskConfig
from soundlasso.zoo.families import FAMILIES, FAMILIES_WITH_ENCODER

RECIPES = shipped_recipe("default").parent
GOOD = """
name = "x.y"
family = "gainnet"
query_encoder = "minilm"
[loop]
steps = 10
"""


def test_every_recipe_can_be_read() -> None:
    paths = sorted(RECIPES.glob("**/*.toml"))
    assert [path.stem for path in paths] == [
        "audiosep", "clapsep", "default", "flowsep", "lassnet", "live", "thesis",
    ]  # fmt: skip
    for path in paths:
        read_recipe(path)
        first = path.read_text().splitlines()[0]
        assert first.startswith("# ")
        assert first.endswith(".")  # What `soundlasso recipes` says of it.


@pytest.mark.parametrize("name", ["audiosep", "lassnet", "clapsep", "flowsep"])
def test_the_published_families_learn_from_gainnets_mixtures(name: str) -> None:
    default, other = (read_recipe(RECIPES / f"{stem}.toml").task for stem in ("default", name))
    assert isinstance(default, GainTaskConfig)
    assert isinstance(other, WaveformTaskConfig)
    assert other.mixing == default.mixing
    assert other.queries == default.queries
    assert other.absent_share == default.absent_share


def test_flowseps_recipe_says_how_large_the_published_one_is() -> None:
    sizes = ["model.frames=1024", "model.unet.channels=128"]
    hint = (RECIPES / "flowsep.toml").read_text()
    assert all(f"--set {size}" in hint for size in sizes)
    recipe = read_recipe(RECIPES / "flowsep.toml", sizes)
    assert isinstance(recipe.task, FlowSepTaskConfig)
    assert recipe.task.model == FlowSepConfig()


def test_the_thesis_recipe_is_the_thesis() -> None:
    recipe = read_recipe(RECIPES / "thesis.toml")
    assert isinstance(recipe.task, ThesisTaskConfig)
    assert recipe.query_encoder.startswith("google/flan-t5")
    assert (recipe.task.model.window, recipe.task.model.hop) == (512, 256)
    assert recipe.task.model.seconds == 15.0
    assert recipe.task.batch_size == 16
    assert recipe.task.mixtures == 17_000
    assert recipe.task.mixing.thresholds == (0.8, 0.75, 0.7, 0.65)
    assert recipe.loop.steps == 200 * 17_000 // 16
    assert recipe.loop.learning_rate == 1e-4
    assert recipe.loop.final_learning_rate == 1e-6
    assert recipe.loop.weight_decay == 0.0
    assert recipe.loop.snapshot_every > 0


def test_overrides(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(GOOD)
    recipe = read_recipe(
        path,
        ["loop.steps=99", "model.channels=[1,2,3,4,5]", "query_encoder=other", "snr_ceiling=3"],
    )
    assert isinstance(recipe.task, GainTaskConfig)
    assert recipe.loop.steps == 99
    assert recipe.task.model.channels == (1, 2, 3, 4, 5)
    assert recipe.query_encoder == "other"
    assert recipe.task.snr_ceiling == 3.0


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_settings_leave_nothing_out_and_can_be_read_again(path: Path, tmp_path: Path) -> None:
    recipe = read_recipe(path, ['name="a.\\"b\\\\ü"', "loop.betas=[1e-9, 0.5]", "loop.minutes=5"])
    write_settings(tmp_path, recipe.settings)
    assert read_recipe(tmp_path / "recipe.toml") == recipe
    assert "learning_rate = " in (tmp_path / "recipe.toml").read_text()
    assert not differences(recipe.settings, recipe.settings)


@pytest.mark.parametrize(
    "override",
    ["loop.workers=7", "loop.log_every=7", "loop.save_every=7", "loop.snapshot_every=7",
     "reservoir.seconds=7"],
)  # fmt: skip
def test_what_may_change_is_neither_a_difference_nor_another_recipe(override: str) -> None:
    one = read_recipe(RECIPES / "default.toml")
    other = read_recipe(RECIPES / "default.toml", [override])
    assert one.text == other.text
    assert one.settings != other.settings
    assert not differences(one.settings, other.settings)


def test_differences_name_keys_and_values() -> None:
    one = read_recipe(RECIPES / "default.toml")
    other = read_recipe(RECIPES / "default.toml", ["mixing.augment.speed_octaves=0.1", "name=x"])
    said = "mixing.augment.speed_octaves is 0.5 there and 0.1 here"
    assert differences(one.settings, other.settings, but=("name",)) == [said]
    older = {"family": "gainnet"}
    assert 'name is unknown there and "x" here' in differences(older, other.settings)


def test_only_what_changes_the_numbers_makes_another_recipe(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(GOOD)
    plain = read_recipe(path).text
    assert read_recipe(path, ["loop.workers=5", "loop.log_every=3"]).text == plain
    assert read_recipe(path, ["loop.learning_rate=0.1"]).text != plain


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "is not TOML"),
        ("name = 'x'", "family must be one of gainnet, livenet, resunetpp"),
        ("family = 'gainnet'", "name is missing"),
        (GOOD.replace("steps", "stepps"), "'stepps' is not known"),
        (GOOD.replace("10", "'ten'"), "loop.steps: must be int"),
        (GOOD.replace("10", "true"), "loop.steps: must be int"),
        (GOOD + "learning_rate = 'x'", "learning_rate: must be float"),
        (GOOD + "betas = 3", "loop.betas: must be a list"),
        (GOOD.replace("10", "0"), "loop: steps must be at least 1, not 0"),
        (GOOD + "save_every = 0", "save_every must be at least 1"),
        (GOOD + "seed = -1", "seed must be at least 0"),
        (GOOD + "learning_rate = -1", "learning_rate must be at least 0, not -1"),
        (GOOD + "learning_rate = nan", "learning_rate must be at least 0, not nan"),
        (GOOD + "ema = 3", "ema must be between 0 and 1, not 3"),
        (GOOD + "betas = [2, 3]", r"betas must be at least 0 and below 1, not \[2.0, 3.0\]"),
        ("absent_share = 2\n" + GOOD, "absent_share must be between 0 and 1"),
        ("si_sdr_share = -1\n" + GOOD, "si_sdr_share must be between 0 and 1"),
        (GOOD + "[mixing]\nsnr = [10, -10]", r"mixing: snr must be a lowest and .* \[10.0, -10"),
        (GOOD + "[mixing]\nambience_snr = [9, 8]", "ambience_snr must be a lowest"),
        (GOOD + "[mixing]\nlevel = [-9, -10]", "level must be a lowest"),
        (
            GOOD + "[mixing]\nthird_source_probability = 7",
            "mixing: third_source_probability must be between 0 and 1, not 7",
        ),
        (GOOD + "[mixing.augment]\nroom_probability = 2", "augment: room_probability must be"),
        (GOOD + "[mixing.augment]\nspeed_octaves = -1", "speed_octaves must be at least 0"),
        (
            "one_sided_share = 0.7\n" + GOOD.replace("gainnet", "clapsep"),
            "one_sided_share must be between 0 and 0.5",
        ),
        (GOOD + "betas = [0.9]", "loop.betas: must have 2 values, not 1"),
        ("batch_size = 0\n" + GOOD, "batch_size must be at least 1"),
        (GOOD + "[mixing]\nsnr = ['a', 2]", r"mixing.snr: must be float, not 'a'"),
        (GOOD + "[model]\nbands = 60", "multiple of 16"),
        (
            GOOD + "[colour]\nred = 1",
            "'colour' is not known; there are name, family, query_encoder, loop, initial, "
            "query_from, batch_size, .*model$",
        ),
        ("mixing = 3\n" + GOOD, "mixing: must be a table"),
        (
            GOOD.replace("gainnet", "resunetpp") + "[model]\nseconds = 3.0",
            "model.seconds and mixing.seconds must be the same",
        ),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        read_recipe(path)


@pytest.mark.parametrize("name", ["default", "live"])
def test_anchors_are_nothing_to_train(name: str) -> None:
    overrides = ["model.anchors.keys=3", "model.anchors.sounds=2"]
    with pytest.raises(RecipeError, match="put in when training is over"):
        read_recipe(RECIPES / f"{name}.toml", overrides)


@pytest.mark.parametrize("override", ["loop.steps", "=3", "name.of=3"])
def test_overrides_that_make_no_sense(tmp_path: Path, override: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(GOOD)
    with pytest.raises(RecipeError):
        read_recipe(path, [override])


def test_a_missing_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")


def test_every_family_that_can_be_trained_can_be_exported_and_loaded() -> None:
    # What CONTRIBUTING.md says of new ones; their tasks are mypy's to miss (training/tasks.py).
    trained = {*_TASKS}
    assert trained == {*_NETWORKS}, "training/export.py: _NETWORKS"
    assert trained == {*FAMILIES, *FAMILIES_WITH_ENCODER}, "zoo/families.py"
    assert {*_TASKS.values()} == {*get_args(TaskConfig)}, "training/recipe.py: TaskConfig"


def test_an_encoder_of_another_size_is_refused() -> None:
    recipe = read_recipe(RECIPES / "thesis.toml", ["query_encoder=minilm"])
    with pytest.raises(RecipeError, match=r"model\.token_size is 768"):
        recipe.check_encoder(384)
