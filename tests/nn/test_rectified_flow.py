"""Euler's method on velocity fields with known paths."""

import pytest
import torch

from soundlasso.nn.rectified_flow import euler_path


@pytest.mark.parametrize("steps", [1, 3, 10])
def test_a_straight_path_is_followed_exactly(steps: int) -> None:
    start, end = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    path = list(euler_path(lambda x, time: end - start, start, steps))
    assert len(path) == steps
    assert torch.allclose(path[-1], end, atol=1e-6)
    assert torch.allclose(path[0], start + (end - start) / steps, atol=1e-6)


def test_times_begin_at_zero_and_never_reach_one() -> None:
    seen = []

    def velocity(x: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        seen.append(time)
        return torch.zeros_like(x)

    list(euler_path(velocity, torch.zeros(2, 1), 4))
    assert torch.stack(seen).tolist() == [[0.0] * 2, [0.25] * 2, [0.5] * 2, [0.75] * 2]


def test_more_steps_follow_a_bent_path_closer() -> None:
    errors = []
    for steps in (4, 16, 64):
        *_, end = euler_path(lambda x, time: x, torch.ones(1, 1), steps)
        errors.append(abs(float(end) - 2.718281828))
    assert errors[0] > 3 * errors[1] > 9 * errors[2]


def test_no_step_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="at least 1 step, not 0"):
        next(euler_path(lambda x, time: x, torch.ones(1), 0))
