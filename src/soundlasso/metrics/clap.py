"""CLAPScore and CLAPScoreA: likeness to the query and to the target, as CLAP hears it.

CLAP (Wu et al. 2023, arXiv 2211.06687) puts texts and sounds into one space. The cosine of an
estimate with its query is the CLAPScore (Xiao et al. 2024, arXiv 2407.04936), which needs no
target; that of an estimate with its target is the CLAPScoreA (Yuan et al. 2024, FlowSep, arXiv
2409.07614). Both lie in -1..1; papers often print them times 100.

Published CLAPScores are those of LAION's ``music_speech_audioset_epoch_15_esc_89.98.pt``. The
default here, ``laion/larger_clap_general``, is its conversion for transformers. The weights are
those; what is around them differs from the published script, which works on 16 kHz files and
cuts at random what is longer than CLAP's window. Expect small differences, and compare systems
only within one of the two. The checkpoint is also AudioSep's query encoder, which favours
AudioSep and its relatives: another one, such as ``laion/clap-htsat-unfused``, is a fairer judge
of those.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr
import torch

from soundlasso.errors import (
    MissingDependencyError,
    OptionError,
    WeightsError,
    hub_errors,
    in_one_line,
)

DEFAULT_CLAP = "laion/larger_clap_general"
_BATCH = 16

Waveform = npt.NDArray[np.floating]
Embeddings = npt.NDArray[np.float64]


class Clap:
    """A frozen CLAP model.

    Attributes:
        sample_rate: What sounds are resampled to, in Hz; 48,000 for LAION's models.
        window: Samples that the model hears at once; ten seconds for LAION's models.
    """

    def __init__(
        self,
        name: str = DEFAULT_CLAP,
        *,
        revision: str | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        """Loads a model.

        Args:
            name: A hub id, or a folder with a model and its processor as transformers saves
                them.
            revision: A branch, tag or commit of the hub's repository.
            device: What to compute on.

        Raises:
            MissingDependencyError: the ``clap`` extra is not installed, or the hub is out of
                reach.
            OptionError: a folder was given with a revision.
            WeightsError: the folder's files are not those of a CLAP model.
        """
        try:
            from transformers import ClapModel, ClapProcessor
        except ImportError:
            raise MissingDependencyError(
                "CLAPScore needs the clap extra: pip install 'soundlasso[clap]'"
            ) from None
        is_folder = Path(name).is_dir()
        if is_folder and revision is not None:
            raise OptionError(f"{name}: is a folder and has no revision {revision}")
        try:
            processor = ClapProcessor.from_pretrained(name, revision=revision)
            network, found = ClapModel.from_pretrained(
                name, revision=revision, output_loading_info=True
            )
            _check_complete(network, found["missing_keys"])
        except hub_errors(TypeError, AttributeError, RuntimeError) as error:
            # transformers goes on to explain itself for many lines.
            reason = in_one_line(error).partition(". ")[0]
            if is_folder:
                raise WeightsError(f"{name}: holds no CLAP model: {reason}") from error
            raise MissingDependencyError(
                f"{name} cannot be downloaded: {reason}; give a folder that holds it instead"
            ) from error
        self._device = torch.device(device)
        self._network: Any = network.eval().requires_grad_(False).to(self._device)
        self._listen: Any = processor.feature_extractor
        self._read: Any = processor.tokenizer
        self.sample_rate = int(self._listen.sampling_rate)
        self.window = int(self._listen.nb_max_samples)

    def embed_text(self, texts: Sequence[str]) -> Embeddings:
        """Embeds texts.

        Returns:
            ``N D``, each of length 1.
        """
        parts = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            tokens = self._read(batch, padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                parts.append(
                    self._network.get_text_features(
                        input_ids=tokens["input_ids"].to(self._device),
                        attention_mask=tokens["attention_mask"].to(self._device),
                    )
                )
        return _unit(parts)

    def embed_audio(self, sounds: Sequence[Waveform], sample_rate: int) -> Embeddings:
        """Embeds sounds.

        Channels are averaged. What is shorter than CLAP's window is repeated to fill it, as the
        model was trained. What is longer is heard in windows side by side, the last of which
        ends where the sound ends, and their embeddings are averaged; CLAP's own loader draws
        one window at random instead, which gives another result every time.

        Args:
            sounds: Each ``T`` or ``C T``; lengths may differ.
            sample_rate: Of all of them, in Hz.

        Returns:
            ``N D``, each of length 1.

        Raises:
            ValueError: a sound holds no samples.
        """
        windows = [self._windows(sound, sample_rate) for sound in sounds]
        embedded = self._embed_windows([window for of_one in windows for window in of_one])
        ends = np.cumsum([len(of_one) for of_one in windows])[:-1]
        return _normalised(np.stack([of_one.mean(0) for of_one in np.split(embedded, ends)]))

    def _windows(self, sound: Waveform, sample_rate: int) -> list[Waveform]:
        mono = np.asarray(sound, dtype=np.float32)
        mono = mono.mean(axis=0) if mono.ndim == 2 else mono
        if not mono.size:
            raise ValueError("a sound holds no samples")
        if sample_rate != self.sample_rate:
            mono = soxr.resample(mono, sample_rate, self.sample_rate)
        if len(mono) <= self.window:
            return [mono]
        starts = [*range(0, len(mono) - self.window, self.window), len(mono) - self.window]
        return [mono[start : start + self.window] for start in starts]

    def _embed_windows(self, windows: list[Waveform]) -> Embeddings:
        parts = []
        for start in range(0, len(windows), _BATCH):
            heard = self._listen(
                windows[start : start + _BATCH],
                sampling_rate=self.sample_rate,
                return_tensors="pt",
            )
            features = heard["input_features"].to(self._device)
            # None of these is longer than the window; "fusion" models mark one at random.
            is_longer = torch.zeros(len(features), 1, dtype=torch.bool, device=self._device)
            with torch.inference_mode():
                parts.append(
                    self._network.get_audio_features(input_features=features, is_longer=is_longer)
                )
        return _unit(parts)


def clap_score(clap: Clap, query: str, estimate: Waveform, sample_rate: int) -> float:
    """CLAPScore: the cosine of an estimate's embedding with its query's.

    Args:
        clap: The judge.
        query: In words.
        estimate: ``T`` or ``C T``.
        sample_rate: In Hz.
    """
    return float(clap.embed_text([query])[0] @ clap.embed_audio([estimate], sample_rate)[0])


def clap_score_a(clap: Clap, target: Waveform, estimate: Waveform, sample_rate: int) -> float:
    """CLAPScoreA: the cosine of an estimate's embedding with its target's.

    Args:
        clap: The judge.
        target: ``T`` or ``C T``.
        estimate: ``T`` or ``C T``.
        sample_rate: Of both, in Hz.
    """
    wanted, got = clap.embed_audio([target, estimate], sample_rate)
    return float(wanted @ got)


def _check_complete(network: Any, missing: Sequence[str]) -> None:
    """Refuses weights that transformers would silently draw at random."""
    lacking = sorted({name for name, _ in network.named_parameters()} & set(missing))
    if lacking:
        raise ValueError(f"{len(lacking)} of its weights are missing, such as {lacking[0]}")


def _unit(outputs: list[Any]) -> Embeddings:
    """Rows of length 1; transformers 5 wraps what transformers 4 gives as it is."""
    tensors = [x if isinstance(x, torch.Tensor) else x.pooler_output for x in outputs]
    return _normalised(torch.cat(tensors).double().cpu().numpy())


def _normalised(rows: Embeddings) -> Embeddings:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
