"""What many tests need: one thread, sounds, and small models with random weights."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import torch

from soundlasso.models.gainnet import GainNet, GainNetConfig
from soundlasso.models.livenet import LiveNet, LiveNetConfig
from soundlasso.nn.fusion import Fusion
from tests.cards import write_card

# Tests run side by side; more threads than cores only wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"
torch.set_num_threads(1)

# Whoever runs the tests may have imported models.
os.environ["SOUNDLASSO_MODELS"] = str(Path(__file__).parent / "no-models")

Samples = npt.NDArray[np.float32]

FUSIONS: tuple[Fusion, ...] = get_args(Fusion)

TINY_GAINNET = GainNetConfig(
    channels=(4, 6, 8, 8, 8),
    decoder_channels=(3, 4, 5, 6),
    dilations=(1, 2),
    query_size=16,
    match_size=4,
    match_heads=2,
    level_seconds=1.0,
    dropout=0.0,
)

TINY_LIVENET = LiveNetConfig(
    channels=(4, 5, 6, 8),
    decoder_channels=(3, 4, 5, 6),
    memory_channels=12,
    dilations=(1, 2, 4),
    place_channels=6,
    query_size=16,
    match_size=4,
    match_heads=2,
    level_seconds=1.0,
    dropout=0.0,
)


def noise(channels: int, frames: int, seed: int = 0, level: float = 0.1) -> Samples:
    """Noise that starts and stops, ``C T``."""
    rng = np.random.default_rng(seed)
    envelope = np.repeat(rng.random(frames // 2000 + 1), 2000)[:frames]
    return (rng.standard_normal((channels, frames)) * envelope * level).astype(np.float32)


@pytest.fixture
def write_wav(tmp_path: Path) -> Callable[..., Path]:
    """Writes a wav file of noise and says where."""

    def write(
        name: str = "sound.wav",
        *,
        seconds: float = 1.0,
        rate: int = 16_000,
        channels: int = 1,
        subtype: str = "PCM_16",
        seed: int = 0,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        samples = noise(channels, round(seconds * rate), seed)
        soundfile.write(path, samples.T, rate, subtype=subtype)
        return path

    return write


def randomised(network: torch.nn.Module, seed: int = 0, scale: float = 0.2) -> torch.nn.Module:
    """Gives every weight a value that matters, also those that start as zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in network.parameters():
            value.add_(torch.randn(value.shape, generator=generator) * scale)
        for name, buffer in network.named_buffers():
            if name.endswith("running_mean"):
                buffer.copy_(torch.randn(buffer.shape, generator=generator) * 0.1)
    return network.eval()


@pytest.fixture(scope="session")
def tiny_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card of a small GainNet with random weights."""
    torch.manual_seed(0)
    network = randomised(GainNet(TINY_GAINNET), scale=0.1)
    folder = tmp_path_factory.mktemp("tiny-model")
    return write_card(folder, "gainnet", TINY_GAINNET, network, query_encoder="minilm-4bit")


@pytest.fixture(scope="session")
def tiny_live_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The card of a small LiveNet with random weights."""
    torch.manual_seed(0)
    network = randomised(LiveNet(TINY_LIVENET), scale=0.1)
    folder = tmp_path_factory.mktemp("tiny-live")
    return write_card(folder, "livenet", TINY_LIVENET, network, query_encoder="minilm-4bit")
