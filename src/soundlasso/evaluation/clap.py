"""CLAPScore, CLAPScoreA and the Fréchet distance of CLAP embeddings, beside the other scores."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from soundlasso.audio.info import Samples
from soundlasso.evaluation.score import Item, Scores
from soundlasso.metrics.clap import Clap
from soundlasso.metrics.fad import Gaussian, frechet_distance

CLAP_METRICS = ("clapscore", "clapscore_a")

# Half the mixture sounds like the mixture; there is nothing to learn from it here.
_HEARD = ("mixture", "oracle_mask")


class SharedSpace(Protocol):
    """What puts sounds and texts into one space, as `soundlasso.metrics.clap.Clap` does."""

    def embed_audio(
        self, sounds: Sequence[npt.NDArray[np.floating]], sample_rate: int
    ) -> npt.NDArray[np.float64]:
        """``N D``, each of length 1, of sounds ``T`` or ``C T``."""
        ...

    def embed_text(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """``N D``, each of length 1."""
        ...


class ClapMetrics:
    """See `soundlasso.evaluation.score.ExtraMetrics`.

    Adds ``clapscore``, where there is a target also ``clapscore_a``, and to the result ``clap``
    (which model listened) and ``fad``: how far the estimates as a set are from the targets, one
    of each a query, and so for the references. For a query of something that is not there, a
    low CLAPScore is the good one.
    """

    def __init__(self, clap: SharedSpace, name: str) -> None:
        """Measures with ``clap``, whose ``name`` goes into the result."""
        self._clap = clap
        self._name = name
        self._targets = Gaussian()
        self._estimates: dict[str, Gaussian] = {}

    def measure(
        self, item: Item, estimates: Sequence[Samples], references: Mapping[str, Samples]
    ) -> list[dict[str, Scores]]:
        """Scores of one item; see `soundlasso.evaluation.score.ExtraMetrics`."""
        names = [name for name in _HEARD if name in references]
        targets = [] if item.target is None else [item.target]
        sounds = [*(references[name] for name in names), *targets, *estimates]
        embedded = self._clap.embed_audio(sounds, item.sample_rate)
        asked = self._clap.embed_text([question.query for question in item.questions])
        fixed = dict(zip(names, embedded[: len(names)], strict=True))
        wanted = embedded[len(names)] if targets else None
        results = []
        for text, estimate in zip(asked, embedded[-len(estimates) :], strict=True):
            heard = {"model": estimate, **fixed}
            results.append({name: _cosines(text, wanted, got) for name, got in heard.items()})
            if wanted is not None:
                self._targets.add(wanted[None])
                for name, got in heard.items():
                    self._estimates.setdefault(name, Gaussian()).add(got[None])
        return results

    def summary(self) -> dict[str, Any]:
        """``clap``, and ``fad`` where there were two targets or more."""
        if self._targets.count < 2:
            return {"clap": self._name}
        distances = {
            name: frechet_distance(gaussian, self._targets)
            for name, gaussian in self._estimates.items()
        }
        return {"clap": self._name, "fad": distances}


def load_clap_metrics(
    name: str, revision: str | None = None, device: torch.device | str = "cpu"
) -> ClapMetrics:
    """Loads a CLAP model to measure with; arguments and errors as `soundlasso.metrics.clap.Clap`.

    Returns:
        Metrics for one evaluation: they gather what `ClapMetrics.summary` is about.
    """
    clap = Clap(name, revision=revision, device=device)
    return ClapMetrics(clap, name if revision is None else f"{name}@{revision}")


def _cosines(text: np.ndarray, wanted: np.ndarray | None, got: np.ndarray) -> Scores:
    scores = {"clapscore": float(text @ got)}
    return scores if wanted is None else {**scores, "clapscore_a": float(wanted @ got)}
