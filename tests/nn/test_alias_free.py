"""Activations between low-pass filters."""

import math

import pytest
import torch
from torch import nn

from soundlasso.nn.alias_free import AliasFree, double, halve, low_pass_taps
from soundlasso.nn.snake import SnakeBeta


def tone(frequency: float, samples: int = 400) -> torch.Tensor:
    """In cycles a sample, ``1 1 T``."""
    return torch.sin(2 * math.pi * frequency * torch.arange(samples))[None, None]


def test_the_filter_is_symmetric_and_keeps_a_constant() -> None:
    taps = low_pass_taps()
    assert len(taps) == 12
    assert taps == pytest.approx(taps[::-1])
    assert sum(taps) == pytest.approx(1.0)


@pytest.mark.parametrize("samples", [1, 2, 7])
def test_a_constant_stays_one_at_any_length(samples: int) -> None:
    x = torch.full((2, 3, samples), 0.3)
    assert double(x).shape == (2, 3, 2 * samples)
    assert torch.allclose(double(x), torch.full((2, 3, 2 * samples), 0.3), atol=1e-3)
    assert torch.allclose(halve(double(x)), x, atol=1e-3)


def test_a_low_tone_comes_through_in_place() -> None:
    x = tone(0.02)
    inside = slice(20, -20)
    assert (halve(double(x)) - x)[..., inside].abs().max() < 1e-2


def test_channels_stay_apart() -> None:
    x = torch.zeros(1, 3, 50)
    x[0, 1] = tone(0.1, 50)
    doubled = double(x)
    assert not doubled[0, [0, 2]].any()
    assert doubled[0, 1].abs().max() > 0.5


def test_overtones_beyond_the_rate_make_weaker_aliases() -> None:
    """Squaring a tone at 0.4 gives one at 0.8, which comes back as 0.2; twelve taps damp it."""

    class Square(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.square()

    x = tone(0.4)
    plain, filtered = (
        torch.fft.rfft(y[0, 0, 40:-40].double()).abs() for y in (x.square(), AliasFree(Square())(x))
    )
    alias = round(0.2 * 320)
    assert plain[alias] > 50
    assert filtered[alias] < 0.4 * plain[alias]


def test_snake_by_its_formula() -> None:
    layer = SnakeBeta(2)
    with torch.no_grad():
        layer.log_frequency.copy_(torch.tensor([0.0, math.log(3.0)]))
        layer.log_height.copy_(torch.tensor([0.0, math.log(2.0)]))
    x = torch.tensor([[[0.5], [0.5]]])
    expected = [0.5 + math.sin(0.5) ** 2, 0.5 + math.sin(1.5) ** 2 / 2]
    assert layer(x).flatten().tolist() == pytest.approx(expected)
