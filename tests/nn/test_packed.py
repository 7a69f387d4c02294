"""Four bits a number: what is stored is what was chosen, and nearly what was there."""

import pytest
import torch

from soundlasso.nn.packed import (
    GROUP,
    grouped,
    packed,
    rounded,
    unpacked,
)


def test_a_normal_matrix_loses_a_hundredth_of_its_energy() -> None:
    torch.manual_seed(0)
    matrix = torch.randn(96, 4 * GROUP) * torch.logspace(-3, 3, 96)[:, None]
    back = unpacked(rounded("layer.weight", matrix))["layer.weight"]
    lost = (back - matrix).square().sum(1) / matrix.square().sum(1)
    # Max (1960), table I: 20.22 dB for 16 levels of a normal distribution.
    assert -10 * torch.log10(lost.mean()) == pytest.approx(20.2, abs=0.4)
    assert lost.max() < 0.03


def test_it_takes_four_bits_and_a_little() -> None:
    state = rounded("layer.weight", torch.randn(384, 1536))
    size = sum(value.numel() * value.element_size() for value in state.values())
    assert size * 8 / (384 * 1536) < 4.3


def test_codes_survive() -> None:
    torch.manual_seed(0)
    codes = torch.randint(16, (5, 2 * GROUP))
    levels, scales = torch.arange(16.0) - 7.5, torch.tensor([[1.0, 2.0]]).expand(5, 2)
    back = unpacked(packed("w", codes, scales, levels))["w"]
    expected = (grouped(levels[codes]) * scales[..., None]).flatten(1)
    assert torch.equal(back, expected)


def test_every_byte_is_two_numbers() -> None:
    """All of them, the lower four bits' first."""
    every = torch.arange(256)
    codes = torch.stack([every & 15, every >> 4], dim=1).flatten()[None]
    levels, scales = torch.linspace(-3, 2, 16).exp(), torch.linspace(0.1, 0.8, 8)[None]
    state = packed("w", codes, scales, levels)
    assert torch.equal(state["w.codes"][0], every.to(torch.uint8))
    expected = levels[codes].view(1, 8, GROUP) * scales.half().float()[..., None]
    assert torch.equal(unpacked(state)["w"], expected.flatten(1))


def test_what_is_not_packed_stays() -> None:
    state = {"norm.weight": torch.ones(4).half(), **rounded("layer.weight", torch.randn(2, GROUP))}
    back = unpacked(state)
    assert back.keys() == {"norm.weight", "layer.weight"}
    assert back["norm.weight"].dtype == torch.float32


def test_zeros_stay_near_zero() -> None:
    back = unpacked(rounded("layer.weight", torch.zeros(2, GROUP)))["layer.weight"]
    assert back.abs().max() < 1e-6


def test_a_part_that_is_missing_is_named() -> None:
    state = rounded("layer.weight", torch.randn(2, GROUP))
    del state["layer.weight.scales"]
    with pytest.raises(KeyError, match="scales"):
        unpacked(state)
