"""Batch norms that are fixed do what they did."""

import pytest
import torch
from torch import nn

from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.nn.fixed_norm import FixedNorm, with_fixed_norms


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize(
    ("kind", "shape"), [(nn.BatchNorm1d, (3, 6, 5)), (nn.BatchNorm2d, (3, 6, 4, 5))]
)
def test_as_a_batch_norm_that_is_not_trained(
    kind: type[nn.BatchNorm1d] | type[nn.BatchNorm2d], shape: tuple[int, ...], affine: bool
) -> None:
    torch.manual_seed(0)
    norm = kind(6, affine=affine)
    if affine:
        nn.init.normal_(norm.weight)
        nn.init.normal_(norm.bias)
    for _ in range(20):
        norm(torch.randn(shape) * 3 + 1)
    x = torch.randn(shape)
    torch.testing.assert_close(FixedNorm(norm)(x), norm.eval()(x))


def test_without_statistics_there_is_nothing_to_fix() -> None:
    with pytest.raises(ValueError, match="keeps no statistics"):
        FixedNorm(nn.BatchNorm2d(4, track_running_stats=False))


def test_a_network_is_copied_and_answers_alike() -> None:
    torch.manual_seed(1)
    network = LiveNet(LiveNetConfig(token_size=8)).train()
    inputs = torch.rand(2, 64, 20), torch.randn(2, 3, 8), torch.ones(2, 3, dtype=torch.bool)
    network(*inputs, torch.arange(2))
    fixed = with_fixed_norms(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in fixed.modules())
    assert any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    assert network.training
    with torch.inference_mode():
        torch.testing.assert_close(
            fixed(*inputs, torch.arange(2)), network.eval()(*inputs, torch.arange(2))
        )
