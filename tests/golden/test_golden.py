"""Networks, encoder, losses and mixtures give the numbers that they gave when they were checked."""

import json

import pytest

from tests.golden.cases import CASES
from tests.golden.make_golden import PATH


@pytest.mark.parametrize("case", CASES)
def test_numbers_have_not_moved(case: str) -> None:
    golden = json.loads(PATH.read_text())[case]
    numbers = CASES[case]()
    assert numbers.keys() == golden.keys()
    for name, values in numbers.items():
        assert values == pytest.approx(golden[name], rel=2e-4, abs=2e-5), name
