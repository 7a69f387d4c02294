"""GainNet: shapes, its reach in time, and that nothing but relative levels counts."""

import numpy as np
import pytest
import torch

from soundlasso.models.gainnet import GainNet, GainNetConfig, band_energies
from tests.conftest import TINY_GAINNET, noise, randomised


def network(seed: int = 0) -> GainNet:
    torch.manual_seed(seed)
    made = randomised(GainNet(TINY_GAINNET), seed, scale=0.1)
    assert isinstance(made, GainNet)
    return made


def energies(batch: int, frames: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch, TINY_GAINNET.bands, frames, generator=generator) ** 4 + 1e-6


def tokens(count: int, length: int = 5) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, length, 384, generator=generator), torch.ones(
        count, length, dtype=torch.bool
    )


@pytest.mark.parametrize("frames", [1, 2, 15, 16, 17, 100])
def test_any_number_of_frames(frames: int) -> None:
    gains, presence = network()(energies(2, frames), *tokens(3), torch.tensor([0, 1, 1]))
    assert gains.shape == (3, 64, frames)
    assert presence.shape == (2, 3)
    assert 0 <= gains.min().item() <= gains.max().item() <= 1


def test_every_weight_is_learned_from() -> None:
    model = network().train()
    gains, presence = model(energies(3, 64), *tokens(3), torch.arange(3))
    # Weighted, since normalised outputs have constant sums.
    (gains * torch.rand_like(gains)).sum().backward(retain_graph=True)
    (presence * torch.rand_like(presence)).sum().backward()
    silent = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@torch.inference_mode()
def test_gains_do_not_depend_on_frames_beyond_the_stated_reach() -> None:
    model, frames = network(), 600
    reach = TINY_GAINNET.context_frames
    assert reach < 200
    first = energies(1, frames)
    changed = first.clone()
    changed[:, :, 300] *= 50.0
    before, _ = model(first, *tokens(1), torch.tensor([0]))
    after, _ = model(changed, *tokens(1), torch.tensor([0]))
    difference = (before - after).abs().amax((0, 1))
    moved = torch.nonzero(difference > 1e-6).flatten()
    assert 300 - reach <= int(moved.min()) <= int(moved.max()) <= 300 + reach
    # And they do depend on what is near.
    assert difference[300] > 1e-3


@torch.inference_mode()
def test_a_stretch_aligned_to_the_stride_gives_the_frames_of_the_whole() -> None:
    model, reach = network(), TINY_GAINNET.context_frames
    whole_energies = energies(1, 640)
    whole, _ = model(whole_energies, *tokens(1), torch.tensor([0]))
    start = 10 * TINY_GAINNET.stride
    part, _ = model(whole_energies[:, :, start:], *tokens(1), torch.tensor([0]))
    assert torch.allclose(part[:, :, reach:], whole[:, :, start + reach :], atol=1e-5)


@torch.inference_mode()
def test_volume_does_not_matter() -> None:
    model = network()
    loud, _ = model(energies(1, 100), *tokens(1), torch.tensor([0]))
    quiet, _ = model(energies(1, 100) * 1e-3, *tokens(1), torch.tensor([0]))
    assert torch.allclose(loud, quiet, atol=1e-4)


@torch.inference_mode()
def test_several_queries_on_one_recording_are_those_asked_alone() -> None:
    model = network()
    states, mask = tokens(3)
    together, _ = model(energies(1, 80), states, mask, torch.zeros(3, dtype=torch.long))
    for index in range(3):
        alone, _ = model(energies(1, 80), states[index : index + 1], mask[:1], torch.tensor([0]))
        assert torch.allclose(alone[0], together[index], atol=1e-5)
    assert (together[0] - together[1]).abs().max() > 1e-3


@torch.inference_mode()
def test_presence_is_made_of_matches_over_time() -> None:
    """So that it can be told of any stretch of a recording that was worked on in others."""
    model = network()
    encoded = model.encode(energies(2, 20 * TINY_GAINNET.stride))
    query = model.query(*tokens(3))
    matches = model.matches(encoded, query)
    assert matches.shape == (2, 3, 20)
    pooled = torch.log(matches.exp().mean(2)) / 2
    presence = model.presence_scale.exp() * pooled + model.presence_bias
    assert torch.allclose(presence, model.presence(encoded, query), atol=1e-5)


@torch.inference_mode()
def test_padding_of_tokens_does_not_count() -> None:
    model = network()
    states, mask = tokens(1)
    padded = torch.cat([states, torch.randn(1, 4, 384)], dim=1)
    longer = torch.cat([mask, torch.zeros(1, 4, dtype=torch.bool)], dim=1)
    short, _ = model(energies(1, 50), states, mask, torch.tensor([0]))
    long, _ = model(energies(1, 50), padded, longer, torch.tensor([0]))
    assert torch.allclose(short, long, atol=1e-5)


def test_silence_gives_finite_gains_and_gradients() -> None:
    model = network().train()
    gains, presence = model(torch.zeros(2, 64, 40), *tokens(2), torch.arange(2))
    (gains.sum() + presence.sum()).backward()
    assert torch.isfinite(gains).all()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_energies_hear_stereo_in_opposite_phase() -> None:
    stft = TINY_GAINNET.stft(32_000)
    weights = TINY_GAINNET.layout.weights(stft.frequencies(32_000))
    one = torch.from_numpy(noise(1, 16_000))
    opposite = torch.cat([one, -one])
    mono = band_energies(stft.forward(one), stft, weights)
    stereo = band_energies(stft.forward(opposite), stft, weights)
    assert torch.allclose(mono, stereo)


def test_energies_are_alike_at_every_sample_rate() -> None:
    import soxr

    sound = noise(1, 96_000)[0]
    sound = soxr.resample(soxr.resample(sound, 48_000, 16_000), 16_000, 48_000)
    seen = []
    for rate in (32_000, 44_100, 48_000):
        samples = soxr.resample(sound, 48_000, rate)[None].astype(np.float32)
        stft = TINY_GAINNET.stft(rate)
        weights = TINY_GAINNET.layout.weights(stft.frequencies(rate))
        energy = band_energies(stft.forward(torch.from_numpy(samples)), stft, weights)
        # Bands below the cut at 8 kHz, frames that all of them have.
        seen.append(10 * torch.log10(energy[:44, 5:90].mean(1)))
    assert (seen[0] - seen[1]).abs().max() < 0.5
    assert (seen[0] - seen[2]).abs().max() < 0.5


@pytest.mark.parametrize(
    ("values", "message"),
    [({"channels": (4, 8)}, "one number fewer"), ({"bands": 60}, "multiple of 16")],
)
def test_configs_that_cannot_work_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GainNetConfig(**values)  # type: ignore[arg-type]
