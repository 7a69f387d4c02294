"""A recipe may start from the weights of a finished model."""

from pathlib import Path

import pytest
import torch

from soundlasso.errors import RecipeError, UnknownModelError
from soundlasso.models.gainnet import GainNet
from soundlasso.models.livenet import LiveNet
from soundlasso.training.initial import QUERY_PARTS, data_seed, initial_weights
from soundlasso.training.loop import train
from soundlasso.training.recipe import Recipe, read_recipe
from soundlasso.training.shipped import shipped_recipe
from tests.training.test_loop import ALONE, CONFIG, Line

RECIPES = shipped_recipe("default").parent


def recipe(*overrides: str, name: str = "default") -> Recipe:
    return read_recipe(RECIPES / f"{name}.toml", list(overrides))


def test_nothing_is_loaded_unless_it_is_asked_for() -> None:
    assert initial_weights(recipe()) is None


def test_the_default_recipe_can_go_on_from_the_default_model() -> None:
    plan = recipe("initial=default")
    state = initial_weights(plan)
    assert state is not None
    network = GainNet(plan.task.model)  # type: ignore[arg-type]
    network.load_state_dict(state, strict=True)
    assert all(value.dtype == torch.float32 for value in network.parameters())
    assert plan.text != recipe().text


def test_training_starts_from_them(tmp_path: Path) -> None:
    torch.manual_seed(5)
    initial = Line().build_model().state_dict()
    config = CONFIG.__class__(**{**vars(CONFIG), "steps": 1, "learning_rate": 1e-9, "ema": 0})
    train(Line(), config, tmp_path, ALONE, initial=initial)
    left = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"]
    torch.testing.assert_close(left["0.weight"], initial["0.weight"])
    # A run that is resumed goes on with its own weights.
    other = {name: value + 1 for name, value in initial.items()}
    train(Line(), config, tmp_path, ALONE, initial=other)
    again = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"]
    torch.testing.assert_close(again["0.weight"], left["0.weight"])


def test_a_live_network_can_begin_with_what_another_has_learnt_of_words(tmp_path: Path) -> None:
    state = initial_weights(recipe("query_from=default", name="live"))
    assert state is not None
    network = LiveNet(recipe(name="live").task.model)  # type: ignore[arg-type]
    names = {name for name in network.state_dict() if name.startswith(QUERY_PARTS)}
    assert state.keys() == names
    left = network.load_state_dict(state, strict=False)
    assert not left.unexpected_keys
    # What is not named keeps its random weights.
    some = {"0.weight": Line().build_model().state_dict()["0.weight"] + 3}
    config = CONFIG.__class__(**{**vars(CONFIG), "steps": 1, "learning_rate": 1e-9, "ema": 0})
    train(Line(), config, tmp_path, ALONE, initial=some)
    begun = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"]
    torch.testing.assert_close(begun["0.weight"], some["0.weight"])


def test_what_a_model_has_learnt_from_is_not_drawn_again() -> None:
    seeds = [
        data_seed(recipe()),
        data_seed(recipe("initial=default")),
        data_seed(recipe("initial=live", "query_from=", name="live")),
        data_seed(recipe("initial=default", "loop.seed=2")),
    ]
    assert seeds[0] == recipe().loop.seed
    assert len(set(seeds)) == 4
    assert data_seed(recipe("initial=default")) == seeds[1]


@pytest.mark.parametrize(
    ("plan", "error", "message"),
    [
        (recipe("initial=nobody"), UnknownModelError, "no model is called 'nobody'"),
        (
            recipe("initial=default", "model.channels=[48, 96, 192, 256, 336]"),
            RecipeError,
            r"has model.channels = \[48, 96, 192, 256, 320\], the recipe \(48, 96, 192, 256, 336\)",
        ),
        (recipe("initial=default", name="thesis"), RecipeError, "is a gainnet with minilm"),
        (recipe("initial=default", "query_encoder=flan-t5"), RecipeError, "the recipe's network"),
        (recipe("query_from=default", name="thesis"), RecipeError, "read queries alike"),
        (
            recipe("query_from=default", "model.match_size=16", name="live"),
            RecipeError,
            "has model.match_size = 32, the recipe 16",
        ),
        (recipe("query_from=default", "initial=default"), RecipeError, "exclude each other"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    plan: Recipe, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        initial_weights(plan)
