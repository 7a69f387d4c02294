"""Keeping and removing, what must not remain, and what was heard."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soundlasso.engine.wording import alike, check_wanted, has_words, without_repetition
from soundlasso.errors import SoundLassoError
from tests.web.conftest import Site


def test_removing_takes_all_out_at_once(site: Site) -> None:
    done = site.done(["a dog", "nothing"], mode="remove")
    assert done["mode"] == "remove"
    (result,) = done["results"]
    assert [heard["query"] for heard in result["heard"]] == ["a dog", "nothing"]
    mixture, _ = site.samples(done["mixture"]["wav"])
    rest, _ = site.samples(result["residual"]["wav"])
    removed, _ = site.samples(result["target"]["wav"])
    np.testing.assert_allclose(rest + removed, mixture, atol=2 / 32768)
    names = [site.file_name(result[kind]["wav"]) for kind in ("residual", "target")]
    name = "street-without-a-dog-and-nothing"
    assert names == [f"{name}.wav", f"{name}.removed.wav"]
    again = site.done("rain", separation=done["id"], track="residual-0")
    assert again["file"]["name"] == "street.wav without a dog and nothing"
    assert site.send("x", separation=done["id"], track="target-1").status_code == 422


def test_what_must_not_remain(site: Site) -> None:
    done = site.done("a dog", **{"not": ["rain", "rain", "wind"]})
    assert done["not"] == ["rain", "wind"]
    assert done["state"] == "done"


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"not": "rain", "mode": "remove"}, "goes without not"),
        ({"not": "A Dog"}, "'A Dog' is both wanted and unwanted"),
        ({"not": "(a dog!)"}, "'(a dog!)' is both wanted and unwanted"),
        ({"not": ""}, "a query is empty"),
        ({"not": [str(number) for number in range(6)]}, "up to 5 queries"),
    ],
)
def test_wishes_that_make_no_sense(site: Site, fields: dict[str, Any], detail: str) -> None:
    response = site.send("a dog", **fields)
    assert response.status_code == 422
    assert detail in response.text
    assert site.files() == set()


@given(st.lists(st.text(alphabet="aB ßé犬1_-?!́.", max_size=6), min_size=2, max_size=5))
@example(["a dog", "A Dog!", " a  dog "])
def test_queries_are_judged_as_the_engine_judges_them(queries: list[str]) -> None:
    def refused(wanted: list[str], unwanted: list[str]) -> bool:
        try:
            check_wanted(wanted, unwanted)
        except SoundLassoError:
            return True
        return False

    for query in queries:
        assert has_words(query) == (not refused([query], []))
    words = [query.strip() for query in queries if has_words(query)]
    first = [q for n, q in enumerate(words) if not any(alike(q, before) for before in words[:n])]
    assert without_repetition(words) == first
    for query, other in itertools.pairwise(words):
        assert alike(query, other) == refused([query], [other])


def test_models_that_do_not_say_what_they_hear(site: Site) -> None:
    (result,) = site.done("a dog")["results"]
    (heard,) = result["heard"]
    assert heard["presence"] is None
    assert heard["heard"] is None
