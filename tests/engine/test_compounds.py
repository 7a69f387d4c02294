"""Queries that name several sounds, for models that hear one at a time."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from soundlasso import Separator
from soundlasso.engine.model import Answer, Wish
from tests.engine.making import CALIBRATION, RATE, Plain, Tones, tones


class Parting(Tones):
    """Takes queries apart at "and"; a query's condition is a list of tones."""

    def parts(self, query: str) -> list[str]:
        return query.split(" and ")

    def join(self, conditions: list[Any]) -> Any:
        return [tone for condition in conditions for tone in condition]

    def condition(self, query: str) -> tuple[Any, list[str]]:
        tone, warnings = super().condition(query.removeprefix("not "))
        return [tone], warnings

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        # Tones do not overlap, so what either lets through is the sum.
        alone = [
            super(Parting, self).answer(mixture, sample_rate, tones, [Wish(0)])
            for condition in conditions
            for tones in [[tone] for tone in condition]
        ]
        sizes = [len(condition) for condition in conditions]
        targets = torch.split(torch.stack([one.targets[0] for one in alone]), sizes)
        sums = [some.sum(0) for some in targets]
        wished = []
        for wish in wishes:
            own = mixture if wish.wanted is None else sums[wish.wanted]
            wished.append(own - sum((sums[place] for place in wish.unwanted), torch.zeros(1)))
        matches = torch.stack([one.matches[0] for one in alone if one.matches is not None])
        best = [some.amax(0) for some in torch.split(matches, sizes)]
        return Answer(torch.stack(wished), torch.stack(best))


LOW, MIDDLE, HIGH = tones(3, low=[(0, 3)]), tones(3, middle=[(0, 3)]), tones(3, high=[(0, 3)])
MIXTURE = LOW + MIDDLE + HIGH


def near(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Whether two sounds are the same but for noise, away from the ends."""
    return bool(np.abs(one - other)[:, 800:-800].max() < 0.03)


def test_it_stands_for_all_of_them_and_that_is_said() -> None:
    separator = Separator(Parting(), "parting", CALIBRATION)
    result = separator.separate(MIXTURE, "low and middle", sample_rate=RATE)
    assert near(result.target, LOW + MIDDLE)
    assert result.query == "low and middle"
    said = "'low and middle' is heard as 2 sounds: low; middle"
    assert result.warnings == (said, "middle is a tone")
    assert result.heard
    assert result.spans[0].start < 0.1
    assert result.spans[0].end > 2.9


def test_one_that_is_there_is_enough_to_be_heard() -> None:
    separator = Separator(Parting(), "parting", CALIBRATION)
    both = separator.separate(LOW, "low and high", sample_rate=RATE)
    alone = separator.separate(LOW, "high", sample_rate=RATE)
    assert both.heard
    assert not alone.heard


def test_they_can_be_removed_and_kept_out() -> None:
    separator = Separator(Parting(), "parting")
    removed = separator.remove(MIXTURE, "low and middle", sample_rate=RATE)
    assert near(removed.rest, HIGH)
    kept = separator.separate(
        MIXTURE, "low and high", exclude=["high and middle"], sample_rate=RATE
    )
    assert kept.warnings[0].startswith("'low and high' is heard as 2 sounds")
    assert "'high and middle' is heard as 2 sounds: high; middle" in kept.warnings


def test_literally_it_is_one() -> None:
    separator = Separator(Parting(), "parting", literal=True)
    with pytest.raises(KeyError, match="low and middle"):
        separator.separate(MIXTURE, "low and middle", sample_rate=RATE)


def test_words_are_mended_before_it_is_taken_apart_unless_they_are_not_to_be() -> None:
    class Dog(Parting):
        asked: str = ""

        def parts(self, query: str) -> list[str]:
            self.asked = query
            return ["low", "high"]

    for mend, read in ((True, "a dog and rain"), (False, "a dgo and rain")):
        model = Dog()
        result = Separator(model, "dog", mend=mend).separate(
            MIXTURE, "a dgo and rain", sample_rate=RATE
        )
        assert model.asked == read
        assert near(result.target, LOW + HIGH)
        assert ("'dgo' was read as 'dog'" in result.warnings) is mend


def test_what_is_not_wanted_is_not_asked_for() -> None:
    model = Parting()
    with pytest.raises(KeyError, match="low and not high"):
        Separator(model, "parting").separate(MIXTURE, "low and not high", sample_rate=RATE)


def test_other_models_are_asked_as_they_are() -> None:
    with pytest.raises(KeyError, match="low and middle"):
        Separator(Plain(), "plain").separate(MIXTURE, "low and middle", sample_rate=RATE)
