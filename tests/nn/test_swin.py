"""Swin blocks: windows, shifted windows that do not see across the border, and resolutions."""

import pytest
import torch

from soundlasso.nn.swin import PatchExpanding, PatchMerging, SwinBlock
from tests.conftest import randomised


def reach(shifted: bool, row: int, column: int) -> torch.Tensor:
    """Which places of an 8 x 8 map see a change at one place, in a block of windows of 4."""
    block = randomised(SwinBlock(4, 2, 8, window=4, shifted=shifted))
    x = torch.randn(1, 8, 8, 4, generator=torch.Generator().manual_seed(2))
    changed = x.clone()
    changed[0, row, column, 0] += 1.0
    with torch.inference_mode():
        return (block(x) - block(changed)).abs().amax(-1)[0] > 1e-9


@pytest.mark.parametrize(
    ("shifted", "place", "rows", "columns"),
    [
        (False, (1, 6), slice(0, 4), slice(4, 8)),
        (True, (3, 4), slice(2, 6), slice(2, 6)),
        # Windows at the border are cut: what lies at the other end is not seen.
        (True, (0, 7), slice(0, 2), slice(6, 8)),
        (True, (3, 0), slice(2, 6), slice(0, 2)),
    ],
)
def test_a_place_is_seen_in_its_window(
    shifted: bool, place: tuple[int, int], rows: slice, columns: slice
) -> None:
    expected = torch.zeros(8, 8, dtype=torch.bool)
    expected[rows, columns] = True
    assert torch.equal(reach(shifted, *place), expected)


def test_a_window_that_covers_the_map_is_not_shifted() -> None:
    assert SwinBlock(4, 2, 4, window=4, shifted=True).shift == 0
    assert SwinBlock(4, 2, 2, window=4, shifted=True).window == 2


def test_expanding_puts_corners_where_merging_takes_them_from() -> None:
    x = torch.randn(2, 4, 6, 8)
    merging, expanding = PatchMerging(8), PatchExpanding(16)
    with torch.no_grad():
        # Merging keeps a corner's first four channels, expanding gives them back.
        merging.norm = torch.nn.Identity()  # type: ignore[assignment]
        expanding.norm = torch.nn.Identity()  # type: ignore[assignment]
        merging.reduce.weight.zero_()
        expanding.expand.weight.zero_()
        for corner in range(4):
            for channel in range(4):
                merging.reduce.weight[4 * corner + channel, 8 * corner + channel] = 1.0
                expanding.expand.weight[8 * corner + channel, 4 * corner + channel] = 1.0
        merged = merging(x)
        assert merged.shape == (2, 2, 3, 16)
        assert torch.equal(expanding(merged)[..., :4], x[..., :4])
