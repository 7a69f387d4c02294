"""Mixtures as the thesis makes them (sections 5.3.2 to 5.4.1).

Both clips are brought to the same loudness, the shorter is padded with silence at its end, both
start together, and the sum is cut or padded to 15 seconds. Mixtures whose magnitude spectrogram
is too similar to the target's are thrown away, and more are made until there are enough.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr
import torch

from soundlasso.config import check_ranges, check_shares
from soundlasso.corpus.conflicts import ConflictIndex
from soundlasso.dsp.stft import Stft
from soundlasso.errors import CorpusError
from soundlasso.mixing.bank import SoundBank

Sound = npt.NDArray[np.float32]

_FAINT = 1e-3
"""Of a recording's peak; what stays below it is silence."""
_ATTEMPTS = 10


@dataclass(frozen=True)
class ThesisMixingConfig:
    """How the thesis mixes.

    Attributes:
        sample_rate: In Hz.
        seconds: Length of a mixture.
        loudness: RMS level of every clip in dB of full scale; the thesis names none.
        thresholds: Highest cosine similarity of mixture and target. The thesis varies it for
            a balance of hard and easy mixtures: each is tried for in turn.
        window: STFT frame in samples.
        hop: STFT hop in samples.
        attempts: How many mixtures are made at most for one that is kept.
    """

    sample_rate: int = 22_050
    seconds: float = 15.0
    loudness: float = -20.0
    thresholds: tuple[float, ...] = (0.8, 0.75, 0.7, 0.65)
    window: int = 512
    hop: int = 256
    attempts: int = 50

    def __post_init__(self) -> None:
        """Refuses numbers that cannot work."""
        check_ranges(self, sample_rate=1, seconds=0.1, loudness=-100, attempts=1)
        check_shares(self, "thresholds")
        # It refuses windows and hops that do not fit each other.
        Stft(self.window, self.hop)


@dataclass(frozen=True)
class ThesisMixture:
    """A mixture and what it is asked for.

    Attributes:
        mixture: ``T`` float32.
        target: ``T`` float32.
        label: Of the target.
        other_label: Of the other clip.
        similarity: Of mixture and target.
    """

    mixture: Sound
    target: Sound
    label: str
    other_label: str
    similarity: float


def similarity(first: Sound, second: Sound, stft: Stft) -> float:
    """Cosine similarity of two clips' magnitude spectrograms, 0 to 1 (thesis, 5.3.4)."""
    one, other = (stft.forward(torch.from_numpy(clip)).abs().flatten() for clip in (first, second))
    norms = one.norm() * other.norm()
    return float(one @ other / norms) if norms > 0 else 0.0


class ThesisSampler:
    """Draws filtered mixtures; the same seed and index give the same mixture for ever."""

    def __init__(self, bank: SoundBank, config: ThesisMixingConfig, *, seed: int) -> None:
        """Draws from ``bank``.

        Raises:
            CorpusError: it has no two labels that may be mixed.
        """
        self.bank = bank
        self.config = config
        self.seed = seed
        self.samples = round(config.seconds * config.sample_rate)
        self._stft = Stft(config.window, config.hop)
        self._conflicts = bank.words.conflicts
        if not ConflictIndex(list(bank.targets), self._conflicts).any_may_meet():
            raise CorpusError("there are too few labels to mix: build more of the corpus")
        places = [i for i, item in enumerate(bank.recordings) if item.use == "target"]
        self._targets = np.array(places, np.int64)

    def __getitem__(self, index: int) -> ThesisMixture:
        """Makes the mixture at ``index``, filtered."""
        return self.draw(index)

    def draw(self, index: int, *, filtered: bool = True) -> ThesisMixture:
        """Makes the mixture at ``index``: generate, extract, filter, until one passes.

        The least similar of the attempts is taken where none passes; unfiltered, the first.
        """
        thresholds = self.config.thresholds if filtered else ()
        threshold = thresholds[index % len(thresholds)] if thresholds else 1.0
        best: ThesisMixture | None = None
        for attempt in range(self.config.attempts):
            made = self.generate(np.random.default_rng((self.seed, index, attempt)))
            if made.similarity <= threshold:
                return made
            if best is None or made.similarity < best.similarity:
                best = made
        assert best is not None
        return best

    def generate(self, rng: np.random.Generator) -> ThesisMixture:
        """Makes one mixture, unfiltered."""
        target, other = (int(rng.choice(self._targets)) for _ in range(2))
        while self._conflicts.conflict(*(self.bank.recordings[i].label for i in (target, other))):
            target, other = (int(rng.choice(self._targets)) for _ in range(2))
        label = self.bank.recordings[target].label
        first, second = (self._clip(rng, index) for index in (target, other))
        length = max(len(first), len(second))
        padded = [np.pad(clip, (0, length - len(clip))) for clip in (first, second)]
        mixture, wanted = (self._fit(clip) for clip in (padded[0] + padded[1], padded[0]))
        peak = float(np.abs(mixture).max(initial=0.0))
        if peak > 1.0:
            mixture, wanted = mixture / peak, wanted / peak
        return ThesisMixture(
            mixture,
            wanted,
            label,
            self.bank.recordings[other].label,
            similarity(mixture, wanted, self._stft),
        )

    def _clip(self, rng: np.random.Generator, index: int) -> Sound:
        """A recording at the thesis's rate and loudness, no longer than a mixture."""
        sound = self.bank.sound(index)
        longest = round(self.config.seconds * self.bank.sample_rate)
        if len(sound) > longest:
            sound = _stretch(rng, sound, longest)
        sound = soxr.resample(sound, self.bank.sample_rate, self.config.sample_rate)
        rms = float(np.sqrt(np.square(sound).mean())) + 1e-9
        return np.asarray(sound * (10.0 ** (self.config.loudness / 20.0) / rms), dtype=np.float32)

    def _fit(self, clip: Sound) -> Sound:
        return np.pad(clip, (0, max(0, self.samples - len(clip))))[: self.samples]


def _stretch(rng: np.random.Generator, sound: Sound, length: int) -> Sound:
    """A part of a recording in which there is something to hear.

    A silent target would count without limit: spectral convergence is relative to its level.
    """
    quietest = _FAINT * float(np.abs(sound).max())
    for _ in range(_ATTEMPTS):
        start = int(rng.integers(0, len(sound) - length + 1))
        part = sound[start : start + length]
        if float(np.abs(part).max()) > quietest:
            return part
    loudest = int(np.abs(sound).argmax())
    start = min(max(0, loudest - length // 2), len(sound) - length)
    return sound[start : start + length]
