"""The Bayes error of the generated sources, against simulation with exact likelihoods and against closed forms."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.special

from tuilab.data.bayes import bayes_error
from tuilab.data.generate import SHAPES, generate

PRECISION = 0.001


def circles(k, X, noise):
    """Of a circle of radius R: exp(−(r² + R²)/2s²)·I₀(rR/s²)/2πs²."""
    r, radius = np.hypot(*X.T), 1 - 0.5 * k
    return np.exp(-((r - radius) ** 2) / (2 * noise**2)) * scipy.special.i0e(r * radius / noise**2) / noise**2


def xor(k, X, noise):
    """Uniform on four squares: products of differences of the normal distribution function."""
    sides = [scipy.special.ndtr((x - 0.2) / noise) - scipy.special.ndtr((x - 1) / noise) for x in (X, -X)]
    right, left = (side / 0.8 for side in sides)
    other = (left, right) if k else (right, left)
    return (right[:, 0] * other[0][:, 1] + left[:, 0] * other[1][:, 1]) / 2


def ranges(k, X, noise):
    """Over u what the noise of x1 leaves open, by Gauss and Hermite; over v in closed form."""
    z, weights = np.polynomial.hermite_e.hermegauss(20)
    u = (X[:, :1] - noise * z - 1) / 999
    low, high = (1 - u, np.ones_like(u)) if k else (np.zeros_like(u), 1 - u)
    v = scipy.special.ndtr((X[:, 1:] - low) / noise) - scipy.special.ndtr((X[:, 1:] - high) / noise)
    return (v * ((u > 0) & (u < 1))) @ weights


def curve(source):
    """A fine mean over the curve that the points lie on."""

    def density(k, X, noise):
        shape = SHAPES[source]
        count = 1500**shape.latent
        points = np.stack(shape.place(np.full(count, k), *[(np.arange(count) + 0.5) / count] * shape.latent))
        return np.array([np.exp(-((points - x[:, None]) ** 2).sum(axis=0) / (2 * noise**2)).mean() for x in X])

    return density


DENSITIES = {name: curve(name) for name in SHAPES} | {"circles": circles, "xor": xor, "ranges": ranges}


@pytest.mark.parametrize("source", SHAPES)
@pytest.mark.parametrize("noise", [0.05, 0.2, 0.6])
def test_it_is_what_the_best_classifier_gets_wrong(source, noise):
    """Of points as they are made, the mean of 1 − the largest posterior, with its own standard error."""
    X = generate(source, 3000, noise, np.random.default_rng(3)).X
    densities = np.stack([DENSITIES[source](k, X, noise) for k in range(SHAPES[source].classes)])
    wrong = 1 - densities.max(axis=0) / densities.sum(axis=0)
    assert bayes_error(source, noise) == pytest.approx(wrong.mean(), abs=PRECISION + 4 * wrong.std() / 3000**0.5)


def test_of_two_moons_it_is_known():
    assert bayes_error("moons", 0.35) == pytest.approx(0.1127, abs=5e-5)


@pytest.mark.parametrize("noise", [0.2, 0.35, 0.5, 1.0, 4.0])
def test_three_blobs_against_their_integral(noise):
    """A blob is right in its sector of ±60°: with x = 1 + noise·z1, |noise·z2| < √3·x."""

    def right(x):
        density = np.exp(-(((x - 1) / noise) ** 2) / 2) / (noise * (2 * np.pi) ** 0.5)
        return density * (2 * scipy.special.ndtr(3**0.5 * x / noise) - 1)

    nodes, weights = np.polynomial.legendre.leggauss(100)
    # From 0 to 1, and from there as far as noise goes.
    exact = 1 - sum(half * right(low + half * (nodes + 1)) @ weights for low, half in ((0, 0.5), (1, 5 * noise)))
    assert bayes_error("blobs", noise) == pytest.approx(exact, abs=PRECISION / 4)


@pytest.mark.parametrize("source", SHAPES)
def test_it_rises_with_the_noise_from_0_to_that_of_guessing_at_most(source):
    errors = [bayes_error(source, noise) for noise in (0.0, 0.005, 0.05, 0.2, 0.6, 10.0)]
    assert errors[0] == 0
    assert all(one <= other + PRECISION / 10 for one, other in pairwise(errors))
    assert errors[-1] <= 1 - 1 / SHAPES[source].classes


def test_classes_that_touch_are_mixed_up_in_proportion_to_a_small_noise():
    """Across the line u + v = 1 the noise of x2 alone counts: 2·(s/√2)/√2π on each unit of its length √2."""
    for noise in (0.001, 0.01, 0.02):
        assert bayes_error("ranges", noise) == pytest.approx(2 * noise / (2 * np.pi) ** 0.5, abs=PRECISION)
