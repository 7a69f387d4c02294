"""Fréchet audio distance (Kilgour et al. 2019, arXiv 1812.08466) over any embedding.

How far the embeddings of two sets of sounds lie apart when each set is taken for a Gaussian.
It compares sets, never pairs, so it says whether estimates sound like targets do in general and
nothing of whether each is the right one. Means and covariances of few sounds are uncertain, and
the distance grows with that uncertainty: compare only values of the same number of sounds.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]


class Gaussian:
    """The mean and covariance of embeddings that come a few at a time.

    Nothing but one ``D x D`` matrix is kept, so a set may be of any size. Batches are merged as
    Chan, Golub and LeVeque (1979) do, which subtracts means before it squares.

    Attributes:
        count: How many embeddings there were.
        mean: ``D``, float64; empty before the first embeddings.
    """

    def __init__(self) -> None:
        """Begins with no embeddings."""
        self.count = 0
        self.mean: Array = np.zeros(0)
        self._scatter: Array = np.zeros((0, 0))

    def add(self, embeddings: Array) -> None:
        """Takes more embeddings in.

        Args:
            embeddings: ``N D``.

        Raises:
            ValueError: they are not ``N D``, not as long as those before, or not finite.
        """
        embeddings = np.asarray(embeddings, dtype=np.float64)
        if embeddings.ndim != 2:
            raise ValueError(f"embeddings must be N x D, not of shape {embeddings.shape}")
        if not np.isfinite(embeddings).all():
            raise ValueError("embeddings must be finite numbers")
        added, size = embeddings.shape
        if self.count and size != len(self.mean):
            raise ValueError(f"embeddings of {size} values after some of {len(self.mean)}")
        if not added:
            return
        if not self.count:
            self.mean, self._scatter = np.zeros(size), np.zeros((size, size))
        mean = embeddings.mean(axis=0)
        centred, step = embeddings - mean, mean - self.mean
        total = self.count + added
        self._scatter += centred.T @ centred + np.outer(step, step) * (self.count * added / total)
        self.mean = self.mean + step * (added / total)
        self.count = total

    @property
    def covariance(self) -> Array:
        """``D D``, unbiased (divided by one less than the count), as `numpy.cov` gives it.

        Raises:
            ValueError: there are fewer than two embeddings.
        """
        if self.count < 2:
            raise ValueError(f"a covariance needs two embeddings or more, not {self.count}")
        return self._scatter / (self.count - 1)


def frechet_distance(one: Gaussian, other: Gaussian) -> float:
    """The squared Fréchet (2-Wasserstein) distance of two Gaussians; 0 where they are the same.

    ``|m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^(1/2))`` (Dowson and Landau 1982). The last
    trace is the sum of the singular values of ``S1^(1/2) S2^(1/2)``, whose factors come from
    symmetric eigenvalue problems: that stays real and exact where covariances are singular, as
    they are with fewer sounds than dimensions, and where a general matrix root gives up.

    Args:
        one: Of two or more embeddings.
        other: Of two or more embeddings of the same length.

    Raises:
        ValueError: there are fewer, or the lengths differ.
    """
    first, second = one.covariance, other.covariance
    if first.shape != second.shape:
        raise ValueError(f"embeddings of {len(one.mean)} and of {len(other.mean)} values")
    overlap = np.linalg.svd(_root(first) @ _root(second), compute_uv=False).sum()
    apart = np.square(one.mean - other.mean).sum()
    # Rounding may end a hair below zero.
    return max(0.0, float(apart + np.trace(first) + np.trace(second) - 2.0 * overlap))


def frechet_audio_distance(embeddings: Array, reference: Array) -> float:
    """As `frechet_distance`, of two arrays of embeddings.

    Args:
        embeddings: ``N D``, of the sounds that are judged.
        reference: ``M D``, of the sounds that they should be like.

    Raises:
        ValueError: one has fewer than two rows, or they are not ``N D`` with the same ``D``.
    """
    gaussians = Gaussian(), Gaussian()
    for gaussian, values in zip(gaussians, (embeddings, reference), strict=True):
        gaussian.add(values)
    return frechet_distance(*gaussians)


def _root(covariance: Array) -> Array:
    """The symmetric square root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    # What is smaller than rounding is zero: its root would be 1e8 times as large an error.
    least = max(0.0, float(values[-1])) * len(values) * np.finfo(np.float64).eps
    values = np.where(values > least, values, 0.0)
    return (vectors * np.sqrt(values)) @ vectors.T
