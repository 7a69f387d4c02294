"""Block by block, the STFT is that of the whole."""

import pytest
import torch

from soundlasso.dsp.stft import Stft
from soundlasso.dsp.streaming import StreamingInverse, StreamingStft


@pytest.mark.parametrize("samples", [1, 159, 160, 2048, 5001])
@pytest.mark.parametrize("block", [1, 37, 160, 1000, 10_000])
@pytest.mark.parametrize(("window", "hop"), [(512, 160), (512, 256), (100, 33)])
def test_frames_and_samples_are_those_of_the_whole(
    samples: int, block: int, window: int, hop: int
) -> None:
    # Sample by sample is slow.
    samples = min(samples, 200 * block)
    stft = Stft(window, hop)
    x = torch.randn(2, samples, generator=torch.Generator().manual_seed(samples))
    forward, inverse = StreamingStft(stft, 2), StreamingInverse(stft, 2)
    spectra, waves = [], []
    for start in range(0, samples, block):
        frames = forward.push(x[:, start : start + block])
        spectra.append(frames)
        wave = inverse.push(frames)
        waves.append(wave)
        # Whatever has come out was certain: no more than a window is held back.
        held = start + min(block, samples - start) - sum(w.shape[-1] for w in waves)
        assert held <= window
    last = forward.finish()
    spectra.append(last)
    waves += [inverse.push(last), inverse.finish()]
    torch.testing.assert_close(torch.cat(spectra, -1), stft.forward(x), atol=1e-4, rtol=1e-4)
    whole = torch.cat(waves, -1)
    assert whole.shape[-1] >= samples
    torch.testing.assert_close(whole[:, :samples], x, atol=1e-5, rtol=1e-4)
