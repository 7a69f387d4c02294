"""Where queries can be taken apart, by their words."""

import pytest

from soundlasso.query.compounds import cuts


@pytest.mark.parametrize(
    ("query", "sides"),
    [
        ("a dog barking and rain", [("a dog barking", "rain")]),
        ("A man speaks while a dog barks.", [("A man speaks", "a dog barks.")]),
        ("rain, and then thunder", [("rain", "thunder")]),
        ("a baby followed by a woman", [("a baby", "a woman")]),
        ("a dog as well as a cat", [("a dog", "a cat")]),
        ("rain&thunder + wind", [("rain", "thunder + wind"), ("rain&thunder", "wind")]),
        ("dog AND\ncat", [("dog", "cat")]),
        ("a phone rings over and over and rain", [("a phone rings over and over", "rain")]),
        ("hum; ünterwegs", [("hum", "ünterwegs")]),
    ],
)
def test_between_two_sides(query: str, sides: list[tuple[str, str]]) -> None:
    assert [(cut.left, cut.right) for cut in cuts(query)] == sides


@pytest.mark.parametrize(
    "query",
    [
        "a dog barking",
        "a sandstorm over",
        "andante",
        "rain,",
        "and rain",
        ", rain & !",
        "a duck as if upset",
        "a wheel going round and round",
        "a saw cutting back and forth",
        "Louder and louder",
        "",
    ],
)
def test_not_where_nothing_is_listed(query: str) -> None:
    assert cuts(query) == []


def test_a_cut_knows_its_sign_and_its_shorter_side() -> None:
    comma, word, both = cuts("a big dog, rain and some wind, then a loud train")
    assert [cut.by_sign for cut in (comma, word, both)] == [True, False, False]
    assert [cut.fewest_words for cut in (comma, word, both)] == [3, 4, 3]
