"""A model that can be seen through: it hears tones, and says so."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from soundlasso.dsp.masks import keep_out
from soundlasso.dsp.stft import Stft
from soundlasso.engine.model import Answer, Stretch, Wish
from soundlasso.engine.presence import PresenceCalibration
from soundlasso.engine.wishes import to_hear
from tests.conftest import Samples

RATE = 8000
TONES = {"low": 300.0, "middle": 1000.0, "high": 3000.0}
CALIBRATION = PresenceCalibration(seconds=1.0, match=1.0, level=0.1, offset=3.0, threshold=0.5)


class Tones:
    """Takes a tone for each query by its name, and matches it where the tone is."""

    step = 1600

    def __init__(self, core: int = 16_000) -> None:
        self.core = core
        self.passes = 0

    def condition(self, query: str) -> tuple[float, list[str]]:
        return TONES[query], [f"{query} is a tone"] if query == "middle" else []

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        return Stretch(core=self.core, context=3200, fade=400, step=self.step)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        return self.answer(mixture, sample_rate, conditions, to_hear(len(conditions), 0)).targets

    def answer(
        self, mixture: Tensor, sample_rate: int, conditions: list[Any], wishes: list[Wish]
    ) -> Answer:
        self.passes += 1
        stft = Stft(512, 128)
        spectrum = stft.forward(mixture)
        far = (stft.frequencies(sample_rate)[:, None] - torch.tensor(conditions)[None]).abs()
        gains = [near.float()[:, None] for near in (far < 100).T]
        targets = []
        for wish in wishes:
            own = torch.ones_like(gains[0]) if wish.wanted is None else gains[wish.wanted]
            own = keep_out(own, [gains[index] for index in wish.unwanted], wish.share)
            targets.append(stft.inverse(spectrum * own, mixture.shape[-1]))
        alone = [stft.inverse(spectrum * own, mixture.shape[-1])[0] for own in gains]
        padded = torch.nn.functional.pad(torch.stack(alone), (0, -mixture.shape[1] % self.step))
        power = padded.square().reshape(len(alone), -1, self.step).mean(2)
        return Answer(torch.stack(targets), torch.log(power * 1e4 + 1e-3))


class Plain:
    """The same model as one that knows nothing but to separate."""

    def __init__(self) -> None:
        self._tones = Tones()

    def condition(self, query: str) -> tuple[float, list[str]]:
        return self._tones.condition(query)

    def stretch(self, sample_rate: int, channels: int) -> Stretch:
        return Stretch(core=16_000, context=3200, fade=400)

    def separate(self, mixture: Tensor, sample_rate: int, conditions: list[Any]) -> Tensor:
        return self._tones.separate(mixture, sample_rate, conditions)


def tones(seconds: float, **times: list[tuple[float, float]]) -> Samples:
    """Tones that sound at some times, and noise a hundred times quieter, ``1 T``."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.random.default_rng(0).standard_normal(len(time)) * 1e-3
    for name, spans in times.items():
        for start, end in spans:
            inside = (time >= start) & (time < end)
            sound += inside * 0.1 * np.sin(2 * np.pi * TONES[name] * time)
    return sound[None].astype(np.float32)
