"""LiveNet sees no future, and goes on frame by frame as if it had seen all at once."""

import pytest
import torch
from torch import Tensor

from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.nn.causal import Memory
from tests.conftest import TINY_LIVENET, randomised


def network() -> LiveNet:
    torch.manual_seed(1)
    made = randomised(LiveNet(TINY_LIVENET))
    assert isinstance(made, LiveNet)
    return made


def energies(recordings: int, frames: int, seed: int = 0) -> Tensor:
    drawn = torch.rand(recordings, 64, frames, generator=torch.Generator().manual_seed(seed))
    return 1e-3 * drawn**4


def query(net: LiveNet, queries: int = 2) -> Tensor:
    tokens = torch.randn(queries, 5, 384, generator=torch.Generator().manual_seed(9))
    return net.query(tokens, torch.ones(queries, 5, dtype=torch.bool))


@torch.inference_mode()
def answer(net: LiveNet, x: Tensor, memory: Memory | None = None) -> Tensor:
    every = torch.zeros(2, dtype=torch.long)
    return net.decode(net.encode(x, memory).select(every), query(net), memory)


@pytest.mark.parametrize("cuts", [[1] * 30, [7, 1, 13, 9], [29, 1], [30]])
def test_frame_by_frame_as_at_once(cuts: list[int]) -> None:
    net, x = network(), energies(1, 30)
    memory, parts, start = Memory(), [], 0
    for cut in cuts:
        parts.append(answer(net, x[..., start : start + cut], memory))
        start += cut
    whole = answer(net, x)
    assert whole.std() > 0.01
    torch.testing.assert_close(torch.cat(parts, -1), whole, atol=2e-4, rtol=1e-3)


def test_no_gain_depends_on_a_later_frame_or_on_one_long_before() -> None:
    net, x = network(), energies(1, 400)
    reach = net.config.context_frames
    assert reach < 300
    changed = x.clone()
    changed[..., 60] *= 50.0
    difference = (answer(net, x) - answer(net, changed)).abs().amax((0, 1))
    assert difference[:60].max() == 0.0
    assert difference[60:90].max() > 1e-3
    assert difference[60 + reach + 1 :].max() < 1e-6


def test_shapes_and_gradients() -> None:
    net = network().train()
    tokens = torch.randn(3, 4, 384)
    gains, presence = net(
        energies(2, 21), tokens, torch.ones(3, 4, dtype=torch.bool), torch.tensor([0, 1, 1])
    )
    assert gains.shape == (3, 64, 21)
    assert presence.shape == (2, 3)
    assert gains.min() >= 0
    assert gains.max() <= 1
    (gains.sum() + presence.sum()).backward()
    for name, value in net.named_parameters():
        assert value.grad is not None, name
        assert value.grad.abs().sum() > 0, name


def test_silence_and_level() -> None:
    net, x = network(), energies(1, 40)
    assert torch.isfinite(answer(net, torch.zeros(1, 64, 10))).all()
    torch.testing.assert_close(answer(net, x * 100), answer(net, x * 10_000), atol=1e-3, rtol=1e-2)


def test_numbers_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="bands must be a multiple of 8, not 60"):
        LiveNetConfig(bands=60)
    with pytest.raises(ValueError, match="decoder_channels must name as many"):
        LiveNetConfig(decoder_channels=(1, 2))


def test_its_latency_is_what_live_use_allows() -> None:
    config = LiveNetConfig()
    for rate in (8000, 16_000, 44_100, 48_000):
        assert config.stft(rate).window / rate <= 0.1
