"""A waveform for magnitudes whose phases are not known, by iteration.

Griffin and Lim 1984, "Signal estimation from modified short-time Fourier transform"; Perraudin,
Balazs and Søndergaard 2013, "A fast Griffin-Lim algorithm", for the momentum.
"""

import math

import torch
from torch import Tensor

from soundlasso.dsp.stft import Stft


def griffin_lim(
    magnitude: Tensor,
    stft: Stft,
    samples: int,
    *,
    iterations: int = 32,
    momentum: float = 0.99,
    phase: Tensor | None = None,
) -> Tensor:
    """Estimates the waveform whose magnitudes are nearest to the given ones.

    Without momentum, and with silence beyond the ends, no iteration makes the waveform's own
    magnitudes less like the given ones; with it most bring them nearer faster.

    Args:
        magnitude: ``... F N``.
        stft: The transform that it is of.
        samples: Length of the waveform, such that it has ``N`` frames.
        iterations: How many.
        momentum: How far each step is carried on, from 0 (Griffin and Lim's own) to less than 1.
        phase: What to start from, in radians, ``... F N``; random, but always the same, when
            ``None``.

    Returns:
        ``... T`` with ``T = samples``.

    Raises:
        ValueError: the length and the number of frames or bins do not fit each other, or a
            number is out of its range.
    """
    if iterations < 0 or not 0 <= momentum < 1:
        raise ValueError("iterations must be 0 or more, momentum at least 0 and less than 1")
    expected = stft.forward(torch.zeros(samples)).shape
    if magnitude.shape[-2:] != expected:
        raise ValueError(
            f"{samples} samples have {expected[0]} bins and {expected[1]} frames; "
            f"the magnitudes have {magnitude.shape[-2]} and {magnitude.shape[-1]}"
        )
    spectrum = torch.polar(magnitude, _random_phase(magnitude) if phase is None else phase)
    before = None
    for _ in range(iterations):
        # The nearest spectrum that a waveform can have, carried on; its phases are kept.
        consistent = stft.forward(stft.inverse(spectrum, samples))
        ahead = consistent if before is None else consistent + momentum * (consistent - before)
        spectrum = torch.polar(magnitude, ahead.angle())
        before = consistent
    return stft.inverse(spectrum, samples)


def _random_phase(magnitude: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    drawn = torch.rand(magnitude.shape, generator=generator, dtype=torch.float64)
    return (2.0 * math.pi * drawn).to(magnitude)
