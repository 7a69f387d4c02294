"""The Fréchet distance has closed forms for the simplest Gaussians."""

import numpy as np
import numpy.typing as npt
import pytest

from soundlasso.metrics.fad import Gaussian, frechet_audio_distance, frechet_distance

Array = npt.NDArray[np.float64]


def cloud(count: int, size: int, seed: int, spread: float = 1.0) -> Array:
    """Correlated embeddings, ``count size``."""
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((count, size)) @ rng.standard_normal((size, size))


def test_one_dimension() -> None:
    one, other = cloud(300, 1, seed=1) + 2.0, cloud(200, 1, seed=2, spread=3.0)
    means = (one.mean() - other.mean()) ** 2
    spreads = (one.std(ddof=1) - other.std(ddof=1)) ** 2
    assert frechet_audio_distance(one, other) == pytest.approx(means + spreads, rel=1e-10)


def test_a_shift_costs_its_square() -> None:
    one = cloud(100, 8, seed=1)
    shift = np.arange(8.0)
    assert frechet_audio_distance(one + shift, one) == pytest.approx(np.square(shift).sum())


def test_a_stretch_costs_its_square_times_the_variance() -> None:
    one = cloud(100, 8, seed=1)
    one -= one.mean(axis=0)
    variance = one.var(axis=0, ddof=1).sum()
    assert frechet_audio_distance(3.0 * one, one) == pytest.approx(4.0 * variance)


@pytest.mark.parametrize("count", [2, 20, 500], ids=["two", "singular", "full"])
def test_a_set_is_as_itself(count: int) -> None:
    one = cloud(count, 64, seed=1) * 100.0
    variance = one.var(axis=0, ddof=1).sum()
    assert frechet_audio_distance(one, one[::-1]) <= 1e-12 * variance


def test_directions_are_told_apart() -> None:
    """Two sets of the same mean and the same total variance, at right angles."""
    line = np.linspace(-1.0, 1.0, 50)
    flat = np.zeros_like(line)
    along, across = np.stack([line, flat], axis=1), np.stack([flat, line], axis=1)
    assert frechet_audio_distance(along, across) == pytest.approx(2.0 * line.var(ddof=1))


def test_agrees_with_the_matrix_root_of_scipy() -> None:
    linalg = pytest.importorskip("scipy.linalg")
    one, other = cloud(400, 16, seed=1) + 0.5, cloud(300, 16, seed=2)
    covariances = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = np.real(linalg.sqrtm(covariances[0] @ covariances[1]))
    means = np.square(one.mean(0) - other.mean(0)).sum()
    expected = means + np.trace(covariances[0]) + np.trace(covariances[1]) - 2.0 * np.trace(root)
    assert frechet_audio_distance(one, other) == pytest.approx(expected, rel=1e-8)
    assert frechet_audio_distance(other, one) == pytest.approx(expected, rel=1e-8)


def test_fewer_sounds_than_dimensions() -> None:
    """Where covariances are singular, the value in the space that they span is the value."""
    one, other = cloud(30, 4, seed=1), cloud(25, 4, seed=2) + 1.0
    basis, _ = np.linalg.qr(np.random.default_rng(3).standard_normal((256, 4)))
    wide = frechet_audio_distance(one @ basis.T, other @ basis.T)
    assert wide == pytest.approx(frechet_audio_distance(one, other), rel=1e-9)


def test_batches_of_any_size_give_the_whole() -> None:
    # A mean far from zero is what sums of squares cannot bear.
    values = cloud(101, 5, seed=1) + 1e6
    gaussian = Gaussian()
    for part in np.split(values, [1, 1, 40, 41, 100]):
        gaussian.add(part.astype(np.float64))
    assert gaussian.count == 101
    np.testing.assert_allclose(gaussian.mean, values.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(gaussian.covariance, np.cov(values, rowvar=False), rtol=1e-7)


def test_what_was_added_stays_as_it_was() -> None:
    values = cloud(10, 3, seed=1)
    gaussian, before = Gaussian(), values.copy()
    gaussian.add(values)
    gaussian.add(values)
    np.testing.assert_array_equal(values, before)


def test_refuses_what_is_no_set_of_embeddings() -> None:
    gaussian = Gaussian()
    with pytest.raises(ValueError, match=r"must be N x D, not of shape \(3,\)"):
        gaussian.add(np.zeros(3))
    with pytest.raises(ValueError, match="must be finite"):
        gaussian.add(np.array([[0.0, np.nan]]))
    gaussian.add(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="embeddings of 4 values after some of 3"):
        gaussian.add(np.zeros((1, 4)))
    with pytest.raises(ValueError, match="two embeddings or more, not 1"):
        _ = gaussian.covariance
    other = Gaussian()
    other.add(np.zeros((2, 4)))
    gaussian.add(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="embeddings of 3 and of 4 values"):
        frechet_distance(gaussian, other)
    with pytest.raises(ValueError, match="not 1"):
        frechet_audio_distance(np.zeros((1, 3)), np.zeros((2, 3)))
