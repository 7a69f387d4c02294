"""The thesis's two losses."""

import pytest
import torch

from soundlasso.training.losses import log_magnitude, spectral_convergence


def test_spectral_convergence() -> None:
    target = torch.tensor([[[3.0, 4.0]], [[0.0, 2.0]]])
    assert spectral_convergence(target, target).item() == 0.0
    # |(3, 0)| / |(3, 4)| and |(0, 1)| / |(0, 2)|.
    predicted = torch.tensor([[[0.0, 4.0]], [[0.0, 1.0]]])
    assert spectral_convergence(predicted, target).item() == pytest.approx((0.6 + 0.5) / 2)


def test_log_magnitude() -> None:
    target = torch.full((1, 2, 3), 2.0)
    assert log_magnitude(target, target).item() == 0.0
    assert log_magnitude(target * torch.e, target).item() == pytest.approx(1.0, abs=1e-4)


def test_silent_targets_do_no_harm() -> None:
    predicted = torch.rand(2, 3, 4, requires_grad=True)
    loss = spectral_convergence(predicted, torch.zeros(2, 3, 4)) + log_magnitude(
        predicted, torch.zeros(2, 3, 4)
    )
    loss.backward()  # type: ignore[no-untyped-call]
    assert predicted.grad is not None
    assert torch.isfinite(predicted.grad).all()
